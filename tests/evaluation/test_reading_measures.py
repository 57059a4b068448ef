from pathlib import Path

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.measures.reading import read_truth, reading_counts, reading_measures

TRUTH = Path(__file__).parent.parent / "fixtures" / "report-layout-a.truth.json"


def test_the_report_is_read_whole(report):
    counts = reading_counts(report)
    assert (counts["note_marks"], counts["endnotes"], counts["paired"], counts["unpaired"]) == (
        164,
        164,
        164,
        0,
    )
    assert set(reading_measures(report, read_truth(TRUTH)).values()) == {1.0}


def test_another_report_scores_nothing(small):
    measures = reading_measures(small, read_truth(TRUTH))
    assert measures["linking_recall"] == measures["endnotes_found"] == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"headings": [1], "paragraphs": [], "markers": [], "endnotes": []}',
        '{"headings": [], "paragraphs": [{"text": "One."}], "endnotes": [],'
        ' "markers": [{"paragraph": -1, "offset": 0, "number": 1}]}',
    ],
)
def test_what_is_no_truth_file_is_named(tmp_path, text):
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(EvaluationError, match=r"t\.json is no truth file"):
        read_truth(tmp_path / "t.json")
