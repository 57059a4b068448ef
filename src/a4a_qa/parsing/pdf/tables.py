"""Ruled tables: the lines between rules → rows of cells, empty cells included.

Rules across, drawn whole or cell by cell, belong to one table when rules down join them or their ends stand above
each other. The table's columns part where rules down stand or rules across are pieced together, else at the strips
that all of its lines leave free. A cell that reaches over several rows belongs to the first of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.lines import Line

# A shape at most this thin is a rule, one that is thicker has edges of its own.
RULE = 3.0
# Rules that come this close touch, and rules at heights this close are one.
_TOUCH = 3.0
# The shortest rules that can part cells, in points; shorter ones underline words or draw letters.
_SHORTEST_ACROSS, _SHORTEST_DOWN = 20.0, 8.0
# A single row, or one between two rules, has cells of at most this many lines; more are columns of text.
_MOST_LINES = 8
# A table without rules down has so many across at least, its head so many lines, its columns a gap of so many ems.
_FEWEST_RULES, _HEAD_LINES, _GAP = 3, 3, 0.8
# A line that takes more of a table's width than this reaches over its columns.
_SPANNING = 0.6
# A shape over this share of the paper is a background.
_BACKGROUND = 0.4
# Type that is larger by this factor than most of a table's is that of headings beside text, not of cells.
_LARGER = 1.25
# So many numbers below each other in a cell are values of several rows.
_FEWEST_VALUES = 3
# A rule that underlines words is at most this far below them, in points.
_LARGEST_DESCENT = 10.0
# More rules than this are a drawing, not a table; so are more than this at different heights.
_MOST_RULES, _MOST_HEIGHTS = 3_000, 500

_VALUE = re.compile(r"\W*\d[\d.,\s]*\W*")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its outline; a cell is the lines in it, an empty one has none."""

    shape: Shape
    rows: tuple[tuple[tuple[Line, ...], ...], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all cells, row by row."""
        return tuple(line for row in self.rows for cell in row for line in cell)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule across at height `y`, with the places where its pieces meet or a rule down crosses it."""

    y: float
    x0: float
    x1: float
    breaks: tuple[float, ...]
    pieces: tuple[Shape, ...]


def find_tables(shapes: Sequence[Shape], lines: Sequence[Line], paper: Shape) -> list[Table]:
    """The ruled tables of a page: each has at least two cells with words in a row."""
    shapes = [
        shape for shape in shapes if shape.width * shape.height < _BACKGROUND * paper.width * paper.height
    ]
    across = [rule for shape in shapes for rule in _across(shape)]
    across = list(_without_underlines(across, lines))
    down = [rule for shape in shapes for rule in _down(shape)]
    if not across or len(across) + len(down) > _MOST_RULES:
        return []
    rules = list(_whole(across, down))
    if len(rules) > _MOST_HEIGHTS:
        return []
    tables: list[Table] = []
    for group in _groups(rules, down):
        left = [line for line in lines if not any(contains(table.shape, line) for table in tables)]
        tables += _tables(sorted(group, key=lambda rule: -rule.y), down, left)
    return tables


def contains(shape: Shape, line: Line) -> bool:
    """Whether a line stands in a shape, the thickness of a rule apart."""
    middle = (line.top + line.bottom) / 2
    return shape.x0 - _TOUCH <= line.x0 and line.x1 <= shape.x1 + _TOUCH and shape.y0 <= middle <= shape.y1


def _across(shape: Shape) -> list[Shape]:
    """The rules across of a shape: itself, or its upper and lower edges."""
    if shape.width < _SHORTEST_ACROSS:
        return []
    if shape.height <= RULE:
        return [shape]
    return [Shape(shape.x0, y, shape.x1, y) for y in (shape.y0, shape.y1)]


def _without_underlines(rules: Sequence[Shape], lines: Sequence[Line]) -> Iterator[Shape]:
    """The rules across but those that underline words."""
    upwards = sorted(lines, key=lambda line: line.y)
    for rule in rules:
        first = bisect_left(upwards, rule.y0 - _TOUCH, key=lambda line: line.y)
        last = bisect_left(upwards, rule.y0 + _LARGEST_DESCENT, key=lambda line: line.y)
        if not any(_underlines(rule, line) for line in upwards[first:last]):
            yield rule


def _underlines(rule: Shape, line: Line) -> bool:
    inside = line.x0 - 1 <= rule.x0 and rule.x1 <= line.x1 + 1
    return inside and line.bottom <= rule.y0 <= line.y + 1


def _down(shape: Shape) -> list[Shape]:
    if shape.height < _SHORTEST_DOWN:
        return []
    if shape.width <= RULE:
        return [shape]
    return [Shape(x, shape.y0, x, shape.y1) for x in (shape.x0, shape.x1)]


def _whole(across: Sequence[Shape], down: Sequence[Shape]) -> Iterator[_Rule]:
    """Rules across at one height whose pieces touch, as one."""
    heights = _merged((shape.y0 + shape.y1) / 2 for shape in across)
    by_height = groupby(
        sorted(across, key=lambda s: (_nearest(heights, (s.y0 + s.y1) / 2), s.x0)),
        key=lambda s: _nearest(heights, (s.y0 + s.y1) / 2),
    )
    for y, found in by_height:
        pieces: list[Shape] = []
        for piece in [*found, None]:
            end = max((p.x1 for p in pieces), default=0.0)
            if piece is not None and (not pieces or piece.x0 <= end + _TOUCH):
                pieces.append(piece)
                continue
            x0 = min(p.x0 for p in pieces)
            crossing = (s.x0 for s in down if s.y0 - _TOUCH <= y <= s.y1 + _TOUCH and x0 <= s.x0 <= end)
            breaks = _merged([*(p.x0 for p in pieces), *(p.x1 for p in pieces), *crossing])
            yield _Rule(y, x0, end, tuple(breaks[1:-1]), tuple(pieces))
            pieces = [piece] if piece is not None else []


def _nearest(heights: Sequence[float], y: float) -> float:
    return min(heights, key=lambda height: abs(height - y))


def _merged(values: Iterable[float]) -> list[float]:
    """Values in rising order, those that are nearly the same once."""
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > _TOUCH:
            merged.append(value)
    return merged


def _groups(rules: Sequence[_Rule], down: Sequence[Shape]) -> list[list[_Rule]]:
    """Rules across that rules down join, or whose ends stand above each other."""
    groups: list[list[_Rule]] = []
    for rule in rules:
        mine = [group for group in groups if any(_belong(rule, other, down) for other in group)]
        merged = [rule, *(other for group in mine for other in group)]
        groups = [group for group in groups if group not in mine] + [merged]
    return groups


def _belong(first: _Rule, second: _Rule, down: Sequence[Shape]) -> bool:
    if min(first.x1, second.x1) - max(first.x0, second.x0) < _SHORTEST_ACROSS:
        return False
    if abs(first.x0 - second.x0) <= _TOUCH or abs(first.x1 - second.x1) <= _TOUCH:
        return True
    low, high = sorted((first.y, second.y))
    return any(rule.y0 - _TOUCH <= low and high <= rule.y1 + _TOUCH for rule in down)


def _tables(rules: Sequence[_Rule], down: Sequence[Shape], lines: Sequence[Line]) -> Iterator[Table]:
    """The tables between rules, from above: text that reaches over the columns beside it parts them."""
    left, right = min(rule.x0 for rule in rules), max(rule.x1 for rule in rules)
    outline = Shape(left, rules[-1].y, right, rules[0].y)  # the last rule is the lowest
    inside = [line for line in lines if contains(outline, line)]
    heights = [rules[0].y, *(low.y for high, low in pairwise(rules) if high.y - low.y > _TOUCH)]
    run: list[_Band] = []
    for upper, lower in [*pairwise(heights), (0.0, 0.0)]:
        beside = [rule for rule in rules if min(abs(rule.y - upper), abs(rule.y - lower)) <= _TOUCH]
        upright = [s.x0 for s in down if s.y0 - _TOUCH <= lower and upper <= s.y1 + _TOUCH]
        upright = [x for x in upright if left - _TOUCH <= x <= right + _TOUCH]
        words = [line for line in inside if lower <= (line.top + line.bottom) / 2 < upper]
        band = _Band(upper, lower, words, _edges(beside, upright), _merged(upright))
        if upper > lower and not _crosses(words, band.upright if len(band.upright) > 1 else band.edges):
            run.append(band)
            continue
        if run:
            table = _table(run, [r for r in rules if run[-1].lower - _TOUCH <= r.y <= run[0].upper + _TOUCH])
            if table is not None:
                yield table
        run = []


@dataclass(frozen=True, slots=True)
class _Band:
    """What stands between two rules across, the edges of columns that rules beside it tell, and where rules
    down part it."""

    upper: float
    lower: float
    lines: list[Line]
    edges: list[float]
    upright: list[float]


def _edges(rules: Sequence[_Rule], upright: Sequence[float]) -> list[float]:
    """The places where columns begin and end: joints and ends of rules across, and rules down."""
    return _merged([x for rule in rules for x in (rule.x0, *rule.breaks, rule.x1)] + list(upright))


def _crosses(lines: Sequence[Line], edges: Sequence[float]) -> bool:
    """Whether lines of running text reach over the edges of columns; one alone may part a table's rows."""
    crossing = [
        line for line in lines if any(line.x0 < edge - _TOUCH and line.x1 > edge + _TOUCH for edge in edges)
    ]
    return len({round(line.y) for line in crossing}) > 1 or (bool(crossing) and len(crossing) < len(lines))


def _table(bands: Sequence[_Band], rules: Sequence[_Rule]) -> Table | None:
    edges = _merged(x for band in bands for x in band.edges)
    explicit = len(edges) > 2
    bands = [band for band in bands if band.lines]
    while explicit and bands and not _is_cut(bands[0], rules, edges):
        bands = bands[1:]  # a title between the table and a rule above it
    if not bands:
        return None
    outline = Shape(edges[0], bands[-1].lower, edges[-1], bands[0].upper)
    if not explicit:
        edges = _free_strips([line for band in bands for line in band.lines], outline)
        if len(rules) < _FEWEST_RULES or len(bands) < 2 or len(edges) < 3:
            return None
        if _height(bands[0].lines) > _HEAD_LINES:
            return None
    if _has_headings([line for band in bands for line in band.lines]):
        return None
    rows = list(_rows(bands, rules, edges))
    tallest = max(_height(cell) for row in rows for cell in row)
    if not explicit and (tallest > _MOST_LINES or len(rules) == _FEWEST_RULES):
        rows = [row for band in bands for row in _rows_by_baseline(band.lines, edges)]
        if sum(bool(cell) for cell in rows[0]) < 2:
            return None
    if len(bands) < 2 and tallest > _MOST_LINES:
        return None  # columns of text in a frame
    filled = [column for column in range(len(edges) - 1) if any(row[column] for row in rows)]
    rows = [tuple(row[column] for column in filled) for row in rows]  # drawings leave columns without words
    return Table(outline, tuple(rows)) if any(sum(map(bool, row)) > 1 for row in rows) else None


def _has_headings(lines: Sequence[Line]) -> bool:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes) > _LARGER * sizes.most_common(1)[0][0]


def _is_cut(band: _Band, rules: Sequence[_Rule], edges: Sequence[float]) -> bool:
    """Whether a band is cut into cells: several of them have words, or the rule above it has joints."""
    filled = sum(map(bool, _cells(band.lines, edges)))
    return filled > 1 or any(rule.breaks for rule in rules if abs(rule.y - band.upper) <= _TOUCH)


def _rows(
    bands: Sequence[_Band], rules: Sequence[_Rule], edges: Sequence[float]
) -> Iterator[tuple[tuple[Line, ...], ...]]:
    """The rows between rules; what stands in a cell that reaches further down goes to its first row.

    Where rules down part some rows, words of the others may stand anywhere in a cell of several columns.
    """
    rows: list[list[list[Line]]] = [[[] for _ in edges[1:]] for _ in bands]
    tops = [
        [r.y for r in rules if any(p.x0 <= (left + right) / 2 <= p.x1 for p in r.pieces)]
        for left, right in pairwise(edges)
    ]
    for number, band in enumerate(bands):
        ruled = len(band.upright) > 1  # a frame at least: where no rule stands in it, no cell ends
        parts = [e for e in edges if not ruled or any(abs(e - x) <= _TOUCH for x in band.upright)]
        for line in band.lines:
            column = _column(line, edges)
            column = edges.index(max((edge for edge in parts if edge <= edges[column]), default=edges[0]))
            top = min((y for y in tops[column] if y >= band.upper - _TOUCH), default=band.upper)
            first = next((n for n, other in enumerate(bands) if other.upper <= top + _TOUCH), number)
            rows[first][column].append(line)
    for row in rows:
        stacked = any(
            _height(cell) >= _FEWEST_VALUES and all(_VALUE.fullmatch(line.text) for line in cell)
            for cell in row
        )
        if stacked:
            yield from _rows_by_baseline([line for cell in row for line in cell], edges)
        elif any(row):
            yield tuple(tuple(sorted(cell, key=lambda line: (-line.y, line.x0))) for cell in row)


def _column(line: Line, edges: Sequence[float]) -> int:
    middle = (line.x0 + line.x1) / 2
    return sum(edge <= middle for edge in edges[1:-1])


def _cells(lines: Sequence[Line], edges: Sequence[float]) -> tuple[tuple[Line, ...], ...]:
    cells: list[list[Line]] = [[] for _ in range(max(1, len(edges) - 1))]
    for line in lines:
        cells[_column(line, edges)].append(line)
    return tuple(tuple(sorted(cell, key=lambda line: (-line.y, line.x0))) for cell in cells)


def _height(lines: Sequence[Line]) -> int:
    """How many baselines lines stand on; words set far apart are lines of their own."""
    return len({round(line.y) for line in lines})


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
