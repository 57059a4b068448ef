"""What of a corpus folder a model of pairs learns from, ready to be put into batches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import CorpusError
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.passages import sentence_in_place
from a4a_qa.index.questions import (
    ELSEWHERE_FILE,
    FILE_NAME,
    SEVERAL_FILE,
    AuthoredQuestion,
    QuestionOfSeveral,
    authored_file,
    read_elsewhere_questions,
    read_questions_of_several,
)
from a4a_qa.report import Report
from a4a_qa.training.judge_data import NEIGHBOURS, ElsewhereQuestion, Pair, batches, pairs
from a4a_qa.training.pairs import read_authored

# A question about something else is read beside one of so many sentences that come nearest.
_NEAREST = 5


@dataclass(frozen=True, slots=True)
class PairData:
    """Questions, and what is known of the sentences beside which they are read: the `neighbours` of each in
    meaning, (n sentences, any), and their lengths."""

    questions: Sequence[AuthoredQuestion]
    of_several: Sequence[QuestionOfSeveral]
    elsewhere: Sequence[ElsewhereQuestion]
    neighbours: NDArray[np.int64]
    lengths: Sequence[int]

    def pairs(self, chance: random.Random) -> list[Pair]:
        """The pairs of one epoch in a new order."""
        return pairs(
            self.questions, self.neighbours, chance, of_several=self.of_several, elsewhere=self.elsewhere
        )

    def batches(self, found: Sequence[Pair], size: int, chance: random.Random) -> Iterator[list[Pair]]:
        """Pairs in batches of like length."""
        return batches(found, size, self._length, chance)

    def _length(self, pair: Pair) -> int:
        return len(pair.question) + sum(self.lengths[position] for position in pair.sentences)


def read_pair_data(corpus: Path, report: Report) -> PairData:
    """All that a corpus folder has; the shipped encoder tells what is near in meaning. Raises CorpusError or
    EncoderError."""
    questions = read_authored_with_near_misses(corpus, report)
    of_several = read_questions_of_several(authored_file(corpus, SEVERAL_FILE), report)
    about_else = read_elsewhere_questions(authored_file(corpus, ELSEWHERE_FILE))
    encoder = Encoder.shipped()
    texts = [sentence_in_place(report, sentence) for sentence in report.sentences]
    vectors = _vectors(texts, encoder)
    neighbours = np.argsort(-(vectors @ vectors.T), axis=1)[:, NEIGHBOURS]
    elsewhere = _beside_the_nearest(about_else, vectors, encoder) if about_else else ()
    return PairData(questions, of_several, elsewhere, neighbours, tuple(map(len, texts)))


def read_authored_with_near_misses(corpus: Path, report: Report) -> tuple[AuthoredQuestion, ...]:
    """The questions that a corpus folder has for a judge to learn from; raises CorpusError."""
    questions = read_authored(corpus, report)
    if not any(question.near_miss for question in questions):
        raise CorpusError(f"{corpus / FILE_NAME} has no near misses; a judge learns from them.")
    return questions


def _vectors(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    """The sentence vectors of texts, (len(texts), dimension)."""
    return np.array([encoded.sentence for encoded in encoder.encode(texts)])


def _beside_the_nearest(
    texts: Sequence[str], sentences: NDArray[np.float32], encoder: Encoder
) -> tuple[ElsewhereQuestion, ...]:
    """Questions about something else with the sentences nearest in meaning, by the vectors of these."""
    nearest = np.argsort(-(_vectors(texts, encoder) @ sentences.T), axis=1)[:, :_NEAREST]
    return tuple(
        ElsewhereQuestion(text, tuple(near)) for text, near in zip(texts, nearest.tolist(), strict=True)
    )
