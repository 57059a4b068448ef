"""GET /v1/endnotes, /v1/endnotes/{number} and /v1/sources."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from a4a_qa.references import endnote_references
from a4a_qa.service.places import work_view
from a4a_qa.service.problems import described
from a4a_qa.service.replies import Json
from a4a_qa.service.routes.formats import FormatName, in_formats, written
from a4a_qa.service.schemas import EndnotesReply, WholeEndnoteReply, WorksReply
from a4a_qa.service.state import Shared

router = APIRouter(prefix="/v1", tags=["endnotes and sources"])


@router.get("/endnotes", response_model=EndnotesReply, responses=in_formats())
async def endnotes(shared: Shared, format: FormatName = "json") -> Response:
    """All endnotes with their sources."""
    report = shared.places.report
    if format == "json":
        return Json({"endnotes": shared.places.endnotes()})
    entries = [entry for note in report.endnotes for entry in endnote_references(note, report.about)]
    return written(entries, format, "endnotes")


@router.get(
    "/endnotes/{number}",
    response_model=WholeEndnoteReply,
    responses={**in_formats(), 404: described("There is none.")},
)
async def endnote(number: int, shared: Shared, format: FormatName = "json") -> Response:
    """An endnote, its sources, and every sentence that rests on it."""
    report = shared.places.report
    note = report.endnote(number)
    if note is None:
        raise HTTPException(404, "There is no endnote with this number. /v1/endnotes lists them all.")
    if format == "json":
        return Json(shared.places.endnote(note))
    return written(endnote_references(note, report.about), format, f"endnote-{number}")


@router.get("/sources", response_model=WorksReply, responses=in_formats())
async def sources(shared: Shared, format: FormatName = "json") -> Response:
    """The works that the report rests on: endnotes that name the same work are one."""
    works = shared.places.works
    if format == "json":
        return Json({"sources": [work_view(work) for work in works]})
    return written([work.reference for work in works], format, "sources")
