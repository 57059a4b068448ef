"""A slice of a sentence that may be the short answer, with what it is weighed by."""

from __future__ import annotations

from dataclasses import dataclass

from a4a_qa.answering.clauses import clauses_around


@dataclass(frozen=True, slots=True)
class Slice:
    """The slice at `start:end` of a sentence, and whether a judge is sure of it.

    `around` is what the sentence is read with and the one before, `known` what its report is about.
    """

    sentence: str
    start: int
    end: int
    is_sure: bool
    around: str = ""
    known: str = ""

    @property
    def text(self) -> str:
        """The words of the slice."""
        return self.sentence[self.start : self.end]

    @property
    def before(self) -> str:
        """What stands before the slice."""
        return self.sentence[: self.start]

    @property
    def behind(self) -> str:
        """What stands behind the slice."""
        return self.sentence[self.end :]

    @property
    def clauses(self) -> tuple[str, str, str]:
        """The clause that it stands in, that with the one before, and the sentence."""
        return clauses_around(self.sentence, self.start, self.end)
