"""The pages of a library: asking all reports, the list of them, and the API reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from a4a_qa.errors import QuestionError
from a4a_qa.library import path_in_library
from a4a_qa.question.report_filter import ReportFilter
from a4a_qa.service.library.library_site import WITHIN, SharedLibrary
from a4a_qa.service.pages.conversation import Fields, Form, check_sender, converse
from a4a_qa.service.rate import Asker

router = APIRouter(include_in_schema=False)


@router.get("/")
async def form(shared: SharedLibrary) -> Response:
    """The box for a question."""
    return HTMLResponse(shared.site.ask(Form()))


@router.post("/", dependencies=[Depends(check_sender)])
async def answer(request: Request, shared: SharedLibrary, asker: Asker) -> Response:
    """The conversation with the answer to the question that the form sent."""

    def ask(question: str, history: Sequence[str], within: str, about_report: bool) -> Mapping[str, Any]:
        chosen, as_named = _read_filter(within)
        answer = shared.library.ask(
            question, history, filter=chosen, as_named=as_named, about_report=about_report
        )
        return answer.to_dict() | {"answers": [one.to_dict() for one in answer.numbered]}

    return await converse(request, shared.site, shared.pool, asker, ask, _within)


@router.get("/reports")
async def reports(request: Request, shared: SharedLibrary) -> Response:
    """The list of the reports."""
    return shared.site.list.reply(request)


@router.get("/reports/{id}")
async def report(id: str, shared: SharedLibrary) -> Response:
    """The way to the pages of one report."""
    if id not in shared.library.entries:
        raise HTTPException(404, "There is no such report here. /reports lists those that there are.")
    return RedirectResponse(f"{path_in_library(id)}/", 308)


@router.get("/docs")
async def docs(request: Request, shared: SharedLibrary) -> Response:
    """The API reference."""
    return shared.site.endpoints(request.app.openapi()).reply(request)


def _within(fields: Fields) -> str:
    """The choices of a form as one text, empty where all reports are meant."""
    return urlencode([(name, fields[name][-1]) for name in WITHIN if fields.get(name, [""])[-1]])


def _read_filter(within: str) -> tuple[ReportFilter, bool]:
    """The filter that such a text means, and whether reports that a question names are preferred. Raises
    QuestionError, since anything may be sent."""
    fields = dict(parse_qsl(within, errors="replace"))
    since = fields.get("since")
    if since is not None and not (since.isascii() and since.isdigit() and len(since) <= 4):
        raise QuestionError("That is no year. Choose one from the list.")
    chosen = ReportFilter(
        report=_one(fields, "report"), country=_one(fields, "country"), since=int(since) if since else None
    )
    return chosen, fields.get("as_named") != "no"


def _one(fields: Mapping[str, str], name: str) -> tuple[str, ...]:
    return (fields[name],) if name in fields else ()
