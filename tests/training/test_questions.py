"""Training questions: their format, what must hold of them, and the datasheet that describes each file."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from a4a_qa.anchors import anchors_of, read_anchors, write_anchors
from a4a_qa.catalogue import ListedReport, published_reports, reports_folder
from a4a_qa.cli.main import main
from a4a_qa.errors import CorpusError
from a4a_qa.index.passages import sentence_ids
from a4a_qa.parsing.read import read_report
from a4a_qa.training import datasheet
from a4a_qa.training.migrate import QuestionFiles, migrate_files
from a4a_qa.training.questions import read_training_questions, with_ids
from a4a_qa.training.validate import check, question_sets
from conftest import ROOT

BEES = """\
# Bees of the north

Bees fly from May to September.¹ They are counted twice a year by the club. The club owns forty hives.

# ENDNOTES

¹ The counts of the club, 2009.
"""
SHA256 = "0" * 64


@pytest.fixture
def bees(tmp_path):
    """A folder of reports with one about bees, and its sentences' ids."""
    file = tmp_path / "reports" / "bees" / "report.md"
    file.parent.mkdir(parents=True)
    file.write_text(BEES, encoding="utf-8")
    return ListedReport("bees", file, "training")


@pytest.fixture
def ids(bees):
    return sentence_ids(read_report(bees.file))


@pytest.fixture
def good(ids):
    fly, counted, hives = ids[:3]
    return [
        {"question": "When do they fly?", "evidence": [fly], "answer": "May to September", "author": "a"},
        {"question": "Is it rich?", "evidence": [hives], "hard_negative": "absent_detail", "author": "a"},
        {"question": "How often?", "history": ["Who counts bees?"], "evidence": [counted],
         "history_evidence": [counted], "author": "b", "persona": "student", "form": "question"},
        {"question": "Who says when they fly?", "evidence": [fly], "notes": [1], "author": "b"},
        {"question": "What does the club do and own?", "evidence": [counted, hives], "author": "b"},
    ]  # fmt: skip


@pytest.fixture
def project(tmp_path, bees):
    """A project with training questions on the report about bees, anchored."""

    def written(lines):
        folder = tmp_path / "training"
        path = folder / "questions" / "bees.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
        report = read_report(bees.file)
        write_anchors(folder / "sentences" / "bees.json", anchors_of(report, SHA256, sentence_ids(report)))
        return tmp_path

    return written


def test_questions_are_read_as_they_stand(project, good):
    path = project(good) / "training/questions/bees.jsonl"
    assert [question.to_dict() for question in read_training_questions(path)] == good


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"question": " "}, "a text as «question»"),
        ({"author": None}, "a text as «author»"),
        ({"evidence": []}, "at least one sentence"),
        ({"evidence": ["12"]}, "ids of sentences as «evidence»"),
        ({"evidence": "s-000000000000"}, "ids of sentences as «evidence»"),
        ({"also": [3]}, "ids of sentences as «also»"),
        ({"history": ["Who?"]}, "«history» and «history_evidence» go together"),
        ({"history": "Who?"}, "list of questions"),
        ({"notes": ["1"]}, "list of numbers"),
        ({"answer": 5}, "words, true or false"),
        ({"hard_negative": "no"}, "absent_detail, other_value, false_premise"),
        ({"hard_negative": "absent_detail"}, "a hard negative has no «answer»"),
        ({"persona": ""}, "a text as «persona»"),
        ({"quote": "Bees"}, "there is no «quote» here"),
    ],
)
def test_a_line_that_is_no_question_is_named(project, good, change, message):
    path = project([good[1], good[0] | change]) / "training/questions/bees.jsonl"
    with pytest.raises(CorpusError, match=f"line 2: .*{message}"):
        read_training_questions(path)


def test_good_questions_are_counted_and_have_no_problem(project, good, bees):
    counted, problems = check(project(good), bees)
    assert problems == []
    assert (counted.answerable, counted.hard_negatives) == (4, 1)
    assert (counted.follow_ups, counted.several, counted.sources) == (1, 1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": "June"}, "«June» to .* is not in the evidence"),
        ({"answer": "Bees fly from May to September. " * 3}, "has more than 12 words"),
        ({"answer": "Sept"}, "«Sept» to .* is not in the evidence"),
        ({"notes": [2]}, r"asks for notes \(2,\), its evidence has \[1\]"),
        ({"evidence": ["s-000000000000"]}, "s-000000000000, which has no anchor"),
        ({"question": "Who says when they fly?", "answer": True}, "stands there twice"),
    ],
)
def test_what_does_not_fit_the_report_is_named(project, good, bees, change, message):
    _, problems = check(project([good[0] | change, *good[1:]]), bees)
    assert any(re.search(message, problem) for problem in problems), problems


def test_anchors_of_another_file_are_named(project, good, bees):
    other = replace(bees, sha256="1" * 64, file=bees.file.with_name("missing.md"))
    _, problems = check(project(good), other)
    assert problems[0].endswith(f"{SHA256}, the report has {'1' * 64}.")


@pytest.mark.parametrize(("use", "message"), [("gold", "«gold»"), ("held out", "«held out»")])
def test_nothing_is_learnt_from_a_report_that_is_kept_apart(project, good, bees, use, message):
    with pytest.raises(CorpusError, match=f"{message}.*Take the file away"):
        list(question_sets(project(good), {"bees": replace(bees, use=use)}))


def test_questions_on_an_unknown_report_are_named(project, good):
    with pytest.raises(CorpusError, match="about no report"):
        list(question_sets(project(good), {}))


# When the parser changes.


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
    assert [one.to_dict() for one in read_training_questions(files.questions[0])] == good


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


def test_unknown_ids_stay_when_ids_are_replaced(project, good, ids):
    [question, *_] = read_training_questions(project(good) / "training/questions/bees.jsonl")
    assert with_ids(question, {"s-000000000000": ("s-1",)}) == question
    assert with_ids(question, {ids[0]: (ids[1], ids[2])}).evidence == ids[1:3]


# The datasheet.


ENTRY = """\
# Its head.

[[file]]
path = "training/questions/bees.jsonl"
holds = "questions"
author = "A beekeeper"
method = "by hand"
readers = "anyone"
count = 1
sha256 = "0"
"""


def test_a_file_that_changed_is_named_until_that_is_meant(project, good):
    root = project(good)
    (root / "training/datasheet.toml").write_text(ENTRY, encoding="utf-8")
    [problem] = datasheet.problems(root)
    assert "bees.jsonl has changed: 5 lines" in problem
    datasheet.update(root)
    assert list(datasheet.problems(root)) == []
    assert (
        (root / "training/datasheet.toml").read_text(encoding="utf-8").startswith("# Its head.\n\n[[file]]")
    )
    assert datasheet.read_datasheet(root)[0].author == "A beekeeper"


def test_files_without_an_entry_and_entries_without_a_file_are_named(project, good):
    root = project(good)
    text = ENTRY.replace("bees.jsonl", "wasps.jsonl")
    (root / "training/datasheet.toml").write_text(text, encoding="utf-8")
    problems = list(datasheet.problems(root))
    assert "no entry for training/questions/bees.jsonl" in problems[0]
    assert "wasps.jsonl, which is not there" in problems[1]


@pytest.mark.parametrize("text", [ENTRY.replace("holds", "hods"), ENTRY.replace("count = 1", 'count = "1"')])
def test_an_entry_that_lacks_something_is_named(tmp_path, text):
    (tmp_path / "training").mkdir()
    (tmp_path / "training/datasheet.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="file 1: expected path, holds"):
        datasheet.read_datasheet(tmp_path)


# Those of the project.


def test_every_file_of_questions_is_as_its_entry_says():
    assert list(datasheet.problems(ROOT)) == []


SETS = sorted((ROOT / "training/questions").glob("*.jsonl"))


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_no_training_question_of_the_project_is_lost(path):
    """Where the reports are not here, ids are compared with their anchors alone."""
    listed = published_reports(ROOT, reports_folder(ROOT))[path.stem]
    counted, problems = check(ROOT, listed)
    assert problems == []
    assert counted.answerable >= 300
    assert counted.follow_ups >= 25


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
    from a4a_qa.anchors import migrate

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


def test_nothing_is_learnt_from_a_sealed_set():
    from a4a_qa.training.labelled import labelled_files

    folder = ROOT / "eval/safeguarding/sealed"
    for sets in ([folder], [folder / "blind.jsonl"]):
        with pytest.raises(CorpusError, match="is a sealed set"):
            labelled_files(sets)


def test_no_message_of_a_sealed_set_is_among_those_that_are_learnt():
    def messages(path: Path):
        lines = path.read_text(encoding="utf-8").split("\n")
        return {" ".join(json.loads(line)["question"].casefold().split()) for line in lines if line.strip()}

    learnt = messages(ROOT / "training/intents.jsonl") | messages(ROOT / "eval/safeguarding/open.jsonl")
    for path in (ROOT / "eval/safeguarding/sealed").glob("*.jsonl"):
        own = messages(path)
        # Two people may type the same few words.
        assert len(own & learnt) <= len(own) / 50, path.name


# The commands.


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
    from a4a_qa.files import file_sha256

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
