"""`a4a-qa ask` and `search` as people and scripts use them: in this process, and some in real ones."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from a4a_qa.answering.answer import Reason, ShortAnswer
from a4a_qa.assistant import Assistant
from a4a_qa.cli.ask import ask as ask_command
from a4a_qa.cli.main import main
from a4a_qa.cli.show import as_markdown, as_text
from a4a_qa.errors import EncoderError
from conftest import ROOT

QUESTION = "How many shelters are in the north?"


def a4a_qa(*arguments, cwd=None, stdin="", environment=None):
    """Run a command in this process, as a script would see it: what it prints and what it exits with."""
    runner = CliRunner(
        env=dict.fromkeys(k for k in os.environ if k.startswith("A4A_QA_")) | (environment or {})
    )
    with contextlib.chdir(cwd or "."):
        done = runner.invoke(main, [*map(str, arguments)], input=stdin, prog_name="a4a-qa")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return SimpleNamespace(returncode=done.exit_code, stdout=done.stdout, stderr=done.stderr)


def process(*arguments, cwd=None, stdin="", environment=None):
    """Run a command in a process of its own, with real pipes."""
    return subprocess.run(
        [sys.executable, "-m", "a4a_qa", *map(str, arguments)],
        capture_output=True, text=True, input=stdin, cwd=cwd, timeout=120,
        env={k: v for k, v in os.environ.items() if not k.startswith("A4A_QA_")} | (environment or {}),
    )  # fmt: skip


def test_an_answer_for_people(small_index):
    done = process("ask", QUESTION, "--index", small_index)
    assert done.returncode == 0
    assert "“There are 12 shelters in the north.” [1]" in done.stdout
    assert "[1] Introduction, pp. 2–3" in done.stdout
    assert "1  Ministry of Health, Shelters, accessed 2009-05-03\n" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_notes_in_full_have_their_addresses(small_index):
    shown = a4a_qa("ask", QUESTION, "--notes", "full", "--index", small_index).stdout
    assert "1  Ministry of Health, Shelters. Accessed on 3 May 2009 from" in shown
    assert "archived: https://web.archive.org/web/20090503/http://health.example.org/shelters" in shown


def test_each_line_from_a_pipe_is_a_question(small_index):
    done = process("ask", "--index", small_index, stdin=f"{QUESTION}\n\nWhat does item 2 say?\n")
    assert done.returncode == 0
    first, second = done.stdout.split("? What does item 2 say?\n")
    assert first.startswith(f"? {QUESTION}\n")
    assert "12 shelters" in first
    assert "blue uniforms" in second


def test_of_several_questions_all_are_asked_and_one_without_an_answer_is_told(small_index):
    questions = f"What is the capital of France?\n{QUESTION}\n"
    done = a4a_qa("ask", "--json", "--index", small_index, stdin=questions)
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == ["not_in_report", "answered"]
    assert done.returncode == 3


def test_with_a_dash_all_that_is_piped_is_one_question(small_index):
    done = a4a_qa("ask", "-", "--json", "--index", small_index, stdin="How many shelters\nare in the north?")
    assert json.loads(done.stdout)["question"] == QUESTION


def test_a_question_may_come_from_a_pipe(small_index):
    piped = process("ask", "-", "--index", small_index, stdin=QUESTION)
    assert piped.stdout == a4a_qa("ask", QUESTION, "--index", small_index).stdout


def test_what_decides_or_is_doubted_is_told_first(small_index):
    assistant = Assistant.open(small_index)
    answer = assistant.ask(QUESTION)
    cited = answer.citations[0]
    short = replace(
        answer, short_answer=ShortAnswer("words", cited.start, cited.start + 5, None), reason=None
    )
    doubted = replace(answer, status="partial", reason=Reason("absent_detail", "Not certain."))
    for form in (as_text, as_markdown):
        assert next(form(short)) == "In short: words"
        assert next(form(doubted)) == "Not certain."


def test_the_contract_for_scripts(small_index):
    done = a4a_qa("ask", QUESTION, "--json", "--index", small_index)
    answer = json.loads(done.stdout)
    assert (answer["status"], answer["citations"][0]["endnotes"]) == ("answered", [1])
    assert json.loads(a4a_qa("ask", QUESTION, "--format", "json", "--index", small_index).stdout)["text"]


def test_citations_as_annotations(small_index):
    done = a4a_qa("ask", QUESTION, "--format", "web-annotation", "--index", small_index)
    assert done.returncode == 0
    cited = json.loads(a4a_qa("ask", QUESTION, "--json", "--index", small_index).stdout)["citations"]
    quotes = [one["target"]["selector"][0]["exact"] for one in json.loads(done.stdout)]
    assert quotes == [citation["quote"] for citation in cited]
    assert QUESTION not in done.stdout


@pytest.mark.parametrize(
    ("question", "code", "told"),
    [
        (QUESTION, 0, "Confidence: "),
        ("How many lighthouses are on Mars?", 3, "I did not find"),
        ("How can I report the abuse of a child?", None, "To report or to get help today"),
    ],
)
def test_what_is_no_annotation_is_told_beside_them(small_index, question, code, told):
    done = a4a_qa("ask", question, "--format", "web-annotation", "--index", small_index)
    assert isinstance(json.loads(done.stdout), list)
    assert told in done.stderr
    assert code in (None, done.returncode)


def test_annotations_go_with_neither_batch_nor_signals(small_index, tmp_path):
    batch = tmp_path / "questions.jsonl"
    batch.write_text('{"question": "?"}\n', encoding="utf-8")
    for options in (("?", "--explain"), ("--batch", batch)):
        done = a4a_qa("ask", *options, "--format", "web-annotation", "--index", small_index)
        assert (done.returncode, done.stdout) == (2, "")


def test_markdown(small_index):
    done = a4a_qa("ask", "What does item 2 say?", "--format", "md", "--index", small_index)
    assert done.stdout.startswith("> (2) Police officers wear blue uniforms. [1]\n")
    assert "- **5** The Uniform, p. 12." in done.stdout
    assert "Confidence:" in done.stdout.splitlines()[-1]


def test_markdown_keeps_the_reports_words_from_being_markup(tmp_path):
    words = "The a\\_b shelter \\<b\\> costs \\*12\\* dollars \\# a day."
    (tmp_path / "report.md").write_text(f"# One\n\n{words}\n", encoding="utf-8")
    assert a4a_qa("index", tmp_path, "--output", tmp_path / "index").returncode == 0
    question = "What does the shelter cost a day in dollars?"
    done = a4a_qa("ask", question, "--format", "md", "--index", tmp_path / "index")
    assert f"> {words} [1]\n" in done.stdout


@pytest.mark.parametrize(
    "question", ["Who is the president?", "What is the weather like?", "capital of France"]
)
def test_a_report_without_authored_questions_does_not_answer_everything(small_index, question):
    assert a4a_qa("ask", question, "--index", small_index).returncode == 3


def test_a_refusal_exits_with_3(small_index):
    done = a4a_qa("ask", "What is the boiling point of copper?", "--index", small_index)
    assert done.returncode == 3
    assert "does not seem to cover this" in done.stdout


@pytest.mark.parametrize(
    "question", [QUESTION, "Who won the 1998 World Cup?", "I worry about my own thoughts"]
)
def test_no_line_but_an_address_is_wider_than_a_narrow_terminal(small_index, question):
    done = a4a_qa("ask", question, "--index", small_index, environment={"COLUMNS": "41"})
    assert done.stdout
    assert [line for line in done.stdout.splitlines() if len(line) > 40 and "://" not in line] == []


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (["ask", ""], "", "The question is empty"),
        (["ask"], "", "The question is empty"),
        (["ask", "q", "--json", "--explain"], "", "--explain goes with the formats text and md"),
        (["ask", "--batch", __file__, "--after", "q"], "", "it goes with none of --after"),
        (["ask", "x" * 10_000], "", "10,000 characters"),
        (["ask", "q", "-k", "0"], "", "1 to 50"),
        (["ask", "q", "--section", "Nowhere"], "", "no section 'Nowhere'"),
        (["ask", "q", "--batch", __file__], "", "either a question or --batch"),
        (["ask", "q", "--output", "x"], "", "--output goes with --batch"),
        (["ask", "q", "--format", "xml"], "", "'xml' is not one of"),
        (["ask", "q", "--json", "--format", "md"], "", "give that or --format md, not both"),
        (["ask", "--batch", ROOT / "README.md"], "", "No line of"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_why(small_index, arguments, stdin, words):
    done = a4a_qa(*arguments, "--index", small_index, stdin=stdin)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("question", ["\x00\x07", "\x1b[2J", "🙂", "?", "ا ل", "'; DROP TABLE"])
def test_odd_questions_never_trace_back(small_index, question):
    readable = question.encode("utf-8", "replace").decode()
    done = a4a_qa("ask", "--index", small_index, stdin=readable)
    assert done.returncode in (0, 2, 3)
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout


def test_an_error_cannot_steer_the_terminal(small_index, tmp_path):
    folder = shutil.copytree(small_index, tmp_path / "index")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 0, "package": "\x1b[2J"}))
    done = a4a_qa("ask", QUESTION, "--index", folder)
    assert done.returncode == 1
    assert "format 0" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_question_from_a_pipe(small_index):
    assert "12 shelters" in process("ask", "--index", small_index, stdin=f"{QUESTION}\n").stdout


def test_a_question_from_a_pipe_that_is_not_utf_8(small_index):
    done = subprocess.run(
        [sys.executable, "-m", "a4a_qa", "ask", "--index", str(small_index)],
        input=b"How many shelters \xff are in the north?", capture_output=True, timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
    )  # fmt: skip
    assert b"12 shelters" in done.stdout


def test_after_an_earlier_question(small_index):
    done = a4a_qa("ask", "And item 2?", "--after", "What does item 1 say?", "--json", "--index", small_index)
    assert "blue uniforms" in json.loads(done.stdout)["text"]


def test_explain_shows_ranks_and_signals(small_index):
    done = a4a_qa("ask", QUESTION, "--explain", "--index", small_index)
    assert "Signals: best" in done.stdout
    assert "rank by words / vectors" in done.stdout
    assert "look-up" not in done.stdout


def test_explain_shows_what_was_looked_up(small_index):
    done = a4a_qa("ask", "What does item 2 say?", "--explain", "--index", small_index)
    assert "Look-up: item 2" in done.stdout
    assert "Signals of the look-up: article 0.000, item 1.000" in done.stdout


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Articles 26 and 27", "article 26, 27"),
        ("What is on page 21?", "page 21"),
        ("Is Prey Veng mentioned?", "mention"),
    ],
)
def test_explain_names_the_numbers_of_what_was_looked_up(index_folder, question, named):
    done = a4a_qa("ask", question, "--explain", "--index", index_folder)
    assert f"Look-up: {named}\n" in done.stdout


def test_batch_answers_every_good_line_and_names_the_bad_ones(small_index, tmp_path):
    lines = [
        json.dumps({"id": "a", "question": QUESTION}),
        "not json",
        json.dumps({"id": "b", "question": "And item 2?", "history": ["What does item 1 say?"]}),
        json.dumps({"id": 5, "question": "q"}),
        json.dumps({"id": "c", "question": ""}),
        json.dumps({"id": "\ud800", "question": QUESTION}),
        "",
        json.dumps({"id": "d", "question": "What is the boiling point of copper?"}),
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8-sig")
    done = a4a_qa(
        "ask", "--batch", tmp_path / "in.jsonl", "--output", tmp_path / "out.jsonl", "--index", small_index
    )
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(a["id"], a["status"]) for a in answers] == [
        ("a", "answered"), ("b", "answered"), ("d", "not_in_report"),
    ]  # fmt: skip
    assert done.returncode == 1
    for number in (2, 4, 5, 6):
        assert f"line {number}:" in done.stderr
    assert "4 of 7 lines" in done.stderr
    single = json.loads(a4a_qa("ask", QUESTION, "--json", "--index", small_index).stdout)
    assert answers[0] | {"id": None, "answer_id": ""} == single | {"answer_id": ""}


@pytest.fixture
def batch(tmp_path, monkeypatch):
    """Runs a batch of the questions 0 to 3, of which the third raises an error."""

    def run(error, output):
        def ask(question, history, **_):
            if question == "2":
                raise error
            return SimpleNamespace(to_dict=lambda: {"question": question})

        assistant = SimpleNamespace(ask=ask)
        monkeypatch.setattr("a4a_qa.cli.ask.open_assistant", lambda index: assistant)
        lines = [json.dumps({"question": str(number)}) for number in range(4)]
        (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
        return CliRunner().invoke(
            ask_command, ["--batch", str(tmp_path / "in.jsonl"), "--output", str(output)]
        )

    return run


def questions_in(path):
    return [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (EncoderError("The model cannot be used."), "line 3: The model cannot be used."),
        (AssertionError("no slice"), "line 3: AssertionError: no slice"),
    ],
)
def test_whatever_breaks_on_one_line_of_a_batch_spoils_no_other_answer(batch, tmp_path, error, words):
    done = batch(error, tmp_path / "out.jsonl")
    assert words in done.output
    assert "1 of 4 lines could not be asked." in done.output
    assert done.exit_code == 1
    assert questions_in(tmp_path / "out.jsonl") == ["0", "1", "3"]


def test_what_was_answered_before_a_batch_was_stopped_is_kept(batch, tmp_path):
    output = tmp_path / "out.jsonl"
    old = '{"answer_id": "1", "question": "?", "status": "answered"}\n'
    output.write_text(old, encoding="utf-8")
    done = batch(KeyboardInterrupt(), output)
    kept = tmp_path / "out.stopped.jsonl"
    assert f"Stopped after 2 of 4 lines: the answers to 2 are in {kept}." in done.output
    assert done.exit_code == 1
    assert questions_in(kept) == ["0", "1"]
    assert output.read_text(encoding="utf-8") == old


def test_batch_on_the_screen_and_where_nothing_can_be_written(small_index, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "question": QUESTION}), encoding="utf-8")
    batch = ["ask", "--batch", tmp_path / "in.jsonl", "--index", small_index]
    assert json.loads(a4a_qa(*batch).stdout)["id"] == "a"
    failed = a4a_qa(*batch, "--output", "/proc/nowhere/out.jsonl")
    assert (failed.returncode, "cannot be written" in failed.stderr) == (1, True)
    assert "Traceback" not in failed.stderr


def test_a_batch_that_cannot_be_read_is_named(small_index):
    done = a4a_qa("ask", "--batch", "/proc/self/mem", "--index", small_index)
    assert (done.returncode, "/proc/self/mem cannot be read: " in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr


def test_an_index_goes_where_it_is_told_with_the_corpus_that_is_named(tmp_path):
    (tmp_path / "report.toml").write_text('title = "Harbours"\nid = "harbours"\n', encoding="utf-8")
    file, folder = ROOT / "tests/fixtures/pdf/serif.pdf", tmp_path / "index"
    done = a4a_qa("index", file, "--corpus", tmp_path, "--output", folder, cwd=tmp_path)
    assert "7 sections, 33 sentences, 7 endnotes" in done.stdout
    answer = a4a_qa("ask", "What is endnote 1?", "--json", "--index", folder).stdout
    assert json.loads(answer)["report"]["id"] == "harbours"


def test_search_lists_passages(small_index):
    done = a4a_qa("search", "blue uniforms", "-k", "2", "--index", small_index)
    assert " 1  Protection, pp. 3–4" in done.stdout
    passages = json.loads(a4a_qa("search", "blue uniforms", "--json", "--index", small_index).stdout)
    assert passages[0]["endnotes"] == [5]


def test_a_missing_index_is_built_and_an_older_one_named(small_file, tmp_path):
    home = tmp_path / "corpus" / "small"
    home.mkdir(parents=True)
    small_file.rename(home / "report.md")
    first = a4a_qa("ask", QUESTION, cwd=tmp_path)
    assert first.returncode == 0
    assert "it is built now" in first.stderr
    assert (tmp_path / "indexes/small/manifest.json").is_file()
    assert a4a_qa("ask", QUESTION, cwd=tmp_path).stderr == ""
    (home / "report.md").write_text((home / "report.md").read_text().replace("12 shelters", "13 shelters"))
    older = a4a_qa("ask", QUESTION, cwd=tmp_path)
    assert older.returncode == 1
    assert "is older than report.md. Build it with `a4a-qa index /" in older.stderr
    assert a4a_qa("index", cwd=tmp_path).returncode == 0
    assert "13 shelters" in a4a_qa("ask", QUESTION, cwd=tmp_path).stdout


def test_away_from_any_corpus(tmp_path):
    done = a4a_qa("ask", QUESTION, cwd=tmp_path)
    assert done.returncode == 1
    assert (
        "There is no report in corpus and no index in indexes. Name a report: `a4a-qa index FILE`"
        in done.stderr
    )
    missing = a4a_qa("ask", QUESTION, "--index", "nowhere", cwd=tmp_path)
    assert missing.returncode == 1
    assert "There is no index in" in missing.stderr


def test_nothing_that_is_asked_is_written_anywhere(small_index, tmp_path):
    canary = "zyxwcanary"
    home = tmp_path / "home"
    home.mkdir()
    done = a4a_qa(
        "ask", f"Where is {canary}?", "--index", small_index, cwd=tmp_path, environment={"HOME": str(home)}
    )
    assert canary not in done.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written == []
