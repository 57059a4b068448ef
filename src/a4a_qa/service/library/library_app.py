"""`create_library_app(library, settings)`: the HTTP service for several reports.

It answers across all of them; below /reports/<id> lies the whole service of each, but for the MCP server and
the endpoints of OpenAI, which are about one report.
"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, FastAPI

from a4a_qa.assistant import Assistant
from a4a_qa.library import Library
from a4a_qa.service import api
from a4a_qa.service.app import new_app, new_pools, wrap
from a4a_qa.service.contents import Contents
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


def create_library_app(
    library: Library, settings: Settings, *, telemetry: Telemetry | None = None
) -> FastAPI:
    """The ASGI application that answers questions about the library's reports, and tells `telemetry` of its
    replies."""
    app = new_app(f"Questions about {len(library.entries)} reports")
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


def _add(app: FastAPI, *routers: APIRouter) -> None:
    for router in routers:
        app.include_router(router)
    handle_problems(app)
