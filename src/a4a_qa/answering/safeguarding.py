"""What a question is for: about the report, a call for help, or a wish to harm.

Told by who asks for what, never by topic words: the same words stand in research questions. The rules of a
language are data (`data/safeguarding/`), so that people who do not program can read and question them.

A pattern is a row of words with a space between; `<name>` is a vocabulary, `..` stands for up to three words
and `…` for up to eight, none of them in the rule's `stop` vocabulary; `^` and `$` are the ends of a clause.
Anything else is a regular expression.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from a4a_qa.answering.plain import plain_text

Category = Literal["C4", "C2", "C3", "C1", "C5"]
# The order in which they are checked.
CATEGORIES: tuple[Category, ...] = get_args(Category)
# What the person can set right by saying that the question is about the report.
LIFTED: frozenset[Category] = frozenset({"C2", "C3"})

_FOLDER = Path(__file__).parent.parent / "data" / "safeguarding"
_VOCABULARY = re.compile(r"<(\w+)>")
# A group of nothing but vocabularies that is not optional.
_GROUP = re.compile(r"\(\?:<\w+>(?:\|<\w+>)*\)(?![?*{])")
# What may stand before a word of a pattern and is not needed: a boundary, and words of any kind.
_BEFORE_WORD = re.compile(r"^\^?(?:\\b)?(?:\(\?:\\w\+ \)(?:\?|\{0,\d\}\??))?(?:\\b)?")
# A word, whose last letter may be optional.
_WORD = re.compile(r"(\w+?)(?:\w\?)?")
_QUANTIFIERS = ("?", "*", "{")
_MARKS, _BRACKETS = re.compile(r"[()| ]"), re.compile(r"[()]")
_CLAUSE_END = re.compile(r"[.?!;:\n\r…()\[\]|]+|\s[-–—]+\s|—")
# «Give me …» and «tell us …» say nothing of who asks.
_ONESELF = re.compile(
    r"(?<!the )(?<!give )(?<!tell )(?<!show )(?<!let )\b(?:i|im|ive|me|my|mine|myself|we|us|our|ours)\b"
)
_FIELDS = {"id", "category", "reason", "patterns", "examples", "near_misses"}
_OPTIONS = {"stop", "unless", "unless_clause", "whole"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, and what must be found in a clause for it to match at all.

    `words` are groups of words, of each of which a clause that matches holds one. `needs` are groups of
    regular expressions of vocabularies, of each of which one must be found: they are small and shared. So
    most patterns, which are large, are never compiled.
    """

    text: str
    words: tuple[frozenset[str], ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()

    def matches(self, clause: str, words: frozenset[str], found: dict[tuple[str, str], bool]) -> bool:
        """Whether it is in a clause of these words; `found` remembers which vocabularies are in this
        question's clauses."""
        if any(words.isdisjoint(group) for group in self.words):
            return False
        return all(any(_is_in(text, clause, found) for text in group) for group in self.needs) and _is_in(
            self.text, clause, found
        )


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
        return not any(_is_in(text, clause, found) for text in self.unless for clause in clauses)

    def _matches_clause(self, clause: str, found: dict[tuple[str, str], bool]) -> bool:
        words = frozenset(clause.split())
        if not any(pattern.matches(clause, words, found) for pattern in self.patterns):
            return False
        return not any(_is_in(text, clause, found) for text in self.unless_clause)


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
                _compiled(text)

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

    A question about oneself («What should I do?») is none.
    """
    sentences = re.findall(r"[^.?!\n]+\?+", text)
    return tuple(
        sentence.strip()
        for sentence in sentences
        if not speaks_of_oneself(" ".join(rules.clauses(sentence)))
        and rules.category(sentence) in (None, "C1")
    )


def _is_in(pattern: str, clause: str, found: dict[tuple[str, str], bool]) -> bool:
    if (pattern, clause) not in found:
        found[pattern, clause] = bool(_compiled(pattern).search(clause))
    return found[pattern, clause]


# Compiled when first needed: most questions need few patterns.
@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def read_safeguard(language: str = "en") -> Safeguard:
    """The rules that ship for a language. Raises ValueError naming what is wrong with them."""
    return parse_safeguard((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def parse_safeguard(text: str) -> Safeguard:
    """The rules in a file's text. Raises ValueError naming what is wrong with them."""
    values = tomllib.loads(text)
    vocabulary = {name: "|".join(words) for name, words in values["vocabulary"].items()}
    vocabularies = _Vocabularies(vocabulary)
    rules = [_rule(record, vocabularies) for record in values["rule"]]
    names = [rule.id for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"several rules have the id {', '.join(twice)}")
    triggers = {category: frozenset(values["triggers"][category]) for category in CATEGORIES}
    return Safeguard(rules, values["spelling"], triggers)


def _rule(record: Mapping[str, Any], vocabulary: _Vocabularies) -> Rule:
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
            patterns=tuple(_pattern(p, vocabulary, record.get("stop")) for p in record["patterns"]),
            unless=tuple(_written(f"<{v}>", vocabulary) for v in record.get("unless", ())),
            unless_clause=tuple(_written(f"<{v}>", vocabulary) for v in record.get("unless_clause", ())),
            whole=record.get("whole", False),
            examples=tuple(record["examples"]),
            near_misses=tuple(record["near_misses"]),
        )
    except KeyError as error:
        raise ValueError(f"the rule {name!r} names the vocabulary {error}, which there is not") from error


def _pattern(pattern: str, vocabulary: _Vocabularies, stop: str | None) -> Pattern:
    needs = tuple(
        tuple(_written(f"<{name}>", vocabulary) for name in names) for names in _needed(pattern) if names
    )
    return Pattern(_written(pattern, vocabulary, stop), tuple(vocabulary.words_of(pattern)), needs)


def _needed(pattern: str) -> Iterator[list[str]]:
    """The vocabularies, one of each group, without which a pattern cannot match."""
    if len(_cut(pattern, "|")) > 1:
        return  # of several patterns none is needed; a caller writes them apart
    for group in _GROUP.finditer(pattern):
        if pattern.count("(", 0, group.start()) == pattern.count(")", 0, group.start()):
            yield _VOCABULARY.findall(group[0])


def _written(pattern: str, vocabulary: _Vocabularies, stop: str | None = None) -> str:
    """A pattern as a regular expression."""
    bar = rf"(?!(?:{vocabulary.expand(f'<{stop}>')})\b)" if stop else ""
    wide = pattern.replace(" … ", rf"(?: {bar}\w+){{0,8}}? ").replace(" .. ", rf"(?: {bar}\w+){{0,3}}? ")
    return rf"\b(?:{vocabulary.expand(wide)})\b"


class _Vocabularies:
    """The vocabularies by their names, each worked out once; raises KeyError for one that there is not."""

    def __init__(self, vocabulary: Mapping[str, str]) -> None:
        self._vocabulary = vocabulary
        self._expanded: dict[str, str] = {}
        self._words: dict[str, frozenset[str]] = {}

    def expand(self, pattern: str) -> str:
        """A pattern with the words of its vocabularies, and of those within them."""
        return _VOCABULARY.sub(lambda found: self._expand_one(found[1]), pattern)

    def _expand_one(self, name: str) -> str:
        if name not in self._expanded:
            self._expanded[name] = f"(?:{self.expand(self._vocabulary[name])})"
        return self._expanded[name]

    def words_of(self, pattern: str) -> Iterator[frozenset[str]]:
        """Groups of words, of each of which whatever matches a pattern holds one, as far as that can be told
        at sight."""
        if len(_cut(pattern, "|")) > 1:
            return filter(None, [self._words_of_any(pattern)])
        return filter(None, map(self._words_of_part, _cut(pattern, " ")))

    def _words_of_part(self, part: str) -> frozenset[str]:
        """Words of which whatever matches holds one; none when that cannot be told."""
        part = _BEFORE_WORD.sub("", part).removesuffix("$")
        if name := _VOCABULARY.fullmatch(part):
            if name[1] not in self._words:
                self._words[name[1]] = self._words_of_any(self._vocabulary[name[1]])
            return self._words[name[1]]
        if word := _WORD.fullmatch(part):
            return frozenset({word[1], word[0].removesuffix("?")})
        return self._words_of_any(part[3:-1]) if _is_group(part) else frozenset()

    def _words_of_any(self, alternatives: str) -> frozenset[str]:
        words: set[str] = set()
        for one in _cut(alternatives, "|"):
            found = {one} if one.isalpha() else next(self.words_of(one), None)
            if found is None:
                return frozenset()
            words |= found
        return frozenset(words)


def _cut(pattern: str, at: str) -> list[str]:
    """A pattern cut where a character stands outside of all brackets and is not optional."""
    if "(" not in pattern and at == "|":
        return pattern.split(at)
    if at not in pattern:
        return [pattern]
    parts, start, depth = [], 0, 0
    for found in _MARKS.finditer(pattern):
        if found[0] == at and not depth and pattern[found.end() : found.end() + 1] not in _QUANTIFIERS:
            parts.append(pattern[start : found.start()])
            start = found.end()
        depth += {"(": 1, ")": -1}.get(found[0], 0)
    return [*parts, pattern[start:]]


def _is_group(part: str) -> bool:
    """Whether a part is one group that is there once, and nothing else."""
    depth = 0
    for found in _BRACKETS.finditer(part):
        depth += 1 if found[0] == "(" else -1
        if not depth:
            return part.startswith("(?:") and found.end() == len(part)
    return False
