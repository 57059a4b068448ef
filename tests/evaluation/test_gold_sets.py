"""Sets of gold questions: which report they are about, and what must hold of them as a whole."""

import re

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import read_gold
from a4a_qa.evaluation.gold_sets import counts, gold_reports, problems_of, reports_read, shortfalls
from a4a_qa.report.catalogue import ListedReport
from conftest import ROOT
from evaluation.small_gold import JUDGES, RECORDS, SHELTERS, record

FOLDER = ROOT / "eval/gold/cambodia-2011"


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
            (tmp_path / "gold" / name).mkdir(parents=True, exist_ok=True)
        return tmp_path / "gold"

    return made


@pytest.fixture
def undivided(tmp_path):
    file = tmp_path / "check.jsonl"
    file.touch()
    return file


def test_a_report_is_seen_when_the_card_of_a_model_lists_it(folders, listed):
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
    with pytest.raises(EvaluationError, match="no gold questions on 'ants', only on bees, cambodia-2011"):
        gold_reports(gold, listed, names=["ants"])


def test_questions_on_a_held_out_or_unknown_report_are_refused(folders, listed, undivided, small_file):
    with pytest.raises(EvaluationError, match="wasps, which is held out"):
        gold_reports(folders("bees", "wasps"), listed)
    with pytest.raises(EvaluationError, match="wasps, which is held out"):
        gold_reports(undivided, {"wasps": listed["wasps"]}, file=small_file)
    with pytest.raises(EvaluationError, match="about no report"):
        gold_reports(folders("ants"), {"bees": listed["bees"]})


def test_questions_that_are_not_divided_are_about_the_report_of_the_project(listed, undivided, small_file):
    assert gold_reports(undivided, listed)[0].id == "cambodia-2011"
    assert gold_reports(undivided, listed, names=["bees"])[0].id == "bees"
    assert gold_reports(undivided, {}, file=small_file)[0].listed.file == small_file
    with pytest.raises(EvaluationError, match="name it with --report"):
        gold_reports(undivided, listed, names=["bees", "cambodia-2011"])


def test_the_gold_set_holds_what_it_should(report):
    assert problems_of(read_gold(FOLDER, report), FOLDER) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (RECORDS[0] | {"question": "Another?"}, "the id g-1 is that of .*line 1"),
        (
            record("g-9", question="how many homes  are there up NORTH?", evidence=[{"quote": JUDGES}]),
            "g-1 asks the same",
        ),
        (
            record("g-9", split="test", evidence=[{"quote": SHELTERS, "endnotes": [1]}]),
            r"g-9 \(test\) shares evidence",
        ),
        (
            record("g-1.b", evidence=[{"quote": SHELTERS, "endnotes": [1]}]),
            "f-1 needs one base .*found 2",
        ),
        (
            record("g-1.p", variant="paraphrase", evidence=[{"quote": SHELTERS, "endnotes": [1]}]),
            "g-1.p and g-1 share a fact, not answers",
        ),
        (
            record("g-9", evidence=[{"quote": JUDGES}], split="test", answers=["every three years"]),
            "the answer 'every three years' is not in the evidence of g-9",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(write_lines, small, line, message):
    file = write_lines("all.jsonl", [*RECORDS, line])
    found = problems_of(read_gold(file, small), file.parent)
    assert re.search(f"all.jsonl, line \\d+: .*{message}", found[0])


def test_counts_and_shortfalls(gold, gold_folder):
    found = counts(gold)
    assert (found["facts"], found["answerable"], found["near_misses"], found["rows"]) == (5, 3, 1, 6)
    (gold_folder / "at-least.toml").write_text("facts = 5\ntypos = 2\n")
    # The small set is not split 60 to 40; everything else holds.
    assert problems_of(gold, gold_folder) == shortfalls(gold, gold_folder)
    assert shortfalls(gold, gold_folder) == [
        "at-least.toml asks for 2 typos, the set holds 1.",
        "67% of the questions are development, expected 45% to 65%.",
    ]


@pytest.mark.parametrize("text", ["facts = ", "fact = 3", "facts = 'many'"])
def test_a_bad_list_of_counts_is_an_error(gold, gold_folder, text):
    (gold_folder / "at-least.toml").write_text(text)
    with pytest.raises(EvaluationError, match=r"at-least\.toml"):
        shortfalls(gold, gold_folder)
