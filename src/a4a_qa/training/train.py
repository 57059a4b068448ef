"""`train_encoder`: the base model learns from index and practice questions and becomes an encoder.

The loop is our own because a batch is encoded once and compared in several ways, by sentence vectors and
by token vectors; sentence-transformers loads and saves the model, and keeps the way it pools.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.index.encoder import Encoder, EncoderCard
from a4a_qa.index.questions import FILE_NAME, authored_file
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report
from a4a_qa.training.base import find_base_model
from a4a_qa.training.descent import OnStep, course, descend, repeatable
from a4a_qa.training.export import describe, export_encoder, label_of, load_model
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.losses import LATE_WEIGHT, VECTOR_WEIGHT, batch_loss
from a4a_qa.training.pairs import (
    KEYWORD_SHARE,
    TYPO_SHARE,
    Example,
    Pick,
    batches,
    data_sha256,
    read_examples,
)
from a4a_qa.training.reader import Reader
from a4a_qa.training.scores import development_scores, read_development

EPOCHS = 3
SEED = 13
LEARNING_RATE = 1e-4
# How wide token vectors are for late interaction (Khattab and Zaharia's ColBERT has as many): a third of the
# space and time of the hidden states.
TOKEN_DIMENSION = 128
# Sentences a batch: each is told apart from this many less one.
BATCH = 64
# Longer sentences are cut; a few in a hundred are. The exported encoder reads more.
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Recipe:
    """How training is done; all of it goes into the card."""

    epochs: int
    seed: int
    learning_rate: float = LEARNING_RATE
    batch: int = BATCH
    longest: int = LONGEST
    token_dimension: int = TOKEN_DIMENSION
    bfloat16: bool = False


def train_encoder(
    corpus: Path,
    output: Path,
    *,
    development: Path | None = None,
    base: str | Path | None = None,
    epochs: int = EPOCHS,
    seed: int = SEED,
    bfloat16: bool = False,
    on_step: OnStep = lambda step: None,
) -> EncoderCard:
    """Train `base` (by default the base model) on a corpus folder, write the encoder to `output`.

    `development` is a folder or file of gold questions; scores on its development split go into the card.
    With `bfloat16`, products are rounded to it, which takes half the time on processors that have it.
    On one thread, the same corpus, base, seed and machine give the same encoder again. Raises ReportError,
    CorpusError or EncoderError, or MissingExtra without the extra `train`, and then leaves `output` as it
    was.
    """
    check_replaceable(output)
    report = read_report(corpus)
    examples = read_examples(corpus, report)
    questions = read_development(development, report) if development else ()
    source = find_base_model() if base is None else base
    recipe = Recipe(epochs, seed, bfloat16=bfloat16)

    def measure(encoder: Encoder) -> Mapping[str, Any]:
        if not questions:
            return {}
        on_step("Score the development questions")
        return {
            "development": development_scores(encoder, report, authored_file(corpus, FILE_NAME), questions)
        }

    with repeatable(seed), quiet(), tempfile.TemporaryDirectory() as room:
        model = load_model(source)
        card = describe(model, label_of(base), source)
        taught = teach(model, examples, recipe, on_step)
        model.save(str(Path(room) / "model"))
        return export_encoder(
            Path(room) / "model",
            output,
            projection=taught.projection,
            facts=_facts(card, corpus, report, examples, recipe, taught.losses),
            measure=measure,
            on_step=on_step,
        )


def _facts(
    base: Mapping[str, Any],
    corpus: Path,
    report: Report,
    examples: Sequence[Example],
    recipe: Recipe,
    losses: Sequence[float],
) -> dict[str, Any]:
    """What the card says of the training."""
    return {
        "name": f"{str(base['base_model']).rpartition('/')[2]}-{report.about.id}-int8",
        "base_model": base["base_model"],
        "base_sha256": base["base_sha256"],
        "training": {
            "reports": [report.about.id],
            "data": data_sha256(corpus),
            "sentences": len(examples),
            "questions": sum(len(example.questions) for example in examples),
            "near_misses": sum(len(example.near_misses) for example in examples),
            **asdict(recipe),
            # The same in every training, and no choice of a recipe.
            "vector_weight": VECTOR_WEIGHT,
            "late_weight": LATE_WEIGHT,
            "typo_share": TYPO_SHARE,
            "keyword_share": KEYWORD_SHARE,
            **course(losses),
        },
    }


@dataclass(frozen=True, slots=True)
class Taught:
    """The loss of each step, and what makes token vectors narrower, (dimension, token_dimension)."""

    losses: Sequence[float]
    projection: NDArray[np.float32]


def teach(model: Any, examples: Sequence[Example], recipe: Recipe, on_step: OnStep) -> Taught:
    """Train a sentence-transformers model in place, and a projection of its token vectors with it."""
    chance = random.Random(recipe.seed)
    plan = [picks for _ in range(recipe.epochs) for picks in batches(examples, recipe.batch, chance)]
    reader = Reader(
        model,
        [example.sentence for example in examples],
        longest=recipe.longest,
        token_dimension=recipe.token_dimension,
        bfloat16=recipe.bfloat16,
    )
    losses = descend(
        [*_learning_parameters(model), reader.projection],
        plan,
        partial(_loss, reader),
        rate=recipe.learning_rate,
        name="Train",
        on_step=on_step,
    )
    return Taught(losses, reader.projection.detach().numpy())


def _learning_parameters(model: Any) -> list[Any]:
    """What is trained: all but the word embeddings, most of which no text of one report touches."""
    transformer = model[0].auto_model
    transformer.requires_grad_(True)
    transformer.get_input_embeddings().requires_grad_(False)
    return [parameter for parameter in transformer.parameters() if parameter.requires_grad]


def _loss(reader: Reader, picks: Sequence[Pick]) -> Any:
    near_misses = [pick.near_miss for pick in picks if pick.near_miss is not None]
    count = len(picks)
    asked = reader.read([*(pick.first for pick in picks), *(pick.second for pick in picks), *near_misses])
    return batch_loss(
        asked.part(0, count),
        asked.part(count, 2 * count),
        reader.read([pick.sentence for pick in picks]),
        asked.part(2 * count, 2 * count + len(near_misses)),
    )
