"""The ASGI layers around the routes, the outermost first. The rate limit, which
stands before the last of them, has a file of its own."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from a4a_qa.service.metrics import Metrics
from a4a_qa.service.problems import MEDIA_TYPE, NO_ENDPOINT, ProblemResponse

_log = logging.getLogger("a4a_qa.service")

# Replies are data or plain pages: nothing is loaded from anywhere but here, and nothing runs inline.
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # A page that opened one of ours keeps no handle on its tab, and no other site embeds a reply.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_RAW_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
# The longest request that the schemas allow: a text to verify, with every character escaped in JSON.
MOST_BYTES = 262_144
# Only what is under this path may be read by the pages of other sites.
_SHARED = "/v1/"
# Seconds for which a browser may remember the answer to a preflight request.
_REMEMBERED = "600"
# nginx's code for a client that went away before it was answered.
CLIENT_CLOSED_REQUEST = 499


def policy_framed_by(origins: Sequence[str]) -> str:
    """The Content-Security-Policy of a page that its own site and `origins` may show in a frame."""
    ancestors = " ".join(["'self'", *origins])
    return SECURITY_HEADERS["content-security-policy"].replace(
        "frame-ancestors 'none'", f"frame-ancestors {ancestors}"
    )


def where(error: Exception) -> str:
    """The type of an error and the innermost place where it was raised: all that a log may hold of it, since
    its message may quote a question."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__qualname__}{place}"


class Head:
    """Answers HEAD as GET without the body: link checkers and monitors ask this way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_head)


class ReadableProblems:
    """Sends a browser a page in place of problem+json, and clients of `chat` routes an error as they know it.

    `draw` makes a page from a title and a detail. It stands outside the guard, so it catches its own errors:
    a problem whose page cannot be drawn is sent as it is.
    """

    def __init__(self, app: ASGIApp, draw: Callable[[str, str], str], chat: Sequence[BaseRoute] = ()) -> None:
        self._app = app
        self._draw = draw
        self._chat = chat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_chat = scope["type"] == "http" and any(r.matches(scope)[0] != Match.NONE for r in self._chat)
        is_page = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        if not (is_chat or is_page):
            await self._app(scope, receive, send)
            return
        media_type = "application/json" if is_chat else "text/html; charset=utf-8"
        start: Message | None = None

        async def send_readable(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message  # held back until the body is known
            elif start is not None and message["type"] == "http.response.body":
                try:
                    body = _error_object(message["body"]) if is_chat else self._page(message["body"])
                except Exception as error:
                    _log.error("The page of a problem cannot be drawn: %s", where(error))
                else:
                    message = {**message, "body": body}
                    if is_chat and start["status"] == 422:  # their clients know no other for what is wrong
                        start["status"] = 400
                    MutableHeaders(scope=start).update(
                        {"content-type": media_type, "content-length": str(len(body))}
                    )
                await send(start)
                await send(message)
                start = None
            else:
                await send(message)

        await self._app(scope, receive, send_readable)

    def _page(self, body: bytes) -> bytes:
        problem = json.loads(body)
        # Endpoints mean nothing to a person who mistyped an address.
        detail = (
            "There is no page at this address." if problem["detail"] == NO_ENDPOINT else problem["detail"]
        )
        return self._draw(problem["title"], detail).encode("utf-8", "replace")


def _error_object(body: bytes) -> bytes:
    """A problem as OpenAI's API words it: its detail, and what is wrong with which parameter."""
    problem = json.loads(body)
    wrong = [(".".join(one["where"][1:]), one["message"]) for one in problem.get("errors", ())]
    said = [f"{name}: {what}." for name, what in wrong if name]
    kinds = {429: "rate_limit_error", 401: "authentication_error"}
    fallback = "server_error" if problem["status"] >= 500 else "invalid_request_error"
    error = {
        "message": " ".join(said) or problem["detail"],
        "type": kinds.get(problem["status"], fallback),
        "param": next((name for name, _ in wrong if name), None),
        "code": problem["code"],
    }
    return json.dumps({"error": error}).encode()


def _is_problem(start: Message) -> bool:
    return Headers(scope=start).get("content-type", "").startswith(MEDIA_TYPE)


class Framing:
    """Refuses a body that nothing here reads, which would only keep the connection waiting, and one with two
    lengths, whose end a proxy in front may see elsewhere (request smuggling).

    It stands before every layer that may reply without reading the body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (detail := _misframed(scope)):
            headers = {**SECURITY_HEADERS, "Connection": "close"}
            await ProblemResponse(400, "unreadable", detail, headers=headers)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _misframed(scope: Scope) -> str | None:
    """What is wrong with how a request announces its body."""
    headers = Headers(scope=scope)
    is_chunked = "transfer-encoding" in headers
    if is_chunked and "content-length" in headers:
        return "A request has a Content-Length or a Transfer-Encoding, never both."
    if scope["method"] != "POST" and (is_chunked or headers.get("content-length", "0") != "0"):
        return "Only POST takes a body here."
    return None


class Origins:
    """CORS under /v1/ for an exact list of origins. A preflight request ends here and is not counted.

    The page of a site that is not listed gets a reply that its browser does not let it read. This is no
    access control: a program sends whatever it likes, and only the limits hold it.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_SHARED):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await self._preflight(origin)(scope, receive, send)
            return

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply = MutableHeaders(scope=message)
                reply.add_vary_header("Origin")  # for caches: the reply depends on who asks
                if origin in self._allowed:
                    reply["access-control-allow-origin"] = origin
                    reply["access-control-expose-headers"] = "Retry-After"
            await send(message)

        await self._app(scope, receive, send_shared)

    def _preflight(self, origin: str) -> Response:
        if origin not in self._allowed:
            return Response(status_code=403, headers={**SECURITY_HEADERS, "vary": "Origin"})
        headers = {
            **SECURITY_HEADERS,
            "access-control-allow-origin": origin,
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "Content-Type",
            "access-control-max-age": _REMEMBERED,
            "vary": "Origin",
        }
        return Response(status_code=204, headers=headers)


class Guard:
    """Puts the security headers on every reply, counts it, and lets no exception out.

    An exception that reached the server would be logged with its message. It ends here as a problem, and only
    its type and place are logged. `metrics` counts each reply by the one of `routes` that it was meant for.
    """

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
                problem = ProblemResponse(
                    500, "internal", "Something went wrong here; no word of yours was noted."
                )
                await problem(scope, receive, send_guarded)
        finally:
            status = status or CLIENT_CLOSED_REQUEST
            self._metrics.count(endpoint(scope, self._routes), status, time.perf_counter() - started)


def endpoint(scope: MutableMapping[str, Any], routes: Sequence[BaseRoute]) -> str:
    """The route's pattern, never the path that was sent, which may hold anything."""
    # A request that a layer refuses never reaches its route.
    meant = (route for route in routes if route.matches(scope)[0] == Match.FULL)
    route = scope.get("route") or next(meant, None)
    return getattr(route, "path", "other")


class BodyLimit:
    """Passes on requests whose body has at most `MOST_BYTES` and arrives within `timeout` seconds."""

    def __init__(self, app: ASGIApp, timeout: float) -> None:
        self._app = app
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Without "close", a client that goes on sending would keep the connection.
        close = {"Connection": "close"}
        try:
            body = await asyncio.wait_for(_read_body(receive), self._timeout)
        except TimeoutError:
            problem = ProblemResponse(
                408, "slow_request", "The request did not arrive in time.", headers=close
            )
            await problem(scope, receive, send)
            return
        except ClientDisconnect:  # half a request is not one
            return
        if body is None:
            detail = f"The request has more than the {MOST_BYTES:,} bytes that are read."
            await ProblemResponse(413, "too_large", detail, headers=close)(scope, receive, send)
            return
        await self._app(scope, replay(body, receive), send)


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None as soon as it is too long. Raises ClientDisconnect when it is cut off."""
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        size += len(piece)
        if size > MOST_BYTES:
            return None
        pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that returns the body once, then whatever follows it."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
