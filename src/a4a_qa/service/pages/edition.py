"""The report as a web edition: headings and groups of blocks in reading order, ready to be drawn.

Every passage, sentence, section and note mark has an id that survives a rebuild, for links to lead to. A box,
list or table of the printed report is one group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from a4a_qa.report.report import Block, Endnote, NoteMark, Pages, Report, Section, Sentence, Span
from a4a_qa.report.table_rows import cells_of
from a4a_qa.safeguarding.notices import OLD_CONTACT, Notices
from a4a_qa.service.pages.excerpt import Fragment, cut, touches

GroupKind = Literal["paragraphs", "bullets", "items", "box", "table", "glossary", "lines"]
_KINDS: dict[str, GroupKind] = {
    "paragraph": "paragraphs",
    "list_item": "bullets",
    "item": "items",
    "box": "box",
    "table_row": "table",
    "glossary_entry": "glossary",
    "other": "lines",
}
# HTML has six levels of headings, and the report's title is the first.
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class SectionHeading:
    """The heading of the section at `path`; `level` is that of HTML, from 2 to 6."""

    anchor: str
    title: str
    level: int
    page: Pages | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentenceRun:
    """A sentence with its id, or the text between two sentences with None."""

    id: str | None
    pieces: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block: its sentences, and the same words as cells.

    `cells` are those of a table row, or the term and the meaning of a glossary entry. `passage` is the id of
    the passage that begins with this block, `place` the block's own. `is_head` is true for a table's column
    heads. If one row of a table has to be closed, all are.
    """

    passage: str | None
    runs: tuple[SentenceRun, ...]
    cells: tuple[tuple[Fragment, ...], ...]
    is_row: bool
    is_head: bool
    is_closed: bool
    place: Span


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring blocks of one kind and section; a box has its heading inside."""

    kind: GroupKind
    blocks: tuple[ShownBlock, ...]
    path: tuple[str, ...]
    columns: int
    has_contacts: bool
    heading: SectionHeading | None = None


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """An endnote with the ids of the marks that lead to it."""

    endnote: Endnote
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """The whole report; `front` and `back` are printed before and after the text that is searched."""

    front: tuple[SectionHeading | Group, ...]
    body: tuple[SectionHeading | Group, ...]
    back: tuple[SectionHeading | Group, ...]
    notes: tuple[NoteEntry, ...]
    anchors: Mapping[NoteMark, str]

    def anchors_in(self, blocks: Sequence[ShownBlock]) -> Iterator[str]:
        """The ids of all passages, sentences and note marks in some blocks."""
        for block in blocks:
            ids = (block.passage, *(run.id for run in block.runs))
            yield from filter(None, ids)
            notes = (note for run in block.runs for piece in run.pieces for note in piece.notes)
            yield from (self.anchors[note] for note in notes)

    def closed(self) -> Iterator[Span]:
        """The places of all blocks that are closed until opened."""
        groups = (item for item in (*self.front, *self.body, *self.back) if isinstance(item, Group))
        return (block.place for group in groups for block in group.blocks if block.is_closed)

    def contents(self) -> Iterator[tuple[SectionHeading, tuple[SectionHeading, ...]]]:
        """The headings of the first level, each with those of the second below it."""
        headings = [item for item in self.body if isinstance(item, SectionHeading)]
        for top in (heading for heading in headings if len(heading.path) == 1):
            yield top, tuple(h for h in headings if len(h.path) == 2 and h.path[0] == top.path[0])


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of a report's sentences and passages, by their start in the text."""

    sentences: dict[int, str]
    passages: dict[int, str]


def edit(report: Report, names: Names, closed: Sequence[Span]) -> Edition:
    """The edition of a report; blocks that overlap a span in `closed` are closed until opened."""
    anchors = mark_anchors(report)
    typesetter = _Typesetter(report, names, closed)
    items: list[tuple[int, SectionHeading | Group]] = [*_headings(report), *typesetter.groups()]
    ordered = sorted(items, key=lambda item: (item[0], isinstance(item[1], Group)))
    said = [block for block in report.blocks if block.retrieved]
    first = min((s.start for s in report.sections if _holds(s, said)), default=said[0].start if said else 0)
    last = said[-1].end if said else 0
    return Edition(
        front=tuple(item for start, item in ordered if start < first),
        body=tuple(_with_boxed_headings([item for start, item in ordered if first <= start < last])),
        back=tuple(item for start, item in ordered if start >= last and isinstance(item, Group)),
        notes=_notes(report, anchors),
        anchors=anchors,
    )


def _holds(section: Section, blocks: Sequence[Block]) -> bool:
    return any(section.start <= block.start < section.end for block in blocks)


def _headings(report: Report) -> Iterator[tuple[int, SectionHeading]]:
    for section, anchor in zip(report.sections, section_anchors(report), strict=True):
        level = min(len(section.path) + 1, _DEEPEST)
        yield section.start, SectionHeading(anchor, section.path[-1], level, section.page, section.path)


def _with_boxed_headings(items: Sequence[SectionHeading | Group]) -> Iterator[SectionHeading | Group]:
    """The items, with a heading right before the box of its section moved into the box."""
    waiting: SectionHeading | None = None
    for item in items:
        if isinstance(item, Group) and waiting and item.kind == "box" and item.path == waiting.path:
            yield replace(item, heading=waiting)
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = item if isinstance(item, SectionHeading) else None
        if isinstance(item, Group):
            yield item
    if waiting:
        yield waiting


def _notes(report: Report, anchors: Mapping[NoteMark, str]) -> tuple[NoteEntry, ...]:
    return tuple(
        NoteEntry(note, tuple(anchor for mark, anchor in anchors.items() if mark.number == note.number))
        for note in report.endnotes
    )


class _Typesetter:
    """Turns the blocks of a report into groups."""

    def __init__(self, report: Report, names: Names, closed: Sequence[Span]) -> None:
        self._report = report
        self._names = names
        self._closed = closed
        self._notices = Notices(report, closed)
        self._tables = dict(_tables(report.blocks))

    def groups(self) -> Iterator[tuple[int, Group]]:
        """Each group with its start in the text."""
        for (kind, path, _), run in groupby(self._report.blocks, key=self._key):
            blocks = list(run)
            shown = tuple(self._shown(block) for block in blocks)
            columns = max(len(block.cells) for block in shown)
            has_contacts = any(OLD_CONTACT in self._notices.of(block.start, block.end) for block in blocks)
            if kind == "table" and any(block.is_closed for block in shown):
                shown = tuple(replace(block, is_closed=True) for block in shown)
            yield blocks[0].start, Group(kind, shown, path, columns, has_contacts)

    def _key(self, block: Block) -> tuple[GroupKind, tuple[str, ...], int | None]:
        """Neighbouring blocks with the same key are drawn as one group."""
        table = self._tables.get(block.start)
        kind = _KINDS[block.kind] if table is None else "table"
        return kind, block.section, table

    def _shown(self, block: Block) -> ShownBlock:
        sentences = self._report.sentences_in(block.start, block.end)
        return ShownBlock(
            passage=self._names.passages.get(block.start),
            runs=tuple(self._runs(block, sentences)),
            cells=tuple(self._cells(block)),
            is_row=block.kind == "table_row",
            is_head=self._tables.get(block.start) == block.start,
            is_closed=touches(block, self._closed),
            place=Span(block.start, block.end),
        )

    def _runs(self, block: Block, sentences: Sequence[Sentence]) -> Iterator[SentenceRun]:
        at = block.start
        for sentence in sentences:
            if at < sentence.start:
                yield SentenceRun(None, cut(self._report, at, sentence.start))
            pieces = cut(self._report, sentence.start, sentence.end)
            yield SentenceRun(self._names.sentences[sentence.start], pieces)
            at = sentence.end
        if at < block.end:
            yield SentenceRun(None, cut(self._report, at, block.end))

    def _cells(self, block: Block) -> Iterator[tuple[Fragment, ...]]:
        text = self._report.slice(block)
        if block.kind == "glossary_entry":
            term, colon, _ = text.partition(": ")
            places = [(0, len(term))] + [(len(term) + len(colon), len(text))] * bool(colon)
        else:
            places = [(cell.start, cell.end) for cell in cells_of(text)]
        return (cut(self._report, block.start + start, block.start + end) for start, end in places)


def _tables(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """(its start, the start of its column heads) of each block in a table: heads, rows and all between."""
    last_row = {
        block.context[0].start: block.end for block in blocks if block.kind == "table_row" and block.context
    }
    for head, end in last_row.items():
        yield from ((block.start, head) for block in blocks if head <= block.start < end)


def section_anchors(report: Report) -> tuple[str, ...]:
    """An id for each section, made from its path; equal ones are numbered."""
    taken: set[str] = set()
    return tuple(_free(_slug(section), taken) for section in report.sections)


def mark_anchors(report: Report) -> Mapping[NoteMark, str]:
    """An id for each note mark, made from its number; the marks of one endnote are numbered."""
    taken: set[str] = set()
    return {mark: _free(f"mark-{mark.number}", taken) for mark in report.note_marks}


def _slug(section: Section) -> str:
    words = (re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") for title in section.path)
    # The prefix keeps a title such as "Endnote 3" apart from the page's other ids.
    return "section-" + "--".join(words)


def _free(wanted: str, taken: set[str]) -> str:
    anchor, repeat = wanted, 1
    while anchor in taken:
        repeat += 1
        anchor = f"{wanted}-{repeat}"
    taken.add(anchor)
    return anchor
