"""`train_student`: some layers of a large encoder become a smaller one that gives the same states.

A student begins as those layers of its teacher and learns, text by text, to give the hidden states that all
of them give (Sanh et al., «DistilBERT, a distilled version of BERT», 2019). That takes no labels, only texts:
every token of every sentence and question says how far off the student is. What it can then be taught by
questions, `encoder.py` does.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.errors import EncoderError
from a4a_qa.training.descent import Checkpoints, OnStep, best_device, course, descend, repeatable
from a4a_qa.training.export import PROJECTION, describe, label_of, load_model
from a4a_qa.training.folder import quiet
from a4a_qa.training.material import Material, material_sha256, read_material
from a4a_qa.training.pairs import as_typed
from a4a_qa.training.teacher import projection_tensor
from a4a_qa.training.tensors import TensorEncoder

# What a student's folder tells of how it was made, for the card of its encoder.
FACTS = "student.json"
# Of about how many texts the principal directions of token vectors are taken.
_PROJECTED = 2_000
# What the directions of token vectors and of sentence vectors weigh beside the states as they are.
_DIRECTIONS = 2.0


@dataclass(frozen=True, slots=True)
class StudentRecipe:
    """How a student is trained. `epochs` is how often each text is read, `tokens` how many a batch has,
    `most` how many questions of a report are read, `longest` in tokens, `token_dimension` how wide token
    vectors are for late interaction."""

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
    """Make a model of these layers (from 0) of the sentence-transformers model in the folder `teacher`, and
    let it learn the states of its teacher on all texts that the repository at `root` has to learn from.

    `output` becomes the folder of a sentence-transformers model, with a `projection.npy` that narrows its
    token vectors, from the teacher's where it has one, and with `student.json`, which says how it was made.
    It keeps where the training is, to be resumed by the same call. Raises ReportError, CorpusError or
    EncoderError, or MissingExtra without the extra `train`.
    """
    recipe = recipe or StudentRecipe()
    material = read_material(root)
    texts = texts_of(material, recipe)
    with repeatable(recipe.seed), quiet():
        model = load_model(teacher)
        facts = describe(model, label_of(teacher), teacher)
        projection = projection_tensor(teacher, facts["dimension"])
        knowing = TensorEncoder(
            model, longest=recipe.longest, projection=projection, bfloat16=recipe.bfloat16,
            device=best_device(),
        )  # fmt: skip
        student = with_layers(model, layers)
        told: dict[str, Any] = {
            "teacher": facts["base_model"],
            "teacher_sha256": facts["base_sha256"],
            "layers": list(layers),
            "reports": [one.name for one in material],
            "data_sha256": material_sha256(root),
            "texts": len(texts),
            **asdict(recipe),
        }
        checkpoints = Checkpoints(output, hashlib.sha256(json.dumps(told).encode()).hexdigest())
        learner, losses = learn_states(student, knowing, texts, recipe, on_step, checkpoints)
        learner.project(texts[:: max(1, len(texts) // _PROJECTED)], recipe.token_dimension)
        student.to("cpu").save(str(output))
    np.save(output / PROJECTION, learner.projection.detach().cpu().numpy())
    (output / FACTS).write_text(json.dumps(told | course(losses), indent=2) + "\n", encoding="utf-8")


def read_facts(model: Path) -> dict[str, Any] | None:
    """How a student in a folder was made; None for any other model. Raises EncoderError."""
    path = model / FACTS
    if not path.is_file():
        return None
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise EncoderError(f"{path} cannot be read: {error}.") from error
    return facts


def texts_of(material: Sequence[Material], recipe: StudentRecipe) -> list[str]:
    """The sentences in their place and the questions of all reports, each once, some misspelt."""
    chance = random.Random(recipe.seed)
    found: dict[str, None] = {}
    for one in material:
        found.update(dict.fromkeys(one.sentences))
        chosen = chance.sample(one.questions, min(len(one.questions), recipe.most))
        found.update((as_typed(question.question, chance), None) for question in chosen)
    return list(found)


def with_layers(model: Any, layers: Sequence[int]) -> Any:
    """A copy of a sentence-transformers model that has only these layers of it; raises EncoderError when it
    has none of such a number."""
    student = copy.deepcopy(model)
    transformer = student[0].auto_model
    stack = getattr(getattr(transformer, "encoder", None), "layer", None)
    if stack is None:
        raise EncoderError("The layers of this kind of model cannot be told apart; BERT's and MPNet's can.")
    if not layers or not all(0 <= layer < len(stack) for layer in layers):
        raise EncoderError(f"The model has the layers 0 to {len(stack) - 1}, not all of {list(layers)}.")
    transformer.encoder.layer = type(stack)(stack[layer] for layer in layers)
    transformer.config.num_hidden_layers = len(layers)
    return student


def learn_states(
    student: Any,
    teacher: TensorEncoder,
    texts: Sequence[str],
    recipe: StudentRecipe,
    on_step: OnStep,
    checkpoints: Checkpoints | None = None,
) -> tuple[TensorEncoder, list[float]]:
    """Train a sentence-transformers model in place to give the states of its teacher, which reads the same
    tokens; return it with the teacher's projection, and the loss of each step."""
    import torch
    from torch.nn.functional import cosine_similarity

    learner = TensorEncoder(
        student,
        longest=recipe.longest,
        projection=teacher.projection,
        bfloat16=recipe.bfloat16,
        device=teacher.device,
    )
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

    transformer = student[0].auto_model
    transformer.requires_grad_(True)
    transformer.get_input_embeddings().requires_grad_(False)
    learning = [parameter for parameter in transformer.parameters() if parameter.requires_grad]
    losses = descend(
        learning, plan, loss_of,
        rate=recipe.learning_rate, name="Train the student", on_step=on_step, checkpoints=checkpoints,
    )  # fmt: skip
    return learner, losses


def _batches(ids: Sequence[Sequence[int]], tokens: int, chance: random.Random) -> Iterator[list[int]]:
    """Batches of texts (positions) of like length with about so many tokens, in any order."""
    order = sorted(range(len(ids)), key=lambda place: len(ids[place]) + chance.uniform(-6, 6))
    found: list[list[int]] = [[]]
    for place in order:
        found[-1].append(place)
        if len(found[-1]) * len(ids[place]) >= tokens:
            found.append([])
    full = [batch for batch in found if batch]
    chance.shuffle(full)
    yield from full
