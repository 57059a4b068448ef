"""How well texts about the report are checked, on labelled statements and on contrasts.

A statement is verbatim, a paraphrase, invented, or altered in one way: a number, a year, a negation, a name,
an article or an endnote. An alteration is found when it is called altered (for an endnote, wrong_endnote).

A contrast is a yes-or-no question or a statement, with whether the sentence `quote` affirms it (`holds`:
true, false, or null where that sentence does not decide). Most of those that it contradicts do without a
"not": another group, order of magnitude, place, or office.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from a4a_qa.answering.answer import Answer
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.records import SPLITS, Record, Split, read_records
from a4a_qa.report.report import Report
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
_ALTERATIONS = ("number", "year", "negation", "name", "article", "endnote")
_BACKED = ("supported", "verbatim")
_HOLDS = {True: "affirmed", False: "contradicted", None: "undecided"}

Verify = Callable[[str], Verification]


class LabelledStatement(Record):
    """A statement with its kind; `quote` is the sentence of the report that it was made from, if any."""

    id: str
    split: Split
    section: str | None
    kind: str
    expect: str
    text: str
    quote: str | None


class Contrast(Record):
    """A question or a statement, and whether the sentence `quote` affirms it."""

    id: str
    split: Split
    kind: Literal["question", "statement"]
    text: str
    holds: bool | None
    quote: str


def read_statements(path: Path, report: Report) -> list[LabelledStatement]:
    """The statements in a JSON Lines file. Raises EvaluationError on one that does not fit the report."""
    found = []
    for labelled, where in read_records(path, LabelledStatement):
        if EXPECTED.get(labelled.kind) != labelled.expect:
            raise EvaluationError(
                f"{where}: kind '{labelled.kind}' and expect '{labelled.expect}' do not go together; "
                f"kinds expect {dict(EXPECTED)}."
            )
        if labelled.quote is not None and labelled.quote not in report.text:
            raise EvaluationError(f"{where}: the quote does not stand in the report.")
        found.append(labelled)
    return found


def read_contrasts(path: Path) -> list[Contrast]:
    """The contrasts in a JSON Lines file. Raises EvaluationError naming the line that is not one."""
    return [contrast for contrast, _ in read_records(path, Contrast)]


def score_statements(statements: Sequence[LabelledStatement], verify: Verify) -> dict[str, Any]:
    """For each split: verdicts by kind, and the shares that count."""
    verdicts: dict[str, Counter[tuple[str, str]]] = {split: Counter() for split in SPLITS}
    missed = []
    for labelled in statements:
        verdict = _verdict(verify(labelled.text))
        verdicts[labelled.split][labelled.kind, verdict] += 1
        if verdict != labelled.expect:
            missed.append({"id": labelled.id, "kind": labelled.kind, "got": verdict})
    return {**{split: _shares(counted) for split, counted in verdicts.items()}, "missed": missed}


def _verdict(found: Verification) -> str:
    """The verdict on a text of one statement; a text that was taken for several has no right one."""
    return found.statements[0].verdict if len(found.statements) == 1 else "several"


def _shares(counted: Counter[tuple[str, str]]) -> dict[str, Any]:
    def share(*kinds: str) -> float | None:
        total = sum(count for (kind, _), count in counted.items() if kind in kinds)
        right = sum(counted[kind, EXPECTED[kind]] for kind in kinds)
        return round(right / total, 4) if total else None

    return {
        "statements": counted.total(),
        "altered_found": share(*_ALTERATIONS),
        "verbatim_kept": share("verbatim"),
        "paraphrases_supported": share("paraphrase"),
        "invented_unsupported": share("invented"),
        "by_kind": {
            kind: {
                verdict: counted[kind, verdict]
                for verdict in (*VERDICTS, "several")
                if counted[kind, verdict]
            }
            for kind in EXPECTED
        },
    }


def score_contrasts(
    contrasts: Sequence[Contrast], ask: Callable[[str], Answer], verify: Verify
) -> dict[str, Any]:
    """For each split: the short answers to questions (yes, no, or neither) and the verdicts on statements, by
    whether the report affirms them; and how much of what is claimed outright is right."""
    told: dict[str, Counter[tuple[str, str, str]]] = {split: Counter() for split in SPLITS}
    for contrast in contrasts:
        is_question = contrast.kind == "question"
        said = _polarity(ask(contrast.text)) if is_question else _verdict(verify(contrast.text))
        told[contrast.split][contrast.kind, _HOLDS[contrast.holds], said] += 1
    return {split: _claims(counted) for split, counted in told.items()}


def _polarity(answer: Answer) -> str:
    return (answer.short_answer and answer.short_answer.polarity) or "neither"


def _claims(counted: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    def count(kind: str, holds: Sequence[str], *said: str) -> int:
        return sum(counted[kind, one, word] for one in holds for word in said)

    everything = tuple(_HOLDS.values())
    right = count("question", ["affirmed"], "yes") + count("question", ["contradicted"], "no")
    return {
        "yes_or_no_said": count("question", everything, "yes", "no"),
        "yes_or_no_right": right,
        "backed_said": count("statement", everything, *_BACKED),
        "backed_right": count("statement", ["affirmed"], *_BACKED),
        "by_kind": {
            kind: {
                holds: {s: n for (k, h, s), n in sorted(counted.items()) if (k, h) == (kind, holds)}
                for holds in everything
            }
            for kind in ("question", "statement")
        },
    }
