"""Runs of a page → lines: words with their spaces, raised digits as note marks or powers, lowered ones as
indices, running heads removed.

A line is what stands on one baseline without a wide gap: a line of a column, of a cell, or part of a widely
spaced line, which `layout` puts together again once the columns are known.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice, pairwise, takewhile
from statistics import median_low

import numpy as np

from a4a_qa.parsing.pdf.file import Run, Shape
from a4a_qa.text.notation import (
    FROM_RAISED,
    RAISED_DIGITS,
    TO_LOWERED,
    TO_RAISED,
    is_power,
)

# A page with more rules (upright or below words) is a drawing; one with more numbers is a table.
_MOST_RULES, _MOST_NUMBERS = 500, 2_000
# The greatest height of a table row, in points.
_ROW = 200.0
# The measures below are in ems, except for shares of a neighbour's size. Baselines that differ by less than
# this are one.
_SAME_BASELINE = 0.25
# A wider gap separates two lines; the narrowest gutters are one em wide. If the sizes of two words differ by
# this factor, a narrower gap is enough: a heading beside a column's line.
_LINE_GAP, _OTHER_SIZE, _OTHER_SIZE_GAP = 0.8, 0.9, 0.45
# A wider gap is a space; kerning between runs stays below a tenth.
_WORD_GAP = 0.15
# The largest size of a note mark, and how far it is raised, as shares of the neighbour's size; how far it may
# be from its word or overlap it, and the text of a note from its number. How far an index is lowered, and how
# far it may be from its symbol.
_MARK_SIZE, _LEAST_RAISE, _MOST_RAISE = 0.85, 0.05, 0.7
_MARK_GAP, _NUMBER_GAP, _OVERLAP = 0.45, 6.0, 0.3
_MOST_FALL, _INDEX_GAP = 0.4, 0.15
# A rule at most this thick, in points, underlines words; the sign that ends them is at most this many letters
# from where the rule ends.
_UNDERLINE, _NEAR_SIGN = 1.5, 5

# A printed page number; four digits are a year.
PAGE_NUMBER = re.compile(r"\d{1,3}|[ivxlc]{1,7}")
# The raised letters of "21st".
_ORDINAL = re.compile(r"(?:st|nd|rd|th)[.,;)”]*")
_POWER, _INDEX = re.compile(r"[-–−]\d{1,2}"), re.compile(r"\d{1,4}")
_MARK = re.compile(
    rf"\d{{1,4}}(?:\s*[,;]\s*\d{{1,4}})*|[*∗†‡]{{1,3}}|[a-z](?:,[a-z])*|{_POWER.pattern}|{_ORDINAL.pattern}"
)
# Ends a note mark while a line is put together, so that two marks do not become one number. A private-use
# character, which no text contains.
_END = "\ue000"
_RAISED_NUMBER = re.compile(
    rf" ?(?<![{RAISED_DIGITS}])([{RAISED_DIGITS}]{{1,4}})(?![{RAISED_DIGITS}]){_END}?"
)


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline `y`, from `x0` to `x1`; `marks` are the (offset, number) of raised numbers.

    `bold` and `italic` hold for the whole line. `order` is the drawing order of its first run. If a line
    begins with a label ("(1)", a term) and a gap, `label` is the length of the label and `hang` the place
    where the rest begins. `lead` is the length of an opening in bold, in italics or underlined, where the
    rest is not.
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
        """The upper edge of its capitals, roughly."""
        return self.y + 0.75 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge of its descenders, roughly."""
        return self.y - 0.25 * self.size

    @property
    def begins_raised(self) -> bool:
        """Whether it begins with a raised number, as a note does."""
        return bool(self.marks) and self.marks[0][0] == 0 < self.marks[0][1]


def read_lines(runs: Sequence[Run], page: int, shapes: Sequence[Shape] = ()) -> list[Line]:
    """The lines of a page, from top to bottom and from left to right; upright rules in `shapes` separate
    them."""
    rules = [shape for shape in shapes if shape.height > shape.width][:_MOST_RULES]
    rules += _joints(shapes)[:_MOST_RULES]
    under = [shape for shape in shapes if shape.height <= _UNDERLINE < shape.width][:_MOST_RULES]
    # Fake bold prints the same words twice in one place; the first print is kept.
    places = {(run.text, round(run.x0 / 2), round(run.y / 2)): run for run in reversed(runs)}
    runs = [replace(run, text=_clean(run.text)) for run in reversed(places.values())]
    runs = [run for run in runs if run.text.strip()]
    marks, indices = _find_marks(runs)
    raised = {mark.order for found in marks.values() for mark in found}
    beside = raised.union(index.order for found in indices.values() for index in found)
    lines = []
    for row in _rows(run for run in runs if run.order not in beside):
        row += [one for run in row for found in (marks, indices) for one in found.get(run.order, ())]
        lines += [_line(pieces, raised, page, under) for pieces in _split(row, rules)]
    return sorted(lines, key=lambda line: (-line.y, line.x0))


def _joints(shapes: Sequence[Shape]) -> list[Shape]:
    """Upright rules where horizontal rules that are drawn cell by cell meet."""
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
    """The text of a run with ligatures split, odd spaces made plain and control characters removed."""
    if text.isascii() and text.isprintable():
        return text
    text = re.sub("[\ufb00-\ufb06]", lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())


def _find_marks(runs: Sequence[Run]) -> tuple[dict[int, list[Run]], dict[int, list[Run]]]:
    """The marks and the indices next to each run, by its order.

    Marks are raised after a word, or before the text of a note; indices are numbers that are lowered after a
    symbol ("CO₂").
    """
    marks: dict[int, list[Run]] = {}
    indices: dict[int, list[Run]] = {}
    is_symbol = np.array([run.text[-1].isalpha() or run.text[-1] in ")]" for run in runs], dtype=bool)
    x0, x1, y, size = np.array([(run.x0, run.x1, run.y, run.size) for run in runs]).reshape(-1, 4).T
    numbers = [run for run in runs if _is_mark(run)]
    for mark in numbers if len(numbers) <= _MOST_NUMBERS else ():
        lift, after, before = mark.y - y, mark.x0 - x1, x0 - mark.x1
        small = mark.size <= _MARK_SIZE * size
        raised = (_LEAST_RAISE * size < lift) & (lift < _MOST_RAISE * size) & small
        near = (-_OVERLAP * size <= after) & (after <= _MARK_GAP * size)
        near |= (-_OVERLAP * size <= before) & (before <= _NUMBER_GAP * size)
        near |= (x0 < mark.x0) & (mark.x0 < x1)
        if (raised & near).any():
            gaps = np.where(raised & near, np.maximum(after, before).clip(0), np.inf)
            marks.setdefault(runs[int(gaps.argmin())].order, []).append(mark)
        elif _INDEX.fullmatch(digits := mark.text.strip()):
            lowered = (_LEAST_RAISE * size < -lift) & (-lift < _MOST_FALL * size) & small & is_symbol
            lowered &= (-_OVERLAP * size <= after) & (after <= _INDEX_GAP * size)
            if lowered.any():
                index = replace(mark, text=digits.translate(TO_LOWERED))
                indices.setdefault(runs[int(lowered.argmax())].order, []).append(index)
    return marks, indices


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
            numbers = [number.translate(TO_RAISED) + _END for number in re.findall(r"\d+", mark)]
            if _POWER.fullmatch(mark):
                numbers = [mark.translate(TO_RAISED)]
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
    """The words with single spaces, and the (offset, number) of each mark; a power ("km²") or the upper
    number of a fraction ("³/16") is no mark."""
    written = re.sub(" {2,}", " ", written.strip())
    text, marks, done = "", [], 0
    for match in _RAISED_NUMBER.finditer(written):
        number = match[1].translate(FROM_RAISED)
        is_fraction = written.startswith(("/", "⁄"), match.end())
        if is_fraction or is_power(written, match.start(1), number):
            text += written[done : match.end(1)]
        else:
            text += written[done : match.start()]
            marks.append((len(text), int(number)))
        done = match.end()
    text = (text + written[done:]).rstrip()
    return text, tuple((min(offset, len(text)), number) for offset, number in marks)


def _styled(runs: Sequence[Run], text: str) -> int:
    """The length of the words that open a line in bold or italics, where the rest is not."""
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


# Heads and feet are within this share of the page's height from its edge, on at least this many pages, at
# heights that are compared in steps of this many points. They have a left, a middle and a right part; with
# more, they are a row of a table or the scale of a chart.
_EDGE, _FEWEST_PAGES, _STEP, _MOST_PARTS = 0.13, 3, 3.0, 3
# Type larger than the body's is a head only if it recurs on this share of the pages.
_OFTEN = 0.2
# In ems: text this close below a line continues it, and text this close beside it is on the same line.
_BELOW, _BESIDE = 1.8, 4.0
# Each candidate is compared with all lines of its page. With more candidates, none is a head or foot.
_MOST_CANDIDATES = 100
_NUMBER = re.compile(
    r"(?:page|p\.|seite)?[\s–—|·-]*(\d{1,4}|[ivx]+)[\s–—|·-]*(?:(?:/|of)\s*\d+)?", re.IGNORECASE
)


def without_furniture(
    pages: Mapping[int, Sequence[Line]], heights: Mapping[int, float]
) -> tuple[dict[int, list[Line]], dict[int, str]]:
    """The lines of each page without heads and feet, and the printed page numbers found among those."""
    edges = [
        line
        for page, lines in pages.items()
        for line in lines
        if not heights[page] * _EDGE <= line.y <= heights[page] * (1 - _EDGE)
        and not line.begins_raised  # a footnote
        and sum(abs(other.y - line.y) < 1 for other in lines) <= _MOST_PARTS
    ]
    body = median_low([line.size for lines in pages.values() for line in lines] or [0.0])
    candidates = _recurring(edges, len(pages), body) | _repeated_titles(edges, pages, body)
    gone: set[Line] = set()
    for page, lines in pages.items():
        gone |= _apart(candidates.intersection(lines), lines, heights[page] / 2)
    kept = {page: [line for line in lines if line not in gone] for page, lines in pages.items()}
    return kept, _labels([line for line in edges if line in gone], sorted(pages))


def _recurring(edges: Sequence[Line], pages: int, body: float) -> set[Line]:
    """The lines in places where the same words (apart from digits) or page numbers recur in one size.

    In type larger than the body's, words in such a place may be a heading that begins a page.
    """
    found: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for line in edges:
        words = _distance(line) or re.sub(r"\d+", "#", line.text.casefold())
        found[words, round(line.y / _STEP)].append(line)
    same: set[Line] = set()
    places: set[tuple[int, float]] = set()
    for (_, step), lines in found.items():
        count = len({line.page for line in lines})
        if count >= min(_FEWEST_PAGES, max(2, pages // 3)):
            same |= {line for line in lines if line.size <= body or count >= _OFTEN * pages}
            places |= {(near, line.size) for line in lines for near in (step - 1, step, step + 1)}
    return same | {o for o in edges if o.size <= body and (round(o.y / _STEP), o.size) in places}


def _distance(line: Line) -> str:
    """A printed page number minus the page's place in the file, as text; "" if the line is not a number in
    digits."""
    match = _NUMBER.fullmatch(line.text)
    return str(int(match[1]) - line.page) if match and match[1].isdigit() else ""


def _repeated_titles(edges: Sequence[Line], pages: Mapping[int, Sequence[Line]], body: float) -> set[Line]:
    """Lines in small type that repeat a line in large type: chapter names."""
    titles = {line.text.casefold() for page in pages.values() for line in page if line.size > body}
    return {line for line in edges if line.size < body and line.text.casefold() in titles}


def _apart(candidates: set[Line], lines: Sequence[Line], middle: float) -> set[Line]:
    """The candidates that stand apart from the text of their page: endnotes may recur by chance, too."""
    text = [line for line in lines if line not in candidates]
    for line in sorted(candidates, key=lambda line: (round(abs(line.y - middle)), line.x0 - line.x1)):
        if len(candidates) > _MOST_CANDIDATES or any(_goes_with(other, line, middle) for other in text):
            text.append(line)
    return candidates.difference(text)


def _goes_with(other: Line, line: Line, middle: float) -> bool:
    """Whether text stands beside a line at the edge of the page, or close to its inner side in its size."""
    gap = max(other.x0 - line.x1, line.x0 - other.x1)
    if abs(other.y - line.y) < 1:
        return gap < _BESIDE * line.size
    step = abs(line.y - middle) - abs(other.y - middle)
    return gap < 0 < step <= _BELOW * line.size and other.size == line.size


def _labels(furniture: Sequence[Line], pages: Sequence[int]) -> dict[int, str]:
    """The printed page numbers; where one in digits is missing, it is counted on from the page before."""
    numbers = {line: match[1] for line in furniture if (match := _NUMBER.fullmatch(line.text))}
    often = Counter(map(_distance, numbers))
    labels = {line.page: label for line, label in numbers.items() if often[_distance(line)] > 1}
    for page in pages:
        before = labels.get(page - 1, "")
        if page not in labels and before.isdigit():
            labels[page] = str(int(before) + 1)
    return labels
