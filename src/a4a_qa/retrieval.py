"""A question → hits: candidates by words and by vectors, then late interaction over the candidates.

Words (BM25) and sentence vectors each propose their best; late interaction decides. Every hit keeps the
ranks and raw scores that led to it, and nothing here decides whether a hit is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from a4a_qa.index.build import NEAR_MISS, QUESTION
from a4a_qa.index.dense import DenseIndex
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.late import LateIndex, Query
from a4a_qa.index.lexical import LexicalIndex, words_of
from a4a_qa.index.passages import PassageMap
from a4a_qa.index.storage import Parts

# How many candidates words and vectors propose each: with 40 or 100 the same sentences come first.
CANDIDATES = 40
# Weight of the words' score beside late interaction, measured on development questions.
WORDS_WEIGHT = 0.1

# What is asked just now weighs more than the earlier question that it leans on, in tokens and in words. Of 72
# follow-ups in development the right sentence comes first for 25 with 1, 31 with 2, 36 with 3, 39 with 4.
FOLLOW_UP_WEIGHT = 4.0


@dataclass(frozen=True, slots=True)
class SentenceHit:
    """A sentence with its scores; ranks count from 1 and are None when that ranking did not propose it.

    `score` ranks; `late` is the best weighted MaxSim of the sentence or one of its index questions,
    `cosine` and `words` are the raw scores of its sentence vector and of BM25.
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
class Hits:
    """What a question found: sentences and passages, best first, and the best near miss."""

    sentences: tuple[SentenceHit, ...]
    passages: tuple[PassageHit, ...]
    near_miss: float


class Retriever:
    """Searches one opened index."""

    def __init__(self, parts: Parts, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kinds = parts.entries[:, 0]
        self._sentences = parts.entries[:, 1].astype(np.int64)
        self._count = len(parts.report.sentences)
        self.lexical = LexicalIndex(parts.words)
        self._dense = DenseIndex(parts.vectors)
        self._late = LateIndex(parts.tokens, counted=self._count)
        self.passage_map = PassageMap(parts.report, parts.passages)

    def search(
        self, text: str, *, follow_up: str | None = None, allowed: NDArray[np.bool_] | None = None
    ) -> Hits:
        """The hits of a text; `allowed` (n sentences) leaves only those sentences.

        `follow_up` is the end of the text that was asked just now, after earlier questions.
        """
        encoded = self._encoder.encode_one(text)
        last = self._encoder.token_count(follow_up) if follow_up else 0
        query = self._late.query(encoded, self._encoder.special_ids, last=last, emphasis=FOLLOW_UP_WEIGHT)
        words = self.lexical.scores(words_of(text) + words_of(follow_up or "") * int(FOLLOW_UP_WEIGHT - 1))
        by_words = [int(i) for i in np.argsort(-words, kind="stable")[:CANDIDATES] if words[i] > 0]
        entries, cosines = self._dense.search(encoded.sentence, len(self._sentences))
        order, cosine_of = self._by_vectors(entries, cosines)
        by_vectors = order[:CANDIDATES]
        candidates = sorted({*by_words, *by_vectors})
        if allowed is not None:
            candidates = [i for i in candidates if allowed[i]] or np.flatnonzero(allowed).tolist()
        late = self._late_of(query, candidates, entries[: 4 * CANDIDATES])
        hits = self._hits(candidates, late, cosine_of, words, by_words, by_vectors)
        return Hits(hits, self._passages(hits), self._best_near_miss(query, entries))

    def nearest_sentences(self, text: str, count: int) -> tuple[tuple[int, float], ...]:
        """The `count` sentences whose own words come nearest to a text, each with its weighted MaxSim."""
        candidates = [hit.sentence for hit in self.search(text).sentences]
        query = self._late.query(self._encoder.encode_one(text), self._encoder.special_ids)
        scored = zip(candidates, self._late.scores(query, candidates).tolist(), strict=True)
        return tuple(sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:count])

    def _by_vectors(
        self, entries: NDArray[np.int64], cosines: NDArray[np.float32]
    ) -> tuple[list[int], NDArray[np.float32]]:
        """Sentences by their nearest vector, and that cosine for each; near misses do not count."""
        best = np.full(self._count, -1.0, np.float32)
        counts = self._kinds[entries] != NEAR_MISS
        np.maximum.at(best, self._sentences[entries[counts]], cosines[counts])
        return np.argsort(-best, kind="stable").tolist(), best

    def _late_of(
        self, query: Query, candidates: Sequence[int], entries: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """The best MaxSim of each candidate: its own words, or one of its index questions near by."""
        wanted = np.zeros(self._count, bool)
        wanted[list(candidates)] = True
        questions = entries[(self._kinds[entries] == QUESTION) & wanted[self._sentences[entries]]]
        ids = np.concatenate([np.asarray(candidates, np.int64), questions])
        scores = self._late.scores(query, ids)
        best = np.zeros(self._count, np.float32)
        np.maximum.at(best, self._sentences[ids], scores)
        return best

    def _best_near_miss(self, query: Query, entries: NDArray[np.int64]) -> float:
        near = entries[self._kinds[entries] == NEAR_MISS][:CANDIDATES]
        return float(self._late.scores(query, near).max()) if len(near) else 0.0

    def _hits(
        self,
        candidates: Sequence[int],
        late: NDArray[np.float32],
        cosine: NDArray[np.float32],
        words: NDArray[np.float32],
        by_words: Sequence[int],
        by_vectors: Sequence[int],
    ) -> tuple[SentenceHit, ...]:
        words_rank = {sentence: rank for rank, sentence in enumerate(by_words, 1)}
        vectors_rank = {sentence: rank for rank, sentence in enumerate(by_vectors, 1)}
        most = max(float(words.max(initial=0.0)), 1e-9)
        hits = [
            SentenceHit(
                sentence=i,
                score=float(late[i]) + WORDS_WEIGHT * float(words[i]) / most,
                late=float(late[i]),
                cosine=float(cosine[i]),
                words=float(words[i]),
                words_rank=words_rank.get(i),
                vectors_rank=vectors_rank.get(i),
            )
            for i in candidates
        ]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.sentence)))

    def _passages(self, hits: Sequence[SentenceHit]) -> tuple[PassageHit, ...]:
        best: dict[int, SentenceHit] = {}
        for hit in hits:
            best.setdefault(self.passage_map.passage_of(hit.sentence), hit)
        return tuple(PassageHit(passage, hit.score, hit) for passage, hit in best.items())
