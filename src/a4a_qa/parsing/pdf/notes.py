"""Endnotes and footnotes among the paragraphs: where they stand, where each begins, and its number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from a4a_qa.notation import MONTHS
from a4a_qa.parsing.pdf.headings import Heading
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.paragraphs import SAME_SIZE, Paragraph

# Footnotes are set at most this large beside the body.
_FOOTNOTE_SIZE = 0.93
# A note's number may skip so many, where one was left out or not recognised.
_MOST_SKIPPED = 3
# The numbers of notes stand this many ems or less from the left; those with fewer digits may be indented.
_INDENT = 1.6
# Without a heading, so many numbered paragraphs that have more than this share of all marks are the notes.
_FEWEST, _MOST = 3, 0.8
# So many of the last headings that announce notes are looked below; a book may have one for each chapter.
_MOST_HEADINGS = 50

_HEADING = re.compile(
    r"(?:\W|\d)*(?:end ?notes?|notes|notes and references|references|footnotes)\W*", re.IGNORECASE
)
_NUMBER = re.compile(r"[\[(]?(?P<number>\d{1,4})(?:[.)\]]+\s*|\s+)(?=\S)")
# The rest of «Accessed on 2 March 2010», wrapped.
_DATE = re.compile(rf"\d{{1,2}}\s+(?:{'|'.join(MONTHS)})\b")
# How a note's number is written, where it is neither bare nor has signs.
_RAISED = "raised"
_SIGN = re.compile(r"[*∗†‡]{1,3}\s*(?=\S)")


@dataclass(slots=True)
class Note:
    """A numbered note with its lines; the number is cut from the first one."""

    number: int
    lines: list[Line]


@dataclass(slots=True)
class Notes:
    """The notes of a report, its other footnotes, and the positions of all paragraphs that they take up.

    `end` is the position behind the endnotes, where they stand together; `small` are the positions of all
    that is set as footnotes are.
    """

    numbered: list[Note]
    signed: dict[int, Paragraph]
    taken: set[int]
    end: int | None = None
    small: set[int] = field(default_factory=set)


def find_notes(paragraphs: Sequence[Paragraph], headings: dict[int, Heading], body: float) -> Notes:
    """The endnotes below the last heading that announces them, and the footnotes of all pages."""
    notes = Notes([], {}, set())
    for position in islice(_announcing(paragraphs, headings), _MOST_HEADINGS):
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


def _announcing(paragraphs: Sequence[Paragraph], headings: dict[int, Heading]) -> Iterator[int]:
    """The positions of the headings that announce notes, the last one first."""
    for position in sorted(headings, reverse=True):
        if _HEADING.fullmatch(" ".join(line.text for line in paragraphs[position].lines)):
            yield position


def _find_unannounced(paragraphs: Sequence[Paragraph], notes: Notes) -> None:
    """Endnotes that no heading announces, as a word processor puts them on the last pages."""
    marks = {number for p in paragraphs for line in p.lines for offset, number in line.marks if offset}
    beginnings = _Beginnings(marks)
    for position in range(len(paragraphs) - 1, -1, -1):
        paragraph = paragraphs[position]
        first = None
        for line in reversed(paragraph.lines):
            first = beginnings.before(line, paragraph.left)
        if paragraph.kind == "table" or first is None or first.number != 1:
            continue
        if first.notes >= _FEWEST and first.marked > _MOST * len(marks):
            notes.numbered = list(_read(_lines(paragraphs[position:])))
            notes.taken = set(range(position, len(paragraphs)))
            notes.end = len(paragraphs)
            return


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A line with which notes may begin: its number, how many notes `_read` finds from it on, how many of
    them are marked in the text. `place` rises from the last line to the first."""

    place: int
    number: int
    notes: int
    marked: int


class _Beginnings:
    """The lines with which notes may begin, told from the last one backwards.

    Each knows the note that follows it, so that no line is read again for each one in front of it.
    """

    def __init__(self, marks: set[int]) -> None:
        self.marks = marks
        self.place = 0
        self.plain: dict[tuple[str, int], _Beginning] = {}
        self.raised: set[int] = set()
        self.raised_notes = self.raised_marked = 0

    def before(self, line: Line, left: float) -> _Beginning | None:
        """What begins with a line that stands before all those that were given; None without a number."""
        self.place += 1
        number, _, form = _number_of(line, left)
        if number is None:
            return None
        if form == _RAISED:
            return self._raised(number)
        # As `_read` does, take the first number behind that goes on with the count.
        after = [self.plain.get((form, number + step)) for step in range(1, 2 + _MOST_SKIPPED)]
        following = max(filter(None, after), key=lambda one: one.place, default=None)
        notes, marked = (following.notes, following.marked) if following else (0, 0)
        found = _Beginning(self.place, number, notes + 1, marked + (number in self.marks))
        self.plain[form, number] = found
        return found

    def _raised(self, number: int) -> _Beginning:
        """What begins with a raised number, behind which every raised one begins a note."""
        self.raised_notes += 1
        self.raised_marked += number in self.marks and number not in self.raised
        self.raised.add(number)
        return _Beginning(self.place, number, self.raised_notes, self.raised_marked)


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
    """The number that a line begins with, the line without it, and how the number is written.

    A plain number is only one that goes on with the count behind `last`.
    """
    number, length, form = _number_of(line, left)
    if number is None or (form != _RAISED and not last < number <= last + 1 + _MOST_SKIPPED):
        return None, line, ""
    return number, _cut(line, length), form


def _number_of(line: Line, left: float) -> tuple[int | None, int, str]:
    """The number that a line begins with, its length with its signs, and how it is written."""
    if line.marks and line.marks[0][0] == 0:
        return line.marks[0][1], 0, _RAISED
    match = _NUMBER.match(line.text)
    if match and line.x0 - left < _INDENT * line.size and not _DATE.match(line.text):
        signs = match[0].replace(match["number"], "").strip()
        return int(match["number"]), match.end(), signs or "bare"
    return None, 0, ""


def _cut(line: Line, length: int) -> Line:
    """A line without the number that it begins with."""
    marks = tuple((offset - length, number) for offset, number in line.marks if offset > length)
    return replace(line, text=line.text[length:].lstrip(), marks=marks)


def _find_footnotes(
    paragraphs: Sequence[Paragraph], headings: dict[int, Heading], body: float, notes: Notes
) -> None:
    """Small type that begins with a raised number or a sign, below all other text of its page's column."""
    notes.small = {position for position, paragraph in enumerate(paragraphs) if _is_small(paragraph, body)}
    known = {note.number for note in notes.numbered}
    marks = _Marks(paragraphs)
    for position, paragraph in enumerate(paragraphs):
        if position in notes.taken or position in headings or paragraph.kind in ("table", "contents"):
            continue
        if position not in notes.small:
            continue
        first = paragraph.lines[0]
        if _SIGN.match(first.text):
            notes.signed[position] = paragraph
            notes.taken.add(position)
            continue
        if first.marks and first.marks[0][0] == 0:
            number = first.marks[0][1]
            notes.taken.add(position)
            if number in known:
                # Beside endnotes with numbers of their own a numbered footnote is as one with a sign.
                notes.signed[position] = paragraph
                paragraph.lines[0] = _cut(first, 0)
                marks.drop(number, paragraph.page)
            else:
                notes.numbered.append(Note(number, [_cut(first, 0), *paragraph.lines[1:]]))
                known.add(number)


def _is_small(paragraph: Paragraph, body: float) -> bool:
    return not paragraph.in_box and paragraph.size <= _FOOTNOTE_SIZE * body


class _Marks:
    """The lines in which each number is a note mark, by page."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.lines: dict[tuple[int, int], list[tuple[Paragraph, int]]] = {}
        self.count: Counter[int] = Counter()
        for paragraph in paragraphs:
            for index, line in enumerate(paragraph.lines):
                for number in {number for offset, number in line.marks if offset}:
                    self.lines.setdefault((number, line.page), []).append((paragraph, index))
                    self.count[number] += 1

    def drop(self, number: int, page: int) -> None:
        """Take the mark of a footnote from its page, unless it is the only one of its number."""
        here = self.lines.get((number, page))
        if here and self.count[number] > 1:
            paragraph, index = here.pop()
            self.count[number] -= 1
            line = paragraph.lines[index]
            paragraph.lines[index] = replace(line, marks=tuple(m for m in line.marks if m[1] != number))


def without_sign(text: str) -> str:
    """The words behind the sign of a footnote."""
    return _SIGN.sub("", text, count=1)
