"""What the system is measured against: search by words, by an encoder, by both, and two that never decide.

The baselines get every help that is fair: the words and sentences of the index, read in their place,
follow-ups resolved as the system resolves them, and but for those two a decision fitted on the development
questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.answer import cite
from a4a_qa.evaluation.case import is_found, marks_in
from a4a_qa.evaluation.gold import GoldQuestion
from a4a_qa.evaluation.learned import Logistic, fit_logistic
from a4a_qa.evaluation.run import RANKED
from a4a_qa.index.dense import DenseIndex, pack_vectors
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.lexical import LexicalIndex, words_of
from a4a_qa.index.parts import Parts
from a4a_qa.index.passages import PassageMap, sentence_in_place
from a4a_qa.question.query import read_query
from a4a_qa.report import Report, Span

_SHOWN_PASSAGES = 10
# The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
_RRF = 60


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages and sentences by position, best first, and the raw score of the best sentence."""

    passages: Sequence[int]
    sentences: Sequence[int]
    score: float


class Ranker(Protocol):
    """Ranks the passages and sentences of one index."""

    def __call__(self, text: str) -> Ranking: ...


class Bm25:
    """BM25 over passages, and over sentences for the one to cite."""

    def __init__(self, parts: Parts) -> None:
        report = parts.report
        self._sentences = LexicalIndex(parts.words)
        self._passages = LexicalIndex(
            [words_of(". ".join([*p.section, report.text[p.start : p.end]])) for p in parts.passages]
        )

    def __call__(self, text: str) -> Ranking:
        words = words_of(text)
        sentences = self._sentences.scores(words)
        return Ranking(
            _best(self._passages.scores(words)), _best(sentences), float(sentences.max(initial=0.0))
        )


class Dense:
    """The cosine of sentence vectors; a passage is as good as its best sentence."""

    def __init__(self, parts: Parts, encoder: Encoder) -> None:
        report = parts.report
        texts = [sentence_in_place(report, sentence) for sentence in report.sentences]
        vectors = np.array([text.sentence for text in encoder.encode(texts)], dtype=np.float32)
        self._encoder, self._count = encoder, len(texts)
        self._vectors = DenseIndex(pack_vectors(vectors.reshape(-1, encoder.dimension)))
        self._map = PassageMap(report, parts.passages)

    def __call__(self, text: str) -> Ranking:
        ids, cosines = self._vectors.search(self._encoder.encode_one(text).sentence, self._count)
        nearest = ids.tolist()
        passages = list(dict.fromkeys(self._map.passage_of(sentence) for sentence in nearest))
        return Ranking(passages, nearest, float(cosines[0]) if nearest else 0.0)


class Hybrid:
    """BM25 and sentence vectors by reciprocal rank fusion; its raw score is the best cosine of a sentence,
    because a fused score carries rank only."""

    def __init__(self, parts: Parts, encoder: Encoder) -> None:
        self._words, self._vectors = Bm25(parts), Dense(parts, encoder)

    def __call__(self, text: str) -> Ranking:
        by_words, by_vectors = self._words(text), self._vectors(text)
        return Ranking(
            _fuse(by_words.passages, by_vectors.passages),
            _fuse(by_words.sentences, by_vectors.sentences),
            by_vectors.score,
        )


def _best(scores: NDArray[np.float32]) -> list[int]:
    return [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] > 0]


def _fuse(*rankings: Sequence[int]) -> list[int]:
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + 1 / (_RRF + rank)
    return sorted(scores, key=lambda item: (-scores[item], item))


class Baseline:
    """Answers with the best sentence of a ranking, or refuses when a fitted curve finds that improbable."""

    def __init__(
        self, rank: Ranker, parts: Parts, curve: Logistic | None = None, threshold: float = 0.0
    ) -> None:
        self._rank, self._curve, self._threshold = rank, curve, threshold
        self._compose, self._report = Composer(parts), parts.report

    def ask(self, question: str, history: Sequence[str] = ()) -> Mapping[str, Any]:
        """The answer contract."""
        found = self._rank(read_query(question, history).search)
        confidence = self._curve.probability(found.score) if self._curve else None
        answers = bool(found.sentences) and (confidence is None or confidence >= self._threshold)
        best = found.sentences[0] if found.sentences else None
        ranked = [self._report.sentences[position] for position in found.sentences[:RANKED]]
        answer = self._compose(found.passages, best, answers, confidence)
        return {**answer, "ranked": [[sentence.start, sentence.end] for sentence in ranked]}


def fitted(rank: Ranker, parts: Parts, questions: Sequence[GoldQuestion]) -> Baseline:
    """A baseline whose decision is fitted on the development questions among these."""
    scores, right, answerable = [], [], []
    for question in questions:
        if question.record.split == "dev":
            found = rank(read_query(question.record.question, question.record.history).search)
            scores.append(found.score)
            right.append(bool(found.sentences) and _supports(question, parts.report, found.sentences[0]))
            answerable.append(question.record.answerable)
    curve = fit_logistic(scores, right)
    return Baseline(rank, parts, curve, _threshold([curve.probability(s) for s in scores], right, answerable))


def _threshold(probabilities: Sequence[float], right: Sequence[bool], answerable: Sequence[bool]) -> float:
    """The probability from which to answer so that most questions are supported."""
    ranked = sorted(zip(probabilities, right, answerable, strict=True), reverse=True)
    best, threshold = 0, 2.0
    gained = 0
    for count, (probability, is_right, has_answer) in enumerate(ranked, 1):
        # Answering this one too: won if it is right, lost if refusing it would have been right.
        gained += is_right - (not has_answer)
        is_last_of_equals = count == len(ranked) or ranked[count][0] != probability
        if is_last_of_equals and gained > best:
            best, threshold = gained, probability
    return threshold


def _supports(question: GoldQuestion, report: Report, sentence: int) -> bool:
    """Whether one sentence is all the evidence that an answerable question needs."""
    cited = [report.sentences[sentence]]
    return question.record.answerable and all(
        is_found(evidence, cited, marks_in(report, cited)) for evidence in question.evidence
    )


class Composer:
    """Puts the answer contract together from positions, as far as it is measured."""

    def __init__(self, parts: Parts) -> None:
        self._report, self._passages = parts.report, parts.passages
        self._map = PassageMap(parts.report, parts.passages)

    def __call__(
        self, passages: Sequence[int], sentence: int | None, answers: bool, confidence: float | None
    ) -> Mapping[str, Any]:
        listed = [self._passages[position] for position in passages[:_SHOWN_PASSAGES]]
        cited = [self._citation(sentence)] if answers and sentence is not None else []
        near = [] if cited or sentence is None else [self._place(sentence)]
        return {
            "status": "answered" if cited else "not_in_report",
            "text": " ".join(f"{citation['quote']} [1]" for citation in cited),
            "short_answer": None,
            "confidence": confidence,
            "reason": None if cited else {"code": "absent_detail", "message": "", "nearest": near},
            "citations": cited,
            "passages": [{"id": p.id, "start": p.start, "end": p.end} for p in listed],
        }

    def _place(self, sentence: int) -> dict[str, int]:
        span = self._report.sentences[sentence]
        return {"start": span.start, "end": span.end}

    def _citation(self, sentence: int) -> dict[str, Any]:
        span = self._report.sentences[sentence]
        passage = self._passages[self._map.passage_of(sentence)]
        made = cite(
            self._report, Span(span.start, span.end), marker=1, passage_id=passage.id, sentence_id=None
        )
        return {
            "quote": made.quote, "start": made.start, "end": made.end, "passage_id": made.passage_id,
            "section": list(made.section), "endnotes": list(made.endnotes),
        }  # fmt: skip


def always_abstains(parts: Parts) -> Callable[[str, Sequence[str]], Mapping[str, Any]]:
    """Refuses every question."""
    compose = Composer(parts)
    return lambda question, history: compose((), None, False, 0.0)
