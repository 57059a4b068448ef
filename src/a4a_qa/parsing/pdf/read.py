"""`read_pdf`: a PDF file → `Report`, the same as from Markdown, with exact pages."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from a4a_qa.errors import ReportError
from a4a_qa.parsing.assemble import assemble
from a4a_qa.parsing.blocks import Draft
from a4a_qa.parsing.bracket_marks import take_bracket_marks
from a4a_qa.parsing.metadata import ContentsEntry, Metadata
from a4a_qa.parsing.pdf.file import listed, read_file
from a4a_qa.parsing.pdf.furniture import without_furniture
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.headings import Heading, find_headings, with_labels
from a4a_qa.parsing.pdf.layout import Region, read_layout
from a4a_qa.parsing.pdf.lines import Line, read_lines
from a4a_qa.parsing.pdf.mending import mended
from a4a_qa.parsing.pdf.notes import Endnotes, find_endnotes, take_footnotes, without_sign
from a4a_qa.parsing.pdf.page import OutlineEntry, Page, PdfFile
from a4a_qa.parsing.pdf.paragraphs import (
    Paragraph,
    contents_entry,
    read_paragraphs,
    text_of,
    without_bullet,
)
from a4a_qa.parsing.pdf.words import STRAY_SIGNS, Vocabulary
from a4a_qa.parsing.structure import place, read_lead_ins, read_tables
from a4a_qa.report import BlockKind, Problem, Report

# Reading a file takes no longer than this; a report of 300 pages takes some ten seconds.
_MOST_SECONDS = 240.0
# After this share of it no more pages are drawn, after that one no more are laid out. What comes behind takes
# half as long as drawing, so that a long report loses nothing but its last pages; where it takes longer, no
# part of it can be left out, and the file is refused.
_DRAWN, _LAID_OUT = 0.5, 0.75

_KINDS: dict[str, BlockKind] = {
    "text": "paragraph",
    "bullet": "list_item",
    "item": "item",
    "term": "glossary_entry",
    "contents": "other",
    "footnote": "other",
    "label": "paragraph",
    "figure": "other",
}
# A line of its own that is shorter than this and ends without a stop is no prose (a name, an address).
_SHORTEST_PROSE = 60

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _Deadline:
    """The time, as `time.monotonic` counts, at which a file has to be read."""

    path: Path
    time: float

    def check(self) -> None:
        """Raises ReportError when the time is up."""
        if time.monotonic() > self.time:
            raise ReportError(
                f"Reading {self.path} takes longer than {_MOST_SECONDS:.0f} seconds, the most that a file is "
                "given. Split it, or give the report as Markdown."
            )

    def each(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """The items, as long as there is time for them; then raises ReportError."""
        for item in items:
            self.check()
            yield item


def read_pdf(path: Path, metadata: Metadata, password: str | None = None) -> Report:
    """The report in a PDF file. Raises ReportError when it cannot be read in time, or holds no text.

    Without a title in `report.toml`, that of the file's own data is taken. The hints for reading in
    `report.toml` are not used: they tell what a printed page shows.
    """
    started = time.monotonic()
    file = read_file(path, password, deadline=started + _DRAWN * _MOST_SECONDS)
    file, regions, labels = _regions(file, started + _LAID_OUT * _MOST_SECONDS)
    if not regions and any(page.problem for page in file.pages):
        raise ReportError(f"{path} has no text that can be read. {listed(file.pages)}")
    if not regions:
        raise ReportError(f"{path} has no text on any of its {len(file.pages)} pages, which are blank.")
    if metadata.about.title == path.stem and file.title:
        metadata = replace(metadata, about=replace(metadata.about, title=file.title))
    return _report(file, regions, labels, metadata, _Deadline(path, started + _MOST_SECONDS))


def _regions(file: PdfFile, deadline: float) -> tuple[PdfFile, list[Region], dict[int, str]]:
    """The regions of all pages in reading order, and the printed label of each page.

    The file comes back with the pages named that were not laid out because the deadline had passed.
    """
    lines = {
        page.number: read_lines(page.runs, page.number, page.shapes) if time.monotonic() <= deadline else []
        for page in file.pages
    }
    lines = _with_plain_hyphens(lines)
    heights = {page.number: page.height for page in file.pages}
    told = {page.number: page.label for page in file.pages if page.label}
    kept, printed = without_furniture(lines, heights, told)
    regions: list[Region] = []
    pages: list[Page] = []
    for page in file.pages:
        has_lines = bool(kept[page.number]) or (bool(page.runs) and not lines[page.number])
        if has_lines and time.monotonic() > deadline:
            late = f"Page {page.number} was left out, as reading the pages before took too long."
            pages.append(replace(page, problem=late))
            continue
        pages.append(page)
        regions += read_layout(kept[page.number], page.shapes, Shape(0, 0, page.width, page.height))
    labels = {page.number: page.label or printed.get(page.number) or str(page.number) for page in file.pages}
    return replace(file, pages=tuple(pages)), regions, labels


def _with_plain_hyphens(lines: dict[int, list[Line]]) -> dict[int, list[Line]]:
    """The lines with hyphens for the soft ones of a file that has them amid its lines.

    Some programs call every hyphen a soft one; seen within a line it parts the halves of a compound.
    """
    texts = [line.text.rstrip() for found in lines.values() for line in found]
    at_end = sum(text.endswith("\xad") for text in texts)
    inside = sum(text.count("\xad") for text in texts) - at_end
    if inside <= STRAY_SIGNS * at_end:
        return lines
    return {
        page: [replace(line, text=line.text.replace("\xad", "-")) for line in found]
        for page, found in lines.items()
    }


def _report(
    file: PdfFile, regions: Sequence[Region], labels: dict[int, str], metadata: Metadata, deadline: _Deadline
) -> Report:
    vocabulary = Vocabulary([line.text for region in deadline.each(regions) for line in region.lines])
    paragraphs, footnotes = take_footnotes(
        read_paragraphs(regions), {page.number: page.shapes for page in file.pages}
    )
    paragraphs = with_labels(mended(paragraphs))
    deadline.check()
    headings = find_headings(paragraphs, file.outline)
    deadline.check()
    endnotes = find_endnotes(paragraphs, headings, footnotes.numbered)
    body, back = _drafts(deadline.each(enumerate(paragraphs)), headings, endnotes, vocabulary)
    notes = []
    for note in deadline.each([*footnotes.numbered, *endnotes.numbered]):
        text, marks, pages = text_of(note.lines, vocabulary)
        notes.append(Draft("other", text, marks, 0, number=note.number, pages=pages))
    notes.sort(key=lambda note: note.number or 0)
    take_bracket_marks(body, notes)
    contents = metadata.contents or _contents(paragraphs, file.outline)
    odd = place(body, contents)
    for draft in body:
        draft.retrieved = draft.retrieved and not draft.figure
    read_tables(body)
    read_lead_ins(body)
    deadline.check()
    problems = [Problem("page", page.problem) for page in file.pages if page.problem]
    if footnotes.renumbered:
        problems.append(
            Problem("renumbered", "The notes are numbered anew on each page; here they are counted through.")
        )
    return assemble(metadata.about, contents, body, notes, back, (*problems, *odd), labels)


def _contents(paragraphs: Sequence[Paragraph], outline: Sequence[OutlineEntry]) -> tuple[ContentsEntry, ...]:
    """The top-level sections: those of the contents list that stand furthest left, or else of the outline."""
    listed = [paragraph for paragraph in paragraphs if paragraph.kind == "contents"]
    if listed:
        left = min(paragraph.lines[0].x0 for paragraph in listed)
        top = [p for p in listed if p.lines[0].x0 < left + 0.5 * p.size]
        return tuple(ContentsEntry(contents_entry(p.lines)[0], None) for p in top)
    depth = min((entry.depth for entry in outline), default=0)
    while sum(entry.depth == depth for entry in outline) == 1 and any(e.depth > depth for e in outline):
        depth += 1  # a single entry above all others is the report itself
    return tuple(ContentsEntry(entry.title, None) for entry in outline if entry.depth == depth)


def _drafts(
    paragraphs: Iterable[tuple[int, Paragraph]],
    headings: dict[int, Heading],
    endnotes: Endnotes,
    vocabulary: Vocabulary,
) -> tuple[list[Draft], list[Draft]]:
    """The drafts of the body, and of what stands behind the endnotes, of paragraphs with their positions."""
    drafts: list[Draft] = []
    back: list[Draft] = []
    for position, paragraph in paragraphs:
        if position in endnotes.taken and paragraph.kind != "footnote":
            continue
        target = back if endnotes.taken and position >= endnotes.taken.stop else drafts
        if paragraph.table is not None:
            target += _rows(paragraph, vocabulary)
        elif position in headings:
            text, marks, pages = text_of(paragraph.lines, vocabulary)
            level = headings[position].level
            target.append(Draft("heading", text, marks, 0, level=level, in_box=paragraph.in_box, pages=pages))
        else:
            target.append(_draft(paragraph, vocabulary))
    return drafts, back


def _draft(paragraph: Paragraph, vocabulary: Vocabulary) -> Draft:
    footnote = paragraph.kind == "footnote"
    text, marks, pages = text_of(paragraph.lines, vocabulary)
    shown = text
    if paragraph.kind == "bullet":
        shown = without_bullet(text)
    elif footnote:
        shown = without_sign(text)
    elif paragraph.kind == "contents":
        shown = "\t".join(contents_entry(paragraph.lines))
    cut = len(text) - len(shown) if paragraph.kind != "contents" else 0
    marks = [(max(0, offset - cut), number) for offset, number in marks]
    pages = [(max(0, offset - cut), page) for offset, page in pages]
    kind = _KINDS[paragraph.kind]
    alone = (
        len(paragraph.lines) == 1
        and len(text) < _SHORTEST_PROSE
        and not text.endswith((".", ":", "?", "!", "”", '"'))
    )
    if kind == "paragraph" and alone:
        kind = "other"
    elif kind == "paragraph" and paragraph.in_box:
        kind = "box"
    return Draft(
        kind, shown, marks, 0, footnote=footnote, in_box=paragraph.in_box,
        contents_row=paragraph.kind == "contents", figure=paragraph.kind == "figure", pages=pages,
    )  # fmt: skip


def _rows(paragraph: Paragraph, vocabulary: Vocabulary) -> list[Draft]:
    """A draft for each row of a table; its cells are parted by tabs, empty ones kept."""
    rows: list[Draft] = []
    assert paragraph.table is not None
    for cells in paragraph.table.rows:
        text = ""
        marks: list[tuple[int, int]] = []
        for number, cell in enumerate(cells):
            words, found, _ = text_of(cell, vocabulary, in_cell=True)
            text += "\t" * (number > 0)
            marks += [(len(text) + offset, value) for offset, value in found]
            text += words
        pages = [(0, line.page) for cell in cells for line in cell][:1]
        rows.append(Draft("table_row", text.rstrip("\t"), marks, 0, pages=pages))
    return rows
