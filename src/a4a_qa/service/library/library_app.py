"""`create_library_app(library, settings)`: the HTTP service for several reports.

It answers across all of them; below /reports/<id> lies the whole service of each, but for the MCP server and
the endpoints of OpenAI, which are about one report. While it runs it takes up what is added to the library's
folder, and drops what is removed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from fastapi import APIRouter, FastAPI

from a4a_qa.assistant import Assistant
from a4a_qa.errors import A4aError
from a4a_qa.library import Library
from a4a_qa.service import api
from a4a_qa.service.app import new_app, new_pools, wrap
from a4a_qa.service.contents import Contents
from a4a_qa.service.layers import where
from a4a_qa.service.library import library_api, library_pages
from a4a_qa.service.library.library_site import LibrarySite, LibraryState, answered_examples
from a4a_qa.service.library.report_paths import OpenReports, ReportPaths, ToReport
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.pages import routes as pages
from a4a_qa.service.pages.site import Site
from a4a_qa.service.problems import describe_problems, handle_problems
from a4a_qa.service.state import State
from a4a_qa.service.telemetry import Telemetry
from a4a_qa.service.widget.hosting import Hosting
from a4a_qa.settings import Settings

_log = logging.getLogger("a4a_qa.service")
# How often the library's folder is looked at: a thousand reports take some milliseconds.
_LOOK_SECONDS = 5.0


def create_library_app(
    library: Library, settings: Settings, *, telemetry: Telemetry | None = None
) -> FastAPI:
    """The ASGI application that answers questions about the library's reports, and tells `telemetry` of its
    replies."""
    app = new_app("Questions about a library of reports")
    answering, checking = new_pools(settings)
    metrics = Metrics()

    def parts_of(assistant: Assistant) -> State:
        contents = Contents(assistant)
        site = Site(assistant, contents, settings)
        return State(
            assistant=assistant,
            contents=contents,
            site=site,
            hosting=Hosting(site, settings, hosting.files),
            pool=answering,
            checking=checking,
            metrics=metrics,
            find_examples=tuple,
            ready=True,
        )

    reports = OpenReports(library, parts_of)
    site = LibrarySite(library, reports, settings)
    hosting = Hosting(site, settings)
    app.state.parts = LibraryState(
        library=library,
        site=site,
        hosting=hosting,
        pool=answering,
        checking=checking,
        metrics=metrics,
        find_examples=partial(answered_examples, library),
        left_out=lambda: library.left_out,
        beside=partial(_following, library, app),
    )
    of_each = new_app("Questions about one report", is_described=False)
    _add(of_each, pages.router, pages.common, api.router, api.common)
    of_each.state.reports = reports
    app.add_middleware(ToReport, reports=of_each)
    routers = [library_pages.router, pages.common, library_api.router, api.common]
    _add(app, *routers)
    describe_problems(app)
    routes = [route for router in (*routers, pages.router, api.router) for route in router.routes]
    wrap(app, settings, telemetry, routes)
    app.add_middleware(ReportPaths)
    return app


@asynccontextmanager
async def _following(library: Library, app: FastAPI) -> AsyncIterator[None]:
    """The time in which the application follows what happens in the library's folder."""
    parts: LibraryState = app.state.parts
    told: str | None = None

    async def follow() -> None:
        nonlocal told
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                if await asyncio.to_thread(library.refresh):
                    await asyncio.to_thread(parts.site.draw)
                    parts.site.examples = await asyncio.to_thread(parts.find_examples)
                told = None
            except Exception as error:  # the reports that were there are served on
                problem = str(error) if isinstance(error, A4aError) else where(error)
                if problem != told:  # not every few seconds
                    _log.error("A change of the library is not taken up: %s", problem)
                told = problem

    following = asyncio.create_task(follow())
    yield
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


def _add(app: FastAPI, *routers: APIRouter) -> None:
    for router in routers:
        app.include_router(router)
    handle_problems(app)
