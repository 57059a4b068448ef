"""`a4a-qa demo`: what a wheel that is installed alone can show."""

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from click.testing import CliRunner

from a4a_qa.assistant import Assistant
from a4a_qa.cli.demo import REPORT
from a4a_qa.cli.main import main
from a4a_qa.index.build import build_index
from a4a_qa.parsing.read import read_report
from conftest import ROOT
from service.conftest import SAME_CODE

BUILT = "The report of the demo is indexed now"
QUESTION = "How many people died when the Heron sank?"


@pytest.fixture(scope="module")
def demo_assistant(tmp_path_factory) -> Assistant:
    folder = tmp_path_factory.mktemp("demo") / "index"
    build_index(REPORT, folder)
    return Assistant.open(folder)


def test_the_report_is_read_without_a_problem():
    report = read_report(REPORT)
    assert report.problems == ()
    numbers = list(range(1, 21))
    assert [mark.number for mark in report.note_marks] == numbers
    assert [endnote.number for endnote in report.endnotes] == numbers
    first_page = report.text[: report.text.index("CONTENTS")]
    assert "Talmere does not exist." in first_page
    assert "CC0 1.0" in first_page


def test_addresses_in_the_report_lead_to_nobody():
    hosts = re.findall(r"https?://([^/\s]+)", REPORT.read_text(encoding="utf-8"))
    assert len(hosts) > 15
    assert {".".join(host.split(".")[-2:]) for host in hosts} == {
        "example.org",
        "example.com",
        "creativecommons.org",
    }


@pytest.mark.parametrize(
    ("question", "quote", "endnotes"),
    [
        (QUESTION, "47 people drowned", [5]),
        ("When did the Small Ferries Regulations come into force?", "on 1 March 2016", [6]),
        ("How long does a rescue boat take to reach an accident?", "took 34 minutes on average", [18]),
        ("What was the budget of the National Ferry Safety Programme?", "18.4 million crowns", [8]),
        ("What share of passengers wore a life jacket in 2021?", "it was 38 per cent of 1,204", [14]),
        ("What does endnote 20 say?", "Direct communication with an official", [20]),
    ],
)
def test_questions_are_answered_with_sentence_and_endnote(demo_assistant, question, quote, endnotes):
    answer = demo_assistant.ask(question)
    assert answer.status == "answered"
    assert quote in answer.citations[0].quote
    assert list(answer.citations[0].endnotes) == endnotes


def test_what_the_report_does_not_say_is_refused(demo_assistant):
    answer = demo_assistant.ask("How many sharks live in Lake Ossen?")
    assert (answer.status, answer.citations) == ("not_in_report", ())


def test_all_examples_are_answered(demo_assistant):
    for question in demo_assistant.report.about.examples:
        assert demo_assistant.ask(question).status == "answered"


@pytest.fixture
def ask(small_file, tmp_path, monkeypatch):
    """Asks the demo about a small report, which is quick to index; the cache is in `tmp_path`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("a4a_qa.cli.demo.REPORT", small_file)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return lambda question: CliRunner().invoke(main, ["demo", "--ask", question])


def test_the_index_is_kept_until_it_is_out_of_date(ask, tmp_path, small_file):
    first, second = ask("How many shelters are there?"), ask("How many horses are there?")
    assert ("12 shelters" in first.stdout, BUILT in first.stderr, first.exit_code) == (True, True, 0)
    assert (second.stderr, second.exit_code) == ("", 3)
    manifest = tmp_path / "cache" / "a4a-qa" / "demo" / "manifest.json"
    values = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(values | {"package": "0.0.1"}), encoding="utf-8")
    assert BUILT in ask("How many shelters are there?").stderr
    small_file.write_text(small_file.read_text(encoding="utf-8").replace("12 shelters", "13 shelters"))
    assert "13 shelters" in ask("How many shelters are there?").stdout


def test_a_cache_that_cannot_be_written_is_done_without(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "small.md"))  # a file
    done = ask("How many shelters are there?")
    assert "12 shelters" in done.stdout
    assert "cannot be written" in done.stderr
    assert "A temporary folder is used instead." in done.stderr


def test_where_nothing_can_be_written_that_is_said(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "small.md"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "small.md"))
    done = ask("How many shelters are there?")
    assert done.exit_code == 1
    assert "Error: A temporary folder cannot be written" in done.stderr


def test_a_relative_cache_folder_is_ignored(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert ask("How many shelters are there?").exit_code == 0
    assert (tmp_path / "home" / ".cache" / "a4a-qa" / "demo" / "manifest.json").is_file()


def test_a_question_that_cannot_be_asked_is_wrong_usage(ask):
    done = ask("")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        2,
        "Error: The question is empty. Ask something about the report.",
    )


def test_it_is_served_with_questions_to_try_and_leaves_no_temporary_folder(tmp_path):
    environment = SAME_CODE | {"XDG_CACHE_HOME": "/dev/null", "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "a4a_qa", "demo", "--port", "0"],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = [process.stdout.readline() for _ in range(5)]
        assert said[1] == "Questions to try:\n"
        url = re.search(r"http://\S+:\d+", said[0])[0]
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            for question in said[2:]:
                reply = client.post("/v1/ask", json={"question": question.strip()}).json()
                assert (reply["status"], reply["report"]["id"]) == ("answered", "demo")
            harm = client.post("/v1/ask", json={"question": "Where can I buy a child?"}).json()
            assert (harm["status"], harm["passages"], bool(harm["help"]["contacts"])) == (
                "declined",
                [],
                True,
            )
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built as it is published, but for the isolation, which needs a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run([sys.executable, *command], check=True, capture_output=True, timeout=300)
    return next(folder.glob("*.whl"))


def test_the_wheel_has_the_demo_and_no_text_of_the_report_in_corpus(wheel, report):
    kinds = (".md", ".toml", ".json", ".jsonl", ".py", ".html", ".txt")
    with ZipFile(wheel) as packed:
        names = packed.namelist()
        text = "\n".join(packed.read(name).decode() for name in names if name.endswith(kinds))
    assert {"a4a_qa/data/demo/report.md", "a4a_qa/data/demo/report.toml"} <= set(names)
    assert [name for name in names if Path(name).name == "report.md"] == ["a4a_qa/data/demo/report.md"]
    # Shorter sentences are lines such as the name of a country.
    whole = [report.slice(sentence) for sentence in report.sentences if sentence.end - sentence.start > 60]
    assert len(whole) > 400
    assert not [sentence for sentence in whole if sentence in text]


def test_a_wheel_that_is_installed_alone_answers(wheel, tmp_path):
    def run(*command):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=300
        )
        return done.stdout

    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    run(sys.executable, "-m", "venv", "--without-pip", "fresh")
    python = tmp_path / "fresh" / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-index",
        "--no-deps",
        "--quiet",
        wheel,
    )
    # What the wheel depends on comes from here, as the tests have no network; a .pth file in a folder that is
    # named by one is not read, so the package itself does not.
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    (Path(site) / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    assert run(python, "-c", "import a4a_qa; print(a4a_qa.__file__)").startswith(site)
    answer = run(tmp_path / "fresh" / "bin" / "a4a-qa", "demo", "--ask", QUESTION)
    assert "47 people drowned" in answer
    assert "Commission of Inquiry into the Loss of the Ferry Heron" in answer
