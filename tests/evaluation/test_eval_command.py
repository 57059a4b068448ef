"""`a4a-qa eval` from end to end, on the small report."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from a4a_qa.cli.evaluate import eval_group
from evaluation.small_gold import RECORDS


@pytest.fixture
def command(small_file, gold_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, about=True):
        options = ["--gold", str(gold_folder), "--report", str(small_file)] if about else []
        return CliRunner().invoke(eval_group, [*map(str, arguments), *options])

    return run


@pytest.fixture
def run_file(write_lines, perfect):
    return write_lines("run.jsonl", [*perfect, {"run": {"system": "full"}}])


def test_run_score_compare_report_and_export(command, small_file, small_index, tmp_path):
    ran = command("run", "--index", small_index)
    assert ran.exit_code == 0, ran.output
    made = tmp_path / "eval" / "runs" / "full" / f"{small_file.parent.name}.jsonl"
    about = json.loads(made.read_text().splitlines()[-1])["run"]
    assert about["index_mb"] > 10
    scored = command("score", made, "--output", "card.json")
    assert scored.exit_code == 0, scored.output
    assert "supported " in scored.output
    compared = command("compare", "card.json", "card.json", about=False)
    assert "0 questions lost: none" in compared.output
    assert command("report", made, "--beside", "card.json", "--against", "card.json").exit_code == 0
    assert made.with_suffix(".html").is_file()
    for form in ("trec", "beir", "squad"):
        assert command("export", form, tmp_path / form).exit_code == 0


def test_a_service_that_is_down_is_named_and_counted(command, tmp_path):
    found = command("run", "--url", "http://127.0.0.1:9")
    assert found.exit_code == 1
    assert "0 of 6 questions have an answer" in found.output
    assert "6 failed and count against the run" in found.output
    [run] = (tmp_path / "eval" / "runs" / "service").glob("*.jsonl")
    scored = command("score", run)
    assert "supported            0.000" in scored.output


def test_validate_lists_every_problem_and_fails(command, gold_folder):
    (gold_folder / "bad.jsonl").write_text("{\n" + json.dumps(RECORDS[0] | {"id": "g-8"}) + "\n")
    found = command("validate")
    assert found.exit_code == 1
    assert "bad.jsonl, line 1: this is not JSON" in found.output
    assert "bad.jsonl, line 2: g-1 asks the same" in found.output
    assert "Run `a4a-qa eval validate --write`" in found.output


def test_validate_writes_the_coverage_table(command, tmp_path):
    command("validate", "--write")
    assert "# What the gold questions cover" in (tmp_path / "eval" / "coverage.md").read_text()
    assert "is not what the questions cover now" not in command("validate").output


def test_gate_fails_with_exit_code_1(command, run_file, write_lines, perfect):
    command("score", run_file, "--output", "card.json")
    perfect[0]["citations"][0]["section"] = ["Protection"]
    found = command("gate", write_lines("bad.jsonl", perfect), "--against", "card.json")
    assert found.exit_code == 1
    assert "FAIL  citation_validity: g-1" in found.output
    assert "1 questions lost: g-1" in found.output


def test_a_bad_gold_file_is_an_error_not_a_traceback(command, gold_folder, run_file):
    (gold_folder / "bad.jsonl").write_text("{\n")
    found = command("score", run_file)
    assert found.exit_code == 1
    assert found.output.startswith("Error: ")
    assert "bad.jsonl, line 1" in found.output


def test_help_loads_no_library_of_the_extra():
    code = "import sys, json, a4a_qa.cli.evaluate; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    heavy = {
        "pydantic",
        "scipy",
        "sklearn",
        "matplotlib",
        "jinja2",
        "httpx",
        "ir_measures",
        "rapidfuzz",
        "numpy",
    }
    assert not heavy & set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("library", "arguments"),
    [
        ("sklearn", ["score", "RUN"]),
        ("ir_measures", ["score", "RUN"]),
        ("matplotlib", ["report", "RUN"]),
        ("httpx", ["run", "--url", "http://x"]),
    ],
)
def test_a_missing_extra_is_named_with_its_install(library, arguments, run_file, gold_folder, small_file):
    code = f"""
import sys
sys.modules[{library!r}] = None
from a4a_qa.cli.evaluate import eval_group
eval_group()
"""
    arguments = [str(run_file) if argument == "RUN" else argument for argument in arguments]
    about = ["--gold", str(gold_folder), "--report", str(small_file)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, *about], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert "pip install 'a4a-qa[eval]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_scores_statements_and_contrasts(command, small_index, tmp_path, write_lines):
    quote = "There are 12 shelters in the north."
    labelled = {"id": "a", "split": "dev", "section": None, "quote": quote}
    write_lines("statements.jsonl", [labelled | {"kind": "verbatim", "expect": "verbatim", "text": quote}])
    contrast = {"id": "b", "split": "test", "kind": "statement", "holds": True, "quote": quote}
    write_lines("contrasts.jsonl", [contrast | {"text": quote}])
    output = tmp_path / "card.json"
    done = command("verify", tmp_path, "--index", small_index, "--output", output, about=False)
    assert done.exit_code == 0, done.output
    card = json.loads(output.read_text(encoding="utf-8"))
    assert json.loads(done.output) == card
    assert card["dev"]["verbatim_kept"] == 1.0
    assert card["contrasts"]["test"]["backed_right"] == 1
