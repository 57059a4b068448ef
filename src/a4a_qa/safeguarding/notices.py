"""What a place of the report is shown with: a warning, or the note that its contact details are old."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from a4a_qa.report.report import Place, Report, Span, overlap

# What describes abuse in detail and stays closed until it is opened; what holds contact details as old as
# the report; what is cited and likely more than was asked. Their names are those of the contract.
DISTRESSING = "distressing"
OLD_CONTACT = "contact_2011"
SEE_ALSO = "see_also"

# An address of the web, an e-mail address, or a telephone number; years such as 2001-2005 are none.
_CONTACT = re.compile(
    r"\bhttps?://|\bwww\.\w|\b[\w.+-]+@[\w-]+\.\w"
    r"|\+\d[\d\s().-]{6,}\d"
    r"|\(0\d{1,3}\)\s?\d[\d\s-]{4,}\d|\b0\d{1,2}[\s-]\d{3}[\s-]?\d{3,4}\b"
    r"|\b(?:tel|phone|call|dial|hotline|helpline)\w*\W+(?:number\W+)?\d[\d\s-]{2,}\d\b",
    re.IGNORECASE,
)


def main_count(cited: Iterable[Sequence[str]]) -> int:
    """How many of an answer's citations, whose notices these are, stand before those that are set apart."""
    return sum(SEE_ALSO not in notices for notices in cited)


class Notices:
    """The notices of the places of one report; `distressing` are the places that describe abuse in detail."""

    def __init__(self, report: Report, distressing: Sequence[Place]) -> None:
        self._report = report
        self._distressing = tuple(distressing)
        # The sentences that describe abuse in detail, by position.
        self.distressing_sentences = frozenset(
            position
            for position, sentence in enumerate(report.sentences)
            if any(overlap(place, sentence) for place in self._distressing)
        )

    def of(self, start: int, end: int) -> tuple[str, ...]:
        """The notices of `start:end`."""
        found = []
        if any(overlap(place, Span(start, end)) for place in self._distressing):
            found.append(DISTRESSING)
        if _CONTACT.search(self._report.text, start, end):
            found.append(OLD_CONTACT)
        return tuple(found)
