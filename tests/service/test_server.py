"""Starting and stopping: what people see on the command line, and what happens to requests in flight."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from a4a_qa.service.listener import is_public
from conftest import SMALL_REPORT
from service.conftest import SAME_CODE, running, wait_until
from service.gated import BEGUN, GATE, GATED

# What `serve` loads to say that its port is taken.
LOADED = """\
import json, sys
from a4a_qa.cli.main import main
try:
    main(["serve", "--port", sys.argv[1]])
finally:
    heavy = {"numpy", "onnxruntime", "faiss", "fastapi", "uvicorn"} & set(sys.modules)
    print(json.dumps(sorted(heavy)))
"""


def start_in_vain(index, *options: str, **settings: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "a4a_qa", "serve", "--index", str(index), *options]
    environment = SAME_CODE | {f"A4A_QA_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"port": "http"}, "A4A_QA_PORT is 'http', expected a whole number from 0 to 65535"),
        ({"allowed_origins": "*"}, "expected web sites such as https://www.example.org"),
        ({"host": "192.0.2.1", "port": "0"}, "Cannot listen on 192.0.2.1, port 0"),
        ({"host": "no.such.host.invalid", "port": "0"}, "Cannot listen on no.such.host.invalid"),
    ],
)
def test_bad_settings_stop_the_start(small_index, settings, words):
    done = start_in_vain(small_index, **settings)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told_before_anything_heavy_is_loaded():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-c", LOADED, str(taken.getsockname()[1])]
        done = subprocess.run(command, env=SAME_CODE, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Choose another with --host and --port" in done.stderr) == (1, True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("host", "public"),
    [("127.0.0.1", False), ("127.8.8.8", False), ("::1", False), ("localhost", False), ("0.0.0.0", True),
     ("::", True), ("10.0.0.1", True), ("example.org", True)],
)  # fmt: skip
def test_what_others_can_reach(host, public):
    assert is_public(host) == public


def test_a_public_address_names_the_terms(index_folder, tmp_path):
    with running(index_folder, tmp_path, "--host", "0.0.0.0") as service:
        shown = " ".join(service.output().split())
    assert "Others can reach this address." in shown
    assert "only with permission from ECPAT International" in shown


@pytest.fixture
def home(tmp_path) -> Path:
    """A folder with a report and no index yet."""
    (tmp_path / "corpus" / "small").mkdir(parents=True)
    (tmp_path / "corpus" / "small" / "report.md").write_text(SMALL_REPORT, encoding="utf-8")
    return tmp_path


def start(home: Path, *options: str) -> subprocess.Popen:
    """Start the service; Ctrl+C reaches it even where the tests run in the background of a shell, which has
    what it starts ignore that."""
    command = [sys.executable, "-m", "a4a_qa", "serve", "--port", "0", *options]
    return subprocess.Popen(
        command, cwd=home, env=SAME_CODE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def is_alive(group: int) -> bool:
    """Whether any process of a group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("workers", ["1", "2"])
def test_when_the_address_is_printed_a_missing_index_is_built_and_questions_are_answered(home, workers):
    process = start(home, "--workers", workers)
    try:
        url = re.search(r"http://\S+:\d+", process.stdout.readline())[0]
        started = time.monotonic()
        reply = httpx.get(f"{url}/readyz", trust_env=False, timeout=30)
        assert (reply.status_code, time.monotonic() - started < 5) == (200, True)
        limits = Path(f"/proc/{process.pid}/limits")
        if limits.exists():
            assert re.search(r"Max core file size +0 +0", limits.read_text())
    finally:
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert "it is built now, once" in said


@pytest.fixture
def building(home) -> Iterator[subprocess.Popen]:
    """A service that builds its index, and is writing it."""
    # Its parts take a while to write: they lie in a folder of their own for that long only.
    sentences = " ".join(f"In town {number} the shelter has {number + 7} beds." for number in range(2_000))
    report = SMALL_REPORT.replace("PROTECTION\n\n", f"PROTECTION\n\n{sentences}\n\n")
    assert sentences in report
    (home / "corpus" / "small" / "report.md").write_text(report, encoding="utf-8")
    process = start(home)
    try:
        wait_until(lambda: bool(left_in(home)), every=0.001)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def left_in(home: Path) -> list[Path]:
    return list((home / "indexes").glob(".*.building"))


def test_ctrl_c_ends_the_build_too(home, building):
    os.killpg(building.pid, signal.SIGINT)  # as a terminal does
    shown, said = building.communicate(timeout=60)
    assert (building.returncode, shown, "Traceback" in said, left_in(home)) == (1, "", False, [])
    wait_until(lambda: not is_alive(building.pid))


def test_a_build_that_hears_nothing_is_ended_too(home, building):
    # Not its parent: what is sent to a stopped process may reach another thread than the one that waits.
    stopped = Path(f"/proc/{building.pid}/task/{building.pid}/children").read_text().split()
    for child in map(int, stopped):
        os.kill(child, signal.SIGSTOP)
    os.kill(building.pid, signal.SIGINT)
    assert (building.wait(timeout=60), os.listdir(home / "indexes")) == (1, [".small.lock"])
    with suppress(ProcessLookupError):  # what Python itself has started beside the build goes on, and ends
        os.killpg(building.pid, signal.SIGCONT)
    wait_until(lambda: not is_alive(building.pid))


def test_what_is_wrong_with_a_report_is_said_by_the_process_that_asked_for_its_index(home):
    (home / "corpus" / "small" / "report.toml").write_text("a = ", encoding="utf-8")
    process = start(home)
    try:
        assert process.stdout.readline().startswith("Help only: http://")
    finally:
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert "report.toml is not valid TOML" in " ".join(said.split())
    assert "Traceback" not in said


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


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells it there")
def test_memory_does_not_grow_with_what_is_asked(small_index, tmp_path):
    def anonymous(pid: int) -> int:
        return int(re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])

    def ask(client: httpx.Client, first: int, end: int) -> None:
        for number in range(first, end):
            question = (
                f"How many shelters were there in the {number} villages of the north in {1900 + number}?"
            )
            assert client.post("/v1/ask", json={"question": question}).status_code == 200
            if number % 20 == 0:
                text = {"text": f"There are {number} shelters. The law was passed in {1900 + number}."}
                assert client.post("/v1/verify", json=text).status_code == 200

    with running(small_index, tmp_path, rate_limit=0, timeout=60) as service, service.client() as client:
        ask(client, 0, 60)
        before = anonymous(service.process.pid)
        ask(client, 60, 120)
        # In kilobytes: a question may leave 40 at most; in the long run it leaves none.
        assert anonymous(service.process.pid) - before < 60 * 40
