"""Training questions on published reports and on written sections: their formats and checks."""

import json
import re
from dataclasses import replace

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.training.training_questions import (
    check_published,
    check_written,
    question_sets,
    read_training_questions,
    read_written,
)
from training.small import SHA256


def test_questions_are_read_as_they_stand(project, good):
    found = read_training_questions(project(good) / "training/questions/bees.jsonl")
    for question, line in zip(found, good, strict=True):
        for name, value in line.items():
            assert getattr(question, name) == (tuple(value) if isinstance(value, list) else value)
        assert set(question.named) == {*line["evidence"], *line.get("history_evidence", [])}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"question": " "}, 'a text as "question"'),
        ({"author": None}, 'a text as "author"'),
        ({"evidence": []}, "at least one sentence"),
        ({"evidence": ["12"]}, 'ids of sentences as "evidence"'),
        ({"evidence": "s-000000000000"}, 'ids of sentences as "evidence"'),
        ({"also": [3]}, 'ids of sentences as "also"'),
        ({"history": ["Who?"]}, '"history" and "history_evidence" go together'),
        ({"history": "Who?"}, "list of questions"),
        ({"notes": ["1"]}, "list of numbers"),
        ({"answer": 5}, "words, true or false"),
        ({"hard_negative": "no"}, "absent_detail, other_value, false_premise"),
        ({"hard_negative": "absent_detail"}, 'a hard negative has no "answer"'),
        ({"persona": ""}, 'a text as "persona"'),
        ({"quote": "Bees"}, "there is no .quote. here"),
    ],
)
def test_a_line_that_is_no_question_is_named(project, good, change, message):
    path = project([good[1], good[0] | change]) / "training/questions/bees.jsonl"
    with pytest.raises(CorpusError, match=f"line 2: .*{message}"):
        read_training_questions(path)


def test_good_questions_are_counted_and_have_no_problem(project, good, bees):
    counted, problems = check_published(project(good), bees)
    assert problems == []
    assert (counted.answerable, counted.hard_negatives) == (4, 1)
    assert (counted.follow_ups, counted.several, counted.sources) == (1, 1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": "June"}, '"June" to .* is not in the evidence'),
        ({"answer": "Bees fly from May to September. " * 3}, "has more than 12 words"),
        ({"answer": "Sept"}, '"Sept" to .* is not in the evidence'),
        ({"notes": [2]}, r"asks for notes \(2,\), its evidence has \[1\]"),
        ({"evidence": ["s-000000000000"]}, "s-000000000000, which has no anchor"),
        ({"question": "Who says when they fly?", "answer": True}, "is asked twice"),
    ],
)
def test_what_does_not_fit_the_report_is_named(project, good, bees, change, message):
    _, problems = check_published(project([good[0] | change, *good[1:]]), bees)
    assert any(re.search(message, problem) for problem in problems), problems


def test_anchors_of_another_file_are_named(project, good, bees):
    other = replace(bees, sha256="1" * 64, file=bees.file.with_name("missing.md"))
    _, problems = check_published(project(good), other)
    assert problems[0].endswith(f"{SHA256}, the report has {'1' * 64}.")


@pytest.mark.parametrize(("use", "message"), [("gold", '"gold"'), ("held out", '"held out"')])
def test_nothing_is_learnt_from_a_report_that_is_kept_apart(project, good, bees, use, message):
    with pytest.raises(CorpusError, match=f"{message}.*Remove the file"):
        list(question_sets(project(good), {"bees": replace(bees, use=use)}))


def test_questions_on_an_unknown_report_are_named(project, good):
    with pytest.raises(CorpusError, match="about no report"):
        list(question_sets(project(good), {}))


SECTION = {
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
    questions = [dict(question) for question in SECTION["questions"]]
    questions[place] |= values
    return SECTION | {"questions": questions}


def test_sections_are_read_and_counted(write):
    (section,) = read_written(write(SECTION))
    assert (section.headings, section.sentences[2]) == (("Bees of the north",), "It counts them twice.")
    assert section.questions[1].also == (2,)
    assert section.questions[1].answer is False
    counted, problems = check_written(write(SECTION))
    assert (counted.answerable, counted.several, counted.hard_negatives, problems) == (3, 1, 1, [])


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (SECTION | {"field": " "}, 'expected a text as "field"'),
        (SECTION | {"sentences": []}, 'expected a list of texts as "sentences"'),
        (SECTION | {"headings": "Bees"}, 'expected a list of texts as "headings"'),
        (
            SECTION | {"sentences": [*SECTION["sentences"], SECTION["sentences"][0]]},
            "the same sentence stands there twice",
        ),
        (SECTION | {"questions": {}}, 'expected a list of objects as "questions"'),
        (SECTION | {"note": "?"}, "there is no .note. here"),
        (changed(0, question=""), 'expected a text as "question"'),
        (changed(0, evidence=[3]), r"expected positions from 0 to 2, found \[3\]"),
        (changed(0, evidence=[True]), r"expected positions from 0 to 2, found \[True\]"),
        (changed(0, evidence=[]), "at least one sentence"),
        (changed(1, also=[1]), 'none of them in "also"'),
        (changed(0, answer="June"), "the short answer is not in the evidence"),
        (changed(0, answer=3), "words, true or false"),
        (changed(0, author="me"), 'there is no key "author"'),
        (changed(3, hard_negative="odd"), "expected absent_detail, other_value, false_premise"),
        (changed(3, answer=True), 'a hard negative has no "answer"'),
    ],
)
def test_what_is_no_section_is_an_error_that_names_its_line(write, section, problem):
    with pytest.raises(CorpusError, match=f"bees.jsonl, line 2: {problem}|line 2: .*{problem}"):
        read_written(write(SECTION, section))


def test_a_question_asked_twice_and_a_long_answer_are_problems(write):
    twice = SECTION | {"questions": [*SECTION["questions"], SECTION["questions"][0]]}
    long = " ".join(["word"] * 13)
    lengthy = SECTION | {"sentences": [f"{long}."], "questions": [
        {"question": "What?", "evidence": [0], "answer": long}
    ]}  # fmt: skip
    _, (first, second) = check_written(write(twice, lengthy))
    assert '"When are they about?" is asked twice' in first
    assert "has more than 12 words" in second
