"""The layers of a transformer: taking some of them away makes a smaller model to train."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from a4a_qa.errors import EncoderError


def keep_layers(transformer: Any, layers: Sequence[int]) -> None:
    """Take all layers but these (from 0) from a transformer, in place; raises EncoderError when it lacks one
    of them, or its layers cannot be taken apart."""
    stack = getattr(getattr(transformer, "encoder", None), "layer", None)
    if stack is None:
        raise EncoderError(
            "The layers of this kind of model cannot be taken apart; those of BERT and MPNet can."
        )
    if not layers or not all(0 <= layer < len(stack) for layer in layers):
        raise EncoderError(f"The model has the layers 0 to {len(stack) - 1}, not all of {list(layers)}.")
    transformer.encoder.layer = type(stack)(stack[layer] for layer in layers)
    transformer.config.num_hidden_layers = len(layers)
