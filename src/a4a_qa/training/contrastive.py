"""`train_encoder`: contrastive training of an encoder on the questions on many reports.

A batch holds questions on one report, in runs from neighbouring sentences: what is hardest to tell apart is
the sentence next door. An epoch takes each question of a report once, but only some on a report with very
many, which would otherwise dominate. The loop is not that of sentence-transformers because a batch is encoded
once and compared in two ways.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.models.encoder import EncoderCard
from a4a_qa.output import NEW_FOLDER, folder_replaced
from a4a_qa.training.descent import OnStep, best_device, course, descend, learning_parameters, repeatable
from a4a_qa.training.export import (
    PROJECTION,
    describe,
    export_encoder,
    find_base_model,
    label_of,
    load_model,
    read_projection,
)
from a4a_qa.training.material import (
    KEYWORD_SHARE,
    TYPO_SHARE,
    Material,
    as_typed,
    material_sha256,
    read_material,
)
from a4a_qa.training.model_folder import check_replaceable
from a4a_qa.training.student import read_facts
from a4a_qa.training.tensors import BACK_WEIGHT, LATE_WEIGHT, VECTOR_WEIGHT, TensorEncoder, batch_loss

# How many neighbouring questions of a batch stand together, and how far they may change places.
_RUN, _JITTER = 8, 3.0
# Fewer questions in a batch are too few rivals.
_FEWEST = 16
# From how many sentences the first projection is made.
_PROJECTED = 2_000


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """How an encoder is trained; all of it goes into its card.

    An epoch takes `most` questions of a report, `most_own` of one in `corpus/`, which has thousands.
    `token_dimension` is the width of token vectors in late interaction (that of ColBERT), `longest` the
    number of tokens that are read of a text.
    """

    epochs: int = 3
    seed: int = 13
    learning_rate: float = 1.5e-4
    batch: int = 64
    longest: int = 112
    most: int = 280
    most_own: int = 16_000
    token_dimension: int = 128
    bfloat16: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions on one report (by its position in the material), each with a sentence that answers it.

    `typed` are the questions as somebody types them; `known[i]` the positions of all sentences that answer
    question i.
    """

    report: int
    questions: tuple[str, ...]
    typed: tuple[str, ...]
    sentences: tuple[int, ...]
    known: tuple[frozenset[int], ...]


def train_encoder(
    root: Path,
    output: Path,
    *,
    base: str | Path | None = None,
    keep: Path | None = None,
    recipe: EncoderRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> EncoderCard:
    """Train `base` (by default the base model) on all material of the repository at `root`, write the encoder
    to `output` and return its card.

    A `base` in a folder may have a `projection.npy`, which narrows its token vectors. `keep` is a folder for
    the trained model as it was before rounding, which a student can learn from. On one thread, the same
    material, base and recipe give the same encoder again. Raises ReportError, CorpusError, EncoderError or
    OutputError, also if `keep` holds anything, or MissingExtra without the extra `train`; then `output` stays
    as it was.
    """
    check_replaceable(output)
    if keep:
        check_replaceable(keep, NEW_FOLDER)
    recipe = recipe or EncoderRecipe()
    material = read_material(root)
    source = find_base_model() if base is None else base
    with repeatable(recipe.seed), tempfile.TemporaryDirectory() as room:
        model = load_model(source)
        card = describe(model, label_of(base), source)
        facts = {
            "reports": [one.name for one in material],
            "data_sha256": material_sha256(root),
            "sentences": sum(len(one.sentences) for one in material),
            "questions": sum(len(one.answered) for one in material),
            **asdict(recipe),
            # The same in every training, and so no part of a recipe.
            "vector_weight": VECTOR_WEIGHT,
            "late_weight": LATE_WEIGHT,
            "back_weight": BACK_WEIGHT,
            "typo_share": TYPO_SHARE,
            "keyword_share": KEYWORD_SHARE,
            "student": read_facts(Path(source)),
        }
        projection = read_projection(Path(source), card["dimension"])
        learner, losses = _teach(model, projection, material, recipe, on_step)
        trained, projection = Path(room), learner.projection.detach().cpu().numpy()
        model.to("cpu").save(str(trained))
        np.save(trained / PROJECTION, projection)
        if keep:
            with folder_replaced(keep, NEW_FOLDER) as kept:
                shutil.copytree(trained, kept, dirs_exist_ok=True)
        return export_encoder(
            trained,
            output,
            projection=projection,
            facts={
                "name": f"{str(card['base_model']).rpartition('/')[2]}-reports-int8",
                "base_model": card["base_model"],
                "base_sha256": card["base_sha256"],
                "training": {**facts, **course(losses)},
            },
            on_step=on_step,
        )


def _teach(
    model: Any, projection: Any, material: Sequence[Material], recipe: EncoderRecipe, on_step: OnStep
) -> tuple[TensorEncoder, list[float]]:
    """Train a sentence-transformers model in place, and with it a projection of its token vectors, which may
    begin with a given one; return both as one, and the loss of each step."""
    import torch

    chance = random.Random(recipe.seed)
    plan = [batch for _ in range(recipe.epochs) for batch in batches(material, recipe, chance)]
    learner = TensorEncoder(
        model, projection, longest=recipe.longest, bfloat16=recipe.bfloat16, device=best_device()
    )
    sentences = [sentence for one in material for sentence in one.sentences]
    learner.project(chance.sample(sentences, min(len(sentences), _PROJECTED)), recipe.token_dimension)
    rarities = [learner.rarity(one.sentences) for one in material]

    def loss_of(batch: Batch) -> Any:
        report, rarity = material[batch.report], rarities[batch.report]
        known = [
            [i != j and place in answers for j, place in enumerate(batch.sentences)]
            for i, answers in enumerate(batch.known)
        ]
        return batch_loss(
            learner.read(batch.typed, rarity),
            learner.read([report.sentences[place] for place in batch.sentences], rarity),
            torch.tensor(known, device=learner.device),
        )

    learning = [*learning_parameters(model[0].auto_model), learner.projection]
    rate, name = recipe.learning_rate, "Train the encoder"
    return learner, descend(learning, plan, loss_of, rate=rate, name=name, on_step=on_step)


def batches(material: Sequence[Material], recipe: EncoderRecipe, chance: random.Random) -> list[Batch]:
    """The batches of an epoch, in random order."""
    found = [batch for place, one in enumerate(material) for batch in _of_report(place, one, recipe, chance)]
    chance.shuffle(found)
    return found


def _of_report(place: int, report: Material, recipe: EncoderRecipe, chance: random.Random) -> Iterator[Batch]:
    most = recipe.most_own if report.is_own else recipe.most
    chosen = chance.sample(report.answered, min(len(report.answered), most))
    chosen.sort(key=lambda question: question.evidence[0] + chance.uniform(-_JITTER, _JITTER))
    first = chance.randrange(_RUN)
    runs = [chosen[:first], *(chosen[at : at + _RUN] for at in range(first, len(chosen), _RUN))]
    chance.shuffle(runs)
    step = max(1, recipe.batch // _RUN)
    for at in range(0, len(runs), step):
        together = [question for run in runs[at : at + step] for question in run]
        if len(together) < min(_FEWEST, len(chosen)):
            continue
        yield Batch(
            place,
            tuple(question.question for question in together),
            tuple(as_typed(question.question, chance) for question in together),
            tuple(chance.choice(question.evidence) for question in together),
            tuple(frozenset(question.evidence + question.also) for question in together),
        )
