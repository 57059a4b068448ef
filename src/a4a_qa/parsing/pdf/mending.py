"""Paragraphs that the end of a column or page cut in two → whole ones."""

from __future__ import annotations

from collections.abc import Sequence

from a4a_qa.parsing.blocks import is_unfinished
from a4a_qa.parsing.pdf.paragraphs import INDENT, LARGER, Paragraph, body_size, is_broken

# A justified line ends within so many points of the edge of its column.
_JUSTIFIED = 0.15


def mended(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs made whole; boxes, tables and notes that stood in between come after them."""
    body = body_size(paragraphs)
    mended: list[Paragraph] = []
    # The last paragraph of each size, inside boxes (True) and outside; nothing goes on after a heading.
    ends: dict[tuple[bool, float], Paragraph] = {}
    for paragraph in paragraphs:
        place = paragraph.in_box, paragraph.size
        before = ends.get(place)
        if paragraph.size > LARGER * body:
            ends = {other: end for other, end in ends.items() if other[0] != paragraph.in_box}
        elif before and paragraph.kind == "text" and _goes_on(before, paragraph):
            before.lines += paragraph.lines
            before.left, before.right = paragraph.left, paragraph.right
            continue
        elif paragraph.kind != "table":
            ends[place] = paragraph
        mended.append(paragraph)
    return mended


def _goes_on(before: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a paragraph is the rest of one that ends in mid-sentence, or at the very edge of its column."""
    last, line = before.lines[-1], paragraph.lines[0]
    is_below = last.page == line.page and last.y > line.y and before.left == paragraph.left
    is_italic = all(other.italic for other in paragraph.lines)
    if is_below or last.page < line.page - 1 or is_broken(last, line, before.right):
        return False
    if last.bold != line.bold or (is_italic and not last.italic) or before.kind == "contents":
        return False
    if line.begins_raised:
        return False  # the next note
    indent, is_cut = line.x0 - paragraph.left, is_unfinished(last.text)
    if is_cut and line.text[0].islower():
        return True
    if before.kind != "text" and abs(last.x0 - before.left - indent) >= INDENT * line.size:
        return False  # a list item goes on below its own words
    recent = [before.right - other.x1 < _JUSTIFIED for other in before.lines[-4:]]
    return is_cut or (len(recent) > 1 and all(recent) and indent <= INDENT * line.size)
