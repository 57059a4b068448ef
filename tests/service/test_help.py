"""Help over HTTP, and the page of help without an index."""

import re
import subprocess
import sys

import httpx
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from a4a_qa.cli.serve import serve
from a4a_qa.errors import (
    CalibrationError,
    CorpusError,
    EncoderError,
    IndexOutdated,
    ReportError,
    SettingsError,
)
from a4a_qa.index.contacts import contacts_for
from a4a_qa.service import app, server
from a4a_qa.service.help_only import create_help_app
from a4a_qa.service.widget.script import VERSION
from a4a_qa.settings import Settings
from service.conftest import SAME_CODE, wait_until


def test_help_is_in_the_reply_and_lifted_on_request(client):
    asked = {"question": "My uncle touches me."}
    reply = client.post("/v1/ask", json=asked).json()
    assert (reply["status"], reply["help"]["kind"], reply["passages"]) == ("support", "support", [])
    assert client.post("/v1/ask", json=asked | {"about_report": True}).json()["help"] is None
    harm = {"question": "Where can I buy a child?", "about_report": True}
    assert client.post("/v1/ask", json=harm).json()["status"] == "declined"


def test_figures_say_nothing_about_who_needed_help(client):
    for question in ("My uncle touches me.", "Where can I buy a child?"):
        client.post("/v1/ask", json={"question": question})
    figures = client.get("/metrics").text
    for word in ("support", "declined", "own_worry", "help_for", "category", "a4a_qa_answers"):
        assert word not in figures


def test_the_button_below_the_card_asks_again(client):
    question = "My uncle touches me. How many provinces were there?"
    page = client.post("/", data={"question": question}).text
    assert "I was asking about the report" in page
    assert 'name="history"' not in page
    again = client.post("/", data={"question": question, "about_report": "yes"}).text
    assert "I was asking about the report" not in again


def test_the_page_of_help(client):
    page = client.get("/help").text
    for contact in contacts_for(None):
        assert contact.url in page
    assert "Leave this page" in page


@pytest.fixture(scope="module")
def bare() -> TestClient:
    return TestClient(create_help_app(contacts_for(None), Settings()))


def test_help_without_an_index(bare):
    page = bare.get("/help")
    assert page.status_code == 200
    assert "https://childhelplineinternational.org/" in page.text
    assert "Leave this page" in page.text
    assert page.headers["x-content-type-options"] == "nosniff"
    assert bare.get("/static/base.css").status_code == 200
    assert bare.get("/static/none").status_code == 404


def test_nothing_else_without_an_index(bare):
    reply = bare.post("/v1/ask", json={"question": "Who?"})
    assert (reply.status_code, reply.json()["code"]) == (503, "not_ready")
    assert bare.get("/readyz").status_code == 503
    page = bare.get("/", headers={"accept": "text/html"})
    assert page.status_code == 503
    assert 'href="/help"' in page.text


def test_the_frame_shows_the_contacts_without_an_index():
    bare = TestClient(create_help_app(contacts_for(None), Settings(allowed_origins=("https://a.example",))))
    frame = bare.get("/embed?lang=fr")
    assert frame.status_code == 503
    assert "frame-ancestors 'self' https://a.example" in frame.headers["content-security-policy"]
    assert "Questions cannot be answered now." in frame.text
    assert "Leave this page" in frame.text
    for contact in contacts_for(None):
        assert contact.url in frame.text
    links = re.findall(r"<a [^>]*>", frame.text)
    assert all('target="_blank"' in link or 'target="_top"' in link for link in links)


def test_a_wrong_method_without_an_index_is_a_problem(bare):
    reply = bare.put("/v1/ask")
    assert (reply.status_code, reply.json()["code"]) == (405, "method_not_allowed")
    assert "location" not in bare.get("/help/").headers


def test_a_report_that_cannot_be_shown_keeps_no_one_from_help(assistant, monkeypatch, caplog):
    def fail(assistant, settings):
        raise IndexError("canary")

    served = []
    monkeypatch.setattr(server, "create_app", fail)
    monkeypatch.setattr(server.uvicorn.Server, "run", lambda self, sockets: served.append(self.config.app))
    server.serve(None, assistant, Settings())
    assert TestClient(served[0]).get("/help").status_code == 200
    assert "The report cannot be shown (IndexError at" in caplog.text
    assert "canary" not in caplog.text


def test_examples_that_fail_keep_no_one_from_help(assistant, monkeypatch, caplog):
    def fail(assistant):
        raise IndexError("canary")

    monkeypatch.setattr(app, "answered_examples", fail)
    with TestClient(app.create_app(assistant, Settings())) as client:
        assert client.get("/help").status_code == 200
        assert client.get("/readyz").status_code == 503
    assert "The examples cannot be answered: IndexError at" in caplog.text
    assert "canary" not in caplog.text


def test_other_sites_can_read_that_nothing_is_answered():
    site = "https://example.org"
    bare = TestClient(create_help_app(contacts_for(None), Settings(allowed_origins=(site,))))
    asks = {"origin": site, "access-control-request-method": "POST"}
    assert bare.options("/v1/ask", headers=asks).status_code == 204
    reply = bare.post("/v1/ask", json={"question": "Who?"}, headers={"origin": site})
    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (503, site)
    other = bare.post("/v1/ask", json={"question": "Who?"}, headers={"origin": "https://example.com"})
    assert "access-control-allow-origin" not in other.headers


def helps(address: str) -> bool:
    try:
        return "Child Helpline International" in httpx.get(f"{address}/help", trust_env=False).text
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--index", "none"], "There is no index in"), ([], "There is no report in corpus and no index")],
)
def test_a_missing_index_is_said_and_help_is_served(tmp_path, options, words):
    command = [sys.executable, "-m", "a4a_qa", "serve", *options, "--port", "0"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=SAME_CODE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        address = process.stdout.readline().split()[2].rstrip(",")
        wait_until(lambda: helps(address))
    finally:
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert words in said
    assert "only /help is served" in " ".join(said.split())


@pytest.mark.parametrize(
    "error",
    [EncoderError, CalibrationError, IndexOutdated, SettingsError, ReportError, CorpusError, PermissionError],
)
def test_what_is_damaged_in_the_package_keeps_no_one_from_help(monkeypatch, error):
    def fail(index):
        raise error("This is damaged.")

    served = []
    monkeypatch.setattr("a4a_qa.cli.serve.open_assistant", fail)
    monkeypatch.setattr(
        "a4a_qa.cli.serve._serve_help", lambda settings, problem, index: served.append(problem)
    )
    assert CliRunner().invoke(serve, []).exit_code == 0
    assert served == ["This is damaged."]


def test_a_worker_that_cannot_open_the_index_serves_help(tmp_path, caplog):
    settings = Settings(corpus=tmp_path / "corpus", indexes=tmp_path / "indexes")
    client = TestClient(server._open_app(tmp_path / "none", settings))
    assert "Child Helpline International" in client.get("/help").text
    assert client.get("/readyz").status_code == 503
    assert "The index cannot be opened, and only /help is served: There is no index in" in caplog.text


def test_who_was_asking_about_the_report_keeps_the_conversation(client):
    asked = {"question": "My uncle touches me.", "history": "How many shelters are there?"}
    page = client.post("/", data=asked, headers={"accept": "text/html"}).text
    [again] = re.findall(r'<form class="again".*?</form>', page, re.DOTALL)
    assert '<input type="hidden" name="history" value="How many shelters are there?">' in again


@pytest.mark.parametrize("path", ["/help", "/healthz"])
def test_who_asks_for_the_head_alone_sees_that_help_is_there(bare, path):
    reply = bare.head(path)
    assert (reply.status_code, reply.content) == (200, b"")


def test_the_widget_of_another_site_can_say_that_nothing_is_answered(bare):
    script = bare.get(f"/widget/{VERSION}/ra.js")
    assert script.status_code == 200
    assert script.headers["access-control-allow-origin"] == "*"
    assert bare.get("/widget/0.0.0/ra.js").status_code == 404


def test_what_was_met_with_help_is_not_carried_on_though_it_was_about_the_report(client):
    asked = {
        "question": "I was forced to learn that campaigns were run in 5 provinces.",
        "about_report": "yes",
    }
    page = client.post("/", data=asked, headers={"accept": "text/html"}).text
    assert 'class="quotes"' in page
    assert 'name="history"' not in page
