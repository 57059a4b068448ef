"""Calibration: whether a confidence of 0.8 is right in 8 of 10 cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.evaluation.case import Case
from a4a_qa.evaluation.learned import brier, reliability
from a4a_qa.evaluation.measures.abstention import is_right, probability

BINS = 10
Floats = NDArray[np.float64]
_DRAWS = 500


def expected_calibration_error(right: Sequence[bool], probabilities: Sequence[float]) -> float:
    """ECE: the distance of probability from outcome, averaged over bins of equal size."""
    return float(_errors(np.array([right], dtype=float), np.asarray(probabilities, dtype=float))[0])


def perfect_calibration_error(probabilities: Sequence[float]) -> tuple[float, float]:
    """What ECE would be if each probability were exactly true, by simulation: mean and 95th percentile.

    With some hundred questions it is well above 0; an ECE within this range shows no miscalibration.
    """
    given = np.asarray(probabilities, dtype=float)
    draws = np.random.default_rng(0).random((_DRAWS, len(given))) < given
    errors = _errors(draws.astype(float), given)
    return float(errors.mean()), float(np.quantile(errors, 0.95))


def _errors(outcomes: Floats, given: Floats) -> Floats:
    """ECE of each row of outcomes, shape (draws, questions), against probabilities, shape (questions,)."""
    order = np.argsort(given, kind="stable")
    errors: Floats = np.zeros(len(outcomes))
    for part in np.array_split(order, min(BINS, max(1, len(given)))):
        if len(part):
            errors += len(part) / len(given) * np.abs(outcomes[:, part].mean(axis=1) - given[part].mean())
    return errors


def reliability_diagram(right: Sequence[bool], probabilities: Sequence[float]) -> list[tuple[float, float]]:
    """Mean probability and share of right answers, bin by bin."""
    means, shares = reliability(right, probabilities, BINS)
    return [(round(float(m), 4), round(float(s), 4)) for m, s in zip(means, shares, strict=True)]


def summary(cases: Sequence[Case]) -> dict[str, Any]:
    """All that a scorecard says of whether a confidence is a probability."""
    right = [is_right(case) for case in cases]
    given = [probability(case) for case in cases]
    mean, high = perfect_calibration_error(given)
    return {
        "brier": brier(right, given),
        "ece": expected_calibration_error(right, given),
        "ece_if_perfect": {"mean": mean, "p95": high},
        "diagram": reliability_diagram(right, given),
    }
