"""A place in the report, cut into pieces where something is marked and where note marks stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from a4a_qa.report import Block, NoteMark, Report, Sentence, Span, overlap


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the report, with the note marks right behind them."""

    text: str
    is_marked: bool
    notes: tuple[NoteMark, ...]


def cut(report: Report, start: int, end: int, marked: Sequence[Span] = ()) -> tuple[Piece, ...]:
    """The pieces of `start:end`; `marked` are the places that stand out."""
    notes = report.marks_in(start, end)
    edges = {start, end, *(note.offset for note in notes)}
    edges |= {at for span in marked for at in (span.start, span.end) if start < at < end}
    return tuple(
        Piece(
            report.text[left:right],
            any(span.start <= left and right <= span.end for span in marked),
            tuple(note for note in notes if note.offset == right),
        )
        for left, right in pairwise(sorted(edges))
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A block as it is shown, by itself: its cells below the heads of their columns where it is a table row
    whose heads are known, or else one cell without a head."""

    cells: tuple[tuple[str, tuple[Piece, ...]], ...]
    is_row: bool = False


def lines(report: Report, start: int, end: int, marked: Sequence[Span] = ()) -> tuple[Line, ...]:
    """The lines of `start:end`, one for each block; empty cells of a row are left out."""
    shown: list[Line] = []
    at = start
    for text in report.text[start:end].split("\n\n"):
        heads = _heads(report, at)
        if heads and "\t" in text:
            ends = [at + mark.start() for mark in re.finditer(r"\t|\Z", text)]
            cells = [cut(report, left + 1, right, marked) for left, right in pairwise([at - 1, *ends])]
            heads += [""] * (len(cells) - len(heads))
            shown.append(Line(tuple(one for one in zip(heads, cells, strict=False) if one[1]), is_row=True))
        else:
            shown.append(Line((("", cut(report, at, at + len(text), marked)),)))
        at += len(text) + 2
    return tuple(shown)


def _heads(report: Report, offset: int) -> list[str]:
    """The heads of the columns of the table whose row stands at an offset; none where there is no row."""
    block = report.block_at(offset)
    heads = (report.slice(place) for place in (block.context if block else ()))
    return next((text.split("\t") for text in heads if "\t" in text), [])


def touches(place: Block | Sentence, spans: Sequence[Span]) -> bool:
    """Whether a place shares a character with any of the spans."""
    return any(overlap(span, place) for span in spans)
