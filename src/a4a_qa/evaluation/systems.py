"""The systems that a run can ask: the full one, here or over HTTP, and the baselines beside it.

The baselines get every help that is fair: the words and sentences of the index, read in their place,
follow-ups resolved as the full system resolves them, and a decision fitted to the development questions.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from a4a_qa import __version__
from a4a_qa.answering.answer import cite
from a4a_qa.answering.calibration import Calibration, Curve
from a4a_qa.assistant import Assistant
from a4a_qa.errors import EvaluationError, MissingExtra
from a4a_qa.evaluation.case import is_found, marks_in
from a4a_qa.evaluation.fitting import logistic
from a4a_qa.evaluation.gold import GoldQuestion
from a4a_qa.evaluation.run import RANKED, Ask
from a4a_qa.index.dense import DenseIndex, pack_vectors
from a4a_qa.index.lexical import LexicalIndex, words_of
from a4a_qa.index.parts import Parts
from a4a_qa.index.passages import PassageMap, sentence_in_place
from a4a_qa.index.retrieval import Retriever
from a4a_qa.index.storage import open_index
from a4a_qa.models.encoder import Encoder
from a4a_qa.question.query import read_query
from a4a_qa.report.report import Report, Span

System = Literal["full", "bm25", "dense", "hybrid", "abstain", "top1"]
# Those whose encoder may be another one than that of the index.
WITH_ENCODER = ("dense", "hybrid")
_SHOWN_PASSAGES = 10
# The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
_RRF = 60
# C so large that the curve is not shrunk: one weight and a bias cannot overfit some hundred rows.
_UNSHRUNK = 1e6
# An answer takes milliseconds; one that takes this long will not come.
_TIMEOUT_SECONDS = 30.0
# A busy service says when to ask again; it is waited for this long in all, as long as its rate limit lasts.
_PATIENCE_SECONDS = 120.0
_BUSY = (429, 503)
# The answer contract, as far as it is measured.
_REFUSAL: Mapping[str, Any] = {
    "status": "not_in_report",
    "text": "",
    "short_answer": None,
    "confidence": 0.0,
    "reason": {"code": "absent_detail", "message": "", "nearest": []},
    "citations": [],
    "passages": [],
}


@dataclass(frozen=True, slots=True)
class OpenedSystem:
    """A system that can be asked, and the description of it that a run keeps."""

    ask: Ask
    about: dict[str, Any]


def open_system(
    name: System,
    index: Path,
    questions: Sequence[GoldQuestion],
    encoder: Path | None = None,
    *,
    calibration: Calibration | None = None,
) -> OpenedSystem:
    """A system over an index folder.

    `bm25`, `dense` and `hybrid` fit their decision to the development questions among `questions`; the latter
    two search with the encoder in the folder `encoder`, by default that of the index. `calibration` decides
    in the full system in place of the shipped one. Raises IndexFolderError or EncoderError.
    """
    size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
    about = {"system": name, "package": __version__, "index_mb": round(size / 1e6, 1)}
    if name == "full":
        return OpenedSystem(_assistant(index, calibration), about)
    if name == "abstain":
        return OpenedSystem(lambda question, history: _REFUSAL, about)
    parts, _, own = open_index(index)
    if name == "top1":
        return OpenedSystem(Baseline(_best_of(Retriever(parts, own)), parts).ask, about)
    if name == "bm25":
        return OpenedSystem(fitted(Bm25(parts), parts, questions).ask, about)
    used = Encoder.open(encoder) if encoder else own
    about["encoder"] = used.card.name
    ranker = Dense(parts, used) if name == "dense" else Hybrid(parts, used)
    return OpenedSystem(fitted(ranker, parts, questions).ask, about)


def _assistant(index: Path, calibration: Calibration | None) -> Ask:
    assistant = Assistant.open(index, calibration=calibration)
    sentences = assistant.report.sentences

    def ask(question: str, history: Sequence[str]) -> Mapping[str, Any]:
        explained = assistant.explain(question, history)
        hits = explained.hits.sentences[:RANKED]
        ranked = [[sentences[hit.sentence].start, sentences[hit.sentence].end] for hit in hits]
        # As a service would send it, so that both ways of asking are measured alike.
        answer: Mapping[str, Any] = json.loads(json.dumps(explained.answer.to_dict() | {"ranked": ranked}))
        return answer

    return ask


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages and sentences by position, best first, and the raw score of the best sentence."""

    passages: Sequence[int]
    sentences: Sequence[int]
    score: float


# Ranks the passages and sentences of one index for a text.
Ranker = Callable[[str], Ranking]


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
            _ranked(self._passages.scores(words)), _ranked(sentences), float(sentences.max(initial=0.0))
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
    """BM25 and sentence vectors by reciprocal rank fusion. Its raw score is the best cosine of a sentence,
    because a fused score carries rank only."""

    def __init__(self, parts: Parts, encoder: Encoder) -> None:
        self._words, self._vectors = Bm25(parts), Dense(parts, encoder)

    def __call__(self, text: str) -> Ranking:
        by_words, by_vectors = self._words(text), self._vectors(text)
        return Ranking(
            _fused(by_words.passages, by_vectors.passages),
            _fused(by_words.sentences, by_vectors.sentences),
            by_vectors.score,
        )


def _best_of(retriever: Retriever) -> Ranker:
    """The ranking of the full system, without its decision."""

    def rank(text: str) -> Ranking:
        hits = retriever.search(text)
        best = hits.sentences[0].score if hits.sentences else 0.0
        return Ranking([hit.passage for hit in hits.passages], [hit.sentence for hit in hits.sentences], best)

    return rank


def _ranked(scores: NDArray[np.float32]) -> list[int]:
    return [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] > 0]


def _fused(*rankings: Sequence[int]) -> list[int]:
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + 1 / (_RRF + rank)
    return sorted(scores, key=lambda item: (-scores[item], item))


class Baseline:
    """Answers with the best sentence of a ranking, or refuses if a fitted curve finds it improbable."""

    def __init__(
        self, rank: Ranker, parts: Parts, curve: Curve | None = None, threshold: float = 0.0
    ) -> None:
        self._rank, self._curve, self._threshold = rank, curve, threshold
        self._report, self._passages = parts.report, parts.passages
        self._map = PassageMap(parts.report, parts.passages)

    def ask(self, question: str, history: Sequence[str] = ()) -> Mapping[str, Any]:
        """The answer contract, with `ranked`."""
        found = self._rank(read_query(question, history).search)
        confidence = self._curve.probability({"score": found.score}) if self._curve else None
        passages = [self._passages[position] for position in found.passages[:_SHOWN_PASSAGES]]
        ranked = [self._report.sentences[position] for position in found.sentences[:RANKED]]
        answer = {
            **_REFUSAL,
            "confidence": confidence,
            "passages": [{"id": p.id, "start": p.start, "end": p.end} for p in passages],
            "ranked": [[sentence.start, sentence.end] for sentence in ranked],
        }
        if not ranked:
            return answer
        best = Span(ranked[0].start, ranked[0].end)
        if confidence is not None and confidence < self._threshold:
            near = [{"start": best.start, "end": best.end}]
            return answer | {"reason": {**_REFUSAL["reason"], "nearest": near}}
        passage = self._passages[self._map.passage_of(found.sentences[0])]
        made = cite(self._report, best, marker=1, passage_id=passage.id, sentence_id=None)
        citation = {
            "quote": made.quote, "start": made.start, "end": made.end, "passage_id": made.passage_id,
            "section": list(made.section), "endnotes": list(made.endnotes),
        }  # fmt: skip
        said = {"status": "answered", "text": f"{made.quote} [1]", "reason": None, "citations": [citation]}
        return answer | said


def fitted(rank: Ranker, parts: Parts, questions: Sequence[GoldQuestion]) -> Baseline:
    """A baseline whose decision is fitted to the development questions among these."""
    scores, right, answerable = [], [], []
    for question in questions:
        if question.record.split == "dev":
            found = rank(read_query(question.record.question, question.record.history).search)
            scores.append({"score": found.score})
            right.append(bool(found.sentences) and _supports(question, parts.report, found.sentences[0]))
            answerable.append(question.record.answerable)
    curve = logistic(scores, right, size=_UNSHRUNK)
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


@contextmanager
def remote_system(url: str, *, timeout: float = _TIMEOUT_SECONDS) -> Iterator[OpenedSystem]:
    """A running service, asked as `Assistant.ask` is in process; leaving `with` closes the connection.

    `timeout` is in seconds. Raises EvaluationError for what is no address, MissingExtra. Asking raises
    EvaluationError when the service gives no answer.
    """
    try:
        import httpx
    except ImportError as error:
        raise MissingExtra("Evaluating a service", "eval") from error
    if not url.startswith(("http://", "https://")):
        raise EvaluationError(f"{url!r} is no address of a service, expected http://… or https://….")
    endpoint = f"{url.rstrip('/')}/v1/ask"
    # A proxy from the environment would answer for a service on this machine.
    with closing(httpx.Client(timeout=timeout, trust_env=False)) as client:

        def ask(question: str, history: Sequence[str]) -> Mapping[str, Any]:
            try:
                response = _patiently(client, endpoint, {"question": question, "history": list(history)})
            except httpx.TimeoutException as error:
                raise EvaluationError(f"{endpoint} gave no answer within {timeout:g} s") from error
            except httpx.HTTPError as error:
                raise EvaluationError(f"{endpoint} cannot be reached: {error}") from error
            if response.status_code != 200:
                raise EvaluationError(f"{endpoint} answered with status {response.status_code}, expected 200")
            try:
                values = response.json()
            except ValueError as error:
                raise EvaluationError(f"{endpoint} answered with something that is not JSON") from error
            if not isinstance(values, dict):
                kind = type(values).__name__
                raise EvaluationError(f"{endpoint} answered with a {kind}, expected an object")
            return values

        yield OpenedSystem(ask, {"system": "service", "url": url})


def _patiently(client: Any, endpoint: str, body: Mapping[str, Any]) -> Any:
    """The reply; a busy service is waited for and asked again."""
    patience = _PATIENCE_SECONDS
    while True:
        response = client.post(endpoint, json=body)
        told = response.headers.get("retry-after", "")
        if response.status_code not in _BUSY or not told.isdecimal():
            return response
        wait = max(1.0, float(told))
        if wait > patience:
            return response
        patience -= wait
        time.sleep(wait)
