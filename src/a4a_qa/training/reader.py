"""`train_reader`: the model of pairs learns from questions on many reports which text answers.

It begins with the weights of a judge; the models of purposes beside it stay as they are.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from a4a_qa.files import file_sha256
from a4a_qa.index.encoder import SHIPPED as ENCODER
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.judge import SHIPPED, Judge
from a4a_qa.index.runtime import CARD_FILE, MODEL_FILE, WEIGHTS_FILE, weights_of
from a4a_qa.training.base import find_base_model
from a4a_qa.training.descent import Checkpoints, OnStep, course, descend, repeatable
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.judge_export import export_pairs
from a4a_qa.training.judge_import import read_pair_models
from a4a_qa.training.judge_model import PairModel
from a4a_qa.training.material import Material, material_sha256, read_material
from a4a_qa.training.rivals import Asked, Pair, batches, find_rivals
from a4a_qa.training.written import PlacedQuestion

# On the pairs of so many batches the exported judge has to say what its model does.
_COMPARED = 2


@dataclass(frozen=True, slots=True)
class ReaderRecipe:
    """How the reader is trained; all of it goes into its card.

    Of a report `most` questions are read that it answers, and for each hundred of these `negatives` hard
    negatives and `foreign` questions on other reports; of one in `corpus/`, which has thousands, `most_own`.
    `batch` is in questions, each of which
    makes some four pairs.
    """

    epochs: int = 1
    seed: int = 17
    learning_rate: float = 7e-5
    batch: int = 12
    most: int = 125
    most_own: int = 625
    negatives: int = 66
    foreign: int = 10
    bfloat16: bool = False


@dataclass(frozen=True, slots=True)
class TaughtReader:
    """Trained models of pairs, pairs on which their export has to say what they say, and what the card tells
    of their training."""

    models: list[PairModel]
    compared: list[Pair]
    facts: dict[str, Any]


def train_reader(
    root: Path,
    output: Path,
    *,
    judge: Path = SHIPPED,
    encoder: Path = ENCODER,
    base: Path | None = None,
    state: Path | None = None,
    recipe: ReaderRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Teach the model of pairs of the exported `judge` all that the repository at `root` has to learn from,
    beside what the `encoder` finds there, and write the judge with it to `output`.

    `state` is a folder in which the training keeps where it is, to be resumed. The same data, models, seed
    and machine give the same judge again. Raises ReportError, CorpusError or EncoderError, or MissingExtra
    without the extra `train`; then it leaves `output` as it was.
    """
    check_replaceable(output)
    recipe = recipe or ReaderRecipe()
    Judge.open(judge)  # for its errors: whatever is missing or damaged
    with quiet():
        models = read_pair_models(judge, base or find_base_model(), bfloat16=recipe.bfloat16)
    taught = teach_reader(root, models, encoder, recipe, on_step, state)
    card = json.loads((judge / CARD_FILE).read_text(encoding="utf-8"))
    further = {"from_sha256": file_sha256(judge / weights_of(MODEL_FILE)), **taught.facts}
    card["training"]["reports"] = sorted({*card["training"]["reports"], *taught.facts["reports"]})
    card["training"]["reader"] = [*card["training"].get("reader", []), further]
    with quiet():
        export_pairs(taught.models, judge, output, card, pairs=taught.compared)


def teach_reader(
    root: Path,
    models: list[PairModel],
    encoder: Path,
    recipe: ReaderRecipe,
    on_step: OnStep,
    state: Path | None = None,
) -> TaughtReader:
    """Train models of pairs in place, each in another order; raises as `train_reader` does."""
    chance = random.Random(recipe.seed)
    material = read_material(root)
    chosen = list(_chosen(material, recipe, chance))
    facts: dict[str, Any] = {
        "reports": [report.name for report in material],
        "data_sha256": material_sha256(root),
        "encoder_sha256": file_sha256(encoder / WEIGHTS_FILE),
        "questions": sum(len(some) for _, some in chosen),
        **asdict(recipe),
    }
    asked = list(_with_rivals(chosen, Encoder.open(encoder, threads=1), on_step))
    courses = []
    for number, model in enumerate(models, 1):
        plan = [pairs for _ in range(recipe.epochs) for pairs in batches(asked, recipe.batch, chance)]
        told = hashlib.sha256(json.dumps([number, facts]).encode()).hexdigest()
        with repeatable(recipe.seed), quiet():
            losses = descend(
                model.learning_parameters(), plan, model.loss, rate=recipe.learning_rate,
                name=f"Reader, {number} of {len(models)}", on_step=on_step,
                checkpoints=Checkpoints(state / str(number), told) if state else None,
            )  # fmt: skip
        courses.append(course(losses))
    compared = [pair for pairs in plan[:_COMPARED] for pair in pairs]
    return TaughtReader(models, compared, facts | {"pairs": courses})


def _chosen(
    material: Sequence[Material], recipe: ReaderRecipe, chance: random.Random
) -> Iterator[tuple[Material, list[PlacedQuestion]]]:
    """Each report with the questions that are read beside its sentences."""
    for report in material:
        most = recipe.most_own if report.is_own else recipe.most
        negative = [question for question in report.questions if question.hard_negative]
        some = chance.sample(report.answered, min(len(report.answered), most))
        some += chance.sample(negative, min(len(negative), most * recipe.negatives // 100))
        others = [other for other in material if other is not report and other.answered]
        for _ in range(most * recipe.foreign // 100 if others else 0):
            other = chance.choice(chance.choice(others).answered)
            some.append(PlacedQuestion(other.question, (), hard_negative="absent_detail"))
        yield report, some


def _with_rivals(
    chosen: Sequence[tuple[Material, Sequence[PlacedQuestion]]], encoder: Encoder, on_step: OnStep
) -> Iterator[Asked]:
    for number, (report, questions) in enumerate(chosen, 1):
        on_step(f"Find what competes in {report.name}, {number} of {len(chosen)}")
        yield from find_rivals(report, questions, encoder)
