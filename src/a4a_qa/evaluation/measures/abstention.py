"""Abstention and calibration: whether the system knows when the report does not say, and how sure it may be.

The risk–coverage curve shows what each threshold on the confidence would have done. Risk is the share of
wrong answers among all that are given, to unanswerable questions too; coverage is the share of answerable
questions that are answered (Geifman and El-Yaniv, 2017, with coverage as we define it). What a refusal
withheld is the nearest place that it names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import MissingExtra
from a4a_qa.evaluation.case import Case
from a4a_qa.evaluation.measures.significance import Floats, wilson

# The risk at which coverage is reported.
ACCEPTED_RISK = 0.05
_BINS = 10
_DRAWS = 500
# Cross-validation of the classifier that sees the question alone.
_FOLDS = 5


def probability(case: Case) -> float:
    """The confidence of an answer. Without one, an answer claims certainty and a refusal nothing; a failed
    question counts as the worst that could have been claimed."""
    if case.answer is None:
        return 0.0 if case.question.record.answerable else 1.0
    return case.answer.confidence if case.answer.confidence is not None else float(case.answered)


def is_right(case: Case) -> bool:
    """Whether the answer, given or withheld, has all the evidence that it needs."""
    if case.answer is None:
        return case.question.record.answerable
    return case.hit if case.answered else case.withheld_is_right()


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The coverage and risk of answering from this confidence upwards."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(cases: Sequence[Case]) -> list[CurvePoint]:
    """A point for each confidence that occurs, from the highest down."""
    answerable = max(1, sum(case.question.record.answerable for case in cases))
    # A question that failed is never answered rightly.
    ranked = sorted(
        ((probability(c), c.answer is not None and is_right(c), c.question.record.answerable) for c in cases),
        reverse=True,
    )
    points: list[CurvePoint] = []
    wrong = covered = 0
    for count, (threshold, right, counts) in enumerate(ranked, 1):
        wrong += not right
        covered += counts
        if count == len(ranked) or ranked[count][0] != threshold:
            points.append(CurvePoint(threshold, covered / answerable, wrong / count))
    return points


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


def abstention(cases: Sequence[Case]) -> dict[str, Any]:
    """What a scorecard says of whether the system knows when the report does not say. Precision and recall
    are those of refusing, with unanswerable questions as the ones to find."""
    unanswerable = [case for case in cases if not case.question.record.answerable]
    rightly = sum(case.refused for case in unanswerable)
    precision = rightly / max(1, sum(case.refused for case in cases))
    recall = rightly / max(1, len(unanswerable))
    near = [case for case in unanswerable if case.question.record.kind == "near_miss"]
    false = sum(not case.supported for case in near)
    curve = risk_coverage(cases)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if rightly else 0.0,
        "false_answers_near_miss": {"count": false, "of": len(near), "wilson": wilson(false, len(near))},
        "statuses": _statuses(cases),
        "auroc": _auroc(cases),
        "auroc_near_miss": _auroc([*(c for c in cases if c.question.record.answerable), *near]),
        "question_alone": _question_alone(cases),
        "aurc": area_under(curve),
        "coverage_at_5_percent_risk": coverage_at(curve),
        "shipped": asdict(shipped_point(cases)),
    }


def _statuses(cases: Sequence[Case]) -> dict[str, dict[str, int]]:
    """How many questions of each kind got each status; "failed" got no answer."""
    kinds: dict[str, Counter[str]] = {}
    for case in cases:
        counted = kinds.setdefault(case.question.record.kind or "answerable", Counter())
        counted[case.answer.status if case.answer else "failed"] += 1
    return {kind: dict(sorted(counted.items())) for kind, counted in sorted(kinds.items())}


def _auroc(cases: Sequence[Case]) -> float | None:
    return auroc([case.question.record.answerable for case in cases], [probability(case) for case in cases])


def auroc(positive: Sequence[bool], scores: Sequence[float]) -> float | None:
    """The area under the ROC curve; None when there is only one class."""
    if len(set(positive)) < 2:
        return None
    need_sklearn()
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(list(positive), list(scores)))


def _question_alone(cases: Sequence[Case]) -> dict[str, Any]:
    """The classifier that sees the question alone, beside the confidence on the same questions.

    Over base wordings and minimal edits only: variants are written for answerable facts mostly, so a typing
    error would give the class away.
    """
    alike = [case for case in cases if case.question.record.variant in ("base", "minimal_edit")]
    labels = [case.question.record.answerable for case in alike]
    texts = [case.question.record.question for case in alike]
    return {
        "questions": len(alike),
        "auroc": question_alone(texts, labels, [case.question.component for case in alike]),
        "confidence_auroc": _auroc(alike),
    }


def question_alone(questions: Sequence[str], positive: Sequence[bool], groups: Sequence[str]) -> float | None:
    """The AUROC of a classifier that sees nothing but the question's words (TF-IDF, logistic regression).

    Cross-validated so that no group is in both training and test. A confidence that is no better than this
    one may have learnt only how the questions are written. None when there are too few groups.
    """
    labels = np.array(positive, dtype=int)
    if len(set(groups)) < _FOLDS or min(np.bincount(labels, minlength=2)) < _FOLDS:
        return None
    need_sklearn()
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(class_weight="balanced")
    )
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    found = cross_val_predict(
        model, list(questions), labels, groups=list(groups), cv=folds, method="predict_proba"
    )
    return auroc(list(positive), found[:, 1].tolist())


def calibration(cases: Sequence[Case]) -> dict[str, Any]:
    """What a scorecard says of whether a confidence of 0.8 is right in 8 of 10 cases."""
    right = np.array([is_right(case) for case in cases], dtype=float)
    given = np.array([probability(case) for case in cases])
    # What ECE would be if each confidence were exactly true. With some hundred questions that is well above
    # 0, so an ECE within this range shows no miscalibration.
    simulated = np.random.default_rng(0).random((_DRAWS, len(given))) < given
    perfect = calibration_errors(simulated.astype(float), given)
    return {
        "brier": float(np.mean((given - right) ** 2)),
        "ece": float(calibration_errors(right[None, :], given)[0]),
        "ece_if_perfect": {"mean": float(perfect.mean()), "p95": float(np.quantile(perfect, 0.95))},
        "diagram": _reliability(right, given),
    }


def calibration_errors(outcomes: Floats, given: Floats) -> Floats:
    """The expected calibration error (ECE) of each row of outcomes, shape (draws, questions), against
    probabilities, shape (questions,): the distance of mean probability from the share of right answers,
    averaged over bins of equal size."""
    order = np.argsort(given, kind="stable")
    errors: Floats = np.zeros(len(outcomes))
    for part in np.array_split(order, min(_BINS, max(1, len(given)))):
        if len(part):
            errors += len(part) / len(given) * np.abs(outcomes[:, part].mean(axis=1) - given[part].mean())
    return errors


def _reliability(right: Floats, given: NDArray[np.float64]) -> list[tuple[float, float]]:
    """The reliability diagram: mean confidence and share of right answers in each bin."""
    need_sklearn()
    from sklearn.calibration import calibration_curve

    shares, means = calibration_curve(right, given, n_bins=_BINS, strategy="quantile")
    return [(round(float(m), 4), round(float(s), 4)) for m, s in zip(means, shares, strict=True)]


def need_sklearn() -> None:
    """Raise MissingExtra, rather than ImportError, when scikit-learn is not installed."""
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise MissingExtra("Scoring a run", "eval") from error
