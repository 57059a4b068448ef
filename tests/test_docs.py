"""Docs that cannot go stale: generated pages are current, links lead somewhere, examples run."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from types import ModuleType, SimpleNamespace

import httpx
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

import a4a_qa
from a4a_qa.answering.phrases import confidence_in_words
from a4a_qa.cli.demo import REPORT as DEMO
from a4a_qa.cli.main import main
from a4a_qa.report.references import short_note
from a4a_qa.service.app import create_app
from a4a_qa.settings import PREFIX, Settings
from conftest import ROOT

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *(ROOT / folder / "README.md" for folder in ("corpus", "eval", "indexes", "training")),
        *ROOT.glob("eval/*/README.md"),
        ROOT / "tests/parsing/truth/README.md",
    ]
)


def test_the_page_of_commands_is_current():
    # In a process of its own: click keeps the help option that a command was first asked with.
    script = "import runpy, sys; sys.stdout.write(runpy.run_path(sys.argv[1])['text']())"
    command = [sys.executable, "-c", script, str(ROOT / "docs/make_cli.py")]
    text = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == text, "run `make docs`"


def test_the_figures_are_those_of_the_scorecards():
    figures = runpy.run_path(str(ROOT / "docs/make_figures.py"))
    for page in figures["PAGES"]:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert figures["BLOCK"].search(text), page
        assert text == figures["text"](page), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target
            assert not anchor or anchor in _anchors(page.parent / target if target else page), anchor


def _anchors(page: Path) -> list[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]


def test_every_public_name_is_there_and_listed():
    assert sorted(a4a_qa.__all__) == a4a_qa.__all__
    assert sorted([*a4a_qa._HOMES, "__version__"]) == a4a_qa.__all__
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    [listed] = re.findall(r"^`from a4a_qa import …` gives (.+?)\n\n", page, re.MULTILINE | re.DOTALL)
    assert re.findall(r"`(\w+)`", listed) == a4a_qa.__all__
    for name in a4a_qa.__all__:
        assert getattr(a4a_qa, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        a4a_qa.nothing  # noqa: B018


def test_the_readmes_answer_is_the_real_one(assistant):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [question] = re.findall(r'make ask Q="(.+)"', readme)
    answer = assistant.ask(question)
    shown = " ".join(readme.split())
    assert f"In short: {answer.short_answer.text} “{answer.citations[0].quote}” [1]" in shown
    assert f"86 {short_note(answer.endnotes[0])}" in shown
    assert confidence_in_words(answer.confidence) in shown


def test_the_readmes_python_example_runs(index_folder, capsys):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    exec(code.replace('"indexes/cambodia-2011"', repr(str(index_folder))), {})
    assert "HLWG" in capsys.readouterr().out


def test_the_example_of_scoring_another_system_is_real(tmp_path, monkeypatch):
    page = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
    example = page[page.index("### Another system") :]
    gold, answers = re.findall(r"```json\n(.*?)```", example, re.DOTALL)[:2]
    [command, printed] = re.search(r"```console\n\$ a4a-qa (.*?)\n(.*?)```", example, re.DOTALL).groups()
    monkeypatch.chdir(tmp_path)
    for name, content in {"gold.jsonl": gold, "answers.jsonl": answers}.items():
        Path(name).write_text(content, encoding="utf-8")
    shutil.copy(DEMO, "report.md")
    done = CliRunner().invoke(main, command.split())
    assert (done.exit_code, done.output) == (0, printed)


def test_the_example_answer_has_the_fields_of_a_real_one(assistant):
    page = (ROOT / "docs/service.md").read_text(encoding="utf-8")
    example = page[page.index("## An answer") :]
    [asked] = re.findall(r"-d '(\{.*?\})'", example)[:1]
    [shown] = re.findall(r"```json\n(.*?)```", example, re.DOTALL)[:1]
    shown, asked = json.loads(shown), json.loads(asked)
    with TestClient(create_app(assistant, Settings())) as client:
        given = client.post("/v1/ask", json=asked).json()
    assert list(shown) == list(given)
    assert _compared(shown, given) > 20
    assert not [name for name in {**given, **given["citations"][0]} if f"`{name}`" not in example]


def _compared(shown: object, given: object, where: str = "") -> int:
    """How many fields were compared: those shown must be there, and be all unless "…" stands for others."""
    if isinstance(shown, list):
        assert isinstance(given, list), where
        assert len(shown) <= len(given), where
        return sum(_compared(*both, where) for both in zip(shown, given, strict=False))
    if not isinstance(shown, dict):
        assert (shown is None) == (given is None), where
        return 1
    fields = {name for name in shown if name != "…"}
    assert isinstance(given, dict), where
    assert fields < set(given) if "…" in shown else fields == set(given), where
    return sum(_compared(shown[name], given[name], f"{where}.{name}") for name in fields)


@pytest.mark.parametrize("library", ["langchain", "haystack"])
@pytest.mark.parametrize(
    ("question", "has_help", "has_closed"),
    [
        ("Who heads the HLWG?", False, False),
        ("How can I report abuse of a child?", True, False),
        ("How did the brothel owner torture the girl?", False, True),
    ],
)
def test_the_example_retrievers_give_help_and_the_quotes_that_are_not_closed(
    assistant, monkeypatch, library, question, has_help, has_closed
):
    for name, module in _stand_ins().items():
        monkeypatch.setitem(sys.modules, name, module)
    made = runpy.run_path(str(ROOT / f"docs/examples/{library}_report.py"))["ReportRetriever"]()
    with TestClient(create_app(assistant, Settings())) as client:
        monkeypatch.setattr(httpx, "post", lambda url, json, timeout: client.post(url, json=json))
        if library == "langchain":
            found = made._get_relevant_documents(question, run_manager=None)
        else:
            found = made.run(question)["documents"]
        answer = client.post("/v1/ask", json={"question": question}).json()
    closed = [c["quote"] for c in answer["citations"] if "distressing" in c["notices"]]
    shown = [c["quote"] for c in answer["citations"] if c["quote"] not in closed]
    help = [answer["help"]["text"]] if answer["help"] else []
    assert (bool(help), bool(closed)) == (has_help, has_closed)
    assert [document.text for document in found] == help + shown
    told = [vars(document).get("metadata") or vars(document)["meta"] for document in found[len(help) :]]
    assert all(about["confidence"] == answer["confidence_in_words"] for about in told)


def _stand_ins() -> dict[str, ModuleType]:
    """What the examples import of LangChain and Haystack, which are not installed here."""

    def document(text: str = "", *, content: str = "", **rest: object) -> SimpleNamespace:
        return SimpleNamespace(text=text or content, **rest)

    def component(made: type) -> type:
        return made

    component.output_types = lambda **types: component
    names = {
        "langchain_core.documents": {"Document": document},
        "langchain_core.retrievers": {"BaseRetriever": object},
        "haystack": {"Document": document, "Pipeline": object, "component": component},
    }
    modules = {name: ModuleType(name) for name in [*names, "langchain_core"]}
    for name, members in names.items():
        vars(modules[name]).update(members)
    return modules


def test_every_setting_is_documented():
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for field in fields(Settings):
        assert f"`{PREFIX}{field.name.upper()}`" in page


def test_the_lock_file_has_what_answering_needs_with_hashes_and_its_licences_are_listed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(
        r"^([a-z0-9-]+)==([^ ;]+).*((?:\n    --hash=sha256:[0-9a-f]{64}.*)+)", lock, re.MULTILINE
    )
    locked = {name for name, _, _ in entries}
    assert len(entries) == len(re.findall("==", re.sub("python_full_version|;.*", "", lock)))
    wanted = {re.match(r"[\w-]+", wanted)[0].lower() for wanted in project["dependencies"]}
    assert wanted <= locked
    assert not locked & {"torch", "transformers", "sentence-transformers"}
    assert "://" not in lock, "no host is named"
    page = (ROOT / "docs/service.md").read_text(encoding="utf-8")
    assert not [name for name in locked if not re.search(rf"\b{name}\b", page)]
