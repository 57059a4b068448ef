"""`a4a-qa calibrate` from end to end, on the small report."""

import json

import pytest
from click.testing import CliRunner

from a4a_qa.answering.calibration import read_calibration
from a4a_qa.assistant import Assistant
from a4a_qa.cli.main import main
from evaluation.small_gold import RECORDS

pytest.importorskip("sklearn", reason="needs the extra «eval»")


@pytest.fixture
def calibrate(small_index, tmp_path):
    """Runs the command on gold sets, over the small index."""

    def run(*gold_sets):
        options = ["--index", small_index, "--output", tmp_path / "calibration.json"]
        return CliRunner().invoke(main, ["calibrate", *map(str, [*gold_sets, *options])])

    return run


def test_what_is_fitted_decides(calibrate, gold_folder, gold, small_index, tmp_path):
    done = calibrate(gold_folder)
    assert done.exit_code == 0, done.output
    file = tmp_path / "calibration.json"
    assert done.output.startswith(f"{file}: 4 questions, AUROC "), "those of the split «test» are left out"
    facts = json.loads(file.read_text(encoding="utf-8"))
    assert (facts["questions"], facts["gold_sha256"]) == (4, [gold.sha256])
    fitted = read_calibration(file)
    assert 0 < fitted.threshold <= fitted.sure < 1
    assistant = Assistant.open(small_index, calibration=fitted)
    answers = {r["id"]: assistant.ask(r["question"]) for r in RECORDS}
    assert assistant.calibration == fitted
    assert answers["g-1"].confidence > answers["g-4"].confidence
    assert answers["g-4"].status == "not_in_report"


def test_questions_that_all_have_an_answer_are_no_gold_set_to_fit_to(calibrate, write_lines, tmp_path):
    done = calibrate(write_lines("answerable.jsonl", [r for r in RECORDS if r["answerable"]]))
    assert done.exit_code == 1
    assert "development questions of both kinds" in done.output
    assert not (tmp_path / "calibration.json").exists()
