"""What the routes of an application share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from a4a_qa.assistant import Assistant
from a4a_qa.service.contents import Contents
from a4a_qa.service.metrics import Metrics
from a4a_qa.service.pages.site import Site
from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.programs.mcp import Endpoint
from a4a_qa.service.widget.hosting import Hosting


@dataclass(slots=True)
class State:
    """One application's parts; `pool` answers, `checking` checks texts, which would keep questions waiting.

    `mcp` is there where the settings ask for it. `ready` is set once a first question has been answered.
    """

    assistant: Assistant
    contents: Contents
    site: Site
    hosting: Hosting
    pool: AnsweringPool
    checking: AnsweringPool
    metrics: Metrics
    mcp: Endpoint | None = None
    ready: bool = False


async def _state(request: Request) -> State:
    state: State = request.app.state.parts
    return state


Shared = Annotated[State, Depends(_state)]
