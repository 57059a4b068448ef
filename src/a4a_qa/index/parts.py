"""What an index holds, whatever it is kept in, and what must fit together in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.index.contacts import Contact
from a4a_qa.index.late import PackedTokens
from a4a_qa.index.notices import Notice
from a4a_qa.index.passages import Passage
from a4a_qa.index.questions import REASONS
from a4a_qa.index.rows import StoredRows
from a4a_qa.report import Report

# The kinds of entries, in their order.
SENTENCE, QUESTION, NEAR_MISS, ENDNOTE = range(4)
# The largest number of a unit vector is 1, packed as 127; a little for rounding.
_LARGEST_SCALE = 1.01 / 127


@dataclass(frozen=True)
class Parts:
    """All that an index holds, the encoder apart.

    There is one entry for each sentence, then one for each authored question, then near misses, then
    endnotes: `entries` (n, 3) int32 gives the kind (0, 1, 2, 3), the position of the sentence or endnote,
    and of a near miss why it is none (1, 2, 3, in the order of REASONS, or 0 if that is not known); `vectors`
    (n, dimension) float16 are their sentence vectors; `tokens` packs their token vectors;
    `elsewhere` (any, dimension) float16 are those of questions about what the report does not deal with;
    `words` are those of the sentences, `vocabulary` counts the unstemmed words of report and authored
    questions; `notices` are the places that are shown with care, `contacts` where a person in need can turn:
    none in the folder of a report without its own, for which `load` takes those that ship.
    """

    report: Report
    passages: tuple[Passage, ...]
    words: tuple[tuple[str, ...], ...]
    vocabulary: Mapping[str, int]
    entries: NDArray[np.int32]
    vectors: NDArray[np.float16] | StoredRows
    elsewhere: NDArray[np.float16]
    tokens: PackedTokens
    notices: tuple[Notice, ...] = ()
    contacts: tuple[Contact, ...] = ()


def check_parts(parts: Parts) -> None:
    """Raise ValueError when a place lies outside the text, or an array has another shape than the rest or
    numbers that are none."""
    length, sentences = len(parts.report.text), len(parts.report.sentences)
    report = parts.report
    places: list[Any] = [*report.blocks, *report.sentences, *report.endnotes, *parts.passages, *parts.notices]
    rows, count = len(parts.tokens.vectors), len(parts.entries)
    offsets = parts.tokens.offsets
    facts = {
        "a place outside the text": all(0 <= p.start <= p.end <= length for p in places),
        "another number of sentences": len(parts.words) == sentences <= count,
        "a sentence in no passage": not sentences
        or (bool(parts.passages) and parts.passages[0].start <= report.sentences[0].start),
        "entries of another shape": parts.entries.shape == (count, 3) and parts.entries.dtype == np.int32,
        "vectors of another shape": parts.vectors.ndim == 2
        and parts.vectors.dtype == np.float16
        and len(parts.vectors) == count,
        "vectors of questions about something else of another shape": parts.elsewhere.ndim == 2
        and parts.elsewhere.dtype == np.float16
        and parts.elsewhere.shape[1:] == parts.vectors.shape[1:],
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
    ends = np.where(parts.entries[:, 0] == ENDNOTE, len(parts.report.endnotes), sentences)
    if ((parts.entries[:, 1] < 0) | (parts.entries[:, 1] >= ends)).any():
        raise ValueError("found an entry of no sentence or endnote")
    if not np.isin(parts.entries[:, 2], range(len(REASONS) + 1)).all():
        raise ValueError("found a near miss for no known reason")
    if not (np.isfinite(parts.tokens.scales) & (np.abs(parts.tokens.scales) <= _LARGEST_SCALE)).all():
        raise ValueError("found token vectors that are no unit vectors")
