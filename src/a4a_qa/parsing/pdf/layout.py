"""The lines of a page → regions in reading order: columns, framed boxes, tables.

Gutters, strips that many neighbouring lines leave free, separate columns. A line, box or table that crosses a
gutter separates the columns above it from those below. A wide rule or panel cuts the page into bands, which
may have different columns. The inside of a box is laid out separately.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby, pairwise, product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from a4a_qa.parsing.pdf.file import Shape
from a4a_qa.parsing.pdf.lines import PAGE_NUMBER, Line
from a4a_qa.parsing.pdf.tables import RULE, Table, contains, find_aligned, find_tables

# With more lines, frames or edges a page is a drawing, and is read from top to bottom.
_MOST_LINES, _MOST_EDGES = 2_000, 150
# A frame over a larger share of the paper is a background; one narrower than this, in points, is part of a
# drawing.
_BACKGROUND, _NARROWEST_FRAME = 0.7, 60.0
# A shape over this share of the paper's width cuts the page into bands.
_BAND_WIDTH = 0.5
# A column takes at least this share of the paper's width; numbers, bullets and terms are narrower.
_NARROWEST_COLUMN = 0.14
# A gutter runs through at least this many gaps between neighbours; at most twice as many items as gaps may
# cross it.
_FEWEST_GAPS = 3
# Text fills at least this share of its column on average, or fewer than that share of its lines have a
# neighbour in the other column: a line whose lower edge differs by less than this many points.
_FILLED, _BESIDE, _SAME_HEIGHT = 0.6, 0.8, 1.5
# A file that returns to an earlier column more often does not draw column by column.
_MOST_RETURNS = 4
# A contents page has at least this many aligned page numbers, and one for every four other lines.
_FEWEST_NUMBERS = 3
_LETTERS = re.compile(r"[^\W\d_]{2}")
# Pieces whose baselines differ by at most this share of the type size are on one line.
_SAME_BASELINE = 0.25


@dataclass(frozen=True, slots=True)
class Region:
    """Lines in reading order with the left and right edge around them; a table has rows."""

    kind: Literal["text", "box", "table"]
    lines: tuple[Line, ...]
    left: float
    right: float
    table: Table | None = None
    frame: Shape | None = None


@dataclass(frozen=True, slots=True)
class _Group(Line):
    """A box or a table, which is placed on the page like one large line."""

    regions: tuple[Region, ...] = ()


def read_layout(lines: Sequence[Line], shapes: Sequence[Shape], paper: Shape) -> list[Region]:
    """The regions of a page in reading order."""
    if len(lines) > _MOST_LINES:
        return list(_column(lines))
    groups: list[Line] = []
    ruled = find_tables(shapes, lines, paper)
    lines = _without(lines, ruled)
    aligned = find_aligned(lines)
    lines = _with_page_numbers(_without(lines, aligned))
    for table in [*ruled, *aligned]:
        region = Region("table", table.lines, table.shape.x0, table.shape.x1, table)
        groups.append(_group(table.shape, table.lines, [region]))
    for frame in _frames(shapes, paper):
        inside = [line for line in lines if contains(frame, line)]
        if len({round(line.y) for line in inside}) > 1:
            regions = [replace(region, kind="box", frame=frame) for region in _ordered(inside, paper)]
            groups.append(_group(frame, inside, regions))
            lines = [line for line in lines if not contains(frame, line)]
    items = [*groups, *lines]
    usual = find_gutters(_edges(items), paper)
    return [region for band in _bands(items, shapes, paper) for region in _ordered(band, paper, usual)]


def _without(lines: Sequence[Line], tables: Iterable[Table]) -> list[Line]:
    taken = {line for table in tables for line in table.lines}
    return [line for line in lines if line not in taken]


def _group(shape: Shape, lines: Sequence[Line], regions: Iterable[Region]) -> _Group:
    y, size = shape.y0 + shape.height / 4, shape.height  # so that its top and bottom are those of the shape
    order = min(line.order for line in lines)
    return _Group(0, shape.x0, shape.x1, y, size, False, False, "", (), order, regions=tuple(regions))


def _frames(shapes: Sequence[Shape], paper: Shape) -> list[Shape]:
    """The rectangles enclosed by edges of shapes, the largest first."""
    across = {(s.x0, s.x1, y) for s in shapes if s.width >= _NARROWEST_FRAME for y in (s.y0, s.y1)}
    widest = sorted(across, key=lambda edge: edge[0] - edge[1])[:_MOST_EDGES]
    tallest = sorted((s for s in shapes if s.height > RULE), key=lambda s: -s.height)[:_MOST_EDGES]
    tallest.sort(key=lambda s: s.y0)
    frames = []
    for (left, right, y0), (x0, x1, y1) in product(widest, widest):
        if max(abs(left - x0), abs(right - x1)) <= RULE < y1 - y0:
            frame = Shape(x0, y0, x1, y1)
            small = frame.width * frame.height <= _BACKGROUND * paper.width * paper.height
            if small and _closes(tallest, frame, x0) and _closes(tallest, frame, x1):
                frames.append(frame)
    return sorted(frames, key=lambda s: -s.width * s.height)[:_MOST_EDGES]


def _closes(shapes: Iterable[Shape], frame: Shape, x: float) -> bool:
    """Whether upright edges, sorted from below, make up one side, as some programs draw it piece by piece."""
    y = frame.y0
    for shape in shapes:
        within = frame.y0 - RULE <= shape.y0 <= y + RULE and shape.y1 <= frame.y1 + RULE
        if within and min(abs(shape.x0 - x), abs(shape.x1 - x)) <= RULE:
            y = max(y, shape.y1)
    return y >= frame.y1 - RULE


def _with_page_numbers(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of a contents page with each page number joined to its title, however wide the gap."""
    numbers = [line for line in lines if PAGE_NUMBER.fullmatch(line.text)]
    rows: list[Line] = []
    taken: set[Line] = set()
    for number in numbers:
        aligned = sum(abs(n.x0 - number.x0) < 3 or abs(n.x1 - number.x1) < 3 for n in numbers)
        title = [line for line in lines if line.x1 < number.x0 and abs(line.y - number.y) < 2]
        if aligned >= _FEWEST_NUMBERS and any(map(_LETTERS.search, (line.text for line in title))):
            whole = reduce(_joined, sorted(title, key=lambda line: line.x0))
            rows.append(_joined(replace(whole, hang=None, label=0), number))
            taken.update([*title, number])
    if len(rows) < _FEWEST_NUMBERS or 5 * len(rows) < len(lines):
        return lines
    return [*rows, *(line for line in lines if line not in taken)]


def _edges(items: Iterable[Line]) -> NDArray[np.float64]:
    """The left, lower, right and upper edge of each item, as rows of an array."""
    return np.array([(item.x0, item.bottom, item.x1, item.top) for item in items]).reshape(-1, 4)


def find_gutters(edges: NDArray[np.float64], paper: Shape) -> list[float]:
    """The x of each gutter, from left to right; `edges` are those of `_edges`."""
    x0, y0, x1, y1 = edges.T
    beside = (y0[:, None] < y1) & (y0 < y1[:, None]) & (x0 > x1[:, None])
    ends = np.where(beside, x0, np.inf).min(
        axis=1, initial=np.inf
    )  # where the gap to the right of each item ends
    level = abs(y0[:, None] - y0) < _SAME_HEIGHT
    leftmost = np.where(level, x1, np.inf).min(axis=1, initial=np.inf)
    rightmost = np.where(level, x0, -np.inf).max(axis=1, initial=-np.inf)
    strips = []
    for end in np.unique(ends[ends < np.inf]):
        starts = x1[(x1 < end) & (end <= ends) & (ends < np.inf)]
        strips.append((-len(starts), end, (starts.max() + end) / 2))
    for rank, _, middle in sorted(strips):
        left, right = x1 <= middle, x0 >= middle
        sides = [(edges[left], rightmost[left] >= middle), (edges[right], leftmost[right] <= middle)]
        believed = -rank >= _FEWEST_GAPS and len(edges) - left.sum() - right.sum() <= -2 * rank
        if believed and all(_is_column(*side, paper) for side in sides):
            return [*find_gutters(edges[left], paper), float(middle), *find_gutters(edges[right], paper)]
    return []


def _is_column(edges: NDArray[np.float64], beside: NDArray[np.bool_], paper: Shape) -> bool:
    """Whether items are a column of text, not terms beside explanations or numbers beside titles."""
    x0, y0, x1, _ = edges.T
    heights, height = np.unique(y0.round(), return_inverse=True)
    reach = np.zeros(len(heights))
    np.maximum.at(reach, height, x1 - x0.min())
    filled = reach.mean() >= _FILLED * reach.max()
    return bool(reach.max() >= _NARROWEST_COLUMN * paper.x1 and (filled or beside.mean() < _BESIDE))


def _bands(items: Sequence[Line], shapes: Iterable[Shape], paper: Shape) -> list[list[Line]]:
    """The items from top to bottom, cut at the edges of wide shapes that no item crosses."""
    _, y0, _, y1 = _edges(items).T
    wide = {y for s in shapes if s.width >= _BAND_WIDTH * paper.width for y in (s.y0, s.y1)}
    cuts = [y for y in sorted(wide) if not np.any((y0 < y) & (y < y1))]
    band = -np.searchsorted(cuts, y0, side="right")
    return [[items[int(n)] for n in np.flatnonzero(band == number)] for number in np.unique(band)]


def _ordered(items: Sequence[Line], paper: Shape, usual: Sequence[float] = ()) -> Iterator[Region]:
    """Items in reading order: column by column between items that cross a gutter.

    A few lines show no gutters of their own, so the `usual` ones of the page apply unless an item crosses
    them.
    """
    gutters = find_gutters(_edges(items), paper)
    if not gutters and not any(_crosses(item, usual) for item in items):
        gutters = list(usual)
    downwards = sorted(items, key=lambda item: -(item.top + item.bottom))
    for crossing, zone in groupby(downwards, key=lambda item: _crosses(item, gutters)):
        for column in [zone] if crossing else _columns(zone, gutters):
            yield from _column(column)


def _crosses(item: Line, gutters: Iterable[float]) -> bool:
    return any(item.x0 < gutter < item.x1 for gutter in gutters)


def _columns(zone: Iterable[Line], gutters: Sequence[float]) -> Iterator[list[Line]]:
    """The columns of a zone. They start again where the file returns to an earlier column below everything
    that it has drawn so far: this finds a heading that closes two columns but is too short to cross their
    gutter."""
    drawn = sorted(zone, key=lambda item: item.order)
    x0, y0, _, y1 = _edges(drawn).T
    places = np.searchsorted(gutters, x0, side="right")
    lowest, highest = np.minimum.accumulate(y0), np.maximum.accumulate(y1[::-1])[::-1]
    cuts = np.flatnonzero((np.diff(places) < 0) & (lowest[:-1] >= highest[1:] - 1)) + 1
    for start, end in pairwise([0, *(cuts if len(cuts) <= _MOST_RETURNS else ()), len(drawn)]):
        for column in range(len(gutters) + 1):
            yield [drawn[n] for n in range(start, end) if places[n] == column]


def _column(items: Iterable[Line]) -> Iterator[Region]:
    """The regions of a column from top to bottom: boxes, tables, and the lines between them, joined."""
    lines: list[Line] = []
    downwards = sorted(items, key=lambda item: -(item.top if isinstance(item, _Group) else item.y))
    for item in [*downwards, None]:
        if item is None or isinstance(item, _Group):
            if lines:
                left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
                yield Region("text", tuple(lines), left, right)
            lines = []
            yield from item.regions if item else ()
        elif lines and lines[-1].y - item.y <= _SAME_BASELINE * min(lines[-1].size, item.size):
            lines[-1] = _joined(*sorted([lines[-1], item], key=lambda piece: piece.x0))
        else:
            lines.append(item)


def _joined(first: Line, second: Line) -> Line:
    """Two pieces as one line, which remembers where the second begins."""
    shift = len(first.text) + 1
    marks = (*first.marks, *((offset + shift, number) for offset, number in second.marks))
    longer = max(first, second, key=lambda line: len(line.text))
    return replace(
        longer, x0=first.x0, x1=max(first.x1, second.x1), text=f"{first.text} {second.text}", marks=marks,
        bold=first.bold and second.bold, italic=first.italic and second.italic,
        hang=first.hang or second.x0, label=first.label or len(first.text),
    )  # fmt: skip
