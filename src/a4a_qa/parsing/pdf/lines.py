"""Runs of a page → lines: words put together, spaces found, raised digits taken out as note marks.

A line is what stands on one baseline without a wide gap: a column's line, a cell's, or a part of a widely
spaced line, which `layout` puts together again once it knows the columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice, pairwise, takewhile

import numpy as np

from a4a_qa.notation import DIGITS, RAISED_DIGITS, is_power
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.page import Run

# A page with more rules than this, upright or under words, is a drawing; one with more numbers is a table.
_MOST_RULES, _MOST_NUMBERS = 500, 2_000
# A row of a table is at most this high, in points.
_ROW = 200.0
# All measures below are in ems, the size of the type, except for shares of a neighbour's size.
# Baselines that differ by less than this are one.
_SAME_BASELINE = 0.25
# A wider gap separates two lines; the narrowest gutters have one em. Between words whose sizes differ by this
# factor a narrower gap does: a heading beside a column's line.
_LINE_GAP, _OTHER_SIZE, _OTHER_SIZE_GAP = 0.8, 0.9, 0.45
# A wider gap is a space; kerning between runs stays below a tenth.
_WORD_GAP = 0.15
# A note mark is at most this large beside its neighbour, and raised by a share of the neighbour's size. It
# stands at most this far from its word, or overlaps it; the text of a note may stand further from its number.
_MARK_SIZE, _LEAST_RAISE, _MOST_RAISE = 0.85, 0.05, 0.7
_MARK_GAP, _NUMBER_GAP, _OVERLAP = 0.45, 6.0, 0.3
# A rule at most this thick, in points, underlines words; the sign after them is at most so many letters from
# where their share of the line ends.
_UNDERLINE, _NEAR_SIGN = 1.5, 5

# What is printed as the number of a page; four digits are a year.
PAGE_NUMBER = re.compile(r"\d{1,3}|[ivxlc]{1,7}")
# The raised letters of «21st».
_ORDINAL = re.compile(r"(?:st|nd|rd|th)[.,;)”]*")
_MARK = re.compile(rf"\d{{1,4}}(?:\s*[,;]\s*\d{{1,4}})*|[*∗†‡]{{1,3}}|[a-z](?:,[a-z])*|{_ORDINAL.pattern}")
_RAISED = str.maketrans(DIGITS, RAISED_DIGITS)
_LOWERED = str.maketrans(RAISED_DIGITS, DIGITS)
# Ends a note mark while a line is put together, so that two marks do not become one number; no text has it.
_END = "\ue000"
_RAISED_NUMBER = re.compile(
    rf" ?(?<![{RAISED_DIGITS}])([{RAISED_DIGITS}]{{1,4}})(?![{RAISED_DIGITS}]){_END}?"
)


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline `y`, from `x0` to `x1`; `marks` are (offset, number) of raised numbers.

    `bold` and `italic` hold for all of it. `order` is that of its first run in the file. Where a line begins
    with a label («(1)», a term) and a gap, `label` is the label's length and `hang` the place where the rest
    begins. `lead` is the length of the words that open it in bold, in italics or underlined where the others
    are not.
    """

    page: int
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    italic: bool
    text: str
    marks: tuple[tuple[int, int], ...]
    order: int
    hang: float | None = None
    label: int = 0
    lead: int = 0

    @property
    def top(self) -> float:
        """The upper edge of its capitals, about."""
        return self.y + 0.75 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge of its descenders, about."""
        return self.y - 0.25 * self.size

    @property
    def begins_raised(self) -> bool:
        """Whether it begins with a raised number, as a note does."""
        return bool(self.marks) and self.marks[0][0] == 0


def read_lines(runs: Sequence[Run], page: int, shapes: Sequence[Shape] = ()) -> list[Line]:
    """The lines of a page, from above and from the left; upright rules among `shapes` separate them."""
    rules = [shape for shape in shapes if shape.height > shape.width][:_MOST_RULES]
    rules += _joints(shapes)[:_MOST_RULES]
    under = [shape for shape in shapes if shape.height <= _UNDERLINE < shape.width][:_MOST_RULES]
    # Fake bold prints the same words twice at the same place; the first print stays.
    places = {(run.text, round(run.x0 / 2), round(run.y / 2)): run for run in reversed(runs)}
    runs = [replace(run, text=_clean(run.text)) for run in reversed(places.values())]
    runs = [run for run in runs if run.text.strip()]
    marks = _find_marks(runs)
    raised = {mark.order for found in marks.values() for mark in found}
    lines = []
    for row in _rows(run for run in runs if run.order not in raised):
        row += [mark for run in row for mark in marks.get(run.order, ())]
        lines += [_line(pieces, raised, page, under) for pieces in _split(row, rules)]
    return sorted(lines, key=lambda line: (-line.y, line.x0))


def _joints(shapes: Sequence[Shape]) -> list[Shape]:
    """Upright rules at the joints of rules across that are drawn cell by cell."""
    across = {
        (round(s.x0), round(s.x1), round(y)) for s in shapes if s.width > s.height for y in (s.y0, s.y1)
    }
    joints = sorted({(x0, y) for x0, _, y in across} & {(x1, y) for _, x1, y in across})
    return [
        Shape(x, low, x, high)
        for (x, low), (other, high) in pairwise(joints)
        if x == other and high - low < _ROW
    ]


def _clean(text: str) -> str:
    """A run's characters with ligatures taken apart, odd spaces made plain and control characters dropped."""
    if text.isascii() and text.isprintable():
        return text
    text = re.sub("[\ufb00-\ufb06]", lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())


def _find_marks(runs: Sequence[Run]) -> dict[int, list[Run]]:
    """The marks beside each run, by its order: raised right after a word, or in front of a note's text."""
    marks: dict[int, list[Run]] = {}
    x0, x1, y, size = np.array([(run.x0, run.x1, run.y, run.size) for run in runs]).reshape(-1, 4).T
    numbers = [run for run in runs if _is_mark(run)]
    for mark in numbers if len(numbers) <= _MOST_NUMBERS else ():
        lift, after, before = mark.y - y, mark.x0 - x1, x0 - mark.x1
        raised = (_LEAST_RAISE * size < lift) & (lift < _MOST_RAISE * size) & (mark.size <= _MARK_SIZE * size)
        near = (-_OVERLAP * size <= after) & (after <= _MARK_GAP * size)
        near |= (-_OVERLAP * size <= before) & (before <= _NUMBER_GAP * size)
        near |= (x0 < mark.x0) & (mark.x0 < x1)
        if (raised & near).any():
            gaps = np.where(raised & near, np.maximum(after, before).clip(0), np.inf)
            marks.setdefault(runs[int(gaps.argmin())].order, []).append(mark)
    return marks


def _rows(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs by baseline, from top to bottom."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.y, run.x0)):
        if rows and rows[-1][0].y - run.y <= _SAME_BASELINE * min(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return rows


def _split(row: Sequence[Run], rules: Sequence[Shape]) -> list[list[Run]]:
    """A row cut at its wide gaps and at upright rules."""
    pieces: list[list[Run]] = []
    edges = [edge for rule in rules if rule.y0 <= row[0].y <= rule.y1 for edge in (rule.x0, rule.x1)]
    end = 0.0
    for run in sorted(row, key=lambda run: run.x0):
        if pieces and not _is_apart(pieces[-1], run, end, edges):
            pieces[-1].append(run)
            end = max(end, run.x1)
        else:
            pieces.append([run])
            end = run.x1
    return pieces


def _is_apart(piece: Sequence[Run], run: Run, end: float, edges: Iterable[float]) -> bool:
    """Whether a gap or a rule separates a run from the words before it, which end at `end`."""
    last = piece[-1]
    if any(end - 1 <= edge <= run.x0 + 1 for edge in edges):
        return True
    if run.size > piece[0].size and all(map(_is_mark, piece)):
        return False  # the number of a note, and its text
    alike = _OTHER_SIZE * max(last.size, run.size) <= min(last.size, run.size)
    gap = _LINE_GAP if alike or _is_mark(last) or _is_mark(run) else _OTHER_SIZE_GAP
    return run.x0 - end > gap * max(run.size, last.size)


def _is_mark(run: Run) -> bool:
    return _MARK.fullmatch(run.text.strip()) is not None


def _line(runs: Sequence[Run], raised: Set[int], page: int, under: Sequence[Shape]) -> Line:
    words = [run for run in runs if run.order not in raised]
    if not words:  # numbers that stand apart from all words are words themselves
        words, raised = list(runs), set()
    written, end = "", runs[0].x0
    for run in runs:
        if run.order not in raised:
            apart = run.x0 - end > _WORD_GAP * run.size
            written += (" " if apart and written else "") + run.text
        else:
            mark = run.text.strip()
            numbers = [number.translate(_RAISED) + _END for number in re.findall(r"\d+", mark)]
            written = written.rstrip() + (mark if _ORDINAL.fullmatch(mark) else "".join(numbers))
        end = max(end, run.x1)
    sizes: Counter[float] = Counter()
    for run in words:
        sizes[round(run.size, 1)] += len(run.text.strip())
    text, marks = _text_and_marks(written)
    line = Line(
        page, runs[0].x0, end, max(words, key=lambda run: len(run.text)).y, sizes.most_common(1)[0][0],
        all(run.bold for run in words), all(run.italic for run in words), text, marks,
        min(run.order for run in runs),
    )  # fmt: skip
    return replace(line, lead=_styled(words, text) or _underlined(line, under))


def _text_and_marks(written: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The words with single spaces, and the offset and number of each mark; the 2 of «km²» is no mark."""
    written = re.sub(" {2,}", " ", written.strip())
    text, marks, done = "", [], 0
    for match in _RAISED_NUMBER.finditer(written):
        number = match[1].translate(_LOWERED)
        if is_power(written, match.start(1), number):
            text += written[done : match.end(1)]
        else:
            text += written[done : match.start()]
            marks.append((len(text), int(number)))
        done = match.end()
    text = (text + written[done:]).rstrip()
    return text, tuple((min(offset, len(text)), number) for offset, number in marks)


def _styled(runs: Sequence[Run], text: str) -> int:
    """The length of the words that open a line in bold, or in italics, where the others are not."""
    last = runs[-1]
    opening = list(takewhile(lambda run: (run.bold, run.italic) != (last.bold, last.italic), runs))
    if not opening or not all(run.bold > last.bold or run.italic > last.italic for run in opening):
        return 0
    letters = sum(not character.isspace() for run in opening for character in run.text)
    ends = (end for end, character in enumerate(text, 1) if not character.isspace())
    return next(islice(ends, letters - 1, None), 0)


def _underlined(line: Line, under: Sequence[Shape]) -> int:
    """The length of the words that open a line underlined, up to the sign that ends them."""
    for rule in under:
        near = line.bottom <= rule.y0 <= line.y + 0.5 and abs(rule.x0 - line.x0) < 0.3 * line.size
        if near and rule.x1 < line.x1 - line.size:
            place = round(len(line.text) * (rule.x1 - line.x0) / (line.x1 - line.x0))
            for sign in re.finditer(r"[.:–—](?=\s)", line.text):
                if abs(sign.start() - place) <= _NEAR_SIGN:
                    return sign.end()
    return 0
