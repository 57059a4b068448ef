"""Regions → paragraphs: which lines of a column belong together.

A line begins a paragraph when it stands further down than the lines of its size do, changes in size,
begins with a bullet or number, is indented as no line before, or when its first word would have had
room on the line before: nobody breaks a line there but to begin anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from a4a_qa.parsing.blocks import is_unfinished
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.layout import Region
from a4a_qa.parsing.pdf.lines import PAGE_NUMBER, Line
from a4a_qa.parsing.pdf.tables import Table
from a4a_qa.parsing.pdf.words import Vocabulary, begins_address, goes_on_as_address

# Sizes that differ by less than this share are one.
SAME_SIZE = 0.05
# A step down of more than this many usual ones begins a paragraph.
_STEP = 1.25
# So does a smaller one between the end of a sentence and a capital.
_SMALL_STEP = 1.12
# So many steps at least tell the usual one of a size; of rarer sizes, lines follow at 1.3 of it.
_FEWEST_STEPS = 5
# Indents of less than this many ems are none.
INDENT = 0.6
# Room, in ems beyond the word itself, that must have been left for a line to have been broken on purpose.
_ROOM = 1.5

# A line that ends in mid-sentence was ended on purpose if it has less than this share of the longest of so many.
# In lines of so few words, as in addresses and on labels, every line may be ended on purpose.
_SHORT, _AROUND, _FEW_WORDS = 0.7, 5, 3

_BULLET = re.compile(r"[•●○◦▪▫■□♦◆➢➤►▶✓✔✎❖\uf0b7\uf0a7∙·‣⁃–—-]\s+(?=\S)|o\s(?=[A-Z])")
_ITEM = re.compile(r"\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s+(?=\S)")
_OPENS = re.compile(r"[\"'“‘«]?[^\W\d_a-zß-ÿ]|\(\d")
_CONTENTS = re.compile(
    r"(?P<title>.*?[^\s.…·_])\s*(?:[.…·_]\s?){3,}\s*(?P<page>\d{1,4}|[ivxlc]{1,7})$", re.IGNORECASE
)

# So many characters at the end of a text tell how the next line is put to it; no address is longer. To search
# all of a long paragraph again for each of its lines would take the square of its length.
_TAIL = 2_000

# Drawings: so many scraps in a row beside a caption, each at most so long; with so many lines it is text.
_FEWEST_SCRAPS, _LONGEST_SCRAP, _FEWEST_LINES = 3, 34, 4
_SOURCE = re.compile(r"sources?: .{1,30}|.", re.IGNORECASE)
_FIGURE = re.compile(r"(?:figure|fig\.|chart|graph|diagram|exhibit|map)\s*[\dIVXA-Z]", re.IGNORECASE)
# A paragraph of so many words that ends as a sentence does is text, wherever it stands.
_FEWEST_WORDS = 8
# The lines of a heading stand so many ems below each other at most, and are so many.
_TITLE_STEP, _TITLE_LINES = 1.4, 4
# A size in which this share of all words is set is that of running text.
_RUNNING = 0.2
# From this share of the body's size on, size alone makes a heading.
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
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].page


def body_size(paragraphs: Sequence[Paragraph]) -> float:
    """The size of the running text: the largest one of those in which many of the words are set.

    Endnotes and an annex in smaller type can hold more words than the text that they belong to.
    """
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            sizes[line.size] += len(line.text)
    return max((size for size, count in sizes.items() if count >= _RUNNING * sizes.total()), default=0.0)


def read_paragraphs(regions: Sequence[Region]) -> list[Paragraph]:
    """The paragraphs of all pages in reading order, each within its column."""
    steps = _usual_steps(regions)
    contents = _contents_lines(regions)
    paragraphs: list[Paragraph] = []
    for region in regions:
        if region.table is not None:
            table = Paragraph("table", list(region.lines), region.left, region.right, False)
            table.table = region.table
            paragraphs.append(table)
        else:
            paragraphs += _paragraphs(region, steps, contents)
    _tell_scraps(paragraphs)
    return _joined_titles(_with_terms(paragraphs), body_size(paragraphs))


def _tell_scraps(paragraphs: Sequence[Paragraph]) -> None:
    """Tell what is no running text: words in drawings, their sources, and what is left of contents pages.

    Words in drawings are boxes without running text, and runs of scraps on the page of a figure's caption.
    """
    pages = {p.page for p in paragraphs if _FIGURE.match(p.lines[0].text)}
    contents = {(p.page, p.size) for p in paragraphs if p.kind == "contents"}
    for (frame, page), group in groupby(paragraphs, key=lambda p: (p.frame, p.page)):
        run = list(group)
        if frame is not None:
            is_text = any(len(p.lines) >= _FEWEST_LINES or _is_prose(p) for p in run)
            scraps = [] if is_text else run
        else:
            runs = (list(found) for is_scrap, found in groupby(run, key=_is_scrap) if is_scrap)
            scraps = [p for found in runs if page in pages and len(found) >= _FEWEST_SCRAPS for p in found]
            scraps += [p for p in run if (page, p.size) in contents and _is_scrap(p) and not p.lines[0].bold]
            scraps += [p for p in run if len(p.lines) == 1 and _SOURCE.fullmatch(p.lines[0].text)]
        for paragraph in scraps:
            if paragraph.kind != "table":
                paragraph.kind = "scrap"


def _is_prose(paragraph: Paragraph) -> bool:
    text = " ".join(line.text for line in paragraph.lines)
    return len(text.split()) >= _FEWEST_WORDS and text.rstrip('"”’)').endswith((".", "!", "?", ":", ";"))


def _is_scrap(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a word or two, as what is written in a drawing is."""
    short = all(len(line.text) <= _LONGEST_SCRAP for line in paragraph.lines)
    ends = paragraph.lines[-1].text.endswith((".", "!", "?", ";"))
    return paragraph.kind in ("text", "term") and short and not ends and len(paragraph.lines) <= _FEWEST_LINES


def _joined_titles(paragraphs: Sequence[Paragraph], body: float) -> list[Paragraph]:
    """The paragraphs with the lines of a heading put together, which end where its words do."""
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        before = joined[-1] if joined else None
        if before is not None and _is_one_title(before, paragraph, body):
            before.lines += paragraph.lines
        else:
            joined.append(paragraph)
    return joined


def _is_one_title(first: Paragraph, second: Paragraph, body: float) -> bool:
    one, other = first.lines[-1], second.lines[0]
    alike = (one.size, one.bold, one.italic, one.page) == (other.size, other.bold, other.italic, other.page)
    if not alike or (first.kind, second.kind) != ("text", "text") or first.in_box != second.in_box:
        return False
    titles = one.size >= LARGER * body and len(first.lines) + len(second.lines) <= _TITLE_LINES
    below = 0 < one.y - other.y < _TITLE_STEP * one.size
    ends = one.text.endswith((".", ":", "?", "!")) or _ITEM.match(other.text) or _FIGURE.match(other.text)
    return titles and below and not ends and first.left == second.left


def _usual_steps(regions: Iterable[Region]) -> dict[float, float]:
    """The commonest step from a line to the next one, for each size of type."""
    steps: dict[float, Counter[float]] = {}
    for region in regions:
        for above, below in zip(region.lines, region.lines[1:], strict=False):
            step = above.y - below.y
            if above.size == below.size and 0 < step < 2.5 * above.size:
                steps.setdefault(above.size, Counter())[round(step * 4) / 4] += 1
    # Of steps that are nearly as common, the smaller one is that within paragraphs.
    return {
        size: min(step for step, count in found.items() if count >= 0.5 * max(found.values()))
        for size, found in steps.items()
        if found.total() >= _FEWEST_STEPS
    }


def _contents_lines(regions: Iterable[Region]) -> set[Line]:
    """The lines of contents lists: a title, leaders or a gap, and a page number, at least three on a page."""
    by_page: dict[int, list[Line]] = {}
    for region in regions:
        for line in region.lines if region.kind == "text" else ():
            number = line.text[line.label :].strip() if line.label else ""
            # Without leaders the number stands at the right edge, far from its title.
            far = line.hang is not None and line.hang > region.left + 0.6 * (region.right - region.left)
            if _CONTENTS.match(line.text) or (far and PAGE_NUMBER.fullmatch(number)):
                by_page.setdefault(line.page, []).append(line)
    return {line for lines in by_page.values() if len(lines) >= 3 and _rise(lines) for line in lines}


def _rise(lines: Sequence[Line]) -> bool:
    """Whether the page numbers of contents lines rise, but for a few that go on from another list."""
    pages = [int(page) for line in lines if (page := contents_entry([line])[1]).isdigit()]
    return 4 * sum(one > other for one, other in pairwise(pages)) <= len(pages)


def contents_entry(lines: Sequence[Line]) -> tuple[str, str]:
    """The title and the page of an entry of a contents list, which may take several lines."""
    *above, last = lines
    match = _CONTENTS.match(last.text)
    title, page = (
        (match["title"], match["page"]) if match else (last.text[: last.label], last.text[last.label :])
    )
    return " ".join([*(line.text.strip() for line in above), title.strip()]), page.strip()


def _is_wrapped_title(paragraph: Paragraph, line: Line) -> bool:
    """Whether lines above an entry of a contents list are its beginning."""
    last = paragraph.lines[-1]
    near = 0 < last.y - line.y < 1.5 * line.size and (last.size, last.bold) == (line.size, line.bold)
    return paragraph.kind in ("text", "item") and near and len(paragraph.lines) < 3 and line.x0 >= last.x0


def _paragraphs(region: Region, steps: dict[float, float], contents: set[Line]) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    for line in region.lines:
        last = paragraphs[-1] if paragraphs else None
        if last is not None and line in contents and _is_wrapped_title(last, line):
            last.lines.append(line)
            last.kind = "contents"
        elif last is None or line in contents or last.kind == "contents" or _begins(last, line, steps):
            kind: ParagraphKind = "contents" if line in contents else _kind(line)
            boxed = region.kind == "box"
            paragraphs.append(Paragraph(kind, [line], region.left, region.right, boxed, frame=region.frame))
        else:
            last.lines.append(line)
    return paragraphs


def _kind(line: Line) -> ParagraphKind:
    if _BULLET.match(line.text):
        return "bullet"
    # «1. Introduction» in bold is a heading.
    return "item" if _ITEM.match(line.text) and not line.bold else "text"


def _begins(paragraph: Paragraph, line: Line, steps: dict[float, float]) -> bool:
    last = paragraph.lines[-1]
    step = last.y - line.y
    if step <= 0 or abs(line.size - last.size) > SAME_SIZE * last.size:
        return True
    usual = steps.get(line.size, 1.3 * line.size)
    if step > _STEP * usual:
        return True
    # A raised number in a line pushes it down as well.
    opens = _OPENS.match(line.text) and not line.marks and not is_unfinished(last.text)
    if step > _SMALL_STEP * usual and opens:
        return True
    if line.marks and line.marks[0][0] == 0:
        return True
    # From the end, so that no line is looked at for each one that follows it.
    if not line.bold and line.text[0].isupper() and all(other.bold for other in reversed(paragraph.lines)):
        return True
    first = paragraph.lines[0]
    if line.hang is not None and first.hang is not None and abs(line.x0 - first.x0) < 1:
        return True  # the next entry of a list with labels
    broken = _is_cut_short(paragraph, line)
    if _kind(line) != "text" and (broken or line.hang is not None or _BULLET.match(line.text)):
        return not _is_middle_of_line(last, line, paragraph.right) or line.hang is not None
    # «(2) …» that stands as far in as the first line before it does not, as a rule, stand there by chance.
    alike = abs(line.x0 - first.x0) < 1 and line.x0 - paragraph.left > INDENT * line.size
    if _kind(line) == "item" and alike and not is_unfinished(last.text):
        return True
    if _is_indented(paragraph, line):
        return True
    return broken


def _is_middle_of_line(last: Line, line: Line, right: float) -> bool:
    """Whether a dash or a number that begins a line may as well have been wrapped from the line before."""
    dash = line.text[0] in "–—-"
    return dash and not is_broken(last, line, right) and line.hang is None


def is_broken(last: Line, line: Line, right: float) -> bool:
    """Whether the first word of a line would have had room on the line before."""
    if last.text.endswith("-") or goes_on_as_address(last.text, line.text):
        return False
    word = line.text.split(maxsplit=1)[0]
    letter = (line.x1 - (line.hang or line.x0)) / max(1, len(line.text) - line.label)
    return last.x1 + len(word) * letter + _ROOM * line.size < right


def _is_cut_short(paragraph: Paragraph, line: Line) -> bool:
    """Whether the line before ended early on purpose. In mid-sentence ragged lines leave room now and then, so
    there it must be much shorter than those around it, and what follows no small letter."""
    last = paragraph.lines[-1]
    few = len(last.text.split()) <= _FEW_WORDS and not line.text[0].islower()
    if few or not is_unfinished(last.text) or begins_address(line.text):
        return is_broken(last, line, paragraph.right)
    right = max(other.x1 for other in [*paragraph.lines[-_AROUND:], line])
    short = last.x1 - paragraph.left < _SHORT * (right - paragraph.left)
    return short and not line.text[0].islower() and is_broken(last, line, right)


def _is_indented(paragraph: Paragraph, line: Line) -> bool:
    """Whether a line stands further right than the ones before, or back left of a hanging paragraph."""
    first = paragraph.lines[0]
    indent = INDENT * line.size
    if len(paragraph.lines) == 1:
        if line.x0 < first.x0 - indent:
            # Behind an indented first line; but a heading or a centred line is no such line.
            return first.x0 - line.x0 > 4 * line.size and not _is_centred(first, line)
        note_number = (bool(first.marks) and first.marks[0][0] == 0) or first.text[0] in "*∗†‡"
        hangs = paragraph.kind != "text" or note_number or first.hang is not None
        hangs = hangs or (is_unfinished(first.text) and not is_broken(first, line, paragraph.right))
        return line.x0 > first.x0 + indent and not hangs and not _is_centred(first, line)
    usual = paragraph.lines[1].x0
    if _is_centred(paragraph.lines[-1], line):
        return False
    return abs(line.x0 - usual) > indent


def _is_centred(first: Line, second: Line) -> bool:
    return abs((first.x0 + first.x1) - (second.x0 + second.x1)) < 1.5 and abs(first.x0 - second.x0) > 2


def _with_terms(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Tell glossary entries: at least three in a row begin with a term, a gap and its explanation."""
    run: list[Paragraph] = []
    for paragraph in [*paragraphs, None]:
        if paragraph is not None and _has_term(paragraph):
            run.append(paragraph)
            continue
        if len(run) >= 3:
            for entry in run:
                entry.kind = "term"
        run = []
    return list(paragraphs)


def _has_term(paragraph: Paragraph) -> bool:
    first = paragraph.lines[0]
    return paragraph.kind == "text" and first.hang is not None and 0 < first.label <= 60


def text_of(
    lines: Sequence[Line], vocabulary: Vocabulary, *, in_cell: bool = False
) -> tuple[str, list[tuple[int, int]], list[tuple[int, int]]]:
    """The words of lines, their note marks, and the (offset, page) from which on they stand on a page."""
    done: list[str] = []
    length = 0  # of all that is done
    end = ""
    marks: list[tuple[int, int]] = []
    pages: list[tuple[int, int]] = []
    for line in lines:
        end = vocabulary.joined(end, line.text, in_cell=in_cell) if end else line.text
        start = length + len(end) - len(line.text.lstrip())
        _move_back(marks, start)
        marks += [(start + offset, number) for offset, number in line.marks]
        if not pages or pages[-1][1] != line.page:
            pages.append((start, line.page))
        done.append(end[:-_TAIL])
        length += len(done[-1])
        end = end[-_TAIL:]
    return "".join([*done, end]), marks, pages


def _move_back(marks: list[tuple[int, int]], end: int) -> None:
    """Move the marks that stand behind `end`: the hyphen before them went."""
    for place in range(len(marks) - 1, -1, -1):
        offset, number = marks[place]
        if offset <= end:
            return
        marks[place] = (end, number)


def without_bullet(text: str) -> str:
    """The words behind a bullet."""
    match = _BULLET.match(text)
    return text[match.end() :] if match else text
