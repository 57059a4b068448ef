"""The lines of a Markdown file that are endnotes: defined by name, at its end, or behind each chapter."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import count

from a4a_qa.notation import RAISED_DIGITS
from a4a_qa.parsing.inline import digits, read_inline
from a4a_qa.parsing.lines import Line
from a4a_qa.parsing.pieces import BULLET, HEADING, Piece, PieceKind

_ENDNOTE = re.compile(
    rf"\s*(?:[-*+]\s+)?(?:(?P<raised>[{RAISED_DIGITS}]{{1,4}})|<sup\b[^<>]*>\s*\[?(?P<sup>\d{{1,4}})\]?\s*</sup>"
    r"|\[\\?\[?(?P<linked>\d{1,4})\\?\]?\]\(#[\w:.-]{0,40}ref[\w:.-]{0,40}\))\s*(?=\S)"
)
_LABEL = re.compile(r"(?<!\\)\[\^([^\[\]\s]{1,100})\]")
_DEFINITION = re.compile(rf"\s*(?:[-*+]\s+)?{_LABEL.pattern}:\s*(?=\S)")
_INDENTED = re.compile(r" {2}|\t")
# A list or an indented paragraph below an endnote is more of it.
_NOTE_GOES_ON = re.compile(r" {2}|\t|\s*[-*+•]\s+\S")
_NOTES_HEADING = re.compile(r"(?:#+\s*)?\**(?:end ?notes|notes|references|footnotes)\**\s*$", re.IGNORECASE)
_PLAIN_ENDNOTE = re.compile(r"\s*(?:[-*+]\s+)?\[?(?P<plain>\d{1,4})[.)\]]\s+(?=\S)")


def with_numbers(lines: list[Line]) -> list[Line]:
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


def take_definitions(lines: list[Line]) -> tuple[list[Line], list[Piece]]:
    """The other lines, and the notes written «[^1]: …», which may stand anywhere.

    To such a note belong the lines right below it, and the paragraphs behind it that are indented.
    """
    others: list[Line] = []
    notes: list[Piece] = []
    inside, chunk = False, -1
    for line in lines:
        definition = _DEFINITION.match(line.raw)
        goes_on = line.chunk == chunk or _INDENTED.match(line.raw)
        inside = bool(definition or (inside and goes_on and not HEADING.match(line.raw)))
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
    bullet = BULLET.match(line.raw) if number is None else None
    words = read_inline(line.raw[bullet.end() if bullet else start :])
    kind: PieceKind = "endnote_more" if number is None else "endnote"
    return Piece(kind, words.text, words.marks, line.number, line.chunk, number)


def take_endnotes(lines: list[Line]) -> tuple[list[Line], list[Piece], list[Line]]:
    """The lines of the body, the endnotes, which may stand behind each chapter, and what follows the last."""
    raised = any(_begins_endnotes(line) for line in lines)
    pattern = _ENDNOTE if raised else _PLAIN_ENDNOTE
    body: list[Line] = []
    notes: list[Piece] = []
    at, parted = 0, False
    while (first := _first_endnote(lines, at, raised)) < len(lines):
        # Once notes are known to stand below their paragraphs, no more than those of one are looked at.
        chapter = _end_of_notes(lines, first, pattern) if parted else _next_chapter(lines, first, pattern)
        run = lines[first:chapter]
        parted = parted or _are_parted(run, pattern)
        found = _read_endnotes(run, pattern, parted=parted)
        of_chapters = [line for line in run[: len(found)] if HEADING.match(line.raw)]
        body += [*lines[at:first], *of_chapters]
        notes += [note for note in found if note is not None]
        at = first + len(found)
        if chapter == len(lines) and not parted:
            return body, notes, lines[at:]
    return body + lines[at:], notes, []


def _begins_endnotes(line: Line) -> bool:
    match = _ENDNOTE.match(line.raw)
    return bool(match and not _begins_mid_sentence(line.raw[match.end() :]))


def _begins_plain_endnotes(lines: list[Line], index: int) -> bool:
    """Whether a number begins endnotes: only a heading tells it from that of a list, with one of a chapter
    below it perhaps."""
    if not index or not _PLAIN_ENDNOTE.match(lines[index].raw):
        return False
    above = (line.raw for line in lines[max(0, index - 2) : index])
    of_notes, *of_chapter = [bool(_NOTES_HEADING.match(heading)) for heading in above][::-1]
    return of_notes or (any(of_chapter) and bool(HEADING.match(lines[index - 1].raw)))


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
        elif HEADING.match(lines[index].raw):
            heading = heading or index
        elif heading:
            return heading
    return len(lines)


def _end_of_notes(lines: list[Line], first: int, pattern: re.Pattern[str]) -> int:
    """The index of the line that no longer belongs to the notes that begin at `first`."""
    for index in range(first + 1, len(lines)):
        raw = lines[index].raw
        if lines[index].chunk != lines[index - 1].chunk and not (
            pattern.match(raw) or _NOTE_GOES_ON.match(raw)
        ):
            return index
    return len(lines)


def _begins_mid_sentence(text: str) -> bool:
    """A line of a wrapped paragraph can begin with a raised digit; then it goes on in small letters."""
    return text[:1].islower() and "://" not in text[:10]


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


def _read_endnotes(lines: list[Line], pattern: re.Pattern[str], *, parted: bool) -> list[Piece | None]:
    """Endnote pieces, one for each line up to the end of the last note, or of the first ones if text parts
    them from the others; a heading among them is none."""
    notes: list[Piece | None] = []
    chunk = -1
    last = max(index for index, line in enumerate(lines) if pattern.match(line.raw))
    for index, line in enumerate(lines):
        within = index < last and not parted
        if match := pattern.match(line.raw):
            notes.append(_note_piece(line, match.end(), _number_of(match)))
        elif HEADING.match(line.raw) and index < last:
            notes.append(None)
        elif within or line.chunk == chunk or _NOTE_GOES_ON.match(line.raw):
            notes.append(_note_piece(line))
        else:
            break
        chunk = line.chunk
    return notes
