"""JSON replies, and errors as `application/problem+json` (RFC 9457) with a stable `code`.

A problem never repeats what was sent, apart from the message of a QuestionError, which names the section
that was asked for: it goes to the person who sent it and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from a4a_qa.errors import QuestionError

MEDIA_TYPE = "application/problem+json"
# The codes of the exceptions that Starlette and FastAPI raise, by HTTP status.
_CODES = {400: "unreadable", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}
NO_ENDPOINT = "There is no such endpoint. /docs lists those that there are."


class JsonResponse(Response):
    """JSON in UTF-8. A lone surrogate, which no encoding carries, becomes "?"."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body: compact, and never NaN, which is not JSON."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


class ProblemResponse(JsonResponse):
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


class WrongPart(BaseModel):
    """A part of a request that is wrong: where it stands, and what was expected."""

    where: list[str]
    message: str


class ProblemReply(BaseModel):
    """What went wrong, as in RFC 9457; `code` is stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[WrongPart] = Field(default=[], description="Of an invalid request, each part that is wrong.")


_MODELS = "#/components/schemas/{model}"


def described(what: str) -> dict[str, Any]:
    """A problem reply as OpenAPI is told of it; `describe_problems` adds the model that is named."""
    schema = {"$ref": _MODELS.format(model=ProblemReply.__name__)}
    return {"description": what, "content": {MEDIA_TYPE: {"schema": schema}}}


def describe_problems(app: FastAPI) -> None:
    """Put the model of problems among those of OpenAPI, once for all replies: programs that generate clients
    drop replies with a model of their own that occurs twice.

    FastAPI adds models itself only for replies that are plain JSON.
    """
    describe = app.openapi

    def with_problems() -> dict[str, Any]:
        schema = describe()
        _, problems = models_json_schema([(ProblemReply, "serialization")], ref_template=_MODELS)
        schema["components"]["schemas"] |= problems["$defs"]
        return schema

    app.openapi = with_problems  # type: ignore[method-assign]


class Busy(Exception):
    """The queue of questions or texts is full."""


class TooSlow(Exception):
    """An answer took longer than the timeout."""


class TooOften(Exception):
    """One address sent too much, as `detail` says; it may send the next in `wait` seconds."""

    def __init__(self, detail: str, wait: int) -> None:
        seconds = "1 second" if wait == 1 else f"{wait} seconds"
        super().__init__(f"{detail} Wait {seconds}, then ask again.")
        self.headers = {"Retry-After": str(wait)}


def handle_problems(app: FastAPI) -> None:
    """Turn every exception that a route raises on purpose into a problem."""
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(QuestionError)(_question)
    app.exception_handler(Busy)(_busy)
    app.exception_handler(TooSlow)(_too_slow)
    app.exception_handler(TooOften)(_too_often)


async def _invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
    errors = [
        {"where": [str(part) for part in _place(found)], "message": found["msg"]} for found in error.errors()
    ]
    detail = "The request is not what the endpoint expects; `errors` says where. See /docs."
    if "json" not in request.headers.get("content-type", "") and await request.body():
        detail = "The body is not declared as JSON: send it with `Content-Type: application/json`. See /docs."
    return ProblemResponse(422, "invalid_request", detail, errors=errors)


def _place(found: Mapping[str, Any]) -> Sequence[Any]:
    """Where something is wrong, without the name of an unknown field, which may be anything."""
    place: Sequence[Any] = found["loc"]
    return place[:-1] if found["type"] == "extra_forbidden" else place


async def _http(request: Request, error: HTTPException) -> ProblemResponse:
    code = _CODES.get(error.status_code, "error")
    unknown = error.status_code == 404 and error.detail == HTTPStatus.NOT_FOUND.phrase
    detail = NO_ENDPOINT if unknown else str(error.detail)
    if error.status_code == 405:
        allowed = ", ".join(_methods(request))
        detail = f"This endpoint takes {allowed}. See /docs."
        return ProblemResponse(405, code, detail, headers={"Allow": allowed})
    return ProblemResponse(error.status_code, code, detail, headers=error.headers)


def _methods(request: Request) -> list[str]:
    """The methods that routes take for the path of a request; Starlette names those of the first only."""

    def takes(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] == Match.FULL for route in request.app.routes)

    return [method for method in ("GET", "POST") if takes(method)]


async def _question(request: Request, error: QuestionError) -> ProblemResponse:
    return ProblemResponse(422, "invalid_question", str(error))


async def _busy(request: Request, error: Busy) -> ProblemResponse:
    detail = "Too much waits to be answered. Send it again in a moment."
    return ProblemResponse(503, "busy", detail, headers={"Retry-After": "1"})


def too_often(error: TooOften) -> ProblemResponse:
    """The reply to one that was sent too often."""
    return ProblemResponse(429, "rate_limited", str(error), headers=error.headers)


async def _too_often(request: Request, error: TooOften) -> ProblemResponse:
    return too_often(error)


async def _too_slow(request: Request, error: TooSlow) -> ProblemResponse:
    return ProblemResponse(504, "timeout", "The answer took too long. Ask again, or ask something shorter.")
