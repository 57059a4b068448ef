"""A Markdown file → pieces: what each line is, before anyone asks how the lines belong together.

A piece is a line, a list item, a numbered item, a table row, a footnote with an asterisk or (part of)
an endnote, with its words, its note marks and its place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from a4a_qa.reading.inline import SUPERSCRIPTS, Inline, digits, read_inline

PieceKind = Literal["line", "bullet", "term", "item", "row", "footnote", "endnote", "endnote_more"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the file. Lines without a blank line between them share a `chunk`.

    `number` is that of an endnote; `level` counts the `#` of a Markdown heading. A row keeps its
    cells apart with tabs.
    """

    kind: PieceKind
    text: str
    marks: tuple[tuple[int, int], ...]
    line: int
    chunk: int
    number: int | None = None
    level: int = 0


_ENDNOTE = re.compile(
    rf"\s*(?:[-*+]\s+)?(?:(?P<raised>[{SUPERSCRIPTS}]{{1,4}})"
    r"|<sup>(?P<sup>\d{1,4})</sup>|\[\^(?P<footnote>\d{1,4})\]:)\s*(?=\S)"
)
_NOTES_HEADING = re.compile(r"(?:#+\s*)?\**(?:end ?notes|notes|references|footnotes)\**\s*$", re.IGNORECASE)
_PLAIN_ENDNOTE = re.compile(r"\s*(?:[-*+]\s+)?\[?(?P<plain>\d{1,4})[.)\]]\s+(?=\S)")
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_BULLET = re.compile(r"\s*[-*+•]\s+(?=\S)")
_TERM = re.compile(r"\*\*[^*]{1,60}:\*\*|\*\*[^*]{1,60}\*\*:")
_ITEM = re.compile(r"\s*\(\d{1,3}\)\s")
_FOOTNOTE = re.compile(r"\s*\*\s+(?=\S)")
# A bar that parts cells, and the line below the first row of a table.
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")


def read_pieces(source: str) -> list[Piece]:
    """The pieces of a Markdown text, in order. Blank lines only part the chunks."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first_note = _first_endnote(lines)
    pieces = _with_words(_read_body(lines[:first_note]))
    chunk = pieces[-1].chunk + 1 if pieces else 0
    return _with_words([*pieces, *_read_endnotes(lines, first_note, chunk)])


def _with_words(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces without those that hold markup only; their marks go to the piece before them."""
    kept: list[Piece] = []
    for piece in pieces:
        if piece.text or piece.kind == "endnote":
            kept.append(piece)
        elif piece.marks and kept and kept[-1].chunk == piece.chunk:
            end = len(kept[-1].text)
            more = tuple((end, number) for _, number in piece.marks)
            kept[-1] = replace(kept[-1], marks=(*kept[-1].marks, *more))
    return kept


def _first_endnote(lines: list[str]) -> int:
    """The index of the line that begins the endnotes, or the number of lines."""
    for index, line in enumerate(lines):
        match = _ENDNOTE.match(line)
        if match and not _begins_mid_sentence(line[match.end() :]):
            return index
    for index, line in enumerate(lines):
        if _NOTES_HEADING.match(line):
            rest = next((i for i in range(index + 1, len(lines)) if lines[i].strip()), len(lines))
            if rest < len(lines) and _PLAIN_ENDNOTE.match(lines[rest]):
                return rest
    return len(lines)


def _begins_mid_sentence(text: str) -> bool:
    """A line of a wrapped paragraph can begin with a raised digit; then it goes on in small letters."""
    return text[:1].islower() and "://" not in text[:10]


def _read_body(lines: list[str]) -> Iterator[Piece]:
    bullets_are_asterisks = not any(re.match(r"\s*[-+•]\s+\S", line) for line in lines)
    chunk = 0
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            chunk += 1
            continue
        if not _RULE.fullmatch(raw.strip()):
            yield _body_piece(raw, number, chunk, bullets_are_asterisks)


def _body_piece(raw: str, line: int, chunk: int, bullets_are_asterisks: bool) -> Piece:
    heading = _HEADING.match(raw)
    if heading:
        words = read_inline(heading[2].rstrip().rstrip("#").rstrip())
        return Piece("line", words.text, words.marks, line, chunk, level=len(heading[1]))
    if cells := [read_inline(cell) for cell in _cells(raw)]:
        text = "\t".join(cell.text for cell in cells).rstrip("\t")
        return Piece("row", text, _row_marks(cells, len(text)), line, chunk)
    kind: PieceKind = "line"
    if _FOOTNOTE.match(raw) and not bullets_are_asterisks:
        kind, raw = "footnote", raw[_FOOTNOTE.match(raw).end() :]  # type: ignore[union-attr]
    elif bullet := _BULLET.match(raw):
        kind, raw = "bullet", raw[bullet.end() :]
    if kind == "bullet" and _TERM.match(raw):
        kind = "term"
    elif kind in ("bullet", "line") and _ITEM.match(raw):
        kind = "item"
    words = read_inline(raw)
    return Piece(kind, words.text, words.marks, line, chunk)


def _cells(raw: str) -> list[str]:
    """The cells of a table row, parted by tabs, or by bars that stand at both ends too; else none."""
    if "\t" in raw.lstrip():
        return raw.split("\t")
    row = raw.strip()
    if len(row) > 1 and row[0] == "|" and _BAR.match(row, len(row) - 1):
        return [cell.strip() for cell in _BAR.split(row[1:-1])]
    return []


def _row_marks(cells: list[Inline], end: int) -> tuple[tuple[int, int], ...]:
    """The marks of a row whose text ends at `end`; empty cells behind it are no part of it."""
    marks: list[tuple[int, int]] = []
    at = 0
    for cell in cells:
        marks += [(min(at + offset, end), number) for offset, number in cell.marks]
        at += len(cell.text) + 1
    return tuple(marks)


def _read_endnotes(lines: list[str], first: int, chunk: int) -> Iterator[Piece]:
    """Endnote pieces up to the last one, then whatever stands on the last pages."""
    plain = first < len(lines) and not _ENDNOTE.match(lines[first])
    pattern = _PLAIN_ENDNOTE if plain else _ENDNOTE
    starts = [index for index in range(first, len(lines)) if pattern.match(lines[index])]
    for index in range(first, len(lines)):
        raw = lines[index]
        if not raw.strip():
            chunk += 1
            continue
        match = pattern.match(raw)
        if match:
            words = read_inline(raw[match.end() :])
            kind = match.lastgroup or ""
            value = digits(match[kind]) if kind == "raised" else int(match[kind])
            yield Piece("endnote", words.text, words.marks, index + 1, chunk, number=value)
            last_chunk = chunk
            continue
        bullet = _BULLET.match(raw)
        if index < starts[-1] or bullet or chunk == last_chunk:
            words = read_inline(raw[bullet.end() :] if bullet else raw)
            yield Piece("endnote_more", words.text, words.marks, index + 1, chunk)
        else:
            yield _body_piece(raw, index + 1, chunk, False)
