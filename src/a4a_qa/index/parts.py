"""What an index holds, whatever it is kept in, and what must fit together in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.index.contacts import Contact
from a4a_qa.index.dense import PackedVectors
from a4a_qa.index.late import PackedTokens
from a4a_qa.index.notices import Notice
from a4a_qa.index.passages import Passage
from a4a_qa.index.questions import REASONS
from a4a_qa.report import Report

# The kinds of entries, in their order.
SENTENCE, QUESTION, NEAR_MISS, ENDNOTE = range(4)
# The largest number of a unit vector is 1, packed as 127 in those of tokens; a little for rounding.
_LARGEST = 1.01
_LARGEST_SCALE = _LARGEST / 127


@dataclass(frozen=True)
class Parts:
    """All that an index holds, the encoder apart.

    There is one entry for each sentence, then one for each authored question, then near misses, then
    endnotes, each kind in the order of the sentences: `entries` (n, 3) int32 gives the kind (0, 1, 2, 3), the
    position of the sentence or endnote, and of a near miss why it is none (1, 2, 3, in the order of REASONS,
    or 0 if that is not known); `tokens` packs their token vectors, and `vectors` the sentence vectors of all
    but endnotes, which are not searched by them; `elsewhere` packs those of questions about what the report
    does not deal with; `sentence_vectors` (sentences, dimension) float16 are those of the sentences, which
    are compared with each other;
    `words` are those of the sentences, `vocabulary` counts the unstemmed words of report and authored
    questions; `notices` are the places that are shown with care, `contacts` where a person in need can turn:
    none in the folder of a report without its own, for which `load` takes those that ship.
    """

    report: Report
    passages: tuple[Passage, ...]
    words: tuple[tuple[str, ...], ...]
    vocabulary: Mapping[str, int]
    entries: NDArray[np.int32]
    vectors: PackedVectors
    elsewhere: PackedVectors
    sentence_vectors: NDArray[np.float16]
    tokens: PackedTokens
    notices: tuple[Notice, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def has_questions(self) -> bool:
        """Whether authors wrote questions about the report; without any, an index holds the report alone."""
        return bool((self.entries[:, 0] == QUESTION).any())


class Entries:
    """The entries that are searched together, as a table: sentences, index questions and near misses.

    `kinds`, `sentences` and `reasons` (n,) are the columns of `Parts.entries`; `endnotes` are the numbers of
    the entries that stand behind these and are searched on their own.
    """

    def __init__(self, parts: Parts) -> None:
        count = int(np.count_nonzero(parts.entries[:, 0] != ENDNOTE))
        self.kinds = parts.entries[:count, 0]
        self.sentences = parts.entries[:count, 1].astype(np.int64)
        self.reasons = parts.entries[:count, 2]
        self.endnotes = np.arange(count, len(parts.entries))
        self.has_near_misses = bool((self.kinds == NEAR_MISS).any())
        # One for each kind and sentence, in the order of the entries.
        self._step = len(parts.report.sentences)
        self._keys = self.kinds * self._step + self.sentences

    def of_kind(self, kind: int, among: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of one kind among the entries with these numbers, in their order."""
        found: NDArray[np.int64] = among[self.kinds[among] == kind]
        return found

    def places(self, kind: int, sentences: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers at which the entries of one kind of each of these sentences begin and end,
        (len(sentences),) each."""
        keys = kind * self._step + np.asarray(sentences, np.int64)
        return np.searchsorted(self._keys, keys), np.searchsorted(self._keys, keys, side="right")


def check_parts(parts: Parts) -> None:
    """Raise ValueError when a place lies outside the text, or an array has another shape than the rest or
    numbers that are none."""
    length, sentences = len(parts.report.text), len(parts.report.sentences)
    report, dimension = parts.report, parts.vectors.codes.shape[1:]
    in_order: list[Sequence[Any]] = [report.blocks, report.sentences, parts.passages]
    places: list[Any] = [
        *chain.from_iterable((*in_order, report.sections, report.endnotes, parts.notices)),
        *(span for block in report.blocks for span in block.context),
    ]
    marks: list[Sequence[Any]] = [report.note_marks, report.page_starts]
    rows, count = len(parts.tokens.vectors), len(parts.entries)
    offsets = parts.tokens.offsets
    facts = {
        "a place outside the text": all(0 <= p.start <= p.end <= length for p in places)
        and all(0 <= mark.offset <= length for mark in chain.from_iterable(marks)),
        "places out of order": all(a.start <= b.start for one in in_order for a, b in pairwise(one))
        and all(a.offset <= b.offset for one in marks for a, b in pairwise(one)),
        "another number of sentences": len(parts.words) == sentences <= count,
        "a sentence in no passage": not sentences
        or (bool(parts.passages) and parts.passages[0].start <= report.sentences[0].start),
        "entries of another shape": parts.entries.shape == (count, 3) and parts.entries.dtype == np.int32,
        "vectors of another shape": _are_packed(parts.vectors),
        "vectors of questions about something else of another shape": _are_packed(parts.elsewhere)
        and parts.elsewhere.codes.shape[1:] == dimension,
        "sentence vectors of another shape": parts.sentence_vectors.shape == (sentences, *dimension)
        and parts.sentence_vectors.dtype == np.float16,
        "token vectors of another shape": parts.tokens.vectors.ndim == 2
        and parts.tokens.vectors.dtype == np.int8,
        "tokens of another number": parts.tokens.scales.shape == parts.tokens.pieces.shape == (rows,),
        "tokens of another kind": parts.tokens.scales.dtype == np.float32
        and parts.tokens.pieces.dtype == np.int32,
        "offsets of another number": offsets.shape == (count + 1,) and offsets.dtype == np.int64,
    }
    for what, holds in facts.items():
        if not holds:
            raise ValueError(f"found {what}")
    if offsets[0] != 0 or offsets[-1] != rows or (np.diff(offsets) < 0).any():
        raise ValueError("found offsets that do not rise to the number of tokens")
    _check_entries(parts)
    if not (np.isfinite(parts.tokens.scales) & (np.abs(parts.tokens.scales) <= _LARGEST_SCALE)).all():
        raise ValueError("found token vectors that are no unit vectors")
    for packed in (parts.vectors, parts.elsewhere):
        lowest, widths = packed.ranges
        # A NaN fails too.
        if not ((lowest >= -_LARGEST) & (widths >= 0) & (widths <= _LARGEST - lowest)).all():
            raise ValueError("found vectors that are no unit vectors")
    if not (np.abs(parts.sentence_vectors) <= _LARGEST).all():
        raise ValueError("found sentence vectors that are no unit vectors")


def _are_packed(vectors: PackedVectors) -> bool:
    """Whether codes and ranges have the shapes and kinds that FAISS takes on trust."""
    codes, ranges = vectors.codes, vectors.ranges
    are_codes = codes.ndim == 2 and codes.dtype == np.uint8
    return are_codes and ranges.shape == (2, codes.shape[1]) and ranges.dtype == np.float32


def _check_entries(parts: Parts) -> None:
    kinds, places, reasons = (parts.entries[:, column].astype(np.int64) for column in range(3))
    sentences, endnotes = len(parts.report.sentences), len(parts.report.endnotes)
    ends = np.where(kinds == ENDNOTE, endnotes, sentences)
    if ((places < 0) | (places >= ends)).any():
        raise ValueError("found an entry of no sentence or endnote")
    if not ((reasons >= 0) & (reasons <= len(REASONS))).all():
        raise ValueError("found a near miss for no known reason")
    if not ((kinds >= SENTENCE) & (kinds <= ENDNOTE)).all():
        raise ValueError("found an entry of no known kind")
    if (np.diff(kinds * (sentences + endnotes) + places) < 0).any():
        raise ValueError("found entries out of order")
    if not np.array_equal(places[kinds == SENTENCE], np.arange(sentences)):
        raise ValueError("found another number of sentences among the entries")
    if len(parts.vectors.codes) != np.count_nonzero(kinds != ENDNOTE):
        raise ValueError("found vectors of another number")
