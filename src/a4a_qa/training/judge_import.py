"""The models of an exported judge as they can be trained: what `judge_export.py` does, undone.

They have the weights that they were rounded to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from a4a_qa.errors import EncoderError
from a4a_qa.index.judge import PURPOSE_FILE, Judge
from a4a_qa.index.runtime import MODEL_FILE
from a4a_qa.safeguarding.purpose import CLASSES, LEGITIMATE
from a4a_qa.training.graph import first_line
from a4a_qa.training.judge_model import PairModel, PurposeModel
from a4a_qa.training.quantise import unrounded

M = TypeVar("M", PairModel, PurposeModel)

# The table of word embeddings, and what is not exported, since no judge needs it.
_WORDS, _UNUSED = "embeddings.word_embeddings.weight", ("pooler.", "embeddings.position_ids")


def read_pair_models(judge: Path, base: Path, *, bfloat16: bool = False) -> list[PairModel]:
    """The models of pairs of an exported judge. Raises EncoderError if they have another shape than `base`.

    Their shares of what is normalised (`columns.py`) are undone, so that they can be rounded again."""
    import onnx

    weights = unrounded(onnx.load(judge / MODEL_FILE))
    models: list[PairModel] = []
    while own := _of_member(weights, f"transformers.{len(models)}."):
        model = PairModel(base, bfloat16=bfloat16)
        heads = [_of_member(weights, f"heads.{len(models)}.{number}.") for number in range(len(model.heads))]
        models.append(_with_weights(model, {**_words_of(weights), **own}, heads, judge, base))
    return models


def read_purpose_models(judge: Path, base: Path, *, bfloat16: bool = False) -> list[PurposeModel]:
    """The models of purposes of an exported judge.

    To a legitimate purpose that there was not yet when they were, they give the raw score of C0, of which it
    was a part. Raises EncoderError if they tell others than there are now, or have another shape than `base`.
    """
    import onnx
    import torch

    told = Judge.open(judge).purpose_names
    if told != CLASSES[: len(told)] or not set(CLASSES[len(told) :]) <= set(LEGITIMATE):
        raise EncoderError(
            f"The judge {judge} tells the purposes {', '.join(told)}, expected {', '.join(CLASSES)}. "
            "Train all of its models of purposes anew."
        )
    rows = torch.tensor([*range(len(told)), *(CLASSES.index("C0") for _ in CLASSES[len(told) :])])
    weights = unrounded(onnx.load(judge / PURPOSE_FILE))
    models: list[PurposeModel] = []
    while own := _of_member(weights, f"transformers.{len(models)}."):
        model = PurposeModel(base, bfloat16=bfloat16)
        head = {name: values[rows] for name, values in _of_member(weights, f"heads.{len(models)}.").items()}
        models.append(_with_weights(model, {**_words_of(weights), **own}, [head], judge, base))
    return models


def _with_weights(model: M, own: dict[str, Any], heads: list[dict[str, Any]], judge: Path, base: Path) -> M:
    """A model with the weights of its transformer and its heads."""
    other_shape = f"A model in {judge} has another shape than {base}"
    try:
        lacking = model.transformer.load_state_dict(own, strict=False).missing_keys
        for head, values in zip(model.heads, heads, strict=True):
            head.load_state_dict(values)
    except (RuntimeError, IndexError) as error:
        raise EncoderError(f"{other_shape}: {first_line(error)}.") from error
    if needed := [name for name in lacking if not name.startswith(_UNUSED)]:
        raise EncoderError(f"{other_shape}: {needed[0]} is missing.")
    return model


def _words_of(weights: dict[str, Any]) -> dict[str, Any]:
    """The table of word embeddings: all models have that of the first."""
    import torch

    return {_WORDS: torch.tensor(weights[f"transformers.0.{_WORDS}"])}


def _of_member(weights: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The weights of one model of several, by the names that it has for them."""
    import torch

    return {
        name.removeprefix(prefix): torch.tensor(values)
        for name, values in weights.items()
        if name.startswith(prefix)
    }
