"""Curves and thresholds over rows whose signals can be worked out in the head, and on a small report."""

import json
import math
from dataclasses import fields

import pytest

from a4a_qa.answering.calibration import SHIPPED, UNFITTED, Curve, read_calibration
from a4a_qa.answering.confidence import Signals
from a4a_qa.assistant import Assistant
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.fitting import (
    ASKED,
    TELL_ANSWERABLE,
    FittedRow,
    as_asked,
    calibrate,
    fit,
    fit_answerable,
    importance,
    logistic,
    threshold,
)
from a4a_qa.evaluation.gold_sets import CURVES, reports_read
from a4a_qa.report.catalogue import published_reports, reports_folder
from conftest import ROOT
from evaluation.small_gold import RECORDS

pytest.importorskip("sklearn", reason="needs the extra 'eval'")


def row(*parts, kind="answerable"):
    return FittedRow(kind, [{"met": value} for value in parts])


def test_the_best_part_is_the_likeliest_one():
    assert row(0.2, 0.9, 0.4).best_part(Curve(0.0, {"met": 1.0})) == {"met": 0.9}
    assert row(0.2, 0.9, 0.4).best_part(Curve(0.0, {"met": -1.0})) == {"met": 0.2}


def test_a_question_is_as_doubtful_as_the_least_sure_part_that_is_answered():
    curve = Curve(0.0, {"met": 1.0})
    low, middle, high = (curve.probability({"met": value}) for value in (-2.0, 0.5, 2.0))
    assert row(-2.0, 0.5, 2.0).least_sure(curve, 0.5) == middle
    assert row(-2.0, 2.0).least_sure(curve, 0.5) == high
    assert row(-2.0).least_sure(curve, 0.5) == low


def test_a_good_part_of_a_question_without_answer_teaches_nothing():
    whole = [row(1.0)] * 9 + [row(0.0, kind="near")] * 9
    curve = fit_answerable([*whole, *[row(1.0, 0.0, kind="near")] * 40])
    assert curve.probability({"met": 1.0}) > 0.6
    assert curve.probability({"met": 0.0}) < 0.4


def test_the_best_part_of_a_question_with_answer_is_what_teaches():
    others = [row(0.0, kind="near")] * 9 + [row(1.0)] * 9
    curve = fit_answerable([*others, *[row(0.0, 1.0)] * 9])
    assert curve == fit_answerable([*others, *[row(1.0)] * 9])


def test_only_signals_that_tell_of_any_report_are_weighed():
    known = {field.name for field in fields(Signals)}
    assert known.issuperset(TELL_ANSWERABLE)
    rows = [
        FittedRow("answerable", [{"met": 0.1, "in_passage": 1.0}]),
        FittedRow("near", [{"met": 0.9, "in_passage": 0.0}]),
    ]
    assert list(fit_answerable(rows * 5).weights) == ["met"]


def test_weights_that_are_held_small_are_smaller():
    signals, right = [{"met": 0.1}, {"met": 0.9}] * 9, [False, True] * 9
    large, small = (fit(signals, right, [1.0] * 18, size=size).weights["met"] for size in (30.0, 0.3))
    assert large > 2 * small > 0


@pytest.mark.parametrize(("right", "probability"), [(True, 1.0), (False, 0.0)])
def test_rows_that_are_all_alike_make_a_constant(right, probability):
    curve = fit([{"met": 0.1}, {"met": 0.9}], [right, right], [1.0, 1.0])
    assert curve.probability({"met": 0.5}) == pytest.approx(probability)


def test_a_curve_over_a_score_follows_it():
    scores = [{"score": score} for score in (0, 1, 0, 1)]
    assert logistic(scores, [False, True, False, True], size=1e6).probability({"score": 1.0}) > 0.9


def test_a_curve_of_what_is_hard_to_tell_becomes_one_of_what_is_asked():
    as_often_as_fitted = Curve(math.log(0.55 / 0.45), {"met": 0.0})
    assert as_asked(as_often_as_fitted).probability({"met": 1.0}) == pytest.approx(0.8, abs=1e-3)


def test_each_kind_has_its_share_of_the_weight_whatever_its_number():
    found = importance(["answerable", "near", "near", "out_of_scope"], ASKED)
    assert found == pytest.approx([0.8 * 4, 0.15 * 2, 0.15 * 2, 0.05 * 4])


def test_a_threshold_costs_a_share_of_the_answerable_questions():
    probabilities = [i / 100 for i in range(101)]
    assert threshold(probabilities, [True] * 101, 0.02) == 0.02
    assert threshold([*probabilities, 0.0, 0.0], [*[True] * 101, False, False], 0.1) == 0.1
    with pytest.raises(EvaluationError, match="searched for"):
        threshold([0.5], [False], 0.02)


@pytest.fixture
def calibrated(small_index, tmp_path):
    """Fits to gold sets, over the small index; returns the line that tells how well it went."""

    def run(*gold_sets):
        assistant = Assistant.open(small_index, calibration=UNFITTED)
        return calibrate([(assistant, gold) for gold in gold_sets], tmp_path / "calibration.json")

    return run


def test_what_is_fitted_decides(calibrated, gold_folder, gold, small_index, tmp_path):
    told, file = calibrated(gold_folder), tmp_path / "calibration.json"
    assert told.startswith(f"{file}: 4 questions, AUROC "), "those of the split 'test' are left out"
    facts = json.loads(file.read_text(encoding="utf-8"))
    assert (facts["questions"], facts["gold_sha256"]) == (4, [gold.sha256])
    fitted = read_calibration(file)
    assert 0 < fitted.threshold <= fitted.sure < 1
    assistant = Assistant.open(small_index, calibration=fitted)
    answers = {r["id"]: assistant.ask(r["question"]) for r in RECORDS}
    assert assistant.calibration == fitted
    assert answers["g-1"].confidence > answers["g-4"].confidence
    assert answers["g-4"].status == "not_in_report"


def test_questions_that_all_have_an_answer_are_no_gold_set_to_fit_to(calibrated, write_lines, tmp_path):
    with pytest.raises(EvaluationError, match="development questions of both kinds"):
        calibrated(write_lines("answerable.jsonl", [r for r in RECORDS if r["answerable"]]))
    assert not (tmp_path / "calibration.json").exists()


def test_the_curves_of_unseen_reports_were_fitted_to_no_report_that_models_have_read():
    facts = json.loads(SHIPPED.read_text(encoding="utf-8"))
    listed = published_reports(ROOT, reports_folder(ROOT))
    assert {listed[name].use for name in facts["reports"]} == {"gold"}
    assert not reports_read() & set(facts["reports"])


def test_each_unseen_report_is_measured_by_curves_of_the_others():
    of_all = json.loads(SHIPPED.read_text(encoding="utf-8"))["reports"]
    for name in of_all:
        facts = json.loads((ROOT / CURVES / f"{name}.json").read_text(encoding="utf-8"))
        assert facts["reports"] == [other for other in of_all if other != name]
