"""`create_app(assistant, settings)`: the HTTP service for one report, and nothing global."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from functools import partial

from fastapi import FastAPI
from starlette.routing import BaseRoute
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from a4a_qa import __version__
from a4a_qa.answering.phrases import phrase
from a4a_qa.assistant import Assistant
from a4a_qa.safeguarding.rules import read_safeguard
from a4a_qa.service import api
from a4a_qa.service.contents import Contents
from a4a_qa.service.layers import BodyLimit, Framing, Guard, Head, Origins, ReadableProblems, where
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.pages import routes as pages
from a4a_qa.service.pages.site import Site, answered_examples
from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.problems import describe_problems, described, handle_problems
from a4a_qa.service.programs import chat as chat_api
from a4a_qa.service.programs.door import Door
from a4a_qa.service.programs.keys import KeyRing
from a4a_qa.service.programs.mcp import Endpoint
from a4a_qa.service.programs.tools import Tools
from a4a_qa.service.rate import RateLimit
from a4a_qa.service.state import CommonState, State
from a4a_qa.service.telemetry import Telemetry, Traced
from a4a_qa.service.widget.hosting import Hosting
from a4a_qa.settings import Settings

_log = logging.getLogger("a4a_qa.service")
# How many texts wait while one is checked. One of the longest kind takes some seconds, and nobody waits
# longer than the timeout.
_WAITING_TEXTS = 2
_PROBLEMS = {
    400: "The request cannot be read.",
    408: "The request came too slowly.",
    413: "The request is too long.",
    422: "The request is not what the endpoint expects.",
    429: "Too many requests came from this address, or with this key.",
    503: "Too many questions or texts wait, or the service is stopping.",
    504: "The answer took too long.",
}


def create_app(assistant: Assistant, settings: Settings, *, telemetry: Telemetry | None = None) -> FastAPI:
    """The ASGI application that answers questions about the assistant's report, and tells `telemetry` of its
    replies."""
    app = new_app(f"Questions about: {assistant.report.about.title}")
    pools = new_pools(settings)
    contents = Contents(assistant)
    site = Site(assistant, contents, settings)
    tools = Tools(assistant, contents, *pools, base=settings.public_url)
    mcp = Endpoint(tools, settings) if settings.mcp else None
    app.state.parts = State(
        assistant=assistant,
        contents=contents,
        site=site,
        hosting=Hosting(site, settings),
        pool=pools[0],
        checking=pools[1],
        metrics=Metrics(),
        find_examples=partial(answered_examples, assistant),
        beside=mcp.running if mcp else nullcontext,
    )
    routers = [pages.router, pages.common, pages.describing, api.router, api.common]
    by_key: list[BaseRoute] = []
    if mcp:
        app.routes.append(mcp.route)
        by_key.append(mcp.route)
    chat = chat_api.router.routes if settings.chat else []
    if chat:
        routers.append(chat_api.router)
        by_key.extend(chat)
    for router in routers:
        app.include_router(router)
    handle_problems(app)
    describe_problems(app)
    routes = [*(route for router in routers for route in router.routes), *by_key]
    wrap(app, settings, telemetry, routes, chat=chat, by_key=by_key)
    return app


def new_app(summary: str, *, is_described: bool = True) -> FastAPI:
    """An application without a route of ours; one that `is_described` has /openapi.json."""
    return FastAPI(
        title="a4a-qa",
        version=__version__,
        summary=summary,
        description=phrase("languages", "questions"),
        lifespan=_lifespan,
        openapi_url="/openapi.json" if is_described else None,
        docs_url=None,  # FastAPI's own page loads scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # it would send a body on to whatever scheme and host the request claims
        generate_unique_id_function=lambda route: route.name,  # what clients call the operation
        responses={status: described(what) for status, what in _PROBLEMS.items()},
    )


def new_pools(settings: Settings) -> tuple[AnsweringPool, AnsweringPool]:
    """What answers questions, and what checks texts."""
    answering = AnsweringPool(threads=settings.threads, queue=settings.queue, timeout=settings.timeout)
    return answering, AnsweringPool(threads=1, queue=_WAITING_TEXTS, timeout=settings.timeout)


def wrap(
    app: FastAPI,
    settings: Settings,
    telemetry: Telemetry | None,
    routes: Sequence[BaseRoute],
    *,
    chat: Sequence[BaseRoute] = (),
    by_key: Sequence[BaseRoute] = (),
) -> None:
    """Put the layers around `routes`, the innermost first; a key lets programs in to those of `by_key`."""
    parts: CommonState = app.state.parts
    app.add_middleware(BodyLimit, timeout=settings.timeout)
    if settings.rate_limit:
        app.add_middleware(RateLimit, per_minute=settings.rate_limit)
    if settings.api_keys:
        app.add_middleware(Door, keys=KeyRing(settings.api_keys), routes=by_key)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    app.add_middleware(Guard, metrics=parts.metrics, routes=routes)
    if telemetry:
        app.add_middleware(Traced, telemetry=telemetry, routes=routes)
    # Around the guard, so that another site's page can read that something went wrong here.
    app.add_middleware(Origins, allowed=settings.allowed_origins)
    app.add_middleware(Framing)
    app.add_middleware(ReadableProblems, draw=parts.site.problem, chat=chat)
    app.add_middleware(Head)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: CommonState = app.state.parts
    await asyncio.to_thread(read_safeguard().compile)
    # Asking the examples also makes the libraries load before the first person asks.
    try:
        parts.site.examples = await asyncio.to_thread(parts.find_examples)
        parts.ready = True
    except Exception as error:  # which would stop the start, and take /help along
        _log.error("The examples cannot be answered: %s", where(error))
    async with parts.beside():
        yield
        parts.ready = False
    await asyncio.gather(parts.pool.close(), parts.checking.close())
