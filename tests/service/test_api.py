"""The endpoints for programs."""

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
from a4a_qa.service.schemas import VerificationReply
from a4a_qa.verify.verifier import Abandoned
from conftest import ROOT
from service.conftest import connected, wait_until


def counted(client, name: str) -> float:
    """The sum of the figures of /metrics whose line holds `name`."""
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if name in line and not line.startswith("#"))


HELPFUL, UNHELPFUL, CUT_OFF = 'feedback_total{helpful="yes"}', 'feedback_total{helpful="no"}', 'status="499"'


def test_search_lists_the_nearest_passages(client, assistant):
    found = client.post("/v1/search", json={"text": "hotline for tourists", "k": 4}).json()["passages"]
    assert [passage["id"] for passage in found] == [
        passage.id for passage in assistant.search("hotline for tourists", k=4)
    ]


def test_feedback_is_counted_and_nothing_else(client):
    before = counted(client, HELPFUL)
    reply = client.post("/v1/feedback", json={"answer_id": "9f1c", "value": "yes"})
    assert (reply.status_code, reply.content) == (204, b"")
    assert counted(client, HELPFUL) == before + 1


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({}, "invalid_request", "question"),
        ({"question": ""}, "invalid_request", "at least 1 character"),
        ({"question": "   "}, "invalid_question", "empty"),
        ({"question": "x" * 2001}, "invalid_request", "at most 2000"),
        ({"question": "x", "history": ["y"] * 6}, "invalid_request", "at most 5"),
        ({"question": "x", "history": ["y" * 2001]}, "invalid_request", "at most 2000"),
        ({"question": "x", "k": 51}, "invalid_request", "less than or equal to 50"),
        ({"question": "x", "k": "5"}, "invalid_request", "integer"),
        ({"question": "x", "colour": 1}, "invalid_request", "Extra inputs"),
        ({"question": "Which?", "section": "Nowhere"}, "invalid_question", "no section 'Nowhere'"),
        ({"question": "Which \ud800?"}, "invalid_request", "valid string"),
    ],
)
def test_requests_that_cannot_be_answered(client, body, code, words):
    reply = client.post("/v1/ask", content=json.dumps(body), headers={"content-type": "application/json"})
    problem = reply.json()
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status_code, problem["status"], problem["code"]) == (422, 422, code)
    assert words in json.dumps(problem, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 422, "invalid_request"),
        (b"\xff\xfe", 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b"[" * 100_000, 400, "unreadable"),
        (b"1" * 5000, 400, "unreadable"),
    ],
    ids=range(5),
)
def test_what_is_no_json(client, content, status, code):
    reply = client.post("/v1/ask", content=content, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_problem_does_not_repeat_what_was_sent(client):
    reply = client.post("/v1/ask", json={"question": ["zanzibar"], "zanzibar": 1, "k": "zanzibar"})
    assert len(reply.json()["errors"]) == 3
    assert "Input should be a valid string" in reply.text
    assert "zanzibar" not in reply.text


def test_a_form_of_feedback_says_yes_or_no(client):
    before = counted(client, "feedback_total{")
    for data in ({}, {"helpful": "perhaps"}, {"helpful": ["yes", "no"]}):
        assert client.post("/feedback", data=data).status_code == 400
    assert counted(client, "feedback_total{") == before


def test_a_request_that_is_cut_off_is_none(service, client):
    before, cut_off = counted(client, UNHELPFUL), counted(client, CUT_OFF)
    with connected(service) as connection:
        head = b"POST /feedback HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"
        connection.sendall(head + b"helpful=no")
    wait_until(lambda: counted(client, CUT_OFF) > cut_off)
    assert counted(client, UNHELPFUL) == before


def test_an_odd_question_is_answered(client):
    reply = client.post(
        "/v1/ask",
        content='{"question": "Who heads the High Level\\u0000 Working Group?"}',
        headers={"content-type": "application/json"},
    )
    assert reply.status_code == 200
    assert reply.json()["question"] == "Who heads the High Level Working Group?"


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
    problem = client.put("/v1/ask").json()
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
    assert all("src=" in script for script in re.findall("<script[^>]*>", page))
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


LINES = (ROOT / "eval/verify/statements.jsonl").read_text(encoding="utf-8").splitlines()
# One in five of all that are labelled; the checker's own tests read all.
TEXTS = [json.loads(line)["text"] for line in LINES[::5]]


def test_the_reply_is_what_python_returns(client, assistant):
    text = "\n\n".join(TEXTS)
    reply = client.post("/v1/verify", json={"text": text})
    assert reply.status_code == 200
    assert reply.json() == json.loads(json.dumps(assistant.verify(text).to_dict()))
    assert len(VerificationReply.model_validate(reply.json()).statements) >= 50


@pytest.mark.parametrize(
    ("text", "code"), [("x" * 20_001, "invalid_request"), ("# Heading", "invalid_question")]
)
def test_texts_that_cannot_be_checked(client, text, code):
    reply = client.post("/v1/verify", json={"text": text})
    assert (reply.status_code, reply.json()["code"]) == (422, code)


def test_checking_ends_before_the_next_statement_when_nobody_waits(assistant):
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(Abandoned):
        assistant._verifier.verify(
            "There are shelters. There is a law. There are police. There is a plan.", stop=stop
        )
    assert len(asked) == 3
