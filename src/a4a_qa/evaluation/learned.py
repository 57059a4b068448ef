"""Fitted curves and the scores of scores: the only module that knows scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.calibration import Curve
from a4a_qa.errors import MissingExtra

# Cross-validation of the classifier that sees the question alone.
_FOLDS = 5


def _need_sklearn() -> None:
    """Raise MissingExtra, rather than ImportError, when scikit-learn is not there."""
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise MissingExtra("Scoring a run", "eval") from error


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic curve over one raw score."""

    bias: float
    weight: float

    def probability(self, score: float) -> float:
        """The probability, between 0 and 1, that goes with a score."""
        return Curve(self.bias, {"score": self.weight}).probability({"score": score})


def fit_logistic(scores: Sequence[float], right: Sequence[bool]) -> Logistic:
    """The curve that turns a score into the probability of being right; constant when all are alike."""
    share = sum(right) / max(1, len(right))
    if share in (0.0, 1.0):
        return Logistic(60.0 * share - 30.0, 0.0)
    _need_sklearn()
    from sklearn.linear_model import LogisticRegression

    # C so large that the curve is not shrunk: one weight and a bias cannot overfit some hundred rows.
    model = LogisticRegression(C=1e6).fit(np.array(scores)[:, None], np.array(right))
    return Logistic(float(model.intercept_[0]), float(model.coef_[0, 0]))


def fit_weights(
    signals: Sequence[Sequence[float]], right: Sequence[bool], importance: Sequence[float], size: float
) -> tuple[float, tuple[float, ...]]:
    """The bias and weights of a logistic curve over several signals, rounded as they are stored; `size` is
    the inverse of the strength of L2."""
    _need_sklearn()
    from sklearn.linear_model import LogisticRegression

    # Signals lie between 0 and 1 and some depend on each other: a little shrinking keeps weights in bounds.
    model = LogisticRegression(C=size, max_iter=2_000).fit(
        np.array(signals), np.array(right), sample_weight=np.array(importance)
    )
    return round(float(model.intercept_[0]), 4), tuple(round(float(w), 4) for w in model.coef_[0])


def auroc(positive: Sequence[bool], scores: Sequence[float]) -> float | None:
    """The area under the ROC curve; None when there is only one class."""
    if len(set(positive)) < 2:
        return None
    _need_sklearn()
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(list(positive), list(scores)))


def brier(right: Sequence[bool], probabilities: Sequence[float]) -> float:
    """The mean squared difference between probability and outcome."""
    _need_sklearn()
    from sklearn.metrics import brier_score_loss

    return float(brier_score_loss([int(r) for r in right], list(probabilities), pos_label=1))


def reliability(
    right: Sequence[bool], probabilities: Sequence[float], bins: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean probability and share of right answers in each of `bins` bins of equal size; empty ones drop."""
    _need_sklearn()
    from sklearn.calibration import calibration_curve

    shares, means = calibration_curve(
        [int(r) for r in right], list(probabilities), n_bins=bins, strategy="quantile"
    )
    return means, shares


def question_alone(questions: Sequence[str], positive: Sequence[bool], groups: Sequence[str]) -> float | None:
    """The AUROC of a classifier that sees nothing but the question's words (TF-IDF, logistic regression).

    Cross-validated so that no group is in both training and test. A score of the system that is no better
    than this one may have learnt the style of the questions only. None when there are too few groups.
    """
    if len(set(positive)) < 2 or len(set(groups)) < _FOLDS:
        return None
    _need_sklearn()
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(class_weight="balanced")
    )
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    labels = np.array(positive, dtype=int)
    if min(np.bincount(labels)) < _FOLDS:
        return None
    found = cross_val_predict(
        model, list(questions), labels, groups=list(groups), cv=folds, method="predict_proba"
    )
    return auroc(list(positive), found[:, 1].tolist())
