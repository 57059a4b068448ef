"""A Markdown file → its pieces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from a4a_qa.parsing.inline import Inline, read_inline
from a4a_qa.parsing.lines import Line, read_lines
from a4a_qa.parsing.markdown_notes import take_definitions, take_endnotes, with_numbers
from a4a_qa.parsing.pieces import BULLET, HEADING, Piece, PieceKind

# What may begin a line before its words, with the white space that a list has behind its signs.
_MARKER = re.compile(r"\s*(?:(?:[-*+•]|\d{1,3}[.)]|\(\d{1,3}\))\s+)?")
_TERM = re.compile(r"\*\*[^*]{1,60}:\*\*|\*\*[^*]{1,60}\*\*:")
_ITEM = re.compile(r"\s*\(\d{1,3}\)\s")
_NUMBERED = re.compile(r"\s*(\d{1,3})[.)]\s+(?=\S)")
_LETTERED = re.compile(r"\s*\((?:[a-zA-Z]|[ivxl]{2,6})\)\s+(?=\S)")
_FOOTNOTE = re.compile(r"\*\s+(?=\S)")
# Words in bold or italics at the begin of a line, as Markdown and HTML write them.
_EMPHASISED = re.compile(
    r"\s*(?:(?P<sign>\*{1,3}|_{1,3})(?=[^\s*])(?:(?!(?P=sign)).){1,200}(?P=sign)(?![*\w])"
    r"|<(?P<tag>b|strong|i|em|u)\b[^<>]*>[^<>]{1,200}</(?P=tag)>)"
)
_BOLD = ("**", "***", "__", "___", "b", "strong", "u")
# A bar that parts cells, those at both ends of a row, and the line below the first row of a table.
_BAR = re.compile(r"(?<!\\)\|")
_OUTER_BARS = re.compile(r"^\||(?<!\\)\|$")
_RULE = re.compile(r"(?=.*\|)\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")


def read_pieces(source: str) -> list[Piece]:
    """The pieces of a Markdown text: the body, the endnotes, and what stands on the last pages."""
    lines, definitions = take_definitions(with_numbers(read_lines(source)))
    body, endnotes, back = take_endnotes(lines)
    return _with_words([*_read_body(body), *definitions, *endnotes, *_read_body(back)])


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


def _read_body(lines: list[Line]) -> Iterator[Piece]:
    items, footnotes = set(_numbered_items(lines)), _footnotes(lines)
    table = -1
    for line, following in zip_longest(lines, lines[1:]):
        below = following.raw.strip() if following and following.chunk == line.chunk else ""
        head = bool(_RULE.fullmatch(below) and _BAR.search(line.raw))
        table = line.chunk if head else table
        if not _RULE.fullmatch(line.raw.strip()):
            kind: PieceKind = "item" if line.number in items else "line"
            kind = "footnote" if line.number in footnotes else kind
            piece = _body_piece(line, kind, in_table=line.chunk == table)
            yield replace(piece, head=True) if head else piece


def _numbered_items(lines: list[Line]) -> Iterator[int]:
    """The numbers of the lines that begin an item of a list («1. …», «(a) …»).

    Amid a paragraph a line can begin with the «18.» that ends a sentence, so there a list begins with 1, and
    with the «(a)» of a law.
    """
    chunk = listed = -1
    for line in lines:
        number = _NUMBERED.match(line.raw)
        may_begin = line.chunk != chunk or line.chunk == listed or (number and number[1] == "1")
        if (number or _LETTERED.match(line.raw)) and may_begin:
            listed = line.chunk
            yield line.number
        chunk = line.chunk


def _footnotes(lines: list[Line]) -> set[int]:
    """The numbers of lines with an asterisk that is no bullet, in a file that has other bullets.

    Such a line is alone: no other one of its chunk is of a list, and none beside it has an asterisk.
    """
    if not any(re.match(r"\s*[-+•]\s+\S", line.raw) for line in lines):
        return set()
    listed = Counter(line.chunk for line in lines if BULLET.match(line.raw) or _ITEM.match(line.raw))
    starred = [False, *(line.raw.lstrip().startswith("* ") for line in lines), False]
    return {
        line.number
        for index, line in enumerate(lines)
        if _FOOTNOTE.match(line.raw) and listed[line.chunk] == 1
        if not starred[index] and not starred[index + 2]
    }


def _body_piece(line: Line, kind: PieceKind, *, in_table: bool) -> Piece:
    raw = line.raw
    heading = HEADING.match(raw)
    if heading:
        words = read_inline(heading[2].rstrip().rstrip("#").rstrip())
        return Piece("line", words.text, words.marks, line.number, line.chunk, level=len(heading[1]))
    if cells := [read_inline(cell) for cell in _cells(raw, in_table)]:
        text = "\t".join(cell.text for cell in cells).rstrip("\t")
        return Piece("row", text, _row_marks(cells, len(text)), line.number, line.chunk)
    if bullet := BULLET.match(raw):
        kind, raw = kind if kind == "footnote" else "bullet", raw[bullet.end() :]
    if kind == "bullet" and _TERM.match(raw):
        kind = "term"
    elif kind in ("bullet", "line") and _ITEM.match(raw):
        kind = "item"
    words = read_inline(raw.removesuffix("\\"))
    emphasis = _EMPHASISED.match(raw)
    return Piece(
        kind,
        words.text,
        words.marks,
        line.number,
        line.chunk,
        breaks=raw.endswith(("  ", "\\")),
        emphasised=len(read_inline(emphasis[0]).text) if emphasis else 0,
        bold=bool(emphasis and (emphasis["sign"] or emphasis["tag"]) in _BOLD),
        indent=_indent(line.raw),
    )


def _indent(raw: str) -> int:
    """The columns before the first character."""
    space = raw[: len(raw) - len(raw.lstrip())]
    return len(space.expandtabs(4))


def _cells(raw: str, in_table: bool) -> list[str]:
    """The cells of a table row, parted by tabs, or by bars, elsewhere at both ends too; else none."""
    if "\t" in _MARKER.sub("", raw, count=1):
        return raw.split("\t")
    row = raw.strip()
    closed = len(row) > 1 and row[0] == "|" and _BAR.match(row, len(row) - 1)
    if closed or (in_table and _BAR.search(row)):
        return [cell.strip() for cell in _BAR.split(_OUTER_BARS.sub("", row))]
    return []


def _row_marks(cells: list[Inline], end: int) -> tuple[tuple[int, int], ...]:
    """The marks of a row whose text ends at `end`; empty cells behind it are no part of it."""
    marks: list[tuple[int, int]] = []
    at = 0
    for cell in cells:
        marks += [(min(at + offset, end), number) for offset, number in cell.marks]
        at += len(cell.text) + 1
    return tuple(marks)
