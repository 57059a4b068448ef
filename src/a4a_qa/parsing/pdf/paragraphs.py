"""Regions → paragraphs: which lines belong together, within a column and across columns and pages.

A line begins a paragraph if it is further down than lines of its size usually are, changes in size, begins
with a bullet or number, or is indented as no line before. It also does if its first word had room on the line
before: nobody breaks a line there except on purpose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from a4a_qa.parsing.blocks import is_unfinished
from a4a_qa.parsing.pdf.file import Shape
from a4a_qa.parsing.pdf.hyphenation import KnownWords, begins_address, goes_on_as_address
from a4a_qa.parsing.pdf.layout import Region
from a4a_qa.parsing.pdf.lines import PAGE_NUMBER, Line
from a4a_qa.parsing.pdf.tables import Table

# Sizes that differ by less than this share are the same.
SAME_SIZE = 0.05
# A step down of more than this many usual ones begins a paragraph.
_STEP = 1.25
# A smaller step does so between the end of a sentence and a capital.
_SMALL_STEP = 1.12
# The usual step of a size is taken from at least this many; of rarer sizes it is 1.3 times the size.
_FEWEST_STEPS = 5
# In ems; a smaller indent is none.
INDENT = 0.6
# The room, in ems beyond the word itself, that a line broken on purpose has left.
_ROOM = 1.5

# In mid-sentence, a line was ended on purpose if it has less than `_SHORT` of the longest of `_AROUND` lines.
# Of lines of so few words, as in addresses, each may have been ended on purpose.
_SHORT, _AROUND, _FEW_WORDS = 0.7, 5, 3

_BULLET = re.compile(r"[•●○◦▪▫■□♦◆➢➤►▶✓✔✎❖\uf0b7\uf0a7∙·‣⁃–—-]\s+(?=\S)|o\s(?=[A-Z])")
_ITEM = re.compile(r"\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s+(?=\S)")
_OPENS = re.compile(r"[\"'“‘«]?[^\W\d_a-zß-ÿ]|\(\d")
_DOTS = r"\s*(?:[.…·_]\s?){3,}\s*"
_CONTENTS = re.compile(rf".*[^\s.…·_]{_DOTS}(?:\d{{1,4}}|[ivxlc]{{1,7}})", re.IGNORECASE)
# What separates a title from its page number.
_LEADERS = re.compile(rf"(?:{_DOTS}|\s+)(?=[^\W_]+$)")

# The characters at the end of a text that decide how the next line is joined; no address is longer. Searching
# all of a long paragraph for each of its lines would take quadratic time.
_TAIL = 2_000

# Words in drawings: at least this many short texts in a row beside a caption, each at most this long. A box
# with this many lines is text.
_FEWEST_SCRAPS, _LONGEST_SCRAP, _FEWEST_LINES = 3, 34, 4
_SOURCE = re.compile(r"sources?: .{1,30}|.", re.IGNORECASE)
_FIGURE = re.compile(r"(?:figure|fig\.|chart|graph|diagram|exhibit|map)\s*[\dIVXA-Z]", re.IGNORECASE)
# The greatest step between the lines of a heading, in ems, and the most lines that it has.
_TITLE_STEP, _TITLE_LINES = 1.4, 4
# A paragraph of this many words that ends like a sentence is running text, wherever it stands.
_FEWEST_WORDS = 8
# A size in which at least this share of all words is set is one of running text.
_RUNNING = 0.2
# From this multiple of the body's size on, size alone makes a heading.
LARGER = 1.08

ParagraphKind = Literal["text", "bullet", "item", "term", "contents", "table", "footnote", "label", "scrap"]


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together; `right` is the edge that they could have reached.

    The lines of a table are those of all its cells, row by row; `table` tells which cell each stands in.
    """

    kind: ParagraphKind
    lines: list[Line]
    left: float
    right: float
    in_box: bool
    table: Table | None = None
    frame: Shape | None = None

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes: Counter[float] = Counter()
        for line in self.lines:
            sizes[line.size] += len(line.text)
        return sizes.most_common(1)[0][0]

    @property
    def text(self) -> str:
        """Its lines with spaces between them, as printed: hyphenated words stay broken."""
        return " ".join(line.text for line in self.lines)

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].page


def body_size(paragraphs: Sequence[Paragraph]) -> float:
    """The size of the running text: the largest of those in which many of the words are set.

    Endnotes and annexes in smaller type can hold more words than the body.
    """
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            sizes[line.size] += len(line.text)
    return max((size for size, count in sizes.items() if count >= _RUNNING * sizes.total()), default=0.0)


def read_paragraphs(regions: Sequence[Region]) -> list[Paragraph]:
    """The paragraphs of all pages in reading order, each within its column."""
    steps, contents = _usual_steps(regions), _contents_lines(regions)
    paragraphs = [paragraph for region in regions for paragraph in _paragraphs(region, steps, contents)]
    _tell_scraps(paragraphs)
    _tell_terms(paragraphs)
    return _joined_titles(paragraphs, body_size(paragraphs))


def _tell_scraps(paragraphs: Sequence[Paragraph]) -> None:
    """Mark what is not running text: words in drawings, their sources, and remains of contents pages.

    Words in drawings are boxes without running text, and runs of short texts on the page of a figure's
    caption.
    """
    pages = {p.page for p in paragraphs if _FIGURE.match(p.lines[0].text)}
    contents = {(p.page, p.size) for p in paragraphs if p.kind == "contents"}
    for (frame, page, is_scrap), group in groupby(paragraphs, key=lambda p: (p.frame, p.page, _is_scrap(p))):
        run = list(group)
        in_drawing = is_scrap and page in pages and len(run) >= _FEWEST_SCRAPS
        for paragraph in run if frame is None else ():
            left_over = is_scrap and (page, paragraph.size) in contents and not paragraph.lines[0].bold
            source = len(paragraph.lines) == 1 and _SOURCE.fullmatch(paragraph.text)
            if paragraph.kind != "table" and (in_drawing or left_over or source):
                paragraph.kind = "scrap"
    for (frame, _), group in groupby(paragraphs, key=lambda p: (p.frame, p.page)):
        run = list(group)
        if frame is not None and not any(len(p.lines) >= _FEWEST_LINES or _is_prose(p) for p in run):
            for paragraph in run:
                paragraph.kind = "table" if paragraph.table else "scrap"


def _joined_titles(paragraphs: Sequence[Paragraph], body: float) -> list[Paragraph]:
    """The paragraphs with the lines of each large heading put together."""
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        before = joined[-1] if joined else paragraph
        one, other = before.lines[-1], paragraph.lines[0]
        alike = (one.size, one.bold, one.italic, one.page) == (
            other.size,
            other.bold,
            other.italic,
            other.page,
        )
        below = 0 < one.y - other.y < _TITLE_STEP * one.size and before.left == paragraph.left
        is_title = before.kind == paragraph.kind == "text" and one.size >= LARGER * body
        ends = one.text.endswith((".", ":", "?", "!")) or _ITEM.match(other.text) or _FIGURE.match(other.text)
        if is_title and alike and below and not ends and len(before.lines) < _TITLE_LINES:
            before.lines += paragraph.lines
        else:
            joined.append(paragraph)
    return joined


def _is_prose(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return len(text.split()) >= _FEWEST_WORDS and text.rstrip('"”’)').endswith((".", "!", "?", ":", ";"))


def _is_scrap(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a word or two, as in a drawing."""
    short = all(len(line.text) <= _LONGEST_SCRAP for line in paragraph.lines)
    ends = paragraph.lines[-1].text.endswith((".", "!", "?", ";"))
    return paragraph.kind == "text" and short and not ends


def _usual_steps(regions: Iterable[Region]) -> dict[float, float]:
    """The most frequent step from a line to the next, for each size of type."""
    steps: dict[float, Counter[float]] = {}
    for region in regions:
        for above, below in zip(region.lines, region.lines[1:], strict=False):
            step = above.y - below.y
            if above.size == below.size and 0 < step < 2.5 * above.size:
                steps.setdefault(above.size, Counter())[round(step * 4) / 4] += 1
    return {
        size: found.most_common(1)[0][0] for size, found in steps.items() if found.total() >= _FEWEST_STEPS
    }


def _contents_lines(regions: Iterable[Region]) -> set[Line]:
    """The lines of contents lists: a title, leaders or a gap, and a page number, at least three on a page."""
    by_page: dict[int, list[Line]] = {}
    for region in regions:
        for line in region.lines if region.kind == "text" else ():
            # Without leaders the number is at the right edge, far from its title.
            far = line.hang is not None and line.hang > region.left + 0.6 * (region.right - region.left)
            number = line.text[line.label :].strip() if far else ""
            if _CONTENTS.fullmatch(line.text) or PAGE_NUMBER.fullmatch(number):
                by_page.setdefault(line.page, []).append(line)
    return {line for lines in by_page.values() if len(lines) >= 3 and _rise(lines) for line in lines}


def _rise(lines: Sequence[Line]) -> bool:
    """Whether the page numbers of contents lines rise, except for a few that continue another list."""
    pages = [int(number[0]) for line in lines if (number := re.search(r"\d+$", line.text))]
    return 4 * sum(one > other for one, other in pairwise(pages)) <= len(pages)


def contents_entry(paragraph: Paragraph) -> str:
    """The title and the page of an entry of a contents list, with a tab between them."""
    return _LEADERS.sub("\t", paragraph.text.strip(), count=1)


def _paragraphs(region: Region, steps: Mapping[float, float], contents: Set[Line]) -> list[Paragraph]:
    if region.table is not None:
        return [Paragraph("table", [*region.lines], region.left, region.right, False, region.table)]
    paragraphs: list[Paragraph] = []
    for line in region.lines:
        last = paragraphs[-1] if paragraphs else None
        if last is not None and line in contents and _goes_on_below(last, line):
            last.lines.append(line)
            last.kind = "contents"
        elif last is None or line in contents or last.kind == "contents" or _begins(last, line, steps):
            kind = "contents" if line in contents else _kind(line)
            in_box = region.kind == "box"
            paragraphs.append(Paragraph(kind, [line], region.left, region.right, in_box, frame=region.frame))
        else:
            last.lines.append(line)
    return paragraphs


def _goes_on_below(paragraph: Paragraph, line: Line) -> bool:
    """Whether an entry of a contents list begins in the lines above its page number."""
    near = 0 < paragraph.lines[-1].y - line.y < 1.5 * line.size
    return near and paragraph.kind in ("text", "item") and len(paragraph.lines) < 3


def _kind(line: Line) -> ParagraphKind:
    if _BULLET.match(line.text):
        return "bullet"
    # "1. Introduction" in bold is a heading.
    return "item" if _ITEM.match(line.text) and not line.bold else "text"


def _begins(paragraph: Paragraph, line: Line, steps: Mapping[float, float]) -> bool:
    """Whether a line begins a new paragraph."""
    first, last = paragraph.lines[0], paragraph.lines[-1]
    step, usual = last.y - line.y, steps.get(line.size, 1.3 * line.size)
    if not 0 < step <= _STEP * usual or abs(line.size - last.size) > SAME_SIZE * last.size:
        return True
    opens = _OPENS.match(line.text) and not is_unfinished(last.text)
    if line.begins_raised or (opens and step > _SMALL_STEP * usual):
        return True
    # From the end, so that no line is looked at again for each line that follows it.
    if not line.bold and line.text[0].isupper() and all(other.bold for other in reversed(paragraph.lines)):
        return True
    if line.hang is not None and first.hang is not None and abs(line.x0 - first.x0) < 1:
        return True  # the next entry of a list with labels
    if _BULLET.match(line.text):  # a dash may also have been wrapped from the line before
        return line.text[0] not in "–—-" or is_broken(last, line, paragraph.right)
    return _is_indented(paragraph, line) or _is_cut_short(paragraph, line)


def is_broken(last: Line, line: Line, right: float) -> bool:
    """Whether the first word of a line would have had room on the line before."""
    if goes_on_as_address(last.text, line.text):
        return False
    word = line.text.split(maxsplit=1)[0]
    letter = (line.x1 - line.x0) / len(line.text)
    return last.x1 + len(word) * letter + _ROOM * line.size < right


def _is_cut_short(paragraph: Paragraph, line: Line) -> bool:
    """Whether the line before ended early on purpose.

    Ragged lines leave room now and then, so in mid-sentence the line must be much shorter than those around
    it, and no small letter may follow.
    """
    last = paragraph.lines[-1]
    few = len(last.text.split()) <= _FEW_WORDS and not line.text[0].islower()
    if few or not is_unfinished(last.text) or begins_address(line.text):
        return is_broken(last, line, paragraph.right)
    right = max(other.x1 for other in [*paragraph.lines[-_AROUND:], line])
    short = last.x1 - paragraph.left < _SHORT * (right - paragraph.left)
    return short and not line.text[0].islower() and is_broken(last, line, right)


def _is_indented(paragraph: Paragraph, line: Line) -> bool:
    """Whether a line is further right than the ones before, or far left of an indented one."""
    first, indent = paragraph.lines[0], INDENT * line.size
    if _is_centred(paragraph.lines[-1], line):
        return False
    if len(paragraph.lines) > 1:
        return abs(line.x0 - paragraph.lines[1].x0) > indent
    hangs = paragraph.kind != "text" or first.begins_raised or first.hang is not None
    hangs = hangs or (is_unfinished(first.text) and not is_broken(first, line, paragraph.right))
    # A line that is only a little further left follows an indented first line.
    return first.x0 - line.x0 > 4 * line.size or (line.x0 > first.x0 + indent and not hangs)


def _is_centred(first: Line, second: Line) -> bool:
    return abs((first.x0 + first.x1) - (second.x0 + second.x1)) < 1.5 and abs(first.x0 - second.x0) > 2


def _tell_terms(paragraphs: Sequence[Paragraph]) -> None:
    """Mark glossary entries: at least three in a row begin with a term, a gap and an explanation."""
    for has_term, run in groupby(paragraphs, key=lambda p: p.kind == "text" and 0 < p.lines[0].label <= 60):
        entries = list(run)
        for entry in entries if has_term and len(entries) >= 3 else ():
            entry.kind = "term"


def text_of(
    lines: Sequence[Line], vocabulary: KnownWords, *, in_cell: bool = False
) -> tuple[str, list[tuple[int, int]], list[tuple[int, int]]]:
    """The words of lines, the (offset, number) of their note marks, and the (offset, page) where each page
    begins."""
    done: list[str] = []
    length = 0  # of everything in `done`
    end = ""
    marks: list[tuple[int, int]] = []
    last: list[tuple[int, int]] = []  # the marks of the line before
    pages: list[tuple[int, int]] = []
    for line in lines:
        end = vocabulary.joined(end, line.text, in_cell=in_cell) if end else line.text
        start = length + len(end) - len(line.text.lstrip())
        marks += [(min(offset, start), number) for offset, number in last]  # a hyphen before them may be gone
        last = [(start + offset, number) for offset, number in line.marks]
        if not pages or pages[-1][1] != line.page:
            pages.append((start, line.page))
        done.append(end[:-_TAIL])
        length += len(done[-1])
        end = end[-_TAIL:]
    return "".join([*done, end]), marks + last, pages


def without_bullet(text: str) -> str:
    """The words after a bullet."""
    return _BULLET.sub("", text, count=1) if _BULLET.match(text) else text


# A justified line ends at most this many points from the edge of its column.
_JUSTIFIED = 0.15


def mended(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs that the end of a column or page had cut, made whole; what stood in between follows
    them."""
    body = body_size(paragraphs)
    mended: list[Paragraph] = []
    # The last paragraph of each size, inside boxes (True) and outside; nothing continues after a heading.
    ends: dict[tuple[bool, float], Paragraph] = {}
    for paragraph in paragraphs:
        place = paragraph.in_box, paragraph.size
        before = ends.get(place)
        if paragraph.size > LARGER * body:
            ends = {other: end for other, end in ends.items() if other[0] != paragraph.in_box}
        elif before and paragraph.kind == "text" and _goes_on(before, paragraph):
            before.lines += paragraph.lines
            before.left, before.right = paragraph.left, paragraph.right
            continue
        elif paragraph.kind != "table":
            ends[place] = paragraph
        mended.append(paragraph)
    return mended


def _goes_on(before: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a paragraph continues one that ends in mid-sentence, or at the very edge of its column."""
    last, line = before.lines[-1], paragraph.lines[0]
    is_below = last.page == line.page and last.y > line.y and before.left == paragraph.left
    is_italic = all(other.italic for other in paragraph.lines)
    if is_below or last.page < line.page - 1 or is_broken(last, line, before.right):
        return False
    if last.bold != line.bold or (is_italic and not last.italic) or before.kind == "contents":
        return False
    if line.begins_raised:
        return False  # the next note
    indent, is_cut = line.x0 - paragraph.left, is_unfinished(last.text)
    if is_cut and line.text[0].islower():
        return True
    if before.kind != "text" and abs(last.x0 - before.left - indent) >= INDENT * line.size:
        return False  # a list item continues below its own words
    recent = [before.right - other.x1 < _JUSTIFIED for other in before.lines[-4:]]
    return is_cut or (len(recent) > 1 and all(recent) and indent <= INDENT * line.size)
