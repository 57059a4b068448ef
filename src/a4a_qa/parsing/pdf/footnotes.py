"""Footnotes and endnotes among the paragraphs: where they are, where each begins, and its number.

Footnotes are in small type at the foot of a page or column, with their marks on the same page or the one
before; a number without such a mark does not begin one. Endnotes are below a heading that announces them, or
are the numbered paragraphs at the end that most of the marks lead to.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from a4a_qa.parsing.blocks import is_unfinished
from a4a_qa.parsing.notes import announces_notes
from a4a_qa.parsing.pdf.file import Shape, overlap
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.paragraphs import SAME_SIZE, Paragraph, body_size
from a4a_qa.parsing.pdf.tables import RULE
from a4a_qa.text.notation import MONTHS

# The largest size of footnotes as a share of the body's, and the shortest rule above them, in points.
SMALL, _SHORTEST_RULE = 0.93, 30.0
# The greatest distance of a note's number from the left, in ems, and the most numbers missing between two
# endnotes.
_INDENT, _MOST_SKIPPED = 1.6, 3
# Without a heading, at least this many numbered paragraphs that more than this share of all marks lead to are
# endnotes. Of the places where they may begin only the last few are tried, as a book may have notes for each
# chapter.
_FEWEST, _MOST, _MOST_TRIED = 3, 0.8, 50

_NUMBER = re.compile(r"[\[(]?(?P<number>\d{1,4})(?:[.)\]]+\s*|\s+)(?=\S)")
# The rest of a wrapped "Accessed on 2 March 2010".
_DATE = re.compile(rf"\d{{1,2}}\s+(?:{'|'.join(MONTHS)})\b")
_SIGN = re.compile(r"[*∗†‡]{1,3}\s*(?=\S)")
_TO_BE_CONTINUED = re.compile(r"[(\[]?[\s.…]*cont(?:inued|['’]?d)[\s.…]*[)\]]?", re.IGNORECASE)


@dataclass(slots=True)
class Note:
    """A numbered note; its number is cut from the first line."""

    number: int
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes, the positions of the paragraphs that were taken for endnotes, and whether footnotes were
    `renumbered`."""

    numbered: Sequence[Note] = ()
    taken: range = range(0)
    renumbered: bool = False


def take_footnotes(
    paragraphs: Sequence[Paragraph], shapes: Mapping[int, Sequence[Shape]]
) -> tuple[list[Paragraph], Notes]:
    """The paragraphs without footnotes, and the footnotes; `shapes` are those of each page.

    Numbers that start again on each page are counted on. Footnotes with a sign, or with the number of an
    announced endnote, stay where they are as paragraphs of their own kind; the marks of the latter are
    dropped. Where numbers start again, one that leads to no footnote gets a minus, which no note has.
    """
    body = body_size(paragraphs)
    for paragraph in paragraphs:
        if _is_small(paragraph, body) and _SIGN.match(paragraph.lines[0].text):
            paragraph.kind = "footnote"
    announced = (n for n in _announcements(paragraphs) if _first_number(paragraphs[n + 1]) == 1)
    end = next(announced, len(paragraphs))
    endnotes = {note.number for note in _read(paragraphs[end + 1 :])}
    marked = {(line.page, number) for p in paragraphs for line in p.lines for at, number in line.marks if at}
    marked |= {(page + 1, number) for page, number in marked}
    feet = list(_feet(paragraphs[:end], body, shapes))
    renumbered = _restart(feet, marked)
    notes, numbers = _take(feet, marked, endnotes, restart=renumbered)
    if renumbered:
        counted = [(note.lines[0].page, note, count) for count, note in enumerate(notes, 1)]
        numbers |= {(page - back, note.number): count for back in (1, 0) for page, note, count in counted}
        notes = [Note(count, note.lines) for _, note, count in counted]
    for paragraph in reversed(paragraphs):  # the last mark of a number on its page is that of the footnote
        for index, line in enumerate(paragraph.lines):
            read = [(at, numbers.get((line.page, n), -n if renumbered else n), n) for at, n in line.marks]
            marks = tuple((at, number) for at, number, printed in read if number or not printed)
            paragraph.lines[index] = replace(line, marks=marks)
            for at, number in line.marks if not renumbered else ():
                if at:
                    numbers.pop((line.page, number), None)
    return [paragraph for paragraph in paragraphs if paragraph.lines], Notes(notes, renumbered=renumbered)


def _is_small(paragraph: Paragraph, body: float) -> bool:
    is_text = not paragraph.in_box and paragraph.kind not in ("table", "scrap", "contents")
    return is_text and paragraph.size <= SMALL * body


def _feet(
    paragraphs: Sequence[Paragraph], body: float, shapes: Mapping[int, Sequence[Shape]]
) -> Iterator[list[tuple[Line, Paragraph]]]:
    """The small lines at the foot of each column, below the lowest rule there, with their paragraphs."""
    foot: list[tuple[Line, Paragraph]] = []
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        foot += [(line, paragraph) for line in paragraph.lines]
        if not _is_small(paragraph, body):
            foot = []
        ends = following is None or following.page != paragraph.page
        if foot and (ends or following.lines[0].y > paragraph.lines[-1].y):
            rule = _lowest_rule([line for line, _ in foot], shapes.get(paragraph.page, ()))
            yield [(line, paragraph) for line, paragraph in foot if line.y < rule]
            foot = []


def _lowest_rule(lines: Sequence[Line], shapes: Sequence[Shape]) -> float:
    """The height of the lowest rule that is above some of the lines and underlines none of them."""
    space = Shape(min(o.x0 for o in lines), min(o.y for o in lines), max(o.x1 for o in lines), math.inf)
    rules = [s.y0 for s in shapes if s.height <= RULE and s.width >= _SHORTEST_RULE and overlap(s, space)]
    return min((y for y in rules if not any(o.bottom - 1 < y < o.top for o in lines)), default=math.inf)


def _restart(feet: Iterable[list[tuple[Line, Paragraph]]], marked: Set[tuple[int, int]]) -> bool:
    """Whether numbers start again on each page or in each chapter.

    Then they fall and the earlier count is not resumed, as it is after a figure with notes of its own.
    """
    found = ((line.page, _number_of(line, paragraph.left)[0]) for foot in feet for line, paragraph in foot)
    numbers = [number for page, number in found if number and (page, number) in marked]
    left: list[int] = []
    for one, other in pairwise(numbers):
        if other <= one:
            left.append(one)
        elif left and left[-1] < other <= left[-1] + 1 + _MOST_SKIPPED:
            left.pop()
    return bool(left)


def _take(
    feet: Iterable[list[tuple[Line, Paragraph]]],
    marked: Set[tuple[int, int]],
    endnotes: Set[int],
    *,
    restart: bool,
) -> tuple[list[Note], dict[tuple[int, int], int]]:
    """Remove the notes from the feet of columns; the second result has 0 for each (page, number) that stays
    in place.

    Within a foot, numbers rise. A note continues in the next foot if it says so or ends in mid-sentence.
    Unless numbers `restart` on each page, a number that was used before does not begin a note.
    """
    notes: list[Note] = []
    others = set(endnotes)  # numbers that do not begin a footnote, or not again
    kept: dict[tuple[int, int], int] = {}
    note, goes_on = None, False
    for foot in feet:
        if note is not None and not _goes_on(note, foot, said=goes_on):
            note = None
        last, goes_on = 0, False
        for line, paragraph in foot:
            number, length, _ = _number_of(line, paragraph.left)
            begins = last < number and (line.page, number) in marked
            last = number if begins else last
            if begins and number in others:
                kept[line.page, number] = 0
                paragraph.kind = "footnote"
            if paragraph.kind == "footnote" and (begins or line is paragraph.lines[0]):
                note = None
            elif begins:
                note = Note(number, [])
                notes.append(note)
                others |= set() if restart else {number}
            goes_on = _TO_BE_CONTINUED.fullmatch(line.text) is not None
            if note is not None and not goes_on:
                note.lines.append(_cut(line, length) if begins else line)
            if note is not None or goes_on:
                paragraph.lines.remove(line)
    return notes, kept


def _goes_on(note: Note, foot: Sequence[tuple[Line, Paragraph]], *, said: bool) -> bool:
    """Whether a note may continue in another foot: in type of its size, no later than on the next page."""
    first, last = note.lines[0], note.lines[-1]
    near = not foot or (
        foot[0][0].page <= first.page + 1 and abs(foot[0][0].size - last.size) <= SAME_SIZE * last.size
    )
    return near and (said or is_unfinished(last.text))


def find_endnotes(paragraphs: Sequence[Paragraph], levels: Mapping[int, int], known: Sequence[Note]) -> Notes:
    """The endnotes below the last heading that announces them, or else at the end; `known` are the footnotes.

    They end at a heading of their own level or higher, or where the size of type changes for good.
    """
    for position in (n for n in _announcements(paragraphs) if n in levels):
        start, level = position + 1, levels[position]
        ends = (n for n in range(start, len(paragraphs)) if n in levels and levels[n] <= level)
        end, size = next(ends, len(paragraphs)), paragraphs[start].size
        while end > start and abs(paragraphs[end - 1].size - size) > SAME_SIZE * size:
            end -= 1
        if found := _read(paragraphs[start:end]):
            return Notes(found, range(start, end))
    marks = {
        number
        for p in paragraphs
        for line in p.lines
        for offset, number in line.marks
        if offset and number > 0
    }
    marks -= {note.number for note in known}
    starts = [position for position, paragraph in enumerate(paragraphs) if _first_number(paragraph) == 1]
    for position in reversed(starts[-_MOST_TRIED:]) if len(marks) >= _FEWEST else ():
        found = _read(paragraphs[position:])
        if len(found) >= _FEWEST and len(marks & {note.number for note in found}) > _MOST * len(marks):
            return Notes(found, range(position, len(paragraphs)))
    return Notes()


def _announcements(paragraphs: Sequence[Paragraph]) -> list[int]:
    """The positions of headings that announce notes, the last first."""
    texts = [paragraph.text for paragraph in paragraphs]
    return [n for n in range(len(texts) - 2, -1, -1) if announces_notes(texts[n])][:_MOST_TRIED]


def _first_number(paragraph: Paragraph) -> int:
    return 0 if paragraph.kind == "table" else _number_of(paragraph.lines[0], paragraph.left)[0]


def _read(paragraphs: Sequence[Paragraph]) -> list[Note]:
    """Paragraphs → notes. A note begins at a raised number, or at a plain one that continues the count.

    All are written like the first: raised, bare, or with the same signs ("12.", "[12]").
    """
    notes: list[Note] = []
    form, last = "", 0
    for paragraph in paragraphs:
        for line in paragraph.lines:
            number, length, found = _number_of(line, paragraph.left)
            counts = found == "raised" or last < number <= last + 1 + _MOST_SKIPPED
            if number and counts and found == (form or found):
                notes.append(Note(number, [_cut(line, length)]))
                form, last = found, number
            elif notes:
                notes[-1].lines.append(line)
    return notes


def _number_of(line: Line, left: float) -> tuple[int, int, str]:
    """The number that a line begins with, or 0; its length with its signs; and how it is written."""
    if line.begins_raised:
        return line.marks[0][1], 0, "raised"
    match = _NUMBER.match(line.text)
    if match and line.x0 - left < _INDENT * line.size and not _DATE.match(line.text):
        return int(match["number"]), match.end(), match[0].replace(match["number"], "").strip() or "bare"
    return 0, 0, ""


def _cut(line: Line, length: int) -> Line:
    """A line without the number that it begins with."""
    marks = tuple((offset - length, number) for offset, number in line.marks if offset > length)
    return replace(line, text=line.text[length:].lstrip(), marks=marks)


def without_sign(text: str) -> str:
    """The words after the sign of a footnote."""
    return _SIGN.sub("", text, count=1)
