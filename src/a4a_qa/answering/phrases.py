"""The only words in an answer that are not the report's: fixed phrases around quotes, and how sure it is."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "phrases.toml"
# The least confidence for each word. Confidence is the share of such answers that cite the right sentences.
_CONFIDENCE = ((0.8, "high"), (0.5, "fair"), (0.0, "low"))


@cache
def _phrases() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def phrase(group: str, name: str, **parts: str) -> str:
    """A phrase of the list, with the question's own words put in where it has a place for them."""
    return _phrases()[group][name].format(**parts)


def confidence_in_words(confidence: float, *, has_caveat: bool = False) -> str:
    """ "Confidence: high. About 9 of 10 answers like this cite the right sentences."

    With a caveat it is fair at most, and without a number, which holds for answers without one only.
    """
    word = next(word for least, word in _CONFIDENCE if confidence >= least)
    word = "fair" if has_caveat and word == "high" else word
    tenths = min(9, max(1, int(10 * confidence + 0.5)))  # as the widget rounds: half a tenth up
    number = "" if has_caveat else f" About {tenths} of 10 answers like this cite the right sentences."
    advice = "" if word == "high" else " Read the passage before you rely on it."
    return f"Confidence: {word}.{number}{advice}"
