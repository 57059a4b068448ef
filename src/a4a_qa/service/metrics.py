"""Figures about the service: the only module that knows prometheus-client.

Counted are endpoints, HTTP statuses, latencies and feedback; no word, no address, and nothing about what an
answer was: a figure of those who were met with help would say something about who asked.
With several workers, each writes its figures into PROMETHEUS_MULTIPROC_DIR and any of them adds all up.
"""

from __future__ import annotations

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = CONTENT_TYPE_LATEST
# A warm question takes some 10 ms; the last bucket is past any sensible timeout.
_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "a4a_qa_requests", "Replies", ["endpoint", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "a4a_qa_request_seconds",
            "Time from request to reply",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._feedback = Counter("a4a_qa_feedback", "Feedback", ["helpful"], registry=self._registry)

    def count(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one reply."""
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def count_feedback(self, helpful: bool) -> None:
        """Count one opinion on an answer."""
        self._feedback.labels("yes" if helpful else "no").inc()

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        registry = self._registry
        if SHARED_FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
