"""Help over HTTP, and what is served while no index can be opened."""

import json
import re
import shutil
import subprocess
import sys

import httpx
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from a4a_qa.cli.main import main
from a4a_qa.cli.serve import serve
from a4a_qa.errors import (
    CalibrationError,
    CorpusError,
    EncoderError,
    IndexOutdated,
    ReportError,
    SettingsError,
)
from a4a_qa.index import contacts
from a4a_qa.index.build import build_index
from a4a_qa.index.contacts import FILE_NAME, STORED_NAME, contacts_for
from a4a_qa.service import app, server
from a4a_qa.service.help_only import contacts_without, create_help_app
from a4a_qa.service.widget.script import VERSION
from a4a_qa.settings import Settings
from conftest import SMALL_REPORT
from service.conftest import SAME_CODE


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
    def fail(assistant, settings, **others):
        raise IndexError("canary")

    served = []
    monkeypatch.setattr(server, "create_app", fail)
    monkeypatch.setattr(server.uvicorn.Server, "run", lambda self, sockets: served.append(self.config.app))
    server.serve(None, assistant, Settings(), lambda: None)
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


def said_while_help_is_served(folder, *options):
    """What `a4a-qa serve` says on standard error while it serves help from a folder."""
    command = [sys.executable, "-m", "a4a_qa", "serve", *options, "--port", "0"]
    process = subprocess.Popen(
        command, cwd=folder, env=SAME_CODE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        address = process.stdout.readline().split()[2].rstrip(",")
        assert "Child Helpline International" in httpx.get(f"{address}/help", trust_env=False).text
    finally:
        process.terminate()
        _, said = process.communicate(timeout=30)
    return " ".join(said.split())


def test_help_alone_is_served_where_there_is_nothing_if_that_is_asked_for(tmp_path):
    assert said_while_help_is_served(tmp_path, "--help-only") == ""


@pytest.mark.parametrize("left", ["corpus/own/report.md", "indexes/own/words.json", "none/words.json"])
def test_what_is_left_of_a_report_or_an_index_keeps_help_there(tmp_path, left):
    (tmp_path / left).parent.mkdir(parents=True)
    (tmp_path / left).write_text("{}", encoding="utf-8")
    said = said_while_help_is_served(tmp_path, "--index", "none")
    assert "There is no index in" in said
    assert "only /help is served" in said


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("options", "words"),
    [(["--index", "none"], "There is no index in"), ([], "There is no report in corpus and no index")],
)
def test_nothing_is_served_where_there_is_neither_a_report_nor_an_index(
    tmp_path, monkeypatch, options, words, workers
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server.uvicorn.Server, "run", lambda self, sockets: None)
    (tmp_path / "none").mkdir()
    done = CliRunner().invoke(main, ["serve", "--port", "0", "--workers", workers, *options])
    assert (done.exit_code, "http" in done.output) == (1, False)
    assert words in done.output
    assert "a4a-qa index" in done.output
    assert "ry `a4a-qa demo`" in done.output


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
        "a4a_qa.cli.serve._serve_help",
        lambda listener, settings, problem, index: served.append(problem),
    )
    assert CliRunner().invoke(serve, ["--port", "0"]).exit_code == 0
    assert served == ["This is damaged."]


def test_a_worker_that_cannot_open_the_index_serves_help(tmp_path, caplog):
    settings = Settings(corpus=tmp_path / "corpus", indexes=tmp_path / "indexes")
    client = TestClient(server._open_app(tmp_path / "none", settings, lambda: None))
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


# Whose contacts are shown: the report's own where they can be found.


def write_contacts(folder, name):
    """The report's own contacts in its folder: one of that name."""
    contact = {"id": "own", "name": name, "kind": "helpline", "country": "international"}
    contact |= {"url": "https://own.example.org/"}
    contact |= dict.fromkeys(("value", "source", "verified_on", "verified_by"), "")
    fields = "".join(f'{field} = "{value}"\n' for field, value in contact.items())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(f"[[contact]]\n{fields}", encoding="utf-8")


def edit_json(path, change):
    values = json.loads(path.read_text(encoding="utf-8"))
    change(values)
    path.write_text(json.dumps(values), encoding="utf-8")


@pytest.fixture
def settings(tmp_path):
    """Those of a report with contacts of its own, and without an index."""
    write_contacts(tmp_path / "corpus" / "own", "Our line")
    return Settings(corpus=tmp_path / "corpus", indexes=tmp_path / "indexes", report="own")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The index of another report, which has contacts of its own."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    write_contacts(folder, "Their line")
    build_index(folder / "small.md", folder / "index")
    return folder / "index"


@pytest.fixture
def damaged(whole, tmp_path):
    """The same with a part that is missing."""
    shutil.copytree(whole, tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "words.json").unlink()
    return tmp_path / "elsewhere"


def names(index, settings):
    return [contact.name for contact in contacts_without(index, settings)]


@pytest.mark.parametrize("is_default", [True, False])
def test_the_reports_folder_is_looked_at_when_there_is_no_index(settings, tmp_path, is_default):
    assert names(None if is_default else tmp_path / "none", settings) == ["Our line"]


def test_a_damaged_index_has_the_contacts_of_its_report(settings, damaged):
    assert names(damaged, settings) == ["Their line"]


def test_contacts_in_the_folder_of_its_report_are_newer(settings, damaged):
    write_contacts(settings.corpus / "small", "Their new line")
    assert names(damaged, settings) == ["Their new line"]


def test_an_index_of_another_format_keeps_its_contacts(settings, damaged):
    edit_json(damaged / "manifest.json", lambda values: values.update(format=1))
    assert names(damaged, settings) == ["Their line"]


def test_an_index_without_a_manifest_keeps_its_contacts(settings, damaged):
    (damaged / "manifest.json").write_text("{", encoding="utf-8")
    assert names(damaged, settings) == ["Their line"]


def test_contacts_that_were_changed_in_an_index_are_not_shown(settings, damaged):
    edit_json(damaged / STORED_NAME, lambda values: values[0].update(name="A changed line"))
    assert names(damaged, settings) == [contact.name for contact in contacts_for(None)]


@pytest.mark.parametrize("stored", ["{", "[5]", "[]", "5"])
def test_what_means_nothing_in_an_index_is_passed_over(settings, damaged, stored):
    (damaged / "manifest.json").unlink()
    (damaged / STORED_NAME).write_text(stored, encoding="utf-8")
    assert names(damaged, settings) == ["Our line"]


def test_contacts_in_the_folder_are_newer_than_those_of_the_default_index(settings, damaged):
    shutil.copytree(damaged, settings.index_folder())
    assert names(None, settings) == ["Our line"]


def test_the_default_index_keeps_contacts_that_the_folder_has_lost(settings, damaged):
    shutil.copytree(damaged, settings.index_folder())
    (settings.corpus_folder() / FILE_NAME).unlink()
    assert names(None, settings) == ["Their line"]


def test_those_that_ship_are_shown_where_no_report_is_meant(tmp_path):
    nothing = Settings(corpus=tmp_path / "corpus", indexes=tmp_path / "indexes")
    assert contacts_without(None, nothing) == contacts_without(tmp_path, nothing) == contacts_for(None)


def test_contacts_with_a_slip_are_named_and_others_shown(settings, caplog):
    (settings.corpus_folder() / FILE_NAME).write_text("[[contact", encoding="utf-8")
    assert contacts_without(None, settings) == contacts_for(None)
    assert "is not valid TOML" in caplog.text
    assert "Until that is fixed, other contacts are shown." in caplog.text


def test_the_command_shows_them(settings, damaged, monkeypatch):
    shown = []
    monkeypatch.setattr(server.uvicorn.Server, "run", lambda self, sockets: shown.append(self.config.app))
    done = CliRunner().invoke(main, ["serve", "--port", "0", "--index", str(damaged)])
    assert "lacks its part words.json" in " ".join(done.output.split())
    assert "Their line" in TestClient(shown[0]).get("/help").text


def test_nothing_is_served_when_there_are_no_contacts_to_show(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(contacts, "_SHIPPED", tmp_path / "none.toml")
    done = CliRunner().invoke(main, ["serve", "--port", "0", "--help-only"])
    assert (done.exit_code, "http" in done.output) == (1, False)
    assert "none.toml cannot be read" in done.output


def test_a_worker_shows_them(settings, damaged):
    assert "Their line" in TestClient(server._open_app(damaged, settings, lambda: None)).get("/help").text
