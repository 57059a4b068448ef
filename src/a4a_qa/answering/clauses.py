"""Which part of a sentence tells something of a value in it: «92 in 2007 and 73 in 2008» has two.

Between two values of one kind the strongest mark that stands there parts them. What comes before the first
comma is said of all, and so is what follows the last value. What tells of a number stands behind it, of a
date before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

Bounds = tuple[int, int]

# Where a sentence ends; not behind «U.S.», «H.E.», «No.».
_STOP = re.compile(r"(?<=[.!?])(?<!\.[A-Z]\.)(?<!\bNo\.)(?<!\bArt\.)[”\"’)]?\s+(?=[A-Z“\"‘(\d])")
# What parts values, the strongest first; nothing in «4,000 – 10,000».
_PARTS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[;\t\n]",
        r"[()]",
        r" – (?!\d)|,? (?:while|whereas|whilst|but|although|however)\b|, (?:and|or|with|as well as)\b",
        r",(?!\d)|:",
        r" (?:and|or)\b",
    )
]
_BEFORE_THE_FIRST = re.compile(
    r"[;()\t,:](?!\d)| – |\b(?:that|which|while|whereas|whilst|but)\b", re.IGNORECASE
)
_BEHIND_THE_LAST = re.compile(r"[;()\t]| – (?!\d)|, ?(?:while|whereas|whilst|but)\b", re.IGNORECASE)
# Where another part of a sentence begins that says something on its own.
_CLAUSE = re.compile(
    r"[;()\t,:](?!\d)| – (?!\d)|\b(?:while|whereas|whilst|but|although|and)\b", re.IGNORECASE
)
# What is conceded before or behind what is said, or left out of it.
_CONCEDING = r"(?:even though|although|though|despite|in spite of|notwithstanding|while|whilst|whereas)"
_CONCEDED = re.compile(
    rf"^(?:(?:However|But|And),? )?{_CONCEDING}\b[^,;]*,"
    rf"|[,;]? \b(?:{_CONCEDING}|with the exceptions? of|except(?:ing)?|apart from|other than)\b[^;]*$",
    re.IGNORECASE,
)
# «In 2006, …»: what this date tells of stands behind it.
_AT_THE_BEGINNING = 15


def sentence_at(text: str, at: int) -> Bounds:
    """Where the sentence begins and ends that has this place of a text."""
    start = 0
    for stop in _STOP.finditer(text):
        if stop.end() > at:
            return start, stop.start()
        start = stop.end()
    return start, len(text)


def parted(text: str) -> tuple[str, str]:
    """What a sentence concedes or leaves out, and what it says."""
    conceded = " ".join(found[0] for found in _CONCEDED.finditer(text))
    return conceded, _CONCEDED.sub(" ", text)


def clauses_around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The clause that has this place of a sentence, it with the one before, and all of the sentence."""
    begins = [0, *(mark.end() for mark in _CLAUSE.finditer(text, 0, start))]
    last = next((mark.start() for mark in _CLAUSE.finditer(text, end)), len(text))
    return text[begins[-1] : last], text[begins[-2:][0] : last], text


def clauses_of(text: str, values: Sequence[Bounds], *, are_dates: bool) -> list[str]:
    """The part of a sentence that tells something of each value; values that nothing parts share one."""
    told_before = are_dates and values[0][0] > _AT_THE_BEGINNING
    cuts = [_cut(text, one[1], other[0], first=told_before) for one, other in pairwise(values)]
    found = []
    for position, (start, end) in enumerate(values):
        before = [cut for cut in cuts[:position] if cut is not None]
        behind = [cut for cut in cuts[position:] if cut is not None]
        first = max((mark.end() for mark in _BEFORE_THE_FIRST.finditer(text, 0, start)), default=0)
        last = next((mark.start() for mark in _BEHIND_THE_LAST.finditer(text, end)), len(text))
        found.append(text[before[-1] if before else first : behind[0] if behind else last])
    return found


def _cut(text: str, start: int, end: int, *, first: bool) -> int | None:
    """Where two values are parted: at the first or the last of the strongest marks between them."""
    for part in _PARTS:
        if marks := list(part.finditer(text, start, end)):
            return marks[0 if first else -1].start()
    return None
