"""Running heads, feet and page numbers: found by what recurs from page to page, and taken away."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import median_low

from a4a_qa.parsing.pdf.lines import Line

# Heads and feet stand within this share of a page from its edge, on at least so many pages of a report, at
# heights that are compared in steps of so many points.
_EDGE, _FEWEST_PAGES, _STEP = 0.13, 3, 3.0
# Type larger than the text's is a head only if it recurs on this share of the pages.
_OFTEN = 0.2
# Text within so many sizes below a line goes on from it; within so many beside it, it is of the same line.
_BELOW, _BESIDE = 1.8, 4.0
# Each candidate is compared with all lines of its page; if there are more, they are no heads and feet.
_MOST_CANDIDATES = 100
_NUMBER = re.compile(
    r"(?:page|p\.|seite)?[\s–—|·-]*(\d{1,4}|[ivx]+)[\s–—|·-]*(?:(?:/|of)\s*\d+)?", re.IGNORECASE
)


def without_furniture(
    pages: Mapping[int, Sequence[Line]], heights: Mapping[int, float]
) -> tuple[dict[int, list[Line]], dict[int, str]]:
    """The lines of each page without heads and feet, and the printed number of each page that has one."""
    edges = [
        line
        for page, lines in pages.items()
        for line in lines
        if not heights[page] * _EDGE <= line.y <= heights[page] * (1 - _EDGE)
        and not line.begins_raised  # a footnote
    ]
    body = median_low([line.size for lines in pages.values() for line in lines] or [0.0])
    candidates = _recurring(edges, len(pages), body) | _repeated_titles(edges, pages, body)
    gone: set[Line] = set()
    for page, lines in pages.items():
        gone |= _apart(candidates.intersection(lines), lines, heights[page] / 2)
    kept = {page: [line for line in lines if line not in gone] for page, lines in pages.items()}
    return kept, _labels([line for line in edges if line in gone], sorted(pages))


def _recurring(edges: Sequence[Line], pages: int, body: float) -> set[Line]:
    """The lines where, in their size, page numbers or the same words, digits apart, stand on more pages.

    In larger type than the text's, words at such a place may be a heading that begins a page.
    """
    found: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for line in edges:
        words = _distance(line) or re.sub(r"\d+", "#", line.text.casefold())
        found[words, round(line.y / _STEP)].append(line)
    same: set[Line] = set()
    places: set[tuple[int, float]] = set()
    for (_, step), lines in found.items():
        count = len({line.page for line in lines})
        if count >= min(_FEWEST_PAGES, max(2, pages // 3)):
            same |= {line for line in lines if line.size <= body or count >= _OFTEN * pages}
            places |= {(near, line.size) for line in lines for near in (step - 1, step, step + 1)}
    return same | {o for o in edges if o.size <= body and (round(o.y / _STEP), o.size) in places}


def _distance(line: Line) -> str:
    """How far a page number in digits is from the place of its page in the file; "" for any other line."""
    match = _NUMBER.fullmatch(line.text)
    return str(int(match[1]) - line.page) if match and match[1].isdigit() else ""


def _repeated_titles(edges: Sequence[Line], pages: Mapping[int, Sequence[Line]], body: float) -> set[Line]:
    """The lines in smaller type than the text's that say what a line in larger type says: chapter names."""
    titles = {line.text.casefold() for page in pages.values() for line in page if line.size > body}
    return {line for line in edges if line.size < body and line.text.casefold() in titles}


def _apart(candidates: set[Line], lines: Sequence[Line], middle: float) -> set[Line]:
    """The candidates that stand apart from the text of their page: endnotes may recur by chance as well."""
    text = [line for line in lines if line not in candidates]
    for line in sorted(candidates, key=lambda line: (round(abs(line.y - middle)), line.x0 - line.x1)):
        if len(candidates) > _MOST_CANDIDATES or any(_goes_with(other, line, middle) for other in text):
            text.append(line)
    return candidates.difference(text)


def _goes_with(other: Line, line: Line, middle: float) -> bool:
    """Whether text stands beside a line at the edge, or close to it on its inner side and in its size."""
    gap = max(other.x0 - line.x1, line.x0 - other.x1)
    if abs(other.y - line.y) < 1:
        return gap < _BESIDE * line.size
    step = abs(line.y - middle) - abs(other.y - middle)
    return gap < 0 < step <= _BELOW * line.size and other.size == line.size


def _labels(furniture: Sequence[Line], pages: Sequence[int]) -> dict[int, str]:
    """The page numbers among heads and feet; one in digits is counted on where the next page has none."""
    numbers = {line: match[1] for line in furniture if (match := _NUMBER.fullmatch(line.text))}
    often = Counter(map(_distance, numbers))
    labels = {line.page: label for line, label in numbers.items() if often[_distance(line)] > 1}
    for page in pages:
        before = labels.get(page - 1, "")
        if page not in labels and before.isdigit():
            labels[page] = str(int(before) + 1)
    return labels
