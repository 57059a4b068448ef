"""Which earlier questions a question leans on, back to the last that stands alone, and its purpose then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from a4a_qa.answering.meant import meant_by
from a4a_qa.answering.plain import plain_text
from a4a_qa.answering.purpose import PurposeReading
from a4a_qa.answering.question import is_vague, leans, points_back
from a4a_qa.answering.safeguarding import speaks_of_oneself
from a4a_qa.answering.source_wording import asks_source_of_that


def leant_on(
    meant: str,
    history: Sequence[str],
    reading: PurposeReading,
    read: Callable[[str], PurposeReading],
    mend: Callable[[str], str],
) -> list[str]:
    """The earlier questions that a question cannot be understood without, newest last, but for those that
    seek harm.

    `meant` is the question as `meant_by` gives it, `reading` what it is for, and `read` tells that of others.
    To read an earlier question takes as long as to read this one, so none is read that nothing leans on.
    """
    found: list[str] = []
    for past in reversed(history):
        if _stands_alone(meant, reading):
            break
        of_past = read(past)
        if of_past.category != "C4":
            found.append(past)
            meant, reading = meant_by(past, mend), of_past
    return found[::-1]


def purpose_after(
    meant: str, before: Sequence[str], reading: PurposeReading, read: Callable[[str], PurposeReading]
) -> PurposeReading:
    """What a question is for that leans on those `before`, newest last.

    «Is it still going on?» sounds of need by itself. Where it names nothing and nobody, and does not sound so
    behind the questions before, help stands above the answer and not in its place.
    """
    if reading.category != "C2" or not before or not is_vague(meant) or speaks_of_oneself(plain_text(meant)):
        return reading
    together = " ".join((*before, meant))
    return reading if read(together).card else replace(reading, category=None, card="C1")


def _stands_alone(meant: str, reading: PurposeReading) -> bool:
    """Whether a question can be understood without those before it."""
    of_that = asks_source_of_that(meant, asks_source=reading.asks_source)
    return not (leans(meant) or points_back(meant) or of_that)
