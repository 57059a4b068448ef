"""`train_further`: the models of purposes of a judge learn new labelled questions, in a quarter of an hour.

They begin with the weights they were exported with, and are rounded by chance, or else such small changes
would be rounded away. Beside what is new, each epoch has a sample of what they
have learnt before, so that nothing is forgotten. The model of pairs stays as it is.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.index.judge import PURPOSE_FILE, SHIPPED, Judge
from a4a_qa.index.runtime import CARD_FILE, weights_of
from a4a_qa.parsing.read import read_report
from a4a_qa.training.base import find_base_model
from a4a_qa.training.descent import OnStep, course, descend, repeatable
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.judge_export import export_purposes
from a4a_qa.training.judge_import import read_purpose_models
from a4a_qa.training.labelled import (
    LabelledQuestion,
    as_asked,
    batches,
    labelled_files,
    own_questions,
    read_labelled,
)
from a4a_qa.training.pairs import read_authored
from a4a_qa.training.purposes import hashes

# On so many questions the exported judge has to say what its models do.
_COMPARED = 128


@dataclass(frozen=True, slots=True)
class FurtherRecipe:
    """How models of purposes learn on; all of it goes into the card. `sample` is how many questions of those
    learnt before come to one that is new; the first model has the seeds `seed` of what it leaves out by
    chance and `order` of samples and batches, the next ones those after them."""

    epochs: int = 3
    sample: float = 2.0
    seed: int = 13
    order: int = 100
    learning_rate: float = 5e-5
    batch: int = 64
    bfloat16: bool = False


def train_further(
    corpus: Path,
    labelled: Sequence[Path],
    new: Sequence[Path],
    output: Path,
    *,
    judge: Path = SHIPPED,
    base: Path | None = None,
    recipe: FurtherRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Teach the models of purposes of the exported `judge` the `new` questions, beside samples of `labelled`
    ones and of the corpus folder's own; write the judge with them to `output`.

    `base` is the model that gave them their shape. The same judge, data, seed and machine give the same
    models again. Raises ReportError, CorpusError or EncoderError, or MissingExtra without the extra `train`;
    then it leaves `output` as it was.
    """
    check_replaceable(output)
    recipe = recipe or FurtherRecipe()
    Judge.open(judge)  # for its errors: whatever is missing or damaged
    new_files = labelled_files(new)
    learnt = read_labelled(new_files)
    old_files = [file for file in labelled_files(labelled) if file not in new_files]
    old = (*read_labelled(old_files), *own_questions(read_authored(corpus, read_report(corpus))))
    if len(old) < recipe.sample * len(learnt):
        raise CorpusError(
            f"There are {len(learnt):,} new questions and {len(old):,} old ones; name more of the old ones, "
            f"{recipe.sample:g} for each that is new."
        )
    with repeatable(recipe.seed), quiet():
        models = read_purpose_models(judge, base or find_base_model(), bfloat16=recipe.bfloat16)
    courses = []
    for number, model in enumerate(models):
        plan = _plan(learnt, old, recipe, random.Random(recipe.order + number))
        name = f"Purposes, {number + 1} of {len(models)}"
        with repeatable(recipe.seed + number), quiet():
            losses = descend(
                model.learning_parameters(), plan, model.loss,
                rate=recipe.learning_rate, name=name, on_step=on_step,
            )  # fmt: skip
        courses.append(course(losses))
    card = json.loads((judge / CARD_FILE).read_text(encoding="utf-8"))
    further = {
        "from_sha256": file_sha256(judge / weights_of(PURPOSE_FILE)),
        "labelled": hashes(new_files),
        **asdict(recipe),
        "purposes": courses,
    }
    card["training"]["further"] = [*card["training"].get("further", []), further]
    with quiet():
        export_purposes(models, judge, output, card, asked=learnt[:_COMPARED], seed=recipe.seed)


def _plan(
    new: Sequence[LabelledQuestion],
    old: Sequence[LabelledQuestion],
    recipe: FurtherRecipe,
    chance: random.Random,
) -> list[list[LabelledQuestion]]:
    """All batches: each epoch has all that is new and another sample of what is old."""
    plan: list[list[LabelledQuestion]] = []
    for _ in range(recipe.epochs):
        sample = chance.sample(old, round(recipe.sample * len(new)))
        asked = as_asked([*new, *sample], chance)
        plan += batches(asked, recipe.batch, lambda one: len(one.question), chance)
    return plan
