"""What calibrating fits, on examples whose signals can be worked out in the head."""

from types import SimpleNamespace

import pytest

from a4a_qa.answering.calibration import Curve
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.calibrate import _Example, _fit_answerable, _threshold

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


def test_a_good_part_of_a_question_without_answer_teaches_nothing():
    whole = [Asked(1.0) for _ in range(9)] + [Asked(0.0, kind="near_miss") for _ in range(9)]
    curve = _fit_answerable([*whole, *(Asked(1.0, 0.0, kind="near_miss") for _ in range(40))])
    assert curve.probability({"met": 1.0}) > 0.6
    assert curve.probability({"met": 0.0}) < 0.4


def test_a_threshold_costs_a_share_of_the_answerable_questions():
    probabilities = [i / 100 for i in range(101)]
    assert _threshold(probabilities, [True] * 101, 0.02) == 0.02
    assert _threshold([*probabilities, 0.0, 0.0], [*[True] * 101, False, False], 0.1) == 0.1
    with pytest.raises(EvaluationError, match="searched for"):
        _threshold([0.5], [False], 0.02)
