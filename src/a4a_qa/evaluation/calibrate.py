"""`a4a-qa calibrate`: fits the confidence to the development questions of a gold set.

The curve learns in two steps. First the weights of the signals, from whether the report answers a question
at all: gold sets hold many wordings of answerable questions and few of the others, so each kind of question
has a fixed share of the weight. Then, along that one score, the probability that a cited sentence is one that
must be cited. The thresholds are the highest that cost answerable questions no more than a small share.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from a4a_qa.answering.confidence import SIGNAL_NAMES, Confidence, Signals
from a4a_qa.answering.evidence import pick
from a4a_qa.assistant import Assistant
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import GoldQuestion, read_gold
from a4a_qa.evaluation.learned import auroc, fit_logistic, fit_weights


@dataclass(frozen=True, slots=True)
class _Example:
    """The signals of one question, whether a cited sentence is right, and whether there is a right one."""

    signals: Signals
    right: bool
    kind: str


_SHARES = {"answerable": 0.5, "near": 0.25, "out_of_scope": 0.25}
# A refusal costs a person who could have been helped: at most this share of answerable questions is refused,
# and at most that share is refused or answered with a caveat.
_REFUSED, _DOUBTED = 0.04, 0.14


def calibrate(assistant: Assistant, gold_sets: Sequence[Path], output: Path) -> str:
    """Fit, write `output`, and return a line that says how well it went.

    Raises EvaluationError when a gold set cannot be used, MissingExtra without the extra «eval».
    """
    golds = [read_gold(folder, assistant.report) for folder in gold_sets]
    questions = [question for gold in golds for question in gold.questions if question.record.split == "dev"]
    examples = [example for question in questions if (example := _read(assistant, question))]
    right = [example.right for example in examples]
    if all(right) or not any(right):
        raise EvaluationError(
            "Calibrating needs development questions of both kinds, with and without answer."
        )
    answerable = [example.kind == "answerable" for example in examples]
    signals = [example.signals.values() for example in examples]
    bias, weights = fit_weights(signals, answerable, _importance(examples))
    scores = [bias + float(np.dot(weights, values)) for values in signals]
    step = fit_logistic(scores, right)
    curve = Confidence(
        round(step.bias + step.weight * bias, 4),
        {name: round(step.weight * w, 4) for name, w in zip(SIGNAL_NAMES, weights, strict=True)},
        threshold=0.0,
        sure=0.0,
    )
    probabilities = [curve.probability(example.signals) for example in examples]
    record = {
        "bias": curve.bias,
        "weights": dict(curve.weights),
        "threshold": _threshold(probabilities, answerable, _REFUSED),
        "sure": _threshold(probabilities, answerable, _DOUBTED),
        "questions": len(examples),
        "gold_sha256": [gold.sha256 for gold in golds],
    }
    output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    area = auroc(answerable, probabilities) or 0.0
    return f"{output}: {len(examples)} questions, AUROC {area:.3f}, threshold {record['threshold']}."


def _read(assistant: Assistant, question: GoldQuestion) -> _Example | None:
    """The example that a question makes; none when it is settled by a look-up, or is about endnotes."""
    if any(target.is_endnote for evidence in question.evidence for target in evidence.targets):
        return None
    found = assistant.explain(question.record.question, question.record.history)
    if found.signals is None or found.lookup is not None:
        return None
    cited = [assistant.report.sentences[position] for position in pick(found.hits)]
    places = [place for evidence in question.evidence for t in evidence.targets for place in t.places]
    right = any(place.start <= one.start and one.end <= place.end for place in places for one in cited)
    record = question.record
    kind = "answerable" if record.answerable else "out_of_scope" if record.kind == "out_of_scope" else "near"
    return _Example(found.signals, right and record.answerable, kind)


def _importance(examples: Sequence[_Example]) -> list[float]:
    """The weight of each question: those of one kind share what the kind has."""
    counts = Counter(example.kind for example in examples)
    return [_SHARES[example.kind] / counts[example.kind] * len(examples) for example in examples]


def _threshold(probabilities: Sequence[float], answerable: Sequence[bool], share: float) -> float:
    """The probability below which this share of the answerable questions lies."""
    kept = [
        probability for probability, has_answer in zip(probabilities, answerable, strict=True) if has_answer
    ]
    return round(float(np.quantile(kept, share)), 3)
