"""A client that openapi-python-client generates from the service's own description."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.conftest import Service

# Asks a question, then one that is too long, as a program does that uses the client.
PROGRAM = """
import sys
from client import Client
from client.api.asking import ask
from client.models import AskRequest

client = Client(base_url=sys.argv[1], httpx_args={"trust_env": False})
answer = ask.sync(client=client, body=AskRequest(question="Who heads the HLWG?"))
print(type(answer).__name__, answer.citations[0].quote)
problem = ask.sync(client=client, body=AskRequest(question="x" * 3000))
print(type(problem).__name__, problem.code, problem.errors[0].where)
"""


@pytest.fixture(scope="module")
def generated(service, client, tmp_path_factory) -> Path:
    """The folder with the package `client`, which was generated without a warning."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(client.get("/openapi.json").text, encoding="utf-8")
    (folder / "config.yaml").write_text("post_hooks: []\n", encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--path", "openapi.json",
        "--config", "config.yaml", "--meta", "none", "--output-path", "client", "--fail-on-warning",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_it_compiles(generated):
    command = [sys.executable, "-W", "error", "-m", "compileall", "-q", "client"]
    subprocess.run(command, cwd=generated, check=True, timeout=120)


def test_it_asks_and_understands_what_goes_wrong(generated, service: Service, assistant):
    command = [sys.executable, "-c", PROGRAM, service.url]
    done = subprocess.run(command, cwd=generated, check=True, capture_output=True, text=True, timeout=120)
    answer, problem = done.stdout.splitlines()
    assert answer == f"AnswerReply {assistant.ask('Who heads the HLWG?').citations[0].quote}"
    assert problem == "ProblemReply invalid_request ['body', 'question']"


def test_operations_have_plain_names_and_problems_one_model(client):
    schema = client.get("/openapi.json").json()
    operations = [one for methods in schema["paths"].values() for one in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert {"ask", "search", "verify", "report", "passage", "endnote"} <= set(names)
    problems = {
        json.dumps(content)
        for operation in operations
        for reply in operation["responses"].values()
        for kind, content in reply.get("content", {}).items()
        if kind == "application/problem+json"
    }
    assert problems == {'{"schema": {"$ref": "#/components/schemas/ProblemReply"}}'}
