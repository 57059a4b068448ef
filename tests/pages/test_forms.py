"""What the pages do with forms that no browser of theirs sends, and errors as pages."""

import pytest

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


def test_a_wrong_method_is_a_page_too(client):
    assert "<h1>Method Not Allowed</h1>" in client.put("/", headers=BROWSER).text


def test_too_much_is_a_page_too(client):
    reply = client.post("/", content="x" * 300_000, headers=BROWSER)
    assert (reply.status_code, "<h1>" in reply.text) == (413, True)


def test_no_page_has_anything_inline(client):
    for path in ("/", "/report", "/sources", "/accessibility"):
        page = client.get(path).text
        assert ' style="' not in page
        assert "<style" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/')
