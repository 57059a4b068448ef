"""`a4a-qa eval` and `a4a-qa calibrate` from end to end."""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import httpx
import pytest
from click.testing import CliRunner

from a4a_qa.cli import evaluate
from a4a_qa.cli.main import main
from a4a_qa.evaluation.summary import read_summary
from a4a_qa.evaluation.systems import System
from a4a_qa.files import file_sha256
from a4a_qa.index.storage import load
from a4a_qa.models.encoder import Encoder
from a4a_qa.parsing.read import read_report
from a4a_qa.report.anchors import anchors_of, write_anchors
from a4a_qa.report.ids import sentence_ids
from evaluation.small_gold import RECORDS, SHELTERS

CATALOGUE = """\
[{name}]
file = "report.md"
repository = "https://example.org"
commit = "1"
path = ["report.md"]
use = "{use}"
notes = 5
sha256 = "{sha256}"
"""


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def write_lines(file, records):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{json.dumps(values)}\n" for values in records), encoding="utf-8")
    return file


@pytest.fixture
def about(small_file, tmp_path, monkeypatch):
    """Which gold questions, about which report; commands run in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return ["--gold", write_lines(tmp_path / "gold.jsonl", RECORDS), "--report", small_file]


@pytest.fixture
def run_file(about, small_index, tmp_path):
    file = tmp_path / "own" / "words.jsonl"
    done = run("eval", "run", "--system", "bm25", "--index", small_index, "--output", file, *about)
    assert done.exit_code == 0, done.output
    return file


def test_a_run_is_made_scored_compared_shown_and_exported(about, small_file, small_index, tmp_path):
    ran = run("eval", "run", "--index", small_index, *about)
    assert ran.exit_code == 0, ran.output
    made = tmp_path / "eval" / "runs" / "full" / f"{small_file.parent.name}.jsonl"
    *answers, told = map(json.loads, made.read_text(encoding="utf-8").splitlines())
    assert [answer["id"] for answer in answers] == [record["id"] for record in RECORDS]
    assert told["run"]["index_mb"] < 10, "no index has a copy of the encoder that ships"
    scored = run("eval", "score", made, "--output", "card.json", *about)
    assert scored.exit_code == 0, scored.output
    assert "supported " in scored.output
    assert "0 questions lost: none" in run("eval", "compare", "card.json", "card.json").output
    shown = run("eval", "report", made, "--beside", "card.json", "--against", "card.json", *about)
    assert shown.exit_code == 0, shown.output
    page = made.with_suffix(".html").read_text(encoding="utf-8")
    assert '<th scope="row">card</th>' in page
    assert "supported not lower" in page
    assert run("eval", "export", "beir", "beir", *about).exit_code == 0
    assert run("eval", "export", "trec", "trec", "--run", made, *about).exit_code == 0
    lines = Path("trec/run.txt").read_text(encoding="utf-8").splitlines()
    assert {line.split()[-1] for line in lines} == {"full"}


def test_every_system_can_be_named(about):
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
    assert "is older than report.md. Build it with `a4a-qa index /" in older.output


def test_a_service_that_is_down_is_named_and_counted_and_its_connection_closed(about, tmp_path, monkeypatch):
    closed, original = [], httpx.Client.close
    monkeypatch.setattr(httpx.Client, "close", lambda client: closed.append(client) or original(client))
    found = run("eval", "run", "--url", "http://127.0.0.1:9", *about)
    assert (found.exit_code, len(closed)) == (1, 1), found.output
    assert "0 of 6 questions have an answer" in found.output
    assert "6 failed and count against the run" in found.output
    assert "http://127.0.0.1:9 gave no answer at all; the run file has the failures." in found.output
    [made] = (tmp_path / "eval" / "runs" / "service").glob("*.jsonl")
    assert "supported            0.000" in run("eval", "score", made, *about).output


def test_validate_lists_every_problem_and_fails(about):
    bad = "{\n" + json.dumps(RECORDS[0] | {"id": "g-8"}) + "\n"
    write_lines(Path("gold/all.jsonl"), RECORDS)
    Path("gold/bad.jsonl").write_text(bad, encoding="utf-8")
    found = run("eval", "validate", "--gold", "gold", *about[2:])
    assert found.exit_code == 1
    assert "bad.jsonl, line 1: this is not JSON" in found.output
    assert "bad.jsonl, line 2: g-1 asks the same" in found.output
    scored = run("eval", "score", "gold/all.jsonl", "--gold", "gold", *about[2:])
    assert scored.output.startswith("Error: gold/bad.jsonl, line 1")


def test_the_gate_fails_with_exit_code_1(about, run_file):
    run("eval", "score", run_file, "--output", "card.json", *about)
    answered = [json.loads(line) for line in run_file.read_text(encoding="utf-8").splitlines()]
    spoilt = next(line for line in answered if line.get("citations"))
    spoilt["citations"][0]["section"] = ["Elsewhere"]
    bad = write_lines(Path("bad.jsonl"), answered)
    found = run("eval", "gate", bad, "--against", "card.json", *about)
    assert found.exit_code == 1
    assert f"FAIL  citation_validity: {spoilt['id']}" in found.output


def test_verify_scores_statements_and_contrasts(small_index, tmp_path):
    labelled = {"id": "a", "split": "dev", "quote": SHELTERS, "text": SHELTERS}
    statement = labelled | {"section": None, "kind": "verbatim", "expect": "verbatim"}
    write_lines(tmp_path / "statements.jsonl", [statement])
    write_lines(tmp_path / "contrasts.jsonl", [labelled | {"kind": "statement", "holds": True}])
    output = tmp_path / "card.json"
    done = run("eval", "verify", tmp_path, "--index", small_index, "--output", output)
    assert done.exit_code == 0, done.output
    card = json.loads(output.read_text(encoding="utf-8"))
    assert json.loads(done.output) == card
    assert card["dev"]["verbatim_kept"] == 1.0
    assert card["contrasts"]["dev"]["backed_right"] == 1


def test_help_loads_no_library_of_the_extra():
    code = "import sys, json, a4a_qa.cli.evaluate; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    heavy = set("pydantic scipy sklearn jinja2 httpx ir_measures rapidfuzz numpy".split())
    assert not heavy & set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("library", "arguments"),
    [
        ("sklearn", ["score", "RUN"]),
        ("ir_measures", ["score", "RUN"]),
        ("httpx", ["run", "--url", "http://x"]),
    ],
)
def test_a_missing_extra_is_named_with_its_install(library, arguments, about, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    write_lines(tmp_path / "run.jsonl", [])
    done = run("eval", *("run.jsonl" if word == "RUN" else word for word in arguments), *about)
    assert done.exit_code == 1
    assert "pip install 'a4a-qa[eval]'" in done.output


@pytest.fixture
def project(tmp_path, small_file, monkeypatch):
    """Makes a project with gold questions on reports whose text is elsewhere."""

    def make(*names, use="gold"):
        sha256, entries = file_sha256(small_file), []
        for name in names:
            text = tmp_path / "reports" / name / "report.md"
            text.parent.mkdir(parents=True)
            text.write_bytes(small_file.read_bytes())
            folder = tmp_path / "eval" / "gold" / name
            write_lines(folder / "questions.jsonl", RECORDS)
            small = read_report(text)
            write_anchors(folder / "sentences.json", anchors_of(small, sha256, sentence_ids(small)))
            entries.append(CATALOGUE.format(name=name, use=use, sha256=sha256))
        (tmp_path / "training").mkdir()
        (tmp_path / "training" / "reports.toml").write_text("\n".join(entries), encoding="utf-8")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("A4A_QA_REPORTS", str(tmp_path / "reports"))
    return make


def test_reports_are_asked_scored_and_shown(project, tmp_path):
    project("bees")
    done = run("eval", "run", "--system", "bm25")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "eval/runs/indexes/bees/manifest.json").is_file()
    table = run("eval", "score", "eval/runs/bm25", "--split", "all")
    assert table.exit_code == 0, table.output
    assert "unseen, mean" in table.output
    assert "bees (unseen)" in table.output
    assert read_summary(tmp_path / "eval/runs/bm25/summary.json").reports["bees"].questions == len(RECORDS)
    shown = run("eval", "show", "--split", "dev", "--id", "g-1")
    assert SHELTERS in shown.output
    assert "g-3" not in shown.output


def test_a_report_whose_text_is_not_here_is_left_out_unless_it_is_named(project, tmp_path):
    project("bees")
    (tmp_path / "reports" / "bees" / "report.md").unlink()
    left = run("eval", "validate")
    assert left.exit_code == 1
    assert "bees: left out" in left.output
    assert "Set A4A_QA_REPORTS" in run("eval", "run", "--report", "bees").output


def test_validate_refuses_questions_on_a_report_that_is_held_out(project):
    project("bees", use="held out")
    refused = run("eval", "validate")
    assert refused.exit_code == 1
    assert "bees, which is held out" in refused.output


def test_an_index_of_another_state_of_the_report_is_built_again(project, tmp_path):
    project("bees")
    assert run("eval", "run", "--system", "abstain").exit_code == 0
    text, catalogue = tmp_path / "reports/bees/report.md", tmp_path / "training/reports.toml"
    before = file_sha256(text)
    for file in (text, tmp_path / "eval/gold/bees/questions.jsonl"):
        words = file.read_text(encoding="utf-8").replace("blue uniforms", "blue uniforms and caps")
        file.write_text(words, encoding="utf-8")
    listed = catalogue.read_text(encoding="utf-8").replace(before, file_sha256(text))
    catalogue.write_text(listed, encoding="utf-8")
    assert run("eval", "run", "--system", "abstain").exit_code == 0
    assert "and caps" in load(tmp_path / "eval/runs/indexes/bees")[0].report.text


def test_calibrate_fits_curves_for_each_unseen_report_to_the_others(project):
    pytest.importorskip("sklearn", reason="needs the extra 'eval'")
    project("ants", "bees")
    done = run("calibrate", "--output", "alone.json")
    assert done.exit_code == 0, done.output
    assert json.loads(Path("alone.json").read_text(encoding="utf-8"))["reports"] == ["ants", "bees"]
    assert json.loads(Path("eval/curves/ants.json").read_text(encoding="utf-8"))["reports"] == ["bees"]
