"""A report as one text and the places in it.

`Report.text` is the only text there is. Sections, blocks, sentences, note marks and endnotes are
offsets into it, so a quote is always `report.text[start:end]` and nothing is ever written twice.
Offsets count Unicode code points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol, get_args

BlockKind = Literal["paragraph", "list_item", "box", "table_row", "glossary_entry", "item", "other"]
BLOCK_KINDS: tuple[str, ...] = get_args(BlockKind)
SourceKind = Literal["web", "communication", "publication"]
# The code of a language that is not known.
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the report's text: `start` inclusive, `end` exclusive."""

    start: int
    end: int


class Place(Protocol):
    """Anything with a start and an end in the report's text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def overlap(one: Place, other: Place) -> bool:
    """Whether two places share a character."""
    return one.start < other.end and other.start < one.end


@dataclass(frozen=True, slots=True)
class Pages:
    """Where something is printed: one page when `exact`, otherwise the range of its section."""

    first: int
    last: int | None
    label: str
    exact: bool

    @property
    def as_cited(self) -> str:
        """How a reference names them: "p. 12", "pp. 16–21"."""
        return f"{'p.' if self.first == self.last else 'pp.'} {self.label}"


@dataclass(frozen=True, slots=True)
class PageStart:
    """From `offset` on, up to the next one, the text is printed on this page.

    `page` counts the pages of the file from 1, `label` is what is printed on it ("iv", "12").
    """

    offset: int
    page: int
    label: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all that stands below it, sub-sections included; `start` is that of the heading."""

    path: tuple[str, ...]
    start: int
    end: int
    page: Pages | None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, paragraph of a box, table row, glossary entry or numbered item.

    `context` are the places that it cannot be read without (column heads, a lead-in). Only `retrieved`
    blocks answer questions; the title page, the imprint and the contents list do not.
    """

    kind: BlockKind
    start: int
    end: int
    section: tuple[str, ...]
    page: Pages | None
    context: tuple[Span, ...] = ()
    retrieved: bool = True


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block, with the numbers of the note marks in it."""

    start: int
    end: int
    endnotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The place of a superscript number: it stands right before `offset`'s character."""

    number: int
    offset: int
    page: Pages | None


@dataclass(frozen=True, slots=True)
class Source:
    """One source of an endnote. `url` is null for a printed work and for a direct communication.

    `accessed` is an ISO date; `page` is the page that the endnote cites, as printed.
    """

    kind: SourceKind
    url: str | None
    archived_url: str | None
    accessed: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Endnote:
    """A numbered note with its sources; `text` equals the report's text from `start` to `end`."""

    number: int
    text: str
    start: int
    end: int
    sources: tuple[Source, ...]
    page: Pages | None

    def to_dict(self) -> dict[str, Any]:
        """Number, text and sources as plain values, in the order of the answer contract."""
        sources = [
            {
                "url": s.url,
                "archived_url": s.archived_url,
                "accessed": s.accessed,
                "page": s.page,
                "kind": s.kind,
            }
            for s in self.sources
        ]
        return {"number": self.number, "text": self.text, "sources": sources}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd but usable that was found while reading; `line` counts from 1 in the file."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What is known about a report as a publication; `examples` are questions to begin with, and `pdf_url` is
    where the PDF that it was published as can be fetched. `language` is a code, "und" where the text turned
    out to be in another language than English.

    `origins` tells where title, publisher, year and country come from: "report.toml", "the cover".
    """

    id: str
    title: str
    publisher: str | None = None
    year: int | None = None
    edition: str | None = None
    country: str | None = None
    language: str = "en"
    rights: str | None = None
    pdf_url: str | None = None
    examples: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_english(self) -> bool:
        """Whether it is in the only language that models and word lists know."""
        return self.language.casefold().startswith("en")

    def short(self) -> dict[str, Any]:
        """What goes along with everything that is said of the report, as plain values."""
        names = ("id", "title", "publisher", "year", "edition")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Report:
    """One published document: one canonical text plus the places in it, each list in reading order."""

    about: About
    text: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    note_marks: tuple[NoteMark, ...]
    endnotes: tuple[Endnote, ...]
    problems: tuple[Problem, ...] = ()
    page_starts: tuple[PageStart, ...] = ()

    def slice(self, place: Place) -> str:
        """The words at a place."""
        return self.text[place.start : place.end]

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _mark_offsets(self) -> list[int]:
        return [mark.offset for mark in self.note_marks]

    @cached_property
    def _endnotes_by_number(self) -> dict[int, Endnote]:
        return {note.number: note for note in reversed(self.endnotes)}

    def block_at(self, offset: int) -> Block | None:
        """The block that holds the character at `offset`, or None between blocks."""
        index = bisect_right(self._block_starts, offset) - 1
        if index < 0 or self.blocks[index].end <= offset:
            return None
        return self.blocks[index]

    def position_of(self, sentence: Sentence) -> int:
        """The position of one of its sentences."""
        return bisect_left(self._sentence_starts, sentence.start)

    def text_of(self, position: int) -> str:
        """The words of the sentence at `position`."""
        return self.slice(self.sentences[position])

    def block_of(self, position: int) -> Block | None:
        """The block that the sentence at `position` stands in, or None outside of all blocks."""
        return self.block_at(self.sentences[position].start)

    @cached_property
    def sentence_sections(self) -> tuple[tuple[str, ...], ...]:
        """The path of the section that each sentence stands in, by position; empty outside of all blocks."""
        blocks = map(self.block_of, range(len(self.sentences)))
        return tuple(block.section if block else () for block in blocks)

    def sentences_in(self, start: int, end: int) -> tuple[Sentence, ...]:
        """The sentences that begin in `start:end`."""
        starts = self._sentence_starts
        return self.sentences[bisect_left(starts, start) : bisect_left(starts, end)]

    def beside(self, position: int) -> tuple[int, ...]:
        """The positions of the sentences before and behind the one at `position`, in its block."""
        block = self.block_of(position)
        near = (one for one in (position - 1, position + 1) if 0 <= one < len(self.sentences))
        return tuple(one for one in near if block and block.start <= self.sentences[one].start < block.end)

    def positions_touched(self, start: int, end: int) -> range:
        """The positions of the sentences that lie in or on `start:end`, in whatever block."""
        starts = self._sentence_starts
        first, last = max(0, bisect_right(starts, start) - 1), bisect_right(starts, end - 1)
        if first < last and self.sentences[first].end <= start:
            first += 1
        return range(first, last)

    def sentences_touched(self, place: Span) -> tuple[Sentence, ...]:
        """The sentences that a place lies in or on, none when it is in no block."""
        block = self.block_at(place.start)
        inside = self.sentences_in(block.start, place.end) if block else ()
        return tuple(sentence for sentence in inside if sentence.end > place.start)

    def marks_in(self, start: int, end: int) -> tuple[NoteMark, ...]:
        """The note marks of `start:end`: a mark right behind the last character belongs to it."""
        offsets = self._mark_offsets
        return self.note_marks[bisect_right(offsets, start) : bisect_right(offsets, end)]

    def endnote(self, number: int) -> Endnote | None:
        """The endnote with this number, the first one if the report uses the number twice."""
        return self._endnotes_by_number.get(number)

    def sentences_on(self, number: int) -> tuple[Sentence, ...]:
        """Every sentence that carries the mark of this endnote."""
        return tuple(sentence for sentence in self.sentences if number in sentence.endnotes)

    def next_endnote(self, sentence: Sentence) -> int | None:
        """The next mark of the same block, for a sentence that has none of its own."""
        block = self.block_at(sentence.start)
        if sentence.endnotes or block is None:
            return None
        marks = self.marks_in(sentence.end, block.end)
        return marks[0].number if marks else None

    def page_of(self, start: int, end: int) -> Pages | None:
        """The page or pages that `start:end` is printed on, the section's range where no more is known."""
        if self.page_starts:
            return exact_pages(self.page_starts, start, end)
        block = self.block_at(start)
        return block.page if block else None


def exact_pages(page_starts: Sequence[PageStart], start: int, end: int) -> Pages:
    """The pages that `start:end` is printed on; a text in several places is on all pages in between."""
    first = max(0, bisect_right(page_starts, start, key=lambda page: page.offset) - 1)
    after = max(first + 1, bisect_left(page_starts, end, key=lambda page: page.offset))
    places = sorted(page_starts[first:after], key=lambda page: page.page)
    low, high = places[0], places[-1]
    label = low.label if low.page == high.page else f"{low.label}–{high.label}"
    return Pages(low.page, high.page, label, exact=True)
