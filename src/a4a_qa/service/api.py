"""The endpoints for programs: /v1/…, and /healthz, /readyz and /metrics for monitoring.

Replies are the values' own `to_dict`; the reply models only describe them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import Enum
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Response

from a4a_qa.report.bibliography import FORMATS
from a4a_qa.report.references import Reference, endnote_references, report_reference
from a4a_qa.service.contents import work_view
from a4a_qa.service.metrics import MEDIA_TYPE
from a4a_qa.service.problems import JsonResponse, ProblemResponse, described
from a4a_qa.service.rate import Asker
from a4a_qa.service.schemas import (
    AnswerReply,
    AskRequest,
    EndnotesReply,
    FeedbackRequest,
    PassageReply,
    SearchReply,
    SearchRequest,
    SectionsReply,
    StateReply,
    VerificationReply,
    VerifyRequest,
    WholeEndnoteReply,
    WholeReportReply,
    WorksReply,
)
from a4a_qa.service.state import Common, Shared

FormatName = Literal["json", "bibtex", "ris", "csl-json"]
# How OpenAPI describes a reply that comes as JSON or in a format of reference managers.
_IN_FORMATS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            media_type: {} for media_type in ("application/json", *(f.media_type for f in FORMATS.values()))
        }
    }
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: described("There is none.")}

_ASKING: list[str | Enum] = ["asking"]
_CHECKING: list[str | Enum] = ["checking"]
_REPORT: list[str | Enum] = ["the report"]
_NOTES: list[str | Enum] = ["endnotes and sources"]
_HEALTH: list[str | Enum] = ["health"]
router = APIRouter()
# What any service has.
common = APIRouter()


@router.post("/v1/ask", tags=_ASKING, response_model=AnswerReply)
async def ask(asked: AskRequest, shared: Shared, asker: Asker) -> Response:
    """Answer a question with the report's own sentences, or say that it does not."""
    answer = await shared.pool.run(
        lambda: shared.assistant.ask(
            asked.question,
            asked.history,
            section=asked.section,
            k=asked.k,
            about_report=asked.about_report,
        ),
        asker,
    )
    return JsonResponse(answer.to_dict())


@router.post("/v1/search", tags=_ASKING, response_model=SearchReply)
async def search(wanted: SearchRequest, shared: Shared, asker: Asker) -> Response:
    """List the passages nearest to a text, whether or not they answer anything."""
    passages = await shared.pool.run(
        lambda: shared.assistant.search(wanted.text, section=wanted.section, k=wanted.k), asker
    )
    return JsonResponse({"passages": [asdict(passage) for passage in passages]})


@common.post("/v1/feedback", tags=_ASKING, status_code=204)
async def feedback(opinion: FeedbackRequest, shared: Common) -> Response:
    """Count whether an answer helped; nothing else is kept."""
    shared.metrics.count_feedback(opinion.value == "yes")
    return Response(status_code=204)


@router.post("/v1/verify", tags=_CHECKING, response_model=VerificationReply)
async def verify(wanted: VerifyRequest, shared: Shared, asker: Asker) -> Response:
    """Check which statements of a text the report backs, and whether its endnotes are cited rightly."""
    found = await shared.checking.run_while_wanted(
        lambda stop: shared.assistant.verify(wanted.text, stop=stop), asker
    )
    return JsonResponse(found.to_dict())


@router.get("/v1/report", tags=_REPORT, response_model=WholeReportReply, responses=_IN_FORMATS)
async def report(shared: Shared, format: FormatName = "json") -> Response:
    """What the report is and what was read from it, or the reference of the report itself."""
    if format != "json":
        return _written([report_reference(shared.contents.report.about)], format, "report")
    manifest = shared.assistant.manifest
    return JsonResponse(
        {**shared.contents.about(), "indexed_by": manifest.package, "encoder": manifest.encoder}
    )


@router.get("/v1/sections", tags=_REPORT, response_model=SectionsReply)
async def sections(shared: Shared) -> Response:
    """The sections in reading order, with their pages and passages."""
    return JsonResponse({"sections": shared.contents.sections()})


@router.get("/v1/passages/{id}", tags=_REPORT, response_model=PassageReply, responses=_NOT_FOUND)
async def passage(id: str, shared: Shared) -> Response:
    """A passage with its sentences; its id comes from an answer, a search or the sections."""
    found = shared.contents.passage(id)
    if found is None:
        raise HTTPException(404, "There is no passage with this id. /v1/sections lists them all.")
    return JsonResponse(found)


@router.get("/v1/endnotes", tags=_NOTES, response_model=EndnotesReply, responses=_IN_FORMATS)
async def endnotes(shared: Shared, format: FormatName = "json") -> Response:
    """All endnotes with their sources."""
    report = shared.contents.report
    if format == "json":
        return JsonResponse({"endnotes": [note.to_dict() for note in report.endnotes]})
    entries = [entry for note in report.endnotes for entry in endnote_references(note, report.about)]
    return _written(entries, format, "endnotes")


@router.get(
    "/v1/endnotes/{number}",
    tags=_NOTES,
    response_model=WholeEndnoteReply,
    responses={**_IN_FORMATS, **_NOT_FOUND},
)
async def endnote(number: int, shared: Shared, format: FormatName = "json") -> Response:
    """An endnote, its sources, and every sentence that rests on it."""
    report = shared.contents.report
    note = report.endnote(number)
    if note is None:
        raise HTTPException(404, "There is no endnote with this number. /v1/endnotes lists them all.")
    if format == "json":
        return JsonResponse(shared.contents.endnote(note))
    return _written(endnote_references(note, report.about), format, f"endnote-{number}")


@router.get("/v1/sources", tags=_NOTES, response_model=WorksReply, responses=_IN_FORMATS)
async def sources(shared: Shared, format: FormatName = "json") -> Response:
    """The works that the report rests on: endnotes that name the same work are one."""
    works = shared.contents.works
    if format == "json":
        return JsonResponse({"sources": [work_view(work) for work in works]})
    return _written([work.reference for work in works], format, "sources")


@common.get("/healthz", tags=_HEALTH, response_model=StateReply)
async def healthz() -> Response:
    """Whether the process answers at all."""
    return JsonResponse({"status": "alive"})


@common.get("/readyz", tags=_HEALTH, response_model=StateReply)
async def readyz(shared: Common) -> Response:
    """Whether the index has been opened and checked, and a first question answered; of a library, which
    reports are left out, since their index is damaged."""
    if not shared.ready:
        return ProblemResponse(
            503, "not_ready", "The service is starting or stopping.", headers={"Retry-After": "1"}
        )
    left_out = shared.left_out()
    return JsonResponse({"status": "ready"} | ({"left_out": list(left_out)} if left_out else {}))


@common.get(
    "/metrics", tags=_HEALTH, response_class=Response, responses={200: {"content": {"text/plain": {}}}}
)
async def metrics(shared: Common) -> Response:
    """Figures for Prometheus: endpoints, statuses, latencies; no word and no address."""
    return Response(shared.metrics.text(), media_type=MEDIA_TYPE)


def _written(references: Sequence[Reference], format: FormatName, name: str) -> Response:
    """References in a format of reference managers, as a file with that name."""
    form = FORMATS[format]
    return Response(
        form.write(references).encode("utf-8", "replace"),
        media_type=form.media_type,
        headers={"content-disposition": f'attachment; filename="{name}.{form.ending}"'},
    )
