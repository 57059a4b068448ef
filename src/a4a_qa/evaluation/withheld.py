"""What becomes of a question by its purpose where that depends on what the report answers."""

from __future__ import annotations

from pathlib import Path

from a4a_qa.assistant import Assistant
from a4a_qa.index.judge import Judge
from a4a_qa.safeguarding.purpose import CLASSES


class TrustingJudge(Judge):
    """A judge that takes every question to be about the report, or for the source of what stands there."""

    def purposes(self, question: str) -> dict[str, float]:
        source = super().purposes(question)["source"]
        return dict.fromkeys(CLASSES, 0.0) | {"source": source, "C0": 1 - source}


def is_refused_as_person(assistant: Assistant, question: str) -> bool:
    """Whether the answer is that nobody is identified."""
    reason = assistant.ask(question).reason
    return reason is not None and reason.code == "person"


class Withheld:
    """Tells of a question to an assistant, opened from `index`, whether its purpose costs it an answer.

    Raises what `Assistant.open` raises.
    """

    def __init__(self, assistant: Assistant, index: Path) -> None:
        self._assistant = assistant
        self._trusting = Assistant.open(index, judge=TrustingJudge.shipped())

    def __call__(self, question: str) -> bool:
        """Whether the report answers a question, and nothing of that is shown, below help either."""
        shown = self._assistant.ask(question)
        if shown.citations or (shown.status == "support" and shown.passages):
            return False
        return bool(self._trusting.ask(question).citations)
