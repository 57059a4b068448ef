"""Which earlier questions a question leans on, back to the last that stands alone, and its purpose then."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from a4a_qa.lookup.sources import asks_source_of_that
from a4a_qa.question.follow_up import is_vague, leans, points_back
from a4a_qa.question.query import meant_by
from a4a_qa.safeguarding.purpose import PurposeReading
from a4a_qa.safeguarding.rules import LIFTED, plain_text, speaks_of_oneself

# "What can I do about it?" says of the asker only who would do it.
_WHO_CAN = re.compile(r"\b(?:can|could|do|may|must|shall|should|would) (?:i|we)\b")


def leant_on(
    meant: str,
    history: Sequence[str],
    reading: PurposeReading,
    read: Callable[[str], PurposeReading],
    mend: Callable[[str], str],
) -> list[str] | None:
    """The earlier questions that a question cannot be understood without, newest last; None where one of them
    seeks harm.

    `meant` is the question as `meant_by` gives it, `reading` what it is for, and `read` tells that of others.
    To read an earlier question takes as long as to read this one, so none is read that nothing leans on.
    """
    found: list[str] = []
    for past in reversed(history):
        if _stands_alone(meant, reading):
            break
        meant, reading = meant_by(past, mend), read(past)
        if reading.category == "C4":
            return None
        found.append(past)
    return found[::-1]


def purpose_after(
    meant: str, before: Sequence[str] | None, reading: PurposeReading, read: Callable[[str], PurposeReading]
) -> PurposeReading:
    """What a question is for that leans on those `before`, as `leant_on` gives them.

    Behind a wish to harm it goes on with it. "Is it still going on?" and "How can I stop it?" sound of need
    or worry by themselves. Where such a question names nothing and nobody, what it is behind the questions
    before decides; where that is neither, help stands above the answer and not in its place. Who speaks of
    oneself and of need is in need all the same.
    """
    if before is None:
        return replace(reading, category="C4", card="C4")
    if reading.category not in LIFTED or not before or not is_vague(meant):
        return reading
    if reading.category == "C2" and speaks_of_oneself(_WHO_CAN.sub(" ", plain_text(meant))):
        return reading
    together = read(" ".join((*before, meant)))
    if together.withholds:
        return together
    if reading.category == "C2" and together.card:
        return reading
    return replace(reading, category=None, card="C1" if reading.category == "C2" else "C2 or C3")


def _stands_alone(meant: str, reading: PurposeReading) -> bool:
    """Whether a question can be understood without those before it."""
    of_that = asks_source_of_that(meant, asks_source=reading.asks_source)
    return not (leans(meant) or points_back(meant) or of_that)
