"""What is fitted to development questions (`a4a-qa calibrate`): curves and thresholds, in one file.

A curve turns signals into a probability. It is logistic, so that each signal has one weight that a person can
read, and some hundred questions are enough to fit it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from a4a_qa.errors import CalibrationError
from a4a_qa.output import json_file, replaced

# Fitted to reports that no model has read.
SHIPPED = Path(__file__).parent.parent / "data" / "calibration.json"


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve over signals by their names."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        """The probability, between 0 and 1, that goes with these signals."""
        score = self.bias + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that was fitted.

    `evidence` gives the probability that a sentence belongs to the answer; from `cited` on it is cited.
    `answerable` gives the probability that the report answers the question; below `threshold` it is refused,
    below `sure` the answer names the words that seem to be missing. `right` gives the probability that the
    cited sentences are all that an answer needs, `lookup` the same for what is looked up. What is refused and
    met less than `elsewhere` is about something else.
    """

    evidence: Curve
    answerable: Curve
    right: Curve
    lookup: Curve
    cited: float
    threshold: float
    sure: float
    elsewhere: float


CALIBRATION_FILE = json_file("a calibration", "answerable", "cited", "threshold", "sure")
# Cites the best sentence and answers everything: what fitting begins with.
_NOTHING = Curve(0.0, {})
UNFITTED = Calibration(
    _NOTHING, _NOTHING, _NOTHING, _NOTHING, cited=1.0, threshold=0.0, sure=0.0, elsewhere=0.0
)


def read_calibration(path: Path = SHIPPED) -> Calibration:
    """A calibration from its file; raises CalibrationError when it cannot be used, as when a number in it is
    none, or a threshold is no probability."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(
            evidence=_curve(values["evidence"]),
            answerable=_curve(values["answerable"]),
            right=_curve(values["right"]),
            lookup=_curve(values["lookup"]),
            cited=_threshold(values, "cited"),
            threshold=_threshold(values, "threshold"),
            sure=_threshold(values, "sure"),
            elsewhere=_threshold(values, "elsewhere"),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CalibrationError(
            f"The calibration in {path} cannot be read: {error!r}. Fit it again with `a4a-qa calibrate`."
        ) from error


def write_calibration(calibration: Calibration, path: Path, *, facts: Mapping[str, Any]) -> None:
    """Write a calibration with `facts` on what it was fitted to; an old one stays until this is complete."""
    text = json.dumps(asdict(calibration) | dict(facts), indent=1)
    with replaced(path, CALIBRATION_FILE) as file:
        file.write(text + "\n")


def _curve(values: Mapping[str, Any]) -> Curve:
    weights = {str(name): _number(weight, name) for name, weight in values["weights"].items()}
    return Curve(_number(values["bias"], "bias"), weights)


def _threshold(values: Mapping[str, Any], name: str) -> float:
    number = _number(values[name], name)
    if not 0 <= number <= 1:
        raise ValueError(f"'{name}' is {number}, expected a number from 0 to 1")
    return number


def _number(value: Any, name: str) -> float:
    # JSON, as Python reads it, has NaN and infinities.
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"'{name}' is {number}, expected a finite number")
    return number
