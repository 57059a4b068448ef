"""Questions follow their sentences when the parser reads a report differently."""

import json
import re

import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main
from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.parsing.read import read_report
from a4a_qa.report.anchors import anchors_of, migrate, read_anchors
from a4a_qa.report.catalogue import published_reports, reports_folder
from a4a_qa.report.ids import sentence_ids
from a4a_qa.training.migrate import QuestionFiles, migrate_files
from a4a_qa.training.training_questions import read_training_questions
from conftest import ROOT
from training.small import BEES, SHA256
from training.test_datasheet import ENTRY


def files_of(root):
    return QuestionFiles((root / "training/questions/bees.jsonl",), root / "training/sentences/bees.json")


def test_questions_follow_sentences_that_are_read_differently(project, good, bees, ids):
    files = files_of(project(good))
    bees.file.write_text(BEES.replace("twice a year", "two times a year"), encoding="utf-8")
    report = read_report(bees.file)
    migrate_files(files, report, SHA256)
    new = sentence_ids(report)
    assert new[1] != ids[1]
    questions = read_training_questions(files.questions[0])
    assert [one.evidence for one in questions] == [(new[0],), (new[2],), (new[1],), (new[0],), new[1:3]]
    assert questions[2].history_evidence == (new[1],)
    assert set(read_anchors(files.anchors).sentences) == set(new[:3])


def test_a_sentence_that_is_cut_in_two_needs_both_and_two_that_are_one_need_it_once(project, good, bees):
    files = files_of(project(good))
    bees.file.write_text(BEES.replace("a year by", "a year. By"), encoding="utf-8")
    migrate_files(files, read_report(bees.file), SHA256)
    assert len(read_training_questions(files.questions[0])[2].evidence) == 2
    bees.file.write_text(BEES, encoding="utf-8")
    migrate_files(files, read_report(bees.file), SHA256)
    assert [json.loads(line) for line in files.questions[0].read_text(encoding="utf-8").splitlines()] == good


def test_gold_questions_get_the_marks_that_are_read_now(project, good, bees, ids):
    root = project(good)
    gold = root / "gold.jsonl"
    line = {"evidence": [{"any_of": [{"sentence": ids[0], "endnotes": [1]}, {"sentence": ids[1]}]}], "n": 1}
    gold.write_text(json.dumps(line), encoding="utf-8")
    bees.file.write_text(BEES.replace(".¹", ".").replace("by the club.", "by the club.¹"), encoding="utf-8")
    migrate_files(QuestionFiles((gold,), root / "anchors.json"), read_report(bees.file), SHA256)
    [first, second] = json.loads(gold.read_text(encoding="utf-8"))["evidence"][0]["any_of"]
    assert (first, second["endnotes"]) == ({"sentence": ids[0]}, [1])


def test_a_lost_sentence_is_named_and_nothing_is_written(project, good, bees, ids):
    files = files_of(project(good))
    before = files.questions[0].read_bytes(), files.anchors.read_bytes()
    bees.file.write_text(BEES.replace("The club owns forty hives.", "It rains."), encoding="utf-8")
    with pytest.raises(
        CorpusError, match=rf"bees\.jsonl, line 2: the sentence {ids[2]} is lost \(characters"
    ):
        migrate_files(files, read_report(bees.file), SHA256)
    assert (files.questions[0].read_bytes(), files.anchors.read_bytes()) == before


GOLD = sorted((ROOT / "eval/gold").glob("*/sentences.json"))


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.parent.name)
def test_gold_questions_name_anchored_sentences_of_the_listed_file(path):
    anchors, text = read_anchors(path), (path.parent / "questions.jsonl").read_text(encoding="utf-8")
    listed = published_reports(ROOT, reports_folder(ROOT))[path.parent.name]
    assert (listed.use, anchors.sha256) == ("gold", listed.sha256)
    named = set(re.findall(r"s-[0-9a-f]{12}", text))
    assert named == set(anchors.sentences)


def test_every_sentence_of_the_report_is_found_again_in_its_pdf(report):
    """The same words read by another parser, with pages, other offsets and cells without tabs."""
    from_pdf = read_report(ROOT / "tests/fixtures/report-layout-a.pdf")
    anchors = anchors_of(report, SHA256, sentence_ids(report))
    found = migrate(anchors, from_pdf, SHA256)
    assert found.lost == ()
    texts = dict(zip(sentence_ids(from_pdf), map(from_pdf.slice, from_pdf.sentences), strict=True))
    same = dict(zip(sentence_ids(report), map(report.slice, report.sentences), strict=True))
    wrong = [
        name for name, ids in found.moved.items()
        if " ".join(same[name].split()) not in " ".join(" ".join(texts[i] for i in ids).split())
    ]  # fmt: skip
    assert len(wrong) <= 0.02 * len(same), [same[name] for name in wrong[:5]]


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("A4A_QA_REPORTS", str(tmp_path / "reports"))
    return lambda *arguments: CliRunner().invoke(main, ["training", *arguments])


CATALOGUE = """\
[bees]
file = "report.md"
repository = "https://example.org/bees"
commit = "1"
path = ["report.md"]
use = "training"
notes = 1
sha256 = "{sha256}"
"""


def test_validate_and_migrate_from_end_to_end(project, good, bees, command):
    root = project(good)
    (root / "training/datasheet.toml").write_text(ENTRY, encoding="utf-8")
    text = CATALOGUE.format(sha256=file_sha256(bees.file))
    (root / "training/reports.toml").write_text(text, encoding="utf-8")
    stale = command("validate")
    assert stale.exit_code == 1
    assert "has changed" in stale.output
    assert "the anchors are for a file with the SHA-256 000" in stale.output
    assert command("migrate").exit_code == 0
    done = command("validate", "--write")
    assert done.exit_code == 0, done.output
    assert "bees" in done.output
    assert "4 answerable" in done.output
    assert command("migrate", "wasps").exit_code == 1
    listed = command("sentences", "bees")
    assert "s-" in listed.output
    assert "The club owns forty hives." in listed.output
    bees.file.unlink()
    assert "skipped" in command("migrate").output
    assert command("migrate", "bees").exit_code == 1
