"""Traces and metrics of requests for OpenTelemetry: the only module that knows its SDK (extra `otel`).

What is told of a request is its method, the route's pattern, the status and how long it took. Ready-made
instrumentation tells addresses and queries too, so it is not used. It is on where the standard variable
OTEL_EXPORTER_OTLP_ENDPOINT says where to send; the SDK reads the others.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from a4a_qa import __version__
from a4a_qa.errors import MissingExtra
from a4a_qa.service.layers import CLIENT_CLOSED_REQUEST, endpoint

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_NAME = "OTEL_SERVICE_NAME"
_NEEDED = ("opentelemetry", "opentelemetry.sdk", "opentelemetry.exporter")  # the first alone is no SDK
# Any other method may be a word of whoever sent it; this is the convention's name for all of them.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
_OTHER = "_OTHER"


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Where traces and metrics go, and how what still waits is sent at the end."""

    traces: TracerProvider
    metrics: MeterProvider
    shut_down: Callable[[], None]


def check_installed() -> None:
    """Raise MissingExtra where the environment asks for what is not installed."""
    if _is_wanted() and not all(map(find_spec, _NEEDED)):
        raise MissingExtra(f"{_ENDPOINT} is set, which", "otel")


def _is_wanted() -> bool:
    return bool(os.environ.get(_ENDPOINT, "").strip())


def telemetry_of_environment() -> Telemetry | None:
    """What the environment asks for, or None. Raises MissingExtra."""
    if not _is_wanted():
        return None
    check_installed()
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({SERVICE_NAME: os.environ.get(_NAME) or "a4a-qa"})
    traces = TracerProvider(resource=resource)
    traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    metrics = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource)

    def shut_down() -> None:
        traces.shutdown()
        metrics.shutdown()

    return Telemetry(traces, metrics, shut_down)


class Traced:
    """Tells `telemetry` of each reply, by the one of `routes` that it was meant for."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes
        self._shut_down = telemetry.shut_down
        self._tracer = telemetry.traces.get_tracer("a4a_qa", __version__)
        self._seconds = telemetry.metrics.get_meter("a4a_qa", __version__).create_histogram(
            "http.server.request.duration", "s", "Time from request to reply"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, self._send_and_stop(send))
            return
        begun, started, status = time.time_ns(), time.perf_counter(), CLIENT_CLOSED_REQUEST

        async def send_noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            seconds = time.perf_counter() - started
            self._tell(scope, status, begun, seconds)

    def _send_and_stop(self, send: Send) -> Send:
        """What sends a message, the last one only after all that was told is on its way."""

        async def send_message(message: Message) -> None:
            if message["type"] == "lifespan.shutdown.complete":
                await asyncio.to_thread(self._shut_down)
            await send(message)

        return send_message

    def _tell(self, scope: Scope, status: int, begun: int, seconds: float) -> None:
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind, StatusCode

        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        route = endpoint(scope, self._routes)
        attributes = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        self._seconds.record(seconds, attributes)
        span = self._tracer.start_span(
            f"{method} {route}", Context(), SpanKind.SERVER, attributes, start_time=begun
        )
        if status >= 500:
            span.set_status(StatusCode.ERROR)
        span.end(begun + int(seconds * 1e9))
