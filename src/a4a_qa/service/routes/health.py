"""GET /healthz, /readyz and /metrics: for the machines that look after the service."""

from __future__ import annotations

from fastapi import APIRouter, Response

from a4a_qa.service.metrics import MEDIA_TYPE
from a4a_qa.service.problems import Problem
from a4a_qa.service.replies import Json
from a4a_qa.service.schemas import StateReply
from a4a_qa.service.state import Shared

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=StateReply)
async def healthz() -> Response:
    """Whether the process answers at all."""
    return Json({"status": "alive"})


@router.get("/readyz", response_model=StateReply)
async def readyz(shared: Shared) -> Response:
    """Whether the index has been opened and checked, and a first question answered."""
    if not shared.ready:
        return Problem(503, "not_ready", "The service is starting or stopping.", headers={"Retry-After": "1"})
    return Json({"status": "ready"})


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(shared: Shared) -> Response:
    """Figures for Prometheus: endpoints, statuses, latencies; no word and no address."""
    return Response(shared.metrics.text(), media_type=MEDIA_TYPE)
