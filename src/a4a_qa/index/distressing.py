"""`notices.jsonl`: which places of the report describe abuse in detail.

A line is `{"quote": "<words of the report, verbatim>", "kind": "distressing"}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from a4a_qa.errors import CorpusError
from a4a_qa.json_lines import read_json_lines
from a4a_qa.report.anchors import place_of
from a4a_qa.report.report import Report

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
    places = [place_of(quote, where, report) for quote, where in read_quotes(path)]
    return tuple(Notice(place.start, place.end) for place in sorted(places, key=lambda place: place.start))


def read_quotes(path: Path) -> Iterator[tuple[str, str]]:
    """The quotes of a file, each with its line for messages, wherever they stand in a report and whether they
    do; none without a file; raises CorpusError naming the line."""
    if path.is_file():
        yield from ((_quote(record, where), where) for record, where in read_json_lines(path, CorpusError))


def _quote(record: dict[str, Any], where: str) -> str:
    if set(record) != {"quote", "kind"}:
        raise CorpusError(f"{where}: expected an object with a 'quote' and a 'kind'.")
    quote, kind = record["quote"], record["kind"]
    if kind != "distressing" or not isinstance(quote, str):
        raise CorpusError(f"{where}: the kind is {kind!r}, expected 'distressing'.")
    return quote
