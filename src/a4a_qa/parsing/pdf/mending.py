"""Paragraphs that the end of a column or of a page cut in two → whole ones.

A paragraph goes on when its last line is full and it stops in mid-sentence, or when the next one could not
begin there: in small letters, or without the indent that every other first line has.
"""

from __future__ import annotations

from collections.abc import Sequence

from a4a_qa.parsing.blocks import is_unfinished
from a4a_qa.parsing.pdf.paragraphs import INDENT, LARGER, SAME_SIZE, Paragraph, body_size, is_broken
from a4a_qa.parsing.pdf.words import HYPHENS

# Type of at most this share of another's size is set apart from it, as a footnote is.
_SMALLER = 0.93
# A justified line ends within this many points of the column's edge.
_JUSTIFIED = 0.15

# Whether a paragraph stands in a box, and its size.
_Place = tuple[bool, float]


def mended(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Join what the end of a column or of a page cut; boxes, tables and notes in between come after it."""
    body = body_size(paragraphs)
    indents = _has_indents(paragraphs)
    mended: list[Paragraph] = []
    # The last paragraph of each size, in boxes and outside: type of another size may stand in between.
    open_ones: dict[_Place, Paragraph] = {}
    for paragraph in paragraphs:
        place = paragraph.in_box, paragraph.size
        before = open_ones.get(place)
        heading = paragraph.size > LARGER * body
        if (
            paragraph.kind == "text"
            and before is not None
            and not heading
            and _goes_on(before, paragraph, indents)
        ):
            before.lines += paragraph.lines
            before.left, before.right = paragraph.left, paragraph.right
            continue
        mended.append(paragraph)
        if heading and not paragraph.in_box:
            open_ones = {}  # nothing goes on behind a heading
        if paragraph.kind != "table":
            open_ones = {other: p for other, p in open_ones.items() if not _closes(place, other)}
            open_ones[place] = paragraph
    return mended


def _closes(place: _Place, other: _Place) -> bool:
    """Whether a paragraph closes what is open at another place; a footnote, being smaller, does not."""
    (in_box, size), (other_in_box, other_size) = place, other
    return in_box == other_in_box and _SMALLER * size < other_size < size / _SMALLER


def _has_indents(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether most paragraphs begin with an indented line, so that one without goes on with the last."""
    several = [p for p in paragraphs if p.kind == "text" and len(p.lines) > 1 and not p.in_box]
    indented = sum(p.lines[0].x0 - p.lines[1].x0 > INDENT * p.lines[0].size for p in several)
    return indented > len(several) / 2


def _goes_on(before: Paragraph, paragraph: Paragraph, indents: bool) -> bool:
    last, line = before.lines[-1], paragraph.lines[0]
    if before.kind == "contents" or (line.marks and line.marks[0][0] == 0):
        return False
    same_place = last.page == line.page and last.y > line.y and before.left == paragraph.left
    if same_place or abs(last.size - line.size) > SAME_SIZE * last.size or last.bold != line.bold:
        return False
    if all(other.italic for other in paragraph.lines) and not last.italic:
        return False
    if last.page not in (line.page, line.page - 1) or is_broken(last, line, before.right):
        return False
    text = last.text.rstrip()
    if line.text[0].islower() and is_unfinished(text):
        return True
    if before.kind != "text" and not _hangs_alike(before, paragraph):
        return False
    if text.endswith(tuple(HYPHENS)) or line.text[0].islower() or is_unfinished(text):
        return True
    if line.x0 - paragraph.left > INDENT * line.size or len(paragraph.lines) < 2:
        return False
    # A full line of justified text ends a paragraph only by chance.
    recent = [other for other in before.lines[-4:] if other.page == last.page]
    full = len(recent) > 1 and all(before.right - other.x1 < _JUSTIFIED for other in recent)
    return full or (indents and before.kind == "text")


def _hangs_alike(before: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a line stands as far from its column's edge as the lines of a list item before it."""
    last, line = before.lines[-1], paragraph.lines[0]
    place = last.x0 if len(before.lines) > 1 else last.hang or last.x0
    offset = abs((place - before.left) - (line.x0 - paragraph.left))
    return min(offset, abs(place - line.x0)) < INDENT * line.size
