"""A scorecard: what a run scored, as one JSON file that people read, commit and compare.

It is the same, byte for byte, whenever the same run is scored against the same gold questions. Of each
question it keeps the few outcomes that comparisons need, one line a question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from a4a_qa.errors import EvaluationError
from a4a_qa.files import replaced

FORMAT = 1
# The measures whose outcomes a scorecard keeps for each question.
KEPT = (
    "supported", "answer_hit", "evidence_f1", "recall_at_5", "recall_at_10", "citation_validity",
    "faithful_characters", "endnote_exact", "short_answer_right",
)  # fmt: skip


@dataclass(frozen=True)
class Scorecard:
    """The figures of a run; `measures` are means with intervals, `by` the means of parts of the set.

    `outcomes` gives for each question its component and one value for each of KEPT, None where a
    measure does not apply to it.
    """

    about: Mapping[str, Any]
    measures: Mapping[str, Mapping[str, float]]
    by: Mapping[str, Mapping[str, Mapping[str, tuple[float, int]]]]
    reading: Mapping[str, float]
    abstention: Mapping[str, Any]
    calibration: Mapping[str, Any]
    robustness: Mapping[str, Any]
    funnel: Mapping[str, int]
    cost: Mapping[str, float | None]
    confusions: list[dict[str, Any]]
    problems: list[str]
    outcomes: Mapping[str, tuple[str, tuple[float | None, ...]]]
    format: int = FORMAT

    def values(self, measure: str) -> dict[str, float]:
        """The outcomes of one of KEPT by question, where it applies."""
        at = KEPT.index(measure)
        return {id: v for id, (_, values) in self.outcomes.items() if (v := values[at]) is not None}

    def component(self, id: str) -> str:
        """The component of a question."""
        return self.outcomes[id][0]


def write_scorecard(path: Path, card: Scorecard) -> None:
    """Write a scorecard; the file appears under its name only when it is complete."""
    values = asdict(card) | {"outcomes": {"columns": ["component", *KEPT], "rows": _packed(card)}}
    with replaced(path) as file:
        file.write(json.dumps(values, ensure_ascii=False, indent=1) + "\n")


def _packed(card: Scorecard) -> dict[str, str]:
    return {
        id: " ".join([component, *("-" if value is None else f"{value:g}" for value in values)])
        for id, (component, values) in card.outcomes.items()
    }


def read_scorecard(path: Path) -> Scorecard:
    """A scorecard from its file; raises EvaluationError when it is not one."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise ValueError(f"its format is {values['format']}, expected {FORMAT}")
        if values["outcomes"]["columns"] != ["component", *KEPT]:
            raise ValueError(f"its columns are not component, {', '.join(KEPT)}")
        values["outcomes"] = {id: _unpacked(row) for id, row in values["outcomes"]["rows"].items()}
        return Scorecard(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"The scorecard {path} cannot be read ({type(error).__name__}: {error}). "
            "Make one with `a4a-qa eval score`."
        ) from error


def _unpacked(row: str) -> tuple[str, tuple[float | None, ...]]:
    component, *fields = row.split(" ")
    if len(fields) != len(KEPT):
        raise ValueError(f"{row!r} has {len(fields)} values, expected {len(KEPT)}")
    return component, tuple(None if field == "-" else float(field) for field in fields)
