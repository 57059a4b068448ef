"""Endnotes and footnotes among the paragraphs: where they stand, where each begins, and its number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from a4a_qa.notation import MONTHS
from a4a_qa.reading.pdf.headings import Heading
from a4a_qa.reading.pdf.lines import Line
from a4a_qa.reading.pdf.paragraphs import SAME_SIZE, Paragraph

# Footnotes are set at most this large beside the body.
_FOOTNOTE_SIZE = 0.93
# A note's number may skip so many, where one was left out or not recognised.
_MOST_SKIPPED = 3
# The numbers of notes stand this many ems or less from the left; those with fewer digits may be indented.
_INDENT = 1.6
# Without a heading, so many numbered paragraphs that have more than this share of all marks are the notes.
_FEWEST, _MOST = 3, 0.8

_HEADING = re.compile(
    r"(?:\W|\d)*(?:end ?notes?|notes|notes and references|references|footnotes)\W*", re.IGNORECASE
)
_NUMBER = re.compile(r"[\[(]?(?P<number>\d{1,4})(?:[.)\]]+\s*|\s+)(?=\S)")
# The rest of «Accessed on 2 March 2010», wrapped.
_DATE = re.compile(rf"\d{{1,2}}\s+(?:{'|'.join(MONTHS)})\b")
_SIGN = re.compile(r"[*∗†‡]{1,3}\s*(?=\S)")


@dataclass(slots=True)
class Note:
    """A numbered note with its lines; the number is cut from the first one."""

    number: int
    lines: list[Line]


@dataclass(slots=True)
class Notes:
    """The notes of a report, its other footnotes, and the positions of all paragraphs that they take up.

    `end` is the position behind the endnotes, where they stand together.
    """

    numbered: list[Note]
    signed: dict[int, Paragraph]
    taken: set[int]
    end: int | None = None


def find_notes(paragraphs: Sequence[Paragraph], headings: dict[int, Heading], body: float) -> Notes:
    """The endnotes below the last heading that announces them, and the footnotes of all pages."""
    notes = Notes([], {}, set())
    for position in sorted(headings, reverse=True):
        words = " ".join(line.text for line in paragraphs[position].lines)
        if _HEADING.fullmatch(words):
            end = _end_of_notes(paragraphs, headings, position + 1)
            found = list(_read(_lines(paragraphs[position + 1 : end])))
            if found:
                notes.numbered = found
                notes.taken = set(range(position + 1, end))
                notes.end = end
                break
    if not notes.numbered:
        _find_unannounced(paragraphs, notes)
    _find_footnotes(paragraphs, headings, body, notes)
    notes.numbered.sort(key=lambda note: note.number)
    return notes


def _find_unannounced(paragraphs: Sequence[Paragraph], notes: Notes) -> None:
    """Endnotes that no heading announces, as a word processor puts them on the last pages."""
    marks = {number for p in paragraphs for line in p.lines for offset, number in line.marks if offset}
    for position in range(len(paragraphs) - 1, -1, -1):
        paragraph = paragraphs[position]
        if paragraph.kind == "table" or _numbered(paragraph.lines[0], 0, paragraph.left)[0] != 1:
            continue
        found = list(_read(_lines(paragraphs[position:])))
        if len(found) >= _FEWEST and len(marks & {note.number for note in found}) > _MOST * len(marks):
            notes.numbered = found
            notes.taken = set(range(position, len(paragraphs)))
            notes.end = len(paragraphs)
            return


def _end_of_notes(paragraphs: Sequence[Paragraph], headings: dict[int, Heading], start: int) -> int:
    """Where the notes end: at a heading as high as their own, or where the size of type changes for good."""
    if start >= len(paragraphs):
        return start
    level = headings[start - 1].level
    size = paragraphs[start].size
    end = start
    for position in range(start, len(paragraphs)):
        if position in headings and headings[position].level <= level:
            break
        if abs(paragraphs[position].size - size) <= SAME_SIZE * size:
            end = position + 1
    return end


def _lines(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[Line, float]]:
    for paragraph in paragraphs:
        for line in paragraph.lines:
            yield line, paragraph.left


def _read(lines: Iterator[tuple[Line, float]]) -> Iterator[Note]:
    """Lines → notes. A note begins at a raised number, or at a plain one that goes on with the count.

    All are written as the first one is: raised, bare, or with the same signs («12.», «[12]»).
    """
    note: Note | None = None
    form: str | None = None
    for line, left in lines:
        number, rest, found = _numbered(line, note.number if note else 0, left)
        if number is not None and found == (form or found):
            if note is not None:
                yield note
            note, form = Note(number, [rest]), found
        elif note is not None:
            note.lines.append(line)
    if note is not None:
        yield note


def _numbered(line: Line, last: int, left: float) -> tuple[int | None, Line, str]:
    """The number that a line begins with, the line without it, and how the number is written."""
    if line.marks and line.marks[0][0] == 0:
        return line.marks[0][1], _cut(line, 0), "raised"
    match = _NUMBER.match(line.text)
    if match and line.x0 - left < _INDENT * line.size and not _DATE.match(line.text):
        number = int(match["number"])
        if last < number <= last + 1 + _MOST_SKIPPED:
            signs = match[0].replace(match["number"], "").strip()
            return number, _cut(line, match.end()), signs or "bare"
    return None, line, ""


def _cut(line: Line, length: int) -> Line:
    """A line without the number that it begins with."""
    marks = tuple((offset - length, number) for offset, number in line.marks if offset > length)
    return replace(line, text=line.text[length:].lstrip(), marks=marks)


def _find_footnotes(
    paragraphs: Sequence[Paragraph], headings: dict[int, Heading], body: float, notes: Notes
) -> None:
    """Small type that begins with a raised number or a sign, below all other text of its page's column."""
    for position, paragraph in enumerate(paragraphs):
        if position in notes.taken or position in headings or paragraph.kind in ("table", "contents"):
            continue
        if paragraph.in_box or paragraph.size > _FOOTNOTE_SIZE * body:
            continue
        first = paragraph.lines[0]
        if _SIGN.match(first.text):
            notes.signed[position] = paragraph
            notes.taken.add(position)
            continue
        if first.marks and first.marks[0][0] == 0:
            number = first.marks[0][1]
            notes.taken.add(position)
            if any(note.number == number for note in notes.numbered):
                # Beside endnotes with numbers of their own a numbered footnote is as one with a sign.
                notes.signed[position] = paragraph
                paragraph.lines[0] = _cut(first, 0)
                _drop_mark(paragraphs, paragraph.page, number)
            else:
                notes.numbered.append(Note(number, [_cut(first, 0), *paragraph.lines[1:]]))


def _drop_mark(paragraphs: Sequence[Paragraph], page: int, number: int) -> None:
    """Take the mark of a footnote from its page, unless it is the only one of its number."""
    places = [
        (paragraph, index)
        for paragraph in paragraphs
        for index, line in enumerate(paragraph.lines)
        if any(offset and value == number for offset, value in line.marks)
    ]
    here = [(paragraph, index) for paragraph, index in places if paragraph.lines[index].page == page]
    if here and len(places) > 1:
        paragraph, index = here[-1]
        line = paragraph.lines[index]
        paragraph.lines[index] = replace(line, marks=tuple(m for m in line.marks if m[1] != number))


def without_sign(text: str) -> str:
    """The words behind the sign of a footnote."""
    return _SIGN.sub("", text, count=1)
