"""Framed boxes: the shapes of a page that stand around several lines."""

from __future__ import annotations

from collections.abc import Sequence

from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.tables import RULE, contains

# A frame around more of the page's area, or around nearly all lines and half of the area, is a background.
_BACKGROUND_AREA, _BACKGROUND_LINES, _HALF = 0.7, 0.95, 0.5
_LOWEST_FRAME = 14.0
_NARROWEST_FRAME = 60.0
# Edges this close are one.
_NEAR = 2.0
# More rules than this are a drawing.
_MOST_RULES = 200


def find_frames(shapes: Sequence[Shape], lines: Sequence[Line], paper: Shape) -> list[Shape]:
    """The outermost shapes that frame several lines; touching ones of one width are one."""
    frames: list[Shape] = []
    filled = {s for s in shapes if s.width >= _NARROWEST_FRAME and s.height >= _LOWEST_FRAME}
    candidates = sorted(filled | set(_ruled_frames(shapes)), key=lambda s: -s.width * s.height)
    for shape in candidates[:_MOST_RULES]:
        inner = any(frame.holds(shape, slack=1) for frame in frames)
        if not inner and not _is_background(shape, lines, paper):
            frames.append(shape)
    return [frame for frame in _merged(frames) if _line_count(frame, lines) > 1]


def _is_background(shape: Shape, lines: Sequence[Line], paper: Shape) -> bool:
    share = shape.width * shape.height / max(1.0, paper.width * paper.height)
    if share <= _HALF:
        return False
    inside = sum(contains(shape, line) for line in lines)
    return share > _BACKGROUND_AREA or inside > _BACKGROUND_LINES * len(lines)


def _line_count(frame: Shape, lines: Sequence[Line]) -> int:
    return len({round(line.y) for line in lines if contains(frame, line)})


def _ruled_frames(shapes: Sequence[Shape]) -> list[Shape]:
    """Frames that are drawn as four rules: two down of one height, two across between their ends."""
    across = [s for s in shapes if s.height <= RULE and s.width >= _NARROWEST_FRAME]
    down = [s for s in shapes if s.width <= RULE < s.height]
    if len(across) > _MOST_RULES or len(down) > _MOST_RULES:
        return []
    down = [s for s in _stacked(down) if s.height >= _LOWEST_FRAME]
    frames = []
    for left in down:
        for right in down:
            same = abs(left.y0 - right.y0) <= RULE and abs(left.y1 - right.y1) <= RULE
            if same and right.x0 - left.x0 >= _NARROWEST_FRAME:
                frame = Shape(left.x0, left.y0, right.x1, left.y1)
                if all(any(_closes(rule, frame, y) for rule in across) for y in (frame.y0, frame.y1)):
                    frames.append(frame)
    return frames


def _stacked(rules: Sequence[Shape]) -> list[Shape]:
    """Upright rules with those that go on where another ends as one: word processors frame each paragraph."""
    whole: list[Shape] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.x0 / _NEAR), -rule.y1)):
        last = whole[-1] if whole else None
        if last and abs(last.x0 - rule.x0) <= _NEAR and abs(last.y0 - rule.y1) <= _NEAR:
            whole[-1] = Shape(last.x0, rule.y0, last.x1, last.y1)
        else:
            whole.append(rule)
    return whole


def _closes(rule: Shape, frame: Shape, y: float) -> bool:
    """Whether a rule is the lower or upper edge of a frame."""
    return abs(rule.y0 - y) <= RULE and abs(rule.x0 - frame.x0) <= RULE and abs(rule.x1 - frame.x1) <= RULE


def _merged(frames: Sequence[Shape]) -> list[Shape]:
    """Frames of one width that touch are one: some producers shade a box paragraph by paragraph."""
    merged: list[Shape] = []
    for frame in sorted(frames, key=lambda f: -f.y1):
        last = merged[-1] if merged else None
        if last and _is_same_column(last, frame) and last.y0 - frame.y1 <= _NEAR:
            merged[-1] = Shape(last.x0, min(last.y0, frame.y0), last.x1, last.y1)
        else:
            merged.append(frame)
    return merged


def _is_same_column(first: Shape, second: Shape) -> bool:
    return abs(first.x0 - second.x0) <= _NEAR and abs(first.x1 - second.x1) <= _NEAR
