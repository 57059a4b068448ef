"""GET /v1/report, /v1/sections and /v1/passages/{id}."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from a4a_qa.references import report_reference
from a4a_qa.service.problems import described
from a4a_qa.service.replies import Json
from a4a_qa.service.routes.formats import FormatName, in_formats, written
from a4a_qa.service.schemas import PassageReply, SectionsReply, WholeReportReply
from a4a_qa.service.state import Shared

router = APIRouter(prefix="/v1", tags=["the report"])


@router.get("/report", response_model=WholeReportReply, responses=in_formats())
async def report(shared: Shared, format: FormatName = "json") -> Response:
    """What the report is and what was read from it, or the reference of the report itself."""
    if format != "json":
        return written([report_reference(shared.places.report.about)], format, "report")
    manifest = shared.assistant.manifest
    return Json({**shared.places.about(), "indexed_by": manifest.package, "encoder": manifest.encoder})


@router.get("/sections", response_model=SectionsReply)
async def sections(shared: Shared) -> Response:
    """The sections in reading order, with their pages and passages."""
    return Json({"sections": shared.places.sections()})


@router.get("/passages/{id}", response_model=PassageReply, responses={404: described("There is none.")})
async def passage(id: str, shared: Shared) -> Response:
    """A passage with its sentences; its id comes from an answer, a search or the sections."""
    found = shared.places.passage(id)
    if found is None:
        raise HTTPException(404, "There is no passage with this id. /v1/sections lists them all.")
    return Json(found)
