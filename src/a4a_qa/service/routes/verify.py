"""POST /v1/verify."""

from __future__ import annotations

from fastapi import APIRouter, Response

from a4a_qa.service.replies import Json
from a4a_qa.service.schemas import VerificationReply, VerifyRequest
from a4a_qa.service.state import Shared

router = APIRouter(prefix="/v1", tags=["checking"])


@router.post("/verify", response_model=VerificationReply)
async def verify(wanted: VerifyRequest, shared: Shared) -> Response:
    """Check which statements of a text the report backs, and whether its endnotes are cited rightly."""
    found = await shared.checking.run_while_wanted(
        lambda stop: shared.assistant.verify(wanted.text, stop=stop)
    )
    return Json(found.to_dict())
