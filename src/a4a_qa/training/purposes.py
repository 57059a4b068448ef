"""`train_purposes`: the models of purposes of a judge are trained anew, all or one of them.

Those of a judge differ in their seed, or in their data: models that have learnt from other data err on other
messages, so that what two such models say on average is wrong less often.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.index.judge import PURPOSE_FILE, SHIPPED, Judge
from a4a_qa.index.runtime import CARD_FILE, weights_of
from a4a_qa.parsing.read import read_report
from a4a_qa.safeguarding.purpose import CLASSES
from a4a_qa.training.base import find_base_model
from a4a_qa.training.descent import OnStep, course, descend, repeatable
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.judge_export import export_purposes
from a4a_qa.training.judge_import import read_purpose_models
from a4a_qa.training.judge_model import PurposeModel
from a4a_qa.training.labelled import (
    LabelledQuestion,
    as_asked,
    batches,
    labelled_files,
    own_questions,
    read_labelled,
)
from a4a_qa.training.pairs import data_sha256, read_authored

# On so many batches the exported judge has to say what its models do.
_COMPARED = 2


@dataclass(frozen=True, slots=True)
class PurposeRecipe:
    """How models of purposes are trained; all of it goes into the card. They have the seed and those after
    it."""

    epochs: int = 3
    models: int = 2
    seed: int = 13
    learning_rate: float = 1e-4
    batch: int = 64
    bfloat16: bool = False


@dataclass(frozen=True, slots=True)
class Plans:
    """For each model its batches of questions, and what the card tells of these."""

    batches: list[list[list[LabelledQuestion]]]
    facts: dict[str, Any]

    @property
    def compared(self) -> list[LabelledQuestion]:
        """Questions of which an exported judge has to say what its models say."""
        return [question for batch in self.batches[0][:_COMPARED] for question in batch]


@dataclass(frozen=True, slots=True)
class TaughtPurposes:
    """Trained models of purposes, and what the card tells of their training."""

    models: list[PurposeModel]
    facts: dict[str, Any]


def train_purposes(
    corpus: Path,
    labelled: Sequence[Path],
    output: Path,
    *,
    replaced: int | None = None,
    judge: Path = SHIPPED,
    base: Path | None = None,
    recipe: PurposeRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Train the models of purposes of the exported `judge` anew on `labelled` questions, files or folders of
    them, and on those of a `corpus` folder, or only the model with the number `replaced`, counted from 1;
    write the judge with them to `output`. Its model of pairs stays as it is.

    Raises ReportError, CorpusError or EncoderError, or MissingExtra without the extra `train`; then it leaves
    `output` as it was.
    """
    check_replaceable(output)
    recipe = recipe or PurposeRecipe()
    Judge.open(judge)  # for its errors: whatever is missing or damaged
    base = base or find_base_model()
    if replaced is not None:
        recipe = replace(recipe, models=1)
        with quiet():
            kept = read_purpose_models(judge, base)
        if not 1 <= replaced <= len(kept):
            raise EncoderError(
                f"The judge has {len(kept)} models of purposes; there is no number {replaced}."
            )
    plans = read_plans(corpus, labelled, recipe)
    taught = teach_purposes(plans, base, recipe, on_step)
    models, facts = taught.models, plans.facts | taught.facts
    card = json.loads((judge / CARD_FILE).read_text(encoding="utf-8"))
    card["purposes"] = list(CLASSES)
    if replaced is None:
        card["training"].pop("further", None)  # what is forgotten
    else:
        facts |= {"replaced": replaced, "beside_sha256": file_sha256(judge / weights_of(PURPOSE_FILE))}
        models = [*kept[: replaced - 1], *models, *kept[replaced:]]
    card["training"]["purposes_anew"] = facts
    with quiet():
        export_purposes(models, judge, output, card, asked=plans.compared)


def read_plans(corpus: Path, labelled: Sequence[Path], recipe: PurposeRecipe) -> Plans:
    """For each model its batches of labelled questions, and of some of a corpus folder's own. Raises
    ReportError or CorpusError."""
    files = labelled_files(labelled)
    asked = (*read_labelled(files), *own_questions(read_authored(corpus, read_report(corpus))))
    plans = []
    for number in range(recipe.models):
        chance = random.Random(recipe.seed + number)
        epochs = (as_asked(asked, chance) for _ in range(recipe.epochs))
        plans.append(
            [
                batch
                for epoch in epochs
                for batch in batches(epoch, recipe.batch, lambda one: len(one.question), chance)
            ]
        )
    return Plans(plans, {"data": data_sha256(corpus), "labelled": hashes(files), **asdict(recipe)})


def hashes(files: Sequence[Path]) -> dict[str, str]:
    """The hash of each file of labelled questions, by its name and that of its folder."""
    return {f"{file.parent.name}/{file.name}": file_sha256(file) for file in files}


def teach_purposes(plans: Plans, base: Path | None, recipe: PurposeRecipe, on_step: OnStep) -> TaughtPurposes:
    """A trained model for each plan."""
    models, courses = [], []
    for number, plan in enumerate(plans.batches):
        name = f"Purposes, {number + 1} of {len(plans.batches)}"
        with repeatable(recipe.seed + number), quiet():
            model = PurposeModel(base or find_base_model(), bfloat16=recipe.bfloat16)
            losses = descend(
                model.learning_parameters(), plan, model.loss,
                rate=recipe.learning_rate, name=name, on_step=on_step,
            )  # fmt: skip
        models.append(model)
        courses.append(course(losses))
    return TaughtPurposes(models, {"purposes": courses})
