"""Written sections: their format, and what must hold of them."""

import json

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.training.validate import check_written
from a4a_qa.training.written import read_written
from conftest import ROOT

GOOD = {
    "field": "bees",
    "kind": "survey",
    "headings": ["Bees of the north"],
    "sentences": ["Bees fly from May to September.", "The club owns forty hives.", "It counts them twice."],
    "questions": [
        {"question": "When are they about?", "evidence": [0], "answer": "May to September"},
        {"question": "Are there many?", "evidence": [1], "also": [2], "answer": False},
        {"question": "What does the club do?", "evidence": [1, 2]},
        {"question": "Is it rich?", "evidence": [1], "hard_negative": "absent_detail"},
    ],
}


@pytest.fixture
def write(tmp_path):
    def write(*sections):
        path = tmp_path / "bees.jsonl"
        path.write_text("\n".join(json.dumps(section) for section in sections), encoding="utf-8")
        return path

    return write


def changed(place, **values):
    questions = [dict(question) for question in GOOD["questions"]]
    questions[place] |= values
    return GOOD | {"questions": questions}


def test_sections_are_read_and_counted(write):
    (section,) = read_written(write(GOOD))
    assert (section.field, section.headings) == ("bees", ("Bees of the north",))
    assert section.questions[1].also == (2,)
    assert section.questions[1].answer is False
    counted, problems = check_written(write(GOOD))
    assert (counted.answerable, counted.several, counted.hard_negatives, problems) == (3, 1, 1, [])


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (GOOD | {"field": " "}, "expected a text as «field»"),
        (GOOD | {"sentences": []}, "expected a list of texts as «sentences»"),
        (GOOD | {"headings": "Bees"}, "expected a list of texts as «headings»"),
        (
            GOOD | {"sentences": [*GOOD["sentences"], GOOD["sentences"][0]]},
            "the same sentence stands there twice",
        ),
        (GOOD | {"questions": {}}, "expected a list of objects as «questions»"),
        (GOOD | {"note": "?"}, "there is no «note» here"),
        (changed(0, question=""), "expected a text as «question»"),
        (changed(0, evidence=[3]), r"names places \[3\]; there are those from 0 to 2"),
        (changed(0, evidence=[True]), r"names places \[True\]"),
        (changed(0, evidence=[]), "needs evidence"),
        (changed(1, also=[1]), "needs evidence, none of which is in «also»"),
        (changed(0, answer="June"), "the short answer to «When are they about\\?» is not in its evidence"),
        (changed(0, answer=3), "an answer that is neither words nor true nor false"),
        (changed(0, author="me"), "has a key «author»"),
        (changed(3, hard_negative="odd"), "expected absent_detail, other_value, false_premise"),
        (changed(3, answer=True), "is a hard negative and has no «answer»"),
    ],
)
def test_what_is_no_section_is_an_error_that_names_its_line(write, section, problem):
    with pytest.raises(CorpusError, match=f"bees.jsonl, line 2: {problem}|line 2: .*{problem}"):
        read_written(write(GOOD, section))


def test_a_question_asked_twice_and_a_long_answer_are_problems(write):
    twice = GOOD | {"questions": [*GOOD["questions"], GOOD["questions"][0]]}
    long = " ".join(["word"] * 13)
    lengthy = GOOD | {"sentences": [f"{long}."], "questions": [
        {"question": "What?", "evidence": [0], "answer": long}
    ]}  # fmt: skip
    _, (first, second) = check_written(write(twice, lengthy))
    assert "«When are they about?» is asked twice" in first
    assert "has more than 12 words" in second


def test_the_sections_of_the_project_keep_to_the_format():
    files = sorted((ROOT / "training" / "written").glob("*.jsonl"))
    assert len(files) > 10
    for path in files:
        counted, problems = check_written(path)
        assert not problems
        assert counted.answerable > 800
