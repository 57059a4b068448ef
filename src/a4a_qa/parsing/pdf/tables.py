"""The tables of a page → rows of cells, empty cells included.

Ruled tables: horizontal rules belong to one table if an upright rule joins them or their ends are aligned.
Two neighbouring ones bound a band of the table. Columns end at upright rules and at the joints of horizontal
ones; a table without either has its columns where its lines leave strips free.

Tables without rules: rows of short cells, mostly figures, that are aligned in columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise, zip_longest
from statistics import mode

import numpy as np
from numpy.typing import NDArray

from a4a_qa.parsing.pdf.file import Shape, around
from a4a_qa.parsing.pdf.lines import Line

# A shape at most this thin, in points, is a rule; of a thicker one the sides are rules.
RULE = 3.0
# Places this close, in points, are the same; a column this narrow is padding.
_TOUCH, _PADDING = 3.0, 10.0
# The shortest rules that separate cells, in points; shorter ones underline words or draw letters.
_SHORTEST_ACROSS, _SHORTEST_DOWN = 20.0, 8.0
# A page with more rules is a drawing; a shape over more than this share of the paper is a background.
_MOST_RULES, _BACKGROUND = 2_000, 0.4
# For a table without upright rules: the most lines in its head, the least gap between columns in ems, and the
# share of its width from which on a line spans several columns.
_HEAD_LINES, _GAP, _SPANNING = 3, 0.8, 0.6
# This many numbers below each other in a cell are the values of several rows.
_FEWEST_VALUES, _VALUE = 3, re.compile(r"\W*\d[\d.,\s]*\W*")
# Columns of text, in contrast to tables, have some type this much larger than most, or single rows of more
# lines.
_LARGER, _MOST_LINES = 1.25, 8
# Rules as rows of an array: start, end, and height (horizontal) or distance from the left (upright).
_Rules = NDArray[np.float64]
_Row = list[list[Line]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its outline; a cell is a tuple of lines."""

    shape: Shape
    rows: tuple[tuple[tuple[Line, ...], ...], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all cells, row by row."""
        return tuple(line for row in self.rows for cell in row for line in cell)


@dataclass(frozen=True, slots=True)
class _Band:
    """The lines between two horizontal rules, the edges of columns there, and the upright rules beside
    them."""

    upper: float
    lower: float
    lines: Sequence[Line]
    edges: list[float]
    upright: list[float]


def find_tables(shapes: Sequence[Shape], lines: Sequence[Line], paper: Shape) -> list[Table]:
    """The ruled tables of a page, each with a row that has words in two cells; `lines` are sorted
    downwards."""
    shapes = [s for s in shapes if s.width * s.height < _BACKGROUND * paper.width * paper.height]
    across = {(s.x0, s.x1, y) for s in shapes if s.width >= _SHORTEST_ACROSS for y in (s.y0, s.y1)}
    down = {(s.y0, s.y1, x) for s in shapes if s.height >= _SHORTEST_DOWN for x in (s.x0, s.x1)}
    if len(across) + len(down) > _MOST_RULES:
        return []
    tables: list[Table] = []
    rules, upright = (np.array(sorted(places)).reshape(-1, 3) for places in (across, down))
    for group in _groups(_without_underlines(rules, lines), upright):
        runs = groupby(_bands(group, upright, lines), key=_is_text)
        found = [table for is_text, run in runs if not is_text and (table := _table(list(run), group))]
        lines = [line for line in lines if not any(contains(table.shape, line) for table in found)]
        tables += found
    return tables


def contains(shape: Shape, line: Line) -> bool:
    """Whether a line stands inside a shape, give or take the thickness of a rule."""
    middle = (line.top + line.bottom) / 2
    return shape.x0 - _TOUCH <= line.x0 and line.x1 <= shape.x1 + _TOUCH and shape.y0 <= middle < shape.y1


def _without_underlines(across: _Rules, lines: Sequence[Line]) -> _Rules:
    places = np.array([(line.x0 - 1, line.x1 + 1, line.bottom, line.y + 1) for line in lines])
    left, right, low, high = places.reshape(-1, 4).T
    start, end, y = across.T[:, :, None]
    underlines = ((left <= start) & (end <= right) & (low <= y) & (y <= high)).any(axis=1)
    return np.delete(across, underlines, axis=0)


def _merged(places: Iterable[float], apart: float = _TOUCH) -> list[float]:
    """The places in rising order, those at most this far apart merged."""
    merged: list[float] = []
    for place in sorted(places):
        if not merged or place - merged[-1] > apart:
            merged.append(place)
    return merged


def _groups(across: _Rules, down: _Rules) -> Iterator[_Rules]:
    """Horizontal rules that touch, or that are above each other and share an upright rule or an end."""
    start, end, y = across.T[:, :, None]
    low, high, x = down.T[:, None, :]
    beside = (start - _SHORTEST_ACROSS <= x) & (x <= end + _SHORTEST_ACROSS)
    met = (beside & (low - _TOUCH <= y) & (y <= high + _TOUCH)).astype(np.float32)
    shared = np.minimum(end, end.T) - np.maximum(start, start.T)
    aligned = (abs(start - start.T) <= _TOUCH) | (abs(end - end.T) <= _TOUCH) | (met @ met.T > 0)
    belong = ((shared >= _SHORTEST_ACROSS) & aligned) | ((shared >= -_TOUCH) & (abs(y - y.T) <= _TOUCH))
    left = np.ones(len(across), bool)
    while left.any():
        group, inner = belong[left.argmax()], left & False
        while (group != inner).any():
            group, inner = belong[group].any(axis=0), group
        yield across[group]
        left &= ~group


def _bands(group: _Rules, down: _Rules, lines: Sequence[Line]) -> Iterator[_Band]:
    """The bands between the horizontal rules of a group, from the top."""
    start, end, y = group.T
    outline = Shape(start.min(), y.min(), end.max(), y.max())
    lines = [line for line in lines if contains(outline, line)]
    for lower, upper in reversed(list(pairwise(_merged(y)))):
        start, end, _ = group[(abs(y - lower) <= _TOUCH) | (abs(y - upper) <= _TOUCH)].T
        inside = (start.min() - _TOUCH <= down[:, 2]) & (down[:, 2] <= end.max() + _TOUCH)
        low, high, x = down[inside & (down[:, 0] - _TOUCH <= upper) & (lower <= down[:, 1] + _TOUCH)].T
        upright = _merged(x[(low - _TOUCH <= lower) & (upper <= high + _TOUCH)])
        words = [line for line in lines if lower <= (line.top + line.bottom) / 2 < upper]
        yield _Band(upper, lower, words, _merged([*start, *end, *x]), upright)


def _is_text(band: _Band) -> bool:
    """Whether several lines of a band cross the edges of columns; a single one may be a heading in a
    table."""
    edges = band.upright if len(band.upright) > 1 else band.edges
    crossing = (x for line in band.lines for x in edges if line.x0 < x - _TOUCH and x + _TOUCH < line.x1)
    return len(band.lines) > 1 and any(crossing)


def _table(bands: Sequence[_Band], across: _Rules) -> Table | None:
    edges = _merged((edge for band in bands for edge in band.edges), _PADDING)
    has_columns = len(edges) > 2
    if has_columns:  # a title, or space, may precede the first band that is cut into cells
        cut = [len({_column(line, edges) for line in b.lines}) > 1 or len(b.upright) > 1 for b in bands]
        bands = bands[cut.index(True) if any(cut) else len(bands) :]
    sizes = [line.size for band in bands for line in band.lines for letter in line.text if letter.isalpha()]
    if not sizes or max(sizes) > _LARGER * mode(sizes):
        return None  # the numbers of a chart, or headings beside text
    left, right = min(band.edges[0] for band in bands), max(band.edges[-1] for band in bands)
    outline = Shape(left, bands[-1].lower, right, bands[0].upper)
    bands = [replace(b, lines=[line for line in b.lines if contains(outline, line)]) for b in bands]
    if not has_columns:
        bands = [band for band in bands if band.lines]
        edges = _free_strips([line for band in bands for line in band.lines], outline)
    cells = _cells(bands, across, edges)
    tallest = max((_height(cell) for row in cells for cell in row), default=0)
    loose = not has_columns and (len(bands) == 2 or tallest > _MOST_LINES)
    rows = [row for band in cells for row in _rows(band, loose=loose)]
    filled = [sum(map(bool, row)) for row in rows]
    if has_columns and (max(filled) < 2 or (sum(map(any, cells)) < 2 and tallest > _MOST_LINES)):
        return None  # columns of text in a frame
    if not has_columns and (len(bands) < 2 or filled[0] < 2 or _height(bands[0].lines) > _HEAD_LINES):
        return None
    columns = [column for column in zip(*rows, strict=True) if any(column)]  # drawings leave some empty
    return Table(outline, tuple(tuple(map(tuple, row)) for row in zip(*columns, strict=True) if any(row)))


def _free_strips(lines: Sequence[Line], outline: Shape) -> list[float]:
    """The edges of columns: the table's own, and the middles of the strips that no line crosses."""
    spans = sorted((line.x0, line.x1) for line in lines if line.x1 - line.x0 < _SPANNING * outline.width)
    gaps = zip(accumulate((end for _, end in spans), max), (start for start, _ in spans[1:]), strict=False)
    strips = [(end + start) / 2 for end, start in gaps if start - end > _GAP * lines[0].size]
    return [outline.x0, *strips, outline.x1]


def _cells(bands: Sequence[_Band], across: _Rules, edges: Sequence[float]) -> list[_Row]:
    """The lines of each band by column; a cell that spans several bands or columns is put in the first."""
    middles = [(left + right) / 2 for left, right in pairwise(edges)]
    heights = [across[(across[:, 0] <= middle) & (middle <= across[:, 1]), 2] for middle in middles]
    cells: list[_Row] = [[[] for _ in middles] for _ in bands]
    for number, band in enumerate(bands):
        for line in band.lines:
            row, column, upright = number, _column(line, edges), np.array(band.upright)
            while column and len(upright) > 1 and min(abs(upright - edges[column])) > _PADDING:
                column -= 1
            while row and not any(abs(heights[column] - bands[row].upper) <= _TOUCH):
                row -= 1
            cells[row][column].append(line)
    return cells


def _column(line: Line, edges: Sequence[float]) -> int:
    return sum(edge <= (line.x0 + line.x1) / 2 for edge in edges[1:-1])


def _height(lines: Sequence[Line]) -> int:
    return len({round(line.y) for line in lines})


def _rows(band: _Row, *, loose: bool) -> list[_Row]:
    """A band as one row; if it is `loose`, or a cell holds several values, as one row for each label."""
    values = (cell for cell in band if all(_VALUE.fullmatch(line.text) for line in cell))
    if not loose and max(map(_height, values), default=0) < _FEWEST_VALUES:
        return [band]
    starts = [
        line.y + _TOUCH for line in band[0] if not line.text[:1].islower()
    ]  # the others continue the line before
    rows: list[_Row] = [[[] for _ in band] for _ in starts or [0]]
    for column, cell in enumerate(band):
        for line in cell:
            rows[max(1, sum(line.y <= start for start in starts)) - 1][column].append(line)
    return rows


# For a table without rules: the fewest rows and columns, the longest cell in characters, and the least share
# of the cells after the first column that hold a figure.
_FEWEST_ROWS, _FEWEST_CELLS, _LONGEST_CELL, _FIGURES = 3, 3, 40, 0.7
# Edges or middles that differ by less, in points, are aligned; the greatest distance of two rows in ems.
_ALIGNED, _APART = 4.0, 4.0

_LineRow = list[Line]


def find_aligned(lines: Sequence[Line]) -> list[Table]:
    """The tables without rules on a page; column heads right above a table become its first row."""
    rows = list(_line_rows(lines))
    tables = []
    run: list[_LineRow] = []
    above: _LineRow | None = None
    for row, following in zip_longest(rows, rows[1:]):
        if not run:
            above = rows[rows.index(row) - 1] if row is not rows[0] else None
        run.append(row)
        if following is None or not _goes_on(row, following):
            if _is_table(run):
                tables.append(_aligned_table(run, above))
            run = []
    return tables


def _line_rows(lines: Sequence[Line]) -> Iterator[_LineRow]:
    """The lines at each height, from the top, each row from the left."""
    row: _LineRow = []
    for line in sorted(lines, key=lambda line: -line.y):
        if row and row[0].y - line.y > 2:
            yield sorted(row, key=lambda line: line.x0)
            row = []
        row.append(line)
    if row:
        yield sorted(row, key=lambda line: line.x0)


def _goes_on(row: _LineRow, following: _LineRow) -> bool:
    near = row[0].y - following[0].y < _APART * row[0].size
    return near and len(row) == len(following) and all(map(_is_below, following, row))


def _is_below(line: Line, above: Line) -> bool:
    edges = abs(line.x0 - above.x0), abs(line.x1 - above.x1), abs(line.x0 + line.x1 - above.x0 - above.x1) / 2
    return min(edges) < _ALIGNED


def _is_table(rows: Sequence[_LineRow]) -> bool:
    cells = [cell for row in rows for cell in row]
    if len(rows) < _FEWEST_ROWS or len(rows[0]) < _FEWEST_CELLS:
        return False
    figures = [any(character.isdigit() for character in cell.text) for row in rows for cell in row[1:]]
    return max(len(cell.text) for cell in cells) <= _LONGEST_CELL and sum(figures) >= _FIGURES * len(figures)


def _aligned_table(rows: Sequence[_LineRow], above: _LineRow | None) -> Table:
    columns = list(zip(*rows, strict=True))
    inner = [
        (max(cell.x1 for cell in left) + min(cell.x0 for cell in right)) / 2
        for left, right in pairwise(columns)
    ]
    found: list[tuple[tuple[Line, ...], ...]] = [tuple((cell,) for cell in row) for row in rows]
    if above is not None and (heads := _heads(above, rows[0], inner)):
        found.insert(0, heads)
    cells = [cell for row in found for lines in row for cell in lines]
    corners = [(cell.x0, cell.bottom) for cell in cells] + [(cell.x1, cell.top) for cell in cells]
    return Table(around(corners), tuple(found))


def _heads(above: _LineRow, first: _LineRow, inner: Sequence[float]) -> tuple[tuple[Line, ...], ...] | None:
    """The cells of a row of column heads: one for each column, except perhaps the first."""
    cells: list[tuple[Line, ...]] = [() for _ in first]
    for line in above:
        place = sum(edge <= (line.x0 + line.x1) / 2 for edge in inner)
        if cells[place] or any(character.isdigit() for character in line.text):
            return None
        cells[place] = (line,)
    near = above[0].y - first[0].y < _APART * first[0].size
    return tuple(cells) if near and all(cells[1:]) else None
