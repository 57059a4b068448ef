"""Runs of a page → lines: words put together, spaces found, raised digits taken out as note marks.

A line is what stands on one baseline without a wide gap: a column's line, a cell's, or a part of a widely
spaced one, which `layout` puts together again once it knows the columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from a4a_qa.notation import DIGITS, RAISED_DIGITS, is_power, power_in
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.page import Run

# More rules than this on a page, upright or under words, are a drawing; more numbers are a table or one, too.
_MOST_RULES, _MOST_NUMBERS = 500, 2_000
# A row of a table is at most this high, in points.
_ROW = 200.0
# All measures below are in ems, the size of the type, but for shares of a neighbour's size.
# Baselines that differ by less than this are one.
_SAME_BASELINE = 0.25
# A wider gap parts two lines; the narrowest gutters have one em. Words of two sizes that differ by this factor
# are parted by less: a heading beside a column's line.
_LINE_GAP, _OTHER_SIZE, _OTHER_SIZE_GAP = 0.8, 0.9, 0.45
# A wider gap is a space; kerning between runs stays below a tenth.
_WORD_GAP = 0.15
# A note mark is at most this large beside its neighbour, and raised by a share of the neighbour's size. It stands
# this far from its word at most, or overlaps it; the text of a note may stand further from its number.
_MARK_SIZE, _LEAST_RAISE, _MOST_RAISE = 0.85, 0.05, 0.7
_MARK_GAP, _NUMBER_GAP, _OVERLAP = 0.45, 6.0, 0.3
# A rule at most this thick, in points, underlines words; the sign behind them is at most so many letters from
# where their share of the line ends.
_UNDERLINE, _NEAR_SIGN = 1.5, 5

# What is printed as the number of a page; four digits are a year.
PAGE_NUMBER = re.compile(r"\d{1,3}|[ivxlc]{1,7}")
_MARK = re.compile(r"\d{1,4}(?:\s*[,;]\s*\d{1,4})*|[*∗†‡]{1,3}|[a-z](?:,[a-z])*")
# «21st» with its letters raised.
_ORDINAL = re.compile(r"(?:st|nd|rd|th)[.,;)”]*")
# A number that stands alone in its run is a word, however close the next one comes.
_LABEL = re.compile(r"\(?\d{1,3}[.)]")
_RAISED = str.maketrans(DIGITS, RAISED_DIGITS)
_LOWERED = str.maketrans(RAISED_DIGITS, DIGITS)
_RAISED_NUMBER = re.compile(rf"(?<![{RAISED_DIGITS}])[{RAISED_DIGITS}]{{1,4}}(?![{RAISED_DIGITS}])")
# A note mark amid the words of a line, until all of them are there: no text has these characters.
_OPEN, _CLOSE = "\ue000", "\ue001"
_WRITTEN_MARK = re.compile(rf"\s*{_OPEN}(\d+){_CLOSE}")


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


def read_lines(runs: Sequence[Run], page: int, shapes: Sequence[Shape] = ()) -> list[Line]:
    """The lines of a page, from above and from the left; upright rules among `shapes` part them."""
    rules = [shape for shape in shapes if shape.height > shape.width][:_MOST_RULES]
    rules += _joints(shapes)[:_MOST_RULES]
    under = [shape for shape in shapes if shape.height <= _UNDERLINE < shape.width][:_MOST_RULES]
    runs = [replace(run, text=_clean(run.text)) for run in _without_shadows(runs)]
    runs = _with_ordinals([run for run in runs if run.text.strip()])
    raised, hosts = _find_raised(runs)
    lines = []
    for row in _rows(run for run in runs if run.order not in raised):
        marks = [raised[order] for run in row for order in hosts.get(run.order, ())]
        lines += [_line(pieces, raised, page, under) for pieces in _split([*row, *marks], rules)]
    return sorted(lines, key=lambda line: (-line.y, line.x0))


def _joints(shapes: Sequence[Shape]) -> list[Shape]:
    """Where rules across that are drawn cell by cell part the cells between them, as upright rules."""
    across = {
        (round(s.x0), round(s.x1), round(y)) for s in shapes if s.width > s.height for y in (s.y0, s.y1)
    }
    begins = sorted({(x0, y) for x0, _, y in across} & {(x1, y) for _, x1, y in across})
    return [
        Shape(x, low, x, high)
        for (x, low), (other, high) in pairwise(begins)
        if x == other and high - low < _ROW
    ]


def _clean(text: str) -> str:
    """A run's characters: ligatures taken apart, odd spaces made plain, control characters dropped."""
    if text.isascii() and text.isprintable():
        return text
    text = "".join(unicodedata.normalize("NFKC", c) if "\ufb00" <= c <= "\ufb06" else c for c in text)
    text = "".join(" " if character.isspace() else character for character in text)
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def _without_shadows(runs: Iterable[Run]) -> list[Run]:
    """The runs without those that print the same words again at the same place, as fake bold does."""
    return list({(run.text, round(run.x0 / 2), round(run.y / 2)): run for run in reversed([*runs])}.values())[
        ::-1
    ]


def _with_ordinals(runs: Sequence[Run]) -> list[Run]:
    """The runs with the raised letters of ordinals («21st») on the line of their number."""
    numbers = {(round(run.x1), round(run.y)): run for run in runs if run.text[-1:].isdigit()}
    lowered = []
    for run in runs:
        if _ORDINAL.fullmatch(run.text.strip()):
            near = ((round(run.x0) + dx, round(run.y) - dy) for dx in (0, -1, 1) for dy in range(1, 8))
            host = next((numbers[place] for place in near if place in numbers), None)
            if host is not None and run.size <= _MARK_SIZE * host.size:
                run = replace(run, y=host.y)
        lowered.append(run)
    return lowered


def _find_raised(runs: Sequence[Run]) -> tuple[dict[int, Run], dict[int, list[int]]]:
    """The raised runs by their order, and for each run the marks that belong to its line."""
    raised: dict[int, Run] = {}
    hosts: dict[int, list[int]] = {}
    numbers = [run for run in runs if _MARK.fullmatch(run.text.strip())]
    if len(numbers) > _MOST_NUMBERS:
        return raised, hosts
    by_height: dict[int, list[Run]] = {}
    for run in runs:
        by_height.setdefault(int(run.y // 10), []).append(run)
    for run in numbers:
        height = int(run.y // 10)
        near = [other for h in (height, height - 1, height - 2) for other in by_height.get(h, ())]
        host = min(
            (other for other in near if _is_host(other, run)),
            key=lambda other: max(run.x0 - other.x1, other.x0 - run.x1, 0.0),
            default=None,
        )
        if host is not None:
            raised[run.order] = run
            hosts.setdefault(host.order, []).append(run.order)
    return raised, hosts


def _is_host(run: Run, mark: Run) -> bool:
    """Whether a mark is raised beside this run: right behind a word, or in front of a note's text."""
    smaller = mark.size <= _MARK_SIZE * run.size
    lift = mark.y - run.y
    behind = -_OVERLAP <= (mark.x0 - run.x1) / run.size <= _MARK_GAP or run.x0 < mark.x0 < run.x1
    before = -_OVERLAP <= (run.x0 - mark.x1) / run.size <= _NUMBER_GAP
    return smaller and _LEAST_RAISE * run.size < lift < _MOST_RAISE * run.size and (behind or before)


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
    near = [rule for rule in rules if rule.y0 <= row[0].y <= rule.y1]
    end = 0.0
    for run in sorted(row, key=lambda run: run.x0):
        last = pieces[-1] if pieces else [run]
        numbers = all(_MARK.fullmatch(other.text.strip()) for other in last)
        gap = _OTHER_SIZE_GAP if _differ(last[-1], run) else _LINE_GAP
        wide = run.x0 - end > gap * max(run.size, last[-1].size)
        wide = wide and not (numbers and run.size > last[0].size)  # the number of a note, and its text
        ruled = any(end - 1 <= edge <= run.x0 + 1 for rule in near for edge in (rule.x0, rule.x1))
        if pieces and not wide and not ruled:
            last.append(run)
            end = max(end, run.x1)
        else:
            pieces.append([run])
            end = run.x1
    return pieces


def _differ(first: Run, second: Run) -> bool:
    """Whether two words differ so much in size that they are hardly of one line; marks do anyway."""
    alike = _OTHER_SIZE * max(first.size, second.size) <= min(first.size, second.size)
    return not alike and not any(_MARK.fullmatch(run.text.strip()) for run in (first, second))


def _line(runs: Sequence[Run], raised: dict[int, Run], page: int, under: Sequence[Shape]) -> Line:
    words = [run for run in runs if run.order not in raised]
    if not words:  # numbers that stand apart from all words are words themselves
        words, raised = list(runs), {}
    written = ""
    end = runs[0].x0
    for run in runs:
        if run.order in raised:
            written = written.rstrip() + _written_mark(written.rstrip(), run.text.strip())
        else:
            apart = run.x0 - end > _WORD_GAP * run.size or _LABEL.fullmatch(written)
            written += (" " if apart and written else "") + run.text
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


def _written_mark(text: str, mark: str) -> str:
    """A raised run as it is put to a text; the 2 of «km²» is no mark, and an asterisk no word."""
    power = power_in(text, len(text), mark)
    marks = "".join(f"{_OPEN}{number}{_CLOSE}" for number in re.findall(r"\d+", mark[len(power) :]))
    return power.translate(_RAISED) + marks


def _text_and_marks(written: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The words with single spaces, and the offset and number of each mark, also of those written as «¹²»."""

    def as_mark(match: re.Match[str]) -> str:
        number = match[0].translate(_LOWERED)
        return match[0] if is_power(written, match.start(), number) else f"{_OPEN}{number}{_CLOSE}"

    parts = _WRITTEN_MARK.split(re.sub(r" {2,}", " ", _RAISED_NUMBER.sub(as_mark, written).strip()))
    words: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    for word, number in zip(parts[::2], [*parts[1::2], None], strict=True):
        words.append(word)
        length += len(word)
        if number is not None:
            marks.append((length, int(number)))
    text = "".join(words)
    return text.rstrip(), tuple((min(offset, len(text.rstrip())), number) for offset, number in marks)


def _styled(runs: Sequence[Run], text: str) -> int:
    """The length of the words that open a line in bold, or in italics, where the others are not."""
    last = runs[-1]
    opening = list(takewhile(lambda run: (run.bold, run.italic) != (last.bold, last.italic), runs))
    styled = all(run.bold > last.bold or run.italic > last.italic for run in opening)
    letters = sum(len("".join(run.text.split())) for run in opening) if styled else 0
    for place, character in enumerate(text):
        if not letters:
            return place
        letters -= not character.isspace()
    return 0


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
