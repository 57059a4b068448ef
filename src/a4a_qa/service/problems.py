"""What goes wrong → `application/problem+json` (RFC 9457) with a stable `code`.

A problem never repeats what was sent, apart from the message of a QuestionError, which names the section
that was asked for: it goes to the person who sent it and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from a4a_qa.errors import QuestionError
from a4a_qa.service.replies import Json

MEDIA_TYPE = "application/problem+json"
# The codes of what Starlette and FastAPI raise by themselves, by HTTP status.
_CODES = {400: "unreadable", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}
NO_ENDPOINT = "There is no such endpoint. /docs lists those that there are."


class Problem(Json):
    """A reply that says what went wrong."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": code,
            "detail": detail,
        }
        if errors:
            body["errors"] = list(errors)
        super().__init__(body, status, headers)


class ProblemReply(BaseModel):
    """A problem as OpenAPI describes it; `code` is stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, Any]] = Field(
        default=[], description="Of an invalid request: `where` and `message` of each thing that is wrong."
    )


def described(what: str) -> dict[str, Any]:
    """A reply that is a problem, for OpenAPI."""
    return {"description": what, "content": {MEDIA_TYPE: {"schema": ProblemReply.model_json_schema()}}}


class Busy(Exception):
    """More questions or texts wait than the queue holds."""


class TooSlow(Exception):
    """An answer took longer than anyone should wait."""


class TooOften(Exception):
    """One address sent more than `most` requests a minute; in `wait` seconds it may send again."""

    def __init__(self, most: int, wait: int) -> None:
        seconds = "1 second" if wait == 1 else f"{wait} seconds"
        super().__init__(
            f"More than {most} requests a minute came from your address. Wait {seconds}, then ask again."
        )
        self.headers = {"Retry-After": str(wait)}


def handle_problems(app: FastAPI) -> None:
    """Turn everything that a route raises on purpose into a problem."""
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(QuestionError)(_question)
    app.exception_handler(Busy)(_busy)
    app.exception_handler(TooSlow)(_too_slow)


async def _invalid(request: Request, error: RequestValidationError) -> Problem:
    errors = [
        {"where": [str(part) for part in _place(found)], "message": found["msg"]} for found in error.errors()
    ]
    detail = "The request is not what the endpoint expects; `errors` says where. See /docs."
    if "json" not in request.headers.get("content-type", "") and await request.body():
        detail = "The body is not declared as JSON: send it with `Content-Type: application/json`. See /docs."
    return Problem(422, "invalid_request", detail, errors=errors)


def _place(found: Mapping[str, Any]) -> Sequence[Any]:
    """Where something is wrong; a field that there is not is named by the sender, and may hold anything."""
    place: Sequence[Any] = found["loc"]
    return place[:-1] if found["type"] == "extra_forbidden" else place


async def _http(request: Request, error: HTTPException) -> Problem:
    code = _CODES.get(error.status_code, "error")
    unknown = error.status_code == 404 and error.detail == HTTPStatus.NOT_FOUND.phrase
    detail = NO_ENDPOINT if unknown else str(error.detail)
    if error.status_code == 405:
        allowed = ", ".join(_methods(request))
        detail = f"This endpoint takes {allowed}. See /docs."
        return Problem(405, code, detail, headers={"Allow": allowed})
    return Problem(error.status_code, code, detail, headers=error.headers)


def _methods(request: Request) -> list[str]:
    """The methods that any route takes for the path of a request; the router names those of the first."""

    def takes(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] == Match.FULL for route in request.app.routes)

    return [method for method in ("GET", "POST") if takes(method)]


async def _question(request: Request, error: QuestionError) -> Problem:
    return Problem(422, "invalid_question", str(error))


async def _busy(request: Request, error: Busy) -> Problem:
    detail = "Too much waits to be answered. Send it again in a moment."
    return Problem(503, "busy", detail, headers={"Retry-After": "1"})


async def _too_slow(request: Request, error: TooSlow) -> Problem:
    return Problem(504, "timeout", "The answer took too long. Ask again, or ask something shorter.")
