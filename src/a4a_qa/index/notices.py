"""`notices.jsonl`: which places of the report describe abuse in detail.

A line is `{"quote": "<words of the report, verbatim>", "kind": "distressing"}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from a4a_qa.errors import CorpusError
from a4a_qa.index.questions import place_of
from a4a_qa.json_lines import read_json_lines
from a4a_qa.report import Report

FILE_NAME = "notices.jsonl"
NoticeKind = Literal["distressing"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A place that is shown with care."""

    start: int
    end: int
    kind: NoticeKind = "distressing"


def read_notices(path: Path, report: Report) -> tuple[Notice, ...]:
    """The notices of a file in reading order, none without a file; raises CorpusError naming the line."""
    if not path.is_file():
        return ()
    found = [_notice(record, where, report) for record, where in read_json_lines(path, CorpusError)]
    return tuple(sorted(found, key=lambda notice: notice.start))


def _notice(record: dict[str, Any], where: str, report: Report) -> Notice:
    if set(record) != {"quote", "kind"}:
        raise CorpusError(f"{where}: expected an object with a «quote» and a «kind».")
    if record["kind"] != "distressing" or not isinstance(record["quote"], str):
        raise CorpusError(f"{where}: the kind is {record['kind']!r}, expected «distressing».")
    place = place_of(record["quote"], where, report)
    return Notice(place.start, place.end)
