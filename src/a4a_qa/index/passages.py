"""What is ranked: passages of blocks, and each sentence as the encoder and the word index see it.

A sentence is read in its place: the headings above it, the lead-in or the column heads that it cannot
be read without, then its own words. None of this is ever shown; what is shown are slices of the report.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from a4a_qa.report.ids import place_id
from a4a_qa.report.report import Block, Endnote, Report, Sentence
from a4a_qa.report.table_rows import Cell, cells_of
from a4a_qa.text.notation import ADDRESS

# A passage of several blocks stays within this; a longer paragraph is a passage of its own.
LONGEST_PASSAGE = 1200
# Enough of a lead-in to tell who is called upon; whole ones would drown the item that they lead in.
_LONGEST_LEAD_IN = 160
# What stands in addresses and says nothing about what is there.
_ADDRESS_PARTS = frozenset("http https ftp www com org net gov html htm php pdf asp aspx index doc".split())


@dataclass(frozen=True, slots=True)
class Passage:
    """One block, or several neighbours of one section, as `start:end` of the report's text."""

    id: str
    start: int
    end: int
    section: tuple[str, ...]


def cut_passages(report: Report) -> tuple[Passage, ...]:
    """The passages of all retrieved blocks, in reading order."""
    taken: set[str] = set()
    passages = []
    for group in _groups(block for block in report.blocks if block.retrieved):
        start, end = group[0].start, group[-1].end
        identity = place_id("p", report.text[start:end], taken)
        passages.append(Passage(identity, start, end, group[0].section))
    return tuple(passages)


def _groups(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in blocks:
        fits = (
            group
            and block.section == group[0].section
            and (block.kind == "box") == (group[0].kind == "box")
            and block.end - group[0].start <= LONGEST_PASSAGE
        )
        if not fits and group:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


class PassageMap:
    """Which passage a sentence stands in, and which sentences a passage holds; sentences by position."""

    def __init__(self, report: Report, passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)
        starts = [passage.start for passage in passages]
        self._passage_of = [bisect_right(starts, sentence.start) - 1 for sentence in report.sentences]
        self._sentences: list[list[int]] = [[] for _ in passages]
        for position, passage in enumerate(self._passage_of):
            self._sentences[passage].append(position)

    def passage_of(self, sentence: int) -> int:
        """The position of the passage that holds a sentence."""
        return self._passage_of[sentence]

    def sentences_of(self, passage: int) -> Sequence[int]:
        """The positions of the sentences of a passage."""
        return self._sentences[passage]


def sentence_in_place(report: Report, sentence: Sentence) -> str:
    """A sentence with the headings, lead-in or column heads that it is read with."""
    return ". ".join(_in_place(report, sentence))


def context_in_place(report: Report, sentence: Sentence) -> str:
    """What stands before a sentence in `sentence_in_place`."""
    return "".join(f"{text}. " for text in _in_place(report, sentence)[:-1])


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words of a sentence: where they begin in `sentence_in_place` and in the report, and their length."""

    in_place: int
    in_report: int
    length: int


def own_words_in_place(report: Report, sentence: Sentence) -> tuple[OwnWords, ...]:
    """What of `sentence_in_place` is the sentence's own: all its words, or each cell of a table row."""
    *before, _ = _in_place(report, sentence)
    start = sum(len(text) + len(". ") for text in before)
    words, block = report.slice(sentence), report.block_at(sentence.start)
    if block is None or block.kind != "table_row":
        return (OwnWords(start, sentence.start, len(words)),)
    found = []
    for cell in _full_cells(words, *(report.slice(place) for place in block.context)):
        start += len(_before(cell))
        length = cell.end - cell.start
        found.append(OwnWords(start, sentence.start + cell.start, length))
        start += length + len("; ")
    return tuple(found)


def _in_place(report: Report, sentence: Sentence) -> list[str]:
    words = report.slice(sentence)
    block = report.block_at(sentence.start)
    if block is None:
        return [words]
    if block.kind == "table_row":
        return [*block.section, _row_in_words(words, *(report.slice(place) for place in block.context))]
    return [*block.section, *(_shorten(report.slice(place)) for place in block.context), words]


def sentences_in_place(report: Report, positions: Sequence[int]) -> str:
    """Sentences by their positions, each with what it is read with, unless the one before has the same."""
    texts: list[str] = []
    last: list[str] | None = None
    for position in positions:
        *before, words = _in_place(report, report.sentences[position])
        texts.append(words if before == last else ". ".join([*before, words]))
        last = before
    return " ".join(texts)


def endnote_in_words(endnote: Endnote) -> str:
    """An endnote as the encoder sees it: web addresses become the words in them."""
    return ADDRESS.sub(lambda match: " ".join(_words_of_address(match[0])), endnote.text)


def _words_of_address(address: str) -> list[str]:
    words = re.findall(r"[^\W\d_]{3,}", address)
    return [word for word in words if word.casefold() not in _ADDRESS_PARTS]


def _row_in_words(row: str, heads: str = "") -> str:
    """Each cell behind its column head."""
    return "; ".join(_before(cell) + row[cell.start : cell.end] for cell in _full_cells(row, heads))


def _full_cells(row: str, heads: str = "") -> list[Cell]:
    return [cell for cell in cells_of(row, heads) if cell.start < cell.end]


def _before(cell: Cell) -> str:
    """What is read before the words of a cell."""
    return f"{cell.head}: " if cell.head else ""


def _shorten(lead_in: str) -> str:
    if len(lead_in) <= _LONGEST_LEAD_IN:
        return lead_in
    return lead_in[:_LONGEST_LEAD_IN].rsplit(" ", 1)[0]
