"""Tables without rules: rows of short cells, mostly figures, that stand below each other in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from a4a_qa.parsing.pdf.geometry import around
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.tables import Table

# The fewest rows and columns of a table, the most characters of a cell, and the least share of the cells
# after the first column that hold a figure.
_FEWEST_ROWS, _FEWEST_CELLS, _LONGEST_CELL, _FIGURES = 3, 3, 40, 0.7
# Edges or middles that differ by less than this many points are aligned; the most ems between two rows.
_ALIGNED, _APART = 4.0, 4.0

_Row = list[Line]


def find_aligned(lines: Sequence[Line]) -> list[Table]:
    """The tables without rules on a page; column heads right above a table become its first row."""
    rows = list(_rows(lines))
    tables = []
    run: list[_Row] = []
    above: _Row | None = None
    for row, following in zip_longest(rows, rows[1:]):
        if not run:
            above = rows[rows.index(row) - 1] if row is not rows[0] else None
        run.append(row)
        if following is None or not _goes_on(row, following):
            if _is_table(run):
                tables.append(_table(run, above))
            run = []
    return tables


def _rows(lines: Sequence[Line]) -> Iterator[_Row]:
    """The lines on each height, from above, each from the left."""
    row: _Row = []
    for line in sorted(lines, key=lambda line: -line.y):
        if row and row[0].y - line.y > 2:
            yield sorted(row, key=lambda line: line.x0)
            row = []
        row.append(line)
    if row:
        yield sorted(row, key=lambda line: line.x0)


def _goes_on(row: _Row, following: _Row) -> bool:
    near = row[0].y - following[0].y < _APART * row[0].size
    return near and len(row) == len(following) and all(map(_is_below, following, row))


def _is_below(line: Line, above: Line) -> bool:
    edges = abs(line.x0 - above.x0), abs(line.x1 - above.x1), abs(line.x0 + line.x1 - above.x0 - above.x1) / 2
    return min(edges) < _ALIGNED


def _is_table(rows: Sequence[_Row]) -> bool:
    cells = [cell for row in rows for cell in row]
    if len(rows) < _FEWEST_ROWS or len(rows[0]) < _FEWEST_CELLS:
        return False
    figures = [any(character.isdigit() for character in cell.text) for row in rows for cell in row[1:]]
    return max(len(cell.text) for cell in cells) <= _LONGEST_CELL and sum(figures) >= _FIGURES * len(figures)


def _table(rows: Sequence[_Row], above: _Row | None) -> Table:
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


def _heads(above: _Row, first: _Row, inner: Sequence[float]) -> tuple[tuple[Line, ...], ...] | None:
    """The cells of a row of column heads: one for each column, the first one perhaps left out."""
    cells: list[tuple[Line, ...]] = [() for _ in first]
    for line in above:
        place = sum(edge <= (line.x0 + line.x1) / 2 for edge in inner)
        if cells[place] or any(character.isdigit() for character in line.text):
            return None
        cells[place] = (line,)
    near = above[0].y - first[0].y < _APART * first[0].size
    return tuple(cells) if near and all(cells[1:]) else None
