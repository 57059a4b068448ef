"""Which paragraphs are headings, and how deep: by size, weight and case, or by the outline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from a4a_qa.parsing.pdf.page import OutlineEntry
from a4a_qa.parsing.pdf.paragraphs import LARGER, Paragraph, body_size
from a4a_qa.parsing.structure import fold

# A heading is at most this long; the longest ones printed have some 120 characters.
_LONGEST = 170
_MOST_LINES = 4

# Larger is higher; of one size, capitals before bold before italic.
Style = tuple[float, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's level, from 1, by the rank of its style or by the outline."""

    level: int


def find_headings(paragraphs: Sequence[Paragraph], outline: Sequence[OutlineEntry]) -> dict[int, Heading]:
    """The headings among paragraphs, by their position.

    What stands on pages before the contents list and the outline's first entry is a title page.
    """
    body = body_size(paragraphs)
    box = body_size([p for p in paragraphs if p.in_box]) or body
    listed = {(entry.page, fold(entry.title)): entry.depth + 1 for entry in outline}
    starts = [p.page for p in paragraphs if p.kind == "contents"] + [entry.page for entry in outline]
    first_page = min(starts, default=0)
    styles: dict[int, Style] = {}
    known: dict[int, int] = {}
    for position, paragraph in enumerate(paragraphs):
        level = _listed_level(paragraph, listed) if paragraph.kind != "table" else None
        if paragraph.page < first_page:
            continue
        if level is not None:
            known[position] = level
        if level is not None or _looks_like_one(paragraph, box if paragraph.in_box else body):
            styles[position] = _style(paragraph)
    _drop_signatures(styles, paragraphs, body)
    ranks = _levels(styles, paragraphs)
    top = min(known.values(), default=0)
    return {position: Heading(known.get(position, max(rank, top + 1))) for position, rank in ranks.items()}


def _listed_level(paragraph: Paragraph, listed: dict[tuple[int, str], int]) -> int | None:
    """The level that the outline gives a paragraph; the outline knows no hyphens at a line's end."""
    for words in (_words(paragraph), re.sub(r"[-‐\xad] ", "", _words(paragraph))):
        level = listed.get((paragraph.page, fold(words)))
        if level is not None:
            return level
    return None


def _words(paragraph: Paragraph) -> str:
    return " ".join(line.text for line in paragraph.lines)


def _looks_like_one(paragraph: Paragraph, body: float) -> bool:
    if paragraph.kind not in ("text", "item") or len(paragraph.lines) > _MOST_LINES:
        return False
    text = _words(paragraph)
    letters = sum(character.isalpha() for character in text)
    if len(text) > _LONGEST or letters < 3 or letters < 0.5 * len(text.replace(" ", "")):
        return False
    if any(line.marks[:1] and line.marks[0][0] == 0 for line in paragraph.lines) or "://" in text:
        return False
    size, capitals, bold, italic = _style(paragraph)
    if size >= LARGER * body:
        return True
    if size < 0.9 * body or (paragraph.kind == "item" and not bold):
        return False
    if text[:1].islower():
        return False
    ends_open = not re.search(r"[.;,:?!]$", text)
    return (bold and not text.endswith((";", ","))) or (
        ends_open and (capitals or (italic and len(paragraph.lines) == 1))
    )


def _style(paragraph: Paragraph) -> Style:
    text = _words(paragraph)
    return (
        paragraph.size,
        text.isupper(),
        all(line.bold for line in paragraph.lines),
        all(line.italic for line in paragraph.lines),
    )


def _drop_signatures(styles: dict[int, Style], paragraphs: Sequence[Paragraph], body: float) -> None:
    """Bold lines in the size of the body that nothing follows but a higher heading are no headings."""
    following: int | None = None
    for position in range(len(paragraphs) - 1, -1, -1):
        if position not in styles:
            following = None
            continue
        style = styles[position]
        weak = style[0] < LARGER * body and not paragraphs[position].in_box
        last = position == len(paragraphs) - 1
        above = position + 1 in styles and styles[position + 1][0] > style[0]
        if weak and (last or above or following == position + 1):
            del styles[position]
            following = position


def _levels(styles: dict[int, Style], paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    ranks = {_key(style) for position, style in styles.items() if not paragraphs[position].in_box}
    order = sorted(ranks, reverse=True)
    return {
        position: order.index(_key(style)) + 1 if _key(style) in ranks else len(order) + 1
        for position, style in styles.items()
    }


def _key(style: Style) -> Style:
    size, capitals, bold, italic = style
    return round(size * 2) / 2, capitals, bold, not italic
