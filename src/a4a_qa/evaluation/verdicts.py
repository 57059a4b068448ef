"""Labelled statements about the report → how many get the verdict that they should.

A statement is verbatim, a paraphrase, invented, or altered in one way: a number, a year, a negation, a name,
an article or an endnote. An alteration is found when it is called altered (for an endnote, wrong_endnote).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.records import SPLITS, read_records
from a4a_qa.report import Report
from a4a_qa.verify.verifier import VERDICTS, Verification

EXPECTED: Mapping[str, str] = {
    "verbatim": "verbatim",
    "paraphrase": "supported",
    "invented": "unsupported",
    "number": "altered",
    "year": "altered",
    "negation": "altered",
    "name": "altered",
    "article": "altered",
    "endnote": "wrong_endnote",
}
ALTERATIONS = ("number", "year", "negation", "name", "article", "endnote")


@dataclass(frozen=True, slots=True)
class LabelledStatement:
    """A statement with its kind; `quote` is the sentence of the report that it was made from, if any."""

    id: str
    split: str
    section: str | None
    kind: str
    expect: str
    text: str
    quote: str | None


def read_statements(path: Path, report: Report) -> list[LabelledStatement]:
    """The statements in a JSON Lines file. Raises EvaluationError on one that does not fit the report."""
    found = []
    for labelled, where in read_records(path, LabelledStatement):
        if EXPECTED.get(labelled.kind) != labelled.expect or labelled.split not in SPLITS:
            raise EvaluationError(
                f"{where}: kind «{labelled.kind}», expect «{labelled.expect}» and split "
                f"«{labelled.split}» don't go together; kinds expect {dict(EXPECTED)}."
            )
        if labelled.quote is not None and labelled.quote not in report.text:
            raise EvaluationError(f"{where}: the quote does not stand in the report.")
        found.append(labelled)
    return found


def score(statements: Sequence[LabelledStatement], verify: Callable[[str], Verification]) -> dict[str, Any]:
    """For each split: verdicts by kind, and the shares that count."""
    verdicts: dict[str, Counter[tuple[str, str]]] = {split: Counter() for split in SPLITS}
    missed = []
    for labelled in statements:
        verdict = verdict_of(verify(labelled.text))
        verdicts[labelled.split][labelled.kind, verdict] += 1
        if verdict != labelled.expect:
            missed.append({"id": labelled.id, "kind": labelled.kind, "got": verdict})
    return {**{split: _shares(counted) for split, counted in verdicts.items()}, "missed": missed}


def verdict_of(found: Verification) -> str:
    """The verdict on a text of one statement; one that was taken for several has none that is right."""
    return found.statements[0].verdict if len(found.statements) == 1 else "several"


def _shares(counted: Counter[tuple[str, str]]) -> dict[str, Any]:
    def share(kinds: Sequence[str]) -> float | None:
        total = sum(count for (kind, _), count in counted.items() if kind in kinds)
        right = sum(counted[kind, EXPECTED[kind]] for kind in kinds)
        return round(right / total, 4) if total else None

    return {
        "statements": counted.total(),
        "altered_found": share(ALTERATIONS),
        "verbatim_kept": share(["verbatim"]),
        "paraphrases_supported": share(["paraphrase"]),
        "invented_unsupported": share(["invented"]),
        "by_kind": {
            kind: {
                verdict: counted[kind, verdict]
                for verdict in (*VERDICTS, "several")
                if counted[kind, verdict]
            }
            for kind in EXPECTED
        },
    }
