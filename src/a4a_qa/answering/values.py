"""The values in a sentence that are of one kind, and which of them a question means.

«854 were rescued; 580 were sent home; 89 to shelters»: the words of the question that only the clause of one
value meets tell which.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from a4a_qa.answering.answer_kinds import SLICES, Kind
from a4a_qa.answering.clauses import Bounds, clauses_of
from a4a_qa.index.lexical import words_of
from a4a_qa.notation import YEAR

_KINDS: tuple[Kind, ...] = ("share", "amount", "duration", "article", "date", "year")
_PATTERNS = {kind: re.compile("|".join(SLICES[kind]), re.IGNORECASE) for kind in (*_KINDS, "number")}
YEARS = re.compile(rf"\b{YEAR}\b")
# «2007-2010», «from 2007 to 2010», «between 2007 and 2010»
_PERIOD = re.compile(
    rf"\b({YEAR})\s?[-–]\s?({YEAR})\b|\b(?:from|between) ({YEAR}) (?:to|and|until) ({YEAR})\b", re.IGNORECASE
)
# «92 in 2007» is no share, as «one in ten» is.
_COUNT_IN_YEAR = re.compile(rf"\d+ in {YEAR}")
AGE = re.compile(r"\b(\d{1,2})[- ]years?[- ]olds?\b|\b(?:aged?|age of) (\d{1,2})\b", re.IGNORECASE)
_IS_AGE = re.compile(r"\s*years? (?:old|of age)|-year-old")
# One amount in two currencies: «4,000 riel (US$ 1)».
_IN_BRACKETS = re.compile(r"\s*\(.{0,3}")
# Words of asking are no nearer to one value than to the other.
_ASKING = frozenset(
    words_of(
        "many much number figure percent percentage cent share proportion part fraction year month date day "
        "time people often long old exactly total report rate amount far"
    )
)
# What is to be counted: the three words behind «how many».
_TO_COUNT = re.compile(r"\A.*\b(?:how many|number of)((?: [\w'’-]+){1,3})", re.IGNORECASE)
# What a number counts: a plural behind it, with at most two words between («six key areas»), or all of which
# it is a part («60 out of 80 brothels»).
_SMALL = r"(?!(?:and|or|of|in|on|at|to|by|for|from|was|is|has|as|this|its|were|are|who|that|which)\b)"
_COUNTED = re.compile(
    r"(?: (?:out )?of (?:the |all )?\d[\d.,]*)?"
    rf"(?: {_SMALL}[A-Za-z-]+){{0,2}}? {_SMALL}(?:[a-z-]+s|people|children|women|men)\b"
)
# «24 provinces and municipalities», «30 survivors of violence and young people».
_AND_OTHERS = re.compile(
    r"(?: of [\w-]+)?,? (?:and|and/or|or|&) (?:[a-z-]+ ){0,2}?(?:[a-z-]+s|people|children|youth|women|men)\b"
    r"(?: (?:and|or) (?:[a-z-]+s|people|children|youth|women|men)\b)?"
)
_HEAD = re.compile(
    r"\b(?:how many|number of)(?: (?!of\b|the\b)[\w'’-]+){0,2}? ([a-z-]+s|people|children|women|men)\b",
    re.IGNORECASE,
)
_BEFORE_PLURAL = re.compile(r"(?: [\w'’-]+){1,2}?(?= (?:[\w-]+s|people|children|women|men)\b)")
_WHOLE_WITHIN = len("0 out of the ")
_IS_WHOLE = re.compile(r"\d (?:out )?of (?:the |all )?$")
_NAMES = re.compile(r"(?<!^)\b(?:[A-Z][\w&]*|\d[\d.,]*)")


@dataclass(frozen=True, slots=True)
class Value:
    """A value, how well its clause meets the words of a question that not all clauses meet (`weight`), and
    how many it meets at all; `has_year` tells whether it meets a year that is asked about."""

    start: int
    end: int
    weight: float
    met: int
    has_year: bool


def years_within(text: str) -> frozenset[str]:
    """The years within the periods that a text tells of, but for their edges."""
    edges = ([int(year) for year in found.groups() if year] for found in _PERIOD.finditer(text))
    return frozenset(str(year) for first, last in edges for year in range(first + 1, last))


def kind_of(text: str) -> Kind | None:
    """The kind of value that a slice is, a year being a date; None for other words."""
    for kind in _KINDS:
        if _PATTERNS[kind].search(text):
            return "date" if kind == "year" else kind
    return "number" if _PATTERNS["number"].search(text) else None


def has_only_times(text: str) -> bool:
    """Whether a text has a duration or a date, and no other number."""
    without = text
    for kind in ("duration", "date"):
        without = _PATTERNS[kind].sub(" ", without)
    return without != text and not _PATTERNS["number"].search(without)


def wanted_of(question: str) -> frozenset[str]:
    """The words (stems) of a question that say what is to be counted."""
    found = _TO_COUNT.search(question)
    return frozenset(words_of(found[1])) if found else frozenset()


def head_counted(question: str) -> str | None:
    """The noun (stem) of what is to be counted: «people» of «how many young people»."""
    found = _HEAD.search(question)
    return next(iter(words_of(found[1])), None) if found else None


def told_apart_by(question: str) -> frozenset[str]:
    """The words (stems) of a question between «how many» and what is to be counted: «young» people."""
    found = _TO_COUNT.search(question)
    before = _BEFORE_PLURAL.match(found[1]) if found else None
    return frozenset(words_of(before[0])) - _ASKING if before else frozenset()


def counted_behind(text: str, end: int) -> str:
    """The words behind a number that say what it counts."""
    found = _COUNTED.match(text, end)
    return found[0] if found else ""


def others_behind(text: str, end: int) -> str:
    """The words behind what a number counts that say what else it counts."""
    found = _AND_OTHERS.match(text, end)
    return found[0] if found else ""


def is_whole(text: str, start: int) -> bool:
    """Whether a number is that of all of which another number is a part: «60 out of 80 brothels»."""
    return bool(_IS_WHOLE.search(text, max(0, start - _WHOLE_WITHIN), start))


def is_met(word: str, words: Collection[str]) -> bool:
    """Whether a word, or another form of it, is among words (all of them stems)."""
    if word in words:
        return True
    return len(word) > 4 and any(o[:5] == word[:5] and abs(len(o) - len(word)) < 4 for o in words)


def values_meant(question: str, sentence: str, kind: Kind, slice: Bounds) -> tuple[Value, list[Value]] | None:
    """The value of a kind that a slice is, and the others that may be meant; None where it is none."""
    places = _places(question, sentence, kind)
    own = next((place for place in places if _touches(place, [slice])), None)
    if own is None:
        return None
    places = [one for one in places if one == own or not _touches(one, [slice])]
    if (
        kind == "amount"
        and len(places) == 2
        and _IN_BRACKETS.fullmatch(sentence[places[0][1] : places[1][0]])
    ):
        places = [own]
    if kind == "number":
        places = _alike(question, sentence, places, own)
    found = _weighed(question, sentence, places, kind)
    at = places.index(own)
    return found[at], found[:at] + found[at + 1 :]


def _places(question: str, sentence: str, kind: Kind) -> list[Bounds]:
    """The places of all values of a kind, but for those that the question names."""
    found = _spans(sentence, kind)
    if kind == "date":
        found += [place for place in _spans(sentence, "year") if not _touches(place, found)]
    if kind == "number":
        others = [place for other in _KINDS for place in _spans(sentence, other)]
        found = [place for place in found if not _touches(place, others)]
    asked = set(words_of(question))
    # The first cell of a row names it: «Convention of 1999».
    own_cells = sentence.find("\t") + 1
    found = [place for place in found if place[0] >= own_cells]
    return sorted((a, b) for a, b in found if not asked.issuperset(words_of(sentence[a:b])))


def _spans(sentence: str, kind: Kind) -> list[Bounds]:
    found = _PATTERNS[kind].finditer(sentence)
    return [match.span() for match in found if not _COUNT_IN_YEAR.fullmatch(match[0])]


def _touches(place: Bounds, others: Sequence[Bounds]) -> bool:
    return any(place[0] < other[1] and other[0] < place[1] for other in others)


def _alike(question: str, sentence: str, places: Sequence[Bounds], own: Bounds) -> list[Bounds]:
    """The numbers that may be meant in place of one: ages beside an age, and beside what counts what is asked
    for those that don't count something else."""
    is_age = bool(_IS_AGE.match(sentence, own[1]))
    kept = [one for one in places if one == own or bool(_IS_AGE.match(sentence, one[1])) == is_age]
    wanted = wanted_of(question)
    counted = {one: words_of(counted_behind(sentence, one[1]))[-1:] for one in kept}
    if wanted & set(counted[own]):
        return [one for one in kept if not counted[one] or wanted & set(counted[one])]
    return kept


def _weighed(question: str, sentence: str, places: Sequence[Bounds], kind: Kind) -> list[Value]:
    clauses = clauses_of(sentence, places, are_dates=kind == "date")
    asked = set(words_of(question)) - _ASKING
    names = {word for name in _NAMES.findall(question) for word in words_of(name)}
    met = [{word for word in asked if is_met(word, set(words_of(clause)))} for clause in clauses]
    shared = set.intersection(*met)
    # What is counted is said with the first only: «854 victims were rescued, 580 went home».
    said = {word for _, end in places for word in words_of(counted_behind(sentence, end))}
    found = _TO_COUNT.search(question)
    shared |= set(words_of(found[1])[:2]) & said if found else set()
    years = set(YEARS.findall(question))
    return [
        Value(
            *place,
            sum(2.0 if word in names else 1.0 for word in words - shared),
            len(words),
            bool(years & set(YEARS.findall(clause))),
        )
        for place, words, clause in zip(places, met, clauses, strict=True)
    ]
