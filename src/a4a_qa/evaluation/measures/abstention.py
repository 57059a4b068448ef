"""Abstention: whether the system knows when the report does not say.

The curve shows what each threshold would have done. What a refusal withheld is its nearest place. Risk is
the share of wrong answers among all that are given, to unanswerable questions too; coverage is the share
of answerable questions that are answered (Geifman and El-Yaniv, 2017, with coverage as we define it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from a4a_qa.evaluation.case import Case
from a4a_qa.evaluation.learned import auroc, question_alone
from a4a_qa.evaluation.significance import wilson

# The risk at which coverage is reported.
ACCEPTED_RISK = 0.05


def over_abstention(case: Case) -> float:
    """1 when an answerable question was not answered, or failed."""
    return float(not case.answered)


def caveat(case: Case) -> float:
    """1 when a question was answered with a caveat, or failed."""
    return float(case.has_caveat or case.answer is None)


def caught(case: Case) -> float:
    """1 when a question was refused or answered with a caveat."""
    return float(case.refused or case.has_caveat)


def false_answer(case: Case) -> float:
    """1 when an unanswerable question was answered, or failed, unless a part was asked for and given."""
    return float(not case.supported)


def reason_right(case: Case) -> float:
    """1 when an unanswerable question got a status and a reason code that are right."""
    expect, answer = case.question.record.expect, case.answer
    if expect is None or answer is None or answer.reason is None:
        return 0.0
    return float(answer.status in expect.status and answer.reason.code in expect.codes)


def reason_named(case: Case) -> float:
    """1 when an unanswerable question was refused or answered with a caveat, for a reason that is right."""
    expect, answer = case.question.record.expect, case.answer
    if expect is None or answer is None or answer.reason is None:
        return 0.0
    return float(answer.status in ("not_in_report", "partial") and answer.reason.code in expect.codes)


def statuses(cases: Sequence[Case]) -> dict[str, dict[str, int]]:
    """How many questions of each kind got each status; «failed» got no answer."""
    kinds = sorted({case.question.record.kind or "answerable" for case in cases})
    return {
        kind: dict(
            sorted(
                Counter(
                    case.answer.status if case.answer else "failed"
                    for case in cases
                    if (case.question.record.kind or "answerable") == kind
                ).items()
            )
        )
        for kind in kinds
    }


def precision_recall(cases: Sequence[Case]) -> tuple[float, float, float]:
    """Precision, recall and F1 of refusing, with «unanswerable» as what should be found."""
    rightly = sum(case.refused and not case.question.record.answerable for case in cases)
    precision = rightly / max(1, sum(case.refused for case in cases))
    recall = rightly / max(1, sum(not case.question.record.answerable for case in cases))
    return precision, recall, 2 * precision * recall / (precision + recall) if rightly else 0.0


def probability(case: Case) -> float:
    """The confidence of an answer. Without one, an answer claims certainty and a refusal nothing; a failed
    question counts as the worst that could have been claimed."""
    if case.answer is None:
        return 0.0 if case.question.record.answerable else 1.0
    return case.answer.confidence if case.answer.confidence is not None else float(case.answered)


def is_right(case: Case) -> bool:
    """Whether the answer, given or withheld, is supported by all the evidence that it needs."""
    if case.answer is None:
        return case.question.record.answerable
    return case.hit if case.answered else case.withheld_is_right()


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What answering from this confidence upwards gives."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(cases: Sequence[Case]) -> list[CurvePoint]:
    """One point for each confidence that occurs, from the highest down; equal ones fall together."""
    answerable = max(1, sum(case.question.record.answerable for case in cases))
    ranked = sorted(
        ((probability(c), _would_be_right(c), c.question.record.answerable) for c in cases), reverse=True
    )
    points: list[CurvePoint] = []
    wrong = covered = 0
    for count, (threshold, right, counts) in enumerate(ranked, 1):
        wrong += not right
        covered += counts
        if count == len(ranked) or ranked[count][0] != threshold:
            points.append(CurvePoint(threshold, covered / answerable, wrong / count))
    return points


def _would_be_right(case: Case) -> bool:
    """Like `is_right`, but a question that failed is never answered rightly."""
    return case.answer is not None and is_right(case)


def shipped_point(cases: Sequence[Case]) -> CurvePoint:
    """Coverage and risk of what was really answered; the threshold is the lowest confidence among it."""
    answerable = max(1, sum(case.question.record.answerable for case in cases))
    given = [case for case in cases if case.answered]
    covered = sum(case.question.record.answerable for case in given)
    wrong = sum(not case.hit for case in given)
    lowest = min((probability(case) for case in given), default=1.0)
    return CurvePoint(lowest, covered / answerable, wrong / max(1, len(given)))


def area_under(points: Sequence[CurvePoint]) -> float:
    """AURC: the risk, averaged over coverage from 0 to 1."""
    area = before = 0.0
    for point in points:
        area += (point.coverage - before) * point.risk
        before = point.coverage
    return area


def coverage_at(points: Sequence[CurvePoint], risk: float = ACCEPTED_RISK) -> float:
    """The largest coverage at which the risk is accepted."""
    return max((point.coverage for point in points if point.risk <= risk), default=0.0)


def summary(cases: Sequence[Case]) -> dict[str, Any]:
    """All that a scorecard says of whether the system knows when the report does not say."""
    precision, recall, f1 = precision_recall(cases)
    curve = risk_coverage(cases)
    near = [case for case in cases if case.question.record.kind == "near_miss"]
    answerable = [case for case in cases if case.question.record.answerable]
    false = sum(int(false_answer(case)) for case in near)
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "false_answers_near_miss": {"count": false, "of": len(near), "wilson": wilson(false, len(near))},
        "statuses": statuses(cases),
        "auroc": _auroc(cases),
        "auroc_near_miss": _auroc([*answerable, *near]),
        "question_alone": _question_alone(cases),
        "aurc": area_under(curve),
        "coverage_at_5_percent_risk": coverage_at(curve),
        "shipped": asdict(shipped_point(cases)),
    }


def _auroc(cases: Sequence[Case]) -> float | None:
    return auroc([case.question.record.answerable for case in cases], [probability(case) for case in cases])


def _question_alone(cases: Sequence[Case]) -> dict[str, Any]:
    """The classifier that sees the question alone, beside the confidence on the same questions.

    Over base wordings and minimal edits only: variants are written for answerable facts mostly, so a typing
    error would tell it the class.
    """
    alike = [case for case in cases if case.question.record.variant in ("base", "minimal_edit")]
    labels = [case.question.record.answerable for case in alike]
    texts = [case.question.record.question for case in alike]
    return {
        "questions": len(alike),
        "auroc": question_alone(texts, labels, [case.question.component for case in alike]),
        "confidence_auroc": _auroc(alike),
    }
