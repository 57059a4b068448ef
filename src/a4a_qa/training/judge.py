"""`train_judge`: models learn to tell what a sentence answers from near misses, and what a question is for.

One transformer learns from pairs of question and sentence, and tells the words that answer in short as well;
others learn from questions alone (`judge_data.py`). Those of a kind differ in their seed alone: what they say
on average is wrong less often.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.index.encoder import SHIPPED as ENCODER
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.judge import FORMS
from a4a_qa.index.passages import sentence_in_place
from a4a_qa.index.questions import (
    FILE_NAME,
    SEVERAL_FILE,
    AuthoredQuestion,
    QuestionOfSeveral,
    read_questions_of_several,
)
from a4a_qa.index.runtime import WEIGHTS_FILE
from a4a_qa.reading.read import read_report
from a4a_qa.report import Report
from a4a_qa.training.base import BASE_MODEL, BASE_SHA256, find_base_model
from a4a_qa.training.export import check_replaceable, quiet
from a4a_qa.training.judge_data import (
    NEIGHBOURS,
    LabelledQuestion,
    Pair,
    as_asked,
    batches,
    labelled_files,
    own_questions,
    pairs,
    read_labelled,
)
from a4a_qa.training.judge_export import export_judge
from a4a_qa.training.judge_model import PairModel, PurposeModel
from a4a_qa.training.pairs import data_sha256, read_authored
from a4a_qa.training.train import OnStep, repeatable

M = TypeVar("M", PairModel, PurposeModel)

_WEIGHT_DECAY, _LARGEST_GRADIENT, _WARM_UP = 0.01, 1.0, 0.08
_STEPS_BETWEEN_NEWS = 25
# On so many batches of each kind the exported judge has to say what its models do.
_COMPARED = 2


@dataclass(frozen=True, slots=True)
class JudgeRecipe:
    """How the judge is trained; all of it goes into its card. Models of one kind have the seed and those
    after it."""

    epochs: int = 2
    models: int = 1
    purpose_epochs: int = 3
    purpose_models: int = 2
    seed: int = 13
    learning_rate: float = 1e-4
    batch: int = 48
    purpose_batch: int = 64
    bfloat16: bool = False


def train_judge(
    corpus: Path,
    labelled: Sequence[Path],
    output: Path,
    *,
    base: Path | None = None,
    recipe: JudgeRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Train a judge on the index and practice questions of a corpus folder, their near misses, and `labelled`
    questions, files or folders of them; write it to `output`.

    The same data, base, shipped encoder, seed and machine give the same judge again. Raises ReportError,
    CorpusError or EncoderError, or MissingExtra without the extra `train`; then it leaves `output` as it was.
    """
    check_replaceable(output)
    recipe = recipe or JudgeRecipe()
    report = read_report(corpus)
    questions = read_authored(corpus, report)
    if not any(question.near_miss for question in questions):
        raise CorpusError(f"{corpus / FILE_NAME} has no near misses; a judge learns from them.")
    of_several = read_questions_of_several(corpus / SEVERAL_FILE, report)
    files = labelled_files(labelled)
    purposes = read_labelled(files)
    neighbours = _neighbours(report)
    lengths = [len(sentence_in_place(report, sentence)) for sentence in report.sentences]
    asked = (*purposes, *own_questions(questions))
    base_folder = base or find_base_model()

    plans = [
        _pair_plan(questions, of_several, neighbours, lengths, recipe, random.Random(seed))
        for seed in _seeds(recipe, recipe.models)
    ]
    purpose_plans = [
        _purpose_plan(asked, recipe, random.Random(seed)) for seed in _seeds(recipe, recipe.purpose_models)
    ]
    make_pairs = partial(PairModel, base_folder, report, bfloat16=recipe.bfloat16)
    make_purposes = partial(PurposeModel, base_folder, bfloat16=recipe.bfloat16)
    pair_models, losses = _taught(make_pairs, plans, recipe, "Pairs", on_step)
    purpose_models, purpose_losses = _taught(make_purposes, purpose_plans, recipe, "Purposes", on_step)
    facts = {
        "max_tokens": pair_models[0].max_tokens,
        "forms": list(FORMS),
        "purposes": list(CLASSES),
        **_facts(corpus, base, questions, of_several, files, recipe, losses, purpose_losses),
    }
    with quiet():
        export_judge(
            pair_models,
            purpose_models,
            output,
            facts,
            pairs=[pair for batch in plans[0][:_COMPARED] for pair in batch],
            asked=[one for batch in purpose_plans[0][:_COMPARED] for one in batch],
        )


def _seeds(recipe: JudgeRecipe, models: int) -> range:
    """The seeds of so many models of one kind."""
    return range(recipe.seed, recipe.seed + models)


def _neighbours(report: Report) -> NDArray[np.int64]:
    """The sentences that are near each sentence in meaning by the shipped encoder, (n sentences, any)."""
    texts = [sentence_in_place(report, sentence) for sentence in report.sentences]
    vectors = np.array([text.sentence for text in Encoder.shipped().encode(texts)])
    return np.argsort(-(vectors @ vectors.T), axis=1)[:, NEIGHBOURS]


def _pair_plan(
    questions: Sequence[AuthoredQuestion],
    of_several: Sequence[QuestionOfSeveral],
    neighbours: NDArray[np.int64],
    lengths: Sequence[int],
    recipe: JudgeRecipe,
    chance: random.Random,
) -> list[list[Pair]]:
    """All batches of pairs; `lengths` are those of the sentences."""

    def length(pair: Pair) -> int:
        return len(pair.question) + sum(lengths[position] for position in pair.sentences)

    plan: list[list[Pair]] = []
    for _ in range(recipe.epochs):
        found = pairs(questions, neighbours, chance, of_several=of_several)
        plan += batches(found, recipe.batch, length, chance)
    return plan


def _purpose_plan(
    asked: Sequence[LabelledQuestion], recipe: JudgeRecipe, chance: random.Random
) -> list[list[LabelledQuestion]]:
    """All batches of labelled questions."""
    plan: list[list[LabelledQuestion]] = []
    for _ in range(recipe.purpose_epochs):
        in_new_order = as_asked(asked, chance)
        plan += batches(in_new_order, recipe.purpose_batch, lambda one: len(one.question), chance)
    return plan


def _taught(
    make: Callable[[], M],
    plans: Sequence[Sequence[list[Any]]],
    recipe: JudgeRecipe,
    kind: str,
    on_step: OnStep,
) -> tuple[list[M], list[list[float]]]:
    """A trained model for each plan, and the losses of its steps."""
    models: list[M] = []
    losses: list[list[float]] = []
    for number, (seed, plan) in enumerate(zip(_seeds(recipe, len(plans)), plans, strict=True), 1):
        with repeatable(seed), quiet():
            model = make()
            named = f"{kind}, {number} of {len(plans)}"
            losses.append(teach(model, plan, recipe.learning_rate, named, on_step))
        models.append(model)
    return models, losses


def teach(
    model: PairModel | PurposeModel,
    plan: Sequence[list[Any]],
    rate: float,
    name: str,
    on_step: OnStep,
) -> list[float]:
    """Train a model in place, telling of it by its name; return the loss of each step."""
    import torch

    learning = model.learning_parameters()
    optimiser = torch.optim.AdamW(learning, lr=rate, weight_decay=_WEIGHT_DECAY)
    losses: list[float] = []
    for number, batch in enumerate(plan, 1):
        rising, falling = number / (len(plan) * _WARM_UP), (len(plan) - number + 1) / len(plan)
        optimiser.param_groups[0]["lr"] = rate * min(rising, falling / (1 - _WARM_UP), 1.0)
        loss = model.loss(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, _LARGEST_GRADIENT)
        optimiser.step()
        losses.append(float(loss.detach()))
        if number % _STEPS_BETWEEN_NEWS == 0 or number == len(plan):
            recent = losses[-_STEPS_BETWEEN_NEWS:]
            on_step(f"{name}: step {number} of {len(plan)}, loss {sum(recent) / len(recent):.3f}")
    return losses


def _facts(
    corpus: Path,
    base: Path | None,
    questions: Sequence[AuthoredQuestion],
    of_several: Sequence[QuestionOfSeveral],
    labelled: Sequence[Path],
    recipe: JudgeRecipe,
    losses: Sequence[Sequence[float]],
    purpose_losses: Sequence[Sequence[float]],
) -> dict[str, Any]:
    """What the card says of the training."""
    return {
        "base_model": BASE_MODEL if base is None else base.name,
        "base_sha256": BASE_SHA256 if base is None else file_sha256(base / "model.safetensors"),
        "training": {
            "data": data_sha256(corpus, SEVERAL_FILE),
            "encoder_sha256": file_sha256(ENCODER / WEIGHTS_FILE),
            "labelled": {f"{file.parent.name}/{file.name}": file_sha256(file) for file in labelled},
            "questions": sum(not question.near_miss for question in questions),
            "near_misses": sum(question.near_miss for question in questions),
            "questions_of_several": len(of_several),
            **asdict(recipe),
            "pairs": [course(own) for own in losses],
            "purposes": [course(own) for own in purpose_losses],
        },
    }


def course(losses: Sequence[float]) -> dict[str, float]:
    """How a training went: its steps, and the mean loss of the first and of the last tenth of them."""
    tenth = max(1, len(losses) // 10)
    first, last = sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth
    return {"steps": len(losses), "loss_first_tenth": round(first, 4), "loss_last_tenth": round(last, 4)}
