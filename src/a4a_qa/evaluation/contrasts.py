"""Yes-or-no questions and statements by whether the report affirms them → how often that is told rightly.

Most of those that it contradicts do so without a «not»: another group, order of size, place, or office. A
line is `{"id", "split", "kind": "question" or "statement", "text", "holds": true, false or null, "quote"}`,
null where the sentence of the quote does not decide it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from a4a_qa.answering.answer import Answer
from a4a_qa.evaluation.records import SPLITS, Split, read_records
from a4a_qa.evaluation.verdicts import verdict_of
from a4a_qa.verify.verifier import Verification

Kind = Literal["question", "statement"]
_KINDS: tuple[Kind, ...] = get_args(Kind)
_HOLDS = {True: "affirmed", False: "contradicted", None: "undecided"}


@dataclass(frozen=True, slots=True)
class Contrast:
    """A question or a statement, and whether the sentence `quote` affirms it."""

    id: str
    split: Split
    kind: Kind
    text: str
    holds: bool | None
    quote: str


def read_contrasts(path: Path) -> list[Contrast]:
    """The lines of a file. Raises EvaluationError on one that is none."""
    return [contrast for contrast, _ in read_records(path, Contrast)]


def score_contrasts(
    contrasts: Sequence[Contrast], ask: Callable[[str], Answer], verify: Callable[[str], Verification]
) -> dict[str, Any]:
    """For each split: what questions got in short («yes», «no», or neither) and statements as their verdict,
    by whether the report affirms them; and of all that is said for sure, how much is right."""
    told: dict[str, Counter[tuple[str, str, str]]] = {split: Counter() for split in SPLITS}
    for contrast in contrasts:
        is_question = contrast.kind == "question"
        said = _polarity(ask(contrast.text)) if is_question else verdict_of(verify(contrast.text))
        told[contrast.split][contrast.kind, _HOLDS[contrast.holds], said] += 1
    return {split: _shares(counted) for split, counted in told.items()}


def _polarity(answer: Answer) -> str:
    return (answer.short_answer and answer.short_answer.polarity) or "neither"


def _shares(counted: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    def count(kind: str, holds: str | None, *said: str) -> int:
        return sum(
            number for (k, h, s), number in counted.items() if k == kind and holds in (None, h) and s in said
        )

    backed = ("supported", "verbatim")
    return {
        "yes_or_no_said": count("question", None, "yes", "no"),
        "yes_or_no_right": count("question", "affirmed", "yes") + count("question", "contradicted", "no"),
        "backed_said": count("statement", None, *backed),
        "backed_right": count("statement", "affirmed", *backed),
        "by_kind": {
            kind: {
                holds: {s: n for (k, h, s), n in sorted(counted.items()) if (k, h) == (kind, holds)}
                for holds in _HOLDS.values()
            }
            for kind in _KINDS
        },
    }
