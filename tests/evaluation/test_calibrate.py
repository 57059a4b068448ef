"""`a4a-qa calibrate` from end to end, on the small report."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from a4a_qa.answering.calibration import SHIPPED, UNFITTED, read_calibration
from a4a_qa.assistant import Assistant
from a4a_qa.catalogue import published_reports, reports_folder
from a4a_qa.cli.main import main
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.calibrate import calibrate
from a4a_qa.evaluation.gold_reports import CURVES, reports_read
from a4a_qa.files import file_sha256
from conftest import ROOT
from evaluation.small_gold import RECORDS

pytest.importorskip("sklearn", reason="needs the extra «eval»")


@pytest.fixture
def fit(small_index, tmp_path):
    """Fits to gold sets, over the small index; returns the line that tells how well it went."""

    def run(*gold_sets):
        subject = Assistant.open(small_index, calibration=UNFITTED), gold_sets
        return calibrate([subject], tmp_path / "calibration.json")

    return run


def test_what_is_fitted_decides(fit, gold_folder, gold, small_index, tmp_path):
    told, file = fit(gold_folder), tmp_path / "calibration.json"
    assert told.startswith(f"{file}: 4 questions, AUROC "), "those of the split «test» are left out"
    facts = json.loads(file.read_text(encoding="utf-8"))
    assert (facts["questions"], facts["gold_sha256"]) == (4, [gold.sha256])
    fitted = read_calibration(file)
    assert 0 < fitted.threshold <= fitted.sure < 1
    assistant = Assistant.open(small_index, calibration=fitted)
    answers = {r["id"]: assistant.ask(r["question"]) for r in RECORDS}
    assert assistant.calibration == fitted
    assert answers["g-1"].confidence > answers["g-4"].confidence
    assert answers["g-4"].status == "not_in_report"


def test_questions_that_all_have_an_answer_are_no_gold_set_to_fit_to(fit, write_lines, tmp_path):
    with pytest.raises(EvaluationError, match="development questions of both kinds"):
        fit(write_lines("answerable.jsonl", [r for r in RECORDS if r["answerable"]]))
    assert not (tmp_path / "calibration.json").exists()


def test_all_reports_are_decided_by_the_curves_that_ship(small_index, assistant):
    assert Assistant.open(small_index).calibration == assistant.calibration == read_calibration(SHIPPED)


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


def test_the_command_fits_to_the_unseen_reports(tmp_path, monkeypatch, small_file):
    """Two reports with the same questions: each gets the curves of the other."""
    sha256 = file_sha256(small_file)
    catalogue = ""
    for name in ("ants", "bees"):
        for file, text in (
            (f"reports/{name}/report.md", small_file.read_text(encoding="utf-8")),
            (f"eval/gold/{name}/questions.jsonl", "".join(f"{json.dumps(one)}\n" for one in RECORDS)),
        ):
            (tmp_path / file).parent.mkdir(parents=True)
            (tmp_path / file).write_text(text, encoding="utf-8")
        catalogue += f'''[{name}]
file = "report.md"
repository = "https://example.org"
commit = "1"
path = ["report.md"]
use = "gold"
notes = 5
sha256 = "{sha256}"
'''
    (tmp_path / "training").mkdir()
    (tmp_path / "training/reports.toml").write_text(catalogue, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("A4A_QA_REPORTS", str(tmp_path / "reports"))
    done = CliRunner().invoke(main, ["calibrate", "--output", "alone.json"])
    assert done.exit_code == 0, done.output
    assert json.loads(Path("alone.json").read_text(encoding="utf-8"))["reports"] == ["ants", "bees"]
    assert json.loads(Path("eval/curves/ants.json").read_text(encoding="utf-8"))["reports"] == ["bees"]
