import pytest

from a4a_qa.evaluation.case import cases
from a4a_qa.evaluation.learned import auroc, fit_logistic, question_alone
from a4a_qa.evaluation.measures import abstention
from a4a_qa.evaluation.measures.calibration import (
    expected_calibration_error,
    perfect_calibration_error,
    reliability_diagram,
)
from evaluation.small_gold import JUDGES, SHELTERS


@pytest.fixture
def judged(gold, run_of, answering):
    """Right at 0.9, wrong and right at 0.8, refused at 0.3; unanswerable: answered at 0.6, failed."""
    return cases(
        gold,
        run_of(
            [
                answering("g-1", [SHELTERS], confidence=0.9),
                answering("g-1.t", [JUDGES], confidence=0.8),
                answering("g-2", [3], confidence=0.8),
                answering("g-3", [], confidence=0.3),
                answering("g-4", [SHELTERS], confidence=0.6),
                {"id": "g-5", "error": "down"},
            ]
        ),
    )


def test_the_curve_takes_equal_confidences_together_and_the_failed_question_worst(judged):
    points = abstention.risk_coverage(judged)
    assert [(p.threshold, p.coverage, round(p.risk, 3)) for p in points] == [
        (1.0, 0.0, 1.0),  # the failed question
        (0.9, 0.25, 0.5),
        (0.8, 0.75, 0.5),
        (0.6, 0.75, 0.6),
        (0.3, 1.0, 0.667),
    ]
    assert abstention.area_under(points) == pytest.approx(0.25 * 0.5 + 0.5 * 0.5 + 0.25 * 4 / 6)
    assert abstention.coverage_at(points) == 0.0
    assert abstention.coverage_at(points, 0.5) == 0.75


def test_the_shipped_point_is_what_was_answered(judged):
    point = abstention.shipped_point(judged)
    assert (point.threshold, point.coverage, point.risk) == (0.6, 0.75, 0.5)


def test_precision_and_recall_of_refusing_count_failures(judged):
    assert abstention.precision_recall(judged) == (0.0, 0.0, 0.0)
    assert [abstention.false_answer(case) for case in judged[4:]] == [1.0, 1.0]


def test_a_refusal_withholds_its_nearest_place(gold, run_of, answering, small):
    at = small.text.index(SHELTERS)
    near = {"code": "absent_detail", "nearest": [{"start": at, "end": at + len(SHELTERS)}]}
    case = cases(gold, run_of([answering("g-1", [], reason=near)]))[0]
    assert not case.answered
    assert abstention.is_right(case)


def test_a_reason_is_right_when_its_code_is_expected(gold, run_of, answering):
    lines = [
        answering("g-4", [], reason={"code": "other_value"}),
        answering("g-5", [], reason={"code": "language"}),
    ]
    assert [abstention.reason_right(case) for case in cases(gold, run_of(lines))[4:]] == [1.0, 0.0]


def test_a_reason_is_named_with_a_caveat_too_but_not_with_an_answer(gold, run_of, answering):
    def named(status, code):
        line = {**answering("g-4", [SHELTERS], reason={"code": code}), "status": status}
        asked = next(case for case in cases(gold, run_of([line])) if case.question.id == "g-4")
        return abstention.reason_named(asked)

    assert named("not_in_report", "other_value") == named("partial", "other_value") == 1.0
    assert named("answered", "other_value") == named("partial", "person") == 0.0


def test_without_a_confidence_a_refusal_claims_nothing_and_an_answer_certainty(gold, run_of, answering):
    def claimed(quotes):
        line = answering("g-1", quotes, confidence=None)
        return abstention.probability(cases(gold, run_of([line]))[0])

    assert claimed([]) == 0.0
    assert claimed([SHELTERS]) == 1.0


def test_calibration_of_a_perfect_and_of_a_boastful_system():
    assert expected_calibration_error([True] * 10 + [False] * 10, [1.0] * 10 + [0.0] * 10) == 0.0
    assert expected_calibration_error([False] * 20, [0.9] * 20) == pytest.approx(0.9)
    assert reliability_diagram([True, False] * 10, [0.5] * 20) == [(0.5, 0.5)]


def test_few_questions_make_even_perfect_calibration_look_off():
    few, _ = perfect_calibration_error([0.5] * 20)
    many, high = perfect_calibration_error([0.5] * 2000)
    assert few > 0.1 > high > many > 0.01


def test_auroc_and_curves_of_one_class_are_defined():
    assert auroc([True, True], [0.1, 0.2]) is None
    assert auroc([True, False], [0.9, 0.1]) == 1.0
    assert fit_logistic([1.0, 2.0], [False, False]).probability(1.0) < 1e-9
    assert fit_logistic([0, 1, 0, 1], [False, True, False, True]).probability(1.0) > 0.9


def test_the_question_alone_is_seen_through_when_style_tells():
    answerable = [f"How many of group {i} are there?" for i in range(30)]
    not_so = [f"Hello, please tell me about topic {i} today" for i in range(30)]
    labels = [True] * 30 + [False] * 30
    assert question_alone(answerable + not_so, labels, [str(i) for i in range(60)]) > 0.95
    assert question_alone(answerable[:2] + not_so[:2], [True, True, False, False], list("abcd")) is None
