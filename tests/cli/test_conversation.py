"""A conversation with `a4a-qa ask`: what is remembered, what is not, and the way back from a card of help."""

import os
import pty
import subprocess
import sys
from types import SimpleNamespace

import pytest

from a4a_qa.cli.ask import converse
from a4a_qa.errors import QuestionError
from a4a_qa.safeguarding.help_texts import help_texts
from cli.test_ask import QUESTION

PLEA = "My uncle touches me. How many street children are estimated to live in Cambodia?"
HERE, ELSEWHERE = (help_texts()["terminal"][name] for name in ("about_report_here", "about_report"))


@pytest.fixture
def shown(monkeypatch, capsys):
    """Types lines into a conversation with an assistant, and an empty one; what was shown, as one line."""

    def typed(assistant, *lines) -> str:
        left = iter([*lines, ""])
        monkeypatch.setattr("builtins.input", lambda _: next(left))
        converse(assistant, [], section=None, k=10, about_report=False, is_open=False)
        return " ".join(capsys.readouterr().out.split())

    return typed


@pytest.fixture
def asked(assistant, monkeypatch):
    """What the assistant was asked so far: question, earlier questions, whether it is about the report."""
    calls = []
    ask = assistant.ask

    def noted(question, history, *, about_report, **options):
        calls.append((question, list(history), about_report))
        return ask(question, history, about_report=about_report, **options)

    monkeypatch.setattr(assistant, "ask", noted)
    return calls


def test_it_begins_with_what_answers_are_and_that_nothing_typed_is_kept(assistant, shown):
    said = help_texts()["page"]["factual"].format(year=2011)
    assert said.startswith("Answers come from a 2011 report")
    assert f"Cambodia {said} Ask a question" in shown(assistant)


@pytest.mark.parametrize(
    "line", ["about the report", "“about the report”", "About the report.", "--about-report", "about-report"]
)
def test_below_a_card_the_same_can_be_asked_as_about_the_report(assistant, asked, shown, line):
    said = shown(assistant, PLEA, line, "And in 2006?")
    assert asked == [(PLEA, [], False), (PLEA, [], True), ("And in 2006?", [], False)]
    assert said.index(HERE) < said.index("24,000 children live and/or work on the streets and are")
    assert "?" not in HERE + ELSEWHERE
    assert ELSEWHERE not in said


def test_elsewhere_these_words_are_a_question(assistant, asked, shown):
    shown(assistant, "about the report", PLEA, "How many provinces were there?", "about the report")
    assert [(question, about_report) for question, _, about_report in asked] == [
        ("about the report", False),
        (PLEA, False),
        ("How many provinces were there?", False),
        ("about the report", False),
    ]


def test_a_line_that_is_no_question_leaves_the_way_back(assistant, asked, shown):
    shown(assistant, PLEA, "x" * 3000, "about the report")
    assert asked[-1] == (PLEA, [], True)


def test_a_plea_for_help_is_not_carried_along_and_a_bad_question_ends_nothing(monkeypatch, capsys):
    typed = iter(["My uncle touches me.", "x" * 3000, "Who?", ""])
    asked = []

    def ask(question, history, **_):
        asked.append((question[:5], list(history)))
        if len(question) > 2000:
            raise QuestionError("too long")
        return SimpleNamespace(status="support" if "uncle" in question else "answered")

    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    monkeypatch.setattr("a4a_qa.cli.ask.as_text", lambda answer, **_: [])
    about = SimpleNamespace(title="T", year=2011)
    assistant = SimpleNamespace(ask=ask, report=SimpleNamespace(about=about))
    converse(assistant, [], section=None, k=10, about_report=False, is_open=False)
    assert asked == [("My un", []), ("xxxxx", []), ("Who?", [])]
    assert "too long" in capsys.readouterr().err


def test_a_conversation_on_a_terminal(small_index):
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "a4a_qa", "ask", "--index", str(small_index)],
        stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True,
    )  # fmt: skip
    os.close(terminal)
    os.write(main, f"{QUESTION}\nWhat does item 1 say?\nAnd item 2?\n\n".encode())
    shown = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    assert process.wait(60) == 0
    text = shown.decode()
    assert "There are 12 shelters in the north." in text
    assert "blue uniforms" in text
    assert "\x1b[" in text  # colour, since this is a terminal
