"""`train_pairs_further`: the model of pairs of a judge learns what a corpus folder has come to have since.

It begins with the weights it was exported with. What is new, and all that is about something else, is read
beside a sample of what it has learnt before, so that nothing is forgotten. The models of purposes stay as
they are.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.index.judge import SHIPPED, Judge
from a4a_qa.index.questions import ELSEWHERE_FILE, SEVERAL_FILE, authored_file, read_questions_of_several
from a4a_qa.index.runtime import CARD_FILE, MODEL_FILE, weights_of
from a4a_qa.parsing.read import read_report
from a4a_qa.training.base import find_base_model
from a4a_qa.training.descent import OnStep, course, repeatable
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.judge import COMPARED, teach
from a4a_qa.training.judge_data import Pair
from a4a_qa.training.judge_export import export_pairs
from a4a_qa.training.judge_import import read_pair_models
from a4a_qa.training.pair_data import PairData, read_pair_data
from a4a_qa.training.pairs import data_sha256, read_authored


@dataclass(frozen=True, slots=True)
class PairsFurtherRecipe:
    """How a model of pairs learns on; all of it goes into the card. `sample` is how many pairs learnt before
    come to one that is new, `seed` that of samples and batches."""

    epochs: int = 1
    sample: float = 1.5
    seed: int = 100
    learning_rate: float = 5e-5
    batch: int = 48
    bfloat16: bool = False


def train_pairs_further(
    corpus: Path,
    learnt: Path,
    output: Path,
    *,
    judge: Path = SHIPPED,
    base: Path | None = None,
    recipe: PairsFurtherRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Teach the model of pairs of the exported `judge` what a corpus folder has and `learnt`, the same folder
    as it was, has not; write the judge with it to `output`.

    `base` is the model that gave it its shape. The same judge, data, seed and machine give the same model
    again. Raises ReportError, CorpusError or EncoderError, or MissingExtra without the extra `train`; then it
    leaves `output` as it was.
    """
    check_replaceable(output)
    recipe = recipe or PairsFurtherRecipe()
    Judge.open(judge)  # for its errors: whatever is missing or damaged
    report = read_report(corpus)
    new, old = _parted(read_pair_data(corpus, report), learnt)
    with repeatable(recipe.seed), quiet():
        models = read_pair_models(judge, base or find_base_model(), report, bfloat16=recipe.bfloat16)
    courses = []
    plan: list[list[Pair]] = []
    for number, model in enumerate(models):
        plan = _plan(new, old, recipe, random.Random(recipe.seed + number))
        name = f"Pairs, {number + 1} of {len(models)}"
        with repeatable(recipe.seed + number), quiet():
            courses.append(course(teach(model, plan, recipe.learning_rate, name, on_step)))
    card = json.loads((judge / CARD_FILE).read_text(encoding="utf-8"))
    further = {
        "from_sha256": file_sha256(judge / weights_of(MODEL_FILE)),
        "data": data_sha256(corpus, SEVERAL_FILE, ELSEWHERE_FILE),
        "learnt": data_sha256(learnt, SEVERAL_FILE),
        "new_questions": len(new.questions) + len(new.of_several),
        "questions_elsewhere": len(new.elsewhere),
        **asdict(recipe),
        "pairs": courses,
    }
    card["training"]["pairs_further"] = [*card["training"].get("pairs_further", []), further]
    compared = [pair for batch in plan[:COMPARED] for pair in batch]
    with quiet():
        export_pairs(models, judge, output, card, pairs=compared)


def _parted(data: PairData, learnt: Path) -> tuple[PairData, PairData]:
    """What of a corpus folder is new, with all that is about something else, and the rest. Raises CorpusError
    when nothing is new, or all is."""
    report = read_report(learnt)
    known = {(one.text, one.near_miss) for one in read_authored(learnt, report)}
    several = {one.text for one in read_questions_of_several(authored_file(learnt, SEVERAL_FILE), report)}
    new, old = (
        replace(
            data,
            questions=[one for one in data.questions if ((one.text, one.near_miss) in known) is told],
            of_several=[one for one in data.of_several if (one.text in several) is told],
            elsewhere=() if told else data.elsewhere,
        )
        for told in (False, True)
    )
    if not (new.questions or new.of_several) or not old.questions:
        raise CorpusError(f"{learnt} is no earlier state of the same folder: nothing is new, or all is.")
    return new, old


def _plan(
    new: PairData, old: PairData, recipe: PairsFurtherRecipe, chance: random.Random
) -> list[list[Pair]]:
    """All batches: each epoch has all that is new and another sample of what is old."""
    plan: list[list[Pair]] = []
    for _ in range(recipe.epochs):
        found, before = new.pairs(chance), old.pairs(chance)
        found += chance.sample(before, min(len(before), round(recipe.sample * len(found))))
        chance.shuffle(found)
        plan += new.batches(found, recipe.batch, chance)
    return plan
