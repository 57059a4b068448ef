"""Before anyone asks, every surface says in the same words what becomes of other languages than English."""

import json

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from a4a_qa.answering.phrases import phrase
from a4a_qa.cli.main import main
from a4a_qa.service.app import create_app
from a4a_qa.settings import Settings
from conftest import PACKAGE, ROOT

QUESTIONS = phrase("languages", "questions")
REPORTS = phrase("languages", "reports")


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def client(assistant):
    settings = Settings(chat=True, mcp=True)
    with TestClient(create_app(assistant, settings), base_url="http://127.0.0.1:8000") as opened:
        yield opened


def test_programs_are_told(client):
    assert client.get("/openapi.json").json()["info"]["description"] == QUESTIONS
    [model] = client.get("/v1/models").json()["data"]
    assert model["description"] == QUESTIONS
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    tools = client.post("/mcp", json=listing, headers={"accept": "application/json, text/event-stream"})
    [ask] = [tool for tool in tools.json()["result"]["tools"] if tool["name"] == "ask"]
    assert QUESTIONS in ask["description"]
    assert "{" not in ask["description"]


def test_people_are_told(client):
    assert QUESTIONS in one_line(client.get("/").text)


def test_the_widget_says_so_under_its_box():
    hints = {
        file.stem: json.loads(file.read_text(encoding="utf-8"))["hint"]
        for file in (PACKAGE / "service/widget/strings").glob("*.json")
    }
    assert hints["en"] == "Please ask in English."
    assert "en anglais" in hints["fr"]
    assert "អង់គ្លេស" in hints["km"]


@pytest.mark.parametrize(("command", "sentence"), [("ask", QUESTIONS), ("index", REPORTS)])
def test_commands_say_so_in_their_help(command, sentence):
    assert sentence in one_line(CliRunner().invoke(main, [command, "--help"]).output)


@pytest.mark.parametrize(
    ("page", "sentence"),
    [("service", QUESTIONS), ("parsing", REPORTS)],
)
def test_the_docs_say_so(page, sentence):
    assert sentence.rstrip(".") in one_line((ROOT / f"docs/{page}.md").read_text(encoding="utf-8"))


def test_it_is_so(assistant):
    answer = assistant.ask("Qui dirige le groupe de travail et que fait-il ?")
    assert (answer.status, answer.reason.code, answer.passages) == ("not_in_report", "language", ())
