"""The pages for people, the files that they load, and the widget for the pages of other sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from a4a_qa.service.pages.conversation import Form, check_sender, converse, form_fields
from a4a_qa.service.rate import Asker
from a4a_qa.service.state import Common, Shared

# The pages about a report, those that any service has, and those that describe a service.
router = APIRouter(include_in_schema=False)
common = APIRouter(include_in_schema=False)
describing = APIRouter(include_in_schema=False)


@router.get("/")
async def form(shared: Shared) -> Response:
    """The box for a question."""
    return HTMLResponse(shared.site.ask(Form()))


@router.post("/", dependencies=[Depends(check_sender)])
async def answer(request: Request, shared: Shared, asker: Asker) -> Response:
    """The conversation with the answer to the question that the form sent."""

    def ask(question: str, history: Sequence[str], section: str, about_report: bool) -> Mapping[str, Any]:
        answer = shared.assistant.ask(question, history, section=section or None, about_report=about_report)
        return answer.to_dict()

    return await converse(
        request, shared.site, shared.pool, asker, ask, lambda fields: fields.get("section", [""])[-1]
    )


@common.post("/feedback", dependencies=[Depends(check_sender)])
async def feedback(request: Request, shared: Common) -> Response:
    """Count whether an answer helped; the form sends nothing else."""
    helpful = (await form_fields(request)).get("helpful")
    if helpful not in (["yes"], ["no"]):
        raise HTTPException(400, "Send whether the answer helped, yes or no.")
    shared.metrics.count_feedback(helpful == ["yes"])
    return HTMLResponse(shared.site.thanks())


@router.get("/report")
async def report(request: Request, shared: Shared) -> Response:
    """The whole report."""
    return shared.site.report.reply(request)


@router.get("/sources")
async def sources(request: Request, shared: Shared) -> Response:
    """What the report rests on."""
    return shared.site.sources.reply(request)


@common.get("/help")
async def help(shared: Common) -> Response:
    """Where to turn: the contacts of today."""
    return HTMLResponse(shared.site.help())


@common.get("/accessibility")
async def accessibility(request: Request, shared: Common) -> Response:
    """The accessibility statement."""
    return shared.site.accessibility.reply(request)


@common.get("/static/{name}")
async def static(name: str, request: Request, shared: Common) -> Response:
    """A style sheet, script or picture of the pages."""
    if name not in shared.site.static:
        raise HTTPException(404)
    return shared.site.static[name].reply(request)


@common.get("/widget/{version}/{name}")
async def file(version: str, name: str, request: Request, shared: Common) -> Response:
    """A file of the widget."""
    return shared.hosting.files.reply(version, name, request)


@common.get("/embed")
async def embed(shared: Common, lang: str = "en") -> Response:
    """The widget alone, for a frame: what is typed there, the page around it cannot read."""
    return HTMLResponse(shared.hosting.embed(lang), headers=shared.hosting.embed_headers)


@common.get("/demo")
async def demo(shared: Common) -> Response:
    """The widget in each of its forms."""
    return HTMLResponse(shared.hosting.demo(), headers=shared.hosting.demo_headers)


@describing.get("/llms.txt")
async def llms_txt(request: Request, shared: Shared) -> Response:
    """What language models are told of the service."""
    return shared.site.llms_txt(request.app.openapi()).reply(request)


@describing.get("/docs")
async def docs(request: Request, shared: Shared) -> Response:
    """The API reference."""
    return shared.site.endpoints(request.app.openapi()).reply(request)
