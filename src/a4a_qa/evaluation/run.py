"""A run: the answers of one system to the gold questions, as a JSON Lines file.

A line is an answer of the contract with its gold `id` and `ms`, so the output of `a4a-qa ask --batch` is a
run too. Another system need give no more than `id` and `citations`, each with a `quote`. `ranked` may give
the best sentences as [start, end], best first. A question that failed is a line with `id` and `error`; one
line, `{"run": …}`, describes the run. Nothing is left out: a line that cannot be read is a problem of the
run, and its question has failed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a4a_qa.answering.answer import section_of_place
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import GoldQuestion, Quotes
from a4a_qa.evaluation.records import GivenAnswer, validated
from a4a_qa.json_lines import json_object, read_lines
from a4a_qa.output import json_lines_file, replaced
from a4a_qa.report.report import Report, Span

# A question with the earlier ones → the answer contract as JSON values, and `ranked` if the system tells it.
Ask = Callable[[str, Sequence[str]], Mapping[str, Any]]
# How many sentences a run keeps as `ranked`.
RANKED = 15


@dataclass(frozen=True, slots=True)
class RunRow:
    """What a system gave to one question: an answer, or an error; `ms` is the time it took, `ranked` the
    sentences that it found best, if it tells."""

    id: str
    answer: GivenAnswer | None
    error: str | None = None
    ms: float | None = None
    ranked: tuple[Span, ...] | None = None


@dataclass(frozen=True)
class EvalRun:
    """The rows of a run by question id, its description, and what could not be read."""

    rows: Mapping[str, RunRow]
    about: Mapping[str, Any]
    problems: tuple[str, ...] = ()

    @property
    def has_ranking(self) -> bool:
        """Whether the system tells how it ranks sentences."""
        return any(row.ranked is not None for row in self.rows.values())

    def row(self, id: str) -> RunRow:
        """The row of a question; a question that is not in the run has failed."""
        return self.rows.get(id, RunRow(id, None, "not in the run"))


def ask_all(questions: Iterable[GoldQuestion], ask: Ask) -> Iterator[dict[str, Any]]:
    """Put each question to a system; yields the lines of a run, failures included."""
    for question in questions:
        record = question.record
        begun = time.perf_counter()
        try:
            answer = dict(ask(record.question, record.history))
            line = answer | {"id": record.id}
        except Exception as error:  # whatever breaks in the system under test is a finding, not our end
            line = {"id": record.id, "error": f"{type(error).__name__}: {error}"}
        yield line | {"ms": round((time.perf_counter() - begun) * 1000, 2)}


RUN_FILE = json_lines_file("a run", "id", "ms")


def write_run(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write a run; the file appears under its name only when it is complete."""
    with replaced(path, RUN_FILE) as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_run(path: Path, questions: Sequence[GoldQuestion], report: Report | None = None) -> EvalRun:
    """A run from its file; with a `report`, quotes without a place get theirs.

    Lines that cannot be used are named in `problems`; their questions have failed. Raises EvaluationError
    when there is no such file.
    """
    known = {question.id for question in questions}
    rows: dict[str, RunRow] = {}
    about: dict[str, Any] = {}
    problems: list[str] = []
    places = _Places(report) if report else None
    for line, where in _lines(path):
        try:
            values = json_object(line, EvaluationError)
            if "run" in values:
                about = _about(values["run"])
                continue
            row = _row(places.added(values) if places else values, known, rows)
            rows[row.id] = row
            if row.error:
                problems.append(f"{where}: {row.id} failed: {row.error}")
        except EvaluationError as error:
            problems.append(f"{where}: {error}")
    missing = [question.id for question in questions if question.id not in rows]
    if missing:
        problems.append(
            f"{path}: {len(missing)} of {len(questions)} gold questions have no answer, counted as failed: "
            f"{', '.join(missing[:5])}{', …' if len(missing) > 5 else ''}."
        )
    return EvalRun(rows, about, tuple(problems))


class _Places:
    """Where the quotes of another system's answers stand in the report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._quotes = Quotes(report)

    def added(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A line whose answer has what the contract demands; one that has it stays as it is."""
        citations = values.get("citations")
        if not isinstance(citations, list):
            return values
        status = "answered" if citations else "not_in_report"
        placed = [self._placed(c) if isinstance(c, dict) and "start" not in c else c for c in citations]
        return {"status": status, "text": "", "passages": []} | dict(values) | {"citations": placed}

    def _placed(self, citation: Mapping[str, Any]) -> Mapping[str, Any]:
        """A citation with its place; without one if the quote is not in the report or not only once. Then
        it counts as invalid."""
        try:
            span = self._quotes.find(str(citation.get("quote", "")))
        except EvaluationError:
            span = Span(0, 0)
        section = list(section_of_place(self._report, span)) if span.end else []
        endnotes = [mark.number for mark in self._report.marks_in(span.start, span.end)]
        place = {"start": span.start, "end": span.end, "passage_id": None}
        return {"section": section, "endnotes": endnotes} | dict(citation) | place


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        yield from read_lines(path, EvaluationError, errors="replace")
    except EvaluationError as error:
        raise EvaluationError(f"The run {error} Make one with `a4a-qa eval run`.") from error


def _about(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise EvaluationError(f"'run' is {values!r}, expected an object that describes the run.")
    return values


def _row(values: Mapping[str, Any], known: set[str], rows: Mapping[str, RunRow]) -> RunRow:
    name = values.get("id")
    if not isinstance(name, str):
        raise EvaluationError("found no 'id', expected an answer with the id of its gold question.")
    if name not in known:
        raise EvaluationError(f"there is no gold question {name!r}; was the run made with another set?")
    if name in rows:
        raise EvaluationError(f"{name} is answered a second time; only the first answer counts.")
    ms = values.get("ms")
    ms = float(ms) if isinstance(ms, int | float) else None
    if "error" in values:
        return RunRow(name, None, str(values["error"]), ms)
    try:
        ranked = _ranked(values.get("ranked"))
        return RunRow(name, validated(GivenAnswer, values), None, ms, ranked)
    except EvaluationError as error:
        return RunRow(name, None, f"not an answer of the contract: {error}", ms)


def _ranked(values: Any) -> tuple[Span, ...] | None:
    if values is None:
        return None
    is_list = isinstance(values, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(type(at) is int for at in pair) for pair in values
    )
    if not is_list:
        raise EvaluationError(f"'ranked' is {values!r:.60}, expected pairs of start and end.")
    return tuple(Span(*pair) for pair in values)
