"""Over real sockets: silent connections, requests that are not HTTP, and the last reply."""

import json
import signal
import socket
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


@pytest.fixture(scope="module")
def limited(small_index, tmp_path_factory):
    with running(small_index, tmp_path_factory.mktemp("limited"), program=LIMITED, rate_limit=0) as service:
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


def test_whoever_asks_is_served_however_many_connections_are_held_in_silence(limited):
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(limited)) for _ in range(5 * MOST)]
        for connection in silent:
            with suppress(ConnectionError):  # it may have made place already
                connection.sendall(b"GET /healthz HTTP/1.1\r\nhost:")
        for _ in range(3):
            with connected(limited) as connection:
                connection.sendall(HEALTH)
                assert read(connection).startswith(b"HTTP/1.1 200")
    assert limited.output().count("\n") == 1, "nothing but the address is written"


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
