"""Security headers on every reply, a figure for each, and no error that escapes with its words.

An exception that reached the server would be logged with its message, which may quote a question. It ends
here: what is logged is its type and the place in the code, never its words. The layers around this one only
change how a reply looks. A preflight, which `origins` answers by itself, has the same headers and no figure.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import MutableMapping, Sequence
from typing import Any

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from a4a_qa.service.metrics import Metrics
from a4a_qa.service.problems import Problem

_log = logging.getLogger("a4a_qa.service")

# Replies are data or plain pages: nothing is loaded from anywhere but here, and nothing runs inline.
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # Who opened one of the pages keeps no hold of its tab, and no page of another site draws a reply in.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
# As nginx counts a request whose client went away.
_CLIENT_CLOSED_REQUEST = 499
_RAW_HEADERS = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


def policy_framed_by(origins: Sequence[str]) -> str:
    """The Content-Security-Policy of a page that may stand in a frame of its own site and of `origins`."""
    ancestors = " ".join(["'self'", *origins])
    return HEADERS["content-security-policy"].replace(
        "frame-ancestors 'none'", f"frame-ancestors {ancestors}"
    )


class Guard:
    """Wraps an application; `metrics` counts its replies, by those of `routes` that they are for."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: Sequence[BaseRoute] = ()) -> None:
        self._app = app
        self._metrics = metrics
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = {name for name, _ in message["headers"]}
                # A page that never changes says itself how long it may be kept.
                added = [header for header in _RAW_HEADERS if header[0] not in own]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:
            _log.error("A request failed: %s", where(error))
            if status == 0:
                problem = Problem(500, "internal", "Something went wrong here; no word of yours was noted.")
                await problem(scope, receive, send_guarded)
        finally:
            # Who went away before the end of the request was answered nothing.
            status = status or _CLIENT_CLOSED_REQUEST
            self._metrics.count(_endpoint(scope, self._routes), status, time.perf_counter() - started)


def _endpoint(scope: MutableMapping[str, Any], routes: Sequence[BaseRoute]) -> str:
    """The route's pattern, never the path that was sent: that may hold anything."""
    # What a layer refuses has not come as far as its route.
    meant = (route for route in routes if route.matches(scope)[0] == Match.FULL)
    route = scope.get("route") or next(meant, None)
    return getattr(route, "path", "other")


def where(error: Exception) -> str:
    """The type of an error and the innermost place where it was raised: what a log may hold of it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__qualname__}{place}"
