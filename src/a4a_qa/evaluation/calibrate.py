"""`a4a-qa calibrate`: fits the confidence to the development questions of a gold set.

A question counts as answered rightly when its best sentence is one that must be cited; the curve learns the
probability of that. The threshold is the highest that withholds no more than a small share of right answers.
Gold sets hold many wordings of answerable questions and few questions about something else, so each kind of
question has a fixed share of the weight.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from a4a_qa.answering.confidence import SIGNAL_NAMES, Confidence, Signals
from a4a_qa.assistant import Assistant
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import GoldQuestion, read_gold
from a4a_qa.evaluation.learned import auroc, fit_weights


@dataclass(frozen=True, slots=True)
class _Example:
    """The signals of one question, whether its best sentence is right, and whether there is a right one."""

    signals: Signals
    right: bool
    kind: str


# Half of what people ask has an answer; the rest is about something else more often than about a detail that
# the report comes near to without giving it.
_SHARES = {"answerable": 0.5, "near": 0.15, "out_of_scope": 0.35}
# A refusal costs a person who could have been helped: at most this share of right answers is withheld.
_WITHHELD = 0.05


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
    importance = _importance(examples)
    bias, weights = fit_weights([example.signals.values() for example in examples], right, importance)
    curve = Confidence(bias, dict(zip(SIGNAL_NAMES, weights, strict=True)), 0.0)
    probabilities = [curve.probability(example.signals) for example in examples]
    record = {
        "bias": bias,
        "weights": dict(curve.weights),
        "threshold": _threshold(probabilities, right),
        "questions": len(examples),
        "gold_sha256": [gold.sha256 for gold in golds],
    }
    output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    area = auroc(right, probabilities) or 0.0
    return f"{output}: {len(examples)} questions, AUROC {area:.3f}, threshold {record['threshold']}."


def _read(assistant: Assistant, question: GoldQuestion) -> _Example | None:
    """The example that a question makes; none when it is settled by a look-up, or is about endnotes."""
    if any(target.is_endnote for evidence in question.evidence for target in evidence.targets):
        return None
    found = assistant.explain(question.record.question, question.record.history)
    if found.signals is None or found.lookup is not None:
        return None
    best = assistant.report.sentences[found.hits.sentences[0].sentence]
    places = [place for evidence in question.evidence for t in evidence.targets for place in t.places]
    right = any(place.start <= best.start and best.end <= place.end for place in places)
    record = question.record
    kind = "answerable" if record.answerable else "out_of_scope" if record.kind == "out_of_scope" else "near"
    return _Example(found.signals, right and record.answerable, kind)


def _importance(examples: Sequence[_Example]) -> list[float]:
    """The weight of each question: those of one kind share what the kind has."""
    counts = Counter(example.kind for example in examples)
    return [_SHARES[example.kind] / counts[example.kind] * len(examples) for example in examples]


def _threshold(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """The probability from which on questions are answered, by the share of right answers withheld."""
    kept = [probability for probability, is_right in zip(probabilities, right, strict=True) if is_right]
    return round(float(np.quantile(kept, _WITHHELD)), 3)
