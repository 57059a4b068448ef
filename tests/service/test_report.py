import json
import re
from types import SimpleNamespace

import bibtexparser
import pytest
import rispy

from a4a_qa.answering.cite import Citer
from a4a_qa.index.passages import PassageMap, cut_passages
from a4a_qa.parsing.read import read_report
from a4a_qa.safeguarding.notices import Notices
from a4a_qa.service.contents import Contents
from conftest import ROOT


def test_the_report(client):
    about = client.get("/v1/report").json()
    assert about["publisher"] == "ECPAT International"
    assert about["counts"] == {
        "sections": 56, "passages": 150, "sentences": 643, "endnotes": 164, "works": 78,
    }  # fmt: skip
    assert "only with permission from ECPAT International" in about["rights"]


@pytest.mark.parametrize("path", ["/", "/report", "/v1/report", "/healthz", "/docs", "/nowhere"])
def test_head_is_get_without_a_body(client, path):
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-security-policy"] == get.headers["content-security-policy"]
    assert client.get("/healthz").status_code == 200  # on the same connection


def test_another_method_is_told_which_one_is_taken(client):
    problem = client.put("/v1/ask", json={}).json()
    assert problem["code"] == "method_not_allowed"
    assert "takes POST" in problem["detail"]


def test_sections_lead_to_passages_and_passages_to_sentences(client, report):
    sections = client.get("/v1/sections").json()["sections"]
    assert [section["path"] for section in sections] == [list(section.path) for section in report.sections]
    identities = [identity for section in sections for identity in section["passages"]]
    found = [client.get(f"/v1/passages/{identity}").json() for identity in dict.fromkeys(identities)]
    sentences = [sentence for passage in found for sentence in passage["sentences"]]
    assert len(sentences) == len(report.sentences)
    for place in [*found, *sentences]:
        assert place["text"] == report.text[place["start"] : place["end"]]


def test_the_passage_of_a_citation(client):
    answer = client.post("/v1/ask", json={"question": "Who heads the High Level Working Group?"}).json()
    citation = answer["citations"][0]
    passage = client.get(f"/v1/passages/{citation['passage_id']}").json()
    assert citation["quote"] in passage["text"]
    first = citation["url"].partition("#")[2]
    assert f"/report#{first}" in [sentence["url"] for sentence in passage["sentences"]]


def test_every_endnote_lists_the_sentences_that_rest_on_it(client, report):
    listed = client.get("/v1/endnotes").json()["endnotes"]
    assert [note["number"] for note in listed] == list(range(1, 165))
    for note in listed[::20]:
        whole = client.get(f"/v1/endnotes/{note['number']}").json()
        assert whole["sources"] == note["sources"]
        texts = [sentence["text"] for sentence in whole["sentences"]]
        assert texts == [report.slice(sentence) for sentence in report.sentences_on(note["number"])]


def test_every_sentence_has_the_notices_of_its_place(client, assistant):
    sections = client.get("/v1/sections").json()["sections"]
    passages = dict.fromkeys(identity for section in sections for identity in section["passages"])
    within = [client.get(f"/v1/passages/{identity}").json()["sentences"] for identity in passages]
    resting = [client.get(f"/v1/endnotes/{number}").json()["sentences"] for number in (1, 23, 54)]
    told = [
        (at, sentence["notices"])
        for at, sentence in enumerate(sentence for sentences in within for sentence in sentences)
    ]
    distressing = {at for at, notices in told if "distressing" in notices}
    assert distressing == assistant.citer.notices.distressing_sentences
    assert [[sentence["notices"] for sentence in sentences] for sentences in resting] == [
        [[]] * len(resting[0]), [["distressing"]], [["distressing"]],
    ]  # fmt: skip


def test_sources_are_works(client):
    sources = client.get("/v1/sources").json()["sources"]
    assert [28, 32, 34, 113, 119, 120, 137] in [source["endnotes"] for source in sources]


@pytest.mark.parametrize("path", ["/v1/report", "/v1/endnotes", "/v1/endnotes/28", "/v1/sources"])
def test_references_in_every_format(client, path):
    bibtex = client.get(path, params={"format": "bibtex"})
    ris = client.get(path, params={"format": "ris"})
    csl = client.get(path, params={"format": "csl-json"})
    assert bibtex.headers["content-type"].startswith("application/x-bibtex")
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.bib"', bibtex.headers["content-disposition"])
    titles = [entry["title"] for entry in rispy.loads(ris.text.replace("\r\n", "\n"))]
    assert titles == [entry["title"] for entry in json.loads(csl.text)]
    assert len(bibtexparser.parse_string(bibtex.text).entries) == len(titles)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/passages/p-nothing", 404, "not_found"),
        ("/v1/endnotes/0", 404, "not_found"),
        ("/v1/endnotes/one", 422, "invalid_request"),
        ("/v1/endnotes/99999999999999999999999", 404, "not_found"),
        ("/v1/sources?format=html", 422, "invalid_request"),
        ("/v1/nothing", 404, "not_found"),
        ("/nothing", 404, "not_found"),
    ],
)
def test_what_is_not_there(client, path, status, code):
    reply = client.get(path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"


def test_the_description_names_every_endpoint(client):
    paths = client.get("/openapi.json").json()["paths"]
    page = client.get("/docs").text
    for path in paths:
        assert path in page
    assert re.findall("<script[^>]*>", page) == ['<script type="module" src="/static/leave.js">']
    assert "style=" not in page


def test_a_passage_over_several_pages_names_them_all():
    report = read_report(ROOT / "tests/fixtures/pdf/serif.pdf")
    passages = tuple(cut_passages(report))
    citer = Citer(report, PassageMap(report, passages), Notices(report, ()))
    places = Contents(SimpleNamespace(report=report, citer=citer))
    pages = {passage.id: report.page_of(passage.start, passage.end) for passage in passages}
    assert any(page.first != page.last for page in pages.values())
    for identity, page in pages.items():
        found = places.passage(identity)["page"]
        assert (found["first"], found["last"]) == (page.first, page.last)
