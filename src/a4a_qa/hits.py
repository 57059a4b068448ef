"""What a question found, with the raw scores that led to it; nothing here says whether it is an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SentenceHit:
    """A sentence with its scores; ranks count from 1 and are None when that ranking did not propose it.

    `score` ranks. `late` is the weighted MaxSim of its words in their place; `cosine` and `words` are the raw
    scores of its vector and of BM25.
    """

    sentence: int
    score: float
    late: float
    cosine: float
    words: float
    words_rank: int | None
    vectors_rank: int | None


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage, ranked by its best sentence."""

    passage: int
    score: float
    best: SentenceHit


@dataclass(frozen=True, slots=True)
class Alignment:
    """How well each word of a question is met around its best sentence, 0 to 1; arrays of one length.

    `words` are folded, `weights` add up to one; `sentence` and `passage` are the best matches in the sentence
    and in its passage. A word of several tokens is met as well as its worst.
    """

    words: tuple[str, ...]
    weights: NDArray[np.float32]
    sentence: NDArray[np.float32]
    passage: NDArray[np.float32]

    @property
    def met(self) -> NDArray[np.float32]:
        """The best match of each word in either."""
        met: NDArray[np.float32] = np.maximum(self.sentence, self.passage)
        return met


@dataclass(frozen=True, slots=True)
class Companion:
    """A sentence that may belong to an answer beside the best one.

    `own` is the weighted MaxSim of its words.
    `adds` is how much better these meet a question's words than those of the best sentence, where they do,
    and `lacks` how much worse, where they do. `alike` is the cosine of the two sentences.
    """

    sentence: int
    own: float
    adds: float
    lacks: float
    alike: float


@dataclass(frozen=True, slots=True)
class Hits:
    """What a question found: sentences and passages, best first, and companions of the best sentence.

    `alignment` is None without sentences.
    """

    sentences: tuple[SentenceHit, ...]
    passages: tuple[PassageHit, ...]
    alignment: Alignment | None
    companions: tuple[Companion, ...] = ()
