"""Placed drafts → `Report`: the one text is written, and everything else becomes offsets into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from a4a_qa.reading.blocks import Draft
from a4a_qa.reading.endnotes import pair, read_sources
from a4a_qa.reading.metadata import ContentsEntry
from a4a_qa.reading.sentences import split_sentences
from a4a_qa.reading.structure import pages_of, sections_of
from a4a_qa.report import (
    About,
    Block,
    Endnote,
    NoteMark,
    Pages,
    Problem,
    Report,
    Section,
    Sentence,
    Span,
)


def assemble(
    about: About,
    contents: Sequence[ContentsEntry],
    drafts: Sequence[Draft],
    endnotes: Sequence[Draft],
    back: Sequence[Draft],
    problems: Sequence[Problem],
) -> Report:
    """The report of these drafts: the body, its endnotes, and what stands on the last pages."""
    text = _write([*drafts, *endnotes, *back])
    pages = pages_of(contents)
    body = [_block(draft, pages) for draft in drafts if draft.kind != "heading"]
    marks = tuple(
        NoteMark(number, draft.start + offset, _page(draft.path, pages))
        for draft in drafts
        for offset, number in draft.marks
    )
    notes = tuple(_endnote(note, about.year, _last_page(drafts, pages)) for note in endnotes)
    return Report(
        about=about,
        text=text,
        sections=tuple(_sections(drafts, endnotes, pages)),
        blocks=(*body, *(Block("other", d.start, d.end, (), None, retrieved=False) for d in back)),
        sentences=tuple(_sentences(text, body, marks)),
        note_marks=marks,
        endnotes=notes,
        problems=(*problems, *pair(marks, notes)),
    )


def _write(drafts: Sequence[Draft]) -> str:
    """The report's text; every draft is told where it starts."""
    parts: list[str] = []
    length = 0
    for draft in drafts:
        gap = "" if not parts else " " if draft.same_line else "\n\n"
        parts += [gap, draft.text]
        draft.start = length + len(gap)
        length = draft.end
    return "".join(parts)


def _page(path: Sequence[str], pages: dict[str, Pages]) -> Pages | None:
    return pages.get(path[0]) if path else None


def _last_page(drafts: Sequence[Draft], pages: dict[str, Pages]) -> Pages | None:
    return _page(drafts[-1].path, pages) if drafts else None


def _block(draft: Draft, pages: dict[str, Pages]) -> Block:
    assert draft.kind != "heading"
    context = tuple(Span(lead.start, lead.end) for lead in draft.context)
    page = _page(draft.path, pages)
    return Block(draft.kind, draft.start, draft.end, draft.path, page, context, draft.retrieved)


def _endnote(note: Draft, year: int | None, page: Pages | None) -> Endnote:
    assert note.number is not None
    return Endnote(note.number, note.text, note.start, note.end, read_sources(note.text, year), page)


def _sections(
    drafts: Sequence[Draft], endnotes: Sequence[Draft], pages: dict[str, Pages]
) -> Iterator[Section]:
    """The sections; the endnotes stand in the last one."""
    for path, first, last in sections_of(drafts):
        end = endnotes[-1].end if endnotes and last is drafts[-1] and path == last.path else last.end
        yield Section(path, first.start, end, _page(path, pages))


def _sentences(text: str, blocks: Sequence[Block], marks: Sequence[NoteMark]) -> Iterator[Sentence]:
    """The sentences of all that is retrieved; a table row or a glossary entry is one sentence."""
    for block in blocks:
        if not block.retrieved:
            continue
        whole = block.kind in ("table_row", "glossary_entry")
        words = text[block.start : block.end]
        for start, end in [(0, len(words))] if whole else split_sentences(words):
            first, last = block.start + start, block.start + end
            yield Sentence(first, last, tuple(m.number for m in marks if first < m.offset <= last))
