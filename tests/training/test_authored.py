import json

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.parsing.read import read_report
from a4a_qa.training.authored import (
    ELSEWHERE_FILE,
    SEVERAL_FILE,
    QuestionOfSeveral,
    read_elsewhere_questions,
    read_index_questions,
    read_questions_of_several,
)
from conftest import AUTHORED, ROOT


@pytest.fixture
def small(small_file):
    return read_report(small_file)


def write(tmp_path, *records):
    path = tmp_path / "index-questions.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records), encoding="utf-8")
    return path


def test_questions_find_their_sentence(tmp_path, small):
    path = write(
        tmp_path,
        {"quote": "It is not enforced in the south.", "questions": ["a?", "b?"], "near_misses": ["c?"]},
        "",
        {"quote": "Police officers wear blue", "questions": ["d?"]},
    )
    found = read_index_questions(path, small)
    assert [(q.text, q.sentence, q.near_miss) for q in found] == [
        ("a?", 4, False), ("b?", 4, False), ("c?", 4, True), ("d?", 6, False),
    ]  # fmt: skip


def test_questions_may_have_short_answers(tmp_path, small):
    quote = "It is not enforced in the south."
    texts, answers = ["Where?", "Is it?", "Is it not?", "Why?"], ["the south", False, True, None]
    path = write(
        tmp_path,
        {"quote": quote, "questions": texts, "answers": answers},
        {"quote": "Police officers wear blue", "questions": ["Who?"]},
    )
    assert [(q.form, q.words) for q in read_index_questions(path, small)] == [
        ("words", "the south"), ("no", None), ("yes", None), ("none", None), (None, None),
    ]  # fmt: skip


def test_questions_of_several_find_all_their_sentences(tmp_path, small):
    quotes = ["Police officers wear blue", "It is not enforced in the south."]
    path = write(tmp_path, {"quotes": quotes, "questions": ["a?", "b?"], "near_misses": ["c?"]})
    assert read_questions_of_several(path, small) == (
        QuestionOfSeveral("a?", (4, 6)),
        QuestionOfSeveral("b?", (4, 6)),
        QuestionOfSeveral("c?", (4, 6), near_miss=True),
    )
    assert read_questions_of_several(tmp_path / "none", small) == ()


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"questions": ["a?"]}, "'quotes'"),
        ({"quotes": ["Police officers wear blue"] * 2, "questions": ["a?"]}, "two sentences"),
        (
            {"quotes": ["Police officers wear blue", "Not there."], "questions": ["a?"]},
            "is not in the report",
        ),
        ({"quotes": ["Police officers wear blue", "It is not enforced in the south."]}, "'questions'"),
        (
            {
                "quotes": ["Police officers wear blue", "It is not enforced in the south."],
                "questions": ["a?"],
                "near_misses": "b?",
            },
            "'near_misses'",
        ),
        ({"quotes": ["Police"], "question": ["a?"]}, "line 1: there is no 'question' here"),
    ],
)
def test_questions_of_several_that_do_not_fit_are_named(tmp_path, small, record, words):
    path = write(tmp_path, record)
    with pytest.raises(CorpusError, match=words):
        read_questions_of_several(path, small)


def test_a_near_miss_may_say_why_it_is_none(tmp_path, small):
    line = {"quote": "It is not enforced in the south.", "near_misses": ["Why is it enforced?", "Who asks?"]}
    path = write(tmp_path, line | {"reasons": ["false_premise", None]}, line)
    assert [q.reason for q in read_index_questions(path, small)] == ["false_premise", None, None, None]


def test_no_file_is_no_question(tmp_path, small):
    assert read_index_questions(tmp_path / "none.jsonl", small) == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2: this is not JSON"),
        ("[]", "line 2: expected a JSON object"),
        ({"quote": "Not a word of it."}, "line 2: the quote 'Not a word of it.' is not in the report"),
        ({"quote": "the"}, "stands at .* places"),
        ({"quote": ""}, "is not in the report"),
        ({"quote": "Ministry of Health, Shelters."}, "is not in the report"),
        (
            {"quote": "It is not enforced in the south.", "questions": [""]},
            "'questions': expected a list of texts",
        ),
        (
            {"quote": "It is not enforced in the south.", "questions": ["a?", "b?"], "answers": [None]},
            "'answers': expected a list with an answer for each of the 2 questions",
        ),
        *(
            (
                {"quote": "It is not enforced in the south.", "questions": ["a?"], "answers": [answer]},
                "whole words",
            )
            for answer in ("the north", "sout", " the south", "", 5, {})
        ),
        *(
            (
                {"quote": "It is not enforced in the south.", "near_misses": ["a?"], "reasons": reasons},
                "'reasons': expected absent_detail, other_value, false_premise or null for each of the 1",
            )
            for reasons in ([], ["None"], ["wrong"], [["false_premise"]], "absent_detail", {}, [None, None])
        ),
        (
            {"quote": "It is not enforced in the south.", "near_mises": ["a?"]},
            "line 2: there is no 'near_mises' here, only answers, near_misses, questions, quote, reasons",
        ),
        ("[" * 100_000, "line 2: this is not JSON"),
    ],
)
def test_lines_that_do_not_fit_are_named(tmp_path, small, line, words):
    path = write(tmp_path, {"quote": "It is not enforced in the south.", "questions": ["a?"]}, line)
    with pytest.raises(CorpusError, match=words):
        read_index_questions(path, small)


def test_questions_about_something_else(tmp_path):
    path = write(tmp_path, {"question": "How does one boil rice?"}, {"question": "who won"})
    assert read_elsewhere_questions(path) == ("How does one boil rice?", "who won")
    assert read_elsewhere_questions(tmp_path / "none.jsonl") == ()


@pytest.mark.parametrize("record", [{}, {"question": ""}, {"question": 1}, {"question": ["a?"]}])
def test_a_question_about_something_else_that_is_no_text_is_named(tmp_path, record):
    path = write(tmp_path, {"question": "How does one boil rice?"}, record)
    with pytest.raises(CorpusError, match="line 2, 'question'"):
        read_elsewhere_questions(path)


def test_a_key_that_a_question_about_something_else_does_not_have_is_named(tmp_path):
    path = write(tmp_path, {"question": "Who won?", "near_misses": ["Who lost?"]})
    with pytest.raises(CorpusError, match="line 1: there is no 'near_misses' here, only question"):
        read_elsewhere_questions(path)


def test_no_question_about_something_else_was_written_about_the_report_too(report):
    elsewhere = read_elsewhere_questions(AUTHORED / ELSEWHERE_FILE)
    assert len(set(elsewhere)) == len(elsewhere) > 1_000
    authored = read_index_questions(AUTHORED / "index-questions.jsonl", report)
    # A near miss may well be about something else.
    assert not {q.text for q in authored if not q.near_miss} & {*elsewhere}


def test_every_index_question_of_the_report_has_its_sentence(report):
    questions = read_index_questions(AUTHORED / "index-questions.jsonl", report)
    assert {q.sentence for q in questions if not q.near_miss} == set(range(len(report.sentences)))


def test_every_question_of_several_of_the_report_has_its_sentences(report):
    assert len(read_questions_of_several(AUTHORED / SEVERAL_FILE, report)) == 1973


def test_the_reports_questions_fit_its_pdf_too(report):
    """Empty cells of a table are tabs in Markdown and nothing in a PDF."""
    file = AUTHORED / "index-questions.jsonl"
    from_pdf = read_report(ROOT / "tests/fixtures/report-layout-a.pdf")
    same = [one.text for one in read_index_questions(file, report)]
    assert [one.text for one in read_index_questions(file, from_pdf)] == same
