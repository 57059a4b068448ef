"""A library over HTTP: asked across its reports, each report below its own path, pages with their filter."""

import json
import re
import shutil
import time

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from a4a_qa.cli.main import main
from a4a_qa.library import Library
from a4a_qa.service.library.library_app import create_library_app
from a4a_qa.settings import Settings
from conftest import LIBRARY
from service.conftest import running

FARMS = "How many reindeer farms are there?"
SHELTERS = "How many shelters are there?"
IN_NORWAY = "How many shelters are there in Norway?"
ORIGIN = "https://a.example"


@pytest.fixture(scope="module")
def app(library_folder):
    return create_library_app(Library.open(library_folder), Settings(allowed_origins=(ORIGIN,)))


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app) as opened:
        yield opened


def ask(client, question=FARMS, **more):
    reply = client.post("/v1/ask", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    return reply.json()


def form(client, **fields):
    return client.post("/", data=fields)


def test_an_answer_names_its_reports_and_leads_to_their_pages(client):
    answer = ask(client)
    assert [report["id"] for report in answer["reports"]] == ["chad-2012"]
    assert answer["library"]["searched"] == 3
    [address, sentence] = answer["citations"][0]["url"].split("#")
    page = client.get(address)
    assert page.status_code == 200
    assert f'id="{sentence}"' in page.text


def test_a_filter_leaves_the_other_reports_out(client):
    answer = ask(client, SHELTERS, filter={"country": ["Norway"], "until": 2010})
    assert {c["report"] for c in answer["citations"]} == {"norway-2010"}
    assert answer["library"]["filter"] == {"country": ["Norway"], "until": 2010}
    found = client.post("/v1/search", json={"text": SHELTERS, "filter": {"since": 2015}}).json()["passages"]
    assert {passage["report"] for passage in found} == {"norway-2015"}


def test_what_the_question_names_is_preferred_unless_told_not_to(client):
    assert ask(client, IN_NORWAY)["library"]["named"] == {"country": ["Norway"]}
    assert ask(client, IN_NORWAY, as_named=False)["library"]["named"] == {}


@pytest.mark.parametrize(
    "sent",
    [
        {"filter": {"continent": ["Africa"]}},
        {"filter": {"country": ["Peru"]}},
        {"filter": {"since": 2015, "until": 2010}},
        {"filter": {"since": "2010"}},
        {"section": "Annex"},
    ],
)
def test_a_request_that_means_nothing_here_is_refused(client, sent):
    reply = client.post("/v1/ask", json={"question": FARMS, **sent})
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")


def test_what_is_wrong_with_a_filter_is_told(client):
    for path, asked in (("/v1/ask", {"question": FARMS}), ("/v1/search", {"text": FARMS})):
        unknown = client.post(path, json=asked | {"filter": {"continent{}": ["Africa"]}}).json()
        [error] = unknown["errors"]
        assert error["where"] == ["body", "filter"]
        assert error["message"].startswith("The filter has a field 'continent{}', which means nothing here.")
        assert "report, country, publisher, edition, language, since, until" in error["message"]
        nothing = client.post(path, json=asked | {"filter": {"country": ["Peru"]}}).json()
        assert nothing["detail"].endswith("There are: country Chad, Norway.")


def test_the_reports_are_listed_with_the_path_of_their_own_service(client):
    listed = client.get("/v1/reports").json()["reports"]
    assert [report["id"] for report in listed] == sorted(LIBRARY)
    for report in listed:
        assert client.get(f"{report['path']}/v1/report").json()["id"] == report["id"]
        assert report["title"] in client.get("/reports").text
        moved = client.get(report["path"], follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (308, f"{report['path']}/")


def test_below_its_path_a_report_is_served_as_if_it_were_alone(client):
    answer = client.post("/reports/chad-2012/v1/ask", json={"question": SHELTERS, "section": None}).json()
    assert {report["id"] for report in answer["reports"]} == {"chad-2012"}
    assert "library" not in answer
    sentences = client.get("/reports/chad-2012/v1/endnotes/1").json()["sentences"]
    assert all(one["url"].startswith("/reports/chad-2012/report#") for one in sentences)


def test_the_links_of_a_reports_pages_stay_with_it(client):
    for path in ("/", "/report", "/sources", "/help", "/embed"):
        page = client.get(f"/reports/chad-2012{path}")
        assert page.status_code == 200, path
        for link in re.findall(r'(?:href|action|api)="(/[^"#?]*)', page.text):
            assert client.get(link).status_code != 404 or link.endswith("/v1"), (path, link)
        if path != "/embed":
            assert 'href="/reports/chad-2012/report"' in page.text
    answered = client.post("/reports/chad-2012/", data={"question": FARMS}).text
    assert 'href="/reports/chad-2012/report#s-' in answered
    assert not re.search(r'(?:href|action)="/(?:report|sources)?[#"]', answered.replace('href="/">All', ""))


@pytest.mark.parametrize("path", ["/reports/peru", "/reports/peru/", "/reports/peru/v1/report"])
def test_a_report_that_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_the_page_draws_each_reports_answer_with_its_own_addresses(client):
    page = form(client, question="Which reports say how many shelters there are?").text
    assert page.count('class="of-report"') >= 2
    assert "Children at Work" in page
    assert len(re.findall(r'href="/reports/norway-\d+/report#s-', page)) >= 2
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_choices_of_the_form_filter_and_stay_chosen(client):
    page = form(client, question=SHELTERS, country="Chad").text
    assert '<option value="Chad" selected>' in page
    assert "Searched in the report: Chad" in page
    assert 'name="within" value="country=Chad"' in page
    again = form(client, question=FARMS, history=SHELTERS, within="country=Chad").text
    assert again.count('<article class="answer"') == 2


def test_what_was_preferred_is_shown_and_can_be_lifted(client):
    page = form(client, question=IN_NORWAY).text
    assert "Preferred, since you named it: Norway" in page
    assert 'name="as_named" value="no">Ask all 3 reports' in page
    lifted = form(client, question=IN_NORWAY, as_named="no").text
    assert "Preferred" not in lifted


@pytest.mark.parametrize(
    "choice", [{"since": "soon"}, {"since": "²"}, {"country": "Peru"}, {"report": "x" * 600}]
)
def test_a_choice_that_the_form_does_not_have_is_a_problem_on_the_page(client, choice):
    reply = form(client, question="Where is the snow?", **choice)
    assert reply.status_code == 422
    assert "Where is the snow?" in reply.text
    assert 'aria-invalid="true"' in reply.text


def test_limits_hold_across_all_reports(library_folder):
    app = create_library_app(Library.open(library_folder), Settings(rate_limit=3))
    with TestClient(app) as limited:
        paths = [
            "/v1/reports",
            "/reports/chad-2012/v1/report",
            "/reports/norway-2010/v1/report",
            "/v1/reports",
        ]
        assert [limited.get(path).status_code for path in paths] == [200, 200, 200, 429]


def test_other_sites_may_ask_a_report_and_pages_are_theirs_alone(client):
    headers = {"origin": ORIGIN}
    shared = client.get("/reports/chad-2012/v1/report", headers=headers)
    assert shared.headers["access-control-allow-origin"] == ORIGIN
    page = client.get("/reports/chad-2012/report", headers=headers)
    assert "access-control-allow-origin" not in page.headers
    assert "content-security-policy" in page.headers


def test_figures_name_endpoints_and_no_report(client):
    client.get("/reports/chad-2012/v1/sections")
    figures = client.get("/metrics").text
    assert 'endpoint="/v1/sections"' in figures
    assert "chad-2012" not in figures


def test_the_api_reference_tells_of_filters_and_reports(client):
    page = client.get("/docs").text
    assert "FilterRequest" in page
    assert "/v1/reports" in page
    assert client.get("/reports/chad-2012/openapi.json").status_code == 404


@pytest.fixture
def followed(library_folder, tmp_path, monkeypatch):
    """A library's folder and a client of the service that follows what happens there."""
    monkeypatch.setattr("a4a_qa.service.library.library_app._LOOK_SECONDS", 0.05)
    copy = shutil.copytree(library_folder, tmp_path / "library")
    with TestClient(create_library_app(Library.open(copy), Settings())) as opened:
        yield copy, opened


def in_a_while(holds) -> bool:
    """Whether something comes to hold within some seconds."""
    end = time.monotonic() + 20
    while not (so := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return so


def listed(client) -> list[str]:
    return [report["id"] for report in client.get("/v1/reports").json()["reports"]]


def test_what_is_removed_and_added_while_it_runs_is_taken_up(followed, tmp_path):
    folder, client = followed
    assert client.get("/reports/chad-2012/").status_code == 200
    remove_option = ["library", "remove", "chad-2012", "--folder", str(folder)]
    apart = shutil.copytree(folder / "chad-2012", tmp_path / "apart")
    assert CliRunner().invoke(main, remove_option).exit_code == 0
    assert in_a_while(lambda: client.get("/reports/chad-2012/").status_code == 404)
    assert listed(client) == ["norway-2010", "norway-2015"]
    assert in_a_while(lambda: 'value="Chad"' not in client.get("/").text)
    apart.rename(folder / "chad-2012")
    assert in_a_while(lambda: 'value="Chad"' in client.get("/").text)
    assert {c["report"] for c in ask(client)["citations"]} == {"chad-2012"}


def test_when_the_last_report_is_removed_the_page_stays_and_shows_none(followed, caplog):
    folder, client = followed
    for name in LIBRARY:
        shutil.rmtree(folder / name)
    assert in_a_while(lambda: listed(client) == [])
    assert in_a_while(lambda: "0 published reports" in client.get("/").text)
    assert client.get("/reports/chad-2012/").status_code == 404
    assert form(client, question=FARMS).status_code == 422
    assert client.get("/help").status_code == 200
    assert "not taken up" not in caplog.text


def test_a_damaged_report_is_logged_once_and_named_and_the_rest_is_served_on(followed, caplog):
    folder, client = followed
    manifest = (folder / "chad-2012" / "manifest.json").read_bytes()
    (folder / "chad-2012" / "manifest.json").write_bytes(b"{")
    assert in_a_while(lambda: client.get("/readyz").json().get("left_out") == ["chad-2012"])
    time.sleep(0.5)  # some further looks
    assert caplog.text.count("chad-2012 is left out of the library") == 1
    answer = ask(client, SHELTERS, filter={"until": 2010})
    assert {c["report"] for c in answer["citations"]} == {"norway-2010"}
    assert answer["library"]["left_out"] == ["chad-2012"]
    (folder / "chad-2012" / "manifest.json").write_bytes(manifest)
    (folder / "norway-2015" / "manifest.json").unlink()
    assert in_a_while(lambda: listed(client) == ["chad-2012", "norway-2010"])


def test_the_page_says_that_some_reports_are_upsetting_where_one_has_notices(followed):
    folder, client = followed
    warned = "Some of these reports are upsetting."
    assert warned not in client.get("/").text
    path = folder / "chad-2012" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["inputs"]["notices.jsonl"] = "0" * 64
    path.write_text(json.dumps(manifest))
    assert in_a_while(lambda: warned in client.get("/").text)
    assert warned not in client.get("/reports/chad-2012/").text


@pytest.mark.parametrize("workers", [1, 2])
def test_the_command_serves_a_library(library_folder, tmp_path, workers):
    with running(library_folder, tmp_path, "--workers", str(workers)) as service:
        assert re.search(r"^3 reports: http://", service.output(), re.MULTILINE)
        with service.client() as client:
            assert len(client.get("/v1/reports").json()["reports"]) == 3
            assert {c["report"] for c in ask(client)["citations"]} == {"chad-2012"}


def test_all_reports_of_the_indexes_are_served_when_a_library_is_asked_for(library_folder, monkeypatch):
    served = []
    monkeypatch.setattr(
        "a4a_qa.cli.serve.run_service",
        lambda settings, index, *, library, **_: served.append((index, library)),
    )
    monkeypatch.setenv("A4A_QA_INDEXES", str(library_folder))
    assert CliRunner().invoke(main, ["serve", "--library"]).exit_code == 0
    assert served == [(library_folder, True)]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_folder_without_a_report_says_how_one_is_added(tmp_path, monkeypatch, workers):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["serve", "--library", "--port", "0", "--workers", workers])
    assert done.exit_code == 1
    assert "Add one with `a4a-qa library add FILE`" in " ".join(done.output.split())


def test_help_stays_where_all_indexes_of_the_library_are_outdated(library_folder, tmp_path):
    copy = shutil.copytree(library_folder, tmp_path / "library")
    for path in copy.glob("*/manifest.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 1}))
    with running(copy, tmp_path, sign="/help") as service, service.client() as client:
        assert (client.get("/help").status_code, client.get("/").status_code) == (200, 503)
        assert "chad-2012" in service.output()
