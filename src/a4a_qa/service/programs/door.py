"""The door before what programs with a key may use: who has none gets a 401."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from a4a_qa.service.problems import ProblemResponse
from a4a_qa.service.programs.keys import KeyRing


class Door:
    """Lets requests to `routes` in by a key, sent as `Authorization: Bearer …`, and notes whose it is.

    Everything else passes. The routes themselves tell what they answer, so that no other spelling of a path
    gets by.
    """

    def __init__(self, app: ASGIApp, keys: KeyRing, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._keys = keys
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(r.matches(scope)[0] != Match.NONE for r in self._routes):
            scheme, _, text = Headers(scope=scope).get("authorization", "").partition(" ")
            name = self._keys.name_of(text.strip()) if scheme.lower() == "bearer" else None
            if name is None:
                detail = (
                    "This needs a key: send it as `Authorization: Bearer KEY`. Who runs the service has one."
                )
                headers = {"WWW-Authenticate": 'Bearer realm="a4a-qa"', "Connection": "close"}
                await ProblemResponse(401, "unauthorised", detail, headers=headers)(scope, receive, send)
                return
            scope.setdefault("state", {})["key"] = name
        await self._app(scope, receive, send)
