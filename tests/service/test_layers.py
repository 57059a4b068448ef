"""The layers around the routes: what every reply has, what is refused before a route sees it, and errors."""

import asyncio
import json
import logging
import re

import pytest
from starlette.testclient import TestClient

from a4a_qa.index.contacts import contacts_for
from a4a_qa.service.app import create_app
from a4a_qa.service.help_only import create_help_app
from a4a_qa.service.layers import SECURITY_HEADERS, Guard, Origins, ReadableProblems
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.programs.keys import KeyFile
from a4a_qa.settings import Settings
from conftest import ROOT
from service.conftest import connected, running


async def failing(scope, receive, send):
    raise ValueError("canary")


async def failing_halfway(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError("canary")


def ask(app, metrics: Metrics) -> list[dict]:
    """What a guarded application sends."""
    sent: list[dict] = []

    async def send(message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/canary", "method": "GET", "headers": []}
    asyncio.run(Guard(app, metrics)(scope, None, send))
    return sent


@pytest.mark.parametrize(("app", "status"), [(failing, 500), (failing_halfway, 200)])
def test_an_error_is_noted_by_its_place_and_never_by_its_words(app, status, caplog):
    metrics = Metrics()
    with caplog.at_level(logging.DEBUG):
        sent = ask(app, metrics)
    assert sent[0]["status"] == status
    [record] = [record for record in caplog.records if record.name == "a4a_qa.service"]
    assert "ValueError at" in record.getMessage()
    assert "test_layers.py" in record.getMessage()
    assert record.exc_info is None
    assert "canary" not in caplog.text + str(sent) + metrics.text().decode()
    assert f'endpoint="other",status="{status}"' in metrics.text().decode()


def test_an_internal_problem_can_be_read_by_the_pages_of_a_listed_site():
    sent: list[dict] = []

    async def send(message) -> None:
        sent.append(message)

    headers = [(b"origin", b"https://a.example")]
    scope = {"type": "http", "path": "/v1/ask", "method": "POST", "headers": headers}
    app = Origins(Guard(failing, Metrics()), ["https://a.example"])
    asyncio.run(app(scope, None, send))
    assert sent[0]["status"] == 500
    assert (b"access-control-allow-origin", b"https://a.example") in sent[0]["headers"]


def test_an_internal_problem_has_a_code_and_the_headers():
    start, body = ask(failing, Metrics())
    assert json.loads(body["body"])["code"] == "internal"
    assert {(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()} <= set(
        start["headers"]
    )


@pytest.mark.parametrize(
    "path", ["/", "/help", "/healthz", "/openapi.json", "/v1/report", "/nothing", "/metrics"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_every_reply_has_the_security_headers_and_no_cookie(client, path, method):
    reply = client.request(method, path)
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for name, value in SECURITY_HEADERS.items():
        assert reply.headers[name] == value
    assert not {"set-cookie", "server", "access-control-allow-origin"} & set(reply.headers)


@pytest.mark.parametrize("path", ["/docs", "/report", "/static/base.css"])
def test_what_never_changes_has_the_headers_too_and_may_be_kept(client, path):
    reply = client.get(path)
    assert SECURITY_HEADERS.items() - {("cache-control", "no-store")} <= dict(reply.headers).items()
    assert reply.headers["cache-control"] == "public, no-cache"
    assert client.get(path, headers={"if-none-match": reply.headers["etag"]}).status_code == 304


def test_other_sites_may_load_the_widget(client):
    reply = client.get("/widget/1/ra.js")
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("path", ["/v1/ask", "/help", "/report", "/v1/report", "/embed", "/static/base.css"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_reply_sends_anyone_elsewhere(client, path, method):
    reply = client.request(method, f"{path}/", headers={"host": "evil.example"})
    assert reply.status_code == 404
    assert "location" not in reply.headers


def test_a_page_that_cannot_be_drawn_is_noted_by_its_place_and_sent_as_data(caplog):
    def broken(title: str, detail: str) -> str:
        raise ValueError("canary")

    sent: list[dict] = []

    async def send(message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "method": "GET", "headers": [(b"accept", b"text/html")]}
    asyncio.run(ReadableProblems(Guard(failing, Metrics()), broken)(scope, None, send))
    assert [message.get("status") for message in sent] == [500, None]
    assert json.loads(sent[1]["body"])["code"] == "internal"
    assert "ValueError at" in caplog.text
    assert "canary" not in caplog.text + str(sent)


def test_the_layers_stand_as_they_are_documented(assistant, tmp_path):
    keys = KeyFile(tmp_path / "keys.jsonl")
    keys.add("lab")
    app = create_app(assistant, Settings(trusted_proxies=("127.0.0.1",), api_keys=keys.path))
    layers = [layer.cls.__name__ for layer in app.user_middleware if "Proxy" not in layer.cls.__name__]
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    [told] = re.findall(r"puts layers around the routes(.*?)Routes check", page, re.DOTALL)
    names = re.findall(r"`(\w+)`", told)
    assert len(names) == len(layers)
    assert all(layer.lower().startswith(name.lower()) for name, layer in zip(names, layers, strict=True))


def test_what_a_layer_refuses_counts_for_the_endpoint_that_was_meant(assistant):
    with TestClient(create_app(assistant, Settings(rate_limit=1))) as client:
        for _ in range(2):
            client.post("/v1/ask", content=b"x" * 300_000)
        client.get("/v1/endnotes/86")
        client.get("/canary")
        figures = client.get("/metrics").text
    for endpoint, status in (
        ("/v1/ask", 413),
        ("/v1/ask", 429),
        ("/v1/endnotes/{number}", 429),
        ("other", 404),
    ):
        assert f'a4a_qa_requests_total{{endpoint="{endpoint}",status="{status}"}} 1.0' in figures


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ("*", 304),
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"x" , {tag}', 304),
        ('"x"', 200),
        ("", 200),
        ('"*"', 200),
    ],
)
def test_a_copy_is_current_by_its_tag_weak_or_strong(client, named, status):
    tag = client.get("/report").headers["etag"].removeprefix("W/")
    assert client.get("/report", headers={"if-none-match": named.format(tag=tag)}).status_code == status


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://a.example", True),
        ("https://b.example:8443", True),
        ("https://b.example", False),
        ("http://a.example", False),
        ("https://a.example.evil.example", False),
        ("null", False),
    ],
)
def test_only_listed_origins_may_ask(origin, allowed):
    settings = Settings(allowed_origins=("https://a.example", "https://b.example:8443"))
    client = TestClient(create_help_app(contacts_for(None), settings))
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = client.options("/v1/ask", headers={"Origin": origin, **asks})
    simple = client.get("/healthz", headers={"Origin": origin})
    asked = client.get("/v1/nothing", headers={"Origin": origin})
    assert preflight.status_code == (204 if allowed else 403)
    for reply in (preflight, asked):
        assert (reply.headers.get("access-control-allow-origin") == origin) == allowed
        assert "Origin" in reply.headers["vary"]
        assert SECURITY_HEADERS.items() <= dict(reply.headers).items()
        shown = [name for name in reply.headers if name.startswith("access-control-")]
        assert bool(shown) == allowed
        assert "access-control-allow-credentials" not in shown
    assert "access-control-allow-origin" not in simple.headers, "only what is asked may be shared"


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/verify", "/v1/feedback"])
@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_page_may_send_without_being_allowed_to_is_not_taken(client, path, kind):
    bodies = {"/v1/ask": {"question": "Who?"}, "/v1/feedback": {"answer_id": "1", "value": "yes"}}
    body = json.dumps(bodies.get(path, {"text": "Who?"}))
    headers = {"origin": "https://evil.example"} | ({"content-type": kind} if kind else {})
    reply = client.post(path, content=body, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


def test_too_long_a_request(client):
    reply = client.post("/v1/ask", content=b"x" * 300_000, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


def test_too_slow_a_request(small_index, tmp_path):
    with running(small_index, tmp_path, timeout=0.5) as service, connected(service) as connection:
        connection.sendall(b"POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{")
        reply = b"".join(iter(lambda: connection.recv(1000), b""))  # until the service closes
    assert reply.startswith(b"HTTP/1.1 408")
    assert b"\r\nconnection: close\r\n" in reply.lower()
    assert b'"code":"slow_request"' in reply


def test_no_page_holds_what_hides_words_or_turns_them_round(client):
    page = client.post(
        "/", data={"question": "Who ‘re\u202eports\u2066’?\x9b"}, headers={"accept": "text/html"}
    ).text
    assert "Who ‘reports’?" in page
    assert not {"\u202e", "\u2066", "\x9b"} & set(page)
