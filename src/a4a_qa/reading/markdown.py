"""A Markdown file → pieces: what each line is, before anyone asks how the lines belong together.

A piece is a line, a list item, a numbered item, a table row, a footnote with an asterisk or (part of)
an endnote, with its words, its note marks and its place in the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, zip_longest
from typing import Literal

from a4a_qa.notation import RAISED_DIGITS
from a4a_qa.reading.inline import Inline, digits, read_inline
from a4a_qa.reading.lines import Line, read_lines

PieceKind = Literal["line", "bullet", "term", "item", "row", "footnote", "endnote", "endnote_more"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the file. Lines without a blank line between them share a `chunk`.

    `number` is that of an endnote; `level` counts the `#` of a Markdown heading. A row keeps its
    cells apart with tabs; a `head` is one that a line of dashes below makes the head of its table.
    Where a line `breaks`, the next one begins a line in print as well.
    """

    kind: PieceKind
    text: str
    marks: tuple[tuple[int, int], ...]
    line: int
    chunk: int
    number: int | None = None
    level: int = 0
    head: bool = False
    breaks: bool = False


_ENDNOTE = re.compile(
    rf"\s*(?:[-*+]\s+)?(?:(?P<raised>[{RAISED_DIGITS}]{{1,4}})|<sup>(?P<sup>\d{{1,4}})</sup>)\s*(?=\S)"
)
_LABEL = re.compile(r"(?<!\\)\[\^([^\[\]\s]{1,100})\]")
_DEFINITION = re.compile(rf"\s*(?:[-*+]\s+)?{_LABEL.pattern}:\s*(?=\S)")
_INDENTED = re.compile(r" {2}|\t")
# A list or an indented paragraph below an endnote is more of it.
_NOTE_GOES_ON = re.compile(r" {2}|\t|\s*[-*+•]\s+\S")
_NOTES_HEADING = re.compile(r"(?:#+\s*)?\**(?:end ?notes|notes|references|footnotes)\**\s*$", re.IGNORECASE)
_PLAIN_ENDNOTE = re.compile(r"\s*(?:[-*+]\s+)?\[?(?P<plain>\d{1,4})[.)\]]\s+(?=\S)")
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_BULLET = re.compile(r"\s*[-*+•]\s+(?=\S)")
# What may begin a line before its words, with the white space that a list has behind its signs.
_MARKER = re.compile(r"\s*(?:(?:[-*+•]|\d{1,3}[.)]|\(\d{1,3}\))\s+)?")
_TERM = re.compile(r"\*\*[^*]{1,60}:\*\*|\*\*[^*]{1,60}\*\*:")
_ITEM = re.compile(r"\s*\(\d{1,3}\)\s")
_NUMBERED = re.compile(r"\s*(\d{1,3})[.)]\s+(?=\S)")
_FOOTNOTE = re.compile(r"\*\s+(?=\S)")
# A bar that parts cells, those at both ends of a row, and the line below the first row of a table.
_BAR = re.compile(r"(?<!\\)\|")
_OUTER_BARS = re.compile(r"^\||(?<!\\)\|$")
_RULE = re.compile(r"(?=.*\|)\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")


def read_pieces(source: str) -> list[Piece]:
    """The pieces of a Markdown text: the body, the endnotes, and what stands on the last pages."""
    lines, definitions = _take_definitions(_with_numbers(read_lines(source)))
    body, endnotes, back = _take_endnotes(lines)
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


def _with_numbers(lines: list[Line]) -> list[Line]:
    """The lines with numbers for the names of footnotes («[^source]»), in order of their first use."""
    defined = {match[1] for line in lines if (match := _DEFINITION.match(line.raw))}
    labels = dict.fromkeys(label for line in lines for label in _LABEL.findall(line.raw) if label in defined)
    numbers = {label for label in labels if re.fullmatch(r"\d{1,4}", label)}
    free = (str(number) for number in count(1) if str(number) not in numbers)
    named = {label: next(free) for label in labels if label not in numbers}
    if not named:
        return lines

    def number(match: re.Match[str]) -> str:
        return f"[^{named.get(match[1], match[1])}]"

    return [replace(line, raw=_LABEL.sub(number, line.raw)) for line in lines]


def _take_definitions(lines: list[Line]) -> tuple[list[Line], list[Piece]]:
    """The other lines, and the notes written «[^1]: …», which may stand anywhere.

    To such a note belong the lines right below it, and the paragraphs behind it that are indented.
    """
    others: list[Line] = []
    notes: list[Piece] = []
    inside, chunk = False, -1
    for line in lines:
        definition = _DEFINITION.match(line.raw)
        goes_on = line.chunk == chunk or _INDENTED.match(line.raw)
        inside = bool(definition or (inside and goes_on and not _HEADING.match(line.raw)))
        chunk = line.chunk
        if definition:
            notes.append(_note_piece(line, definition.end(), int(definition[1])))
        elif inside:
            notes.append(_note_piece(line))
        else:
            others.append(line)
    return others, notes


def _note_piece(line: Line, start: int = 0, number: int | None = None) -> Piece:
    """The begin of an endnote behind its number, or without a number more of the one before."""
    bullet = _BULLET.match(line.raw) if number is None else None
    words = read_inline(line.raw[bullet.end() if bullet else start :])
    kind: PieceKind = "endnote_more" if number is None else "endnote"
    return Piece(kind, words.text, words.marks, line.number, line.chunk, number)


def _take_endnotes(lines: list[Line]) -> tuple[list[Line], list[Piece], list[Line]]:
    """The lines of the body, the endnotes, which may stand behind each chapter, and what follows the last."""
    raised = any(_begins_endnotes(line) for line in lines)
    pattern = _ENDNOTE if raised else _PLAIN_ENDNOTE
    body: list[Line] = []
    notes: list[Piece] = []
    at, parted = 0, False
    while (first := _first_endnote(lines, at, raised)) < len(lines):
        chapter = _next_chapter(lines, first, pattern)
        run = lines[first:chapter]
        parted = parted or _are_parted(run, pattern)
        found = _read_endnotes(run, pattern, parted=parted)
        body += lines[at:first]
        notes += found
        at = first + len(found)
        if chapter == len(lines) and not parted:
            return body, notes, lines[at:]
    return body + lines[at:], notes, []


def _begins_endnotes(line: Line) -> bool:
    match = _ENDNOTE.match(line.raw)
    return bool(match and not _begins_mid_sentence(line.raw[match.end() :]))


def _begins_plain_endnotes(lines: list[Line], index: int) -> bool:
    """Whether a number begins endnotes: only a heading tells it from that of a list."""
    heading = lines[index - 1].raw if index else ""
    return bool(_PLAIN_ENDNOTE.match(lines[index].raw) and _NOTES_HEADING.match(heading))


def _first_endnote(lines: list[Line], at: int, raised: bool) -> int:
    """The index of the next line that begins endnotes, or the number of lines."""
    for index in range(at, len(lines)):
        if _begins_endnotes(lines[index]) if raised else _begins_plain_endnotes(lines, index):
            return index
    return len(lines)


def _next_chapter(lines: list[Line], first: int, pattern: re.Pattern[str]) -> int:
    """The index of the heading in `#` below endnotes that has text below it, or the number of lines."""
    heading = None
    for index in range(first, len(lines)):
        if pattern.match(lines[index].raw):
            heading = None
        elif _HEADING.match(lines[index].raw):
            heading = heading or index
        elif heading:
            return heading
    return len(lines)


def _begins_mid_sentence(text: str) -> bool:
    """A line of a wrapped paragraph can begin with a raised digit; then it goes on in small letters."""
    return text[:1].islower() and "://" not in text[:10]


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
    """The numbers of the lines that begin an item of a list («1. …»).

    Amid a paragraph a line can begin with the «18.» that ends a sentence, so there a list begins with 1.
    """
    chunk = listed = -1
    for line in lines:
        match = _NUMBERED.match(line.raw)
        if match and (line.chunk != chunk or line.chunk == listed or match[1] == "1"):
            listed = line.chunk
            yield line.number
        chunk = line.chunk


def _footnotes(lines: list[Line]) -> set[int]:
    """The numbers of lines with an asterisk that is no bullet, in a file that has other bullets.

    Such a line is alone: no other one of its chunk is of a list, and none beside it has an asterisk.
    """
    if not any(re.match(r"\s*[-+•]\s+\S", line.raw) for line in lines):
        return set()
    listed = Counter(line.chunk for line in lines if _BULLET.match(line.raw) or _ITEM.match(line.raw))
    starred = [False, *(line.raw.lstrip().startswith("* ") for line in lines), False]
    return {
        line.number
        for index, line in enumerate(lines)
        if _FOOTNOTE.match(line.raw) and listed[line.chunk] == 1
        if not starred[index] and not starred[index + 2]
    }


def _body_piece(line: Line, kind: PieceKind, *, in_table: bool) -> Piece:
    raw = line.raw
    heading = _HEADING.match(raw)
    if heading:
        words = read_inline(heading[2].rstrip().rstrip("#").rstrip())
        return Piece("line", words.text, words.marks, line.number, line.chunk, level=len(heading[1]))
    if cells := [read_inline(cell) for cell in _cells(raw, in_table)]:
        text = "\t".join(cell.text for cell in cells).rstrip("\t")
        return Piece("row", text, _row_marks(cells, len(text)), line.number, line.chunk)
    if bullet := _BULLET.match(raw):
        kind, raw = kind if kind == "footnote" else "bullet", raw[bullet.end() :]
    if kind == "bullet" and _TERM.match(raw):
        kind = "term"
    elif kind in ("bullet", "line") and _ITEM.match(raw):
        kind = "item"
    words = read_inline(raw.removesuffix("\\"))
    breaks = raw.endswith(("  ", "\\"))
    return Piece(kind, words.text, words.marks, line.number, line.chunk, breaks=breaks)


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


def _are_parted(lines: list[Line], pattern: re.Pattern[str]) -> bool:
    """Whether notes stand below the paragraphs that they belong to: between two of them, text has the mark of
    one that is still to come."""
    begins = [pattern.match(line.raw) for line in lines]
    to_come = Counter(_number_of(match) for match in begins if match)
    chunk = -1
    for line, match in zip(lines, begins, strict=True):
        if match:
            to_come[_number_of(match)] -= 1
        elif line.chunk != chunk and not _NOTE_GOES_ON.match(line.raw):
            if any(to_come[number] > 0 for _, number in read_inline(line.raw).marks):
                return True
            continue
        chunk = line.chunk
    return False


def _number_of(match: re.Match[str]) -> int:
    """The number that begins an endnote."""
    kind = match.lastgroup or ""
    return digits(match[kind]) if kind == "raised" else int(match[kind])


def _read_endnotes(lines: list[Line], pattern: re.Pattern[str], *, parted: bool) -> list[Piece]:
    """Endnote pieces, one for each line up to the end of the last note, or of the first ones if text parts
    them from the others."""
    notes: list[Piece] = []
    last = max(index for index, line in enumerate(lines) if pattern.match(line.raw))
    for index, line in enumerate(lines):
        within = index < last and not parted
        if match := pattern.match(line.raw):
            notes.append(_note_piece(line, match.end(), _number_of(match)))
        elif within or line.chunk == notes[-1].chunk or _NOTE_GOES_ON.match(line.raw):
            notes.append(_note_piece(line))
        else:
            break
    return notes
