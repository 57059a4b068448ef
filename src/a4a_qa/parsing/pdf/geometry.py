"""Places on a page: rectangles, and the matrices that move them. The unit is the point, y grows upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle: the sheet, or what is around something painted."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """From the left to the right edge."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From the lower to the upper edge."""
        return self.y1 - self.y0

    def holds(self, other: Shape, slack: float = 0.0) -> bool:
        """Whether another rectangle lies in this one, `slack` points apart."""
        across = self.x0 - slack <= other.x0 and other.x1 <= self.x1 + slack
        return across and self.y0 - slack <= other.y0 and other.y1 <= self.y1 + slack


def times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does the first and then the second."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a matrix puts a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def around(points: Sequence[tuple[float, float]]) -> Shape:
    """The rectangle around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Shape(min(xs), min(ys), max(xs), max(ys))


def joined(shapes: Sequence[Shape]) -> Shape:
    """The rectangle around rectangles."""
    return around([corner for s in shapes for corner in ((s.x0, s.y0), (s.x1, s.y1))])


def overlap(first: Shape, second: Shape) -> Shape | None:
    """What two rectangles share."""
    x0, y0 = max(first.x0, second.x0), max(first.y0, second.y0)
    x1, y1 = min(first.x1, second.x1), min(first.y1, second.y1)
    return Shape(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None
