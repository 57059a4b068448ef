import asyncio
import json
import logging

import pytest

from a4a_qa.service.guard import HEADERS, Guard
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.origins import Origins


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
    assert "test_guard.py" in record.getMessage()
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
    assert {(name.encode(), value.encode()) for name, value in HEADERS.items()} <= set(start["headers"])


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/openapi.json", "/v1/report", "/nothing", "/metrics"])
def test_every_reply_has_the_security_headers_and_no_cookie(client, path):
    reply = client.get(path)
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for name, value in HEADERS.items():
        assert reply.headers[name] == value
    assert not {"set-cookie", "server", "access-control-allow-origin"} & set(reply.headers)
