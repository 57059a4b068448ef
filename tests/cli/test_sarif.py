"""`a4a-qa verify --format sarif`: findings where editors and code scanning show them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main
from a4a_qa.cli.sarif import to_sarif
from a4a_qa.report.report import About
from a4a_qa.verify.differences import Difference
from a4a_qa.verify.verifier import VERDICTS, Checked, Verification
from conftest import ROOT
from service.conftest import SAME_CODE

GOOD = "Cambodia is placed in Tier 2 in the U.S. Department of State Trafficking in Persons Report 2011. [35]"
WRONG = GOOD.replace("Tier 2", "Tier 3")
CHEESE = "The moon is made of green cheese."
# Of each object that is written: what the schema of OASIS requires in it, and what else that it knows of is
# written here. It allows nothing that it does not know.
SCHEMA: dict[str, tuple[set[str], set[str]]] = {
    "": ({"version", "runs"}, {"$schema"}),
    "runs": ({"tool"}, {"invocations", "columnKind", "results", "properties"}),
    "runs.tool": ({"driver"}, set()),
    "runs.tool.driver": ({"name"}, {"version", "rules"}),
    "runs.tool.driver.rules": (
        {"id"},
        {"shortDescription", "fullDescription", "help", "defaultConfiguration"},
    ),
    "runs.tool.driver.rules.shortDescription": ({"text"}, set()),
    "runs.tool.driver.rules.fullDescription": ({"text"}, set()),
    "runs.tool.driver.rules.help": ({"text"}, set()),
    "runs.tool.driver.rules.defaultConfiguration": (set(), {"level"}),
    "runs.invocations": ({"executionSuccessful"}, set()),
    "runs.results": ({"message"}, {"ruleId", "ruleIndex", "level", "locations"}),
    "runs.results.message": (set(), {"text"}),
    "runs.results.locations": (set(), {"physicalLocation"}),
    "runs.results.locations.physicalLocation": (set(), {"artifactLocation", "region"}),
    "runs.results.locations.physicalLocation.artifactLocation": (set(), {"uri", "uriBaseId"}),
    "runs.results.locations.physicalLocation.region": (
        set(),
        {"startLine", "startColumn", "endLine", "endColumn"},
    ),
}


def objects(value: Any, path: str = "") -> Iterator[tuple[str, dict]]:
    """Each object of a log with where it stands; the property bags may hold anything."""
    if isinstance(value, dict) and not path.endswith("properties"):
        yield path, value
        for name, inner in value.items():
            yield from objects(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner, path)


def log_of(index_folder, file, *options: str, text: str | None = None) -> dict:
    command = ["verify", str(file), "--format", "sarif", "--index", str(index_folder), *options]
    done = CliRunner().invoke(main, command, input=text)
    assert done.exit_code in (0, 3), done.output
    return json.loads(done.stdout)


def results(log: dict) -> list[dict]:
    return log["runs"][0]["results"]


def region(result: dict) -> tuple[int, int, int, int]:
    found = result["locations"][0]["physicalLocation"]["region"]
    return tuple(found[name] for name in ("startLine", "startColumn", "endLine", "endColumn"))


def address(log: dict) -> dict[str, str]:
    return results(log)[0]["locations"][0]["physicalLocation"]["artifactLocation"]


def checked(verdict: str, *kinds: str) -> Checked:
    differences = tuple(Difference(kind, "a", "b", 0, 1) for kind in kinds)
    return Checked("x", 0, 1, verdict, (), (), differences, ())


def test_a_log_has_what_the_schema_requires_and_nothing_that_it_does_not_know(index_folder):
    log = log_of(index_folder, "-", text=f"{WRONG} {CHEESE}")
    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    for path, value in objects(log):
        required, others = SCHEMA[path]
        assert required <= set(value) <= required | others, path
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["defaultConfiguration"]["level"] == result["level"]


def test_a_finding_says_what_is_wrong_and_where(index_folder, tmp_path, monkeypatch):
    (tmp_path / "my text.md").write_text(
        f"# Briefing\n\n{GOOD}\n{CHEESE} {WRONG[:20]}\n{WRONG[20:]}\n", "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    log = log_of(index_folder, "my text.md")
    cheese, altered = results(log)
    assert (cheese["ruleId"], cheese["level"], region(cheese)) == ("unsupported", "error", (4, 1, 4, 34))
    assert (altered["ruleId"], region(altered)[:3]) == ("altered", (4, 35, 5))
    assert altered["message"]["text"].startswith("Number: here “3”, in the report “2”\nThe report says, p")
    assert address(log) == {"uri": "my%20text.md", "uriBaseId": "%SRCROOT%"}


def test_columns_count_characters_and_lines_end_as_the_file_has_them(index_folder, tmp_path):
    file = tmp_path / "text.md"
    file.write_bytes(f"\ufeff{GOOD}\r\n\r\n\U0001f4d5 Fine.\r\n\r\n{CHEESE}\r\n".encode())
    *_, cheese = results(log_of(index_folder, file))
    assert region(cheese) == (5, 1, 5, 34)
    file.write_bytes(f"\ufeff{CHEESE}".encode())
    assert region(results(log_of(index_folder, file))[0]) == (1, 1, 1, 34)


def test_standard_input_and_files_elsewhere_have_an_address(index_folder, tmp_path, monkeypatch):
    assert address(log_of(index_folder, "-", text=CHEESE)) == {"uri": "stdin"}
    file = tmp_path / "a" / "t.md"
    file.parent.mkdir()
    file.write_text(CHEESE, encoding="utf-8")
    assert address(log_of(index_folder, file)) == {"uri": file.as_uri()}
    monkeypatch.chdir(tmp_path)
    assert address(log_of(index_folder, file)) == {"uri": "a/t.md", "uriBaseId": "%SRCROOT%"}


def test_a_text_that_the_report_backs_has_no_findings(index_folder):
    assert results(log_of(index_folder, "-", text=GOOD)) == []


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (checked("verbatim"), None),
        (checked("supported"), None),
        (checked("unsupported"), ("unsupported", "error")),
        (checked("altered", "number"), ("altered", "error")),
        (checked("altered", "meaning"), ("unsure", "warning")),
        (checked("altered", "meaning", "year"), ("altered", "error")),
        (checked("wrong_endnote"), ("wrong_endnote", "error")),
    ],
)
def test_each_kind_of_finding_has_a_rule_and_a_level(statement, rule):
    log = to_sarif(Verification((statement,), About("a", "A")), "x", None, lambda _: "Why.")
    assert [(one["ruleId"], one["level"]) for one in results(log)] == ([rule] if rule else [])
    assert {"altered", "unsupported", "wrong_endnote"} == set(VERDICTS) - {"verbatim", "supported"}


def test_words_that_are_checked_make_no_links_and_steer_no_terminal(index_folder):
    hostile = f"In 2050, {WRONG[:-6]} says [this](https://evil.example/) \x1b[31m\u202e."
    [one, *_] = results(log_of(index_folder, "-", text=hostile))
    assert "](" not in one["message"]["text"]
    assert "\x1b" not in one["message"]["text"]


def test_what_describes_abuse_in_detail_stays_closed_until_opened(index_folder, assistant):
    words = assistant.report.slice(assistant.distressing[0])
    changed = " ".join(["In 1999", *words.split()[1:]])
    shut, opened = (
        json.dumps(results(log_of(index_folder, "-", *options, text=changed)), ensure_ascii=False)
        for options in ((), ("--show-distressing",))
    )
    assert "describes abuse in detail" in shut
    assert " ".join(words.split())[:30] not in shut
    assert " ".join(words.split())[:30] in opened


def test_two_formats_at_once_are_wrong_usage(index_folder):
    command = ["verify", "-", "--json", "--format", "sarif", "--index", str(index_folder)]
    done = CliRunner().invoke(main, command, input=GOOD)
    assert done.exit_code == 2
    assert "not both" in done.output


@pytest.fixture
def repository(tmp_path, index_folder):
    """The folder of a text, with the index of its report."""
    (tmp_path / "indexes").mkdir()
    (tmp_path / "indexes" / "reports").symlink_to(index_folder)
    (tmp_path / "briefing.md").write_text(f"{CHEESE}\n", encoding="utf-8")
    return tmp_path


def test_the_workflow_of_the_docs_checks_the_text(repository):
    workflow = (ROOT / "docs/examples/citations.yml").read_text(encoding="utf-8")
    [line] = re.findall(r"^      - run: (a4a-qa verify .+)$", workflow, re.MULTILINE)
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    command = ["bash", "-e", "-o", "pipefail", "-c", line]  # as GitHub runs it
    subprocess.run(command, cwd=repository, env={"PATH": path} | SAME_CODE, check=True, timeout=120)
    log = json.loads((repository / "citations.sarif").read_text(encoding="utf-8"))
    assert address(log) == {"uri": "briefing.md", "uriBaseId": "%SRCROOT%"}
