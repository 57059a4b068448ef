"""Runs of a page → lines: words put together, spaces found, raised digits taken out as note marks.

A line here is what stands on one baseline without a wide gap: a column's line, a cell's, or a part of
a widely spaced one, which `layout` puts together again once it knows the columns.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from a4a_qa.notation import DIGITS, RAISED_DIGITS, is_power, power_in
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.page import Run

# More upright rules than this on a page are a drawing.
_MOST_RULES = 500
# Baselines that differ by less than this share of the type size are one.
_SAME_BASELINE = 0.25
# A gap of this many ems parts two lines; the narrowest gutters have one em.
_LINE_GAP = 0.8
# So does a smaller one between words of sizes that differ by this factor: a heading beside a column's line.
_OTHER_SIZE, _OTHER_SIZE_GAP = 0.9, 0.45
# A gap of this many ems is a space; kerning between runs stays below a tenth.
_WORD_GAP = 0.15
# Runs this close, in ems, were one before their producer cut them.
_TOUCH = 0.12
# A note mark is at most this large beside its neighbour, and raised by this much of the neighbour's size.
_MARK_SIZE = 0.85
_LEAST_RAISE = 0.05
_MOST_RAISE = 0.7
# More numbers than this on a page are a table or a drawing, none of them a note mark.
_MOST_NUMBERS = 2_000
# How far, in ems of the neighbour, a mark can stand from its word, or an endnote's text from its number.
_MARK_GAP = 0.45
_NUMBER_GAP = 6.0
_OVERLAP = 0.3
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
_RAISED_CHARACTERS = re.compile(f"[{RAISED_DIGITS}]+")


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline `y`, from `x0` to `x1`; `marks` are (offset, number) of raised numbers.

    `bold` and `italic` hold for all of it. `order` is that of its first run in the file. Where a line
    begins with a label («(1)», a term) and a gap, `label` is the label's length and `hang` the place
    where the rest begins. `lead` is the length of the words that open it in bold, in italics or underlined
    where the others are not.
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
    under = [shape for shape in shapes if shape.height <= _UNDERLINE < shape.width][:_MOST_RULES]
    runs = _unbroken(replace(run, text=_clean(run.text)) for run in _without_shadows(runs))
    runs = [run for run in runs if run.text.strip()]
    runs = _with_ordinals(runs)
    raised, hosts = _find_raised(runs)
    lines = []
    for row in _rows(run for run in runs if run.order not in raised):
        marks = [raised[order] for run in row for order in hosts.get(run.order, ())]
        lines += [_line(pieces, raised, page, under) for pieces in _split([*row, *marks], rules)]
    return sorted(lines, key=lambda line: (-line.y, line.x0))


def _clean(text: str) -> str:
    """A run's characters: ligatures taken apart, odd spaces made plain, control characters dropped."""
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for character in text:
        if "\ufb00" <= character <= "\ufb06":
            kept.append(unicodedata.normalize("NFKC", character))
        elif character.isspace():
            kept.append(" ")
        elif character == "\xad" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co"):
            kept.append(character)
    return "".join(kept)


def _unbroken(runs: Iterable[Run]) -> list[Run]:
    """Runs that touch put together: some producers draw letter by letter."""
    whole: list[Run] = []
    for run in runs:
        last = whole[-1] if whole else None
        if last is not None and _touch(last, run):
            whole[-1] = replace(last, x1=max(last.x1, run.x1), text=last.text + run.text)
        else:
            whole.append(run)
    return whole


def _touch(first: Run, second: Run) -> bool:
    gap = (second.x0 - first.x1) / second.size
    alike = (first.size, first.bold, first.italic) == (second.size, second.bold, second.italic)
    return alike and abs(first.y - second.y) < 0.1 and -_TOUCH <= gap <= _TOUCH


def _without_shadows(runs: Iterable[Run]) -> list[Run]:
    """The runs without those that print the same words again at the same place, as fake bold does."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for run in runs:
        place = (run.text, round(run.x0 / 2), round(run.y / 2))
        if place not in seen:
            kept.append(run)
        seen.add(place)
    return kept


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
    only_marks = False
    for run in sorted(row, key=lambda run: run.x0):
        size = max(run.size, pieces[-1][-1].size) if pieces else run.size
        note_number = bool(pieces) and only_marks
        gap = _OTHER_SIZE_GAP if pieces and _differ(pieces[-1][-1], run) else _LINE_GAP
        wide = run.x0 - end > gap * size and not (note_number and run.size > pieces[-1][0].size)
        ruled = any(end - 1 <= edge <= run.x0 + 1 for rule in near for edge in (rule.x0, rule.x1))
        if pieces and not wide and not ruled:
            pieces[-1].append(run)
            end = max(end, run.x1)
        else:
            pieces.append([run])
            end, only_marks = run.x1, True
        only_marks = only_marks and _MARK.fullmatch(run.text.strip()) is not None
    return pieces


def _differ(first: Run, second: Run) -> bool:
    """Whether two words differ so much in size that they are hardly of one line; marks do anyway."""
    alike = _OTHER_SIZE * max(first.size, second.size) <= min(first.size, second.size)
    return not alike and not any(_MARK.fullmatch(run.text.strip()) for run in (first, second))


def _line(runs: Sequence[Run], raised: dict[int, Run], page: int, under: Sequence[Shape]) -> Line:
    words = [run for run in runs if run.order not in raised]
    if not words:  # numbers that stand apart from all words are words themselves
        words, raised = list(runs), {}
    text = ""
    marks: list[tuple[int, int]] = []
    end = runs[0].x0
    for run in runs:
        if run.order in raised:
            text, found = _put_mark(text.rstrip(), run.text.strip())
            marks += found
        else:
            apart = run.x0 - end > _WORD_GAP * run.size or _LABEL.fullmatch(text)
            gap = apart and text and not text.endswith(" ")
            text += (" " if gap else "") + run.text
        end = max(end, run.x1)
    sizes: Counter[float] = Counter()
    for run in words:
        sizes[round(run.size, 1)] += len(run.text.strip())
    text, marks = _squeezed(text, marks)
    line = Line(
        page, runs[0].x0, end, max(words, key=lambda run: len(run.text)).y, sizes.most_common(1)[0][0],
        all(run.bold for run in words), all(run.italic for run in words), text, tuple(marks),
        min(run.order for run in runs),
    )  # fmt: skip
    return replace(line, lead=_styled(words, text) or _underlined(line, under))


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


def _put_mark(text: str, mark: str) -> tuple[str, list[tuple[int, int]]]:
    """The text and the marks that a raised run adds to it; the 2 of «km²» is no mark, an asterisk no word."""
    power = power_in(text, len(text), mark)
    text += power.translate(_RAISED)
    return text, [(len(text), int(number)) for number in re.findall(r"\d+", mark[len(power) :])]


def _squeezed(text: str, marks: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """The text with single spaces, and its marks where they then stand; raised characters become marks."""
    words: list[str] = []
    places: list[int] = []
    length = 0
    for character in text:
        places.append(length)
        if character == " " and (not words or words[-1] == " "):
            continue
        words.append(character)
        length += 1
    places.append(length)
    squeezed = "".join(words).rstrip()
    marks = [(min(places[offset], len(squeezed)), number) for offset, number in marks]
    return _take_raised_characters(squeezed, marks)


def _take_raised_characters(text: str, marks: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Some producers write a mark as «¹²»; behind a unit such a character stays in the text."""
    kept: list[str] = []
    starts: list[int] = []
    taken: list[tuple[int, int]] = []
    cuts = [0]
    at = 0
    for match in _RAISED_CHARACTERS.finditer(text):
        start, number = match.start(), match[0].translate(_LOWERED)
        if len(number) > 4 or is_power(text, start, number):
            continue
        kept.append(text[at:start])
        starts.append(start)
        taken.append((start - cuts[-1], int(number)))
        cuts.append(cuts[-1] + len(number))
        at = match.end()
    if not taken:
        return text, marks
    marks = [(offset - cuts[bisect_left(starts, offset)], number) for offset, number in marks]
    return "".join([*kept, text[at:]]), sorted([*marks, *taken])
