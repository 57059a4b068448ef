"""What OpenTelemetry is told of requests: endpoints, statuses and seconds, and no word of anybody's."""

import json
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from a4a_qa.errors import MissingExtra
from a4a_qa.service.app import create_app
from a4a_qa.service.telemetry import Telemetry, check_installed, telemetry_of_environment
from a4a_qa.settings import Settings
from service.conftest import SAME_CODE, running
from service.test_privacy import ADDRESS, CANARY

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def test_spans_and_figures_have_the_route_the_status_and_no_word(assistant):
    spans, figures = InMemorySpanExporter(), InMemoryMetricReader()
    traces, metrics = TracerProvider(), MeterProvider([figures])
    traces.add_span_processor(SimpleSpanProcessor(spans))
    telemetry = Telemetry(traces, metrics, traces.shutdown)
    asked = {"question": f"Who heads the {CANARY}?"}
    with TestClient(create_app(assistant, Settings(), telemetry=telemetry), client=(ADDRESS, 1)) as client:
        client.headers.update({"user-agent": CANARY, "traceparent": CANARY, "baggage": f"a={CANARY}"})
        client.post("/v1/ask", json=asked)
        client.post("/v1/ask", json={CANARY: 1})
        client.get("/", params=asked)
        client.post("/", data=asked)
        client.get(f"/{CANARY}?{CANARY}", headers={"accept": "text/html"})
        client.get(f"/v1/passages/{CANARY}")
        client.request(CANARY.upper(), f"/{CANARY}")
        client.head("/report")
        told = json.loads(figures.get_metrics_data().to_json())
    done = spans.get_finished_spans()
    assert [(span.name, span.attributes["http.response.status_code"]) for span in done] == [
        ("POST /v1/ask", 200),
        ("POST /v1/ask", 422),
        ("GET /", 200),
        ("POST /", 200),
        ("GET other", 404),
        ("GET /v1/passages/{id}", 404),
        ("_OTHER other", 404),
        ("GET /report", 200),
    ]
    assert all(0 < span.end_time - span.start_time < 60e9 for span in done)
    everything = json.dumps([*(span.to_json() for span in done), told]).lower()
    assert "http.server.request.duration" in everything
    assert "/v1/passages/{id}" in everything
    for word in (CANARY, ADDRESS, "testclient", "testserver"):
        assert word not in everything


def test_a_service_sends_what_still_waits_before_it_stops(small_index, tmp_path, monkeypatch):
    with collector() as (address, received):
        monkeypatch.setitem(SAME_CODE, ENDPOINT, address)
        with running(small_index, tmp_path) as service, service.client() as client:
            client.post("/v1/ask", json={"question": f"Who heads the {CANARY}?"})
    assert {path for path, _ in received} == {"/v1/traces", "/v1/metrics"}
    assert any(b"POST /v1/ask" in body for _, body in received)
    assert not any(CANARY.encode() in body for _, body in received)
    assert CANARY not in service.output()


@contextmanager
def collector():
    """What receives OTLP over HTTP: its address, and the paths and bodies that came."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", received
        server.shutdown()


def test_it_is_off_unless_the_environment_says_where_to_send(monkeypatch):
    monkeypatch.delenv(ENDPOINT, raising=False)
    assert telemetry_of_environment() is None


def test_a_missing_extra_is_named_at_the_start(monkeypatch):
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    check_installed()
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)
    with pytest.raises(MissingExtra, match=r"OTEL_EXPORTER_OTLP_ENDPOINT is set, .* 'a4a-qa\[otel\]'"):
        check_installed()
