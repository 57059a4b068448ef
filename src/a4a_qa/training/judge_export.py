"""The trained models of a judge become its folder: ONNX, tokenizer and card.

The model of pairs gets a scale a column, which takes the least time. Those of purposes are rounded to 4 bits,
which they bear, so that two take no more memory than one with 8.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256, folder_replaced
from a4a_qa.index.judge import INPUTS, JUDGE_FILES, OUTPUTS, PURPOSE_FILE, PURPOSE_OUTPUTS, Judge
from a4a_qa.index.runtime import MODEL_FILE, TOKENIZER_FILE, WORDS_FILE, weights_of
from a4a_qa.training.attention import attend_as_exported
from a4a_qa.training.columns import Example
from a4a_qa.training.folder import write_card, write_tokenizer
from a4a_qa.training.graph import write_onnx
from a4a_qa.training.judge_model import PairModel, PurposeModel
from a4a_qa.training.labelled import LabelledQuestion
from a4a_qa.training.rivals import Pair

# What the exported judge may differ from its trained models on average: in raw scores, and in probabilities.
_MOST_DIFFERENCE = {
    "parity_mean_difference": 0.25,
    "parity_form": 0.05,
    "parity_ends": 0.25,
    "parity_purpose": 0.05,
}


def export_judge(
    pair_models: Sequence[PairModel],
    purpose_models: Sequence[PurposeModel],
    output: Path,
    facts: Mapping[str, Any],
    *,
    pairs: Sequence[Pair],
    asked: Sequence[LabelledQuestion],
) -> None:
    """Write a judge as ONNX, and only when it still says what its models say of some pairs and some
    labelled questions."""
    with folder_replaced(output) as building:
        _write_pairs(pair_models, building, pairs)
        _write_purposes(purpose_models, building)
        write_tokenizer(pair_models[0].tokenizer, building / TOKENIZER_FILE)
        write_card(facts, building, JUDGE_FILES)
        judge = Judge.open(building)
        parity = _pair_parity(pair_models, judge, pairs) | _purpose_parity(purpose_models, judge, asked)
        _check(parity)
        write_card({**facts, **parity}, building, JUDGE_FILES)


def export_pairs(
    models: Sequence[PairModel],
    beside: Path,
    output: Path,
    facts: Mapping[str, Any],
    *,
    pairs: Sequence[Pair],
) -> None:
    """Write the judge that stands in `beside` with these models of pairs, and only when it says what they
    say; `facts` are its whole card."""
    with _replaced_beside(beside, output, MODEL_FILE) as building:
        _write_pairs(models, building, pairs)
        write_card(facts, building, JUDGE_FILES)
        parity = _pair_parity(models, Judge.open(building), pairs)
        _check(parity)
        write_card({**facts, **parity}, building, JUDGE_FILES)


def export_purposes(
    models: Sequence[PurposeModel],
    beside: Path,
    output: Path,
    facts: Mapping[str, Any],
    *,
    asked: Sequence[LabelledQuestion],
    seed: int | None = None,
) -> None:
    """Write the judge that stands in `beside` with these models of purposes, and only when it says what they
    say; `facts` are its whole card. Given a seed they are rounded by chance, from it."""
    with _replaced_beside(beside, output, PURPOSE_FILE) as building:
        _write_purposes(models, building, None if seed is None else np.random.default_rng(seed))
        write_card(facts, building, JUDGE_FILES)
        parity = _purpose_parity(models, Judge.open(building), asked)
        _check(parity)
        write_card({**facts, **parity}, building, JUDGE_FILES)


@contextmanager
def _replaced_beside(beside: Path, output: Path, graph: str) -> Iterator[Path]:
    """The judge in `beside`, to be written to `output` with another graph of this name; raises EncoderError
    when it would need another table of word embeddings."""
    own = file_sha256(beside / WORDS_FILE)
    with folder_replaced(output) as building:
        shutil.copytree(beside, building, dirs_exist_ok=True)
        (building / weights_of(graph)).unlink()  # onnx would write behind what is there
        yield building
        if file_sha256(building / WORDS_FILE) != own:
            raise EncoderError("The new models have another table of word embeddings than the judge.")


def _write_pairs(models: Sequence[PairModel], folder: Path, pairs: Sequence[Pair]) -> None:
    for model in models:
        attend_as_exported(model.transformer)
    examples = [_tokens(models[0], pair) for pair in pairs]
    write_onnx(_pair_module(models), INPUTS, OUTPUTS, folder, examples=examples)


def _write_purposes(
    models: Sequence[PurposeModel], folder: Path, chance: np.random.Generator | None = None
) -> None:
    for model in models:
        attend_as_exported(model.transformer)
    asked, named = ["input_ids"], PURPOSE_FILE
    write_onnx(_purpose_module(models), asked, PURPOSE_OUTPUTS, folder, name=named, chance=chance)


def _check(parity: Mapping[str, float]) -> None:
    """Raise EncoderError when an exported judge is too far from its models."""
    for name, found in parity.items():
        if not found <= _MOST_DIFFERENCE[name]:  # a NaN fails too
            raise EncoderError(
                f"The exported judge differs from its trained models: {name} is {found:.2f}, "
                f"expected at most {_MOST_DIFFERENCE[name]}. It does not bear rounding."
            )


def _pair_module(models: Sequence[PairModel]) -> Any:
    """A module that gives the mean of what models say of token ids of a question and a text, over one table
    of word embeddings: that of the base model, which none of them has changed."""
    import torch

    class Pairs(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.words = models[0].transformer.get_input_embeddings()
            self.transformers = torch.nn.ModuleList(model.transformer for model in models)
            self.heads = torch.nn.ModuleList(torch.nn.ModuleList(model.heads) for model in models)

        def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
            words = self.words(input_ids)
            said = []
            for transformer, (head, form, ends) in zip(self.transformers, self.heads, strict=True):
                given = {"inputs_embeds": words, "token_type_ids": token_type_ids}
                read = transformer(**given, return_dict=False)[0]
                mean, greatest = read.mean(dim=1), read.amax(dim=1)
                forms = form(torch.cat([mean, greatest], dim=1))
                said.append((head(mean)[:, 0], forms, ends(read)))
            return tuple(sum(each) / len(said) for each in zip(*said, strict=True))

    return Pairs()


def _purpose_module(models: Sequence[PurposeModel]) -> Any:
    """The same of token ids of questions alone."""
    import torch

    class Purposes(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.words = models[0].transformer.get_input_embeddings()
            self.transformers = torch.nn.ModuleList(model.transformer for model in models)
            self.heads = torch.nn.ModuleList(model.purpose for model in models)

        def forward(self, input_ids: Any) -> Any:
            words = self.words(input_ids)
            said = []
            for transformer, head in zip(self.transformers, self.heads, strict=True):
                read = transformer(inputs_embeds=words, return_dict=False)[0]
                said.append(head(torch.cat([read.mean(dim=1), read.amax(dim=1)], dim=1)))
            return sum(said) / len(said)

    return Purposes()


def _tokens(model: PairModel, pair: Pair) -> Example:
    """What the graph takes for a pair."""
    cut = {"truncation": True, "max_length": model.max_tokens, "return_tensors": "np"}
    read = model.tokenizer(pair.question, pair.text, **cut)
    return {name: read[name] for name in INPUTS}


def _pair_parity(models: Sequence[PairModel], judge: Judge, pairs: Sequence[Pair]) -> dict[str, float]:
    """The mean distances of what is said of pairs before and after rounding, by their names in the card."""
    import torch

    apart: dict[str, list[float]] = {"parity_mean_difference": [], "parity_form": [], "parity_ends": []}
    with torch.no_grad():
        for text in ((pair.question, pair.text) for pair in pairs):
            scores, forms, ends, read = zip(*(model.scores([text]) for model in models), strict=True)
            score, form, end = (torch.stack(said).mean(dim=0)[0] for said in (scores, forms, ends))
            after = judge.read(*text)
            of_text = read[0]["token_type_ids"][0] == 1
            apart["parity_mean_difference"].append(abs(float(score) - after.score))
            apart["parity_form"].append(_distance(torch.softmax(form, dim=0), list(after.forms.values())))
            # The last token of a text is the mark of its end.
            apart["parity_ends"].append(_distance(end[of_text][:-1], after.ends))
    return {name: round(float(np.mean(distances)), 4) for name, distances in apart.items()}


def _purpose_parity(
    models: Sequence[PurposeModel], judge: Judge, asked: Sequence[LabelledQuestion]
) -> dict[str, float]:
    """The same of what questions are for."""
    import torch

    apart = []
    with torch.no_grad():
        for one in asked:
            raw = torch.stack([model.purposes([one.question])[0] for model in models]).mean(dim=0)
            after = list(judge.purposes(one.question).values())
            apart.append(_distance(torch.softmax(raw, dim=0), after))
    return {"parity_purpose": round(float(np.mean(apart)), 4)}


def _distance(before: Any, after: Any) -> float:
    return float(np.abs(before.numpy() - np.asarray(after)).mean())
