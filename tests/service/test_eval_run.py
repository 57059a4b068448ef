"""`a4a-qa eval run --url`: a service that is busy is waited for, and one that answers nothing is an error."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from click.testing import CliRunner

from a4a_qa.cli.evaluate import eval_group
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation import remote
from evaluation.small_gold import RECORDS

REFUSAL = {"status": "not_in_report", "text": "", "confidence": 0.1, "citations": [], "passages": []}


class Busy(BaseHTTPRequestHandler):
    """Sends away as often as it is told to, then answers."""

    replies: ClassVar[list[tuple[int, str | None]]] = []

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, wait = self.replies.pop(0) if self.replies else (200, None)
        self.send_response(status)
        if wait is not None:
            self.send_header("Retry-After", wait)
        body = json.dumps(REFUSAL).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    Busy.replies.clear()
    server.shutdown()
    server.server_close()


@pytest.fixture
def slept(monkeypatch) -> list[float]:
    """The seconds that were waited, which pass at once."""
    seconds: list[float] = []
    monkeypatch.setattr(remote.time, "sleep", seconds.append)
    return seconds


def test_a_service_that_says_when_to_ask_again_is_asked_then(url, slept):
    Busy.replies += [(429, "49"), (503, "1"), (503, "0")]
    with remote.RemoteAssistant(url) as service:
        assert service.ask("Who?") == REFUSAL
    assert slept == [49, 1, 1]


@pytest.mark.parametrize(
    ("replies", "waited"),
    [
        ([(503, None)], []),
        ([(429, "121")], []),
        ([(429, "soon")], []),
        ([(500, "1")], []),
        ([(429, "60")] * 3, [60, 60]),
    ],
)
def test_it_is_not_waited_for_without_end(url, slept, replies, waited):
    Busy.replies += replies
    with remote.RemoteAssistant(url) as service, pytest.raises(EvaluationError, match="answered with status"):
        service.ask("Who?")
    assert slept == waited


def run(url: str, small_file, folder):
    gold, output = folder / "gold.jsonl", folder / "run.jsonl"
    gold.write_text("".join(f"{json.dumps(record)}\n" for record in RECORDS), encoding="utf-8")
    options = ["--gold", gold, "--report", small_file, "--url", url, "--output", output]
    return CliRunner().invoke(eval_group, ["run", *map(str, options)]), output


def test_a_service_that_answers_nothing_is_an_error(small_file, tmp_path):
    found, output = run("http://127.0.0.1:9", small_file, tmp_path)
    assert found.exit_code == 1
    assert "http://127.0.0.1:9 gave no answer at all; the run file has the failures." in found.output
    assert "cannot be reached" in output.read_text(encoding="utf-8")


def test_a_service_that_answers_some_questions_is_none(url, small_file, tmp_path):
    Busy.replies += [(500, None)]
    found, _ = run(url, small_file, tmp_path)
    assert found.exit_code == 0, found.output
    assert "1 failed and count against the run" in found.output
