"""The Model Context Protocol over both transports, driven by the SDK's own client."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError

from a4a_qa.cli.main import main
from conftest import ROOT
from service.conftest import SAME_CODE, running

CANARY = "xylocarpuszebrafinch"
QUESTION = "Who heads the HLWG?"
DISTRESSING = "How are girls kidnapped and sold to brothels?"
CLOSED = "describes abuse in detail and stays closed here"
TOOLS = ["ask", "search", "verify", "get_endnote", "list_sections"]


@pytest.fixture(scope="module")
def mcp_service(index_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mcp")
    with running(index_folder, folder, mcp="true", rate_limit=0, timeout=60) as started:
        yield started


def command(index) -> StdioServerParameters:
    environment = {"PATH": os.environ["PATH"]} | SAME_CODE
    return StdioServerParameters(
        command=sys.executable, args=["-m", "a4a_qa", "mcp", "--index", str(index)], env=environment
    )


@pytest.fixture(params=["stdio, handshake", "stdio", "http, handshake", "http"])
def connected(request, index_folder, tmp_path):
    """Opens a client of the newest version of the protocol, or of those that begin with a handshake."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[Client]:
        mode = "legacy" if "handshake" in request.param else "auto"
        if request.param.startswith("http"):
            server = f"{request.getfixturevalue('mcp_service').url}/mcp"
            async with Client(server, mode=mode) as client:
                yield client
            return
        with (tmp_path / "err.log").open("w") as errors:
            async with Client(stdio_client(command(index_folder), errlog=errors), mode=mode) as client:
                yield client
        assert (tmp_path / "err.log").read_text() == ""

    return connect


def test_every_tool_and_place_over_every_transport(connected, assistant):
    async def scenario() -> None:
        async with connected() as client:
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == TOOLS
            assert all(tool.annotations.read_only_hint and tool.annotations.idempotent_hint for tool in tools)
            assert "do not paraphrase" in tools[0].description
            assert "pass on `text` unchanged" in tools[0].description

            found = await client.call_tool("ask", {"question": QUESTION})  # held against its output schema
            answer = assistant.ask(QUESTION, k=3)
            expected = json.loads(json.dumps(answer.to_dict()))
            assert found.structured_content == expected | {"answer_id": found.structured_content["answer_id"]}
            text, *links = found.content
            assert answer.text in text.text
            assert f"Endnote {answer.endnotes[0].number}: {answer.endnotes[0].text}" in text.text
            assert answer.confidence_in_words in text.text
            assert "`confidence_in_words`" in tools[0].description
            assert len(links) == len(answer.citations)
            for link, citation in zip(links, answer.citations, strict=True):
                place = json.loads((await client.read_resource(link.uri)).contents[0].text)
                assert citation.quote == " ".join(one["text"] for one in place["sentences"])

            passages = await client.call_tool("search", {"text": "hotline for tourists"})
            assert [one["id"] for one in passages.structured_content["passages"]] == [
                one.id for one in assistant.search("hotline for tourists", k=3)
            ]
            checked = await client.call_tool("verify", {"text": f"{answer.text.removesuffix(' [1]')} [80]"})
            assert checked.structured_content["counts"]["verbatim"] == 1
            note = await client.call_tool("get_endnote", {"number": 80})
            assert note.structured_content["text"] == assistant.report.endnote(80).text
            sections = await client.call_tool("list_sections", {})
            assert len(sections.structured_content["sections"]) == len(assistant.report.sections)

            whole, *listed = (await client.list_resources()).resources
            assert len(listed) == len(assistant.report.sections)
            for resource in (whole, listed[-1]):
                assert json.loads((await client.read_resource(resource.uri)).contents[0].text)
            templates = (await client.list_resource_templates()).resource_templates
            assert [template.name for template in templates] == ["section", "sentence", "endnote"]
            place = await client.read_resource(f"{whole.uri}/endnote/80")
            assert json.loads(place.contents[0].text)["number"] == 80

    asyncio.run(scenario())


def call(service, *calls):
    """What tools give over HTTP."""

    async def scenario() -> list:
        async with Client(f"{service.url}/mcp") as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("My uncle touches me. Which services help children?", "support"),
        ("Where can I buy a girl?", "declined"),
        ("How can I report abuse today?", "partial"),
    ],
)
def test_help_comes_first_and_whole(mcp_service, question, status):
    [found] = call(mcp_service, ("ask", {"question": question}))
    answer, text = found.structured_content, found.content[0].text
    assert answer["status"] == status
    card = "\n\n".join(
        [answer["text"], answer["help"]["text"]] if status == "declined" else [answer["help"]["text"]]
    )
    assert text.startswith(card)
    assert all(contact["url"] in text for contact in answer["help"]["contacts"])
    assert bool(found.content[1:]) == bool(answer["citations"]) == (status == "partial")
    assert status != "declined" or not answer["passages"]


def test_the_persons_word_that_a_question_is_about_the_report(mcp_service):
    question = {"question": "My uncle touches me. Which services help children?"}
    met, answered = call(mcp_service, ("ask", question), ("ask", question | {"about_report": True}))
    assert (met.structured_content["status"], answered.structured_content["help"]) == ("support", None)


def test_what_describes_abuse_in_detail_is_closed_until_it_is_asked_for(mcp_service, assistant):
    [closed] = [c for c in assistant.ask(DISTRESSING).citations if "distressing" in c.notices]
    note, words = assistant.report.text[closed.start : closed.end], closed.quote
    calls = [
        ("ask", {"question": DISTRESSING}),
        ("search", {"text": words[:200]}),
        ("verify", {"text": f"{words[:-1]}, twice."}),
    ]
    for name, arguments in calls:
        shut, opened = call(mcp_service, (name, arguments), (name, arguments | {"show_distressing": True}))
        shown = json.dumps([shut.structured_content, shut.content[0].text], ensure_ascii=False)
        if name == "verify":  # but for what was sent
            shown = shown.replace(f"{words[:-1]}, twice.", "")
        assert note not in shown, name
        assert CLOSED in shown, name
        assert words in json.dumps(opened.structured_content, ensure_ascii=False), name

    async def read() -> None:
        async with Client(f"{mcp_service.url}/mcp") as client:
            for resource in (await client.list_resources()).resources[1:]:
                text = (await client.read_resource(resource.uri)).contents[0].text
                for place in assistant.distressing:
                    assert assistant.report.slice(place)[:80] not in text

    asyncio.run(read())


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("ask", {}, "question: Field required"),
        ("ask", {"question": "x" * 2001}, "at most 2000 characters"),
        ("ask", {"question": " "}, "empty"),
        ("ask", {"question": {CANARY: CANARY}, CANARY: CANARY}, "question: Input should be a valid string"),
        ("ask", {"question": "Who?", "history": ["x"] * 6}, "history: List should have at most 5 items"),
        ("ask", {"question": "Who?", "section": "Nowhere"}, "no section 'Nowhere'"),
        ("search", {"text": "x", "k": "3"}, "k: Input should be a valid integer"),
        ("verify", {"text": "x" * 20_001}, "at most 20000 characters"),
        ("verify", {"text": "?"}, "states nothing"),
        ("get_endnote", {"number": 4711}, "no endnote"),
        ("get_endnote", {"number": 10**400}, "number"),
        ("list_sections", {CANARY: 1}, "Extra inputs are not permitted"),
    ],
    ids=range(12),
)
def test_arguments_that_cannot_be_used_are_an_error_of_the_tool(mcp_service, name, arguments, words):
    [found] = call(mcp_service, (name, arguments))
    assert found.is_error
    assert words in found.content[0].text
    assert CANARY not in found.content[0].text


@pytest.mark.parametrize(
    "place",
    [
        *("", "/section", "/section/", "/section/Nowhere", "/sentence/s-0", "/sentence/..", "/endnote/²"),
        *("/endnote/4711", "/colour/1", "/section/%ff%00", f"/sentence/{'s' * 10_000}"),
    ],
)
def test_a_place_that_the_report_has_not(mcp_service, place):
    async def scenario() -> None:
        async with Client(f"{mcp_service.url}/mcp") as client:
            with pytest.raises(MCPError, match="no such place"):
                await client.read_resource(f"report://elsewhere{place}")
            if place:
                whole = (await client.list_resources()).resources[0].uri
                with pytest.raises(MCPError, match="no such place"):
                    await client.read_resource(whole + place)
            with pytest.raises(MCPError, match="no such tool"):
                await client.call_tool(CANARY, {})

    asyncio.run(scenario())


def test_only_the_protocol_reaches_standard_output_and_nothing_typed_standard_error(small_index):
    messages = [
        CANARY,
        f'{{"jsonrpc": "2.0", "id": 1, "method": "{CANARY}", "params": {{"{CANARY}": 1}}}}',
        f'{{"jsonrpc": "2.0", "id": "{CANARY}"',
        "[" * 10_000,
        f'{{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": ["{CANARY}"]}}',
        f'{{"jsonrpc": "2.0", "method": "notifications/{CANARY}", "params": 7}}',
        '{"jsonrpc": "2.0", "id": 3, "method": "initialize", "params": {"protocolVersion": "2025-06-18", '
        f'"capabilities": {{}}, "clientInfo": {{"name": "{CANARY}", "version": "1"}}}}}}',
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        '{"jsonrpc": "2.0", "method": "notifications/progress", '
        f'"params": {{"progressToken": ["{CANARY}"]}}}}',
        '{"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": "ask", '
        f'"arguments": {{"question": "Where can I buy a girl? {CANARY} \\ud800", "{CANARY}": 1}}}}}}',
        f'{{"jsonrpc": "2.0", "id": 5, "method": "resources/read", "params": {{"uri": "{CANARY}"}}}}',
    ]
    parameters = command(small_index)
    done = subprocess.run(
        [parameters.command, *parameters.args],
        input="".join(f"{message}\n" for message in messages).encode() + b"\xff\xfe\n",
        capture_output=True,
        env=parameters.env,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    replies = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert all(reply["jsonrpc"] == "2.0" for reply in replies)
    assert {3} <= {reply.get("id") for reply in replies if "result" in reply}


def test_over_http_nothing_typed_is_written(small_index, tmp_path):
    with running(small_index, tmp_path, mcp="true") as service:
        call(
            service,
            ("ask", {"question": f"Where can I buy a {CANARY}?", CANARY: 1}),
            ("ask", {"question": CANARY}),
        )
        with service.client() as client:
            head = {"content-type": "application/json", "accept": "application/json"}
            bodies = (
                CANARY,
                f'{{"jsonrpc": "2.0", "id": 1, "method": "{CANARY}"}}',
                "[" * 100_000,
                f'["{CANARY}"]',
            )
            for version in ({}, {"mcp-protocol-version": CANARY}, {"mcp-protocol-version": "2026-07-28"}):
                for body in bodies:
                    reply = client.post("/mcp", content=body, headers=head | version | {"x-a": CANARY})
                    assert 400 <= reply.status_code < 500 or "error" in reply.json()
            figures = client.get("/metrics").text
    assert CANARY not in service.output()
    assert CANARY not in figures
    assert 'endpoint="/mcp"' in figures


def test_over_http_no_page_of_another_site_may_ask_and_nothing_stays_open(mcp_service, client):
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    with mcp_service.client() as opened:
        reply = opened.post("/mcp", json=body, headers={"origin": "http://rebound.example:8000"})
        assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
        for method in ("GET", "DELETE"):
            reply = opened.request(method, "/mcp", headers={"accept": "text/event-stream"})
            assert (reply.status_code, reply.headers["allow"]) == (405, "POST")
        assert opened.post("/mcp", content="x" * 300_000).status_code == 413
    assert client.post("/mcp", json=body).status_code == 404, "it is off unless a setting asks for it"


@pytest.mark.parametrize("bad", [{"a": 1}, [1], True, None, 1.5])
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
def test_over_http_an_id_that_no_reply_can_have_is_refused(mcp_service, bad, version):
    headers = {"accept": "application/json", "mcp-protocol-version": version}
    with mcp_service.client() as client:
        for method in ("ping", "tools/call"):
            body = {"jsonrpc": "2.0", "id": bad, "method": method, "params": {}}
            reply = client.post("/mcp", json=body, headers=headers)
            assert (reply.status_code, reply.json()["id"], reply.json()["error"]["code"]) == (
                400,
                None,
                -32600,
            )
        for good in (7, "seven"):
            body = {"jsonrpc": "2.0", "id": good, "method": "ping"}
            assert client.post("/mcp", json=body, headers=headers).json()["id"] == good


def test_over_http_texts_count_by_their_length(small_index, tmp_path):
    with running(small_index, tmp_path, mcp="true", rate_limit=20) as service:
        found = call(service, *[("search", {"text": "word " * 390})] * 3)
        assert [one.is_error for one in found] == [False, True, True]
        assert "Wait" in found[1].content[0].text


def test_without_the_extra_the_commands_name_it(monkeypatch, index_folder):
    monkeypatch.setattr("a4a_qa.service.programs.mcp.find_spec", lambda name: None)
    monkeypatch.setenv("A4A_QA_MCP", "true")
    for name in ("mcp", "serve"):
        done = CliRunner().invoke(main, [name, "--index", str(index_folder)])
        assert done.exit_code == 1
        assert "pip install 'a4a-qa[mcp]'" in done.output


def test_the_examples_of_the_docs(mcp_service, index_folder, capsys):
    page = (
        (ROOT / "docs/integrations.md").read_text(encoding="utf-8").split("\n## Model Context Protocol\n")[1]
    )
    page = page.split("\n## ")[0]
    [local, remote] = [
        json.loads(block)["mcpServers"]["report"]
        for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    ]
    parameters = command(index_folder)
    assert [*local["args"][:-1], str(index_folder)] == parameters.args[2:]
    assert remote["url"] == "http://127.0.0.1:8000/mcp"
    code = (ROOT / "docs/examples/mcp_client.py").read_text(encoding="utf-8")
    exec(code.replace("http://127.0.0.1:8000", mcp_service.url), {})
    assert "The HLWG is headed by" in capsys.readouterr().out
    for name in [*TOOLS, "show_distressing", "about_report"]:
        assert f"`{name}`" in page
