"""The report as a web edition: headings and groups of blocks in reading order, ready to be drawn.

Every passage and every sentence has its id, which a citation leads to. What stands in one box, list or table
of the printed report is one group here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from a4a_qa.report import Block, Endnote, NoteMark, Pages, Report, Section, Sentence, Span
from a4a_qa.safeguarding.notices import OLD_CONTACT, Notices
from a4a_qa.service.pages.anchors import mark_anchors, section_anchors
from a4a_qa.service.pages.pieces import Piece, cut, touches
from a4a_qa.table_rows import cells_of

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
class Heading:
    """A section's heading; `level` is that of HTML, `path` tells to which section it belongs."""

    anchor: str
    title: str
    level: int
    page: Pages | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A sentence with its id, or what stands between two sentences, without one."""

    id: str | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A block: its sentences, and the same words as cells where it has several.

    `cells` are those of a table row, or the term and the meaning of a glossary entry. `passage` is the id
    of the passage that begins here; `is_head` is true of a table's column heads. All rows of a table are
    closed where one has to be.
    """

    passage: str | None
    runs: tuple[Run, ...]
    cells: tuple[tuple[Piece, ...], ...]
    is_row: bool
    is_head: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring blocks of one kind and section; a box has its heading inside."""

    kind: GroupKind
    blocks: tuple[Shown, ...]
    path: tuple[str, ...]
    columns: int
    has_contacts: bool
    heading: Heading | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """An endnote with the ids of the marks that lead to it."""

    endnote: Endnote
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """The whole report: `front` and `back` are what is printed before and behind what it has to say."""

    front: tuple[Heading | Group, ...]
    body: tuple[Heading | Group, ...]
    back: tuple[Heading | Group, ...]
    notes: tuple[Note, ...]
    anchors: Mapping[NoteMark, str]

    def anchors_in(self, blocks: Sequence[Shown]) -> Iterator[str]:
        """The ids of all that stands in some blocks: passages, sentences and note marks."""
        for block in blocks:
            ids = (block.passage, *(run.id for run in block.runs))
            yield from filter(None, ids)
            notes = (note for run in block.runs for piece in run.pieces for note in piece.notes)
            yield from (self.anchors[note] for note in notes)

    def contents(self) -> Iterator[tuple[Heading, tuple[Heading, ...]]]:
        """The top-level headings, each with those right below it."""
        headings = [item for item in self.body if isinstance(item, Heading)]
        for top in (heading for heading in headings if len(heading.path) == 1):
            yield top, tuple(h for h in headings if len(h.path) == 2 and h.path[0] == top.path[0])


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of a report's sentences and passages, by where these begin."""

    sentences: dict[int, str]
    passages: dict[int, str]


def edit(report: Report, names: Names, closed: Sequence[Span]) -> Edition:
    """The edition of a report; blocks that touch a place in `closed` stay closed until opened."""
    anchors = mark_anchors(report)
    typesetter = _Typesetter(report, names, closed)
    items: list[tuple[int, Heading | Group]] = [*_headings(report), *typesetter.groups()]
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


def _headings(report: Report) -> Iterator[tuple[int, Heading]]:
    for section, anchor in zip(report.sections, section_anchors(report), strict=True):
        level = min(len(section.path) + 1, _DEEPEST)
        yield section.start, Heading(anchor, section.path[-1], level, section.page, section.path)


def _with_boxed_headings(items: Sequence[Heading | Group]) -> Iterator[Heading | Group]:
    """The items, a heading that stands right before the box of its section drawn into the box."""
    waiting: Heading | None = None
    for item in items:
        if isinstance(item, Group) and waiting and item.kind == "box" and item.path == waiting.path:
            yield replace(item, heading=waiting)
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = item if isinstance(item, Heading) else None
        if isinstance(item, Group):
            yield item
    if waiting:
        yield waiting


def _notes(report: Report, anchors: Mapping[NoteMark, str]) -> tuple[Note, ...]:
    return tuple(
        Note(note, tuple(anchor for mark, anchor in anchors.items() if mark.number == note.number))
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
        """Each group with where it begins."""
        for (kind, path, _), run in groupby(self._report.blocks, key=self._key):
            blocks = list(run)
            shown = tuple(self._shown(block) for block in blocks)
            columns = max(len(block.cells) for block in shown)
            has_contacts = any(OLD_CONTACT in self._notices.of(block.start, block.end) for block in blocks)
            if kind == "table" and any(block.is_closed for block in shown):
                shown = tuple(replace(block, is_closed=True) for block in shown)
            yield blocks[0].start, Group(kind, shown, path, columns, has_contacts)

    def _key(self, block: Block) -> tuple[GroupKind, tuple[str, ...], int | None]:
        """What neighbouring blocks have in common when they are drawn as one."""
        table = self._tables.get(block.start)
        kind = _KINDS[block.kind] if table is None else "table"
        return kind, block.section, table

    def _shown(self, block: Block) -> Shown:
        sentences = self._report.sentences_in(block.start, block.end)
        return Shown(
            passage=self._names.passages.get(block.start),
            runs=tuple(self._runs(block, sentences)),
            cells=tuple(self._cells(block)),
            is_row=block.kind == "table_row",
            is_head=self._tables.get(block.start) == block.start,
            is_closed=touches(block, self._closed),
        )

    def _runs(self, block: Block, sentences: Sequence[Sentence]) -> Iterator[Run]:
        at = block.start
        for sentence in sentences:
            if at < sentence.start:
                yield Run(None, cut(self._report, at, sentence.start))
            pieces = cut(self._report, sentence.start, sentence.end)
            yield Run(self._names.sentences[sentence.start], pieces)
            at = sentence.end
        if at < block.end:
            yield Run(None, cut(self._report, at, block.end))

    def _cells(self, block: Block) -> Iterator[tuple[Piece, ...]]:
        text = self._report.slice(block)
        if block.kind == "glossary_entry":
            term, colon, _ = text.partition(": ")
            places = [(0, len(term))] + [(len(term) + len(colon), len(text))] * bool(colon)
        else:
            places = [(cell.start, cell.end) for cell in cells_of(text)]
        return (cut(self._report, block.start + start, block.start + end) for start, end in places)


def _tables(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Where each block of a table begins, with where its column heads do: heads, rows and what is between."""
    last_row = {
        block.context[0].start: block.end for block in blocks if block.kind == "table_row" and block.context
    }
    for head, end in last_row.items():
        yield from ((block.start, head) for block in blocks if head <= block.start < end)
