"""A judge that reads nothing twice: measuring asks the same in several ways and several times.

For measuring only. A service keeps nothing that was asked, in memory either.
"""

from __future__ import annotations

from typing import Any

from a4a_qa.index.judge import Judge, Reading


class RememberingJudge(Judge):
    """What a judge says, remembered for each text and each pair."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._read: dict[tuple[str, str], Reading] = {}
        self._told: dict[str, dict[str, float]] = {}

    def read(self, question: str, text: str) -> Reading:
        if (question, text) not in self._read:
            self._read[question, text] = super().read(question, text)
        return self._read[question, text]

    def purposes(self, question: str) -> dict[str, float]:
        if question not in self._told:
            self._told[question] = super().purposes(question)
        return self._told[question]
