"""Footnotes and endnotes among the paragraphs: where they stand, where each begins, and its number.

A footnote stands at the foot of the page, or column, that has its mark: in small type, or below a rule. So a
number that begins a line there is that of a note only if it is marked on its page or the page before. Endnotes
stand below a heading that announces them, or are the numbered paragraphs at the end that most marks lead to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from a4a_qa.notation import MONTHS
from a4a_qa.parsing.blocks import is_unfinished
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.headings import Heading
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.paragraphs import SAME_SIZE, Paragraph, body_size
from a4a_qa.parsing.pdf.tables import RULE

# Footnotes are set at most this large beside the body.
SMALL = 0.93
# A rule above footnotes is at least this long, in points; shorter ones underline a word.
_SHORTEST_RULE = 30.0
# An endnote's number may skip so many, where one was left out or not recognised.
_MOST_SKIPPED = 3
# The numbers of notes stand this many ems or less from the left; those with fewer digits may be indented.
_INDENT = 1.6
# Without a heading, so many numbered paragraphs that have more than this share of all marks are the notes.
_FEWEST, _MOST = 3, 0.8
# So many of the last headings that announce notes are looked below; a book may have one for each chapter. So
# many of the last lines that begin with 1 are tried where no heading does.
_MOST_TRIED = 50

_HEADING = re.compile(
    r"(?:\W|\d)*(?:end ?notes?|notes|notes and references|references|footnotes)\W*", re.IGNORECASE
)
_NUMBER = re.compile(r"[\[(]?(?P<number>\d{1,4})(?:[.)\]]+\s*|\s+)(?=\S)")
# The rest of «Accessed on 2 March 2010», wrapped.
_DATE = re.compile(rf"\d{{1,2}}\s+(?:{'|'.join(MONTHS)})\b")
# How a note's number is written, where it is neither bare nor has signs.
_RAISED = "raised"
_SIGN = re.compile(r"[*∗†‡]{1,3}\s*(?=\S)")
_TO_BE_CONTINUED = re.compile(r"[(\[]?cont(?:inued|['’]?d)[\s.…]*[)\]]?", re.IGNORECASE)


@dataclass(slots=True)
class Note:
    """A numbered note with its lines; the number is cut from the first one."""

    number: int
    lines: list[Line]

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].page


@dataclass(slots=True)
class Footnotes:
    """The numbered footnotes of all pages; where they are `renumbered`, they began anew on each page."""

    numbered: list[Note] = field(default_factory=list)
    renumbered: bool = False


@dataclass(frozen=True, slots=True)
class Endnotes:
    """The endnotes, and the positions of the paragraphs that they take up."""

    numbered: Sequence[Note] = ()
    taken: range = range(0)


def take_footnotes(
    paragraphs: Sequence[Paragraph], shapes: Mapping[int, Sequence[Shape]]
) -> tuple[list[Paragraph], Footnotes]:
    """The paragraphs without the footnotes of all pages, and these; `shapes` are those of each page.

    A footnote with a sign stays where it is, as a paragraph of its own kind. So does one with a number that an
    announced endnote has too; its mark goes, since it would lead to that endnote.
    """
    body = body_size(paragraphs)
    marked = _marks_by_page(paragraphs)
    end, endnotes = _announced(paragraphs)
    found = Footnotes()
    taken: set[int] = set()
    for paragraph in paragraphs:
        if _is_small(paragraph, body) and _SIGN.match(paragraph.lines[0].text):
            paragraph.kind = "footnote"
    for foot in _feet(paragraphs[:end], body):
        rule = _rule_above(foot, shapes.get(foot[0].page, ()))
        lines = [line for paragraph in foot for line in paragraph.lines if rule is None or line.y < rule]
        gone = _read_foot(lines, foot, marked, found, ruled=rule is not None)
        taken.update(map(id, gone))
    twice = [note for note in found.numbered if note.number in endnotes]
    if twice:
        found.numbered = [note for note in found.numbered if note.number not in endnotes]
        taken -= _kept_in_place(paragraphs, twice)
    if len({note.number for note in found.numbered}) < len(found.numbered):
        _number_through(paragraphs, found, taken)
    for paragraph in paragraphs:
        if paragraph.kind != "table":
            paragraph.lines = [line for line in paragraph.lines if id(line) not in taken]
    return [paragraph for paragraph in paragraphs if paragraph.lines], found


def _announced(paragraphs: Sequence[Paragraph]) -> tuple[int, set[int]]:
    """The position of the last heading that announces endnotes, and their numbers; else the end, and none."""
    for position in range(len(paragraphs) - 2, -1, -1):
        paragraph = paragraphs[position]
        if len(paragraph.lines) == 1 and _HEADING.fullmatch(paragraph.lines[0].text):
            first = paragraphs[position + 1]
            if _number_of(first.lines[0], first.left)[0] == 1:
                return position, {note.number for note in _read(_lines(paragraphs[position + 1 :]))}
    return len(paragraphs), set()


def _is_small(paragraph: Paragraph, body: float) -> bool:
    return not paragraph.in_box and paragraph.kind != "table" and paragraph.size <= SMALL * body


def _feet(paragraphs: Sequence[Paragraph], body: float) -> Iterator[list[Paragraph]]:
    """The small type at the foot of each column: paragraphs that only the column's end follows."""
    foot: list[Paragraph] = []
    for paragraph, following in zip(paragraphs, [*paragraphs[1:], None], strict=True):
        foot = [*foot, paragraph] if _is_small(paragraph, body) and paragraph.kind != "contents" else []
        ends = following is None or following.page != paragraph.page
        if ends or following.lines[0].y > paragraph.lines[-1].y:  # type: ignore[union-attr]
            if foot:
                yield foot
            foot = []


def _rule_above(foot: Sequence[Paragraph], shapes: Sequence[Shape]) -> float | None:
    """The height of the rule that parts footnotes from what stands above them, if one is drawn."""
    lines = [line for paragraph in foot for line in paragraph.lines]
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    top, bottom = max(line.top for line in lines), min(line.y for line in lines)
    heights = [
        shape.y0
        for shape in shapes
        if shape.height <= RULE and shape.width >= _SHORTEST_RULE
        if shape.x0 < right and shape.x1 > left and bottom < shape.y0 < top + 3 * lines[0].size
        if not any(_underlines(shape, line) for line in lines)
    ]
    return min(heights, default=None)


def _underlines(rule: Shape, line: Line) -> bool:
    return line.bottom - 1 < rule.y0 < line.top and rule.x0 < line.x1 and rule.x1 > line.x0


def _marks_by_page(paragraphs: Iterable[Paragraph]) -> dict[int, set[int]]:
    """The numbers that are marked on each page, those that begin a line apart."""
    marked: dict[int, set[int]] = {}
    for paragraph in paragraphs:
        for line in paragraph.lines:
            marked.setdefault(line.page, set()).update(number for offset, number in line.marks if offset)
    return marked


def _read_foot(
    lines: Sequence[Line],
    foot: Sequence[Paragraph],
    marked: Mapping[int, set[int]],
    found: Footnotes,
    *,
    ruled: bool,
) -> list[Line]:
    """Add the notes of a column's foot to what was found; returns the lines that they take up."""
    signed = {id(p.lines[0]) for p in foot if p.kind == "footnote"}
    left = min(paragraph.left for paragraph in foot)
    note = found.numbered[-1] if found.numbered else None
    goes_on = note is not None and (ruled or is_unfinished(note.lines[-1].text))
    last, begun, gone = 0, False, []
    for line in lines:
        number, length, _ = _number_of(line, left)
        here = marked.get(line.page, set()) | marked.get(line.page - 1, set())
        if id(line) in signed:
            note, begun = None, True
        elif number is not None and last < number and number in here:
            note, last, begun = Note(number, [_cut(line, length)]), number, True
            found.numbered.append(note)
            gone.append(line)
        elif _TO_BE_CONTINUED.fullmatch(line.text):
            gone.append(line)
        elif note is not None and (begun or goes_on):
            note.lines.append(line)
            gone.append(line)
    return gone


def _number_through(paragraphs: Iterable[Paragraph], found: Footnotes, taken: set[int]) -> None:
    """Count notes through whose numbers begin anew on each page, and their marks with them."""
    by_page = {(note.page, note.number): count for count, note in enumerate(found.numbered, 1)}
    for count, note in enumerate(found.numbered, 1):
        note.number = count
    for paragraph in paragraphs:
        for index, line in enumerate(paragraph.lines):
            if line.marks and id(line) not in taken:
                near = [
                    (offset, by_page.get((line.page, number)) or by_page.get((line.page + 1, number)))
                    for offset, number in line.marks
                ]
                marks = tuple((offset, number) for offset, number in near if number)
                paragraph.lines[index] = replace(line, marks=marks)
    found.renumbered = True


def _kept_in_place(paragraphs: Sequence[Paragraph], notes: Sequence[Note]) -> set[int]:
    """Make footnotes paragraphs of their own kind and drop their marks; returns the lines that they keep."""
    places = {(note.page, note.number) for note in notes}
    kept: set[int] = set()
    for paragraph in paragraphs:
        for index, line in enumerate(paragraph.lines):
            marks = tuple(mark for mark in line.marks if (line.page, mark[1]) not in places)
            if index == 0 and line.marks[:1] and line.marks[0][0] == 0 and len(marks) < len(line.marks):
                paragraph.kind = "footnote"
            if len(marks) < len(line.marks):
                paragraph.lines[index] = replace(line, marks=marks)
        if paragraph.kind == "footnote":
            kept.update(map(id, paragraph.lines))
    return kept


def find_endnotes(
    paragraphs: Sequence[Paragraph], headings: Mapping[int, Heading], known: Sequence[Note]
) -> Endnotes:
    """The endnotes below the last heading that announces them, or else at the end; `known` are footnotes."""
    for position in islice(_announcing(paragraphs, headings), _MOST_TRIED):
        end = _end_of_notes(paragraphs, headings, position + 1)
        found = list(_read(_lines(paragraphs[position + 1 : end])))
        if found:
            return Endnotes(found, range(position + 1, end))
    marks = {number for p in paragraphs for line in p.lines for offset, number in line.marks if offset}
    marks -= {note.number for note in known}
    if len(marks) >= _FEWEST:
        for position in islice(_beginning_with_one(paragraphs), _MOST_TRIED):
            found = list(_read(_lines(paragraphs[position:])))
            if len(found) >= _FEWEST and len(marks & {note.number for note in found}) > _MOST * len(marks):
                return Endnotes(found, range(position, len(paragraphs)))
    return Endnotes()


def _announcing(paragraphs: Sequence[Paragraph], headings: Mapping[int, Heading]) -> Iterator[int]:
    """The positions of the headings that announce notes, the last one first."""
    for position in sorted(headings, reverse=True):
        if _HEADING.fullmatch(" ".join(line.text for line in paragraphs[position].lines)):
            yield position


def _beginning_with_one(paragraphs: Sequence[Paragraph]) -> Iterator[int]:
    """The positions of the paragraphs that begin with the number 1, the last one first."""
    for position in range(len(paragraphs) - 1, -1, -1):
        paragraph = paragraphs[position]
        if paragraph.kind != "table" and _number_of(paragraph.lines[0], paragraph.left)[0] == 1:
            yield position


def _end_of_notes(paragraphs: Sequence[Paragraph], headings: Mapping[int, Heading], start: int) -> int:
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


def _read(lines: Iterable[tuple[Line, float]]) -> Iterator[Note]:
    """Lines → notes. A note begins at a raised number, or at a plain one that goes on with the count.

    All are written as the first one is: raised, bare, or with the same signs («12.», «[12]»).
    """
    note: Note | None = None
    form: str | None = None
    for line, left in lines:
        number, length, found = _number_of(line, left)
        last = note.number if note else 0
        counts = found == _RAISED or (number or 0) in range(last + 1, last + 2 + _MOST_SKIPPED)
        if number is not None and counts and found == (form or found):
            if note is not None:
                yield note
            note, form = Note(number, [_cut(line, length)]), found
        elif note is not None:
            note.lines.append(line)
    if note is not None:
        yield note


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


def repeated(notes: Sequence[Note]) -> list[int]:
    """The numbers that several notes have."""
    return sorted(number for number, count in Counter(note.number for note in notes).items() if count > 1)


def without_sign(text: str) -> str:
    """The words behind the sign of a footnote."""
    return _SIGN.sub("", text, count=1)
