"""Several reports in one table."""

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.score import score
from a4a_qa.evaluation.summary import ROWS, lines, read_summary, summarise, write_summary
from evaluation.small_gold import JUDGES, RECORDS, SHELTERS


@pytest.fixture
def scored(gold, run_of, perfect):
    return lambda lines=perfect: score(gold, run_of(lines))


def test_unseen_reports_count_alike_and_seen_ones_do_not(scored, answering):
    nothing = scored([answering(one["id"], []) for one in RECORDS])
    found = summarise("full", "all", {"a": (False, scored()), "b": (False, nothing), "c": (True, scored())})
    assert found.reports["a"].figures["answer_hit"].value == 1.0
    assert found.unseen["answer_hit"].value == 0.5
    assert found.unseen["answer_hit"].n == 8
    low, high = found.unseen["answer_hit"].low, found.unseen["answer_hit"].high
    assert (low, high) == (0.5, 0.5)  # nothing varies within a report
    assert found.reports["b"].funnel == {"found but refused": 4}


def test_what_answers_cite_is_measured_over_answers(scored, answering, perfect):
    lines = [answering("g-1", []), answering("g-1.t", [SHELTERS, JUDGES]), *perfect[2:]]
    figures = summarise("full", "all", {"a": (False, scored(lines))}).unseen
    assert figures["precision_of_answers"].value == pytest.approx((0.5 + 1 + 1) / 3, abs=1e-4)
    assert figures["citations_of_answers"].value == pytest.approx((2 + 1 + 2) / 3, abs=1e-4)
    assert (figures["precision_of_answers"].n, figures["answer_hit"].n) == (3, 4)


def test_confidence_is_compared_between_answerable_and_other_questions(scored, perfect):
    for line, confidence in zip(perfect, [0.9, 0.8, 0.7, 0.3, 0.5, 0.1], strict=True):
        line["confidence"] = confidence
    figures = summarise("full", "all", {"a": (False, scored(perfect))}).unseen
    assert figures["auroc_near"].value == 0.75  # three of four are above the near miss
    assert figures["auroc_all"].value == (3 + 4) / 8


def test_a_summary_is_read_as_it_was_written(scored, tmp_path):
    summary = summarise("full", "test", {"bees": (False, scored())})
    write_summary(tmp_path / "summary.json", summary)
    assert read_summary(tmp_path / "summary.json") == summary
    text = "\n".join(lines(summary))
    assert "bees (unseen)" in text
    assert ROWS["answer_hit"] in text
    (tmp_path / "summary.json").write_text("{}")
    with pytest.raises(EvaluationError, match=r"summary\.json is no summary"):
        read_summary(tmp_path / "summary.json")
