"""`a4a-qa eval`: which system, which files, how long to wait."""

import json
import socket
from typing import get_args

import httpx
import pytest
from click.testing import CliRunner

from a4a_qa.cli import evaluate
from a4a_qa.cli.main import main
from a4a_qa.evaluation.systems import System
from a4a_qa.index.encoder import Encoder
from conftest import CORPUS
from evaluation.small_gold import RECORDS, record

HEADED = "The HLWG is headed by the Deputy Prime Minister/Minister of Interior"
REAL_RECORDS = [
    record("g-1", question="Who heads the High Level Working Group?", evidence=[{"quote": HEADED}]),
    record(
        "g-2",
        question="What is the boiling point of copper?",
        answerable=False,
        kind="out_of_scope",
        why="chemistry",
        expect={"status": ["not_in_report"], "code": "out_of_scope"},
    ),
]


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def write_lines(file, records):
    file.write_text("".join(f"{json.dumps(values)}\n" for values in records), encoding="utf-8")
    return file


@pytest.fixture
def about(small_file, tmp_path):
    """Which gold questions, about which report."""
    return ["--gold", write_lines(tmp_path / "gold.jsonl", RECORDS), "--report", small_file]


@pytest.fixture
def run_file(about, small_index, tmp_path):
    file = tmp_path / "own" / "words.jsonl"
    done = run("eval", "run", "--system", "bm25", "--index", small_index, "--output", file, *about)
    assert done.exit_code == 0, done.output
    return file


# The full system answers the first question and refuses the second.
@pytest.mark.parametrize(
    ("system", "statuses"),
    [("abstain", ["not_in_report", "not_in_report"]), ("top1", ["answered", "answered"])],
)
def test_the_system_that_is_named_is_run(index_folder, tmp_path, monkeypatch, system, statuses):
    monkeypatch.chdir(tmp_path)
    gold = write_lines(tmp_path / "gold.jsonl", REAL_RECORDS)
    done = run("eval", "run", "--system", system, "--index", index_folder, "--gold", gold, "--report", CORPUS)
    assert done.exit_code == 0, done.output
    made = tmp_path / "eval" / "runs" / system / "cambodia-2011.jsonl"
    lines = made.read_text(encoding="utf-8").splitlines()
    *answers, told = map(json.loads, lines)
    assert [answer["status"] for answer in answers] == statuses
    assert told["run"]["system"] == system


def test_every_system_can_be_named():
    [option] = [option for option in evaluate.run.params if option.name == "system"]
    assert tuple(option.type.choices) == get_args(System)


def test_the_default_index_is_built_opened_once_and_refused_when_it_is_older(
    small_file, tmp_path, monkeypatch
):
    home = tmp_path / "corpus" / "small"
    home.mkdir(parents=True)
    small_file.rename(home / "report.md")
    monkeypatch.chdir(tmp_path)
    gold = write_lines(tmp_path / "gold.jsonl", RECORDS)
    assert "it is built now" in run("eval", "run", "--system", "abstain", "--gold", gold).output
    opened, original = [], Encoder.open
    monkeypatch.setattr(Encoder, "open", lambda *a, **named: opened.append(a) or original(*a, **named))
    done = run("eval", "run", "--gold", gold)
    assert (done.exit_code, len(opened)) == (0, 1), done.output
    (home / "report.md").write_text((home / "report.md").read_text() + "⁶ A later note.\n")
    older = run("eval", "run", "--system", "abstain", "--gold", gold)
    assert older.exit_code == 1
    assert "is older than report.md. Build it with `a4a-qa index --output " in older.output


def test_the_connection_to_a_service_is_closed(about, tmp_path, monkeypatch):
    closed, original = [], httpx.Client.close
    monkeypatch.setattr(httpx.Client, "close", lambda client: closed.append(client) or original(client))
    done = run("eval", "run", "--url", "http://127.0.0.1:9", "--output", tmp_path / "run.jsonl", *about)
    assert (done.exit_code, len(closed)) == (1, 1), done.output


def test_a_system_that_is_not_there(about):
    done = run("eval", "run", "--system", "oracle", *about)
    assert done.exit_code == 2
    assert "'oracle' is not one of" in done.output


def test_a_service_that_is_silent_is_left_after_the_timeout(small_file, tmp_path):
    gold = write_lines(tmp_path / "gold.jsonl", RECORDS[:1])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        done = run(
            "eval", "run", "--url", url, "--timeout", 0.2,
            "--gold", gold, "--report", small_file, "--output", tmp_path / "run.jsonl",
        )  # fmt: skip
    assert done.exit_code == 1, done.output
    assert "gave no answer within 0.2 s" in done.output


def test_reading_is_scored_against_a_truth_file(run_file, about, tmp_path):
    truth, card = tmp_path / "truth.json", tmp_path / "card.json"
    headings = [{"text": "Schools"}, {"text": "Harbours"}]
    truth.write_text(json.dumps({"headings": headings, "paragraphs": [], "markers": [], "endnotes": []}))
    done = run("eval", "score", run_file, "--truth", truth, "--output", card, *about)
    assert done.exit_code == 0, done.output
    assert json.loads(card.read_text(encoding="utf-8"))["reading"]["headings_found"] == 0.5


def test_what_is_no_truth_file_is_an_error(run_file, about):
    done = run("eval", "score", run_file, "--truth", run_file, *about)
    assert done.exit_code == 1
    assert "words.jsonl is no truth file" in done.output


def test_the_page_of_a_run_with_what_it_is_compared_with(run_file, about, tmp_path):
    card, page = tmp_path / "last-spring.json", tmp_path / "page.html"
    assert run("eval", "score", run_file, "--output", card, *about).exit_code == 0
    done = run("eval", "report", run_file, "--beside", card, "--against", card, "--output", page, *about)
    assert done.exit_code == 0, done.output
    shown = page.read_text(encoding="utf-8")
    assert '<th scope="row">last-spring</th>' in shown
    assert "supported not lower" in shown
    assert not run_file.with_suffix(".html").exists()


def test_a_run_is_exported_beside_the_questions(run_file, about, tmp_path):
    done = run("eval", "export", "trec", tmp_path / "trec", "--run", run_file, *about)
    assert done.exit_code == 0, done.output
    lines = (tmp_path / "trec" / "run.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert {line.split()[-1] for line in lines} == {"bm25"}


def test_the_coverage_table_goes_where_it_is_told(about, tmp_path):
    table = tmp_path / "own" / "coverage.md"
    run("eval", "validate", "--write", "--coverage", table, *about)
    assert "# What the gold questions cover" in table.read_text(encoding="utf-8")
