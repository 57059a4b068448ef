"""What a question is for: about the report, a call for help, or a wish to harm.

Told by who asks for what, never by topic words: the same words stand in research questions. The rules of a
language are data (`data/safeguarding/`), so that people who do not program can read and question them;
`rule_patterns` says how they are written.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from a4a_qa.safeguarding.patterns import Pattern, Vocabularies, compiled, expression_of, is_in, read_pattern

_QUOTES = str.maketrans(dict.fromkeys("‘’‛ʼ`´＇", "'") | dict.fromkeys("“”„‟«»", '"'))
# What may end a message and is put anew, by its last sentence: a question mark where a clause of that begins
# like a question.
_SIGNS = "?.!, \t\r\n\f\v"
_SENTENCE_END = re.compile(r"[.!?;\n]")
_BEGINS_QUESTION = re.compile(
    r"(?:^|[,:(–-]|\b(?:and|but|so|or|then|because)\b)\W{0,3}(?:who|whom|whose|what|when|where|why|how|which|is|are|was"
    r"|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had)(?:n'?t|'s|'re)?\b"
)
# May stand behind what ends so itself.
_TRAILING = re.compile(r"(?<![\s,])[\s,]*\baccording to (?:the|this) report\W*$")


def plain_text(text: str) -> str:
    """A text in small letters, with plain quotation marks, without what hides in it and without "according to
    the report" at its end."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").casefold()
    return _TRAILING.sub("", _TRAILING.sub("", plain.rstrip()))


def with_end_sign(plain: str) -> str:
    """A plain text with the sign at its end that its words ask for, whatever was typed there or is lost with
    "according to the report"."""
    body = plain.rstrip(_SIGNS)
    asks = _BEGINS_QUESTION.search(_SENTENCE_END.split(body)[-1])
    return f"{body}{'?' if asks else '.'}" if body else plain


Category = Literal["C4", "C2", "C3", "C1", "C5"]
# The order in which they are checked.
CATEGORIES: tuple[Category, ...] = get_args(Category)
# Whose card of help is shown: that of a kind of question, or one for both where it could be either.
Card = Category | Literal["C2 or C3"]
# What the person can set right by saying that the question is about the report.
LIFTED: frozenset[Category] = frozenset({"C2", "C3"})

_FOLDER = Path(__file__).parent.parent / "data" / "safeguarding"
_CLAUSE_END = re.compile(r"[.?!;:\n\r…()\[\]|]+|\s[-–—]+\s|—")
# "Give me …" and "tell us …" say nothing of who asks.
_ONESELF = re.compile(
    r"(?<!the )(?<!give )(?<!tell )(?<!show )(?<!let )\b(?:i|im|ive|me|my|mine|myself|we|us|our|ours)\b"
)
_FIELDS = {"id", "category", "reason", "patterns", "examples", "near_misses"}
_OPTIONS = {"stop", "unless", "unless_clause", "whole"}


@dataclass(frozen=True)
class Rule:
    """One way of telling a category. `examples` match it; `near_misses` are legitimate and match no rule.

    Its patterns match within a clause, or, when it looks at the `whole` question, anywhere in it. The rule
    does not hold when `unless` is found in the question, or `unless_clause` in the same clause.
    """

    id: str
    category: Category
    reason: str
    patterns: tuple[Pattern, ...]
    unless: tuple[str, ...]
    unless_clause: tuple[str, ...]
    whole: bool
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]

    def matches(self, clauses: Sequence[str], found: dict[tuple[str, str], bool]) -> bool:
        """Whether a question, cut into clauses, is of this kind; `found` is what is known about them."""
        looked_at = [" | ".join(clauses)] if self.whole else clauses
        if not any(self._matches_clause(clause, found) for clause in looked_at):
            return False
        return not any(is_in(text, clause, found) for text in self.unless for clause in clauses)

    def _matches_clause(self, clause: str, found: dict[tuple[str, str], bool]) -> bool:
        words = frozenset(clause.split())
        if not any(pattern.matches(clause, words, found) for pattern in self.patterns):
            return False
        return not any(is_in(text, clause, found) for text in self.unless_clause)


class Safeguard:
    """The rules of one language.

    `triggers` are words of which a question of a category holds at least one: most questions hold none, and
    are done with.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        spellings: Mapping[str, str],
        triggers: Mapping[Category, frozenset[str]],
    ) -> None:
        self.rules = tuple(rules)
        self._spellings = spellings
        self._triggers = triggers
        self._misspelt = re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, spellings))})(?![\w'])")

    def category(self, question: str, *, about_report: bool = False) -> Category | None:
        """The kind of a question, None when it is simply about the report.

        `about_report` is the person's word that it is: that lifts C2 and C3, never C4.
        """
        clauses = self.clauses(question)
        words = frozenset(word for clause in clauses for word in clause.split())
        found: dict[tuple[str, str], bool] = {}
        for category in CATEGORIES:
            if about_report and category in LIFTED:
                continue
            if words & self._triggers[category] and any(
                rule.matches(clauses, found) for rule in self.rules if rule.category == category
            ):
                return category
        return None

    def compile(self) -> None:
        """Compile all patterns, for a second or two, so that no question has to wait for it."""
        for rule in self.rules:
            needs = (text for pattern in rule.patterns for group in pattern.needs for text in group)
            for text in (*rule.unless, *rule.unless_clause, *needs, *(one.text for one in rule.patterns)):
                compiled(text)

    def clauses(self, text: str) -> tuple[str, ...]:
        """A text in small letters, cut at its stops, with plain spelling and one space between words."""
        return tuple(filter(None, map(self._plain, _CLAUSE_END.split(plain_text(text)))))

    def _plain(self, clause: str) -> str:
        spelt = self._misspelt.sub(lambda found: self._spellings[found[0]], " ".join(clause.split()))
        return " ".join(re.sub(r"[^\w\s]", " ", spelt.replace("'", "")).split())


def speaks_of_oneself(plain: str) -> bool:
    """Whether a text in small letters, with apostrophes or without, says something of who wrote it."""
    return bool(_ONESELF.search(plain))


def questions_in(text: str, rules: Safeguard) -> tuple[str, ...]:
    """The sentences of a text that ask something which the report may answer, by their own words.

    A question about oneself ("What should I do?") is none.
    """
    sentences = re.findall(r"[^.?!\n]+\?+", text)
    return tuple(
        sentence.strip()
        for sentence in sentences
        if not speaks_of_oneself(" ".join(rules.clauses(sentence)))
        and rules.category(sentence) in (None, "C1")
    )


@cache
def read_safeguard(language: str = "en") -> Safeguard:
    """The rules that ship for a language. Raises ValueError naming what is wrong with them."""
    return parse_safeguard((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def parse_safeguard(text: str) -> Safeguard:
    """The rules in a file's text. Raises ValueError naming what is wrong with them."""
    values = tomllib.loads(text)
    vocabulary = {name: "|".join(words) for name, words in values["vocabulary"].items()}
    vocabularies = Vocabularies(vocabulary)
    rules = [_rule(record, vocabularies) for record in values["rule"]]
    names = [rule.id for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"several rules have the id {', '.join(twice)}")
    triggers = {category: frozenset(values["triggers"][category]) for category in CATEGORIES}
    return Safeguard(rules, values["spelling"], triggers)


def _rule(record: Mapping[str, Any], vocabulary: Vocabularies) -> Rule:
    name = record.get("id")
    if missing := sorted(_FIELDS - set(record)):
        raise ValueError(f"the rule {name!r} lacks {', '.join(missing)}")
    if unknown := sorted(set(record) - _FIELDS - _OPTIONS):
        raise ValueError(f"the rule {name!r} has {', '.join(unknown)}, which means nothing")
    if record["category"] not in CATEGORIES:
        raise ValueError(f"the rule {name!r} has the category {record['category']!r}")
    for field in ("patterns", "examples", "near_misses"):
        if not record[field] or not all(isinstance(one, str) and one.strip() for one in record[field]):
            raise ValueError(f"the rule {name!r} needs a list of texts as {field}")
    try:
        return Rule(
            id=record["id"],
            category=record["category"],
            reason=record["reason"],
            patterns=tuple(read_pattern(p, vocabulary, record.get("stop")) for p in record["patterns"]),
            unless=tuple(expression_of(f"<{v}>", vocabulary) for v in record.get("unless", ())),
            unless_clause=tuple(expression_of(f"<{v}>", vocabulary) for v in record.get("unless_clause", ())),
            whole=record.get("whole", False),
            examples=tuple(record["examples"]),
            near_misses=tuple(record["near_misses"]),
        )
    except KeyError as error:
        raise ValueError(f"the rule {name!r} names the vocabulary {error}, which there is not") from error
