"""A client that openapi-python-client generates from the service's own description."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from service.conftest import Service

# What a program does that asks too long a question.
TOO_LONG = """
from report_client import Client
from report_client.api.asking import ask
from report_client.models import AskRequest

client = Client(base_url="http://127.0.0.1:8000")
problem = ask.sync(client=client, body=AskRequest(question="x" * 3000))
print(type(problem).__name__, problem.code, problem.errors[0].where)
"""


@pytest.fixture(scope="module")
def generated(service, client, tmp_path_factory) -> Path:
    """The folder with the package `report_client`, which was generated without a warning."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(client.get("/openapi.json").text, encoding="utf-8")
    (folder / "config.yaml").write_text("post_hooks: []\n", encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--path", "openapi.json",
        "--config", "config.yaml", "--meta", "none", "--output-path", "report_client", "--fail-on-warning",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_it_compiles(generated):
    command = [sys.executable, "-W", "error", "-m", "compileall", "-q", "report_client"]
    subprocess.run(command, cwd=generated, check=True, timeout=120)


def printed(program: str, folder: Path, service: Service) -> str:
    """What a program prints that asks a service which stands at another address than by default."""
    program = program.replace("http://127.0.0.1:8000", service.url)
    command = [sys.executable, "-c", program]
    environment = {"NO_PROXY": "*"}
    done = subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, text=True, timeout=120
    )
    return done.stdout


def test_the_example_of_the_docs_asks_the_service(generated, service, assistant):
    example = (ROOT / "docs/examples/openapi_client.py").read_text(encoding="utf-8")
    cited = assistant.ask("Who heads the HLWG?").citations
    assert printed(example, generated, service) == "".join(f"{c.quote} {c.reference}\n" for c in cited)


def test_it_understands_what_goes_wrong(generated, service):
    expected = "ProblemReply invalid_request ['body', 'question']\n"
    assert printed(TOO_LONG, generated, service) == expected


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
