"""Which web sites' pages may ask: an exact list, and only what is under /v1/.

A page of a site that is not on the list gets the reply without a header that would let it read it. That is no
access control: a program sends whatever it likes, and is held by the limits.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from a4a_qa.service.guard import HEADERS

SHARED = "/v1/"
_METHODS = "GET, POST"
# Seconds for which a browser need not ask again whether it may ask.
_REMEMBERED = "600"


class Origins:
    """Wraps an application; `allowed` are origins as browsers send them."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(SHARED):
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
                reply.add_vary_header("Origin")  # whoever caches it: the reply differs by who asks
                if origin in self._allowed:
                    reply["access-control-allow-origin"] = origin
                    reply["access-control-expose-headers"] = "Retry-After"
            await send(message)

        await self._app(scope, receive, send_shared)

    def _preflight(self, origin: str) -> Response:
        if origin not in self._allowed:
            return Response(status_code=403, headers={**HEADERS, "vary": "Origin"})
        headers = {
            **HEADERS,
            "access-control-allow-origin": origin,
            "access-control-allow-methods": _METHODS,
            "access-control-allow-headers": "Content-Type",
            "access-control-max-age": _REMEMBERED,
            "vary": "Origin",
        }
        return Response(status_code=204, headers=headers)
