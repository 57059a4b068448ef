"""GET /docs: the OpenAPI description as a page that needs no script and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """All endpoints with their parameters, bodies and replies."""
    return HTMLResponse("\n".join(_page(request.app.openapi())))


def _page(schema: Mapping[str, Any]) -> Iterator[str]:
    info = schema["info"]
    title = f"{escape(info['title'])} {escape(info['version'])}"
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield f'<meta name="viewport" content="width=device-width"><title>{title}</title></head><body>'
    yield f"<h1>{title}</h1><p>{escape(info['summary'])}</p>"
    yield '<p>For programs: <a href="/openapi.json">/openapi.json</a>. Errors are problem+json.</p>'
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield from _operation(path, method, operation)
    yield "<h2>Bodies and replies</h2>"
    for name, model in schema["components"]["schemas"].items():
        yield from _model(name, model)
    yield "</body></html>"


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
    yield f"<p>{escape(operation.get('description', ''))}</p><ul>"
    for parameter in operation.get("parameters", ()):
        yield f"<li><code>{escape(parameter['name'])}</code>: {_kind(parameter['schema'])}</li>"
    if body := operation.get("requestBody"):
        yield f"<li>Body: {', '.join(_kind(content['schema']) for content in body['content'].values())}</li>"
    for status, reply in operation["responses"].items():
        kinds = ", ".join(_kind(content.get("schema", {})) for content in reply.get("content", {}).values())
        yield f"<li>{status}: {escape(reply['description'])} {kinds if status == '200' else ''}</li>"
    yield "</ul>"


def _model(name: str, model: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(name)}">{escape(name)}</h3><p>{escape(model.get("description", ""))}</p><dl>'
    for field, schema in model.get("properties", {}).items():
        required = "" if field in model.get("required", ()) else " (may be left out)"
        about = escape(schema.get("description", ""))
        yield f"<dt><code>{escape(field)}</code>: {_kind(schema)}{required}</dt><dd>{about}</dd>"
    yield "</dl>"


def _kind(schema: Mapping[str, Any]) -> str:
    """The kind of a value in a few words, with a link when it is described below."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"«{escape(str(one))}»" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(schema.get("type", "any value"))
