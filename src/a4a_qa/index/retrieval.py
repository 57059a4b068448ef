"""A question → hits: candidates by words and by vectors, then late interaction over the candidates.

Words (BM25) and sentence vectors each propose their best; late interaction decides. Every hit keeps the
ranks and raw scores that led to it, and nothing here decides whether a hit is an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import IndexDamaged
from a4a_qa.index.dense import DenseIndex
from a4a_qa.index.late import LateIndex, Rarity, TokenQuery, texts_with_each
from a4a_qa.index.lexical import LexicalIndex, words_of
from a4a_qa.index.parts import Parts
from a4a_qa.index.passages import PassageMap
from a4a_qa.models.encoder import Encoded, Encoder

# How many candidates words and vectors propose each: with 40 or 100 the same sentences come first.
_CANDIDATES = 40
# The share of words (BM25) in a sentence's score, beside late interaction, measured on development questions.
_WORDS_WEIGHT = 0.05
# Among how many of the best sentences companions of the best are, and beside how many of them others are.
COMPANIONS_AMONG, _WITH_NEIGHBOURS = 12, 2

# What is asked just now weighs more than the earlier question that it leans on, in tokens and in words.
_FOLLOW_UP_WEIGHT = 6.0
# A follow-up seldom asks for the sentence that answered the question before, and often for one beside it:
# what this adds to their scores, by the distance to that sentence. Of 172 follow-ups in development the right
# sentence comes first for 108 without, and for 127 with it.
_AFTER: Mapping[int, float] = {0: -0.06, 1: 0.05, 2: 0.03, -1: 0.03}


@dataclass(frozen=True, slots=True)
class _Proposed:
    """The sentences that late interaction is to score, and what proposed them.

    `words` and `cosine` are the BM25 score and the cosine of all sentences, `by_words`
    and `by_vectors` those that come first by them, best first; `nearby` those near the answer before, with
    what is added to their scores.
    """

    words: NDArray[np.float32]
    by_words: Sequence[int]
    cosine: NDArray[np.float32]
    by_vectors: Sequence[int]
    nearby: Mapping[int, float]

    @property
    def sentences(self) -> list[int]:
        """All that are proposed, in their order in the report."""
        return sorted({*self.by_words, *self.by_vectors, *self.nearby})


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


class Retriever:
    """Searches one opened index."""

    def __init__(self, parts: Parts, encoder: Encoder) -> None:
        _check_dimension("sentence", parts.vectors.codes.shape[1], encoder.dimension)
        _check_dimension("token", parts.tokens.vectors.shape[1], encoder.token_dimension)
        self._encoder = encoder
        self._report = parts.report
        self._count = len(parts.report.sentences)
        self._blocks = [parts.report.block_of(position) for position in range(self._count)]
        self.lexical = LexicalIndex(parts.words)
        self._dense = DenseIndex(parts.vectors)
        self._vectors = np.array(parts.sentence_vectors)
        self._late = LateIndex(parts.tokens)
        self._rarity = Rarity(texts_with_each(parts.tokens, self._count), self._count)
        self.passage_map = PassageMap(parts.report, parts.passages)

    def search(
        self,
        text: str,
        *,
        follow_up: str | None = None,
        after: int | None = None,
        allowed: NDArray[np.bool_] | None = None,
    ) -> Hits:
        """The hits of a text; `allowed` (n sentences) leaves only those sentences.

        `follow_up` is the end of the text that was asked just now, after earlier questions, and `after` the
        sentence that answered the question before.
        """
        encoded = self._encoder.encode_one(text)
        is_whole = len(encoded.token_ids) < self._encoder.card.max_tokens
        last = self._encoder.token_count(follow_up) if follow_up and is_whole else 0
        query = self._query(encoded, last=last)
        words = self.lexical.scores(words_of(text) + words_of(follow_up or "") * int(_FOLLOW_UP_WEIGHT - 1))
        wanted = np.ones(self._count, bool) if allowed is None else allowed
        with_words = np.flatnonzero((words > 0) & wanted)
        by_words = with_words[np.argsort(-words[with_words], kind="stable")][:_CANDIDATES].tolist()
        order, cosines = self._dense.search(encoded.sentence, self._count)
        cosine_of = np.empty(self._count, np.float32)
        cosine_of[order] = cosines
        by_vectors = [i for i in order.tolist() if wanted[i]][:_CANDIDATES]
        nearby = {} if after is None else self._nearby(after, wanted)
        proposed = _Proposed(words, by_words, cosine_of, by_vectors, nearby)
        hits = _hits(proposed, self._late.scores(query, proposed.sentences))
        return Hits(
            sentences=hits,
            passages=self._passages(hits),
            alignment=self._align(query, hits[0].sentence) if hits else None,
            companions=tuple(self._companions(query, hits)),
        )

    def _nearby(self, sentence: int, wanted: NDArray[np.bool_]) -> dict[int, float]:
        """What is added to the scores of a sentence and those beside it in its block."""
        block = self._blocks[sentence]
        places = ((sentence + step, added) for step, added in _AFTER.items())
        return {
            place: added
            for place, added in places
            if 0 <= place < self._count and wanted[place] and self._blocks[place] == block
        }

    def nearest_sentences(self, text: str, count: int) -> tuple[tuple[int, float], ...]:
        """The `count` sentences whose own words come nearest to a text, each with its weighted MaxSim."""
        found = ((hit.sentence, hit.late) for hit in self.search(text).sentences)
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0]))[:count])

    def endnote_scores(self, text: str) -> NDArray[np.float32]:
        """The weighted MaxSim of a text in each of the report's endnotes, (n endnotes,)."""
        query = self._query(self._encoder.encode_one(text))
        return self._late.scores(query, self._count + np.arange(len(self._report.endnotes)))

    def _query(self, encoded: Encoded, *, last: int = 0) -> TokenQuery:
        """A text as late interaction compares it; its `last` tokens were asked just now."""
        ignored = self._encoder.ignored(encoded.token_ids.tolist())
        return self._rarity.query(encoded, ignored, last=last, emphasis=_FOLLOW_UP_WEIGHT)

    def _align(self, query: TokenQuery, sentence: int) -> Alignment:
        passage = self.passage_map.sentences_of(self.passage_map.passage_of(sentence))
        words, starts = _words(list(map(self._encoder.piece, query.ids.tolist())))

        def of_words(matches: NDArray[np.float32]) -> NDArray[np.float32]:
            return matches if not starts else np.minimum.reduceat(matches, starts)

        return Alignment(
            words=words,
            weights=query.weights if not starts else np.add.reduceat(query.weights, starts),
            sentence=of_words(self._late.matches(query, [sentence])[0]),
            passage=of_words(self._late.matches(query, list(passage)).max(axis=0, initial=0.0)),
        )

    def _companions(self, query: TokenQuery, hits: Sequence[SentenceHit]) -> Iterator[Companion]:
        """The sentences that score best, and those beside the very best, whatever they score: an answer often
        goes on in the next sentence, or begins in the one before, which share no word with the question."""
        ranked = [hit.sentence for hit in hits[:COMPANIONS_AMONG]]
        beside = [near for sentence in ranked[:_WITH_NEIGHBOURS] for near in self._report.beside(sentence)]
        sentences = list(dict.fromkeys([*ranked, *beside]))
        if not sentences:
            return
        met = self._late.matches(query, sentences)
        more = met - met[0]
        vectors = self._vectors[sentences].astype(np.float32)
        weigh = query.weights
        for place, sentence in list(enumerate(sentences))[1:]:
            yield Companion(
                sentence=sentence,
                own=float(met[place] @ weigh),
                adds=float(np.maximum(more[place], 0.0) @ weigh),
                lacks=float(np.maximum(-more[place], 0.0) @ weigh),
                alike=float(vectors[place] @ vectors[0]),
            )

    def _passages(self, hits: Sequence[SentenceHit]) -> tuple[PassageHit, ...]:
        best: dict[int, SentenceHit] = {}
        for hit in hits:
            best.setdefault(self.passage_map.passage_of(hit.sentence), hit)
        return tuple(PassageHit(passage, hit.score, hit) for passage, hit in best.items())


def _hits(proposed: _Proposed, late: NDArray[np.float32]) -> tuple[SentenceHit, ...]:
    """The hits of what was proposed, best first; `late` is the MaxSim of each."""
    words = proposed.words
    words_rank = {sentence: rank for rank, sentence in enumerate(proposed.by_words, 1)}
    vectors_rank = {sentence: rank for rank, sentence in enumerate(proposed.by_vectors, 1)}
    scores = late + _WORDS_WEIGHT * words[proposed.sentences] / max(float(words.max(initial=0.0)), 1e-9)
    hits = [
        SentenceHit(
            sentence=i,
            score=float(scores[place]) + proposed.nearby.get(i, 0.0),
            late=float(late[place]),
            cosine=float(proposed.cosine[i]),
            words=float(words[i]),
            words_rank=words_rank.get(i),
            vectors_rank=vectors_rank.get(i),
        )
        for place, i in enumerate(proposed.sentences)
    ]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.sentence)))


def _check_dimension(of: str, found: int, made: int) -> None:
    """Raise IndexDamaged unless an index has vectors of as many dimensions as its encoder makes them."""
    if found != made:
        raise IndexDamaged(
            f"The index has {of} vectors of {found} dimensions, its encoder makes them of {made}. "
            "Build it again with `a4a-qa index`."
        )


def _words(pieces: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
    """The words that pieces make up, and where each begins."""
    starts = [place for place, piece in enumerate(pieces) if place == 0 or not piece.startswith("##")]
    ends = [*starts[1:], len(pieces)]
    words = ("".join(p.removeprefix("##") for p in pieces[a:b]) for a, b in zip(starts, ends, strict=False))
    return tuple(words), starts
