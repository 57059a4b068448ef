"""Over real sockets: connections that wait in silence or for a body, requests that are not HTTP, and the last
reply."""

import json
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack, suppress

import pytest

from a4a_qa.service.layers import SECURITY_HEADERS
from service.conftest import connected, running, wait_until
from service.gated import BEGUN, GATE, GATED

# A service with the limits of connections set low enough to test: so many, and so many seconds for a head.
MOST, HEAD_SECONDS = 20, 1.0
LIMITED = ("-c", f"""\
from a4a_qa.cli.main import main
from a4a_qa.service import connection, server
server._MOST_CONNECTIONS, connection._HEAD_SECONDS = {MOST}, {HEAD_SECONDS}
main()
""")  # fmt: skip
HEALTH = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
SLOW_BODY = b"POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"
# A service that holds three connections from an address, but any number from a proxy.
PER_ADDRESS, PROXY = 3, "127.0.0.9"
any_address = pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.1 is the only address here")


@pytest.fixture(scope="module")
def limited(small_index, tmp_path_factory):
    with running(small_index, tmp_path_factory.mktemp("limited"), program=LIMITED, rate_limit=0) as service:
        yield service


@pytest.fixture(scope="module")
def capped(small_index, tmp_path_factory):
    settings = {"connection_limit": PER_ADDRESS, "trusted_proxies": PROXY, "rate_limit": 1}
    with running(small_index, tmp_path_factory.mktemp("capped"), program=LIMITED, **settings) as service:
        yield service


def read(connection: socket.socket) -> bytes:
    """The next reply, or nothing when the connection has been closed."""
    try:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := connection.recv(1)):
                return b""
            head += more
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        return head + connection.recv(int(length.split(b":")[1]), socket.MSG_WAITALL)
    except ConnectionError:
        return b""


def is_open(connection: socket.socket) -> bool:
    """Whether a connection on which no reply is due has not been closed."""
    connection.settimeout(0.02)
    try:
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


@any_address
@pytest.mark.parametrize("addresses", [1, 40])
@pytest.mark.parametrize(
    "sent",
    [
        b"GET /healthz HTTP/1.1\r\nhost:",
        b"GET /report HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nx",
        SLOW_BODY,
    ],
    ids=["head", "body of GET", "body of POST"],
)
def test_whoever_asks_is_served_however_many_connections_are_held(limited, sent, addresses):
    with ExitStack() as stack:
        for number in range(2 * MOST):
            held = stack.enter_context(connected(limited, f"127.0.1.{number % addresses + 1}"))
            held.sendall(sent)
            is_open(held)  # which takes as long as the service needs to read what was sent
            with connected(limited) as asking:
                asking.sendall(HEALTH)
                assert read(asking).startswith(b"HTTP/1.1 200")
    assert limited.output().count("\n") == 1, "nothing but the address is written"


@any_address
def test_an_address_holds_a_few_connections_and_a_proxy_any_number(capped):
    with ExitStack() as stack:

        def held_by(address: str) -> list[bool]:
            held = [stack.enter_context(connected(capped, address)) for _ in range(2 * PER_ADDRESS)]
            with connected(capped) as asking:  # once it is answered, those before it have been taken
                asking.sendall(HEALTH)
                assert read(asking).startswith(b"HTTP/1.1 200")
            return list(map(is_open, held))

        assert held_by("127.0.0.2") == [False] * PER_ADDRESS + [True] * PER_ADDRESS, "the newest stay"
        assert held_by("127.0.0.3") == [False] * PER_ADDRESS + [True] * PER_ADDRESS
        assert held_by(PROXY) == [True] * 2 * PER_ADDRESS


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize("length", [b"content-length: 100", b"transfer-encoding: chunked"])
def test_a_body_that_nothing_reads_is_refused_at_once(limited, method, length):
    asks = b"origin: https://a.example\r\naccess-control-request-method: POST\r\n"
    with connected(limited) as connection:
        started = time.monotonic()
        connection.sendall(
            method.encode() + b" /v1/ask HTTP/1.1\r\nhost: x\r\n" + asks + length + b"\r\n\r\n1"
        )
        reply = b"".join(iter(lambda: connection.recv(1000), b""))  # until the service closes
    assert time.monotonic() - started < HEAD_SECONDS / 2
    assert reply.startswith(b"HTTP/1.1 400")
    assert b"\r\nconnection: close\r\n" in reply.lower()
    assert (b'"code":"unreadable"' in reply) == (method != "HEAD")


@pytest.mark.parametrize("served", ["limited", "capped"])
def test_a_body_with_two_lengths_is_refused(request, served):
    head = b"POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\ntransfer-encoding: chunked\r\n\r\n"
    with connected(request.getfixturevalue(served)) as connection:
        connection.sendall(head + b"0\r\n\r\nG")
        reply = b"".join(iter(lambda: connection.recv(1000), b""))  # until the service closes
    assert reply.startswith(b"HTTP/1.1 400")
    assert b"\r\nconnection: close\r\n" in reply.lower()
    assert b'"code":"unreadable"' in reply


def test_the_rest_of_a_body_that_was_refused_has_to_come_in_time(capped):
    with connected(capped) as connection:
        started = time.monotonic()
        for _ in range(2):  # one more than is let through in a minute
            connection.sendall(SLOW_BODY)
            connection.sendall(b" " * 99)
            reply = read(connection)
        assert reply.startswith(b"HTTP/1.1 429")
        connection.sendall(SLOW_BODY)
        assert read(connection).startswith(b"HTTP/1.1 429")
        while is_open(connection):
            assert time.monotonic() - started < 8
            with suppress(ConnectionError):
                connection.sendall(b"x")  # a byte now and then wins no time


def test_an_empty_body_is_none(limited):
    with connected(limited) as connection:
        connection.sendall(HEALTH.replace(b"\r\n\r\n", b"\r\ncontent-length: 0\r\n\r\n"))
        assert read(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nhost:", HEALTH + b"GET /healthz"])
def test_the_head_of_a_request_has_to_come_in_time(limited, sent):
    with connected(limited) as connection:
        started = time.monotonic()
        connection.sendall(sent)
        if sent.startswith(HEALTH):
            assert read(connection).startswith(b"HTTP/1.1 200")
        try:
            while time.monotonic() < started + 10:  # a byte now and then wins no time
                connection.sendall(b"x" if sent else b"")
                time.sleep(0.1)
                connection.settimeout(0.01)
                try:
                    if not connection.recv(1):
                        break
                except TimeoutError:
                    continue
        except ConnectionError:
            pass
        assert HEAD_SECONDS * 0.8 < time.monotonic() - started < 8


@pytest.mark.parametrize(
    "sent", [b"x\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"x" * 100_000]
)
def test_what_is_no_http_is_refused_as_everything_else_is(limited, sent):
    with connected(limited) as connection:
        connection.sendall(sent)
        head, _, body = read(connection).partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
    assert json.loads(body)["code"] == "unreadable"
    assert {name: value.lower() for name, value in SECURITY_HEADERS.items()}.items() <= headers.items()
    assert (headers["content-type"], headers["connection"]) == ("application/problem+json", "close")


def test_rubbish_behind_a_question_does_not_disturb_its_answer(limited):
    with connected(limited) as connection:
        connection.sendall(HEALTH + b"rubbish\r\n\r\n")
        assert read(connection).startswith(b"HTTP/1.1 200")
        assert read(connection).startswith(b"HTTP/1.1 400")


def test_the_last_reply_says_that_it_is_the_last(small_index, tmp_path):
    question = json.dumps({"text": "Who runs the shelters?"}).encode()
    head = (
        b"POST /v1/search HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    )
    with running(small_index, tmp_path, program=GATED, rate_limit=0, timeout=60) as service:
        with connected(service) as busy, connected(service) as idle:
            idle.sendall(HEALTH)
            assert b"connection: close" not in read(idle).lower()
            busy.sendall(head % len(question) + question)
            wait_until((tmp_path / BEGUN).exists)
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            idle.sendall(HEALTH)
            last = [read(idle)]
            threading.Timer(0.1, (tmp_path / GATE).touch).start()
            last.append(read(busy))
            for reply in last:
                assert reply.startswith(b"HTTP/1.1 200")
                assert b"\r\nconnection: close\r\n" in reply.lower()
        assert service.process.wait(20) in (0, -signal.SIGTERM)
