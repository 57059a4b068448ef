"""What the pages say in words of our own, where it depends on the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from a4a_qa.report import Pages

# Confidence from which on a word applies; it is the share of such answers that cite the right sentence.
_CONFIDENCE = ((0.8, "high"), (0.5, "fair"), (0.0, "low"))


def confidence_in_words(confidence: float, *, has_caveat: bool = False) -> str:
    """«Confidence: high. About 9 of 10 answers like this cite the right sentences.»

    With a caveat it is fair at most, without a number: that of ten answers holds for those without one.
    """
    word = next(word for least, word in _CONFIDENCE if confidence >= least)
    word = "fair" if has_caveat and word == "high" else word
    tenths = min(9, max(1, int(10 * confidence + 0.5)))  # as the widget rounds, half a tenth up
    number = "" if has_caveat else f" About {tenths} of 10 answers like this cite the right sentences."
    advice = "" if word == "high" else " Read the passage before you rely on it."
    return f"Confidence: {word}.{number}{advice}"


def place_in_words(section: Sequence[str], page: Mapping[str, Any] | None) -> str:
    """«Prevention › Schools, pp. 21–23»."""
    path = " › ".join(section)
    return f"{path}, {Pages(**page).as_cited}" if page else path
