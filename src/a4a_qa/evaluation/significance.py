"""What could be chance: intervals by bootstrap, and the comparison of two runs by paired sign-flip.

The unit is the component, never the question: variants of one fact, and facts that share evidence, are
right or wrong together, so counting them one by one would make every interval too narrow. This is the
only module that knows scipy.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import MissingExtra

_DRAWS = 2_000
_LEVEL = 0.95
_SEED = 0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value over `n` questions, as a mean, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def _sums(values: Sequence[float], groups: Sequence[Hashable]) -> tuple[Floats, Floats]:
    """The sum of values and the number of questions of each group."""
    index = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    at = np.array([index[group] for group in groups], dtype=np.int64)
    weights = np.asarray(values, dtype=float)
    sums: Floats = np.bincount(at, weights).astype(np.float64)
    return sums, np.bincount(at).astype(np.float64)


def interval(values: Sequence[float], groups: Sequence[Hashable]) -> Interval:
    """The mean of values with an interval by bootstrap over their groups (Efron's percentile method)."""
    if not values:
        return Interval(0.0, 0.0, 0.0, 0)
    sums, counts = _sums(values, groups)
    drawn = np.random.default_rng(_SEED).multinomial(
        len(sums), np.full(len(sums), 1 / len(sums)), size=_DRAWS
    )
    means = (drawn @ sums) / (drawn @ counts)
    low, high = np.quantile(means, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Interval(float(np.mean(values)), float(low), float(high), len(values))


class Draws:
    """Bootstrap draws of the components of questions, of which any statistic can be taken."""

    def __init__(self, groups: Sequence[Hashable]) -> None:
        index = {group: i for i, group in enumerate(dict.fromkeys(groups))}
        at = [index[group] for group in groups]
        drawn = np.random.default_rng(_SEED).multinomial(
            len(index), np.full(len(index), 1 / len(index)), size=_DRAWS
        )
        # How often each question stands in each draw (draws, questions).
        self._weights: Floats = drawn[:, at].astype(np.float64)

    def means(self, values: Floats, questions: Sequence[int]) -> Floats:
        """The mean of the values of some questions, given by position, in each draw; a draw that has none of
        them gives the mean of all."""
        weights = self._weights[:, list(questions)]
        return _divided(weights @ values, weights.sum(axis=1), float(values.mean()))

    def auroc(self, scores: Floats, positive: Sequence[int], negative: Sequence[int]) -> tuple[float, Floats]:
        """How often a positive question scores above a negative one, equal ones by half: over all, and in
        each draw."""
        one, other = scores[list(positive)][:, None], scores[list(negative)][None, :]
        above: Floats = (one > other) + 0.5 * (one == other)
        of_positive, of_negative = self._weights[:, list(positive)], self._weights[:, list(negative)]
        drawn: Floats = ((of_positive @ above) * of_negative).sum(axis=1)
        pairs = of_positive.sum(axis=1) * of_negative.sum(axis=1)
        return float(above.mean()), _divided(drawn, pairs, float(above.mean()))


def _divided(sums: Floats, counts: Floats, otherwise: float) -> Floats:
    means: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), otherwise)
    return means


@dataclass(frozen=True, slots=True)
class Difference:
    """How much B is above A on the same `n` questions, with its 95 % interval and p value."""

    value: float
    low: float
    high: float
    p: float
    n: int

    @property
    def is_drop(self) -> bool:
        """Whether B is below A by more than chance."""
        return self.high < 0


def difference(before: Sequence[float], after: Sequence[float], groups: Sequence[Hashable]) -> Difference:
    """The paired difference of two runs; the p value flips the signs of whole components."""
    found = interval([b - a for a, b in zip(before, after, strict=True)], groups)
    sums, _ = _sums(before, groups)
    others, _ = _sums(after, groups)
    return Difference(found.value, found.low, found.high, _sign_flip(others, sums), found.n)


def _sign_flip(one: Floats, other: Floats) -> float:
    """Two-sided p of the paired difference of component sums; 1 when nothing differs, or only one could."""
    if len(one) < 2 or not np.any(one != other):
        return 1.0
    try:
        from scipy.stats import permutation_test
    except ImportError as error:
        raise MissingExtra("Comparing runs", "eval") from error

    def total(x: Floats, y: Floats, axis: int = -1) -> Floats:
        return np.asarray(np.sum(x - y, axis=axis))

    result = permutation_test(
        (one, other), total, permutation_type="samples", vectorized=True, n_resamples=9_999,
        batch=500, rng=np.random.default_rng(_SEED),
    )  # fmt: skip
    return float(result.pvalue)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson bounds of a share; (0, 1) for none of none."""
    if not n:
        return 0.0, 1.0
    try:
        from scipy.stats import binomtest
    except ImportError as error:
        raise MissingExtra("Scoring a run", "eval") from error
    found = binomtest(hits, n).proportion_ci(confidence_level=_LEVEL, method="wilson")
    return float(found.low), float(found.high)
