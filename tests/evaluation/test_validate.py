import re
from pathlib import Path

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation import coverage
from a4a_qa.evaluation.gold import read_gold
from a4a_qa.evaluation.validate import check, counts, shortfalls
from evaluation.small_gold import JUDGES, RECORDS, SHELTERS, record

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "eval" / "gold" / "cambodia-2011"


@pytest.fixture(scope="module")
def the_set(report):
    return read_gold(FOLDER, report)


def test_the_gold_set_holds_what_it_should(the_set):
    assert check(the_set) == []
    assert shortfalls(the_set, FOLDER) == []


def test_no_part_of_the_report_is_blind_and_the_table_is_current(the_set):
    assert coverage.blind_areas(the_set) == []
    assert (ROOT / "eval" / "coverage.md").read_text(encoding="utf-8") == coverage.table(the_set)


def test_the_small_set_is_clean(gold):
    assert check(gold) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (RECORDS[0] | {"question": "Another?"}, "the id g-1 is that of .*line 1"),
        (
            record(
                "g-9",
                question="how many homes  are there up NORTH?",
                evidence=[{"quote": JUDGES}],
                split="test",
            ),
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
            "the answer «every three years» is not in the evidence of g-9",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(write_lines, small, line, message):
    found = check(read_gold(write_lines("all.jsonl", [*RECORDS, line]), small))
    assert re.search(f"all.jsonl, line \\d+: .*{message}", found[0])


def test_counts_and_shortfalls(gold, gold_folder):
    found = counts(gold)
    assert (found["facts"], found["answerable"], found["near_misses"], found["rows"]) == (5, 3, 1, 6)
    (gold_folder / "at-least.toml").write_text("facts = 5\ntypos = 2\n")
    assert shortfalls(gold, gold_folder)[0] == "at-least.toml asks for 2 typos, the set holds 1."


@pytest.mark.parametrize("text", ["facts = ", "fact = 3", "facts = 'many'"])
def test_a_bad_list_of_counts_is_an_error(gold, gold_folder, text):
    (gold_folder / "at-least.toml").write_text(text)
    with pytest.raises(EvaluationError, match=r"at-least\.toml"):
        shortfalls(gold, gold_folder)


def test_a_part_that_nobody_asks_about_is_blind(write_lines, small):
    gold = read_gold(write_lines("all.jsonl", RECORDS[:1]), small)
    assert coverage.blind_areas(gold) == [
        "No question is about the section «Introduction › Schools».",
        "No question is about the section «Protection».",
    ]
    assert "| section | Protection | 2 | 0 | **none** |" in coverage.table(gold)
