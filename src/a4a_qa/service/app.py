"""`create_app(assistant, settings)`: the HTTP service for one report, and nothing global."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from a4a_qa.assistant import Assistant
from a4a_qa.service.body import BodyLimit
from a4a_qa.service.guard import Guard
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.places import Places
from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.problems import described, handle_problems
from a4a_qa.service.rate import RateLimit
from a4a_qa.service.routes import asking, docs, endnotes, health, report, verify
from a4a_qa.service.state import State
from a4a_qa.settings import Settings
from a4a_qa.version import VERSION

# Any question will do: it makes the libraries load before the first person asks.
_WARM_UP = "What is this report about?"
_PROBLEMS = {
    400: "The request cannot be read.",
    408: "The request came too slowly.",
    413: "The request is too long.",
    422: "The request is not what the endpoint expects.",
    429: "Too many requests came from this address.",
    503: "Too many questions wait, or the service is stopping.",
    504: "The answer took too long.",
}


def create_app(assistant: Assistant, settings: Settings) -> FastAPI:
    """The ASGI application that answers questions about the assistant's report."""
    metrics = Metrics()
    pool = AnsweringPool(threads=settings.threads, queue=settings.queue, timeout=settings.timeout)
    app = FastAPI(
        title="a4a-qa",
        version=VERSION,
        summary=f"Questions about: {assistant.report.about.title}",
        lifespan=_lifespan,
        docs_url=None,  # FastAPI's own page loads scripts from elsewhere
        redoc_url=None,
        responses={status: described(what) for status, what in _PROBLEMS.items()},
    )
    app.state.parts = State(assistant, Places(assistant), pool, metrics)
    for routes in (asking, verify, report, endnotes, health, docs):
        app.include_router(routes.router)
    handle_problems(app)
    _wrap(app, settings, metrics)
    return app


def _wrap(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Put the layers around the routes, the innermost first."""
    app.add_middleware(BodyLimit, timeout=settings.timeout)
    if settings.rate_limit:
        app.add_middleware(RateLimit, per_minute=settings.rate_limit)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.allowed_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["content-type"],
            expose_headers=["retry-after"],
        )
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    app.add_middleware(Guard, metrics=metrics)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: State = app.state.parts
    await asyncio.to_thread(parts.assistant.ask, _WARM_UP)
    parts.ready = True
    yield
    parts.ready = False
    await parts.pool.close()
