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
from a4a_qa.index.distressing import Notice
from a4a_qa.index.late import PackedTokens
from a4a_qa.index.passages import Passage
from a4a_qa.report.report import Report

# The largest number of a unit vector is 1, packed as 127 in those of tokens; a little for rounding.
_LARGEST = 1.01
_LARGEST_SCALE = _LARGEST / 127


@dataclass(frozen=True)
class Parts:
    """All that an index holds, the encoder apart.

    `tokens` packs the token vectors of the sentences, then of the endnotes; `vectors` the sentence vectors,
    as they are searched; `sentence_vectors` (sentences, dimension) float16 are the same, as they are compared
    with each other; `words` are those of the sentences, `vocabulary` counts the unstemmed words of the
    report; `notices` are the places that are shown with care, `contacts` where a person in need can turn:
    none in the folder of a report without its own, for which `load` takes those that ship.
    """

    report: Report
    passages: tuple[Passage, ...]
    words: tuple[tuple[str, ...], ...]
    vocabulary: Mapping[str, int]
    vectors: PackedVectors
    sentence_vectors: NDArray[np.float16]
    tokens: PackedTokens
    notices: tuple[Notice, ...] = ()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceParts:
    """What is searched of an index when its sentences are searched among those of other reports: of each
    sentence the words, the vector (sentences, dimension) float16, and, before those of the endnotes, its
    token vectors."""

    words: tuple[tuple[str, ...], ...]
    vectors: NDArray[np.float16]
    tokens: PackedTokens


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
    facts = {
        "a place outside the text": all(0 <= p.start <= p.end <= length for p in places)
        and all(0 <= mark.offset <= length for mark in chain.from_iterable(marks)),
        "places out of order": all(a.start <= b.start for one in in_order for a, b in pairwise(one))
        and all(a.offset <= b.offset for one in marks for a, b in pairwise(one)),
        "another number of sentences": len(parts.words) == sentences,
        "a sentence in no passage": not sentences
        or (bool(parts.passages) and parts.passages[0].start <= report.sentences[0].start),
        "vectors of another shape": _are_packed(parts.vectors) and len(parts.vectors.codes) == sentences,
        "sentence vectors of another shape": parts.sentence_vectors.shape == (sentences, *dimension),
        "offsets of another number": len(parts.tokens.offsets) == sentences + len(report.endnotes) + 1,
    }
    _check(facts)
    check_sentence_parts(SentenceParts(parts.words, parts.sentence_vectors, parts.tokens))
    lowest, widths = parts.vectors.ranges
    # A NaN fails too.
    if not ((lowest >= -_LARGEST) & (widths >= 0) & (widths <= _LARGEST - lowest)).all():
        raise ValueError("found vectors that are no unit vectors")


def check_sentence_parts(parts: SentenceParts) -> None:
    """Raise ValueError when an array has another shape than the rest or numbers that are none."""
    tokens, offsets, vectors = parts.tokens, parts.tokens.offsets, parts.vectors
    rows, count = len(tokens.vectors), len(parts.words)
    _check(
        {
            "sentence vectors of another shape": vectors.ndim == 2
            and len(vectors) == count
            and vectors.dtype == np.float16,
            "token vectors of another shape": tokens.vectors.ndim == 2 and tokens.vectors.dtype == np.int8,
            "tokens of another number": tokens.scales.shape == tokens.pieces.shape == (rows,),
            "tokens of another kind": tokens.scales.dtype == np.float32 and tokens.pieces.dtype == np.int32,
            "offsets of another number": offsets.ndim == 1
            and len(offsets) > count
            and offsets.dtype == np.int64,
        }
    )
    if offsets[0] != 0 or offsets[-1] != rows or (np.diff(offsets) < 0).any():
        raise ValueError("found offsets that do not rise to the number of tokens")
    if not (np.isfinite(parts.tokens.scales) & (np.abs(parts.tokens.scales) <= _LARGEST_SCALE)).all():
        raise ValueError("found token vectors that are no unit vectors")
    if not (np.abs(vectors) <= _LARGEST).all():  # a NaN fails too
        raise ValueError("found sentence vectors that are no unit vectors")


def _check(facts: Mapping[str, bool]) -> None:
    """Raise ValueError that names the first of some facts that does not hold."""
    for what, holds in facts.items():
        if not holds:
            raise ValueError(f"found {what}")


def _are_packed(vectors: PackedVectors) -> bool:
    """Whether codes and ranges have the shapes and kinds that FAISS takes on trust."""
    codes, ranges = vectors.codes, vectors.ranges
    are_codes = codes.ndim == 2 and codes.dtype == np.uint8
    return are_codes and ranges.shape == (2, codes.shape[1]) and ranges.dtype == np.float32
