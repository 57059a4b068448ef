"""What is served while no index can be opened: the contacts, and word that nothing can be answered, also to
widgets of other pages.

A person who needs help must not depend on a file that a disk has lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from a4a_qa.index.contacts import Contact
from a4a_qa.service.guard import Guard, policy_framed_by
from a4a_qa.service.head import Head
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.origins import Origins
from a4a_qa.service.pages.contacts import contacts_frame, contacts_page, make_renderer, static_files
from a4a_qa.service.problems import Problem, handle_problems
from a4a_qa.service.widget.files import WidgetFiles
from a4a_qa.settings import Settings

_TITLE = "Questions cannot be answered now"
_DETAIL = "The report cannot be opened. Help and reporting are still there: /help."


def create_help_app(contacts: Sequence[Contact], settings: Settings) -> FastAPI:
    """The ASGI application that shows the contacts and answers nothing."""
    app = FastAPI(title="a4a-qa", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    handle_problems(app)
    renderer, static = make_renderer(settings.exit_url, None), static_files()
    widget = WidgetFiles(settings.unreviewed_languages)

    @app.get("/help")
    async def help() -> Response:
        return HTMLResponse(contacts_page(renderer, contacts))

    @app.get("/embed")
    async def embed() -> Response:
        headers = {"content-security-policy": policy_framed_by(settings.allowed_origins)}
        return HTMLResponse(contacts_frame(renderer, contacts, _TITLE), 503, headers)

    @app.get("/static/{name}")
    async def file(name: str, request: Request) -> Response:
        return static[name].reply(request) if name in static else Problem(404, "not_found", _DETAIL)

    @app.get("/widget/{version}/{name}")
    async def script(version: str, name: str, request: Request) -> Response:
        return widget.reply(version, name, request)

    @app.get("/healthz")
    async def healthz() -> Response:
        return Response('{"status":"alive"}', media_type="application/json")

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def nothing(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(renderer.page("problem.html", title=_TITLE, detail=_DETAIL), 503)
        return Problem(503, "not_ready", _DETAIL)

    app.add_middleware(Guard, metrics=Metrics())
    # Around the guard, so that another site's page can read that nothing is answered.
    app.add_middleware(Origins, allowed=settings.allowed_origins)
    app.add_middleware(Head)
    return app
