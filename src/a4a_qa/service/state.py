"""What the routes of an application share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from a4a_qa.assistant import Assistant
from a4a_qa.service.contents import Contents
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.pages.site import CommonSite, Site
from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.widget.hosting import Hosting


@dataclass(slots=True, kw_only=True)
class CommonState:
    """The parts of any application; `left_out` gives the reports that cannot be asked, `pool` answers,
    `checking` checks texts, which would keep questions waiting. `ready` is set once `find_examples` has had
    its questions answered; `beside` is what else runs as long as the service does."""

    site: CommonSite
    hosting: Hosting
    pool: AnsweringPool
    checking: AnsweringPool
    metrics: Metrics
    find_examples: Callable[[], tuple[str, ...]]
    ready: bool = False
    left_out: Callable[[], Sequence[str]] = tuple
    beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext


@dataclass(slots=True, kw_only=True)
class State(CommonState):
    """Those of one report."""

    assistant: Assistant
    contents: Contents
    site: Site


async def parts_for(request: Request) -> Any:
    """The parts that answer a request: those of the application, or, where it serves each report of a
    library, those of the report that the request is for."""
    state = request.app.state
    return await state.reports.parts_for(request.scope) if hasattr(state, "reports") else state.parts


Common = Annotated[CommonState, Depends(parts_for)]
Shared = Annotated[State, Depends(parts_for)]
