"""A place in the report, cut into pieces where something is marked and where note marks stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from a4a_qa.report import Block, NoteMark, Report, Sentence, Span, overlap
from a4a_qa.table_rows import cells_of, heads_among, is_row


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
        if heads and is_row(text):
            cells = (cell for cell in cells_of(text, heads) if cell.start < cell.end)
            below = ((cell.head, cut(report, at + cell.start, at + cell.end, marked)) for cell in cells)
            shown.append(Line(tuple(below), is_row=True))
        else:
            shown.append(Line((("", cut(report, at, at + len(text), marked)),)))
        at += len(text) + 2
    return tuple(shown)


def _heads(report: Report, offset: int) -> str:
    """The heads of the columns of the table whose row stands at an offset; empty where there is no row."""
    block = report.block_at(offset)
    return heads_among(report.slice(place) for place in (block.context if block else ()))


def touches(place: Block | Sentence, spans: Sequence[Span]) -> bool:
    """Whether a place shares a character with any of the spans."""
    return any(overlap(span, place) for span in spans)
