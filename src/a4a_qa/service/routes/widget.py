"""/widget/…, /embed and /demo: what other sites load, and how it looks there."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from a4a_qa.service.state import Shared

router = APIRouter(include_in_schema=False)


@router.get("/widget/{version}/{name}")
async def file(version: str, name: str, request: Request, shared: Shared) -> Response:
    """A file of the widget."""
    return shared.hosting.files.reply(version, name, request)


@router.get("/embed")
async def embed(shared: Shared, lang: str = "en") -> Response:
    """The widget alone, for a frame: what is typed there, the page around it cannot read."""
    return HTMLResponse(shared.hosting.embed(lang), headers=shared.hosting.embed_headers)


@router.get("/demo")
async def demo(shared: Shared) -> Response:
    """The widget in each of its forms."""
    return HTMLResponse(shared.hosting.demo(), headers=shared.hosting.demo_headers)
