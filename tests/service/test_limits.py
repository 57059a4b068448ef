"""What the service refuses: too much, too often, too slow, from elsewhere."""

import asyncio
import socket
import threading
import time

import pytest

from a4a_qa.service.layers import SECURITY_HEADERS
from a4a_qa.service.rate import CHECKING, RateLimit, subscriber
from service.conftest import running, wait_until
from service.gated import BEGUN, GATE, GATED


@pytest.fixture(scope="module")
def limited(small_index, tmp_path_factory):
    settings = {"rate_limit": 5, "allowed_origins": "https://a.example,https://b.example:8443"}
    with running(small_index, tmp_path_factory.mktemp("limited"), **settings) as service:
        yield service


def forwarded(client, address: str) -> int:
    return client.get("/v1/report", headers={"X-Forwarded-For": address}).status_code


def test_more_requests_than_allowed(limited):
    with limited.client() as client:
        statuses = [forwarded(client, f"198.51.100.{n}") for n in range(7)]
        assert statuses == [200] * 5 + [429] * 2, "a forwarded address is not believed"
        reply = client.get("/v1/report", headers={"Origin": "https://a.example"})
        assert reply.json()["code"] == "rate_limited"
        assert 1 <= int(reply.headers["retry-after"]) <= 60
        assert reply.headers["access-control-allow-origin"] == "https://a.example"
        assert client.get("/healthz").status_code == 200


def test_questions_from_a_page_count_and_the_refusal_is_a_page(small_index, tmp_path):
    with running(small_index, tmp_path, rate_limit=1) as service, service.client() as client:
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


def test_addresses_behind_a_trusted_proxy_count_apart(small_index, tmp_path):
    settings = {"rate_limit": 2, "trusted_proxies": "127.0.0.1,10.0.0.0/8"}
    with running(small_index, tmp_path, **settings) as service, service.client() as client:
        assert [forwarded(client, "198.51.100.1") for _ in range(3)] == [200, 200, 429]
        assert forwarded(client, "198.51.100.2") == 200
        # What a client claims in front of the proxy's own entry is not believed.
        assert forwarded(client, "198.51.100.9, 198.51.100.1, 10.1.1.1") == 429
        assert client.post("/v1/verify", json={"text": "x"}).status_code == 200, "dear, but possible"


class Clock:
    """An address of its own that sends requests at a time of its own: when each is let through."""

    def __init__(self, monkeypatch, per_minute: int) -> None:
        self.now = 1_000_000_020.0  # where a minute of the clock begins
        monkeypatch.setattr(time, "time", lambda: self.now)
        self._limit = RateLimit(self._reached, per_minute)

    async def _reached(self, scope, receive, send) -> None:
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
    ("length", "most"),
    [(1, 30), (150, 30), (151, 20), (8_850, 1), (240_000, 1), (None, 1)],
)
def test_a_text_counts_by_its_length(monkeypatch, length, most):
    async def scenario() -> None:
        clock = Clock(monkeypatch, 60)
        for _ in range(most):
            assert await clock.send(CHECKING, length) == 0
        assert await clock.send(CHECKING, length) > 0

    asyncio.run(scenario())


def test_a_text_that_comes_in_pieces_counts_as_the_longest_whatever_it_says_of_its_length(monkeypatch):
    async def scenario() -> None:
        clock = Clock(monkeypatch, 60)
        assert await clock.send(CHECKING, 1, in_pieces=True) == 0
        assert await clock.send(CHECKING, 1, in_pieces=True) > 0

    asyncio.run(scenario())


@pytest.mark.parametrize("after", [0, 20, 59])
@pytest.mark.parametrize(("sent", "length"), [(60, 1), (60, 240_000), (7, 240_000), (50, 3_000)])
def test_who_waits_as_told_is_let_through_and_not_before(monkeypatch, after, sent, length):
    async def scenario() -> None:
        clock = Clock(monkeypatch, 60)
        clock.now += after
        for _ in range(sent):
            assert await clock.send("/v1/ask") == 0
        wait = await clock.send(CHECKING, length)
        assert wait > 0
        clock.now += wait - 1.5  # a whole second is told
        assert await clock.send(CHECKING, length) > 0
        clock.now += 1.5
        assert await clock.send(CHECKING, length) == 0

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
def test_only_listed_origins_may_ask(limited, origin, allowed):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    with limited.client() as client:
        reply = client.options("/v1/ask", headers=headers)
        simple = client.get("/healthz", headers={"Origin": origin})
        asked = client.get("/v1/nothing", headers={"Origin": origin})
    assert (reply.headers.get("access-control-allow-origin") == origin) == allowed
    assert reply.status_code == (204 if allowed else 403)
    assert (asked.headers.get("access-control-allow-origin") == origin) == allowed
    for one in (reply, asked):
        assert "Origin" in one.headers["vary"]
        assert SECURITY_HEADERS.items() <= dict(one.headers).items()
        shown = [name for name in one.headers if name.startswith("access-control-")]
        assert bool(shown) == allowed
        assert "access-control-allow-credentials" not in shown
    assert "access-control-allow-origin" not in simple.headers, "only what is asked may be shared"


def test_too_long_a_request(client):
    reply = client.post("/v1/ask", content=b"x" * 300_000, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


@pytest.fixture(scope="module")
def impatient(small_index, tmp_path_factory):
    settings = {"rate_limit": 0, "timeout": 0.5, "threads": 1, "queue": 0, "program": GATED}
    with running(small_index, tmp_path_factory.mktemp("impatient"), **settings) as service:
        yield service


def test_too_slow_a_request(impatient):
    host, port = impatient.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{")
        reply = b"".join(iter(lambda: connection.recv(1000), b""))  # until the service closes
    assert reply.startswith(b"HTTP/1.1 408")
    assert b"\r\nconnection: close\r\n" in reply.lower()
    assert b'"code":"slow_request"' in reply


def test_too_slow_an_answer_and_a_full_queue(impatient):
    replies = []

    def search() -> None:
        with impatient.client() as client:
            replies.append(client.post("/v1/search", json={"text": "shelters"}))

    thread = threading.Thread(target=search)
    thread.start()
    wait_until((impatient.folder / BEGUN).exists)
    with impatient.client() as client:
        refused = client.post("/v1/ask", json={"question": "Who runs the shelters?"})
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["retry-after"] == "1"
        page = client.post("/", data={"question": "Who runs the shelters?"})
        assert (page.status_code, ">Who runs the shelters?</textarea>" in page.text) == (503, True)
        assert client.get("/healthz").status_code == 200, "the service stays alive meanwhile"
    thread.join(30)
    (impatient.folder / GATE).touch()
    assert (replies[0].status_code, replies[0].json()["code"]) == (504, "timeout")


def test_a_text_that_is_checked_keeps_no_question_waiting(small_index, tmp_path):
    text, replies = {"text": "There are 12 shelters in the north."}, []
    with running(
        small_index, tmp_path, rate_limit=0, threads=1, queue=0, timeout=60, program=GATED
    ) as service:

        def check() -> None:
            with service.client() as client:
                replies.append(client.post("/v1/verify", json=text))

        threads = [threading.Thread(target=check) for _ in range(4)]  # one is checked, two wait
        for thread in threads:
            thread.start()
        wait_until(lambda: bool(replies))
        [refused] = replies
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["retry-after"] == "1"
        with service.client() as client:
            assert client.post("/v1/ask", json={"question": "Who runs the shelters?"}).status_code == 200
        (tmp_path / GATE).touch()
        for thread in threads:
            thread.join(60)
    assert [reply.status_code for reply in replies] == [503, 200, 200, 200]
