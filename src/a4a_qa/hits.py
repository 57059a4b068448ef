"""What a question found, with the raw scores that led to it; nothing here says whether it is an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SentenceHit:
    """A sentence with its scores; ranks count from 1 and are None when that ranking did not propose it.

    `score` ranks. `own` and `asked` are the weighted MaxSim of its words in their place and of the best of
    its index questions near by; `cosine` and `words` are the raw scores of its nearest vector (-1 when there
    is none among those near by) and of BM25.
    """

    sentence: int
    score: float
    own: float
    asked: float
    cosine: float
    words: float
    words_rank: int | None
    vectors_rank: int | None

    @property
    def late(self) -> float:
        """The best late-interaction score: of the sentence's own words, or of one of its index questions."""
        return max(self.own, self.asked)


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage, ranked by its best sentence."""

    passage: int
    score: float
    best: SentenceHit


@dataclass(frozen=True, slots=True)
class Alignment:
    """How well each word of a question is met around its best sentence, 0 to 1; arrays of one length.

    `words` are folded, `weights` add up to one; `sentence`, `passage`, `questions` and `near_misses` are the
    best matches in the sentence, in its passage, in its index questions and in its near misses. A word of
    several tokens is met as well as its worst.
    """

    words: tuple[str, ...]
    weights: NDArray[np.float32]
    sentence: NDArray[np.float32]
    passage: NDArray[np.float32]
    questions: NDArray[np.float32]
    near_misses: NDArray[np.float32]

    @property
    def met(self) -> NDArray[np.float32]:
        """The best match of each word in all but the near misses."""
        met: NDArray[np.float32] = np.maximum(np.maximum(self.sentence, self.passage), self.questions)
        return met


@dataclass(frozen=True, slots=True)
class Companion:
    """A sentence that may belong to an answer beside the best one.

    `own` and `asked` are the weighted MaxSim of its words and of its index questions, all taken together.
    `adds` is how much better these meet a question's words than those of the best sentence, where they do,
    and `lacks` how much worse, where they do. `alike` is the cosine of the two sentences.
    """

    sentence: int
    own: float
    asked: float
    adds: float
    lacks: float
    alike: float


@dataclass(frozen=True, slots=True)
class Hits:
    """What a question found: sentences and passages, best first, and companions of the best sentence.

    `near_miss` is the weighted MaxSim of the best near miss of all; `alignment` is None without sentences.
    `elsewhere` is how much nearer the nearest questions about what the report does not deal with come than
    the nearest that were written about it, as a difference of cosines; 0 where there are none of either.
    Of near misses, `contradicted` is how much nearer those come that take for granted what the report
    contradicts than those that ask for a detail it leaves out, `other_value` how much nearer those that ask
    for another value than the report has come than either; 0 where there are not some of all three.
    """

    sentences: tuple[SentenceHit, ...]
    passages: tuple[PassageHit, ...]
    near_miss: float
    alignment: Alignment | None
    companions: tuple[Companion, ...] = ()
    elsewhere: float = 0.0
    contradicted: float = 0.0
    other_value: float = 0.0
