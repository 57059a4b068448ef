"""`train_judge`: models learn to tell what a sentence answers from near misses, and what a question is for.

Both are learnt by one transformer, batch by batch in turns: heads over pairs of question and sentence, which
also tell the words that answer in short, and one over questions alone (`judge_data.py`). A judge has several
of these, its members, which differ in their seed alone: what they say on average is wrong less often.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.errors import CorpusError
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
from a4a_qa.training.base import BASE_MODEL, BASE_SHA256, file_sha256, find_base_model
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
from a4a_qa.training.judge_model import Batch, JudgeModel, export_judge
from a4a_qa.training.pairs import data_sha256, read_authored
from a4a_qa.training.train import OnStep, repeatable

_WEIGHT_DECAY, _LARGEST_GRADIENT, _WARM_UP = 0.01, 1.0, 0.08
_STEPS_BETWEEN_NEWS = 25
# On so many batches, some of pairs and some of questions, the exported judge has to say what its members do.
_COMPARED = 4


@dataclass(frozen=True, slots=True)
class JudgeRecipe:
    """How the judge is trained; all of it goes into its card. Members have the seed and those after it."""

    epochs: int = 2
    purpose_epochs: int = 3
    seed: int = 13
    members: int = 2
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
    plans = [
        _plan(questions, of_several, asked, neighbours, lengths, recipe, random.Random(recipe.seed + number))
        for number in range(recipe.members)
    ]
    members: list[JudgeModel] = []
    losses: list[list[float]] = []
    for number, plan in enumerate(plans):
        with repeatable(recipe.seed + number), quiet():
            members.append(JudgeModel(base or find_base_model(), report, bfloat16=recipe.bfloat16))
            named = f"Member {number + 1} of {recipe.members}"
            losses.append(_teach(members[-1], plan, recipe, named, on_step))
    facts = {
        "max_tokens": members[0].max_tokens,
        "forms": list(FORMS),
        "purposes": list(CLASSES),
        **_facts(corpus, base, questions, of_several, files, recipe, losses),
    }
    compared = [one for batch in plans[0][:_COMPARED] for one in batch]
    with quiet():
        export_judge(
            members,
            output,
            facts,
            pairs=[one for one in compared if isinstance(one, Pair)],
            asked=[one for one in compared if isinstance(one, LabelledQuestion)],
        )


def _neighbours(report: Report) -> NDArray[np.int64]:
    """The sentences that are near each sentence in meaning by the shipped encoder, (n sentences, any)."""
    texts = [sentence_in_place(report, sentence) for sentence in report.sentences]
    vectors = np.array([text.sentence for text in Encoder.shipped().encode(texts)])
    return np.argsort(-(vectors @ vectors.T), axis=1)[:, NEIGHBOURS]


def _plan(
    questions: Sequence[AuthoredQuestion],
    of_several: Sequence[QuestionOfSeveral],
    asked: Sequence[LabelledQuestion],
    neighbours: NDArray[np.int64],
    lengths: Sequence[int],
    recipe: JudgeRecipe,
    chance: random.Random,
) -> list[Batch]:
    """All batches of the training, those of both tasks in turns; `lengths` are those of the sentences."""

    def length(pair: Pair) -> int:
        return len(pair.question) + sum(lengths[position] for position in pair.sentences)

    plan: list[Batch] = []
    for _ in range(recipe.epochs):
        plan += batches(
            pairs(questions, neighbours, chance, of_several=of_several), recipe.batch, length, chance
        )
    of_purpose: list[Batch] = []
    for _ in range(recipe.purpose_epochs):
        in_new_order = as_asked(asked, chance)
        of_purpose += batches(in_new_order, recipe.purpose_batch, lambda one: len(one.question), chance)
    return _in_turns(plan, of_purpose)


def _in_turns(one: Sequence[Batch], other: Sequence[Batch]) -> list[Batch]:
    """Two plans as one in which both are spread evenly."""
    places = [((place + 0.5) / len(plan), batch) for plan in (one, other) for place, batch in enumerate(plan)]
    return [batch for _, batch in sorted(places, key=lambda pair: pair[0])]


def _teach(
    model: JudgeModel, plan: Sequence[Batch], recipe: JudgeRecipe, name: str, on_step: OnStep
) -> list[float]:
    """Train a member in place, telling of it by its name; return the loss of each step over pairs."""
    import torch

    learning = model.learning_parameters()
    optimiser = torch.optim.AdamW(learning, lr=recipe.learning_rate, weight_decay=_WEIGHT_DECAY)
    losses: list[float] = []
    for number, batch in enumerate(plan, 1):
        rising, falling = number / (len(plan) * _WARM_UP), (len(plan) - number + 1) / len(plan)
        optimiser.param_groups[0]["lr"] = recipe.learning_rate * min(rising, falling / (1 - _WARM_UP), 1.0)
        loss = model.loss(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, _LARGEST_GRADIENT)
        optimiser.step()
        if isinstance(batch[0], Pair):
            losses.append(float(loss.detach()))
        if number % _STEPS_BETWEEN_NEWS == 0 or number == len(plan):
            recent = losses[-_STEPS_BETWEEN_NEWS:]
            on_step(f"{name}: step {number} of {len(plan)}, loss {sum(recent) / max(1, len(recent)):.3f}")
    return losses


def _facts(
    corpus: Path,
    base: Path | None,
    questions: Sequence[AuthoredQuestion],
    of_several: Sequence[QuestionOfSeveral],
    labelled: Sequence[Path],
    recipe: JudgeRecipe,
    losses: Sequence[Sequence[float]],
) -> dict[str, Any]:
    """What the card says of the training; the losses are those over pairs, of each member."""
    tenths = [max(1, len(own) // 10) for own in losses]
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
            "steps_over_pairs": [len(own) for own in losses],
            "loss_first_tenth": [round(sum(own[:n]) / n, 4) for own, n in zip(losses, tenths, strict=True)],
            "loss_last_tenth": [round(sum(own[-n:]) / n, 4) for own, n in zip(losses, tenths, strict=True)],
        },
    }
