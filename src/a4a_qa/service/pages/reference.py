"""The API reference: what OpenAPI says of each endpoint, with a request that can be sent as it stands."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from a4a_qa.assistant import Assistant

# Where `a4a-qa serve` listens by default; a script puts in the address that the page has.
_BASE = "http://127.0.0.1:8000"
# Sent as an example where a body may be anything.
_QUESTION = "What does the report recommend?"


@dataclass(frozen=True, slots=True)
class Samples:
    """Values for sample requests: bodies by path, and the parts of paths by name."""

    bodies: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, str]

    @classmethod
    def of_report(cls, assistant: Assistant, questions: Sequence[str]) -> Samples:
        """Samples about one report; the first of some questions is asked."""
        said = next((s for s in assistant.report.sentences if s.endnotes), None)
        bodies = _bodies(questions)
        if said:
            bodies["/v1/verify"] = {"text": assistant.report.slice(said)}
        notes = assistant.report.endnotes
        passage = next((passage.id for passage in assistant.passages), "p-1")
        return cls(bodies, {"id": passage, "number": str(notes[0].number) if notes else "1"})

    @classmethod
    def of_library(cls, questions: Sequence[str]) -> Samples:
        """Samples about a library."""
        return cls(_bodies(questions), {})


def _bodies(questions: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    question = next(iter(questions), _QUESTION)
    return {
        "/v1/ask": {"question": question},
        "/v1/search": {"text": question, "k": 3},
        "/v1/verify": {"text": question},
        "/v1/feedback": {"value": "yes"},
    }


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint with its description in OpenAPI; `path` and `body` are those of the sample request."""

    method: str
    pattern: str
    anchor: str
    operation: Mapping[str, Any]
    path: str
    body: str | None

    @property
    def curl(self) -> str:
        """The sample request as a line for a terminal."""
        address = shlex.quote(f"{_BASE}{self.path}")
        if self.body is None:
            return f"curl {address}"
        return f"curl {address} --json {shlex.quote(self.body)}"


def grouped(schema: Mapping[str, Any], samples: Samples) -> list[tuple[str, list[Endpoint]]]:
    """The endpoints by their tags, in the order of the schema."""
    groups: dict[str, list[Endpoint]] = {}
    for pattern, methods in schema["paths"].items():
        path = pattern
        for name, value in samples.values.items():
            path = path.replace(f"{{{name}}}", value)
        for method, operation in methods.items():
            body = samples.bodies.get(pattern, {}) if "requestBody" in operation else None
            endpoint = Endpoint(
                method.upper(),
                pattern,
                f"{method}{pattern.replace('/', '-').translate({123: None, 125: None})}",
                operation,
                path,
                None if body is None else json.dumps(body, ensure_ascii=False),
            )
            groups.setdefault(next(iter(operation.get("tags", ())), "other"), []).append(endpoint)
    return list(groups.items())


def common_replies(schema: Mapping[str, Any]) -> dict[str, str]:
    """The replies that stand at every endpoint, by their status."""
    replies = [
        operation["responses"] for methods in schema["paths"].values() for operation in methods.values()
    ]
    first, *others = replies or [{}]
    return {
        status: reply["description"]
        for status, reply in first.items()
        if others and all(one.get(status) == reply for one in others)
    }
