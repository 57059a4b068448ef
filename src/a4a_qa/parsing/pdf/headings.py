"""Which paragraphs are headings, and their levels: by size, weight and case, number, or the outline.

Larger type is higher; in one size, capitals are above bold, and bold above italics. Within one style numbers
decide: "1." is above "1.1", and "Section 1." above "a." if the letters start again. A label that opens a
paragraph in bold ("Amnesty: In …") is a run-in heading if several paragraphs have one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from a4a_qa.parsing.pdf.file import OutlineEntry
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.paragraphs import LARGER, Paragraph, body_size
from a4a_qa.parsing.structure import fold

# The greatest length of a heading (the longest have some 120 characters) and of a label.
_LONGEST, _LONGEST_LABEL = 170, 80
# Labels are headings if at least this many paragraphs of a report open with one.
_FEWEST_LABELS = 3
# The title of a report, which may be repeated above its text, has at least this many words.
_FEWEST_TITLE_WORDS = 3
# A page before the contents with fewer lines of running text is a cover.
_FEWEST_LINES = 12
# The greatest step from a caption to its second line, in ems.
_STEP = 1.6

CAPTION = re.compile(
    r"(?:table|figure|fig\.|chart|exhibit|graph|map|photo|diagram)\s*"
    r"(?:[A-Z][.\d-]*|[\divxl]+)(?:[.:–—-]|\s|$)",
    re.IGNORECASE,
)
# What ends a label; the words after it begin a sentence.
_SIGN = re.compile(r"\s?[.:–—-]+\s*(?=[A-Z“\"'‘(])")
_BACK_MATTER = re.compile(
    r"\W*(?:references|bibliography|works cited|sources|(?:end|foot)?notes|glossary|acronyms"
    r"|abbreviations)\W*",
    re.IGNORECASE,
)
# "Appendix I" on a line of its own.
_PART = re.compile(r"(?:part|chapter|annex|appendix)\s+(?:\d{1,2}|[A-Z]|[IVXL]+)", re.IGNORECASE)
_NUMBERS = {
    "word": re.compile(r"(?:part|chapter|section|article|annex|appendix) (\w+)", re.IGNORECASE),
    "decimal": re.compile(r"(\d{1,2}(?:\.\d{1,2})*)[.)]?\s"),
    "roman": re.compile(r"([IVXL]+)[.)]\s"),
    "letter": re.compile(r"\(?([A-Za-z])[.)]\s"),
}
_FIRST = {"1", "a", "A", "I"}

# Size, capitals, bold, upright: the larger tuple is the higher style.
Style = tuple[float, bool, bool, bool]


def find_headings(paragraphs: Sequence[Paragraph], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    """The level of each heading, from 1, by its position among the paragraphs; a title page has none."""
    body = body_size(paragraphs)
    box = body_size([p for p in paragraphs if p.in_box]) or body
    listed = {(entry.page, fold(entry.title)): entry.depth + 1 for entry in outline}
    cover = _last_of_cover(paragraphs, outline, body)
    largest = max((p for p in paragraphs if p.page <= cover), key=lambda p: p.size, default=None)
    title = fold(largest.text) if largest else ""
    styles: dict[int, Style] = {}
    known: dict[int, int] = {}
    for position, paragraph in enumerate(paragraphs):
        text = fold(paragraph.text)
        if paragraph.page <= cover or paragraph.kind in ("table", "contents", "scrap"):
            continue
        if text == title and len(title.split()) >= _FEWEST_TITLE_WORDS:
            continue
        if level := listed.get((paragraph.page, text)):
            known[position] = level
        if level or paragraph.kind == "label" or _is_heading(paragraph, box if paragraph.in_box else body):
            styles[position] = _style(paragraph)
    _drop_captions(styles, paragraphs)
    _drop_signatures(styles, paragraphs, body)
    levels = _levels(styles, paragraphs)
    if len(set(known.values())) > 1:  # a flat outline tells which are headings, not how deep they are
        levels |= known
    return {position: levels[position] for position in styles}


def with_labels(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs, with opening labels as paragraphs of their own if several have one."""
    body = body_size(paragraphs)
    parts = [_parts(p) if p.kind == "text" and p.size >= 0.95 * body else None for p in paragraphs]
    if sum(found is not None for found in parts) < _FEWEST_LABELS:
        return list(paragraphs)
    parted: list[Paragraph] = []
    for paragraph, found in zip(paragraphs, parts, strict=True):
        if found:
            label, rest = found
            parted += [replace(paragraph, kind="label", lines=label), replace(paragraph, lines=rest)]
        else:
            parted.append(paragraph)
    return parted


def _parts(paragraph: Paragraph) -> tuple[list[Line], list[Line]] | None:
    """The lines of a label that opens a paragraph in another style, and those of the text after its sign."""
    bold = list(takewhile(lambda line: line.bold, paragraph.lines))
    if len(bold) > 1 or len(bold) == len(paragraph.lines):
        return None
    line = paragraph.lines[len(bold)]
    words = line.text[: line.lead].rstrip(".:–—- ")
    sign = _SIGN.match(line.text, len(words))
    label = " ".join([*(line.text for line in bold), words])
    if not line.lead or not sign or not label[0].isupper() or not 2 < len(label) <= _LONGEST_LABEL:
        return None
    end = sign.end()
    marks = tuple(mark for mark in line.marks if mark[0] < end)
    last = [replace(line, text=words, marks=marks, lead=0, bold=True)] if words else []
    marks = tuple((offset - end, number) for offset, number in line.marks if offset >= end)
    first = replace(line, text=line.text[end:], marks=marks, lead=0)
    return [*bold, *last], [first, *paragraph.lines[len(bold) + 1 :]]


def _last_of_cover(paragraphs: Sequence[Paragraph], outline: Sequence[OutlineEntry], body: float) -> int:
    """The last page of the cover, or 0: the first pages, before any contents, without running text."""
    starts = [p.page for p in paragraphs if p.kind == "contents"] + [entry.page for entry in outline]
    lines: Counter[int] = Counter()
    for paragraph in paragraphs:
        if len(paragraph.lines) > 2 and paragraph.size <= LARGER * body:
            lines[paragraph.page] += len(paragraph.lines)
    last = 0
    while last + 1 < min(starts, default=2) and lines[last + 1] < _FEWEST_LINES:
        last += 1
    return last


def _is_heading(paragraph: Paragraph, body: float) -> bool:
    text = paragraph.text
    if paragraph.kind not in ("text", "item") or len(text) > _LONGEST:
        return False
    letters = sum(character.isalpha() for character in text)
    if (
        letters < max(3, 0.5 * len(text.replace(" ", "")))
        or "://" in text
        or paragraph.lines[0].begins_raised
    ):
        return False
    _, capitals, bold, upright = _style(paragraph)
    if _PART.fullmatch(text):
        return True
    if paragraph.size >= LARGER * body:
        # Large italics over several lines are a quotation.
        return upright or bold or len(paragraph.lines) == 1
    if paragraph.size < 0.9 * body or (text[0].islower() and not _NUMBERS["letter"].match(text)):
        return False
    return (bold and not text.endswith((";", ","))) or (
        (capitals or not upright) and not text.endswith((".", ";", ",", ":", "?", "!"))
    )


def _style(paragraph: Paragraph) -> Style:
    bold = all(line.bold for line in paragraph.lines)
    upright = not all(line.italic for line in paragraph.lines)
    return round(paragraph.size * 2) / 2, paragraph.text.isupper(), bold, upright


def _drop_captions(styles: dict[int, Style], paragraphs: Sequence[Paragraph]) -> None:
    """Remove the titles of tables and figures, with a second line in their style."""
    for position in [n for n in styles if CAPTION.match(paragraphs[n].text)]:
        style = styles.pop(position, None)
        if styles.get(position + 1) == style:
            first, second = paragraphs[position : position + 2]
            if 0 < first.lines[-1].y - second.lines[0].y < _STEP * first.size:
                del styles[position + 1]


def _drop_signatures(styles: dict[int, Style], paragraphs: Sequence[Paragraph], body: float) -> None:
    """Remove headings in the body's size right before a larger one: without text below, they are a
    signature."""
    dropped = -1
    for position in sorted(styles, reverse=True):
        paragraph = paragraphs[position]
        above = position + 1 in styles and paragraphs[position + 1].size > paragraph.size
        small = paragraph.size < LARGER * body and not _PART.fullmatch(paragraph.text)
        if small and (above or dropped == position + 1):
            del styles[position]
            dropped = position


def _levels(styles: Mapping[int, Style], paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    """The level of each heading: the rank of its style and, within one style, the depth of its number.

    A style that ends before the first heading of the next style is no higher than that one: it is a title, or
    comes before the first chapter. Labels and headings in boxes are the lowest.
    """
    by_style: dict[Style, list[int]] = {}
    for position, style in styles.items():
        if paragraphs[position].kind != "label" and not paragraphs[position].in_box:
            by_style.setdefault(style, []).append(position)
    ranks = {
        position: (*style, -depth)
        for style, positions in by_style.items()
        for position, depth in zip(positions, depths([paragraphs[n].text for n in positions]), strict=True)
    }
    places: dict[tuple[float, ...], list[int]] = {}
    for position, rank in ranks.items():
        places.setdefault(rank, []).append(position)
    level, last = 0, len(paragraphs)
    levels: dict[int, int] = {}
    for _, positions in sorted(places.items(), reverse=True):
        level += last > positions[0]
        last = positions[-1]
        levels.update(dict.fromkeys(positions, level))
    # What stands once at the end of a report is not part of its last chapter, however small its heading.
    texts = Counter(fold(paragraphs[position].text) for position in styles)
    for position in styles:
        text = paragraphs[position].text
        if _BACK_MATTER.fullmatch(text) and texts[fold(text)] == 1:
            levels[position] = 1
    return {position: levels.get(position, level + 1) for position in styles}


def depths(texts: Sequence[str]) -> list[int]:
    """The depth of headings of one style by their numbers, from 0.

    Kinds of numbers are ordered by their first use; one is below the kind before if its count starts again.
    Headings without a number are below those with one, if most stand between two of them.
    """
    numbers = [_number_of(text) for text in texts]
    if not any(len(number) > 1 for kind, number in numbers if kind == "roman"):
        numbers = [("letter" if kind == "roman" else kind, number) for kind, number in numbers]
    depth: dict[str, int] = {}
    for kind in dict.fromkeys(kind for kind, _ in numbers if kind):
        begins = sum(found == kind and number in _FIRST for found, number in numbers)
        depth[kind] = max(depth.values(), default=0) + bool(depth and begins > 1)
    numbered = [place for place, (kind, _) in enumerate(numbers) if kind]
    plain = [place for place, (kind, _) in enumerate(numbers) if not kind]
    inside = sum(numbered[0] < place < numbered[-1] for place in plain) if numbered else 0
    dots = max((number.count(".") for kind, number in numbers if kind == "decimal"), default=0)
    depth[""] = max(depth.values(), default=0) + dots + 1 if 2 * inside > len(plain) else 0
    return [depth[kind] + number.count(".") for kind, number in numbers]


def _number_of(text: str) -> tuple[str, str]:
    """The kind of the number that a heading begins with, and the number; both are empty without one."""
    for kind, pattern in _NUMBERS.items():
        if match := pattern.match(text):
            return kind, match[1]
    return "", ""
