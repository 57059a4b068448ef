"""A larger model that an encoder learns from: its scores say how near each sentence comes to a question.

It stays on the machine that trains; only what it has taught is shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from a4a_qa.training.descent import best_device
from a4a_qa.training.export import describe, label_of, load_model, read_projection
from a4a_qa.training.losses import Texts, late_interaction
from a4a_qa.training.material import Material
from a4a_qa.training.tensors import TensorEncoder


class Teacher:
    """A sentence-transformers model that scores by late interaction; made by `open`.

    Each text is encoded once and kept, rounded to 16 bits: some 10 kB a text.
    """

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
            projection=projection_tensor(folder, facts["dimension"]),
            bfloat16=bfloat16,
            device=best_device(),
        )
        return cls(encoder, {"model": facts["base_model"], "sha256": facts["base_sha256"]})

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


def projection_tensor(folder: Path, dimension: int) -> Any:
    """The projection in a model's folder as a tensor (dimension, any), None where there is none; raises
    EncoderError when its file holds another array."""
    import torch

    found = read_projection(folder, dimension)
    return None if found is None else torch.from_numpy(found).to(best_device())
