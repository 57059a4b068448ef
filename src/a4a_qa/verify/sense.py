"""Whether a statement says of its groups, years and numbers what the report says of them.

All facts of a statement may stand in a sentence and the statement still be wrong: the number may be another
year's, the verb denied, the group the opposite one, the minister the deputy. So clauses are compared.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from a4a_qa.verify.differences import Difference
from a4a_qa.verify.facts import (
    denials,
    denied,
    denies_outright,
    has_negation,
    may_deny,
    proper_names,
    stems_of,
)
from a4a_qa.verify.figures import figures_in, in_figures, is_year, number_of
from a4a_qa.verify.words import Word, words_in

_BREAK = re.compile(
    r"[;:()\[\]]|(?<!\d)\s[–—-]\s(?!\d)"
    r"|,?\s+(?=(?:while|whilst|whereas|although|though|but|unless|because|however|due\s+to|so\s+that|with\s+the\s+exception\s+of|except|similar\s+to|compared\s+(?:to|with)|unlike)\b)"
    r"|(?P<relative>,\s+(?=(?:which|who|whom|whose|where)\b)|\s+(?=(?:for|in|of|by)\s+which\b))",
    re.IGNORECASE,
)
_SOFT_BREAK = re.compile(r",\s+(?:and\s+|or\s+)?|\s+and\s+")
# A shorter piece between commas is a member of a list or "in 2008,".
_SHORTEST_CLAUSE = 4
# "rural areas, where …": that many words before it a relative clause speaks of.
_ANTECEDENT = re.compile(r"(?:[^\s\d]+\s+)?[^\s\d]+$")
# "the National Council (CNC) for …", "the plan (2006 – 2010) for …": what belongs to the words before it.
_TERM = re.compile(r"\((?:\S+|[\d\s–—-]+)\)")
_CONTRAST = re.compile(r"\b(?:while|whilst|whereas|although|though|despite)\b", re.IGNORECASE)
_ADVERBIAL = re.compile(r"(?:in|on|at|by|since|until|from|during|as|for)\b", re.IGNORECASE)
# What goes on with the subject of the clause before: "…, arranging", "…, not".
GOES_ON = re.compile(r"\s*(?:\w+ing|not)\b", re.IGNORECASE)


def split_clauses(sentence: str) -> list[str]:
    """The clauses of a sentence in order, without the signs between them; a relative one with its noun."""
    found: list[str] = []
    begin = 0
    contrast = _CONTRAST.search(sentence) is not None
    terms = [range(*term.span()) for term in _TERM.finditer(sentence)]
    for sign in _BREAK.finditer(sentence):
        if any(sign.start() in term for term in terms):
            continue
        found += _parallels(sentence[begin : sign.start()], contrast)
        noun = _ANTECEDENT.search(sentence, begin, sign.start()) if sign["relative"] else None
        begin = noun.start() if noun else sign.end()
    found += _parallels(sentence[begin:], contrast)
    return [clause for clause in found if words_in(clause)]


def _parallels(piece: str, contrast: bool) -> Iterator[str]:
    """The parts of a piece that stand beside each other: long ones behind commas, or with a number each.

    A comma alone sets parts of a contrast apart; else it may be one of a list.
    """
    begin = 0
    for sign in _SOFT_BREAK.finditer(piece):
        ends = [next_one.start() for next_one in islice(_SOFT_BREAK.finditer(piece, sign.end()), 2)]
        before = piece[begin : sign.start()]
        after = piece[sign.end() : ends[0] if ends else None]
        further = piece[sign.end() : ends[1] if len(ends) > 1 else None]
        long = min(len(words_in(before)), len(words_in(after))) >= _SHORTEST_CLAUSE
        apart = "," in sign[0] and (contrast or "and" in sign[0] or GOES_ON.match(after) is not None)
        if "and" not in sign[0] and _ADVERBIAL.match(after):
            continue
        if (long and apart) or _both_count(before, further):
            yield before
            begin = sign.end()
    yield piece[begin:]


def _both_count(before: str, after: str) -> bool:
    """Whether two texts have a number each, or a year each, that make no range ("between 15 and 18")."""
    one, other = (
        [value for word in words_in(text) if (value := number_of(word))] for text in (before, after)
    )
    if not one or not other:
        return False
    ends, begins = words_in(before)[-1], words_in(after)[0]
    last, first = number_of(ends), number_of(begins)
    if last and first and is_year(last) == is_year(first):
        return False
    return all(is_year(v) for v in one) == all(is_year(v) for v in other)


# How much of a stem counts, and what stands for a negation and for the greater part among stems.
_ROOT, _DENIED, _MOST = 6, "¬", "½"
_GREATER_PART = frozenset("most mostly mainly majority predominantly".split())
# How many words of content a clause shares with a statement before it is said to speak of the same.
_SAME_MATTER = 2

# "the National Council (CNC)": no name of its own.
_ACRONYM = re.compile(r"\s*\([A-Z][\w.-]*\)")
# Opposites that deny by themselves: "still" and "no longer".
_DENIES_ITSELF = re.compile(r"\b(?:no longer|not any more)\b", re.IGNORECASE)
# "more boys than girls" tells of boys.
_THAN = re.compile(r"(?:\s+rather|(?<!more)(?<!less)(?<!fewer)(?<!er))\s+than\s.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    words: tuple[Word, ...]
    stems: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    sentence: int = 0


def of_sense(statement: str, evidence: Sequence[str], names: Collection[str]) -> Iterator[Difference]:
    """Where a statement says something else than the sentences that have its facts, the nearest first; places
    are in its text.

    `names` are those that the report has.
    """
    mine = [_clause(text, names) for text in split_clauses(statement)]
    theirs = [
        clause
        for number, sentence in enumerate(evidence)
        for clause in _with_subjects(
            [_clause(text, names, number) for text in _clauses_of(_ACRONYM.sub("", sentence))]
        )
    ]
    at = 0
    for clause in mine:
        at = statement.index(clause.text, at)
        yield from _unbound(clause, theirs, at)
        yield from _contrary(clause, mine, theirs, at)


def _clauses_of(sentence: str) -> list[str]:
    """The clauses of a sentence of the report; the cells of a row tell of one thing."""
    return [sentence] if "\t" in sentence else split_clauses(sentence)


def _with_subjects(clauses: Sequence[_Clause]) -> Iterator[_Clause]:
    """The clauses, those that go on with "arranging …" with the names of the one before."""
    names: frozenset[str] = frozenset()
    for clause in clauses:
        names = clause.names | (names if GOES_ON.match(clause.text) else frozenset())
        yield replace(clause, names=names)


def _clause(text: str, names: Collection[str], sentence: int = 0) -> _Clause:
    words = in_figures(words_in(text))
    stems = _roots(words) | ({_DENIED} if has_negation(words) else set())
    stems |= {_MOST} if any(word.key in _GREATER_PART for word in words) else set()
    numbers = frozenset(figure.value for figure in figures_in(words, loose=False))
    named = frozenset(word.key for word in proper_names(words, names))
    return _Clause(text, words, stems, numbers, named, sentence)


def _roots(words: Sequence[Word]) -> frozenset[str]:
    """The beginnings of the stems, so that "produces" meets "production"."""
    return frozenset(stem[:_ROOT] for stem in stems_of(words))


def _unbound(clause: _Clause, theirs: Sequence[_Clause], at: int) -> Iterator[Difference]:
    """The numbers of a clause that the report gives of something else."""
    for kind, value, word, _ in figures_in(clause.words, loose=False):
        homes = [other for other in theirs if value in other.numbers]
        own = clause.stems - ({value} if kind == "year" else set())
        rivals = [
            (other, [n for n in other.numbers - clause.numbers if is_year(n) == is_year(value)])
            for other in theirs
            if value not in other.numbers
        ]
        found = []
        for home in homes:
            better = (
                instead
                for rival, instead in rivals
                if instead
                and rival.sentence in (0, home.sentence)
                and _fits_better(own, clause, rival, home, value)
            )
            found.append(next(better, None))
        if found and found[0] and all(found):
            yield Difference(kind, word.written, ", ".join(sorted(found[0])), at + word.start, at + word.end)


def _fits_better(own: frozenset[str], clause: _Clause, rival: _Clause, home: _Clause, value: str) -> bool:
    """Whether the words beside a number are met by another clause and not by the one that has the number."""
    for_home, for_rival = (own & home.stems) - rival.stems, (own & rival.stems) - home.stems
    beside = (clause.numbers & home.numbers) - rival.numbers - {value}
    if not for_home and not beside and for_rival:
        return True
    of_rival = (clause.names & rival.names) - home.names
    return bool(of_rival and home.names - clause.names and not (clause.names & home.names) - rival.names)


def _contrary(
    clause: _Clause, mine: Sequence[_Clause], theirs: Sequence[_Clause], at: int
) -> Iterator[Difference]:
    """What a clause says the other way round than the clause that speaks of the same."""
    most = max((len(clause.stems & other.stems) for other in theirs), default=0)
    if most < _SAME_MATTER:
        return
    nearest = [other for other in theirs if len(clause.stems & other.stems) == most]
    found = []
    for other in nearest:
        turned = has_negation(clause.words) != has_negation(other.words)
        said, instead = _THAN.sub("", clause.text), _THAN.sub("", other.text)
        apart = _without_shared(said, instead), _without_shared(instead, said)
        pairs = list(opposites(*apart))
        if pairs and (not turned or any(map(_DENIES_ITSELF.search, pairs[0]))):
            start = at + clause.text.index(pairs[0].said)
            found.append(Difference("word", *pairs[0], start, start + len(pairs[0].said)))
        elif not pairs and _denies_otherwise(clause, other) and not _is_denied_elsewhere(clause, mine, other):
            found.append(
                Difference("negation", "", "", at + clause.words[0].start, at + clause.words[-1].end)
            )
        else:
            return
    yield found[0]


def _without_shared(text: str, other: str) -> str:
    """A text with "…" for each word that another has too: "men" on both sides hide no boys and girls."""
    shared = {word.key for word in words_in(other)}
    for word in words_in(text):
        if word.key in shared:
            text = f"{text[: word.start]}{'…' * (word.end - word.start)}{text[word.end :]}"
    return text


def _denies_otherwise(mine: _Clause, theirs: _Clause) -> bool:
    """Whether one clause denies what the other says; what both call "limited" says nothing of that."""
    both = {word.key for word in mine.words} & {word.key for word in theirs.words}
    i_deny, they_deny = may_deny(mine.words, both), may_deny(theirs.words, both)
    if i_deny == they_deny:
        return False
    return denies_outright(mine.words if i_deny else theirs.words, both)


def _is_denied_elsewhere(clause: _Clause, mine: Sequence[_Clause], theirs: _Clause) -> bool:
    """Whether another clause of a statement than this one denies what a clause of the report denies."""
    if denials(clause.words) or sum(denials(one.words) for one in mine) < denials(theirs.words):
        return False
    own = len(clause.stems & theirs.stems)
    return any(
        denied(one.words) & denied(theirs.words) or len(one.stems & theirs.stems) > own
        for one in mine
        if denials(one.words)
    )


# Words that cannot both be meant: local and foreign, direct and indirect, boys and girls.
_FILE = Path(__file__).parent.parent / "data" / "opposites.toml"


class Opposites(NamedTuple):
    """A word of one text and the opposite that the other text has, both as written."""

    said: str
    instead: str


def opposites(one: str, other: str) -> Iterator[Opposites]:
    """The words of a text whose opposite another has in their place.

    A side that both texts have is none, and neither is one of a text that has both sides.
    """
    for sides in _groups():
        if found := _opposed(sides, one, other):
            yield found


def _opposed(sides: Sequence[re.Pattern[str]], one: str, other: str) -> Opposites | None:
    mine, theirs = ([side.search(text) for side in sides] for text in (one, other))
    if any(m and t for m, t in zip(mine, theirs, strict=True)):
        return None
    said, instead = (next(filter(None, found), None) for found in (mine, theirs))
    return Opposites(said[0], instead[0]) if said and instead else None


@cache
def _groups() -> tuple[tuple[re.Pattern[str], ...], ...]:
    lines: list[str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["groups"]
    return tuple(tuple(map(_side, line.split(" | "))) for line in lines)


def _side(words: str) -> re.Pattern[str]:
    forms = "|".join(word.replace("_", r"\s+") for word in words.split())
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w])", re.IGNORECASE)
