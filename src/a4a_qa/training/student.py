"""`train_student`: some layers of a large encoder become a smaller one that gives the same hidden states.

A student begins as these layers of its teacher and learns, text by text, to give the states that all layers
give (Sanh et al., "DistilBERT, a distilled version of BERT", 2019). That takes texts and no labels: every
token of every sentence and question says how far off the student is. Questions teach it afterwards
(`contrastive.py`).
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.errors import EncoderError
from a4a_qa.output import NEW_FOLDER, folder_replaced
from a4a_qa.training.descent import OnStep, best_device, course, descend, learning_parameters, repeatable
from a4a_qa.training.export import PROJECTION, describe, label_of, load_model, read_projection
from a4a_qa.training.material import Material, as_typed, material_sha256, read_material
from a4a_qa.training.model_folder import check_replaceable
from a4a_qa.training.tensors import TensorEncoder

# In a student's folder, how it was made, for the card of its encoder.
FACTS = "student.json"
# From about how many texts the principal directions of token vectors are taken.
_PROJECTED = 2_000
# What the directions of token and sentence vectors weigh beside the states themselves.
_DIRECTIONS = 2.0


@dataclass(frozen=True, slots=True)
class StudentRecipe:
    """How a student is trained. Each text is read `epochs` times, to at most `longest` tokens, and of a
    report `most` questions; a batch has `tokens` tokens; `token_dimension` is the width of token vectors in
    late interaction."""

    epochs: int = 2
    seed: int = 5
    learning_rate: float = 2e-4
    tokens: int = 2_600
    longest: int = 112
    token_dimension: int = 128
    most: int = 8_000
    bfloat16: bool = False


def train_student(
    root: Path,
    teacher: Path,
    layers: Sequence[int],
    output: Path,
    *,
    recipe: StudentRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Make a model of these layers (from 0) of the sentence-transformers model in `teacher`, and train it to
    give the states of its teacher on all texts of the material of the repository at `root`.

    `output` becomes the folder of a sentence-transformers model, with a `projection.npy` that narrows its
    token vectors further than that of the teacher, if it has one, and with `student.json`, which says how it
    was made. Raises ReportError, CorpusError, EncoderError, OutputError, also if `output` holds anything, or
    MissingExtra without the extra `train`.
    """
    check_replaceable(output, NEW_FOLDER)
    recipe = recipe or StudentRecipe()
    material = read_material(root)
    texts = _texts_of(material, recipe)
    with repeatable(recipe.seed):
        model = load_model(teacher)
        card = describe(model, label_of(teacher), teacher)
        student = with_layers(model, layers)
        projection = read_projection(teacher, card["dimension"])
        knowing, learner = (
            TensorEncoder(
                one, projection, longest=recipe.longest, bfloat16=recipe.bfloat16, device=best_device()
            )
            for one in (model, student)
        )
        losses = _learn_states(learner, student[0].auto_model, knowing, texts, recipe, on_step)
        learner.project(texts[:: max(1, len(texts) // _PROJECTED)], recipe.token_dimension)
    facts = {
        "teacher": card["base_model"],
        "teacher_sha256": card["base_sha256"],
        "layers": list(layers),
        "reports": [one.name for one in material],
        "data_sha256": material_sha256(root),
        "texts": len(texts),
        **asdict(recipe),
        **course(losses),
    }
    with folder_replaced(output, NEW_FOLDER) as building:
        student.to("cpu").save(str(building))
        np.save(building / PROJECTION, learner.projection.detach().cpu().numpy())
        (building / FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def read_facts(model: Path) -> dict[str, Any] | None:
    """How the student in a folder was made, None for any other model; raises EncoderError."""
    path = model / FACTS
    if not path.is_file():
        return None
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise EncoderError(f"{path} cannot be read: {error}.") from error
    return facts


def with_layers(model: Any, layers: Sequence[int]) -> Any:
    """A copy of a sentence-transformers model that has only these of its layers; raises EncoderError when it
    lacks one of them."""
    student = copy.deepcopy(model)
    transformer = student[0].auto_model
    stack = getattr(getattr(transformer, "encoder", None), "layer", None)
    if stack is None:
        raise EncoderError(
            "The layers of this kind of model cannot be taken apart; those of BERT and MPNet can."
        )
    if not layers or not all(0 <= layer < len(stack) for layer in layers):
        raise EncoderError(f"The model has the layers 0 to {len(stack) - 1}, not all of {list(layers)}.")
    transformer.encoder.layer = type(stack)(stack[layer] for layer in layers)
    transformer.config.num_hidden_layers = len(layers)
    return student


def _texts_of(material: Sequence[Material], recipe: StudentRecipe) -> list[str]:
    """The sentences and the questions of all reports, each once; some questions are misspelt."""
    chance = random.Random(recipe.seed)
    found: dict[str, None] = {}
    for one in material:
        found.update(dict.fromkeys(one.sentences))
        chosen = chance.sample(one.questions, min(len(one.questions), recipe.most))
        found.update((as_typed(question.question, chance), None) for question in chosen)
    return list(found)


def _learn_states(
    learner: TensorEncoder,
    transformer: Any,
    teacher: TensorEncoder,
    texts: Sequence[str],
    recipe: StudentRecipe,
    on_step: OnStep,
) -> list[float]:
    """Train the transformer of a student in place to give the states of its teacher; return the loss of each
    step. Both read the same tokens and have the same projection."""
    import torch
    from torch.nn.functional import cosine_similarity

    chance = random.Random(recipe.seed)
    ids = teacher.ids(texts)
    plan = [batch for _ in range(recipe.epochs) for batch in _batches(ids, recipe.tokens, chance)]

    def loss_of(batch: Sequence[int]) -> Any:
        chosen = [ids[place] for place in batch]
        with torch.no_grad():
            given, _, mask, pooled = teacher.encode(chosen)
        states, _, _, own_pooled = learner.encode(chosen)
        there = mask > 0
        given, states = given[there], states[there]
        apart = torch.square(states - given).mean() / given.var(dim=0).mean()
        if teacher.projection is not None:
            given, states = given @ teacher.projection, states @ teacher.projection
        turned = 2 - (
            cosine_similarity(states, given, dim=-1).mean()
            + cosine_similarity(own_pooled, pooled, dim=-1).mean()
        )
        return apart + _DIRECTIONS * turned

    learning, rate = learning_parameters(transformer), recipe.learning_rate
    return descend(learning, plan, loss_of, rate=rate, name="Train the student", on_step=on_step)


def _batches(ids: Sequence[Sequence[int]], tokens: int, chance: random.Random) -> Iterator[list[int]]:
    """Batches of texts (positions) of like length with about so many tokens, in random order."""
    order = sorted(range(len(ids)), key=lambda place: len(ids[place]) + chance.uniform(-6, 6))
    found: list[list[int]] = [[]]
    for place in order:
        found[-1].append(place)
        if len(found[-1]) * len(ids[place]) >= tokens:
            found.append([])
    full = [batch for batch in found if batch]
    chance.shuffle(full)
    yield from full
