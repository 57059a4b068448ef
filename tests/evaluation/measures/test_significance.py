import numpy as np
import pytest

from a4a_qa.evaluation.measures.significance import Draws, difference, interval, wilson


def test_intervals_are_over_components_not_questions():
    alone = interval([1.0, 0.0] * 50, list(range(100)))
    together = interval([1.0, 0.0] * 50, [i // 2 % 2 + 2 * (i % 2) for i in range(100)])
    assert alone.value == together.value == 0.5
    assert together.high - together.low > 2 * (alone.high - alone.low)
    assert interval([], []).n == 0


def test_draws_take_whole_components():
    mean = Draws(["a", "a", "b"]).means(np.array([1.0, 1.0, 0.0]), [0, 1, 2])
    # Two components drawn twice are both "a", one of each, or both "b".
    assert set(mean.round(4)) == {1.0, 0.6667, 0.0}


def test_a_difference_is_significant_when_it_is_everywhere():
    drop = difference([1.0] * 20, [0.0] * 20, range(20))
    assert drop.is_drop
    assert drop.p < 0.001
    same = difference([1.0, 0.0] * 10, [1.0, 0.0] * 10, range(20))
    assert (same.value, same.p, same.is_drop) == (0.0, 1.0, False)
    assert not difference([1.0] * 20, [0.0] + [1.0] * 19, range(20)).is_drop


def test_wilson_bounds():
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 20) == (0.0, pytest.approx(0.1611, abs=1e-4))
