"""A problem for a person: what is problem+json for a program is a page for a browser."""

from __future__ import annotations

import json
import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from a4a_qa.service.guard import where
from a4a_qa.service.pages.site import Site
from a4a_qa.service.problems import MEDIA_TYPE, NO_ENDPOINT

_NO_PAGE = "There is no page at this address."
_log = logging.getLogger("a4a_qa.service")


class ReadableProblems:
    """Wraps an application; a problem that goes to a browser is sent as a page of `site`.

    It stands around the guard, so it guards itself: a problem whose page cannot be drawn is sent as it is.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def send_readable(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message  # held back until the body tells what to write
            elif start is not None and message["type"] == "http.response.body":
                try:
                    body = self._page(message["body"])
                except Exception as error:
                    _log.error("The page of a problem cannot be drawn: %s", where(error))
                else:
                    message = {**message, "body": body}
                    MutableHeaders(scope=start).update(
                        {"content-type": "text/html; charset=utf-8", "content-length": str(len(body))}
                    )
                await send(start)
                await send(message)
                start = None
            else:
                await send(message)

        await self._app(scope, receive, send_readable)

    def _page(self, body: bytes) -> bytes:
        problem = json.loads(body)
        # Endpoints are nothing to somebody who mistyped an address.
        detail = _NO_PAGE if problem["detail"] == NO_ENDPOINT else problem["detail"]
        return self._site.problem(problem["title"], detail).encode("utf-8", "replace")


def _is_problem(start: Message) -> bool:
    return Headers(scope=start).get("content-type", "").startswith(MEDIA_TYPE)
