"""A larger model that an encoder learns from: its scores say how near each sentence comes to a question.

It stays on the machine that trains; only what it has taught is shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError
from a4a_qa.training.descent import best_device
from a4a_qa.training.export import describe, label_of, load_model
from a4a_qa.training.losses import Texts, late_interaction
from a4a_qa.training.material import Material
from a4a_qa.training.tensors import TensorEncoder


class Teacher:
    """A sentence-transformers model that scores by late interaction; made by `open`.

    Each text is encoded once and kept, rounded to 16 bits: some 10 kB a text.
    """

    PROJECTION: ClassVar[str] = "projection.npy"

    def __init__(self, encoder: TensorEncoder, facts: dict[str, Any]) -> None:
        self.facts = facts
        self._encoder = encoder
        self._kept: dict[tuple[str, str], tuple[Any, Any]] = {}
        self._rarities: dict[str, Any] = {}

    @classmethod
    def open(cls, folder: Path, longest: int, *, bfloat16: bool = False) -> Self:
        """Open the model in a folder, which reads texts of at most `longest` tokens. Raises EncoderError."""
        model = load_model(folder)
        facts = describe(model, label_of(folder), folder)
        encoder = TensorEncoder(
            model,
            longest=longest,
            projection=cls.projection_of(folder, facts["dimension"]),
            bfloat16=bfloat16,
            device=best_device(),
        )
        return cls(encoder, {"model": facts["base_model"], "sha256": facts["base_sha256"]})

    @classmethod
    def projection_of(cls, folder: Path, dimension: int) -> Any:
        """The projection of token vectors (dimension, any) in a model's folder, None where there is none;
        raises EncoderError when its file holds another array."""
        import torch

        path = folder / cls.PROJECTION
        if not path.is_file():
            return None
        return torch.from_numpy(_read_projection(path, dimension)).to(best_device())

    def scores(self, report: Material, questions: Sequence[str], sentences: Sequence[str]) -> Any:
        """The late interaction of questions on a report with some of its sentences, (questions, sentences),
        without a gradient."""
        return late_interaction(self._texts(report, questions), self._texts(report, sentences))

    def _texts(self, report: Material, texts: Sequence[str]) -> Texts:
        import torch
        from torch.nn.utils.rnn import pad_sequence

        if report.name not in self._rarities:
            self._rarities[report.name] = self._encoder.rarity(report.sentences)
        new = [text for text in dict.fromkeys(texts) if (report.name, text) not in self._kept]
        if new:
            with torch.no_grad():
                read = self._encoder.read(new, self._rarities[report.name])
            for text, tokens, weights in zip(new, read.tokens, read.weights, strict=True):
                told = weights > 0  # what weighs nothing matches nothing
                self._kept[report.name, text] = tokens[told].half(), weights[told]
        tokens, weights = zip(*(self._kept[report.name, text] for text in texts), strict=True)
        return Texts(
            None, pad_sequence(tokens, batch_first=True).float(), pad_sequence(weights, batch_first=True)
        )


def _read_projection(path: Path, dimension: int) -> NDArray[np.float32]:
    """The projection in a file, (dimension, any); raises EncoderError when it holds another array."""
    try:
        found: NDArray[np.float32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise EncoderError(f"{path} cannot be read: {error}.") from error
    if found.ndim != 2 or found.shape[0] != dimension or found.dtype != np.float32:
        raise EncoderError(
            f"{path} holds {found.dtype} of shape {found.shape}, expected float32 of ({dimension}, any)."
        )
    return found
