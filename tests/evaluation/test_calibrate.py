"""What calibrating fits, on examples whose signals can be worked out in the head."""

import math
from types import SimpleNamespace

import pytest

from a4a_qa.answering.calibration import Curve
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.calibrate import _as_asked, _Example, _fit_answerable, _threshold

pytest.importorskip("sklearn", reason="needs the extra «eval»")


class Asked(_Example):
    """An example with these signals for each part of its question."""

    def __init__(self, *parts: float, kind: str = "answerable") -> None:
        record = SimpleNamespace(answerable=kind == "answerable", kind=kind)
        super().__init__(SimpleNamespace(record=record), None)
        object.__setattr__(self, "given", [{"met": value} for value in parts])

    @property
    def parts(self):
        return self.given


def test_the_best_part_is_the_likeliest_one():
    assert Asked(0.2, 0.9, 0.4).best_part(Curve(0.0, {"met": 1.0})) == {"met": 0.9}
    assert Asked(0.2, 0.9, 0.4).best_part(Curve(0.0, {"met": -1.0})) == {"met": 0.2}


def test_a_question_is_as_doubtful_as_the_least_sure_part_that_is_answered():
    curve = Curve(0.0, {"met": 1.0})
    low, middle, high = (curve.probability({"met": value}) for value in (-2.0, 0.5, 2.0))
    assert Asked(-2.0, 0.5, 2.0).least_good(curve, 0.5) == middle
    assert Asked(-2.0, 2.0).least_good(curve, 0.5) == high
    assert Asked(-2.0).least_good(curve, 0.5) == low


def test_a_good_part_of_a_question_without_answer_teaches_nothing():
    whole = [Asked(1.0) for _ in range(9)] + [Asked(0.0, kind="near_miss") for _ in range(9)]
    curve = _fit_answerable([*whole, *(Asked(1.0, 0.0, kind="near_miss") for _ in range(40))])
    assert curve.probability({"met": 1.0}) > 0.6
    assert curve.probability({"met": 0.0}) < 0.4


def test_a_curve_of_what_is_hard_to_tell_becomes_one_of_what_is_asked():
    as_often_as_fitted = Curve(math.log(0.55 / 0.45), {"met": 0.0})
    assert _as_asked(as_often_as_fitted).probability({"met": 1.0}) == pytest.approx(0.8, abs=1e-3)


def test_a_threshold_costs_a_share_of_the_answerable_questions():
    probabilities = [i / 100 for i in range(101)]
    assert _threshold(probabilities, [True] * 101, 0.02) == 0.02
    assert _threshold([*probabilities, 0.0, 0.0], [*[True] * 101, False, False], 0.1) == 0.1
    with pytest.raises(EvaluationError, match="searched for"):
        _threshold([0.5], [False], 0.02)
