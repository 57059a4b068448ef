"""Gold questions on several reports: which are meant, which models have read, and a table of them all."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from a4a_qa.anchors import anchors_of, write_anchors
from a4a_qa.catalogue import ListedReport
from a4a_qa.cli.evaluate import eval_group
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import read_gold
from a4a_qa.evaluation.gold_reports import gold_reports, reports_read
from a4a_qa.evaluation.score import score
from a4a_qa.evaluation.significance import Draws
from a4a_qa.evaluation.summary import ROWS, lines, read_summary, summarise, write_summary
from a4a_qa.index.passages import sentence_ids
from evaluation.small_gold import JUDGES, RECORDS, SHELTERS, record


@pytest.fixture
def listed(small_file):
    return {
        "cambodia-2011": ListedReport("cambodia-2011", small_file, "training"),
        "bees": ListedReport("bees", small_file, "gold", sha256="0" * 64),
        "wasps": ListedReport("wasps", small_file, "held out", sha256="0" * 64),
    }


@pytest.fixture
def folders(tmp_path):
    """A folder of gold questions with a folder for each of these reports."""

    def made(*names):
        for name in names:
            (tmp_path / "gold" / name).mkdir(parents=True)
        return tmp_path / "gold"

    return made


def test_a_report_is_seen_when_a_card_of_a_model_lists_it(folders, listed):
    assert "cambodia-2011" in reports_read()
    assert not reports_read() & {"crs-seafood-import-2026", "leveson-press-2012", "us-18f-technology-2019"}
    found = gold_reports(folders("cambodia-2011", "bees"), listed)
    assert [(one.id, one.seen, one.is_ours) for one in found] == [
        ("bees", False, False),
        ("cambodia-2011", True, True),
    ]


def test_a_report_can_be_named(folders, listed):
    gold = folders("cambodia-2011", "bees")
    assert [one.id for one in gold_reports(gold, listed, names=["bees"])] == ["bees"]
    with pytest.raises(EvaluationError, match="no gold questions on «ants», only on bees, cambodia-2011"):
        gold_reports(gold, listed, names=["ants"])


def test_questions_on_a_report_that_is_held_out_are_refused(folders, listed, tmp_path, small_file):
    with pytest.raises(EvaluationError, match="wasps, which is held out"):
        gold_reports(folders("bees", "wasps"), listed)
    file = tmp_path / "one.jsonl"
    file.touch()
    with pytest.raises(EvaluationError, match="wasps, which is held out"):
        gold_reports(file, {"wasps": listed["wasps"]}, file=small_file)
    with pytest.raises(EvaluationError, match="about no report"):
        gold_reports(folders("ants"), {"bees": listed["bees"]})


def test_questions_that_are_not_divided_are_about_the_report_of_the_project(listed, tmp_path, small_file):
    file = tmp_path / "check.jsonl"
    file.touch()
    assert gold_reports(file, listed)[0].id == "cambodia-2011"
    assert gold_reports(file, listed, names=["bees"])[0].id == "bees"
    assert gold_reports(file, {}, file=small_file)[0].listed.file == small_file
    with pytest.raises(EvaluationError, match="name it with --report"):
        gold_reports(file, listed, names=["bees", "cambodia-2011"])


# Sentences that are named by their ids.


def test_a_sentence_can_be_named_in_place_of_its_words(small, write_lines):
    name = sentence_ids(small)[0]
    lines = [RECORDS[0] | {"evidence": [{"sentence": name, "endnotes": [1]}]}]
    [question] = read_gold(write_lines("named.jsonl", lines), small).questions
    assert small.slice(question.evidence[0].targets[0].places[0]) == SHELTERS


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"sentence": "s-000000000000"}, "no sentence s-000000000000; .*`a4a-qa training migrate`"),
        ({"sentence": "12"}, "should match pattern"),
    ],
)
def test_a_sentence_that_is_not_there_is_named_with_what_to_do(small, write_lines, item, message):
    with pytest.raises(EvaluationError, match=message):
        read_gold(write_lines("named.jsonl", [RECORDS[0] | {"evidence": [item]}]), small)


def test_the_marks_of_a_named_sentence_are_checked(small, write_lines):
    item = {"sentence": sentence_ids(small)[0], "endnotes": [2]}
    with pytest.raises(EvaluationError, match=r"names endnotes \[2\], the report has \[1\] in it"):
        read_gold(write_lines("named.jsonl", [RECORDS[0] | {"evidence": [item]}]), small)


def test_a_section_that_is_not_there_is_named(small, write_lines):
    overview = record("g-9", type="overview", evidence=[{"quote": JUDGES}], sections=[["Protection", "Bees"]])
    with pytest.raises(EvaluationError, match="no section Protection > Bees"):
        read_gold(write_lines("named.jsonl", [overview]), small)


# The table.


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


def test_draws_take_whole_components():
    draws = Draws(["a", "a", "b"])
    mean = draws.means(np.array([1.0, 1.0, 0.0]), [0, 1, 2])
    # Of two components drawn twice, either both are «a», one of each, or both «b».
    assert set(mean.round(4)) == {1.0, 0.6667, 0.0}


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


def test_only_one_half_is_taken_where_questions_have_halves(gold):
    assert {one.record.split for one in gold.of_split("test").questions} == {"test"}
    only = replace(gold, questions=gold.of_split("dev").questions)
    assert only.of_split("test") == only


# From end to end.

CATALOGUE = """\
[bees]
file = "report.md"
repository = "https://example.org/bees"
commit = "1"
path = ["report.md"]
use = "{use}"
notes = 5
sha256 = "{sha256}"
"""


@pytest.fixture
def project(tmp_path, small_file, small, monkeypatch):
    """A project with gold questions on one report whose text is elsewhere; runs `a4a-qa eval` in it."""
    from a4a_qa.files import file_sha256

    (tmp_path / "reports" / "bees").mkdir(parents=True)
    text = tmp_path / "reports" / "bees" / "report.md"
    text.write_bytes(small_file.read_bytes())
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "reports.toml").write_text(
        CATALOGUE.format(use="gold", sha256=file_sha256(text)), encoding="utf-8"
    )
    folder = tmp_path / "eval" / "gold" / "bees"
    folder.mkdir(parents=True)
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(r)}\n" for r in RECORDS), encoding="utf-8")
    write_anchors(folder / "sentences.json", anchors_of(small, file_sha256(text), sentence_ids(small)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("A4A_QA_REPORTS", str(tmp_path / "reports"))
    return lambda *arguments: CliRunner().invoke(eval_group, [*map(str, arguments)])


def test_reports_are_asked_scored_and_shown(project, tmp_path):
    done = project("run", "--system", "bm25")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "eval/runs/indexes/bees/manifest.json").is_file()
    table = project("score", "eval/runs/bm25", "--split", "all")
    assert table.exit_code == 0, table.output
    assert "unseen, mean" in table.output
    assert "bees (unseen)" in table.output
    assert read_summary(tmp_path / "eval/runs/bm25/summary.json").reports["bees"].questions == len(RECORDS)
    shown = project("show", "--split", "dev", "--id", "g-1")
    assert SHELTERS in shown.output
    assert "g-3" not in shown.output


def test_a_report_whose_text_is_not_here_is_left_out_unless_it_is_named(project, tmp_path):
    (tmp_path / "reports" / "bees" / "report.md").unlink()
    left = project("validate")
    assert left.exit_code == 1
    assert "bees: left out" in left.output
    named = project("run", "--report", "bees")
    assert "Set A4A_QA_REPORTS" in named.output


def test_validate_refuses_questions_on_a_report_that_is_held_out(project, tmp_path):
    file = tmp_path / "training" / "reports.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"gold"', '"held out"'), encoding="utf-8")
    refused = project("validate")
    assert refused.exit_code == 1
    assert "bees, which is held out" in refused.output


def test_an_index_of_an_older_parse_is_built_again(project, tmp_path, small_file):
    from a4a_qa.files import file_sha256
    from a4a_qa.index.storage import load

    assert project("run", "--system", "bm25").exit_code == 0
    text = tmp_path / "reports" / "bees" / "report.md"
    before = file_sha256(text)
    text.write_text(text.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    longer = text.read_text(encoding="utf-8").replace("blue uniforms", "blue uniforms and caps")
    text.write_text(longer, encoding="utf-8")
    catalogue = tmp_path / "training" / "reports.toml"
    catalogue.write_text(
        catalogue.read_text(encoding="utf-8").replace(before, file_sha256(text)), encoding="utf-8"
    )
    gold = tmp_path / "eval/gold/bees/questions.jsonl"
    lines = gold.read_text(encoding="utf-8").replace("blue uniforms", "blue uniforms and caps")
    gold.write_text(lines, encoding="utf-8")
    assert project("run", "--system", "bm25").exit_code == 0
    assert "and caps" in load(tmp_path / "eval/runs/indexes/bees")[0].report.text
