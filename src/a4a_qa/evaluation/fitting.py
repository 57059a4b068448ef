"""Rows of signals → curves and thresholds: what of calibrating can be worked out in the head.

Sets differ in how many of each kind of question they hold, so each kind has a fixed share of the weight.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from a4a_qa.answering.calibration import Curve
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.learned import fit_weights

Kind = Literal["answerable", "near", "out_of_scope"]
# How much the kinds of questions weigh, whatever their number: near misses are hard to tell and get more than
# their share, but a probability has to fit what people ask, most of which has an answer.
TELLING: Mapping[Kind, float] = {"answerable": 0.55, "near": 0.35, "out_of_scope": 0.1}
ASKED: Mapping[Kind, float] = {"answerable": 0.8, "near": 0.15, "out_of_scope": 0.05}

# The signals that tell whether there is an answer. The others tell it of the reports that a curve is fitted
# to, and mislead about the next one (docs/experiments.md); so do weights that are not held small.
TELL_ANSWERABLE = (
    "second",
    "met",
    "least_telling_met",
    "numbers_uncited",
    "rarest_unmet",
    "names_unknown",
    "judged",
    "judged_cited",
    "in_no_words",
    "denied",
    "affirmed",
)
_LARGE, _SMALL = 30.0, 3.0


@dataclass(frozen=True, slots=True)
class Row:
    """A question as it is fitted to: its kind, and the signals of it or of each of its parts."""

    kind: Kind
    parts: Sequence[Mapping[str, float]]

    @property
    def is_answerable(self) -> bool:
        """Whether the report answers it."""
        return self.kind == "answerable"

    def best_part(self, answerable: Curve) -> Mapping[str, float]:
        """The signals of the part that decides whether there is an answer."""
        return max(self.parts, key=answerable.probability)

    def least_good(self, answerable: Curve, threshold: float) -> float:
        """The probability of the least sure of the parts that are answered; of the surest when none is."""
        found = [answerable.probability(part) for part in self.parts]
        return min((p for p in found if p >= threshold), default=max(found))


def fit(
    signals: Sequence[Mapping[str, float]],
    right: Sequence[bool],
    importance: Sequence[float],
    *,
    names: Sequence[str] = (),
    size: float = _LARGE,
) -> Curve:
    """A logistic curve over rows of signals by their `names`, by default all of the first row; constant when
    all rows are alike. `size` is how large weights may become: the inverse of the strength of L2."""
    if len(set(right)) < 2:
        return Curve(30.0 if all(right) else -30.0, {})
    names = names or list(signals[0])
    rows = [[row[name] for name in names] for row in signals]
    bias, weights = fit_weights(rows, right, importance, size)
    return Curve(bias, dict(zip(names, weights, strict=True)))


def fit_answerable(rows: Sequence[Row]) -> Curve:
    """The curve of questions that the report answers. A part of one that has none may have one, so of these
    only the whole ones tell."""
    telling = [row for row in rows if row.is_answerable or len(row.parts) == 1]
    has_answer = [row.is_answerable for row in telling]
    weights = importance([row.kind for row in telling], TELLING)

    def curve(signals: Sequence[Mapping[str, float]]) -> Curve:
        names = [name for name in TELL_ANSWERABLE if name in signals[0]]
        return fit(signals, has_answer, weights, names=names, size=_SMALL)

    first = curve([row.parts[0] for row in telling])
    # Which part is the best is known from a first curve.
    return curve([row.best_part(first) for row in telling])


def as_asked(answerable: Curve) -> Curve:
    """The curve that was fitted to the mix of `TELLING`, for the mix that people ask."""
    shift = _log_odds(ASKED["answerable"]) - _log_odds(TELLING["answerable"])
    return replace(answerable, bias=round(answerable.bias + shift, 4))


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def importance(kinds: Sequence[Kind], shares: Mapping[Kind, float]) -> list[float]:
    """The weight of each question: those of one kind share what the kind has."""
    counts = Counter(kinds)
    return [shares[kind] / counts[kind] * len(kinds) for kind in kinds]


def threshold(probabilities: Sequence[float], answerable: Sequence[bool], share: float) -> float:
    """The probability below which this share of the answerable questions lies.

    Raises EvaluationError when none is answerable.
    """
    kept = [
        probability for probability, has_answer in zip(probabilities, answerable, strict=True) if has_answer
    ]
    if not kept:
        raise EvaluationError("Calibrating needs answerable questions that are searched for, not looked up.")
    return round(float(np.quantile(kept, share)), 3)
