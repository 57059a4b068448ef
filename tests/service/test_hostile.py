"""What strangers may send to one report and to a library: odd bodies, odd paths, markup wherever words go.

Nothing of it is an error of the service, leads to a file of the machine, or becomes an element of a page.
"""

import html
import json
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest
from starlette.testclient import TestClient

from a4a_qa.assistant import Assistant
from a4a_qa.index.build import build_index
from a4a_qa.library import Library
from a4a_qa.service.app import create_app
from a4a_qa.service.library.library_app import create_library_app
from a4a_qa.settings import Settings
from conftest import SMALL_REPORT
from service.conftest import running

SETTINGS = Settings(mcp=True, chat=True, rate_limit=0)
# Ends whatever element it may stand in, then begins one of its own.
MARKUP = """</script></textarea></title>"'><xss-canary onxss=1 """
REPORT = "marked-2020"
BROWSER = {"accept": "text/html"}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """A library of one report, whose own words hold markup."""
    home = tmp_path_factory.mktemp("marked")
    written = html.escape(MARKUP, quote=False)  # which the parser takes for the words
    text = SMALL_REPORT
    for words in (
        "PROTECTION",
        "Protection",
        "shelters in",
        "Law on Schools",
        "Ministry of Health, Shelters",
    ):
        assert words in text
        text = text.replace(words, f"{words} {written}")
    (home / REPORT).mkdir()
    (home / REPORT / "report.md").write_text(text, encoding="utf-8")
    about = dict.fromkeys(("title", "publisher", "country", "edition", "rights"), f"Us {MARKUP}")
    about |= {"id": REPORT, "year": 2020, "examples": [f"How many shelters {MARKUP} are there?"]}
    lines = [f"{key} = {json.dumps(value)}" for key, value in about.items()]
    (home / REPORT / "report.toml").write_text("\n".join(lines), encoding="utf-8")
    build_index(home / REPORT, home / "library" / REPORT)
    return home / "library"


def single(folder):
    return create_app(Assistant.open(folder / REPORT), SETTINGS)


def library(folder):
    return create_library_app(Library.open(folder), SETTINGS)


@pytest.fixture(scope="module", params=[single, library], ids=lambda make: make.__name__)
def client(request, marked):
    with TestClient(request.param(marked), base_url="http://localhost") as opened:
        yield opened


JSON = "application/json"
# Where each endpoint takes words; a library has only the first three.
FIELDS = {
    "/v1/ask": "question",
    "/v1/search": "text",
    "/v1/feedback": "answer_id",
    "/v1/verify": "text",
    "/v1/chat/completions": "messages",
    "/v1/responses": "input",
    "/mcp": "method",
}
BODIES = {
    "nothing": b"",
    "half": b"{",
    "half a word": b"nul",
    "half a string": b'{"FIELD": "x',
    "a list": b"[]",
    "a batch": b'[{"FIELD": "x"}]',
    "a number": b"0",
    "null": b"null",
    "a string": b'"x"',
    "an object of nothing": b"{}",
    "bytes": bytes(range(256)),
    "UTF-16": '{"FIELD": "x"}'.encode("utf-16"),
    "Latin-1": '{"FIELD": "é"}'.encode("latin-1"),
    "zipped": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "a surrogate": b'{"FIELD": "\\ud800"}',
    "a surrogate in bytes": b'{"FIELD": "\xed\xa0\x80"}',
    "a NUL": b'{"FIELD": "a\x00b"}',
    "a line feed": b'{"FIELD": "a\nb"}',
    "a NUL for a name": b'{"FIELD\\u0000": "x"}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"FIELD":' * 20_000 + b"1" + b"}" * 20_000,
    "a deep value": b'{"FIELD": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a long number": b'{"FIELD": ' + b"9" * 100_000 + b"}",
    "a great number": b'{"FIELD": 1e999}',
    "no number": b'{"FIELD": NaN}',
    "less than no number": b'{"FIELD": -Infinity}',
    "a truth": b'{"FIELD": true}',
    "an object": b'{"FIELD": {"FIELD": {"$ref": "#"}}}',
    "twice": b'{"FIELD": "x", "FIELD": 1}',
    "a name of Python": b'{"FIELD": "x", "__class__": {"__init__": 1}}',
    "many names": b'{"FIELD": 1, ' + b", ".join(b'"%d": 1' % n for n in range(10_000)) + b"}",
    "a long name": b'{"FIELD": 1, "' + b"x" * 200_000 + b'": 1}',
    "too much": b'{"FIELD": "' + b"x" * 300_000 + b'"}',
}
# Chats send more than is known here, and some cut their text within a character.
TAKEN_BY_CHATS = ("a surrogate", "a surrogate in bytes", "a name of Python")
TYPES = (
    "",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    'multipart/form-data; boundary="\x7f"',
    "application/json; charset=utf-7",
    "application/json, text/html",
    "json",
)


def check_refusals(client, body: bytes, kind: str, *, is_taken_by_chats: bool = False) -> None:
    """Every endpoint refuses a body, and says so in its own form."""
    headers = {"accept": JSON} | ({"content-type": kind} if kind else {})
    fields = list(FIELDS.items())[: 3 if client.get("/reports").status_code == 200 else None]
    for path, field in fields:
        reply = client.post(path, content=body.replace(b"FIELD", field.encode()), headers=headers)
        if reply.status_code == 200 and is_taken_by_chats and path == "/v1/responses":
            continue
        assert 400 <= reply.status_code < 500, (path, reply.text[:300])
        assert reply.status_code != 404, path
        told = reply.json()
        if "error" in told:  # as OpenAI's API and the Model Context Protocol have it
            assert told["error"]["message"], path
            assert path in ("/mcp", "/v1/chat/completions", "/v1/responses")
        else:
            assert reply.headers["content-type"] == "application/problem+json", path
            assert (told["status"], bool(told["detail"])) == (reply.status_code, True), path


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_means_nothing_is_refused(client, name):
    check_refusals(client, BODIES[name], JSON, is_taken_by_chats=name in TAKEN_BY_CHATS)


@pytest.mark.parametrize("kind", TYPES)
def test_a_body_of_another_kind_is_refused(client, kind):
    check_refusals(client, b"{}", kind)


# What follows an address that there is, and what stands in place of a name in it.
ENDINGS = (
    *(
        "/",
        "//",
        "/.",
        "/..",
        "/../",
        "/./x",
        "%2f",
        "%2F..",
        "%5c",
        "\\",
        "%00",
        "%0a",
        "%0d%0aX:%20y",
        "%09",
    ),
    *(
        "%ff",
        "%c0%ae",
        "%ed%a0%80",
        "%E2%80%AE",
        "%F0%9F%92%A9",
        "%",
        "%zz",
        "%2",
        ";a=b",
        ":",
        "~",
        "*",
        "|",
    ),
    *("?", "??", "?%00", "?a[]=1", "?format=%00", "?format=../x", "?lang=%ff", "?" + "a=1&" * 1_000),
    *("/../../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", ".html", "a" * 3_000),
)
NAMES = (
    *("..%2f" * depth + "etc%2fpasswd" for depth in (1, 4, 8, 16)),
    *("../" * depth + "etc/passwd" for depth in (1, 8, 16)),
    *("..%2fsite.py", "..%2f..%2fapp.py", "..%2f..%2f..%2fsettings.py", "..%2ftemplates%2fbase.html"),
    *(
        "%252e%252e%252fsite.py",
        "....%2f%2fsite.py",
        "..%5csite.py",
        "..;%2fsite.py",
        "%c0%ae%c0%ae%c0%afsite.py",
    ),
    *("%2fetc%2fpasswd", "file:%2f%2f%2fetc%2fpasswd", "%00", "base.css%00", "base.css%2f..%2f..%2fsite.py"),
    *(
        "manifest.json",
        "report.json",
        ".",
        "..",
        "-1",
        "0",
        "1e9",
        "%C2%B2",
        "9" * 400,
        "x" * 5_000,
        "%ff",
        "{id}",
    ),
)
ROUTES = (
    *(
        "/",
        "/report",
        "/sources",
        "/feedback",
        "/help",
        "/accessibility",
        "/embed",
        "/demo",
        "/llms.txt",
        "/docs",
    ),
    *(
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/reports",
        "/mcp",
        "/v1/chat/completions",
        "/v1/models",
    ),
    *("/v1/ask", "/v1/search", "/v1/verify", "/v1/feedback", "/v1/report", "/v1/sections", "/v1/sources"),
    *("/v1/reports", "/v1/responses", "/v1/endnotes", "/static/base.css", "/widget/1/ra.js"),
)
NAMED = (
    *("/static/{}", "/widget/{}/ra.js", "/widget/1/{}", "/v1/passages/{}", "/v1/endnotes/{}", "/reports/{}"),
    *(
        "/reports/{}/",
        f"/reports/{REPORT}/{{}}",
        f"/reports/{REPORT}/static/{{}}",
        f"/reports/{REPORT}/v1/{{}}",
    ),
)
PATHS = [route + ending for route in ROUTES for ending in ENDINGS]
PATHS += [route.replace("{}", name) for route in NAMED for name in NAMES]
# What is in files of this machine, of the package and of an index.
OUTSIDE = (b"root:x:", b"from __future__", b'"package":', b"{% ")


@pytest.mark.parametrize("folder", ["", REPORT], ids=["library", "single"])
def test_no_path_is_an_error_of_the_service_or_leads_to_a_file(marked, tmp_path, folder):
    with running(marked / folder, tmp_path, mcp="true", chat="true", rate_limit=0) as service:
        connection = HTTPConnection(urlsplit(service.url).netloc, timeout=20)
        for path in PATHS:
            connection.putrequest("GET", path)  # which leaves it as it is
            connection.endheaders()
            reply = connection.getresponse()
            body = reply.read()
            assert reply.status < 500, path
            assert not any(words in body for words in OUTSIDE), path
            assert (reply.getheader("location") or "/reports/").startswith("/reports/"), path
            assert reply.status != 400 or b'"code":"unreadable"' in body, path
        connection.close()
    assert service.output().count("\n") == 1, "nothing but the address is written"


class Elements(HTMLParser):
    """The names of a page's elements and attributes, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.names |= {tag, *(name for name, _ in attrs)}
        self.links |= {
            value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")
        }


def pages(client):
    """Every page, and those that show what was asked: each with what was sent for it."""
    words, escaped = MARKUP, quote(MARKUP, safe="")
    alone = ["/", "/report", "/sources", "/help", "/accessibility", "/embed", "/demo", "/docs"]
    more = ["/v1/passages", "/v1/endnotes", "/static", "/nothing"]
    found = ["/reports", *(below + path for below in ("", f"/reports/{REPORT}") for path in (*alone, *more))]
    for path in found:
        for sent in (
            path,
            f"{path}/{escaped}",
            f"{path}?{escaped}",
            f"{path}?lang={escaped}&format={escaped}",
        ):
            yield sent, client.get(sent, headers=BROWSER)
    asked = {"question": "How many shelters are there?"}
    boxes = ("section", "country", "report", "since", "as_named", "about_report")
    forms = [
        asked,
        {"question": words},
        {"question": f"What is {words}?"},
        asked | {"history": words, "within": words},
        *(asked | {name: words} for name in boxes),
        {"question": "My uncle touches me." + words, "history": words},
        {"question": "Where can I buy a girl?" + words},
        {"example": words},
        {"question": words * 40},
    ]
    for path in ("/", f"/reports/{REPORT}/"):
        for form in forms:
            yield f"{path} {form}", client.post(path, data=form, headers=BROWSER)


def test_markup_is_shown_as_words_on_every_page(client):
    seen, showing = 0, 0
    for sent, reply in pages(client):
        assert reply.status_code < 500, sent
        if not reply.headers.get("content-type", "").startswith("text/html"):
            continue
        elements = Elements(reply.text)
        assert not {"xss-canary", "onxss"} & elements.names, sent
        assert not any(link.lower().startswith(("javascript:", "data:text")) for link in elements.links), sent
        assert "<xss-canary" not in reply.text, sent
        seen += 1
        showing += "&lt;xss-canary" in reply.text
    assert (seen >= 52, showing >= 10) == (True, True), "the words came as far as the pages"
