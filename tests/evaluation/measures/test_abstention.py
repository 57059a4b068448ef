import numpy as np
import pytest

from a4a_qa.evaluation.case import cases
from a4a_qa.evaluation.measures import abstention
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


def test_the_curve_joins_equal_confidences_and_takes_the_failed_question_for_the_worst(judged):
    points = abstention.risk_coverage(judged)
    assert [(p.threshold, p.coverage, round(p.risk, 3)) for p in points] == [
        (1.0, 0.0, 1.0),  # the failed question
        (0.9, 0.25, 0.5),
        (0.8, 0.75, 0.5),
        (0.6, 0.75, 0.6),
        (0.3, 1.0, 0.667),
    ]
    assert abstention.area_under(points) == pytest.approx(0.25 * 0.5 + 0.5 * 0.5 + 0.25 * 4 / 6)
    assert (abstention.coverage_at(points), abstention.coverage_at(points, 0.5)) == (0.0, 0.75)
    shipped = abstention.shipped_point(judged)
    assert (shipped.threshold, shipped.coverage, shipped.risk) == (0.6, 0.75, 0.5)


def test_questions_that_failed_are_never_answered_rightly(gold, run_of):
    points = abstention.risk_coverage(cases(gold, run_of([])))
    assert [(p.threshold, p.coverage, p.risk) for p in points] == [(1.0, 0.0, 1.0), (0.0, 1.0, 1.0)]


def test_precision_and_recall_of_refusing_count_failures(judged):
    found = abstention.abstention(judged)
    assert (found["precision"], found["recall"], found["f1"]) == (0.0, 0.0, 0.0)
    assert found["statuses"]["out_of_scope"] == {"failed": 1}
    assert (found["false_answers_near_miss"]["count"], found["false_answers_near_miss"]["of"]) == (1, 1)


def test_a_refusal_withholds_its_nearest_place(gold, run_of, answering, small):
    at = small.text.index(SHELTERS)
    near = {"code": "absent_detail", "nearest": [{"start": at, "end": at + len(SHELTERS)}]}
    case = cases(gold, run_of([answering("g-1", [], reason=near)]))[0]
    assert not case.answered
    assert abstention.is_right(case)


@pytest.mark.parametrize(("quotes", "claimed"), [([], 0.0), ([SHELTERS], 1.0)])
def test_without_a_confidence_a_refusal_claims_nothing_and_an_answer_certainty(
    gold, run_of, answering, quotes, claimed
):
    [case, *_] = cases(gold, run_of([answering("g-1", quotes, confidence=None)]))
    assert abstention.probability(case) == claimed


@pytest.mark.parametrize(
    ("right", "given", "error"),
    [([1] * 10 + [0] * 10, [1.0] * 10 + [0.0] * 10, 0.0), ([0] * 20, [0.9] * 20, 0.9)],
)
def test_calibration_of_a_perfect_and_of_a_boastful_system(right, given, error):
    found = abstention.calibration_errors(np.array([right], dtype=float), np.array(given))
    assert found == pytest.approx([error])


def test_few_questions_make_even_perfect_calibration_look_off(judged):
    few, many = (abstention.calibration(judged * times)["ece_if_perfect"] for times in (1, 200))
    assert few["mean"] > 0.1 > many["p95"] > many["mean"] > 0.005


def test_auroc_of_one_class_is_undefined():
    assert abstention.auroc([True, True], [0.1, 0.2]) is None
    assert abstention.auroc([True, False], [0.9, 0.1]) == 1.0


def test_the_question_alone_gives_the_class_away_when_style_does():
    answerable = [f"How many of group {i} are there?" for i in range(30)]
    others = [f"Hello, please tell me about topic {i} today" for i in range(30)]
    labels = [True] * 30 + [False] * 30
    assert abstention.question_alone(answerable + others, labels, [str(i) for i in range(60)]) > 0.95
    too_few = abstention.question_alone(answerable[:2] + others[:2], [True, True, False, False], list("abcd"))
    assert too_few is None
