"""Gutters: the strips between columns, told by the gaps that many neighbouring lines leave at one place.

A page can be made of thousands of scraps, each with a gap of its own. So nothing here asks every item about
every strip: all that a strip is judged by is counted beforehand, in sorted lists, for every place at once.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush

from a4a_qa.parsing.pdf.geometry import Shape

# A column takes at least this share of the paper's width; what is narrower are numbers, bullets or terms.
_NARROWEST_COLUMN = 0.14
# So many pairs of neighbouring lines leave a gutter free before it is believed.
_FEWEST_PAIRS = 3
# Lines of running text fill more of their column than this on average; fewer terms lack a neighbour.
_FILLED, _BESIDE = 0.6, 0.8
# Lower edges that differ by less than this many points are on one height.
_SAME_HEIGHT = 1.5


def find_gutters(items: Sequence[Shape], paper: Shape) -> list[float]:
    """Where columns part, from left to right; `items` are the lines, boxes and tables of a page."""
    gutter = _gutter(items, _NARROWEST_COLUMN * paper.x1)
    if gutter is None:
        return []
    left = [item for item in items if item.x1 <= gutter]
    right = [item for item in items if item.x0 >= gutter]
    return [*find_gutters(left, paper), gutter, *find_gutters(right, paper)]


def _gutter(items: Sequence[Shape], narrowest: float) -> float | None:
    """The strip that most pairs of neighbouring lines leave free between them, if it parts columns."""
    found = [strip for strip in _strips(_gaps(items)) if strip[0] >= _FEWEST_PAIRS]
    if not found:
        return None
    left = _Side(items, lambda item: item.x1, lambda item: item.x0)
    right = _Side(items, lambda item: -item.x0, lambda item: -item.x1)
    for support, _, middle in sorted(found, key=lambda strip: (-strip[0], strip[1])):
        before, behind = left.count(middle), right.count(-middle)
        crossing = len(items) - before - behind
        if not before or not behind or crossing > 2 * support:
            continue
        if min(left.widths[before - 1], right.widths[behind - 1]) < narrowest:
            continue
        # Such a strip parts terms from what explains them, or titles from their page numbers.
        if not left.holds_terms(middle) and not right.holds_terms(-middle):
            return middle
    return None


def _gaps(items: Sequence[Shape]) -> list[tuple[float, float]]:
    """The gaps between each item and its next neighbour to the right on the same height."""
    rightwards = sorted(items, key=lambda item: item.x0)
    starts = [item.x0 for item in rightwards]
    gaps = []
    for item in items:
        for place in range(bisect_right(starts, item.x1), len(starts)):
            other = rightwards[place]
            if min(item.y1, other.y1) > max(item.y0, other.y0):
                gaps.append((item.x1, other.x0))
                break
    return gaps


def _strips(gaps: Sequence[tuple[float, float]]) -> Iterator[tuple[int, float, float]]:
    """Each place where a gap ends: how many gaps hold it, the place, and the middle of what they share."""
    starts, ends = sorted(start for start, _ in gaps), sorted(end for _, end in gaps)
    waiting = sorted(gaps, reverse=True)
    # Those that began, the one that began last on top.
    begun: list[tuple[float, float]] = []
    for place in sorted(set(ends)):
        while waiting and waiting[-1][0] < place:
            start, end = waiting.pop()
            heappush(begun, (-start, end))
        while begun[0][1] < place:
            heappop(begun)
        support = bisect_left(starts, place) - bisect_left(ends, place)
        yield support, place, (place - begun[0][0]) / 2


class _Side:
    """The items on one side of a strip, wherever the strip is, as they come to be there when it moves away.

    `end` tells how far an item reaches towards the strip, `start` how far it stays behind it on the other
    side; both grow the way in which the strip moves.
    """

    def __init__(
        self, items: Sequence[Shape], end: Callable[[Shape], float], start: Callable[[Shape], float]
    ) -> None:
        ordered = sorted(items, key=end)
        self.ends = [end(item) for item in ordered]
        self.widths, self.filled = [], []
        for width, filled in _measured(ordered):
            self.widths.append(width)
            self.filled.append(filled)
        # An item has a neighbour across the strip while the strip is between the two.
        pairs = [(end(item), far) for item, far in _farthest(items, start) if far >= end(item)]
        self.near = sorted(near for near, _ in pairs)
        self.far = sorted(far for _, far in pairs)

    def count(self, place: float) -> int:
        """How many items there are on this side of a place."""
        return bisect_right(self.ends, place)

    def holds_terms(self, place: float) -> bool:
        """Whether these items are terms, or page numbers, rather than running text.

        Terms have lines of very different lengths, and each stands on the line of its explanation.
        """
        count = self.count(place)
        beside = bisect_right(self.near, place) - bisect_left(self.far, place)
        return self.filled[count - 1] < _FILLED and beside >= _BESIDE * count


def _measured(items: Iterable[Shape]) -> Iterator[tuple[float, float]]:
    """With each item that is added, the width of all so far, and the share of it that a height fills."""
    left, right, total = math.inf, -math.inf, 0.0
    rows: dict[int, float] = {}
    for item in items:
        left, right = min(left, item.x0), max(right, item.x1)
        row = round(item.y0)
        before = rows.get(row)
        rows[row] = item.x1 if before is None else max(before, item.x1)
        total += rows[row] - (before or 0.0)
        width = right - left
        yield width, (total - len(rows) * left) / (len(rows) * max(1.0, width))


def _farthest(items: Sequence[Shape], start: Callable[[Shape], float]) -> Iterator[tuple[Shape, float]]:
    """Each item with the farthest start of those on its height."""
    upwards = sorted(items, key=lambda item: item.y0)
    # Those on this height that can still be the farthest, from below.
    near: deque[Shape] = deque()
    following = 0
    for item in upwards:
        while following < len(upwards) and upwards[following].y0 - item.y0 < _SAME_HEIGHT:
            while near and start(near[-1]) <= start(upwards[following]):
                near.pop()
            near.append(upwards[following])
            following += 1
        while item.y0 - near[0].y0 >= _SAME_HEIGHT:
            near.popleft()
        yield item, start(near[0])
