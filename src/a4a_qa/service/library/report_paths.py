"""What lies below /reports/<id>: the service of that report, as if it were alone.

The report is taken out of a request's path before any layer sees it, so that limits, counts and rules for
other sites hold there as they do elsewhere; behind the layers the request goes to the reports' application.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from urllib.parse import quote

from fastapi import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from a4a_qa.assistant import Assistant
from a4a_qa.errors import IndexMissing
from a4a_qa.library import Library
from a4a_qa.service.state import State

_BELOW_REPORT = re.compile(r"/reports/([a-z0-9][a-z0-9-]*)(/.*)")
# Where the id of the report stands, once it is no longer in the path.
_REPORT = "a4a_qa.report"
# Reports whose pages are kept, of about a megabyte each.
_MOST_OPEN = 64


class ReportPaths:
    """Takes the report out of the path: the outermost layer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (found := _BELOW_REPORT.fullmatch(scope["path"])):
            report, path = found.groups()
            scope = {**scope, "path": path, "raw_path": quote(path).encode(), _REPORT: report}
        await self._app(scope, receive, send)


class ToReport:
    """Hands what is for a report to the application of `reports`: the innermost layer."""

    def __init__(self, app: ASGIApp, reports: ASGIApp) -> None:
        self._app = app
        self._reports = reports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._reports if _REPORT in scope else self._app)(scope, receive, send)


class OpenReports:
    """The parts that serve each report of a library, made by `make` when first asked for."""

    def __init__(self, library: Library, make: Callable[[Assistant], State]) -> None:
        self._library = library
        self._make = make
        self._open: OrderedDict[str, State] = OrderedDict()
        self._lock = Lock()

    async def parts_for(self, scope: Scope) -> State:
        """The parts of the report that a request is for. Raises HTTPException (404)."""
        try:
            return await asyncio.to_thread(self.parts, scope[_REPORT])
        except IndexMissing:
            raise HTTPException(
                404, "There is no such report here. /reports lists those that there are."
            ) from None

    def parts(self, report: str) -> State:
        """The parts of the report with this id. Raises what `Library.assistant` does."""
        assistant = self._library.assistant(report)
        with self._lock:
            kept = self._open.get(report)
            if kept and kept.assistant is assistant:
                self._open.move_to_end(report)
                return kept
        made = self._make(assistant)
        with self._lock:
            self._open[report] = made
            while len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
        return made
