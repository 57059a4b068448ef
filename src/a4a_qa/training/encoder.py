"""`train_encoder`: a base model learns from questions on many reports and becomes an encoder.

A batch holds questions on one report, in runs of neighbouring sentences: what is hardest to tell apart is
the sentence next door. Each epoch takes every question of a report once, but of a report with very many only
some, so that none of them rules. The loop is our own because a batch is encoded once and compared in two
ways; sentence-transformers loads and saves the model, and keeps the way it pools.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.index.encoder import EncoderCard
from a4a_qa.training.base import find_base_model
from a4a_qa.training.descent import Checkpoints, OnStep, best_device, course, descend, repeatable
from a4a_qa.training.export import PROJECTION, describe, export_encoder, label_of, load_model
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.losses import (
    BACK_WEIGHT,
    LATE_WEIGHT,
    TEACHER_WEIGHT,
    VECTOR_WEIGHT,
    batch_loss,
)
from a4a_qa.training.material import Material, material_sha256, read_material
from a4a_qa.training.pairs import KEYWORD_SHARE, TYPO_SHARE, as_typed
from a4a_qa.training.student import read_facts
from a4a_qa.training.teacher import Teacher, projection_tensor
from a4a_qa.training.tensors import TensorEncoder

# Neighbouring questions of a batch that stand together, and how far they may change places.
_RUN, _JITTER = 8, 3.0
# Fewer questions are too few rivals.
_FEWEST = 16
# Of how many sentences the first projection is made.
_PROJECTED = 2_000


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """How an encoder is trained; all of it goes into its card.

    `most` is how many questions of a report an epoch takes at most, `most_own` of one in `corpus/`, which has
    thousands; `token_dimension` is how wide token vectors are for late interaction (Khattab and Zaharia's
    ColBERT has as many), `longest` in tokens.
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
    """Questions on one report (by its place in the material), each with a sentence that answers it.

    `typed` are the questions as somebody types them. `known[i]` are the sentences (positions) that answer
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
    teacher: Path | None = None,
    state: Path | None = None,
    recipe: EncoderRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> EncoderCard:
    """Train `base` (by default the base model) on all that the repository at `root` has to learn from, and
    write the encoder to `output`.

    `teacher` is the folder of a sentence-transformers model whose scores are learnt as well. It, and a `base`
    that is a folder, may have a `projection.npy`, which narrows token vectors. `state` is a folder in which
    the training keeps where it is, to be resumed; in the end it holds the trained model, which may be the
    teacher of another. On one thread, the same material, models and recipe give the same encoder again.
    Raises ReportError, CorpusError or EncoderError, or MissingExtra without the extra `train`, and then
    leaves `output` as it was.
    """
    check_replaceable(output)
    recipe = recipe or EncoderRecipe()
    material = read_material(root)
    source = find_base_model() if base is None else base
    with repeatable(recipe.seed), quiet(), tempfile.TemporaryDirectory() as room:
        model = load_model(source)
        card = describe(model, label_of(base), source)
        taught_by = Teacher.open(teacher, recipe.longest, bfloat16=recipe.bfloat16) if teacher else None
        facts: dict[str, Any] = {
            "reports": [one.name for one in material],
            "data_sha256": material_sha256(root),
            "sentences": sum(len(one.sentences) for one in material),
            "questions": sum(len(one.answered) for one in material),
            **asdict(recipe),
            # The same in every training, and no choice of a recipe.
            "vector_weight": VECTOR_WEIGHT,
            "late_weight": LATE_WEIGHT,
            "back_weight": BACK_WEIGHT,
            "typo_share": TYPO_SHARE,
            "keyword_share": KEYWORD_SHARE,
            "teacher": {**taught_by.facts, "weight": TEACHER_WEIGHT} if taught_by else None,
            "student": read_facts(Path(source)),
        }
        told = hashlib.sha256(json.dumps([card["base_sha256"], facts]).encode()).hexdigest()
        folder = state or Path(room)
        learner, losses = teach(
            model,
            material,
            recipe,
            taught_by,
            on_step,
            Checkpoints(state, told) if state else None,
            projection=projection_tensor(Path(source), card["dimension"]),
        )
        projection = learner.projection.detach().cpu().numpy()
        model.to("cpu").save(str(folder / "model"))
        np.save(folder / "model" / PROJECTION, projection)
        return export_encoder(
            folder / "model",
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


def teach(
    model: Any,
    material: Sequence[Material],
    recipe: EncoderRecipe,
    teacher: Teacher | None,
    on_step: OnStep,
    checkpoints: Checkpoints | None = None,
    *,
    projection: Any = None,
) -> tuple[TensorEncoder, list[float]]:
    """Train a sentence-transformers model in place, and a projection of its token vectors with it, which may
    begin with one that it has; return both as one, and the loss of each step."""
    import torch

    chance = random.Random(recipe.seed)
    plan = [batch for _ in range(recipe.epochs) for batch in batches(material, recipe, chance)]
    learner = TensorEncoder(
        model,
        longest=recipe.longest,
        projection=projection,
        bfloat16=recipe.bfloat16,
        device=best_device(),
    )
    sentences = [sentence for one in material for sentence in one.sentences]
    learner.project(chance.sample(sentences, min(len(sentences), _PROJECTED)), recipe.token_dimension)
    rarities = [learner.rarity(one.sentences) for one in material]

    def loss_of(batch: Batch) -> Any:
        report, rarity = material[batch.report], rarities[batch.report]
        texts = [report.sentences[place] for place in batch.sentences]
        known = [
            [i != j and place in answers for j, place in enumerate(batch.sentences)]
            for i, answers in enumerate(batch.known)
        ]
        taught = teacher.scores(report, batch.questions, texts).to(learner.device) if teacher else None
        return batch_loss(
            learner.read(batch.typed, rarity),
            learner.read(texts, rarity),
            torch.tensor(known, device=learner.device),
            taught,
        )

    learning = [*_learning_parameters(model), learner.projection]
    losses = descend(
        learning, plan, loss_of,
        rate=recipe.learning_rate, name="Train the encoder", on_step=on_step, checkpoints=checkpoints,
    )  # fmt: skip
    return learner, losses


def _learning_parameters(model: Any) -> list[Any]:
    """What is trained: all but the word embeddings, most of which no text touches."""
    transformer = model[0].auto_model
    transformer.requires_grad_(True)
    transformer.get_input_embeddings().requires_grad_(False)
    return [parameter for parameter in transformer.parameters() if parameter.requires_grad]


def batches(material: Sequence[Material], recipe: EncoderRecipe, chance: random.Random) -> list[Batch]:
    """The batches of an epoch, in any order."""
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
