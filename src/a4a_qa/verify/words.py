"""Words as quotations are compared: without case, punctuation, markup, and typography.

`Wording` finds a run of words in the report; `align` says where two runs differ.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from a4a_qa.report.report import Span
from a4a_qa.text.accents import without_accents

_WORD = re.compile(
    r"(?:[A-Za-z]\.){2,}"  # U.S.
    r"|\d+(?:[.,]\d+)*(?:st|nd|rd|th)?(?![A-Za-z])"
    r"|[^\W_]+(?:['’][^\W_]+)*"
    r"|[%$€£]"
)
_PERCENT = {"percent", "pct"}
# No sentence is longer; words beyond it lie on nothing.
_LONGEST_RUN = 400
# How many places of one wording are looked at.
_MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, and as it is written at `start:end`; `joint` is the sign that alone stands
    between it and the word before ("3/5")."""

    key: str
    written: str
    start: int
    end: int
    joint: str = ""


def words_in(text: str) -> tuple[Word, ...]:
    """The words of a text, with figures, signs of money and per cent."""
    words: list[Word] = []
    end = 0
    for found in _WORD.finditer(text):
        joint = text[end] if words and found.start() == end + 1 else ""
        words.append(Word(_key(found[0]), found[0], found.start(), found.end(), joint.strip()))
        end = found.end()
    return tuple(words)


def _key(written: str) -> str:
    plain = without_accents(written).casefold()
    if plain[:1].isdigit():
        grouped = re.sub(r",(?=\d{3}(?!\d))", "", plain)
        return re.sub(r"(?:st|nd|rd|th)$", "", grouped)
    bare = plain.replace(".", "").replace("’", "'").removesuffix("'s").replace("'", "")
    return "%" if bare in _PERCENT else bare or written


class Wording:
    """The words of a whole text, to find runs of them in it."""

    def __init__(self, text: str) -> None:
        self.words = words_in(text)
        self._joined = f" {' '.join(word.key for word in self.words)} "
        self._starts = [word.start for word in self.words]
        self._offsets: list[int] = []
        at = 0
        for word in self.words:
            self._offsets.append(at)
            at += len(word.key) + 1

    def find(self, words: Sequence[Word], start: int = 0, end: int | None = None) -> list[Span]:
        """The places of the text where these words stand in a row, of `start:end` only."""
        run = f" {' '.join(word.key for word in words)} "
        found: list[Span] = []
        from_word = bisect_left(self._starts, start)
        if not words or from_word == len(self.words):
            return found
        at = self._joined.find(run, self._offsets[from_word])
        while at >= 0 and len(found) < _MOST_PLACES:
            first = bisect_right(self._offsets, at) - 1
            span = Span(self.words[first].start, self.words[first + len(words) - 1].end)
            if end is not None and span.end > end:
                break
            found.append(span)
            at = self._joined.find(run, at + 1)
        return found


@dataclass(frozen=True, slots=True)
class Gap:
    """Words of one run that stand where the other has other words, or none; as positions in each run."""

    mine: tuple[int, int]
    theirs: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WordAlignment:
    """How a run of words lies on another: `likeness` from 0 to 1, the part of the other, and the gaps."""

    likeness: float
    first: int
    last: int
    gaps: tuple[Gap, ...]


def align(mine: Sequence[Word], theirs: Sequence[Word]) -> WordAlignment:
    """Lay one run of words on the part of another that it repeats; likeness is that of both (Dice)."""
    keys = [word.key for word in mine[:_LONGEST_RUN]]
    matcher = SequenceMatcher(None, keys, [word.key for word in theirs], autojunk=False)
    blocks = [(b.a, b.b, b.size) for b in matcher.get_matching_blocks() if b.size]
    blocks = _without_strays(blocks)
    if not blocks:
        return WordAlignment(0.0, 0, 0, ())
    first, last = blocks[0][1], blocks[-1][1] + blocks[-1][2]
    # What the statement has before and behind lies on nothing.
    edges = [(0, first, 0), *blocks, (len(mine), last, 0)]
    gaps = [
        Gap((a + size, next_a), (b + size, next_b))
        for (a, b, size), (next_a, next_b, _) in pairwise(edges)
        if a + size < next_a or b + size < next_b
    ]
    matched = sum(size for _, _, size in blocks)
    return WordAlignment(2 * matched / (len(mine) + last - first), first, last, tuple(gaps))


def _without_strays(blocks: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Drop a word or two at either edge that only a far-off place of the other run has."""
    kept = list(blocks)
    for edge, neighbour in ((0, 1), (-1, -2)):
        while len(kept) > 1 and kept[edge][2] <= 2 and _distance(kept[edge], kept[neighbour]) > 4:
            kept.pop(edge)
    return kept


def _distance(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    """How many words of the other run lie between two blocks."""
    low, high = sorted((one, other))
    return high[1] - low[1] - low[2]
