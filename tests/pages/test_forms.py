"""What the pages do with forms that no browser of theirs sends, and errors as pages."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from a4a_qa.service.pages.site import Form
from pages.conftest import ANSWERED
from pages.drawn import drawn, site_of

CANARY = "xylocarpuszebrafinch"
BROWSER = {"accept": "text/html,*/*;q=0.8"}


def test_typed_words_are_shown_as_words(client):
    typed = '<img src=x onerror="alert(1)">"\'&'
    page = client.post("/", data={"question": typed, "history": typed, "section": typed}).text
    assert "<img" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("question=", 422),
        ("question=%FF%ED%A0%80%00", 200),
        ("question=Who?&section=Nowhere", 422),
        ("question=Who?&section=" + "x" * 501, 422),
        ("question=Who?&history=" + "x" * 2001, 422),
        ("question=" + "x" * 2001, 422),
        ("question=Who?&history=a&within=Nowhere", 422),
        ("question=Who?&history=a&within=" + "x" * 501, 422),
        ("question=Who?&history=&within=", 200),
        ("&".join(["question=a"] * 100), 400),
        ("{}", 422),
        ("question=Who?&unknown=1", 200),
    ],
)
def test_hostile_forms(client, body, status):
    reply = client.post(
        "/", content=body, headers={"content-type": "application/x-www-form-urlencoded"} | BROWSER
    )
    assert reply.status_code == status
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/nothing", f"/{CANARY}", "/static/..%2Fsite.py", "/v1/passages/none"])
def test_a_problem_is_a_page_for_a_browser_and_json_for_a_program(client, path):
    page = client.get(path, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Leave this page" in page.text
    assert CANARY not in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert client.get(path).json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "{own}"}, 403),
        ({"origin": "null"}, 200),
        ({"origin": "{own}"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "{own}.evil.example"}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": ""}, 403),
    ],
)
@pytest.mark.parametrize(("path", "fields"), [("/", {"question": "Who?"}), ("/feedback", {"helpful": "no"})])
def test_only_the_pages_own_forms_are_read(client, path, fields, headers, status):
    own = str(client.base_url).rstrip("/")
    headers = {name: value.format(own=own) for name, value in headers.items()}
    counted = client.get("/metrics").text.count("a4a_qa_feedback_total")
    reply = client.post(path, data=fields, headers=headers)
    assert reply.status_code == status
    if status == 403:
        assert reply.json()["code"] == "forbidden"
        assert client.get("/metrics").text.count("a4a_qa_feedback_total") == counted


def test_nothing_that_is_typed_is_sent_to_a_checker_of_spelling(client):
    for path in ("/", "/sources"):
        for box in re.findall(r"<(?:textarea|input)[^>]*>", client.get(path).text):
            assert 'spellcheck="false"' in box or 'type="hidden"' in box
            assert 'writingsuggestions="false"' in box or 'type="hidden"' in box


def test_what_was_typed_is_invalid_only_when_it_cannot_be_asked(assistant):
    site = site_of(assistant)
    assert "aria-invalid" not in site.ask(Form("Who?", problem="Many questions are waiting."))
    assert "aria-invalid" in site.ask(Form("", problem="Please type a question.", is_invalid=True))


@pytest.mark.parametrize(
    ("accepted", "is_zipped"),
    [
        ("gzip", True),
        ("br, GZIP ; q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.00, br", False),
        ("gzip;q=0.05", True),
        # What some read in a time that grows with its square.
        (f"gzip;q=0.{'1' * 30_000}x", False),
        ("identity", False),
        ("", False),
    ],
)
def test_a_page_is_compressed_for_who_takes_it(client, accepted, is_zipped):
    reply = client.get("/report", headers={"accept-encoding": accepted})
    assert (reply.headers.get("content-encoding") == "gzip") == is_zipped


def test_the_api_reference_shows_words_as_words(assistant):
    schema = {
        "info": {"title": "<b>", "version": "<i>"},
        "paths": {"/<x>": {"get": {"responses": {"200": {"description": "<u>"}}}}},
        "components": {"schemas": {"<m>": {"properties": {"<f>": {"enum": ["<e>"]}}}}},
    }
    page = site_of(assistant).endpoints(schema).body.decode()
    for word in ("<b>", "<i>", "<x>", "<u>", "<m>", "<f>", "<e>"):
        assert word not in page
        assert f"&lt;{word[1:-1]}&gt;" in page


def test_a_wrong_method_is_a_page_too(client):
    reply = client.put("/", headers=BROWSER)
    assert "<h1>Method Not Allowed</h1>" in reply.text
    assert "This endpoint takes GET, POST." in reply.text
    assert reply.headers["allow"] == "GET, POST"


def test_too_much_is_a_page_too(client):
    reply = client.post("/", content="x" * 300_000, headers=BROWSER)
    assert (reply.status_code, "<h1>" in reply.text) == (413, True)


def test_no_page_has_anything_inline(client):
    for path in ("/", "/report", "/sources", "/accessibility"):
        page = client.get(path).text
        assert ' style="' not in page
        assert "<style" not in page
        data = page.count('<script type="application/ld+json">')  # which nothing runs
        assert page.count("<script") == page.count('<script type="module" src="/static/') + data


@pytest.mark.parametrize(
    ("confidence", "status", "words"),
    [
        (0.93, "answered", "Confidence: high. About 9 of 10 answers like this cite the right sentences."),
        (
            0.61,
            "answered",
            "Confidence: fair. About 6 of 10 answers like this cite the right sentences. Read the",
        ),
        (0.93, "partial", "Confidence: fair. Read the passage before you rely on it."),
        (0.61, "partial", "Confidence: fair. Read the passage before you rely on it."),
        (0.31, "partial", "Confidence: low. Read the passage before you rely on it."),
    ],
)
def test_word_and_number_of_the_confidence_agree(assistant, confidence, status, words):
    answer = replace(assistant.ask(ANSWERED), confidence=confidence, status=status)
    assert words in drawn(assistant, answer.to_dict())


def test_an_address_that_leads_nowhere_is_told_to_people_in_their_words(client):
    page = client.get("/nowhere", headers=BROWSER)
    assert (page.status_code, "There is no page at this address." in page.text) == (404, True)
    assert "endpoint" not in page.text
    assert "no such endpoint" in client.get("/nowhere").text


def test_what_is_asked_twice_in_a_row_is_carried_along_once(client):
    asked = ["How many provinces were there?", "Who heads the HLWG?"]
    for question, carried in ((asked[1], asked), (asked[0], [*asked, asked[0]])):
        page = client.post("/", data={"question": question, "history": asked}).text
        assert re.findall(r'name="history" value="([^"]*)"', page) == carried


def test_it_is_not_asked_whether_the_report_says_who_somebody_is(client):
    asked = {"question": "What is the name of the girl who was held in the brothel?"}
    page = client.post("/", data=asked).text
    assert "I do not identify private people." in page
    assert 'action="/feedback"' not in page
    assert 'action="/feedback"' in client.post("/", data={"question": "What is the capital of France?"}).text


def test_each_sample_request_of_the_api_reference_is_answered(open_page, client):
    page = open_page("/docs", permissions=["clipboard-read", "clipboard-write"])
    requests = page.locator(".request")
    assert requests.count() == sum(
        len(methods) for methods in client.get("/openapi.json").json()["paths"].values()
    )
    for request in requests.all():
        request.get_by_role("button", name="Send").click()
        expect(request.locator(".reply p")).to_have_text(re.compile(r"^20\d in \d+ ms"))
        expect(request.locator("pre").first).to_contain_text(page.url.removesuffix("/docs"))
