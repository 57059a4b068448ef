"""GET /docs: the OpenAPI description as a page that needs no script and nothing from elsewhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from a4a_qa.service.state import Shared

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request, shared: Shared) -> Response:
    """All endpoints with their parameters, bodies and replies."""
    return shared.site.endpoints(request.app.openapi()).reply(request)
