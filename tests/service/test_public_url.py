"""Where the service is reached: what its links begin with, and the names under which it answers programs."""

import json
import re

import pytest
from starlette.testclient import TestClient

from a4a_qa.assistant import Assistant
from a4a_qa.service.app import create_app
from a4a_qa.settings import Settings

PUBLIC = "https://ask.example.org"
QUESTION = "How many shelters are there in the north?"
ELSEWHERE = {"host": "evil.example"}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
CALL = {"name": "ask", "arguments": {"question": QUESTION}}


@pytest.fixture(scope="module")
def client(small_index):
    settings = Settings(public_url=PUBLIC, mcp=True, mcp_hosts=("a4a-qa",), chat=True, rate_limit=0)
    with TestClient(create_app(Assistant.open(small_index), settings)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}]}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}], "stream": True}),
        ("/v1/responses", {"input": QUESTION}),
        ("/v1/responses", {"input": QUESTION, "stream": True}),
    ],
)
def test_chats_get_links_to_the_public_address_whatever_they_asked(client, path, body):
    text = client.post(path, json=body, headers=ELSEWHERE).text
    links = re.findall(r'"url": ?"([^"]*)', text) + re.findall(r"\]\(([^)]*)", text)
    assert f"{PUBLIC}/report#" in text
    assert all(link.startswith((PUBLIC, "/", "http://health.example.org/")) for link in links)
    assert "evil" not in text


def test_language_models_get_them_too(client):
    headers = {"host": "localhost", "accept": "application/json"}
    body = PING | {"method": "tools/call", "params": CALL}
    result = client.post("/mcp", json=body, headers=headers).json()["result"]
    assert f"]({PUBLIC}/report#" in result["content"][0]["text"]


def test_the_page_of_the_report_says_where_it_is(client):
    page = client.get("/report", headers=ELSEWHERE).text
    [described] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(described)["url"] == f"{PUBLIC}/report"


@pytest.mark.parametrize(
    "path", ["/", "/report", "/help", "/sources", "/embed", "/demo", "/docs", "/openapi.json", "/llms.txt"]
)
def test_no_page_repeats_the_name_that_was_asked(client, path):
    assert "evil" not in client.get(path, headers=ELSEWHERE).text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *[
            (host, 200)
            for host in ("localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "10.0.0.5")
        ],
        *[(host, 200) for host in ("ask.example.org", "ask.example.org:443", "a4a-qa:8000")],
        *[(host, 403) for host in ("evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example")],
        *[(host, 403) for host in ("ask.example.org.evil.example", "", "[", "localhost:evil", "a4a-qa@evil")],
    ],
)
def test_language_models_are_answered_only_under_names_that_are_ours(client, host, status):
    reply = client.post("/mcp", json=PING, headers={"host": host, "accept": "application/json"})
    assert reply.status_code == status
    assert status == 200 or reply.json()["code"] == "forbidden"
