"""How often one address may ask, by a clock of the test's own, and what a person is told."""

import asyncio
import time

import pytest
from starlette.testclient import TestClient

from a4a_qa.assistant import Assistant
from a4a_qa.service.app import create_app
from a4a_qa.service.problems import too_often
from a4a_qa.service.rate import RateLimit, subscriber
from a4a_qa.settings import Settings


@pytest.fixture(scope="module")
def small(small_index) -> Assistant:
    return Assistant.open(small_index)


def served(assistant: Assistant, **settings) -> TestClient:
    return TestClient(create_app(assistant, Settings(**settings)), client=("127.0.0.1", 50_000))


def forwarded(client, address: str) -> int:
    return client.get("/v1/report", headers={"X-Forwarded-For": address}).status_code


def test_more_requests_than_allowed(small):
    with served(small, rate_limit=5, allowed_origins=("https://a.example",)) as client:
        statuses = [forwarded(client, f"198.51.100.{n}") for n in range(7)]
        assert statuses == [200] * 5 + [429] * 2, "a forwarded address is not believed"
        reply = client.get("/v1/report", headers={"Origin": "https://a.example"})
        assert reply.json()["code"] == "rate_limited"
        assert 1 <= int(reply.headers["retry-after"]) <= 60
        assert reply.headers["access-control-allow-origin"] == "https://a.example"
        assert client.get("/healthz").status_code == 200


def test_questions_from_a_page_count_and_the_refusal_is_a_page(small):
    with served(small, rate_limit=1) as client:
        asked, browser = {"question": "Who?"}, {"accept": "text/html"}
        replies = [client.post("/", data=asked, headers=browser) for _ in range(2)]
        assert [reply.status_code for reply in replies] == [200, 429]
        wait = int(replies[1].headers["retry-after"])
        assert f"Wait {wait} second" in replies[1].text
        assert ">Who?</textarea>" in replies[1].text, "the question is not lost"
        assert "aria-invalid" not in replies[1].text
        opinion = client.post("/feedback", data={"helpful": "yes"}, headers=browser)
        assert (opinion.status_code, "<h1>Too Many Requests</h1>" in opinion.text) == (429, True)
        assert "Wait " in opinion.text
        assert client.get("/report").status_code == 200


def test_addresses_behind_a_trusted_proxy_count_apart(small):
    with served(small, rate_limit=2, trusted_proxies=("127.0.0.1", "10.0.0.0/8")) as client:
        assert [forwarded(client, "198.51.100.1") for _ in range(3)] == [200, 200, 429]
        assert forwarded(client, "198.51.100.2") == 200
        # What a client claims in front of the proxy's own entry is not believed.
        assert forwarded(client, "198.51.100.9, 198.51.100.1, 10.1.1.1") == 429


class Clock:
    """An address of its own that sends requests at a time of its own: when each is let through."""

    def __init__(self, monkeypatch, per_minute: int) -> None:
        self.now = 1_000_000_020.0  # where a minute of the clock begins
        monkeypatch.setattr(time, "time", lambda: self.now)
        self._limit = RateLimit(self._reached, per_minute)

    async def _reached(self, scope, receive, send) -> None:
        if refusal := scope.get("state", {}).get("refusal"):  # which the route of the form would show
            await too_often(refusal)(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(self, path: str, length: int | None = None, *, in_pieces: bool = False) -> int:
        """0 when a request is let through, else what Retry-After says."""
        sent = []

        async def note(message) -> None:
            sent.append(message)

        headers = [] if length is None else [(b"content-length", str(length).encode())]
        headers += [(b"transfer-encoding", b"chunked")] if in_pieces else []
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "headers": headers,
            "client": ("192.0.2.1", 1),
        }
        await self._limit(scope, None, note)
        told = dict(sent[0]["headers"])
        return 0 if sent[0]["status"] == 200 else int(told[b"retry-after"])


@pytest.mark.parametrize(
    ("path", "length", "most"),
    [
        ("/v1/verify", 1, 60),
        ("/v1/verify", 149, 60),
        ("/v1/verify", 150, 30),
        ("/v1/verify", 240_000, 1),
        ("/v1/verify\n", 240_000, 1),
        ("/v1/ask", 120, 60),
        ("/v1/ask", 2_020, 5),
        ("/v1/search", 2_020, 5),
        ("/", 2_020, 5),
        ("/v1/feedback", 2_020, 60),
        ("/v1/ask", None, 60),
    ],
)
def test_a_request_counts_by_its_length(monkeypatch, path, length, most):
    async def scenario() -> None:
        clock = Clock(monkeypatch, 60)
        waits = [await clock.send(path, length) for _ in range(most + 1)]
        assert [wait > 0 for wait in waits] == [False] * most + [True]

    asyncio.run(scenario())


def test_what_comes_in_pieces_counts_as_the_longest_whatever_it_says_of_its_length(monkeypatch):
    async def scenario() -> None:
        clock = Clock(monkeypatch, 60)
        assert await clock.send("/v1/verify", 1, in_pieces=True) == 0
        assert await clock.send("/v1/verify", 1, in_pieces=True) > 0

    asyncio.run(scenario())


@pytest.mark.parametrize("after", [0, 20, 59])
@pytest.mark.parametrize(("sent", "length"), [(60, 1), (60, 240_000), (7, 240_000), (50, 3_000)])
def test_who_waits_as_told_is_let_through_and_not_before(monkeypatch, after, sent, length):
    async def scenario() -> None:
        clock = Clock(monkeypatch, 60)
        clock.now += after
        for _ in range(sent):
            assert await clock.send("/v1/ask") == 0
        wait = await clock.send("/v1/verify", length)
        assert wait > 0
        clock.now += wait - 1.5  # a whole second is told
        assert await clock.send("/v1/verify", length) > 0
        clock.now += 1.5
        assert await clock.send("/v1/verify", length) == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_who_counts_as_one(address, counted):
    assert subscriber(address) == counted
