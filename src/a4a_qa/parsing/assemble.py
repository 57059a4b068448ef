"""Drafts → `Report`: the canonical text is written, and everything else becomes offsets into it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from a4a_qa.parsing.blocks import Draft
from a4a_qa.parsing.metadata import ContentsEntry
from a4a_qa.parsing.notes import pair
from a4a_qa.parsing.sentences import split_sentences
from a4a_qa.parsing.structure import place, read_lead_ins, read_tables
from a4a_qa.report.report import (
    UNDETERMINED,
    About,
    Block,
    Endnote,
    NoteMark,
    Pages,
    PageStart,
    Problem,
    Report,
    Section,
    Sentence,
    Span,
    exact_pages,
)
from a4a_qa.report.sources import read_sources
from a4a_qa.text.english import seems_english

# A longer glossary entry explains its term in several sentences.
_LONGEST_ENTRY = 300


def assemble(
    about: About,
    contents: Sequence[ContentsEntry],
    drafts: Sequence[Draft],
    endnotes: Sequence[Draft],
    back: Sequence[Draft],
    problems: Sequence[Problem],
    *,
    labels: Mapping[int, str] | None = None,
    front: bool = False,
) -> Report:
    """The report of the drafts of its body, its endnotes and its last pages.

    Sections, column heads and lead-ins are worked out here, alike for all formats; `front` is that of
    `structure.place`. With `labels`, the printed numbers of the pages of the file, pages are exact; without
    them, a place has the pages of its section.
    """
    odd = place(drafts, contents, front=front)
    for draft in drafts:
        draft.retrieved = draft.retrieved and not draft.scrap
    read_tables(drafts)
    read_lead_ins(drafts)
    text = _write([*drafts, *endnotes, *back])
    starts = tuple(_page_starts([*drafts, *endnotes, *back], labels or {}))
    page = _exact(starts) if starts else _by_section(contents)
    body = [_block(draft, page) for draft in drafts if draft.kind != "heading"]
    marks = tuple(_note_marks(drafts, page))
    last_path = drafts[-1].path if drafts else ()
    notes = tuple(_endnote(note, about.year, page(last_path, note.start, note.end)) for note in endnotes)
    sentences = tuple(_sentences(text, body, marks, {draft.start: draft.lead for draft in drafts}))
    if about.is_english and not seems_english(text[one.start : one.end] for one in sentences):
        about = replace(about, language=UNDETERMINED)
    return Report(
        about=about,
        text=text,
        sections=tuple(_sections(drafts, endnotes, page)),
        blocks=(*body, *(_back_block(draft, page) for draft in back)),
        sentences=sentences,
        note_marks=marks,
        endnotes=notes,
        problems=(*problems, *odd, *pair(marks, notes)),
        page_starts=starts,
    )


def _write(drafts: Sequence[Draft]) -> str:
    """The report's text; sets the `start` of every draft."""
    parts: list[str] = []
    length = 0
    for draft in drafts:
        gap = "" if not parts else " " if draft.same_line else "\n\n"
        parts += [gap, draft.text]
        draft.start = length + len(gap)
        length = draft.end
    return "".join(parts)


# Section path, start and end of a place → the pages on which it is printed.
_PageOf = Callable[[Sequence[str], int, int], Pages | None]


def _page_starts(drafts: Sequence[Draft], labels: Mapping[int, str]) -> Iterator[PageStart]:
    """Where the text continues on another page; it goes back and forth at text that was moved (footnotes)."""
    last = None
    for draft in drafts:
        for offset, page in draft.pages:
            if page != last and page in labels:
                yield PageStart(draft.start + offset, page, labels[page])
            last = page


def _exact(starts: Sequence[PageStart]) -> _PageOf:
    return lambda path, start, end: exact_pages(starts, start, end)


def _by_section(contents: Sequence[ContentsEntry]) -> _PageOf:
    pages = _pages_of(contents)
    return lambda path, start, end: pages.get(path[0]) if path else None


def _pages_of(contents: Sequence[ContentsEntry]) -> dict[str, Pages]:
    """The range of printed pages of each top-level section: up to the page on which the next one begins."""
    pages: dict[str, Pages] = {}
    for position, entry in enumerate(contents):
        if entry.page is None:
            continue
        last = contents[position + 1].page if position + 1 < len(contents) else None
        if last is None:
            label = f"{entry.page} ff."
        else:
            label = str(entry.page) if last == entry.page else f"{entry.page}–{last}"
        pages[entry.title] = Pages(entry.page, last, label, exact=False)
    return pages


def _block(draft: Draft, page_of: _PageOf) -> Block:
    assert draft.kind != "heading"
    context = tuple(Span(lead.start, lead.end) for lead in draft.context)
    page = page_of(draft.path, draft.start, draft.end)
    return Block(draft.kind, draft.start, draft.end, draft.path, page, context, draft.retrieved)


def _back_block(draft: Draft, page_of: _PageOf) -> Block:
    page = page_of((), draft.start, draft.end)
    return Block("other", draft.start, draft.end, (), page, retrieved=False)


def _note_marks(drafts: Sequence[Draft], page_of: _PageOf) -> Iterator[NoteMark]:
    """The note marks of the body; each is on the page of the character before it."""
    for draft in drafts:
        for offset, number in draft.marks:
            place = draft.start + offset
            yield NoteMark(number, place, page_of(draft.path, max(draft.start, place - 1), place))


def _endnote(note: Draft, year: int | None, page: Pages | None) -> Endnote:
    assert note.number is not None
    return Endnote(note.number, note.text, note.start, note.end, read_sources(note.text, year), page)


def _sections(drafts: Sequence[Draft], endnotes: Sequence[Draft], page_of: _PageOf) -> Iterator[Section]:
    """The sections; endnotes belong to the last one."""
    for section in _sections_of(drafts):
        path, start, last = section.path, section.first.start, section.last
        end = endnotes[-1].end if endnotes and last is drafts[-1] and path == last.path else last.end
        yield Section(path, start, end, page_of(path, start, end))


@dataclass(slots=True)
class _PlacedSection:
    """A section while it is read: its path, and its first and last draft so far."""

    path: tuple[str, ...]
    first: Draft
    last: Draft


def _sections_of(drafts: Sequence[Draft]) -> list[_PlacedSection]:
    """The sections, in the order of their headings."""
    sections: list[_PlacedSection] = []
    still_open: list[_PlacedSection] = []
    opening: Draft | None = None
    for draft in drafts:
        inside = [section for section in still_open if draft.path[: len(section.path)] == section.path]
        if not draft.footnote:  # which comes at the end of its page, perhaps inside another section
            again = draft.kind == "heading"
            still_open = [section for section in inside if not (again and section.path == draft.path)]
            inside = still_open
        for section in inside:
            section.last = draft
        if draft.kind == "heading" and draft.level == -1:
            opening = draft
        elif draft.kind == "heading":
            sections.append(_PlacedSection(draft.path, opening or draft, draft))
            still_open.append(sections[-1])
            opening = None
    return sections


def _sentences(
    text: str, blocks: Sequence[Block], marks: Sequence[NoteMark], leads: Mapping[int, int]
) -> Iterator[Sentence]:
    """The sentences of all blocks that are retrieved; a table row or short glossary entry is one sentence.

    `leads` are the lengths of the labels that blocks begin with, by start. A paragraph without a letter has
    no sentence.
    """
    marks = sorted(marks, key=lambda mark: mark.offset)
    offsets = [mark.offset for mark in marks]
    for block in blocks:
        if not block.retrieved:
            continue
        words = text[block.start : block.end]
        is_short = len(words) <= _LONGEST_ENTRY
        whole = block.kind == "table_row" or (block.kind == "glossary_entry" and is_short)
        if not whole and not re.search(r"[^\W\d_]", words):
            continue
        for start, end in [(0, len(words))] if whole else split_sentences(words, leads[block.start]):
            first, last = block.start + start, block.start + end
            own = marks[bisect_right(offsets, first) : bisect_right(offsets, last)]
            yield Sentence(first, last, tuple(mark.number for mark in own))
