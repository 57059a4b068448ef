"""Whether a statement says of how many, how much or how far what the report says: all or few, much or little,
more or less visible, from the towns or to the towns, regardless of something or because of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from a4a_qa.index.lexical import words_of
from a4a_qa.verify.differences import Difference
from a4a_qa.verify.facts import content_of, has_negation
from a4a_qa.verify.figures import is_year, number_of
from a4a_qa.verify.opposites import opposites
from a4a_qa.verify.words import Word, words_in

_Quantity = Literal["all", "part", "much", "little"]
_QUANTITIES: Mapping[str, tuple[_Quantity, ...]] = {
    **dict.fromkeys(("all", "every", "each"), ("all",)),
    **dict.fromkeys(("some", "several", "most"), ("part",)),
    "few": ("part", "little"),
    "little": ("little",),
    "many": ("part", "much"),
    "much": ("much",),
}
_AGAINST: Mapping[_Quantity, _Quantity] = {"all": "part", "part": "all", "much": "little", "little": "much"}
# What may stand between how many and of what, and where what is counted ends.
_BETWEEN = frozenset("of the these those its their our a".split())
_END = frozenset(
    "before after during between among within without against under over through since until per via "
    "despite towards toward into onto upon and or not".split()
)
_MOST_BETWEEN = 4
_PLURALS = frozenset("children women men people".split())
_MORE_OR_LESS = re.compile(r"\b(more|less)\s+(?!than\b)([a-z]{4,})\b", re.IGNORECASE)
_WAY = re.compile(r"\bfrom\s+(?P<start>[^,;.]{3,60}?)\s+(?:in)?to\s+(?P<end>[^;.]{3,80})", re.IGNORECASE)
_REGARDLESS = re.compile(r"\b(?:regardless|irrespective)\s+of\b[^,;.]*", re.IGNORECASE)
_TOLD_AS_WELL = re.compile(
    r"\b(?:regardless|irrespective|irrelevant|even|whether|matters?|despite|although|though|also|too)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|merely|solely)\b", re.IGNORECASE)
# How many words behind «only» tell what there is only of.
_WHAT_ONLY = 4


def of_quantities(statement: str, evidence: str) -> Iterator[Difference]:
    """What a statement says otherwise of how much there is of the same, places in its text."""
    yield from _amounts(words_in(statement), words_in(evidence))
    yield from _degrees(statement, evidence)
    yield from _ways(statement, evidence)
    yield from _conditions(statement, evidence)
    yield from _only(statement, evidence)


@dataclass(frozen=True, slots=True)
class _Amount:
    """A word that tells how much there is of something, and whether that follows at once."""

    word: Word
    at_once: bool


def _amounts(mine: Sequence[Word], theirs: Sequence[Word]) -> Iterator[Difference]:
    """«All harbours» for «some harbours» or «5 harbours», «much fog» for «little fog»."""
    there = _counted(theirs)
    for stem, said in _counted(mine).items():
        instead = there.get(stem, {})
        for quantity, own in said.items():
            against = instead.get(_AGAINST[quantity])
            if number_of(own.word) or quantity in instead or against is None:
                continue
            beside = said.get(_AGAINST[quantity])
            if beside and number_of(beside.word) == number_of(against.word):
                continue  # «all six harbours» for «6 harbours»
            if own.at_once or against.at_once:
                yield Difference("word", own.word.written, against.word.written, own.word.start, own.word.end)
                return


def _counted(words: Sequence[Word]) -> dict[str, dict[_Quantity, _Amount]]:
    """The stems of what is counted, each with the quantities of it."""
    found: dict[str, dict[_Quantity, _Amount]] = {}
    for at, word in enumerate(words):
        number = number_of(word)
        quantities = _QUANTITIES.get(word.key, ("part",) if number and not is_year(number) else ())
        before_it = [one.key for one in words[max(0, at - 2) : at]]
        if before_it[-1:] == ["a"] and before_it != ["only", "a"]:  # «a few», «a little» are not so little
            quantities = tuple(quantity for quantity in quantities if quantity != "little")
        before, at_once = word, True
        for what in words[at + 1 : at + 1 + _MOST_BETWEEN] if quantities else ():
            if what.start > before.end + 1 or what.key in _END:
                break
            before = what
            stems = words_of(what.written)
            if (what.key in _BETWEEN and at_once) or number_of(what) or what.written[0].isupper():
                continue
            if not stems or what.key in _BETWEEN or (word.key == "little" and _is_plural(what)):
                break
            for quantity in quantities:
                found.setdefault(stems[0], {}).setdefault(quantity, _Amount(word, at_once))
            at_once = False
    return found


def _is_plural(what: Word) -> bool:
    """Whether several are meant, of which «little» tells the size: «little boats»."""
    return what.key in _PLURALS or (what.key.endswith("s") and not what.key.endswith("ss"))


def _degrees(statement: str, evidence: str) -> Iterator[Difference]:
    """«More visible» for «less visible»."""
    there: dict[str, set[str]] = {}
    for degree, what in _MORE_OR_LESS.findall(evidence):
        there.setdefault(what.casefold(), set()).add(degree.casefold())
    for said in _MORE_OR_LESS.finditer(statement):
        degrees = there.get(said[2].casefold(), set())
        if degrees and said[1].casefold() not in degrees:
            yield Difference("word", said[0], f"{degrees.pop()} {said[2]}", said.start(), said.end())


def _ways(statement: str, evidence: str) -> Iterator[Difference]:
    """«From the towns to the countryside» for «from rural areas to the capital»."""
    mine, theirs = _WAY.search(statement), _WAY.search(evidence)
    if mine and theirs:
        pairs = ((end, pair) for end in ("start", "end") for pair in opposites(mine[end], theirs[end]))
        for end, pair in islice(pairs, 1):
            at = statement.index(pair.said, mine.start(end))
            yield Difference("word", pair.said, pair.instead, at, at + len(pair.said))


def _conditions(statement: str, evidence: str) -> Iterator[Difference]:
    """What counts in a statement, and is said to be regardless of it."""
    if _TOLD_AS_WELL.search(statement) or has_negation(words_in(statement)):
        return
    without = set(words_of(" ".join(_REGARDLESS.findall(evidence))))
    without -= set(words_of(_REGARDLESS.sub(" ", evidence)))
    if without & content_of(words_in(statement)):
        yield Difference("negation", "", "", 0, len(statement))


def _only(statement: str, evidence: str) -> Iterator[Difference]:
    """«Only pays a fine», where the report speaks of no fine."""
    said = _ONLY.search(statement)
    if not said or _ONLY.search(evidence):
        return
    what = [word for word in words_in(statement[said.end() :]) if words_of(word.written)][:_WHAT_ONLY]
    if what and not content_of(what) & content_of(words_in(evidence)):
        end = said.end() + what[-1].end
        yield Difference("word", statement[said.start() : end], "", said.start(), end)
