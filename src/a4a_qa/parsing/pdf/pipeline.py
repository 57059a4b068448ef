"""`read_pdf`: a PDF file → `Report`, like one from Markdown but with exact pages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from a4a_qa.errors import ReportError
from a4a_qa.parsing.about import Clues, complete
from a4a_qa.parsing.assemble import assemble
from a4a_qa.parsing.blocks import Draft
from a4a_qa.parsing.metadata import ContentsEntry, Metadata
from a4a_qa.parsing.notes import take_bracket_marks, write_out_raised
from a4a_qa.parsing.pdf.door import words_in
from a4a_qa.parsing.pdf.file import OutlineEntry, PdfFile, Shape, listed, read_file
from a4a_qa.parsing.pdf.footnotes import SMALL, Notes, find_endnotes, take_footnotes, without_sign
from a4a_qa.parsing.pdf.headings import CAPTION, depths, find_headings, with_labels
from a4a_qa.parsing.pdf.hyphenation import KnownWords
from a4a_qa.parsing.pdf.layout import Region, read_layout
from a4a_qa.parsing.pdf.lines import Line, read_lines, without_furniture
from a4a_qa.parsing.pdf.paragraphs import (
    Paragraph,
    body_size,
    contents_entry,
    mended,
    read_paragraphs,
    text_of,
    without_bullet,
)
from a4a_qa.report.report import BlockKind, Problem, Report

# Seconds for one file (300 pages take some ten), and the shares of them after which no more pages are drawn
# or laid out.
_MOST_SECONDS, _DRAWN, _LAID_OUT = 240.0, 0.5, 0.75
# If a smaller share of the file's words arrives in the report, it is refused, or comes with a warning.
_REFUSED, _WARNED = 0.5, 0.85

_KINDS: dict[str, BlockKind] = {
    "text": "paragraph",
    "label": "paragraph",
    "bullet": "list_item",
    "item": "item",
    "term": "glossary_entry",
}
# A shorter line of its own that does not end like a sentence is not prose (a name, an address).
_SHORTEST_PROSE = 60


def read_pdf(path: Path, metadata: Metadata, password: str | None = None, *, anyway: bool = False) -> Report:
    """The report in a PDF file; `anyway` accepts one that loses most of its words.

    Raises ReportError if the file cannot be read in time, has no text, or if less than half of its words
    arrive. `[reading]` in report.toml is not used: it tells what a printed page shows by itself.
    """
    begun = time.monotonic()

    def passed(share: float) -> bool:
        return time.monotonic() > begun + share * _MOST_SECONDS

    def check() -> None:
        if passed(1.0):
            raise ReportError(
                f"Reading {path} takes longer than {_MOST_SECONDS:.0f} seconds, the limit for a file. "
                "Split it, or give the report as Markdown."
            )

    file = read_file(path, password, begun + _DRAWN * _MOST_SECONDS)
    lines = {
        p.number: [] if passed(_LAID_OUT) else read_lines(p.runs, p.number, p.shapes) for p in file.pages
    }
    kept, printed = without_furniture(lines, {page.number: page.height for page in file.pages})
    labels = {page.number: page.label or printed.get(page.number) or str(page.number) for page in file.pages}
    laid_out = {
        page.number: read_layout(kept[page.number], page.shapes, Shape(0, 0, page.width, page.height))
        for page in file.pages
        if not passed(_LAID_OUT)
    }
    regions = [*chain(*laid_out.values())]
    if not regions:
        problems = listed(file.pages) or f"All of its {len(file.pages)} pages are blank."
        raise ReportError(f"{path} has no text that can be read. {problems}")
    late = "was left out, as reading the pages before took too long."
    pages = tuple(
        page
        if page.number in laid_out or not page.runs
        else replace(page, problem=f"Page {page.number} {late}")
        for page in file.pages
    )
    about = complete(metadata.about, _clues(file, lines, kept), given=metadata.given)
    report = _report(replace(file, pages=pages), regions, labels, replace(metadata, about=about), check)
    return _checked(report, file, path, anyway=anyway)


def _clues(file: PdfFile, lines: Mapping[int, Sequence[Line]], kept: Mapping[int, Sequence[Line]]) -> Clues:
    """The clues to title, publisher and year: metadata, cover, heads and feet, and the last page."""
    recurring = {
        re.sub(r"\d+", "#", line.text): line.text
        for page, found in lines.items()
        for line in {*found}.difference(kept[page])
    }
    return Clues(
        title=file.title,
        author=file.author,
        declared_in="the PDF's own data",
        cover=tuple((line.text, line.size) for page in (1, 2) for line in lines.get(page, ())),
        feet=tuple(recurring.values()),
        back=tuple(line.text for line in lines[len(file.pages)]),
        created_year=file.created,
    )


def _report(
    file: PdfFile,
    regions: Sequence[Region],
    labels: dict[int, str],
    metadata: Metadata,
    check: Callable[[], None],
) -> Report:
    vocabulary = KnownWords([line.text for region in regions for line in region.lines])
    shapes = {page.number: page.shapes for page in file.pages}
    paragraphs, footnotes = take_footnotes(read_paragraphs(regions), shapes)
    check()
    paragraphs = with_labels(mended(paragraphs))
    levels = find_headings(paragraphs, file.outline)
    check()
    endnotes = find_endnotes(paragraphs, levels, footnotes.numbered)
    body, back = _drafts(paragraphs, levels, endnotes, vocabulary)
    notes = []
    for note in sorted([*footnotes.numbered, *endnotes.numbered], key=lambda note: note.number):
        text, marks, pages = text_of(note.lines, vocabulary)
        notes.append(Draft("other", text, marks, 0, number=note.number, pages=pages))
    check()
    take_bracket_marks(body, notes)
    contents = metadata.contents or _contents(paragraphs, file.outline)
    problems = [Problem("page", page.problem) for page in file.pages if page.problem]
    problems += write_out_raised(body, {note.number for note in notes if note.number})
    write_out_raised([*notes, *back], set())
    if footnotes.renumbered:
        message = "The numbers of notes start again on each page; here they run through."
        problems.append(Problem("renumbered", message))
    front = not metadata.contents
    report = assemble(metadata.about, contents, body, notes, back, problems, labels=labels, front=front)
    check()
    return report


def _checked(report: Report, file: PdfFile, path: Path, *, anyway: bool) -> Report:
    """The report, with a warning if it lacks many of the words that pypdf finds in the file."""
    total = file.words.total()
    share = (file.words & words_in(report.text)).total() / total if total else 1.0
    if share < _REFUSED and not anyway:
        raise ReportError(
            f"Only {share:.0%} of the words of {path} could be extracted: the layout of its pages is not "
            "understood. Give the report as Markdown, or accept what there is with --anyway."
        )
    if share < _WARNED:
        lost = "the others stand in heads, feet or drawings, or are lost."
        problem = Problem("words_lost", f"{share:.0%} of the file's words arrived; {lost}")
        return replace(report, problems=(problem, *report.problems))
    return report


def _contents(paragraphs: Sequence[Paragraph], outline: Sequence[OutlineEntry]) -> tuple[ContentsEntry, ...]:
    """The top-level sections: the outermost entries of the contents list, or else of the outline."""
    entries = [paragraph for paragraph in paragraphs if paragraph.kind == "contents"]
    if entries:
        left = min(paragraph.lines[0].x0 for paragraph in entries)
        top = [contents_entry(p).split("\t")[0] for p in entries if p.lines[0].x0 < left + 0.5 * p.size]
        return tuple(ContentsEntry(title, None) for title in top if not CAPTION.match(title))
    depth = min((entry.depth for entry in outline), default=0)
    while sum(entry.depth == depth for entry in outline) == 1 and any(e.depth > depth for e in outline):
        depth += 1  # a single entry above all others is the report itself
    titles = [entry.title for entry in outline if entry.depth == depth]
    # An outline may list all headings on one level; then their numbers tell which are the highest.
    return tuple(
        ContentsEntry(title, None) for title, deep in zip(titles, depths(titles), strict=True) if not deep
    )


def _drafts(
    paragraphs: Sequence[Paragraph],
    levels: Mapping[int, int],
    endnotes: Notes,
    vocabulary: KnownWords,
) -> tuple[list[Draft], list[Draft]]:
    """The drafts of the body, and of what follows the endnotes."""
    body = body_size(paragraphs)
    drafts: list[Draft] = []
    back: list[Draft] = []
    for position, paragraph in enumerate(paragraphs):
        if position in endnotes.taken and paragraph.kind != "footnote":
            continue
        target = back if endnotes.taken and position >= endnotes.taken.stop else drafts
        if paragraph.table is not None:
            target += (_row(cells, vocabulary) for cells in paragraph.table.rows)
        else:
            level = levels.get(position, 0)
            is_small = paragraph.size <= SMALL * body and not paragraph.in_box and not level
            target.append(_draft(paragraph, vocabulary, level=level, small=is_small))
    return drafts, back


def _draft(paragraph: Paragraph, vocabulary: KnownWords, *, level: int, small: bool) -> Draft:
    text, marks, pages = text_of(paragraph.lines, vocabulary)
    shown = text
    if paragraph.kind == "bullet":
        shown = without_bullet(text)
    elif paragraph.kind == "footnote":
        shown = without_sign(text)
    cut = len(text) - len(shown)
    kind = _KINDS.get(paragraph.kind, "other")
    is_line = len(paragraph.lines) == 1 and len(text) < _SHORTEST_PROSE
    if kind == "paragraph" and is_line and not text.endswith((".", ":", "?", "!", "”", '"')):
        kind = "other"
    elif kind == "paragraph" and paragraph.in_box:
        kind = "box"
    in_contents = paragraph.kind == "contents"
    return Draft(
        "heading" if level else kind,
        contents_entry(paragraph) if in_contents else shown,
        [(max(0, offset - cut), number) for offset, number in marks],
        0,
        level=level,
        footnote=paragraph.kind == "footnote",
        small=small,
        in_box=paragraph.in_box,
        contents_row=in_contents,
        scrap=paragraph.kind == "scrap",
        pages=[(max(0, offset - cut), page) for offset, page in pages],
    )


def _row(cells: Iterable[Sequence[Line]], vocabulary: KnownWords) -> Draft:
    """A row of a table: its cells with tabs between them, empty ones included."""
    text = ""
    marks: list[tuple[int, int]] = []
    for number, cell in enumerate(cells := list(cells)):
        words, found, _ = text_of(cell, vocabulary, in_cell=True)
        text += "\t" * (number > 0)
        marks += [(len(text) + offset, value) for offset, value in found]
        text += words
    pages = [(0, line.page) for line in chain(*cells)][:1]
    return Draft("table_row", text.rstrip("\t"), marks, 0, pages=pages)
