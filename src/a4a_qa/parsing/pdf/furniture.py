"""Running heads, feet and page numbers: found on the pages of a report and taken away.

What they are is told by repetition only: the same words (digits apart) at the same height on several
pages, or a number at the same height that rises with the pages.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from a4a_qa.parsing.pdf.lines import Line

# Heads and feet stand in these shares of the page, from its upper and from its lower edge.
_EDGE = 0.13
# On so many pages at least a line repeats before it is taken for a head or foot.
_FEWEST_PAGES = 3
# Heights that differ by less than this many points are one.
_SAME_HEIGHT = 3.0

# A head stands this many of its sizes away from the text, or differs from it in size by this share.
_APART, _OTHER_SIZE = 1.8, 0.04

# More candidates than this on a page are no heads and feet; each is compared with all lines of its page.
_MOST_CANDIDATES = 100

# What stands this many ems from a line is beside it.
_BESIDE = 4.0

_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:page|p\.|seite)?\s*[-–—|·]?\s*(\d{1,4}|[ivxlcdm]+)\s*[-–—|·]?(?:\s*(?:/|of)\s*\d+)?", re.IGNORECASE
)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def without_furniture(
    pages: Mapping[int, Sequence[Line]], heights: Mapping[int, float], labels: Mapping[int, str]
) -> tuple[dict[int, list[Line]], dict[int, str]]:
    """The lines of each page without heads and feet, and the printed number of each page that has one.

    `labels` are the pages' numbers as the file itself tells them, where it does.
    """
    edges = {page: [line for line in lines if _at_edge(line, heights[page])] for page, lines in pages.items()}
    numbers = {**_labelled(edges, labels), **_page_numbers(edges)}
    beside = _beside(numbers, edges)
    repeated = _repeated(edges) | set(numbers.values()) | beside | _titles_again(edges, pages)
    heads = {page: _apart(repeated, lines, heights[page]) for page, lines in pages.items()}
    # A head that changes with the chapter stands where the repeated ones stand, in their size.
    places = {_place(line) for lines in heads.values() for line in lines}
    kept = {}
    for page, lines in pages.items():
        likely = {line for line in edges[page] if _place(line) in places}
        gone = _apart(heads[page] | likely, lines, heights[page])
        kept[page] = [line for line in lines if line not in gone]
    labels = {page: _label(line.text) for page, line in numbers.items()}
    return kept, {page: label for page, label in labels.items() if label}


def _place(line: Line) -> tuple[int, float]:
    return round(line.y / _SAME_HEIGHT), line.size


def _apart(candidates: set[Line], lines: Sequence[Line], height: float) -> set[Line]:
    """Those lines of a page among the candidates that stand apart from the text.

    The first line of a page can repeat by chance, as endnotes do; but the next line follows close behind.
    """
    middle = height / 2
    kept = list(lines)
    apart: set[Line] = set()
    here = candidates.intersection(lines)
    if len(here) > _MOST_CANDIDATES:
        return apart
    for line in sorted(here, key=lambda line: abs(line.y - middle)):
        if not any(_follows(other, line, middle) for other in kept):
            kept.remove(line)
            apart.add(line)
    # The number of an endnote stands beside its text, which goes on.
    return {line for line in apart if not any(_stands_by(other, line) for other in kept)}


def _stands_by(other: Line, line: Line) -> bool:
    gap = max(other.x0 - line.x1, line.x0 - other.x1)
    return abs(other.y - line.y) < 1 and gap < _BESIDE * line.size


def _follows(other: Line, line: Line, middle: float) -> bool:
    """Whether a line stands close to one at the edge, on its inner side, in its column and its size."""
    step = abs(line.y - middle) - abs(other.y - middle)
    over = other.x0 < line.x1 and line.x0 < other.x1
    return over and 1 < step <= _APART * line.size and abs(other.size - line.size) <= _OTHER_SIZE * line.size


def _at_edge(line: Line, height: float) -> bool:
    if line.marks and line.marks[0][0] == 0:
        return False  # a footnote, however often it says the same
    return line.y > height * (1 - _EDGE) or line.y < height * _EDGE


def _repeated(edges: Mapping[int, Sequence[Line]]) -> set[Line]:
    """The lines that say the same at the same height on several pages."""
    places: dict[tuple[str, int], set[Line]] = defaultdict(set)
    for lines in edges.values():
        for line in lines:
            words = re.sub(r"\d+", "#", line.text.casefold())
            if not any(character.isalpha() for character in words):
                continue
            # Neighbouring heights as well, so that a line on the border between two counts with both.
            for shift in (0, 1):
                places[words, round(line.y / _SAME_HEIGHT + shift / 2)].add(line)
    return {
        line
        for lines in places.values()
        if len({line.page for line in lines}) >= min(_FEWEST_PAGES, max(2, len(edges)))
        for line in lines
    }


def _titles_again(edges: Mapping[int, Sequence[Line]], pages: Mapping[int, Sequence[Line]]) -> set[Line]:
    """The lines in small type that repeat a title of this page or an earlier one, as chapter names do."""
    letters: Counter[float] = Counter()
    for line in _flat(pages):
        letters[line.size] += len(line.text)
    body = letters.most_common(1)[0][0] if letters else 0.0
    titles: set[str] = set()
    found = set()
    for page in sorted(pages):
        titles |= {line.text.casefold() for line in pages[page] if line.size > body}
        found |= {line for line in edges[page] if line.size < body and line.text.casefold() in titles}
    return found


def _page_numbers(edges: Mapping[int, Sequence[Line]]) -> dict[int, Line]:
    """The line with the page number on each page that has one.

    A number is that of its page when the difference of the two is common to several pages.
    """
    candidates = [
        (line.page, line, value - line.page, roman)
        for line in _flat(edges)
        if (value := _value(line.text)) is not None
        for roman in [not any(c.isdigit() for c in line.text)]
    ]
    by_difference: dict[tuple[int, bool], set[int]] = defaultdict(set)
    for page, _, difference, roman in candidates:
        by_difference[difference, roman].add(page)
    numbers: dict[int, Line] = {}
    for page, line, difference, roman in sorted(
        candidates, key=lambda found: -len(by_difference[found[2], found[3]])
    ):
        if len(by_difference[difference, roman]) >= min(_FEWEST_PAGES, max(1, len(edges) - 1)):
            numbers.setdefault(page, line)
    return numbers


def _labelled(edges: Mapping[int, Sequence[Line]], labels: Mapping[int, str]) -> dict[int, Line]:
    """The line of each page that says what the file itself gives as the page's number."""
    return {
        page: line
        for page, lines in edges.items()
        for line in lines
        if page in labels and _label(line.text) == labels[page]
    }


def _beside(numbers: Mapping[int, Line], edges: Mapping[int, Sequence[Line]]) -> set[Line]:
    """What stands on the line of a page's number: the report's name, or that of the chapter."""
    return {
        line
        for page, number in numbers.items()
        for line in edges[page]
        if abs(line.y - number.y) < _SAME_HEIGHT and line is not number
    }


def _flat(edges: Mapping[int, Sequence[Line]]) -> Iterable[Line]:
    return (line for lines in edges.values() for line in lines)


def _label(text: str) -> str:
    match = _NUMBER.fullmatch(text.strip())
    return match[1] if match else ""


def _value(text: str) -> int | None:
    """The number that a line consists of, in digits or in Roman numerals."""
    label = _label(text)
    if label.isdigit():
        return int(label)
    if not label or not _ROMAN.fullmatch(label):
        return None
    values = [_ROMAN_VALUES[letter] for letter in label.lower()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)
