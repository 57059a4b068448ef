"""Starting and stopping: what people see on the command line, and what happens to requests in flight."""

import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest

from a4a_qa.service.server import is_public
from service.conftest import SAME_CODE, running, wait_until
from service.gated import BEGUN, GATE, GATED


def start_in_vain(index, *options: str, **settings: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "a4a_qa", "serve", "--index", str(index), *options]
    environment = SAME_CODE | {f"A4A_QA_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"port": "http"}, "A4A_QA_PORT is 'http', expected a whole number from 0 to 65535"),
        ({"allowed_origins": "*"}, "expected web sites such as https://www.example.org"),
        ({"trusted_proxies": "proxy"}, "expected addresses or networks"),
        ({"timeout": "0"}, "expected seconds"),
        ({"host": "192.0.2.1", "port": "0"}, "Cannot listen on 192.0.2.1, port 0"),
        ({"host": "no.such.host.invalid", "port": "0"}, "Cannot listen on no.such.host.invalid"),
    ],
)
def test_bad_settings_stop_the_start(small_index, settings, words):
    done = start_in_vain(small_index, **settings)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken(small_index):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = start_in_vain(small_index, "--port", str(taken.getsockname()[1]))
    assert (done.returncode, "Choose another with --host and --port" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("host", "public"),
    [("127.0.0.1", False), ("127.8.8.8", False), ("::1", False), ("localhost", False), ("0.0.0.0", True),
     ("::", True), ("10.0.0.1", True), ("example.org", True)],
)  # fmt: skip
def test_what_others_can_reach(host, public):
    assert is_public(host) == public


def test_a_public_address_names_the_terms(index_folder, tmp_path):
    with running(index_folder, tmp_path, "--host", "0.0.0.0") as service:
        with service.client() as client:
            assert client.get("/readyz").status_code == 200
        shown = " ".join(service.output().split())
    assert "Others can reach this address." in shown
    assert "only with permission from ECPAT International" in shown


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_request_in_flight_is_finished(small_index, tmp_path, workers):
    replies = []
    settings = {"program": GATED, "rate_limit": 0, "timeout": 60}
    with running(small_index, tmp_path, "--workers", workers, **settings) as service:

        def check() -> None:
            with service.client() as client:
                replies.append(client.post("/v1/verify", json={"text": "Who?"}).status_code)

        def is_stopping() -> bool:
            try:
                httpx.get(f"{service.url}/healthz", timeout=2, trust_env=False)
            except httpx.TransportError:
                return True
            return False

        thread = threading.Thread(target=check)
        thread.start()
        wait_until((tmp_path / BEGUN).exists)
        service.process.send_signal(signal.SIGTERM)
        wait_until(is_stopping)
        assert not replies, "the request is still being worked on"
        (tmp_path / GATE).touch()
        thread.join(60)
        service.process.wait(30)
    assert replies == [200]


def test_workers_add_up_their_figures(small_index, tmp_path):
    with running(small_index, tmp_path, "--workers", "2", rate_limit=0) as service:
        for _ in range(20):
            with service.client() as client:  # a new connection may go to the other worker
                assert client.post("/v1/ask", json={"question": "Who runs the shelters?"}).status_code == 200
        with service.client() as client:
            figures = client.get("/metrics").text.splitlines()
        [count] = [line for line in figures if line.startswith("a4a_qa_requests_total") and "/v1/ask" in line]
        assert float(count.split()[-1]) == 20
    assert not list(tmp_path.glob("a4a-qa-*")), "the folder of the figures is gone"
