"""A place in the report as it is shown: cut where marked words begin and end, and where note marks stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from a4a_qa.report.report import Block, NoteMark, Report, Sentence, Span, overlap
from a4a_qa.report.table_rows import cells_of, heads_among, is_row


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words of the report, with the note marks that follow them."""

    text: str
    is_marked: bool
    notes: tuple[NoteMark, ...]


def cut(report: Report, start: int, end: int, marked: Sequence[Span] = ()) -> tuple[Fragment, ...]:
    """The fragments of the text `start:end`; those within one of the spans `marked` stand out."""
    notes = report.marks_in(start, end)
    edges = {start, end, *(note.offset for note in notes)}
    edges |= {at for span in marked for at in (span.start, span.end) if start < at < end}
    return tuple(
        Fragment(
            report.text[left:right],
            any(span.start <= left and right <= span.end for span in marked),
            tuple(note for note in notes if note.offset == right),
        )
        for left, right in pairwise(sorted(edges))
    )


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """A block shown by itself, as (column head, cell) pairs: those of a table row whose heads are known, or
    else one cell without a head."""

    cells: tuple[tuple[str, tuple[Fragment, ...]], ...]
    is_row: bool = False


def lines(report: Report, start: int, end: int, marked: Sequence[Span] = ()) -> tuple[ExcerptLine, ...]:
    """The lines of the text `start:end`, one a block; empty cells of a row are left out."""
    shown: list[ExcerptLine] = []
    at = start
    for text in report.text[start:end].split("\n\n"):
        heads = _heads(report, at)
        if heads and is_row(text):
            cells = (cell for cell in cells_of(text, heads) if cell.start < cell.end)
            below = ((cell.head, cut(report, at + cell.start, at + cell.end, marked)) for cell in cells)
            shown.append(ExcerptLine(tuple(below), is_row=True))
        else:
            shown.append(ExcerptLine((("", cut(report, at, at + len(text), marked)),)))
        at += len(text) + 2
    return tuple(shown)


def _heads(report: Report, offset: int) -> str:
    """The column heads of the table row at an offset; empty if there is no row."""
    block = report.block_at(offset)
    return heads_among(report.slice(place) for place in (block.context if block else ()))


def touches(place: Block | Sentence, spans: Sequence[Span]) -> bool:
    """Whether a place shares a character with any of the spans."""
    return any(overlap(span, place) for span in spans)
