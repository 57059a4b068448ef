"""Raw signals → the probability that the cited sentences answer the question.

Ranks say nothing about whether there is an answer, and a question that comes near the report without being
answered by it scores higher than one that is: it reuses the report's words. So the decision weighs what
speaks for an answer (how well the best sentence, its index questions and its passage meet the question, and
its least met word above all) against what speaks against one (how much better the near misses of the
sentence meet it, and numbers that do not stand there). A logistic curve, fitted on development questions
(`a4a-qa calibrate`), turns them into one probability.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.answering.short_answer import lacks_kind
from a4a_qa.errors import IndexDamaged
from a4a_qa.index.lexical import LexicalIndex, words_of
from a4a_qa.retrieval import Alignment, Hits

SHIPPED = Path(__file__).parent.parent / "data" / "confidence.json"
_NUMBER = re.compile(r"\b\d+(?:[.,/]\d+)*\b")


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known about a question and its best sentence; all between 0 and about 1.

    `best` and `second` are the late-interaction scores of the two best sentences, `lead` is the distance of
    their final scores; `near_miss` and `near_miss_here` are those of the best near miss of all and of this
    sentence's taken together. `met` is how well the question's words are met by the sentence, its index
    questions and its passage, `least_met` that of the worst met one; `standing` is the same for words that
    tell something, less what the near misses meet better. `in_passage` is the share of the question's words,
    by rarity, that stand in the passage; `numbers_missing` is the share of its numbers that do not, and
    `kind_missing` is 1 when it asks for a number, a date or the like and nothing of the kind is cited.
    """

    best: float
    second: float
    lead: float
    near_miss: float
    near_miss_here: float
    met: float
    least_met: float
    standing: float
    in_passage: float
    numbers_missing: float
    kind_missing: float

    def values(self) -> tuple[float, ...]:
        """The signals in the order of their names."""
        return tuple(asdict(self).values())


SIGNAL_NAMES = tuple(Signals.__dataclass_fields__)
_NONE = Signals(*[0.0] * len(SIGNAL_NAMES))


def read_signals(hits: Hits, question: str, passage: str, cited: str, lexical: LexicalIndex) -> Signals:
    """The signals of a question, given the passage of its best sentence and what would be cited."""
    alignment = hits.alignment
    if alignment is None or not len(alignment.weights):
        return _NONE
    met = alignment.met
    best, *others = hits.sentences
    second = others[0] if others else best
    rarity = {word: lexical.rarity(word) for word in words_of(question)}
    total = sum(rarity.values()) or 1.0
    there = frozenset(words_of(passage))
    missing = missing_numbers(question, passage)
    standing = standing_of(alignment)
    return Signals(
        best=best.late,
        second=second.late,
        lead=best.score - second.score,
        near_miss=hits.near_miss,
        near_miss_here=float(alignment.near_misses @ alignment.weights),
        met=float(met @ alignment.weights),
        least_met=float(met.min()),
        standing=float(min(standing.values(), default=met.min())),
        in_passage=sum(weight for word, weight in rarity.items() if word in there) / total,
        numbers_missing=len(missing) / max(1, len(numbers_in(question))),
        kind_missing=float(lacks_kind(question, cited)),
    )


def standing_of(alignment: Alignment) -> dict[str, float]:
    """How well each telling word is met, less how much better near misses meet it."""
    standing = alignment.met - np.maximum(alignment.near_misses - alignment.met, 0.0)
    pairs = zip(alignment.words, standing.tolist(), strict=True)
    return {word: found for word, found in pairs if words_of(word)}


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers and years that a text writes in digits, each once."""
    return tuple(dict.fromkeys(_NUMBER.findall(text)))


def missing_numbers(question: str, passage: str) -> tuple[str, ...]:
    """The numbers and years that a question names and a passage does not."""
    there = set(_NUMBER.findall(passage))
    return tuple(number for number in numbers_in(question) if number not in there)


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic curve over the signals, and what follows from the probability.

    Below `threshold` a question is refused; below `sure` its answer names the words that seem to be missing.
    """

    bias: float
    weights: Mapping[str, float]
    threshold: float
    sure: float

    def probability(self, signals: Signals) -> float:
        """The probability, between 0 and 1, that the best sentence answers the question."""
        values = asdict(signals)
        score = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


# Answers everything: what a calibration begins with.
UNFITTED = Confidence(0.0, dict.fromkeys(SIGNAL_NAMES, 0.0), 0.0, 0.0)


def read_confidence(path: Path = SHIPPED) -> Confidence:
    """A fitted curve from its file."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        weights = {name: float(values["weights"][name]) for name in SIGNAL_NAMES}
        return Confidence(float(values["bias"]), weights, float(values["threshold"]), float(values["sure"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"The calibration in {path} cannot be read: {error}.") from error
