"""Ruled tables: the lines between rules → rows of cells, empty cells included.

A grid has rules both ways. An open table has rules across only: over and under its head and at its end, or
between all rows; there the columns are parted by the strips that all of its lines leave free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from a4a_qa.parsing.pdf.geometry import Shape, joined
from a4a_qa.parsing.pdf.lines import Line

# A shape at most this thin is a rule, one that is thicker has edges of its own.
RULE = 3.0
# Rules that come this close touch, and rules at heights this close are one.
_TOUCH = 3.0
# The shortest rules that can part cells, in points; shorter ones underline words or draw letters.
_SHORTEST_ACROSS = 20.0
_SHORTEST_DOWN = 8.0
# A single row, or one between two rules, has cells of at most this many lines; more are columns of text.
_MOST_LINES = 8
# An open table has so many rules at least; its head at most so many lines; its columns a gap of so many ems.
_FEWEST_RULES, _HEAD_LINES, _GAP = 3, 3, 0.8
# A line that takes more of a table's width than this reaches over its columns.
_SPANNING = 0.6
# More rules than this are a drawing, not a table.
_MOST_RULES = 3_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its outline; a cell is the lines in it, an empty one has none."""

    shape: Shape
    rows: tuple[tuple[tuple[Line, ...], ...], ...]


def find_tables(shapes: Sequence[Shape], lines: Sequence[Line]) -> list[Table]:
    """The ruled tables of a page, grids first: a table has at least two cells with words in a row."""
    across = [rule for shape in shapes for rule in _across(shape)]
    down = [rule for shape in shapes for rule in _down(shape)]
    if not across or len(across) + len(down) > _MOST_RULES:
        return []
    grids = _grids(across, down, lines) if down else []
    return [*grids, *_open_tables(_flat(shapes), grids, lines)]


def _grids(across: Sequence[Shape], down: Sequence[Shape], lines: Sequence[Line]) -> list[Table]:
    tables = []
    for group in _connected([*across, *down]):
        table = _table(group, lines)
        if table is not None:
            tables.append(table)
    return tables


def _across(shape: Shape) -> list[Shape]:
    """The horizontal rules of a shape: itself, or its upper and lower edges."""
    if shape.x1 - shape.x0 < _SHORTEST_ACROSS:
        return []
    if shape.y1 - shape.y0 <= RULE:
        return [shape]
    return [Shape(shape.x0, y, shape.x1, y) for y in (shape.y0, shape.y1)]


def _down(shape: Shape) -> list[Shape]:
    if shape.y1 - shape.y0 < _SHORTEST_DOWN:
        return []
    if shape.x1 - shape.x0 <= RULE:
        return [shape]
    return [Shape(x, shape.y0, x, shape.y1) for x in (shape.x0, shape.x1)]


def _connected(rules: Sequence[Shape]) -> list[list[Shape]]:
    """Rules in groups that touch one another."""
    groups: list[list[Shape]] = []
    for rule in rules:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        merged = [rule, *(other for group in touching for other in group)]
        groups = [group for group in groups if group not in touching] + [merged]
    return groups


def _touch(first: Shape, second: Shape) -> bool:
    return (
        first.x0 - _TOUCH <= second.x1
        and second.x0 - _TOUCH <= first.x1
        and first.y0 - _TOUCH <= second.y1
        and second.y0 - _TOUCH <= first.y1
    )


def _table(rules: Sequence[Shape], lines: Sequence[Line]) -> Table | None:
    outline = joined(rules)
    inside = [line for line in lines if contains(outline, line)]
    down = [rule for rule in rules if rule.y1 - rule.y0 >= _SHORTEST_DOWN]
    heights = _merged(r.y0 for r in rules if r.x1 - r.x0 >= _SHORTEST_ACROSS)
    heights.reverse()
    rows = []
    for upper, lower in pairwise(heights):
        middle = (upper + lower) / 2
        edges = _merged(rule.x0 for rule in down if rule.y0 <= middle <= rule.y1)
        band = [line for line in inside if lower <= (line.top + line.bottom) / 2 < upper]
        if band:
            rows.append(_cells(band, edges))
    if not any(sum(bool(cell) for cell in row) > 1 for row in rows):
        return None
    if len(rows) < 2 and max(map(_height, rows[0])) > _MOST_LINES:
        return None  # columns of text in a frame
    return Table(outline, tuple(rows))


def _height(lines: Sequence[Line]) -> int:
    """How many baselines lines stand on; words set far apart are lines of their own."""
    return len({round(line.y) for line in lines})


def _merged(values: Iterable[float]) -> list[float]:
    """Values in rising order, those that are nearly the same once."""
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > _TOUCH:
            merged.append(value)
    return merged


def _cells(band: Sequence[Line], edges: Sequence[float]) -> tuple[tuple[Line, ...], ...]:
    cells: list[list[Line]] = [[] for _ in range(max(1, len(edges) - 1))]
    for line in band:
        middle = (line.x0 + line.x1) / 2
        place = sum(edge <= middle for edge in edges[1:-1])
        cells[place].append(line)
    return tuple(tuple(sorted(cell, key=lambda line: (-line.y, line.x0))) for cell in cells)


def contains(shape: Shape, line: Line) -> bool:
    """Whether a line stands in a shape, the thickness of a rule apart."""
    middle = (line.top + line.bottom) / 2
    return shape.x0 - _TOUCH <= line.x0 and line.x1 <= shape.x1 + _TOUCH and shape.y0 <= middle <= shape.y1


def _flat(shapes: Sequence[Shape]) -> list[Shape]:
    return [s for s in shapes if s.height <= RULE and s.width >= _SHORTEST_ACROSS]


def _open_tables(rules: Sequence[Shape], grids: Sequence[Table], lines: Sequence[Line]) -> list[Table]:
    """The tables whose rules run across only, all of one width."""
    groups: dict[tuple[int, int], list[Shape]] = {}
    for rule in rules:
        if not any(grid.shape.holds(rule, slack=_TOUCH) for grid in grids):
            groups.setdefault((round(rule.x0 / _TOUCH), round(rule.x1 / _TOUCH)), []).append(rule)
    found = [_open_table(_merged(rule.y0 for rule in g), joined(g), lines) for g in groups.values()]
    return [table for table in found if table is not None]


def _open_table(heights: Sequence[float], outline: Shape, lines: Sequence[Line]) -> Table | None:
    inside = [line for line in lines if contains(outline, line)]
    if len(heights) < _FEWEST_RULES or not inside:
        return None
    edges = _free_strips(inside, outline)
    bands = []
    for lower, upper in pairwise(reversed(heights)):
        lower, upper = min(lower, upper), max(lower, upper)
        bands.append([line for line in inside if lower <= (line.top + line.bottom) / 2 < upper])
    bands = [band for band in bands if band]
    if len(bands) < 2 or len(edges) < 3 or _height(bands[0]) > _HEAD_LINES:
        return None
    ruled = all(max(map(_height, _cells(band, edges))) <= _MOST_LINES for band in bands)
    if ruled and len(heights) > _FEWEST_RULES:
        rows = [_cells(band, edges) for band in bands]
    else:
        rows = [row for band in bands for row in _rows_by_baseline(band, edges)]
    return Table(outline, tuple(rows)) if sum(bool(cell) for cell in rows[0]) > 1 else None


def _free_strips(lines: Sequence[Line], outline: Shape) -> list[float]:
    """The edges of columns: the table's own, and the middles of the strips that no line crosses."""
    spans = sorted((line.x0, line.x1) for line in lines if line.x1 - line.x0 < _SPANNING * outline.width)
    edges = [outline.x0]
    end = spans[0][1] if spans else outline.x1
    for start, stop in spans:
        if start - end > _GAP * lines[0].size:
            edges.append((end + start) / 2)
        end = max(end, stop)
    return [*edges, outline.x1]


def _rows_by_baseline(band: Sequence[Line], edges: Sequence[float]) -> list[tuple[tuple[Line, ...], ...]]:
    """The rows of a band without rules: one begins with each line of the first column, if none is in small
    letters as what goes on is."""
    starts = sorted(
        (line.y for line in band if line.x0 < edges[1] and not line.text[:1].islower()), reverse=True
    )
    rows: dict[int, list[Line]] = {}
    for line in band:
        rows.setdefault(max(1, sum(line.y <= start + _TOUCH for start in starts)), []).append(line)
    return [_cells(rows[number], edges) for number in sorted(rows)]
