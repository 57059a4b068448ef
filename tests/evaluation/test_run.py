"""Runs with everything that can be wrong with them: named, counted, never dropped."""

import json
import re

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.case import is_valid
from a4a_qa.evaluation.run import ask_all, read_run, write_run
from evaluation.small_gold import JUDGES, SHELTERS


def test_what_breaks_in_a_system_is_a_failed_row(gold):
    def ask(question, history):
        if "north" in question:
            raise ValueError("no such thing")
        return {"status": "answered"}

    lines = list(ask_all(gold.questions, ask))
    assert [line["id"] for line in lines] == [question.id for question in gold.questions]
    assert lines[0]["error"] == "ValueError: no such thing"
    assert "error" not in lines[2]
    assert all(line["ms"] >= 0 for line in lines)


def test_follow_ups_are_asked_with_their_history(gold):
    seen = []
    list(ask_all(gold.questions, lambda question, history: seen.append(list(history)) or {}))
    assert seen == [question.record.history for question in gold.questions]


def test_a_run_survives_writing_and_reading(gold, perfect, tmp_path):
    write_run(tmp_path / "runs" / "a.jsonl", [*perfect, {"run": {"system": "x"}}])
    run = read_run(tmp_path / "runs" / "a.jsonl", gold.questions)
    assert run.problems == ()
    assert run.about == {"system": "x"}
    assert run.row("g-1").answer.citations[0].quote == SHELTERS
    assert run.row("g-1").ms == 2.0


def test_an_interrupted_run_leaves_no_file(gold, perfect, tmp_path):
    def lines():
        yield perfect[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_run(tmp_path / "a.jsonl", lines())
    assert list(tmp_path.glob("*a.jsonl*")) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: this is not JSON: Expecting property name"),
        ("[" * 100_000, "line 1: this is not JSON"),
        ("[]", "line 1: expected a JSON object"),
        ({"run": 1}, "line 1: 'run' is 1, expected an object"),
        ({"run": None}, "line 1: 'run' is None, expected an object"),
        ({"id": 7}, "line 1: found no 'id'"),
        ({"id": "g-99"}, "line 1: there is no gold question 'g-99'"),
        ({"id": "g-1", "error": "timeout"}, "line 1: g-1 failed: timeout"),
        (
            {"id": "g-1", "status": "answered"},
            "line 1: g-1 failed: not an answer of the contract: text: Field required",
        ),
    ],
)
def test_a_bad_line_is_named_and_its_question_has_failed(run_of, line, message):
    run = run_of([line])
    assert run.row("g-1").answer is None
    assert any(re.search(message, problem) for problem in run.problems)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "maybe"},
        {"confidence": 1.5},
        {"confidence": "high"},
        {"citations": None},
        {"passages": [{"id": "p"}]},
        {"text": 3},
    ],
)
def test_what_is_not_the_contract_is_a_failure(run_of, answering, change):
    run = run_of([answering("g-1", [SHELTERS]) | change])
    assert run.row("g-1").answer is None
    assert "not an answer of the contract" in run.row("g-1").error


def test_a_second_answer_does_not_replace_the_first(run_of, answering):
    run = run_of([answering("g-1", []), answering("g-1", [SHELTERS])])
    assert run.row("g-1").answer.status == "not_in_report"
    assert "g-1 is answered a second time" in run.problems[0]


def test_missing_answers_are_counted_and_named(run_of, perfect):
    run = run_of(perfect[:4])
    assert run.row("g-5").error == "not in the run"
    assert "2 of 6 gold questions have no answer, counted as failed: g-4, g-5." in run.problems[0]


def test_whole_numbers_are_confidences(run_of, answering):
    assert (
        run_of([json.dumps(answering("g-1", [SHELTERS], confidence=1))]).row("g-1").answer.confidence == 1.0
    )


def test_a_run_may_begin_with_a_byte_order_mark_and_hold_what_is_not_utf_8(gold, answering, tmp_path):
    good = json.dumps(answering("g-1", [SHELTERS])).encode()
    (tmp_path / "run.jsonl").write_bytes(b"\xef\xbb\xbf" + good + b"\n\xff{\n")
    run = read_run(tmp_path / "run.jsonl", gold.questions)
    assert run.row("g-1").answer.status == "answered"
    assert "run.jsonl, line 2: this is not JSON" in run.problems[0]


def test_no_run_file_is_an_error(gold, tmp_path):
    with pytest.raises(
        EvaluationError,
        match=r"^The run .*none\.jsonl cannot be read: No such file.*\. Make one with `a4a-qa eval run`\.",
    ):
        read_run(tmp_path / "none.jsonl", gold.questions)


def test_quotes_alone_get_their_place_section_and_endnotes(gold, small, write_lines):
    lines = [
        {"id": "g-1", "citations": [{"quote": SHELTERS}, {"quote": "There are 13 shelters."}]},
        {"id": "g-2", "citations": []},
        {"id": "g-3", "citations": [{"quote": JUDGES, "section": ["Elsewhere"], "endnotes": []}]},
        {"id": "g-4", "citations": [{"quotation": JUDGES}]},
    ]
    run = read_run(write_lines("run.jsonl", lines), gold.questions, small)
    found, made_up = run.row("g-1").answer.citations
    assert small.text[found.start : found.end] == SHELTERS
    assert found.section == ["Introduction"]
    assert found.endnotes == [1]
    assert is_valid(found, small)
    assert not is_valid(made_up, small)
    assert run.row("g-2").answer.status == "not_in_report"
    [wrong] = run.row("g-3").answer.citations
    assert wrong.section == ["Elsewhere"], "what is said is measured, not mended"
    assert "quote" in run.row("g-4").error
