"""What is served while no index can be opened: the contacts, and word that nothing can be answered, also to
widgets of other pages.

A person who needs help must not depend on a file that a disk has lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from a4a_qa.errors import CorpusError, SettingsError
from a4a_qa.index.contacts import Contact, contacts_for, own_contacts
from a4a_qa.index.manifest import remaining_contacts, remaining_manifest
from a4a_qa.service.layers import Framing, Guard, Head, Origins, policy_framed_by
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.pages.rendering import contacts_frame, contacts_page, make_renderer, static_files
from a4a_qa.service.problems import ProblemResponse, handle_problems
from a4a_qa.service.widget.hosting import WidgetFiles
from a4a_qa.settings import Settings

_log = logging.getLogger("a4a_qa.service")
_TITLE = "Questions cannot be answered now"
_DETAIL = "The report cannot be opened. Help and reporting are still there: /help."


def contacts_without(index: Path | None, settings: Settings) -> tuple[Contact, ...]:
    """The contacts to show while the index in a folder, None for the default one, cannot be opened: the
    report's own where they can be found, else those that ship.

    Raises CorpusError when those that ship are needed and cannot be read.
    """
    for own in _own_contacts(index, settings):
        try:
            if contacts := own():
                return contacts
        except SettingsError:  # no report is meant
            continue
        except CorpusError as error:
            _log.error("%s Until that is fixed, other contacts are shown.", error)
    return contacts_for(None)


def _own_contacts(index: Path | None, settings: Settings) -> Sequence[Callable[[], tuple[Contact, ...]]]:
    """Where the report's own contacts may lie, the best place first: in its folder, which an index can be
    older than, and in what is left of the index. Of an index elsewhere that does not tell its report, that of
    the settings is a guess: it may be on another country."""

    def of_report_meant() -> tuple[Contact, ...]:
        return own_contacts(settings.corpus_folder())

    def left() -> tuple[Contact, ...]:
        return remaining_contacts(index or settings.index_folder())

    if index is None:
        return of_report_meant, left
    if manifest := remaining_manifest(index):
        return partial(own_contacts, settings.corpus / manifest.about.id), left
    return left, of_report_meant


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
        return static[name].reply(request) if name in static else ProblemResponse(404, "not_found", _DETAIL)

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
        return ProblemResponse(503, "not_ready", _DETAIL)

    app.add_middleware(Guard, metrics=Metrics())
    # Around the guard, so that another site's page can read that nothing is answered.
    app.add_middleware(Origins, allowed=settings.allowed_origins)
    app.add_middleware(Framing)
    app.add_middleware(Head)
    return app
