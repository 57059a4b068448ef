"""Training a judge, or one of its two parts, from base models or from an exported judge, and exporting it.

The model of pairs, its reader, is rounded to 8 bits, which takes the least time. Those of purposes are
rounded to 4 bits, so that two take no more memory than one with 8. A judge that goes on learning has the
weights that it was rounded to.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.models.encoder import SHIPPED as ENCODER
from a4a_qa.models.judge import (
    FORMS,
    INPUTS,
    JUDGE_FILES,
    OUTPUTS,
    PURPOSE_FILES,
    PURPOSE_OUTPUTS,
    SHIPPED,
    Judge,
)
from a4a_qa.models.runtime import CARD_FILE, MODEL_FILE, TOKENIZER_FILE, WORDS_FILE, weights_of
from a4a_qa.output import folder_replaced
from a4a_qa.safeguarding.purpose import CLASSES, LEGITIMATE
from a4a_qa.training.descent import OnStep, quiet, repeatable
from a4a_qa.training.export import BASE_MODEL, find_base_model
from a4a_qa.training.model_folder import (
    MODEL,
    check_replaceable,
    first_line,
    write_card,
    write_onnx,
    write_tokenizer,
)
from a4a_qa.training.purposes import (
    PurposeModel,
    PurposeRecipe,
    TaughtPurposes,
    read_labelled_material,
    teach_purposes,
)
from a4a_qa.training.quantise import Example, unrounded
from a4a_qa.training.reader import PairModel, ReaderRecipe, TaughtReader, TextModel, teach_reader
from a4a_qa.training.rivals import Pair

M = TypeVar("M", bound=TextModel)

# What an exported judge may differ from its trained models on average: in raw scores, and in probabilities.
_MOST_DIFFERENCE = {
    "parity_mean_difference": 0.25,
    "parity_form": 0.05,
    "parity_ends": 0.25,
    "parity_purpose": 0.05,
}
# Weights that are not exported, since no judge needs them.
_UNUSED = ("pooler.", "embeddings.position_ids")


def train_judge(
    root: Path,
    labelled: Sequence[Path],
    output: Path,
    *,
    encoder: Path = ENCODER,
    base: Path | None = None,
    reader: ReaderRecipe | None = None,
    purposes: PurposeRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Train a judge from `base` (by default the base model) and write it to `output`: its model of pairs on
    all material of the repository at `root`, beside what the `encoder` finds there, its models of purposes on
    `labelled` files or folders of questions and on those on the reports in `corpus/`.

    The same data, base, encoder, recipes and machine give the same judge again. Raises ReportError,
    CorpusError or EncoderError, or MissingExtra without the extra `train`; then `output` stays as it was.
    """
    check_replaceable(output)
    reader, purposes = reader or ReaderRecipe(), purposes or PurposeRecipe()
    source = base or find_base_model()
    asked = read_labelled_material(root, labelled)
    with repeatable(reader.seed):
        model = PairModel(source, bfloat16=reader.bfloat16)
    pairs = teach_reader(root, model, encoder, reader, on_step)
    alone = teach_purposes(asked, source, purposes, on_step)
    card = {
        "max_tokens": model.max_tokens,
        "forms": list(FORMS),
        "purposes": list(CLASSES),
        "base_model": BASE_MODEL if base is None else base.name,
        "base_sha256": file_sha256(source / "model.safetensors"),
        "training": {
            "reports": pairs.facts["reports"],
            "reader": [pairs.facts],
            "purposes_anew": alone.facts,
        },
    }
    _write_judge(output, card, reader=pairs, purposes=alone)


def train_reader(
    root: Path,
    output: Path,
    *,
    judge: Path = SHIPPED,
    encoder: Path = ENCODER,
    base: Path | None = None,
    recipe: ReaderRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Teach the model of pairs of an exported `judge` all material of the repository at `root`, beside what
    the `encoder` finds there, and write the judge with it to `output`; its models of purposes stay as they
    are.

    `base` is the model that the judge was trained from. The same data, models, recipe and machine give the
    same judge again. Raises as `train_judge` does.
    """
    check_replaceable(output)
    recipe = recipe or ReaderRecipe()
    Judge.open(judge)  # for its errors: whatever is missing or damaged
    with quiet():
        model = read_pair_model(judge, base or find_base_model(), bfloat16=recipe.bfloat16)
    taught = teach_reader(root, model, encoder, recipe, on_step)
    card = _card_of(judge)
    told = card["training"]
    told["reports"] = sorted({*told["reports"], *taught.facts["reports"]})
    from_sha256 = file_sha256(judge / weights_of(MODEL_FILE))
    told["reader"] = [*told.get("reader", []), {"from_sha256": from_sha256, **taught.facts}]
    _write_judge(output, card, reader=taught, beside=judge)


def train_purposes(
    root: Path,
    labelled: Sequence[Path],
    output: Path,
    *,
    replaced: int | None = None,
    judge: Path = SHIPPED,
    base: Path | None = None,
    recipe: PurposeRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Train the models of purposes of an exported `judge` anew from `base`, or only the one with the number
    `replaced`, counted from 1, on what `train_judge` has for them; write the judge with them to `output`. Its
    model of pairs stays as it is. Raises as `train_judge` does."""
    check_replaceable(output)
    recipe = recipe or PurposeRecipe()
    Judge.open(judge)  # for its errors: whatever is missing or damaged
    base = base or find_base_model()
    kept: list[PurposeModel] = []
    if replaced is not None:
        recipe = replace(recipe, models=1)
        with quiet():
            kept = read_purpose_models(judge, base)
        if not 1 <= replaced <= len(kept):
            raise EncoderError(
                f"The judge has {len(kept)} models of purposes; there is no number {replaced}."
            )
    taught = teach_purposes(read_labelled_material(root, labelled), base, recipe, on_step)
    card = _card_of(judge)
    card["purposes"] = list(CLASSES)
    if replaced is None:
        card["training"].pop("further", None)  # what only the models before have learnt
    else:
        beside = [file_sha256(judge / weights_of(name)) for name in PURPOSE_FILES]
        del beside[replaced - 1]
        facts = {**taught.facts, "replaced": replaced, "beside_sha256": beside}
        models = [*kept[: replaced - 1], *taught.models, *kept[replaced:]]
        taught = TaughtPurposes(models, taught.compared, facts)
    card["training"]["purposes_anew"] = taught.facts
    _write_judge(output, card, purposes=taught, beside=judge)


def _card_of(judge: Path) -> dict[str, Any]:
    card: dict[str, Any] = json.loads((judge / CARD_FILE).read_text(encoding="utf-8"))
    return card


def read_pair_model(judge: Path, base: Path, *, bfloat16: bool = False) -> PairModel:
    """The model of pairs of an exported judge; raises EncoderError if it has another shape than `base`."""
    import onnx

    weights = _tensors(unrounded(onnx.load(judge / MODEL_FILE)))
    return _with_weights(PairModel(base, bfloat16=bfloat16), weights, judge, base)


def read_purpose_models(judge: Path, base: Path) -> list[PurposeModel]:
    """The models of purposes of an exported judge.

    To a legitimate purpose that is newer than they are, they give the raw score of C0, of which it was a
    part. Raises EncoderError if they tell other purposes than there are now, or have another shape than
    `base`.
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
    models = []
    for name in PURPOSE_FILES:
        weights = _tensors(unrounded(onnx.load(judge / name)))
        weights |= {key: values[rows] for key, values in weights.items() if key.startswith("heads.")}
        models.append(_with_weights(PurposeModel(base), weights, judge, base))
    return models


def _tensors(weights: Mapping[str, Any]) -> dict[str, Any]:
    import torch

    return {name: torch.tensor(values) for name, values in weights.items()}


def _with_weights(model: M, weights: Mapping[str, Any], judge: Path, base: Path) -> M:
    """A model with these weights, by their names in an exported graph."""
    other_shape = f"A model in {judge} has another shape than {base}"
    try:
        lacking = model.transformer.load_state_dict(_part(weights, "transformer."), strict=False).missing_keys
        for number, head in enumerate(model.heads):
            head.load_state_dict(_part(weights, f"heads.{number}."))
    except RuntimeError as error:
        raise EncoderError(f"{other_shape}: {first_line(error)}.") from error
    if needed := [name for name in lacking if not name.startswith(_UNUSED)]:
        raise EncoderError(f"{other_shape}: {needed[0]} is missing.")
    return model


def _part(weights: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The weights of a part of a model, by the names that it has for them."""
    return {name.removeprefix(prefix): values for name, values in weights.items() if name.startswith(prefix)}


def _write_judge(
    output: Path,
    card: Mapping[str, Any],
    *,
    reader: TaughtReader | None = None,
    purposes: TaughtPurposes | None = None,
    beside: Path | None = None,
) -> None:
    """Write a judge with these models, in place of those of the judge in `beside`.

    Raises EncoderError when it does not say what its models say, or they have another table of word
    embeddings than the judge in `beside`; then `output` stays as it was.
    """
    with folder_replaced(output, MODEL) as building, quiet():
        if beside:
            made = [*([MODEL_FILE] if reader else []), *(PURPOSE_FILES if purposes else [])]
            # Without the weights that are made anew, to which onnx would append.
            others = shutil.ignore_patterns(*map(weights_of, made))
            shutil.copytree(beside, building, dirs_exist_ok=True, ignore=others)
        if reader:
            _write_pairs(reader, building)
        if purposes:
            for name, model in zip(PURPOSE_FILES, purposes.models, strict=True):
                write_onnx(_exported(model), ["input_ids"], PURPOSE_OUTPUTS, building, name=name)
        if beside and file_sha256(building / WORDS_FILE) != file_sha256(beside / WORDS_FILE):
            raise EncoderError("The new models have another table of word embeddings than the judge.")
        if reader and not beside:
            write_tokenizer(reader.model.tokenizer, building / TOKENIZER_FILE)
        write_card(card, building, JUDGE_FILES)
        judge = Judge.open(building)
        parity = _pair_parity(reader, judge) if reader else {}
        parity |= _purpose_parity(purposes, judge) if purposes else {}
        for name, found in parity.items():
            if not found <= _MOST_DIFFERENCE[name]:  # a NaN fails too
                raise EncoderError(
                    f"The exported judge differs from its trained models: {name} is {found:.2f}, "
                    f"expected at most {_MOST_DIFFERENCE[name]}. It does not bear rounding."
                )
        write_card({**card, **parity}, building, JUDGE_FILES)


def _write_pairs(reader: TaughtReader, folder: Path) -> None:
    model = reader.model
    cut = {"truncation": True, "max_length": model.max_tokens, "return_tensors": "np"}

    def example(pair: Pair) -> Example:
        read = model.tokenizer(pair.question, pair.text, **cut)
        return {name: read[name] for name in INPUTS}

    examples = [example(pair) for pair in reader.compared]
    write_onnx(_exported(model), INPUTS, OUTPUTS, folder, examples=examples)


def _exported(model: PairModel | PurposeModel) -> Any:
    """A torch module that gives what a model says of token ids. Its weights go by the names of its parts in
    the graph, from which they are read again."""
    import torch

    class Exported(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.transformer = model.transformer
            self.heads = torch.nn.ModuleList(model.heads)

        def forward(self, input_ids: Any, token_type_ids: Any = None) -> Any:
            given = {"input_ids": input_ids}
            if token_type_ids is not None:
                given["token_type_ids"] = token_type_ids
            hidden = self.transformer(**given, return_dict=False)[0]
            return model.raw(hidden, hidden.mean(dim=1), hidden.amax(dim=1))

    return Exported()


def _pair_parity(reader: TaughtReader, judge: Judge) -> dict[str, float]:
    """The mean distances between what is said of pairs before and after rounding, by their names on the
    card."""
    import torch

    apart: dict[str, list[float]] = {"parity_mean_difference": [], "parity_form": [], "parity_ends": []}
    with torch.no_grad():
        for text in ((pair.question, pair.text) for pair in reader.compared):
            score, form, ends, read = reader.model.scores([text])
            after = judge.read(*text)
            of_text = read["token_type_ids"][0] == 1
            apart["parity_mean_difference"].append(abs(float(score) - after.score))
            apart["parity_form"].append(_distance(torch.softmax(form[0], dim=0), list(after.forms.values())))
            # The last token of a text is the mark of its end.
            apart["parity_ends"].append(_distance(ends[0][of_text][:-1], after.ends))
    return {name: round(float(np.mean(distances)), 4) for name, distances in apart.items()}


def _purpose_parity(purposes: TaughtPurposes, judge: Judge) -> dict[str, float]:
    """The same for what is said of questions alone."""
    import torch

    apart = []
    with torch.no_grad():
        for one in purposes.compared:
            each = [model.purposes([one.question])[0] for model in purposes.models]
            after = list(judge.purposes(one.question).values())
            apart.append(_distance(torch.softmax(torch.stack(each).mean(dim=0), dim=0), after))
    return {"parity_purpose": round(float(np.mean(apart)), 4)}


def _distance(before: Any, after: Any) -> float:
    return float(np.abs(before.numpy() - np.asarray(after)).mean())
