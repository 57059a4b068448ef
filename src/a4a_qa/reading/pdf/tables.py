"""Ruled tables: the lines between rules → rows of cells, empty cells included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from a4a_qa.reading.pdf.geometry import Shape, joined
from a4a_qa.reading.pdf.lines import Line

# A shape at most this thin is a rule, one that is thicker has edges of its own.
RULE = 3.0
# Rules that come this close touch, and rules at heights this close are one.
_TOUCH = 3.0
# The shortest rules that can part cells, in points; shorter ones underline words or draw letters.
_SHORTEST_ACROSS = 20.0
_SHORTEST_DOWN = 8.0
# More rules than this are a drawing, not a table.
_MOSTRULES = 3_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its outline; a cell is the lines in it, an empty one has none."""

    shape: Shape
    rows: tuple[tuple[tuple[Line, ...], ...], ...]


def find_tables(shapes: Sequence[Shape], lines: Sequence[Line]) -> list[Table]:
    """The ruled tables of a page: at least two rows, and a rule between two cells with words."""
    across = [rule for shape in shapes for rule in _across(shape)]
    down = [rule for shape in shapes for rule in _down(shape)]
    if not across or not down or len(across) + len(down) > _MOSTRULES:
        return []
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
    if len(rows) < 2 or not any(sum(bool(cell) for cell in row) > 1 for row in rows):
        return None
    return Table(outline, tuple(rows))


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
