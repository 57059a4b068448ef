"""The lines of a page → regions in reading order: columns, framed boxes, tables.

Columns are told by gutters, strips that many neighbouring lines leave free. What crosses a gutter (a wide
heading, a box, a table, a rule) parts the columns above it from those below it. A frame is a shape with
several lines in it; what stands in it is laid out by itself.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate
from typing import Literal

from a4a_qa.parsing.pdf.frames import find_frames
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.gutters import find_gutters
from a4a_qa.parsing.pdf.lines import PAGE_NUMBER, Line
from a4a_qa.parsing.pdf.tables import RULE, Table, contains, find_tables

# A shape over at least this share of the words' width parts what is above it from what is below.
_BAND_WIDTH = 0.6
# More lines than this on a page are no text; they are taken as they come, from above.
_MOST_LINES = 2_000
# A file that goes back to the first column more often than this does not draw column by column.
_MOST_RETURNS = 4


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that belong together, in reading order, with the edges of their column; a table has rows."""

    kind: Literal["text", "box", "table"]
    lines: tuple[Line, ...]
    left: float
    right: float
    table: Table | None = None
    frame: Shape | None = None


@dataclass(frozen=True, slots=True)
class _Item:
    """A line, a box, a table or a rule, as something that has a place on the page."""

    x0: float
    x1: float
    top: float
    bottom: float
    order: int
    content: Line | tuple[Region, ...] | None


def read_layout(lines: Sequence[Line], shapes: Sequence[Shape], paper: Shape) -> list[Region]:
    """The regions of a page, in the order in which they are read."""
    if len(lines) > _MOST_LINES:
        return _column(sorted(map(_line_item, lines), key=lambda item: -item.top), [])
    tables = find_tables(shapes, lines, paper)
    in_tables = {line for table in tables for row in table.rows for cell in row for line in cell}
    loose = _with_page_numbers([line for line in lines if line not in in_tables])
    items = [_table_item(table) for table in tables]
    for frame in find_frames(shapes, loose, paper):
        inside = [line for line in loose if contains(frame, line)]
        if not inside:
            continue  # another frame that reaches over this one, such as its shadow, has taken its lines
        loose = [line for line in loose if not contains(frame, line)]
        inner = _ordered([_line_item(line) for line in inside], paper)
        regions = tuple(replace(region, kind="box", frame=frame) for region in inner)
        items.append(_item(frame, min(line.order for line in inside), regions))
    rules = sorted((_item(shape, 0, None) for shape in set(shapes) if shape.height <= RULE), key=_middle)
    items += map(_line_item, loose)
    usual = find_gutters([Shape(item.x0, item.bottom, item.x1, item.top) for item in items], paper)
    bands = _bands(items, shapes)
    return [region for band in bands for region in _ordered(band, paper, _within(band, rules), usual)]


def _with_page_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines of a contents page with each page number put to its title: no columns, however wide the gaps."""
    numbers = [line for line in lines if PAGE_NUMBER.fullmatch(line.text)]
    rows: list[list[Line]] = []
    for number in numbers:
        beside = [other for other in lines if other.x1 < number.x0 and abs(other.y - number.y) < 2]
        aligned = sum(abs(o.x0 - number.x0) < 3 or abs(o.x1 - number.x1) < 3 for o in numbers)
        if aligned >= 3 and any(other.text[-1:].isalpha() for other in beside):
            rows.append([*sorted(beside, key=lambda line: line.x0), number])
    if len(rows) < 3 or 4 * len(rows) < len(lines) - len(rows):
        return list(lines)
    gone = {id(line) for row in rows for line in row}
    titles = [reduce(_joined, row[1:-1], row[0]) for row in rows]
    joined = [
        _joined(replace(title, hang=None, label=0), row[-1]) for title, row in zip(titles, rows, strict=True)
    ]
    return [*(line for line in lines if id(line) not in gone), *joined]


def _within(band: Sequence[_Item], rules: Sequence[_Item]) -> Sequence[_Item]:
    """Those of the rules, which come from below, that can part items of a band."""
    heights = [_middle(item) for item in band]
    first = bisect_left(rules, min(heights) - RULE, key=_middle)
    return rules[first : bisect_right(rules, max(heights) + RULE, key=_middle)]


def _bands(items: Sequence[_Item], shapes: Sequence[Shape]) -> list[list[_Item]]:
    """Items cut where a shape reaches over most of their width: columns may differ above and below it."""
    if not items:
        return []
    width = max(item.x1 for item in items) - min(item.x0 for item in items)
    edges = {y for s in shapes if s.width >= _BAND_WIDTH * width for y in (s.y0, s.y1)}
    upwards = sorted(items, key=lambda item: item.bottom)
    bottoms = [item.bottom for item in upwards]
    # How high the items reach that begin below an edge: one that reaches over it is cut by it.
    reach = [-math.inf, *accumulate((item.top for item in upwards), max)]
    cuts = sorted(y for y in edges if reach[bisect_left(bottoms, y)] <= y)
    bands: dict[int, list[_Item]] = {}
    for item in items:
        bands.setdefault(len(cuts) - bisect_left(cuts, item.top), []).append(item)
    return [bands[place] for place in sorted(bands)]


def _middle(item: _Item) -> float:
    return (item.top + item.bottom) / 2


def _item(shape: Shape, order: int, content: tuple[Region, ...] | None) -> _Item:
    return _Item(shape.x0, shape.x1, shape.y1, shape.y0, order, content)


def _line_item(line: Line) -> _Item:
    return _Item(line.x0, line.x1, line.top, line.bottom, line.order, line)


def _table_item(table: Table) -> _Item:
    lines = tuple(line for row in table.rows for cell in row for line in cell)
    region = Region("table", lines, table.shape.x0, table.shape.x1, table)
    return _item(table.shape, min(line.order for line in lines), (region,))


def _ordered(
    items: Sequence[_Item], paper: Shape, rules: Sequence[_Item] = (), usual: Sequence[float] = ()
) -> list[Region]:
    """Items in reading order: zone by zone from above, in each column by column.

    A few lines tell no gutters; then those that are `usual` on the page part them, if none reaches over one.
    """
    gutters = find_gutters([Shape(item.x0, item.bottom, item.x1, item.top) for item in items], paper)
    if not gutters and not any(item.x0 < gutter < item.x1 for item in items for gutter in usual):
        gutters = list(usual)
    if not gutters:
        return _column(sorted(items, key=lambda item: -item.top), [])
    wide = [item for item in [*items, *rules] if any(item.x0 < g < item.x1 for g in gutters)]
    crossing = {id(item) for item in wide}
    narrow = [item for item in items if id(item) not in crossing]
    columns = _column_edges(narrow, gutters)
    regions: list[Region] = []
    for run in _zones(narrow, sorted(wide, key=lambda item: -item.top)):
        if id(run[0]) in crossing:
            regions += _column([item for item in run if item.content is not None], [])
            continue
        for zone in _by_drawing(run, gutters):
            for place, edges in enumerate(columns):
                inside = [item for item in zone if _place(item, gutters) == place]
                regions += _column(sorted(inside, key=lambda item: -item.top), [edges])
    return regions


def _zones(narrow: Sequence[_Item], wide: Sequence[_Item]) -> Iterable[list[_Item]]:
    """Runs of items from above: those between two wide ones, and the wide ones themselves."""
    left = sorted(narrow, key=lambda item: -item.top)
    # From below, so that what is above a wide item is taken from the end; `sorted` keeps their order.
    rising = sorted(range(len(left)), key=lambda place: _middle(left[place]))
    run: list[_Item] = []
    for item in wide:
        cut = bisect_right(rising, _middle(item), key=lambda place: _middle(left[place]))
        above = sorted(rising[cut:])
        del rising[cut:]
        if above:
            if run:
                yield run
                run = []
            yield [left[place] for place in above]
        run.append(item)
    if run:
        yield run
    if rising:
        yield [left[place] for place in sorted(rising)]


def _place(item: _Item, gutters: Sequence[float]) -> int:
    """The number of the column that an item stands in, from the left."""
    return sum(gutter <= (item.x0 + item.x1) / 2 for gutter in gutters)


def _column_edges(items: Sequence[_Item], gutters: Sequence[float]) -> list[tuple[float, float]]:
    edges = []
    for place in range(len(gutters) + 1):
        inside = [item for item in items if _place(item, gutters) == place]
        edges.append((min((i.x0 for i in inside), default=0), max((i.x1 for i in inside), default=0)))
    return edges


def _by_drawing(zone: Sequence[_Item], gutters: Sequence[float]) -> list[list[_Item]]:
    """A zone cut where the file, having drawn the last column, goes back to the first one further down.

    So a heading is found that closes two columns and is too short to cross their gutter.
    """
    drawn = sorted((item for item in zone if isinstance(item.content, Line)), key=lambda item: item.order)
    places = [_place(item, gutters) for item in drawn]
    # How low the items before each one reach, and how high it and those behind it.
    lowest = list(accumulate((item.bottom for item in drawn), min))
    highest = list(accumulate((item.top for item in reversed(drawn)), max))[::-1]
    heights = [
        (lowest[index - 1] + highest[index]) / 2
        for index in range(1, len(drawn))
        if places[index] < places[index - 1] and lowest[index - 1] >= highest[index] - 1
    ]
    if not heights or len(heights) > _MOST_RETURNS:
        return [list(zone)]
    parts: list[list[_Item]] = [[] for _ in range(len(heights) + 1)]
    for item in zone:
        parts[sum((item.top + item.bottom) / 2 < height for height in heights)].append(item)
    return parts


def _column(items: Sequence[_Item], edges: Sequence[tuple[float, float]]) -> list[Region]:
    """The regions of one column: runs of lines, parted by boxes and tables."""
    regions: list[Region] = []
    lines: list[Line] = []

    def close() -> None:
        if lines:
            left, right = (
                edges[0] if edges else (min(line.x0 for line in lines), max(line.x1 for line in lines))
            )
            regions.append(Region("text", tuple(_rejoined(lines)), left, right))
            lines.clear()

    for item in items:
        if isinstance(item.content, Line):
            lines.append(item.content)
        elif item.content is not None:
            close()
            regions += item.content
    close()
    return regions


def _rejoined(lines: Sequence[Line]) -> list[Line]:
    """The lines of a column with those on one baseline put together, from above."""
    joined: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.y):
        last = joined[-1] if joined else None
        if last and last.y - line.y <= 0.25 * min(last.size, line.size):
            first, second = sorted([last, line], key=lambda line: line.x0)
            joined[-1] = _joined(first, second)
        else:
            joined.append(line)
    return joined


def _joined(first: Line, second: Line) -> Line:
    """Two lines on one baseline as one; the second one's place is kept, where hanging lines begin."""
    shift = len(first.text) + 1
    marks = (*first.marks, *((offset + shift, number) for offset, number in second.marks))
    longer = max(first, second, key=lambda line: len(line.text))
    return replace(
        longer, x0=first.x0, x1=max(first.x1, second.x1), text=f"{first.text} {second.text}", marks=marks,
        bold=first.bold and second.bold, italic=first.italic and second.italic,
        order=min(first.order, second.order),
        hang=first.hang or second.x0, label=first.label or len(first.text),
    )  # fmt: skip
