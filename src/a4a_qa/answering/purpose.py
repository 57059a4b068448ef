"""What a question is for: the word of the rules, and that of weights learnt from labelled questions.

Rules tell what they were written for and little else: on questions of a new author they find half of what
they should. So a small head over the encoder's hidden states, which has read some thousands of labelled
questions by several authors and as many about the report, gives its word too. It speaks only when it is
nearly sure, since a needless refusal is as bad as a missed one, and overrules the rules only where it is as
sure of the contrary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.safeguarding import LIFTED, Category, Safeguard, plain_text, read_safeguard
from a4a_qa.errors import EncoderError
from a4a_qa.index.encoder import Encoder

SHIPPED = Path(__file__).parent.parent / "data" / "safeguarding" / "purpose.npz"
# The order of the head's classes.
CLASSES = ("C0", "C1", "C2", "C3", "C4", "C5")
_WITHHOLDING: tuple[Category, ...] = ("C2", "C3", "C4")
# How sure the head has to be; how these were chosen stands in docs/safeguarding.md.
_SURE: dict[Category, float] = {"C4": 0.85, "C2": 0.8, "C3": 0.8, "C1": 0.6, "C5": 0.6}
# Where nobody speaks of oneself, it has to be surer. Who speaks of protecting is declined by the rules only.
_SURE_OF_OTHERS = 0.97
# From here on that a question is about the report, the head overrules the rules: sooner where they would
# decline it than where they would help.
_ABOUT_REPORT: dict[Category, float] = {"C4": 0.6, "C2": 0.99, "C3": 0.99}
# The mean hidden state is brought to this length, so that it weighs as much as the strongest features.
MEAN_LENGTH = 4.0


@dataclass(frozen=True)
class PurposeHead:
    """Weights over hidden states of one encoder; `h` heads, whose probabilities are averaged.

    `inner` (h, dimension, width) and `inner_bias` (h, width) make features of each token, of which the
    greatest counts; `outer` (h, width + dimension, 6) and `outer_bias` (h, 6) weigh them and the mean hidden
    state. `encoder` is the SHA-256 of the model whose hidden states they are.
    """

    inner: NDArray[np.float32]
    inner_bias: NDArray[np.float32]
    outer: NDArray[np.float32]
    outer_bias: NDArray[np.float32]
    encoder: str

    def probabilities(self, hidden: NDArray[np.float32]) -> dict[str, float]:
        """The probability of each class, given hidden states (n, dimension)."""
        features = np.maximum(hidden @ self.inner + self.inner_bias[:, None], 0.0).max(axis=1)
        mean = hidden.mean(axis=0)
        mean = mean * (MEAN_LENGTH / max(float(np.linalg.norm(mean)), 1e-9))
        both = np.concatenate([features, np.broadcast_to(mean, (len(features), len(mean)))], axis=1)
        raw = np.einsum("hf,hfc->hc", both, self.outer) + self.outer_bias
        shares = np.exp(raw - raw.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return dict(zip(CLASSES, shares.mean(axis=0).tolist(), strict=True))


def read_head(path: Path = SHIPPED) -> PurposeHead:
    """The weights in a file; raises EncoderError when they cannot be used."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return PurposeHead(
                inner=np.asarray(arrays["inner"], np.float32),
                inner_bias=np.asarray(arrays["inner_bias"], np.float32),
                outer=np.asarray(arrays["outer"], np.float32),
                outer_bias=np.asarray(arrays["outer_bias"], np.float32),
                encoder=str(arrays["encoder"]),
            )
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise EncoderError(f"{path} cannot be read: {error}. Reinstall the package.") from error


class Purpose:
    """Tells what questions are for."""

    def __init__(self, rules: Safeguard, head: PurposeHead, encoder: Encoder) -> None:
        self.rules = rules
        self._head = head
        self._encoder = encoder

    @classmethod
    def shipped(cls, encoder: Encoder | None = None) -> Purpose:
        """What ships; `encoder` saves opening the shipped one again when it is the same."""
        head = read_head()
        if encoder is None or encoder.sha256 != head.encoder:
            encoder = Encoder.shipped()
        return cls(read_safeguard(), head, encoder)

    def category(self, question: str, *, about_report: bool = False) -> Category | None:
        """The kind of a question, None when it is simply about the report.

        `about_report` is the person's word that it is: that lifts C2 and C3, never C4.
        """
        told = self.rules.category(question, about_report=about_report)
        chances = self._head.probabilities(self._encoder.hidden(plain_text(question)))
        if told in _WITHHOLDING and chances["C0"] <= _ABOUT_REPORT[told]:
            return told
        if withheld := self._withheld(question, chances, about_report=about_report):
            return withheld
        for category in ("C1", "C5"):
            if told == category or chances[category] > _SURE[category]:
                return category
        return None

    def _withheld(
        self, question: str, chances: Mapping[str, float], *, about_report: bool
    ) -> Category | None:
        """What the head alone is sure enough of to withhold an answer."""
        kinds = [c for c in _WITHHOLDING if not (about_report and c in LIFTED)]
        likeliest = max(kinds, key=lambda category: chances[category])
        if likeliest == "C4" and self.rules.is_protective(question):
            return None
        sure = _SURE[likeliest] if self.rules.is_about_oneself(question) else _SURE_OF_OTHERS
        return likeliest if sum(chances[c] for c in kinds) > sure else None
