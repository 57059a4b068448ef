"""API keys: made, listed and removed on the command line, asked for at the door of the service."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from a4a_qa.cli.main import main
from a4a_qa.errors import SettingsError
from a4a_qa.service.programs.keys import KeyFile, KeyRing
from service.conftest import running

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("A4A_QA_API_KEYS", str(tmp_path / "keys.jsonl"))
    return tmp_path / "keys.jsonl"


def key(*arguments: str):
    return CliRunner().invoke(main, ["key", *arguments])


def test_a_key_is_shown_once_and_kept_as_a_hash(file):
    made = key("add", "library@example.org")
    assert "shown only now" in made.stderr
    text = made.stdout.strip()
    assert len(text) > 43
    assert text not in file.read_text()
    assert text not in key("list").output
    assert "library@example.org" in key("list").output
    assert key("add", "second").stdout != made.stdout
    ring = KeyRing(file)
    assert ring.name_of(text) == "library@example.org"
    assert ring.name_of(text[:-1]) is ring.name_of("") is ring.name_of("\ud800") is None
    key("remove", "library@example.org")
    assert ring.name_of(text) is None, "a removed key is refused at once"
    file.write_text("damaged")
    assert ring.name_of(made.stdout) is None, "a file that cannot be read lets nobody in"


def test_keys_that_are_made_at_one_moment_are_all_kept(file, monkeypatch):
    names = [f"program-{number}" for number in range(8)]
    read = KeyFile.read

    def read_slowly(self):
        keys = read(self)
        time.sleep(0.02)  # long enough for the others to read the same
        return keys

    monkeypatch.setattr(KeyFile, "read", read_slowly)
    KeyFile(file).add("first")
    with ThreadPoolExecutor(len(names)) as pool:
        made = list(pool.map(lambda name: KeyFile(file).add(name), names))
        list(pool.map(lambda name: KeyFile(file).remove(name), ["first", names[0]]))
    ring = KeyRing(file)
    assert [ring.name_of(text) for text in made] == [None, *names[1:]]
    assert ring.name_of("") is None
    assert {one.name for one in KeyFile(file).read()} == set(names[1:])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "two words"], "up to 64"),
        (["add", "x" * 65], "up to 64"),
        (["add", "\x1b[31m"], "up to 64"),
        (["add", "first"], "already"),
        (["remove", "second"], "no key of this name"),
    ],
)
def test_names_that_cannot_be_used(file, arguments, words):
    key("add", "first")
    done = key(*arguments)
    assert done.exit_code == 1
    assert words in done.output


def test_without_a_file_the_setting_is_named(file, monkeypatch):
    assert "Make a key" in key("list").output
    monkeypatch.delenv("A4A_QA_API_KEYS")
    assert "Set A4A_QA_API_KEYS" in key("add", "first").output


@pytest.mark.parametrize(
    "line", ["7", "{}", '{"name": "a", "sha256": "b", "created": "c"}', '{"name": 1, "colour": 2}', "\ud800"]
)
def test_a_file_that_holds_no_keys_stops_the_start(file, line):
    file.write_bytes(line.encode("utf-8", "surrogatepass"))
    with pytest.raises(SettingsError, match=r"keys\.jsonl"):
        KeyFile(file).read()
    assert str(file) in CliRunner().invoke(main, ["serve", "--port", "0"]).output.replace("\n", "")


def test_only_who_has_a_key_comes_in_and_limits_hold_for_each_key(small_index, tmp_path):
    file = tmp_path / "keys.jsonl"
    first, second = (KeyFile(file).add(name) for name in ("first", "second"))
    with (
        running(small_index, tmp_path, mcp="true", api_keys=file, rate_limit=12) as service,
        service.client() as client,
    ):
        for headers in (
            {},
            {"authorization": f"Bearer {first}x"},
            {"authorization": f"Basic {first}"},
            {"authorization": "Bearer \xff\x00".encode("latin-1")[:8]},
            {"authorization": "Bearer " + "x" * 20_000},
        ):
            for path in ("/mcp", "/mcp%0A"):
                reply = client.post(path, json=PING, headers=headers)
                assert (reply.status_code, reply.json()["code"]) == (401, "unauthorised")
                assert reply.headers["www-authenticate"].startswith("Bearer")
        accepted = {"accept": "application/json"}

        def ping(text: str) -> int:
            return client.post(
                "/mcp", json=PING, headers=accepted | {"authorization": f"bearer {text}"}
            ).status_code

        assert [ping(first) for _ in range(13)] == [200] * 12 + [429]

        async def ask() -> str:
            opened = httpx2.AsyncClient(headers={"authorization": f"Bearer {second}"})
            transport = streamable_http_client(f"{service.url}/mcp", http_client=opened)
            async with opened, Client(transport) as report:
                found = await report.call_tool("ask", {"question": "How many shelters are in the north?"})
                return found.content[0].text

        assert "There are 12 shelters in the north." in asyncio.run(ask())
        assert client.post("/v1/ask", json={"question": "How many shelters?"}).status_code == 200, (
            "needs no key"
        )
        KeyFile(file).remove("second")
        assert ping(second) == 401
    assert not any(word in service.output() for word in (first, second, "first", "second"))
