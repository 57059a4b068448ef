"""The drawing operators of a page → the runs of text and the filled or stroked shapes that they leave on it.

A small machine for the operators that place text (PDF 32000-1, 8.4 and 9.4). It knows no PDF library:
fonts and forms come from a `Resources`, operators as plain pairs. Its unit is the point, y grows upwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from a4a_qa.parsing.pdf.canvas import Canvas, Font, Operation, Resources, Run
from a4a_qa.parsing.pdf.geometry import (
    IDENTITY,
    Matrix,
    Shape,
    apply,
    around,
    joined,
    overlap,
    times,
)
from a4a_qa.parsing.pdf.operands import is_white, matrix_of, number

# Forms in forms: what producers nest is two or three deep, what a hostile file nests has no end.
_DEEPEST_FORM = 12
# So many of them on a page, whatever their depth: one that draws itself fifty times has no end either.
_MOST_FORMS = 5_000
# Saved graphics states; beyond this a file is broken, and the state stays as it is.
_DEEPEST_STATE = 500
# A gap within a run, in ems, from which on it is a space that was not written as one.
_WORD_GAP = 0.18
# A gap within a run, in ems, that no justified line has: a new run begins behind it.
_RUN_GAP = 0.8


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics state, as far as text and shapes need it."""

    matrix: Matrix
    clip: Shape
    white: bool = False
    white_stroke: bool = False
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


def draw(
    canvas: Canvas, operations: Iterable[Operation], resources: Resources, matrix: Matrix, paper: Shape
) -> None:
    """Carry out the operators of a page; what falls outside of `paper` is left out."""
    _Pen(canvas, resources, _State(matrix, paper), paper, depth=0).run(operations)


class _Pen:
    """One content stream on its way: its state, its text position and the path that is being made."""

    def __init__(
        self, canvas: Canvas, resources: Resources, state: _State, paper: Shape, *, depth: int
    ) -> None:
        self.canvas = canvas
        self.resources = resources
        self.state = state
        self.paper = paper
        self.depth = depth
        self.stack: list[_State] = []
        self.text: Matrix = IDENTITY
        self.line: Matrix = IDENTITY
        self.path: list[Shape] = []
        self.point: tuple[float, float] = (0.0, 0.0)
        self.clips = False

    def run(self, operations: Iterable[Operation]) -> None:
        for operands, operator in operations:
            act = _ACTS.get(operator)
            if act is not None:
                try:
                    act(self, operands)
                except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
                    continue  # an operator with wrong operands does nothing, as in every viewer

    # Graphics state

    def save(self, _: Sequence[Any]) -> None:
        if len(self.stack) < _DEEPEST_STATE:
            self.stack.append(self.state)

    def restore(self, _: Sequence[Any]) -> None:
        if self.stack:
            self.state = self.stack.pop()

    def concatenate(self, operands: Sequence[Any]) -> None:
        self.state = replace(self.state, matrix=times(matrix_of(operands), self.state.matrix))

    def fill_colour(self, operands: Sequence[Any]) -> None:
        self.state = replace(self.state, white=is_white(operands))

    def stroke_colour(self, operands: Sequence[Any]) -> None:
        self.state = replace(self.state, white_stroke=is_white(operands))

    # Paths

    def move(self, operands: Sequence[Any]) -> None:
        self.point = apply(self.state.matrix, number(operands[0]), number(operands[1]))

    def line_to(self, operands: Sequence[Any]) -> None:
        x, y = apply(self.state.matrix, number(operands[-2]), number(operands[-1]))
        self.path.append(around([self.point, (x, y)]))
        self.point = (x, y)

    def rectangle(self, operands: Sequence[Any]) -> None:
        x, y, width, height = map(number, operands[:4])
        corners = [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
        self.path.append(around([apply(self.state.matrix, *corner) for corner in corners]))

    def clip(self, _: Sequence[Any]) -> None:
        self.clips = True

    def fill(self, _: Sequence[Any]) -> None:
        self._paint([joined(self.path)] if self.path and not self.state.white else [])

    def stroke(self, _: Sequence[Any]) -> None:
        self._paint([] if self.state.white_stroke else self.path)

    def fill_and_stroke(self, operands: Sequence[Any]) -> None:
        both_white = self.state.white and self.state.white_stroke
        self._paint([joined(self.path)] if self.path and not both_white else [])

    def no_paint(self, _: Sequence[Any]) -> None:
        self._paint([])

    def _paint(self, shapes: Sequence[Shape]) -> None:
        for shape in shapes:
            seen = overlap(shape, self.state.clip)
            if seen is not None:
                self.canvas.shapes.append(seen)
        if self.clips and self.path:
            clip = overlap(joined(self.path), self.state.clip)
            nothing = Shape(0, 0, 0, 0)
            self.state = replace(self.state, clip=clip or nothing)
        self.path, self.clips = [], False

    # Text

    def begin(self, _: Sequence[Any]) -> None:
        self.text = self.line = IDENTITY

    def set_font(self, operands: Sequence[Any]) -> None:
        font = self.resources.font(str(operands[0]))
        self.state = replace(self.state, font=font, size=number(operands[1]))

    def set_matrix(self, operands: Sequence[Any]) -> None:
        self.text = self.line = matrix_of(operands)

    def move_line(self, operands: Sequence[Any]) -> None:
        x, y = number(operands[0]), number(operands[1])
        self.text = self.line = times((1, 0, 0, 1, x, y), self.line)

    def move_line_and_lead(self, operands: Sequence[Any]) -> None:
        self.state = replace(self.state, leading=-number(operands[1]))
        self.move_line(operands)

    def next_line(self, _: Sequence[Any]) -> None:
        self.move_line([0, -self.state.leading])

    def show(self, operands: Sequence[Any]) -> None:
        self._show([operands[0]])

    def show_array(self, operands: Sequence[Any]) -> None:
        self._show(operands[0])

    def show_on_next_line(self, operands: Sequence[Any]) -> None:
        self.next_line([])
        self._show([operands[-1]])

    def show_spaced_on_next_line(self, operands: Sequence[Any]) -> None:
        self.state = replace(self.state, word_spacing=number(operands[0]), spacing=number(operands[1]))
        self.show_on_next_line(operands)

    def _show(self, pieces: Iterable[Any]) -> None:
        state = self.state
        if state.font is None:
            return
        words: list[str] = []
        start = self.text
        for piece in pieces:
            if isinstance(piece, bytes):
                for text, width, is_space in state.font.glyphs(piece):
                    words.append(text)
                    extra = state.spacing + (state.word_spacing if is_space else 0.0)
                    self._advance(width * state.size + extra)
            elif not isinstance(piece, str):
                gap = -number(piece) / 1000
                if gap > _RUN_GAP and words:
                    self._put("".join(words), start)
                    words = []
                self._advance(gap * state.size)
                if not words:
                    start = self.text
                elif gap > _WORD_GAP and not words[-1].endswith(" "):
                    words.append(" ")
        self._put("".join(words), start)

    def _advance(self, width: float) -> None:
        self.text = times((1, 0, 0, 1, width * self.state.scale, 0), self.text)

    def _put(self, text: str, start: Matrix) -> None:
        """Keep a run that begins at the text matrix `start` and ends where the pen is."""
        state = self.state
        if not text.strip():
            return
        assert state.font is not None
        if not state.font.readable:
            self.canvas.unreadable += len(text)
            return
        a, b, c, d, _, _ = times(start, state.matrix)
        if a <= 0 or abs(b) > 0.1 * a:
            self.canvas.turned += len(text)
            return
        x0, y = apply(times(start, state.matrix), 0, state.rise)
        x1, _ = apply(times(self.text, state.matrix), 0, state.rise)
        size = abs(state.size) * math.hypot(c, d)
        inside = self.paper.x0 <= x0 <= self.paper.x1 and self.paper.y0 <= y <= self.paper.y1
        if inside and math.isfinite(x1) and 0 < size < 1000:
            run = Run(
                x0, max(x0, x1), y, size, text, state.font.bold, state.font.italic, len(self.canvas.runs)
            )
            self.canvas.runs.append(run)

    # Forms and images

    def do(self, operands: Sequence[Any]) -> None:
        form = self.resources.form(str(operands[0]))
        if form is None:
            self.canvas.images += 1
        elif self.depth < _DEEPEST_FORM and self.canvas.forms < _MOST_FORMS:
            self.canvas.forms += 1
            matrix, operations, resources = form
            state = replace(self.state, matrix=times(matrix, self.state.matrix))
            _Pen(self.canvas, resources, state, self.paper, depth=self.depth + 1).run(operations)

    def image(self, _: Sequence[Any]) -> None:
        self.canvas.images += 1


def _sets(name: str, factor: float = 1.0) -> Callable[[_Pen, Sequence[Any]], None]:
    def act(pen: _Pen, operands: Sequence[Any]) -> None:
        value: Any = number(operands[0]) * factor
        pen.state = replace(pen.state, **{name: value})

    return act


_ACTS: dict[bytes, Callable[[_Pen, Sequence[Any]], None]] = {
    b"q": _Pen.save, b"Q": _Pen.restore, b"cm": _Pen.concatenate,
    b"g": _Pen.fill_colour, b"rg": _Pen.fill_colour, b"k": _Pen.fill_colour,
    b"sc": _Pen.fill_colour, b"scn": _Pen.fill_colour,
    b"G": _Pen.stroke_colour, b"RG": _Pen.stroke_colour, b"K": _Pen.stroke_colour,
    b"SC": _Pen.stroke_colour, b"SCN": _Pen.stroke_colour,
    b"m": _Pen.move, b"l": _Pen.line_to, b"c": _Pen.line_to, b"v": _Pen.line_to, b"y": _Pen.line_to,
    b"re": _Pen.rectangle, b"W": _Pen.clip, b"W*": _Pen.clip, b"n": _Pen.no_paint,
    b"f": _Pen.fill, b"F": _Pen.fill, b"f*": _Pen.fill, b"S": _Pen.stroke, b"s": _Pen.stroke,
    b"B": _Pen.fill_and_stroke, b"B*": _Pen.fill_and_stroke,
    b"b": _Pen.fill_and_stroke, b"b*": _Pen.fill_and_stroke,
    b"BT": _Pen.begin, b"Tf": _Pen.set_font, b"Tm": _Pen.set_matrix, b"Td": _Pen.move_line,
    b"TD": _Pen.move_line_and_lead, b"T*": _Pen.next_line,
    b"Tj": _Pen.show, b"TJ": _Pen.show_array, b"'": _Pen.show_on_next_line,
    b'"': _Pen.show_spaced_on_next_line,
    b"Tc": _sets("spacing"), b"Tw": _sets("word_spacing"), b"TL": _sets("leading"), b"Ts": _sets("rise"),
    b"Tz": _sets("scale", 0.01),
    b"Do": _Pen.do, b"INLINE IMAGE": _Pen.image,
}  # fmt: skip
