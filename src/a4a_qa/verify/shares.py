"""The parts of a whole that a text gives («44%», «nine in ten», «about half»), and whether two may be one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a4a_qa.text.numerals import CARDINALS
from a4a_qa.verify.figures import Bound, bound_of, number_of
from a4a_qa.verify.words import Word

_PARTS = {"third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
_OUT_OF = [phrase.split("_") for phrase in "out_of_every out_of_the out_of in_every in of_the".split()]
# How far a share in round words may be from the exact one, in per cent of the whole.
_ABOUT = 10.0
# A larger whole is a count: «12 in 2008».
_LARGEST_WHOLE = 100
_UP_TO_WHOLE = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole in per cent, with the words that give it, and how exactly: «more than half»."""

    percent: float
    words: tuple[Word, ...]
    bound: Bound

    def agrees(self, other: Share) -> bool:
        """Whether both may tell of the same share."""
        apart = abs(self.percent - other.percent)
        if self.bound is None and other.bound is None:
            return apart < 1
        return apart <= _ABOUT and self._allows(other) and other._allows(self)

    def _allows(self, other: Share) -> bool:
        """Whether its bound lets the other be: «more than half» allows 60% and not 40%, and says nothing of
        «about half»."""
        if self.bound not in ("over", "under") or other.bound is not None:
            return True
        return (other.percent > self.percent) == (self.bound == "over")


def shares_in(words: Sequence[Word]) -> Iterator[Share]:
    """The parts of a whole that words give: «44%», «half», «a third», «nine in ten», «60 out of 80»."""
    at = 0
    while at < len(words):
        length, percent = _share_at(words, at)
        if length:
            yield Share(percent, tuple(words[at : at + length]), bound_of(words, at))
        at += length or 1


def _share_at(words: Sequence[Word], at: int) -> tuple[int, float]:
    """How many words from a place on give a share, and which; none and 0 where they give none."""
    keys = [word.key for word in words[at : at + 6]]
    following = [number_of(word) for word in words[at : at + 6]]
    if keys[0] in ("half", "halves"):
        return 1, 50.0
    if len(keys) > 1 and keys[1].removesuffix("s") in _PARTS and (keys[0] in CARDINALS or keys[0] == "a"):
        return 2, 100.0 * CARDINALS.get(keys[0], 1) / _PARTS[keys[1].removesuffix("s")]
    if following[0] is None:
        return 0, 0.0
    if keys[1:2] == ["%"]:
        plain = following[0].replace(",", "")
        return (2, float(plain)) if _DECIMAL.fullmatch(plain) else (0, 0.0)
    for between in _OUT_OF:
        end = 1 + len(between)
        whole = following[end] if keys[1:end] == between and len(following) > end else None
        part = following[0]
        if whole is None or not (_UP_TO_WHOLE.fullmatch(whole) and _UP_TO_WHOLE.fullmatch(part)):
            continue
        if int(part) < int(whole) <= _LARGEST_WHOLE:
            return end + 1, 100.0 * int(part) / int(whole)
    return 0, 0.0
