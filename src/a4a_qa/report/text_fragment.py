"""A place in the report → the text fragment by which a browser finds its words on the page of the report.

Such as ":~:text=Campaigns%20were%20conducted,eventually%20be%20conducted", to be put behind an anchor:
https://wicg.github.io/scroll-to-text-fragment/. It names the first and the last words of the place, as many
as the report has nowhere else. A browser compares whole words, and takes the number of a note for part of the
word that it stands on, so no word beside a note mark is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from urllib.parse import quote

from a4a_qa.report.report import Place, Report, overlap

# How many words are named at either end: fewer say little, and more make a long address.
_FEWEST, _MOST = 4, 16
# Between the cells of a row and between blocks, where words do not stand on one line.
_APART = re.compile(r"\t|\n\s*\n")
_LONGEST = 600


class TextFragments:
    """The text fragments of one report, none for a place that touches one of those in `closed`: a browser
    opens what a text fragment finds."""

    def __init__(self, report: Report, closed: Sequence[Place] = ()) -> None:
        self._report = report
        self._closed = tuple(closed)

    def of(self, place: Place) -> str:
        """The text fragment of a place; empty where no words of it tell it from the rest of the report."""
        if any(overlap(place, closed) for closed in self._closed):
            return ""
        runs = [run for run in self._runs(place) if len(run) >= _FEWEST]
        firsts = ((at, words) for at, run in enumerate(runs) if (words := self._telling(run)))
        lasts = ((at, words) for at, run in enumerate(runs) if (words := self._telling(run, from_end=True)))
        first, *_ = *firsts, None
        *_, last = None, *lasts
        if first is None or last is None or last[0] < first[0]:
            return ""
        (begins, start), (ends, end) = first, last
        named = [start, end]
        if begins == ends and len(start) + len(end) >= len(runs[begins]):
            named = [runs[begins]]  # they meet, or lie on each other
        fragment = ":~:text=" + ",".join(_encoded(" ".join(words)) for words in named)
        return fragment if len(fragment) <= _LONGEST else ""

    def _runs(self, place: Place) -> Iterator[list[str]]:
        """The words between two note marks, cells or blocks, without those that a mark stands on."""
        at = place.start
        for mark in (*self._report.marks_in(place.start, place.end), None):
            end = place.end if mark is None else mark.offset
            pieces = [piece.split() for piece in _APART.split(self._report.text[at:end])]
            if mark is not None and not self._report.text[end - 1].isspace():
                pieces[-1] = pieces[-1][:-1]
            if at > place.start and not self._report.text[at : at + 1].isspace():
                pieces[0] = pieces[0][1:]
            yield from pieces
            at = end

    def _telling(self, run: Sequence[str], *, from_end: bool = False) -> Sequence[str]:
        """The fewest words at an end of a run that stand nowhere else in the report, empty if all do."""
        for count in range(_FEWEST, min(_MOST, len(run)) + 1):
            words = run[-count:] if from_end else run[:count]
            wanted = " ".join(words).casefold()
            if self._words.find(wanted, self._words.find(wanted) + 1) < 0:
                return words
        return ()

    @cached_property
    def _words(self) -> str:
        """The words of the report as browsers compare them: in any case, with any space between."""
        return " ".join(self._report.text.casefold().split())


def _encoded(words: str) -> str:
    """Words in percent-encoding, with the dash, which has a meaning in a text fragment."""
    return quote(words, safe="", errors="replace").replace("-", "%2D")
