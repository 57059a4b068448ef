"""A place in the report, cut into pieces where something is marked and where note marks stand."""

from __future__ import annotations

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


def touches(place: Block | Sentence, spans: Sequence[Span]) -> bool:
    """Whether a place shares a character with any of the spans."""
    return any(overlap(span, place) for span in spans)
