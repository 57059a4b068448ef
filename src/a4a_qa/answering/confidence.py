"""Raw signals → the probability that the cited sentences answer the question.

Ranks say nothing about whether there is an answer, so the decision rests on raw scores: how well the
best sentence matches token by token, how near its vector is, and how much of what the question says,
weighted by how rare each word is, stands in the evidence and in the report at all. A logistic curve,
fitted on development questions (`a4a-qa calibrate`), turns them into one probability.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from a4a_qa.answering.question import missing_years, years_in
from a4a_qa.errors import IndexDamaged
from a4a_qa.index.lexical import LexicalIndex, words_of
from a4a_qa.retrieval import Hits

SHIPPED = Path(__file__).parent.parent / "data" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known about a question and its best sentence; all between 0 and about 1.

    `late` and `cosine` are those of the best sentence; `near_miss` is the late-interaction score of the best
    near miss; `in_evidence` and `in_report` are the shares of the question's words, by rarity, that stand
    around the best sentence and in the report; `years_missing` is the share of the years asked for that do
    not stand around it.
    """

    late: float
    cosine: float
    near_miss: float
    in_evidence: float
    in_report: float
    years_missing: float

    def values(self) -> tuple[float, ...]:
        """The signals in the order of their names."""
        return tuple(asdict(self).values())


SIGNAL_NAMES = tuple(Signals.__dataclass_fields__)


def read_signals(hits: Hits, question: str, evidence_words: frozenset[str], lexical: LexicalIndex) -> Signals:
    """The signals of a question, given what it found and the words around its best sentence."""
    best = hits.sentences[0] if hits.sentences else None
    rarity = {word: lexical.rarity(word) for word in words_of(question)}
    total = sum(rarity.values()) or 1.0
    return Signals(
        late=best.late if best else 0.0,
        cosine=best.cosine if best else 0.0,
        near_miss=hits.near_miss,
        in_evidence=sum(weight for word, weight in rarity.items() if word in evidence_words) / total,
        in_report=sum(weight for word, weight in rarity.items() if lexical.knows(word)) / total,
        years_missing=len(missing_years(question, evidence_words)) / max(1, len(years_in(question))),
    )


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic curve over the signals, and the probability from which a question is answered."""

    bias: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, signals: Signals) -> float:
        """The probability, between 0 and 1, that the best sentence answers the question."""
        values = asdict(signals)
        score = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def read_confidence(path: Path = SHIPPED) -> Confidence:
    """A fitted curve from its file."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        weights = {name: float(values["weights"][name]) for name in SIGNAL_NAMES}
        return Confidence(float(values["bias"]), weights, float(values["threshold"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"The calibration in {path} cannot be read: {error}.") from error
