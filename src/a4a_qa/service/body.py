"""Reads a request's body before anything else sees it: no longer than it may be, no slower than it may be."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from a4a_qa.service.problems import Problem

# The longest request that the schemas allow, a text to verify, with every character escaped in JSON.
MOST_BYTES = 262_144


class BodyLimit:
    """Hands on requests whose body has at most `MOST_BYTES` and came within `timeout` seconds."""

    def __init__(self, app: ASGIApp, timeout: float) -> None:
        self._app = app
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(_read(receive), self._timeout)
        except TimeoutError:
            # Without «close» a client that sends another byte would keep the connection.
            headers = {"Connection": "close"}
            problem = Problem(408, "slow_request", "The request did not arrive in time.", headers=headers)
            await problem(scope, receive, send)
            return
        except ClientDisconnect:  # what came of the body is no request
            return
        if body is None:
            detail = f"The request has more than the {MOST_BYTES:,} bytes that are read."
            headers = {"Connection": "close"}
            await Problem(413, "too_large", detail, headers=headers)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None as soon as it is too long; raises ClientDisconnect when it is cut off."""
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


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once, then whatever comes after it."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
