"""`train_judge`: models learn to tell what a sentence answers from near misses, and what a question is for.

One transformer learns from pairs of question and sentence, and tells the words that answer in short as well;
others learn from questions alone (`judge_data.py`). Those of a kind differ in their seed alone: what they say
on average is wrong less often.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.files import file_sha256
from a4a_qa.index.encoder import SHIPPED as ENCODER
from a4a_qa.index.judge import FORMS, SHIPPED, Judge
from a4a_qa.index.questions import ELSEWHERE_FILE, SEVERAL_FILE, AuthoredQuestion
from a4a_qa.index.runtime import CARD_FILE, WEIGHTS_FILE
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report
from a4a_qa.training.base import BASE_MODEL, BASE_SHA256, find_base_model
from a4a_qa.training.descent import OnStep, course, descend, repeatable
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.judge_data import (
    LabelledQuestion,
    Pair,
    as_asked,
    batches,
    labelled_files,
    own_questions,
    read_labelled,
)
from a4a_qa.training.judge_export import export_judge, export_pairs
from a4a_qa.training.judge_model import PairModel, PurposeModel
from a4a_qa.training.pair_data import PairData, read_authored_with_near_misses, read_pair_data
from a4a_qa.training.pairs import data_sha256

M = TypeVar("M", PairModel, PurposeModel)

# On so many batches of each kind the exported judge has to say what its models do.
COMPARED = 2


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
    questions = read_authored_with_near_misses(corpus, report)
    files = labelled_files(labelled)
    purpose_plans = purpose_plans_of(files, questions, recipe)
    pairs_taught = _teach_pairs(corpus, report, base, recipe, on_step)
    purpose_models, losses = teach_purposes(purpose_plans, base, recipe, on_step)
    facts = {
        "max_tokens": pairs_taught.models[0].max_tokens,
        "forms": list(FORMS),
        "purposes": list(CLASSES),
        "base_model": BASE_MODEL if base is None else base.name,
        "base_sha256": BASE_SHA256 if base is None else file_sha256(base / "model.safetensors"),
        "training": {
            "reports": [report.about.id],
            **pairs_taught.facts,
            "labelled": hashes(files),
            **asdict(recipe),
            "purposes": [course(own) for own in losses],
        },
    }
    with quiet():
        export_judge(
            pairs_taught.models,
            purpose_models,
            output,
            facts,
            pairs=pairs_taught.compared,
            asked=[one for batch in purpose_plans[0][:COMPARED] for one in batch],
        )


def train_pairs(
    corpus: Path,
    output: Path,
    *,
    judge: Path = SHIPPED,
    base: Path | None = None,
    recipe: JudgeRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Train the model of pairs anew as `train_judge` does, and write the exported `judge` with it to
    `output`; its models of purposes stay as they are."""
    check_replaceable(output)
    recipe = recipe or JudgeRecipe()
    Judge.open(judge)  # for its errors: whatever is missing or damaged
    report = read_report(corpus)
    taught = _teach_pairs(corpus, report, base, recipe, on_step)
    card = json.loads((judge / CARD_FILE).read_text(encoding="utf-8"))
    card["training"].pop("pairs_further", None)  # what is forgotten
    of_pairs = ("epochs", "models", "seed", "learning_rate", "batch", "bfloat16")
    card["training"]["pairs_anew"] = {
        **taught.facts,
        **{name: value for name, value in asdict(recipe).items() if name in of_pairs},
    }
    with quiet():
        export_pairs(taught.models, judge, output, card, pairs=taught.compared)


def hashes(files: Sequence[Path]) -> dict[str, str]:
    """The hash of each file of labelled questions, by its name and that of its folder."""
    return {f"{file.parent.name}/{file.name}": file_sha256(file) for file in files}


@dataclass(frozen=True, slots=True)
class _TaughtPairs:
    """Trained models of pairs, pairs on which their export has to say what they say, and what the card tells
    of their training."""

    models: list[PairModel]
    compared: list[Pair]
    facts: dict[str, Any]


def _teach_pairs(
    corpus: Path, report: Report, base: Path | None, recipe: JudgeRecipe, on_step: OnStep
) -> _TaughtPairs:
    data = read_pair_data(corpus, report)
    plans = [_pair_plan(data, recipe, random.Random(seed)) for seed in _seeds(recipe, recipe.models)]
    make = partial(PairModel, base or find_base_model(), report, bfloat16=recipe.bfloat16)
    models, losses = _taught(make, plans, recipe, "Pairs", on_step)
    facts = {
        "data": data_sha256(corpus, SEVERAL_FILE, ELSEWHERE_FILE),
        "encoder_sha256": file_sha256(ENCODER / WEIGHTS_FILE),
        "questions": sum(not question.near_miss for question in data.questions),
        "near_misses": sum(question.near_miss for question in data.questions),
        "questions_of_several": len(data.of_several),
        "questions_elsewhere": len(data.elsewhere),
        "pairs": [course(own) for own in losses],
    }
    return _TaughtPairs(models, [pair for batch in plans[0][:COMPARED] for pair in batch], facts)


def purpose_plans_of(
    files: Sequence[Path], questions: Sequence[AuthoredQuestion], recipe: JudgeRecipe
) -> list[list[list[LabelledQuestion]]]:
    """For each model of purposes its batches of the labelled questions of files, and of a report's own."""
    asked = (*read_labelled(files), *own_questions(questions))
    seeds = _seeds(recipe, recipe.purpose_models)
    return [_purpose_plan(asked, recipe, random.Random(seed)) for seed in seeds]


def teach_purposes(
    plans: Sequence[list[list[LabelledQuestion]]], base: Path | None, recipe: JudgeRecipe, on_step: OnStep
) -> tuple[list[PurposeModel], list[list[float]]]:
    """A trained model of purposes for each plan, and the losses of its steps."""
    make = partial(PurposeModel, base or find_base_model(), bfloat16=recipe.bfloat16)
    return _taught(make, plans, recipe, "Purposes", on_step)


def _seeds(recipe: JudgeRecipe, models: int) -> range:
    """The seeds of so many models of one kind."""
    return range(recipe.seed, recipe.seed + models)


def _pair_plan(data: PairData, recipe: JudgeRecipe, chance: random.Random) -> list[list[Pair]]:
    """All batches of pairs."""
    epochs = (data.batches(data.pairs(chance), recipe.batch, chance) for _ in range(recipe.epochs))
    return [batch for epoch in epochs for batch in epoch]


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
    model: PairModel | PurposeModel, plan: Sequence[list[Any]], rate: float, name: str, on_step: OnStep
) -> list[float]:
    """Train a model in place, telling of it by its name; return the loss of each step."""
    return descend(model.learning_parameters(), plan, model.loss, rate=rate, name=name, on_step=on_step)
