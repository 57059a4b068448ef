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
    """A mean over `n` questions with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def interval(values: Sequence[float], groups: Sequence[Hashable]) -> Interval:
    """The mean of values with an interval by bootstrap over their groups (Efron's percentile method)."""
    if not values:
        return Interval(0.0, 0.0, 0.0, 0)
    at = _numbered(groups)
    sums, counts = _sums(values, at), np.bincount(at)
    drawn = _draws(len(sums))
    low, high = bounds((drawn @ sums) / (drawn @ counts))
    return Interval(float(np.mean(values)), low, high, len(values))


def bounds(draws: Floats) -> tuple[float, float]:
    """The 95 % percentile interval of a statistic's draws."""
    low, high = np.quantile(draws, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]).tolist()
    return low, high


def _numbered(groups: Sequence[Hashable]) -> NDArray[np.int64]:
    """The number of each value's group, in order of appearance."""
    index = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    return np.array([index[group] for group in groups], dtype=np.int64)


def _sums(values: Sequence[float], at: NDArray[np.int64]) -> Floats:
    """The sum of the values of each group."""
    sums: Floats = np.bincount(at, np.asarray(values, dtype=float)).astype(np.float64)
    return sums


def _draws(count: int) -> NDArray[np.int64]:
    """How often each of `count` groups is drawn, shape (draws, groups)."""
    return np.random.default_rng(_SEED).multinomial(count, np.full(count, 1 / count), size=_DRAWS)


class Draws:
    """Bootstrap draws of the components of questions, of which any statistic can be taken."""

    def __init__(self, groups: Sequence[Hashable]) -> None:
        at = _numbered(groups)
        # How often each question is drawn, shape (draws, questions).
        self._weights: Floats = _draws(int(at.max()) + 1)[:, at].astype(np.float64)

    def means(self, values: Floats, questions: Sequence[int]) -> Floats:
        """The mean of the values of some questions, given by position, in each draw; a draw that has none of
        them gives the mean of all."""
        weights = self._weights[:, list(questions)]
        return _divided(weights @ values, weights.sum(axis=1), float(values.mean()))

    def auroc(self, scores: Floats, positive: Sequence[int], negative: Sequence[int]) -> tuple[float, Floats]:
        """How often a positive question scores above a negative one, ties counting half: over all, and in
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
class PairedDifference:
    """How much one run is above another on the same `n` questions, with its 95 % interval and p value."""

    value: float
    low: float
    high: float
    p: float
    n: int

    @property
    def is_drop(self) -> bool:
        """Whether it is below by more than chance."""
        return self.high < 0


def difference(
    before: Sequence[float], after: Sequence[float], groups: Sequence[Hashable]
) -> PairedDifference:
    """The paired difference of two runs; the p value flips the signs of whole groups."""
    found = interval([b - a for a, b in zip(before, after, strict=True)], groups)
    at = _numbered(groups)
    p = _sign_flip(_sums(after, at), _sums(before, at))
    return PairedDifference(found.value, found.low, found.high, p, found.n)


def _sign_flip(one: Floats, other: Floats) -> float:
    """Two-sided p of the paired difference of group sums; 1 when nothing differs, or there is one group."""
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
