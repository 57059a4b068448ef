"""The tools over the Model Context Protocol: on standard input and output, and at /mcp of the service.

The only module that knows the SDK, which takes more than a second to import. Over HTTP every request stands
alone and gets one reply in JSON: there are no sessions to keep, fill up or lose, and any worker may answer.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from a4a_qa import __version__
from a4a_qa.assistant import Assistant
from a4a_qa.errors import MissingExtra, QuestionError
from a4a_qa.service.contents import Contents
from a4a_qa.service.layers import MOST_BYTES, replay, where
from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.problems import Busy, JsonResponse, TooOften, TooSlow
from a4a_qa.service.programs.tools import Caller, Link, Tools
from a4a_qa.settings import Settings

PATH = "/mcp"
_JSON = "application/json"
_log = logging.getLogger("a4a_qa.service")
# A place that is not there, as the protocol's newest version numbers it: what was sent means nothing.
_INVALID = -32602
_BAD_ID = {
    "jsonrpc": "2.0",
    "id": None,
    "error": {"code": -32600, "message": "The id of a request is a string or a whole number."},
}


def check_installed() -> None:
    """Raise MissingExtra where the SDK is not installed."""
    if find_spec("mcp") is None:
        raise MissingExtra("The Model Context Protocol", "mcp")


def make_server(tools: Tools) -> Any:
    """The SDK's server for some tools. Raises MissingExtra."""
    check_installed()
    import mcp_types as types
    from mcp.server.lowlevel import Server
    from mcp.shared.exceptions import MCPError

    # The SDK logs exceptions with their messages, which may quote what was asked.
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)
    annotations = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    listed = [
        types.Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.takes.model_json_schema(),
            output_schema=tool.gives.model_json_schema(),
            annotations=annotations,
        )
        for tool in tools.tools.values()
    ]
    templates = [
        types.ResourceTemplate(
            name=name, uri_template=f"{tools.address}/{place}", description=description, mime_type=_JSON
        )
        for name, place, description in (
            ("section", "section/{+path}", "A section with its sentences; titles are separated by slashes."),
            ("sentence", "sentence/{id}", "A sentence by its id, or several in a row: first..last."),
            ("endnote", "endnote/{number}", "An endnote with its sources and what rests on it."),
        )
    ]

    def link(to: Link) -> types.ResourceLink:
        return types.ResourceLink(uri=to.uri, name=to.name, description=to.reference, mime_type=_JSON)

    def failed(why: str) -> types.CallToolResult:
        return types.CallToolResult(content=[types.TextContent(text=why)], is_error=True)

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed)

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.tools.get(params.name)
        if tool is None:
            raise MCPError(_INVALID, f"There is no such tool. There are: {', '.join(tools.tools)}.")
        try:
            found = await tools.call(tool, params.arguments or {}, _caller(context.request))
        except ValidationError as error:
            return failed(_what_is_wrong(error))
        except (QuestionError, TooOften) as error:
            return failed(str(error))
        except Busy:
            return failed("Too much waits to be answered. Ask again in a moment.")
        except TooSlow:
            return failed("The answer took too long. Ask again, or ask something shorter.")
        except Exception as error:
            _log.error("A tool failed: %s", where(error))
            return failed("Something went wrong here; no word of yours was noted.")
        text = types.TextContent(text=found.text)
        return types.CallToolResult(content=[text, *map(link, found.links)], structured_content=found.value)

    async def list_resources(context: Any, params: Any) -> types.ListResourcesResult:
        whole = types.Resource(uri=tools.address, name=tools.title, mime_type=_JSON)
        sections = [
            types.Resource(uri=to.uri, name=to.name, description=to.reference, mime_type=_JSON)
            for to in tools.sections()
        ]
        return types.ListResourcesResult(resources=[whole, *sections])

    async def list_templates(context: Any, params: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=templates)

    async def read_resource(
        context: Any, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        text = tools.read(params.uri)
        if text is None:
            raise MCPError(_INVALID, "The report has no such place. List the resources to see its sections.")
        content = types.TextResourceContents(uri=params.uri, mime_type=_JSON, text=text)
        return types.ReadResourceResult(contents=[content])

    server: Server[Any] = Server(
        "a4a-qa",
        version=__version__,
        title=tools.title,
        instructions=tools.instructions,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )
    server.middleware.clear()  # it would hand every message to whatever traces this process
    return server


def _caller(request: Any) -> Caller:
    """Who calls, as the rate limit noted it; over standard input there is one caller, and nothing counts."""
    if request is None:
        return Caller()
    return Caller(getattr(request.state, "asker", None), getattr(request.state, "charge", None))


def _what_is_wrong(error: ValidationError) -> str:
    """What is wrong with arguments, without repeating them, or the name of an unknown one."""
    found = []
    for one in error.errors():
        place = one["loc"][:-1] if one["type"] == "extra_forbidden" else one["loc"]
        found.append(": ".join(filter(None, (".".join(map(str, place)), one["msg"]))))
    return f"The arguments are not what the tool takes. {'. '.join(found)}."


class Endpoint:
    """`/mcp` as an ASGI application, which answers while `running`. Raises MissingExtra.

    The page of another site may have got its own name to lead to this machine (DNS rebinding). So only the
    allowed origins of the settings may ask, where a browser tells one, and only by an IP address or a name
    that is known to be ours.
    """

    def __init__(self, tools: Tools, settings: Settings) -> None:
        server = make_server(tools)
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        self._origins = ("", *settings.allowed_origins)
        self._names = ("localhost", urlsplit(settings.public_url).hostname, *settings.mcp_hosts)
        self._manager = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=MOST_BYTES
        )
        # Only POST: without sessions there is nothing to listen for, or to end.
        self.route = Route(PATH, self, methods=["POST"], include_in_schema=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The time in which requests are answered."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if headers.get("origin", "") not in self._origins:
            raise HTTPException(403, "This request came from a page of another site.")
        if not self._is_ours(headers.get("host", "")):
            raise HTTPException(403, "The setting mcp_hosts does not have the name that this was sent to.")
        if not headers.get("content-type", "").lower().startswith(_JSON):
            raise HTTPException(400, f"The body is not declared as JSON: send it as `{_JSON}`.")
        body = await Request(scope, receive).body()
        if _has_bad_id(body):
            await JsonResponse(_BAD_ID, 400)(scope, receive, send)
            return
        await self._manager.handle_request(scope, replay(body, receive), send)

    def _is_ours(self, host: str) -> bool:
        name = re.sub(r":\d*$", "", host.lower())
        try:
            ip_address(name.strip("[]"))
        except ValueError:
            return name in self._names
        return True


def _has_bad_id(body: bytes) -> bool:
    """Whether a message has an id that no reply can have. The SDK takes it for one that wants no reply."""
    try:
        message = from_json(body)
    except ValueError:  # the SDK says what is wrong with it
        return False
    return isinstance(message, dict) and "method" in message and type(message.get("id", 0)) not in (int, str)


def serve_stdio(assistant: Assistant, settings: Settings) -> None:
    """Answer one client over standard input and output until it closes them. Raises MissingExtra.

    Nothing but the protocol reaches standard output: the SDK keeps it for itself meanwhile.
    """
    check_installed()
    asyncio.run(_over_stdio(assistant, settings))


async def _over_stdio(assistant: Assistant, settings: Settings) -> None:
    from mcp.server.stdio import stdio_server

    pools = [
        AnsweringPool(threads=threads, queue=settings.queue, timeout=settings.timeout)
        for threads in (settings.threads, 1)
    ]
    server = make_server(Tools(assistant, Contents(assistant), *pools, base=settings.public_url))
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())
    await asyncio.gather(*(pool.close() for pool in pools))
