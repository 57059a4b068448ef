"""A real HTTP server that answers, breaks, stalls, or is not there."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.remote import RemoteAssistant
from a4a_qa.evaluation.run import ask_all, read_run, write_run


class Service(BaseHTTPRequestHandler):
    """Answers by what is asked for in the question; about the south, not before the test is over."""

    asked: ClassVar[list] = []
    over: ClassVar[threading.Event] = threading.Event()

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, body))
        if "north" in body["question"]:
            self.send_error(500)
            return
        if "south" in body["question"]:
            self.over.wait(60)
        answer = b"<html>" if "officers" in body["question"] else json.dumps(REFUSAL).encode()
        answer = b"[]" if "rain" in body["question"] else answer
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


REFUSAL = {"status": "not_in_report", "text": "", "confidence": 0.1, "citations": [], "passages": []}


@pytest.fixture
def url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    Service.over.set()
    server.shutdown()
    server.server_close()


def test_failures_of_a_service_are_recorded_and_the_rest_goes_on(gold, url, tmp_path):
    with RemoteAssistant(f"{url}/", timeout=1) as remote:
        write_run(tmp_path / "run.jsonl", ask_all(gold.questions, remote.ask))
    run = read_run(tmp_path / "run.jsonl", gold.questions)
    errors = {id: row.error for id, row in run.rows.items()}
    assert "answered with status 500, expected 200" in errors["g-1"]
    assert errors["g-2"] is None
    assert run.row("g-2").answer.status == "not_in_report"
    assert "something that is not JSON" in errors["g-3"]
    assert "gave no answer within 1 s" in errors["g-4"]
    assert "answered with a list, expected an object" in errors["g-5"]
    assert Service.asked[0] == ("/v1/ask", {"question": gold.questions[0].record.question, "history": []})


def test_a_service_that_is_down_fails_every_question(gold, url):
    with RemoteAssistant("http://127.0.0.1:9", timeout=1) as remote:
        lines = list(ask_all(gold.questions, remote.ask))
    assert all("http://127.0.0.1:9/v1/ask cannot be reached" in line["error"] for line in lines)


def test_an_address_needs_its_scheme():
    with pytest.raises(EvaluationError, match=r"expected http://… or https://…"):
        RemoteAssistant("localhost:8000")
