"""`train_judge`: a model learns to tell the questions that a sentence answers from near misses.

A pair of question and sentence is right when the question is one of its index questions, and wrong when it is
one of its near misses, or the index question of a sentence that stands near it in meaning.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import CorpusError, EncoderError
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.judge import Judge
from a4a_qa.index.passages import sentence_in_place
from a4a_qa.index.questions import FILE_NAME, AuthoredQuestion, read_index_questions
from a4a_qa.index.runtime import MODEL_FILE, TOKENIZER_FILE
from a4a_qa.reading.read import read_report
from a4a_qa.training.base import BASE_MODEL, BASE_SHA256, file_sha256, find_base_model
from a4a_qa.training.export import (
    check_replaceable,
    quiet,
    replace_folder,
    write_card,
    write_onnx,
    write_tokenizer,
)
from a4a_qa.training.pairs import as_typed
from a4a_qa.training.train import OnStep, repeatable

# Tokens of a question and a sentence together; what is beyond is cut off the longer one.
MOST_TOKENS = 160
# How many index questions, and how many near misses, are put to another sentence as well.
_MISPLACED, _MISPLACED_NEAR_MISSES = 0.25, 0.05
# Which of a sentence's neighbours in meaning that other sentence is. The nearest may answer the question too.
_NEIGHBOURS = slice(4, 40)
# Batches whose pairs are sorted by length together, so that little is padding.
_SORTED_TOGETHER = 20
_WEIGHT_DECAY, _LARGEST_GRADIENT, _WARM_UP = 0.01, 1.0, 0.08
_STEPS_BETWEEN_NEWS = 25
# What the exported judge may differ from the trained model, in raw score, on average.
_MOST_DIFFERENCE = 0.25


@dataclass(frozen=True, slots=True)
class JudgeRecipe:
    """How the judge is trained; all of it goes into its card."""

    epochs: int = 2
    seed: int = 13
    learning_rate: float = 1e-4
    batch: int = 48
    bfloat16: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the position of a sentence, and whether the sentence answers it."""

    question: str
    sentence: int
    right: bool


def train_judge(
    corpus: Path,
    output: Path,
    *,
    base: Path | None = None,
    recipe: JudgeRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Train a judge on the index questions and near misses of a corpus folder, write it to `output`.

    The same corpus, base, seed and machine give the same judge again. Raises ReportError, CorpusError or
    EncoderError, or MissingExtra without the extra `train`, and then leaves `output` as it was.
    """
    check_replaceable(output)
    recipe = recipe or JudgeRecipe()
    report = read_report(corpus)
    questions = read_index_questions(corpus / FILE_NAME, report)
    if not any(question.near_miss for question in questions):
        raise CorpusError(f"{corpus / FILE_NAME} has no near misses; a judge learns from them.")
    texts = [sentence_in_place(report, sentence) for sentence in report.sentences]
    vectors = np.array([text.sentence for text in Encoder.shipped().encode(texts)])
    neighbours = np.argsort(-(vectors @ vectors.T), axis=1)[:, _NEIGHBOURS]
    with repeatable(recipe.seed), quiet():
        model = _Model(base or find_base_model(), bfloat16=recipe.bfloat16)
        chance = random.Random(recipe.seed)
        plan = [
            batch
            for _ in range(recipe.epochs)
            for batch in batches(pairs(questions, neighbours, chance), texts, recipe.batch, chance)
        ]
        losses = _teach(model, plan, texts, recipe, on_step)
        facts = {"max_tokens": model.max_tokens, **_facts(corpus, base, questions, recipe, losses)}
        _export(model, output, facts)


def pairs(
    questions: Sequence[AuthoredQuestion], neighbours: NDArray[np.int64], chance: random.Random
) -> Iterator[Pair]:
    """The pairs of one epoch in a new order; `neighbours` (n sentences, any) are those by meaning."""
    found = []
    for question in questions:
        found.append(Pair(as_typed(question.text, chance), question.sentence, not question.near_miss))
        share = _MISPLACED_NEAR_MISSES if question.near_miss else _MISPLACED
        if neighbours.shape[1] and chance.random() < share:
            found.append(Pair(question.text, int(chance.choice(neighbours[question.sentence])), False))
    chance.shuffle(found)
    yield from found


def batches(
    found: Iterator[Pair], texts: Sequence[str], size: int, chance: random.Random
) -> Iterator[list[Pair]]:
    """Batches of pairs of like length, in any order."""
    waiting = list(found)
    for first in range(0, len(waiting), size * _SORTED_TOGETHER):
        together = sorted(
            waiting[first : first + size * _SORTED_TOGETHER],
            key=lambda pair: len(pair.question) + len(texts[pair.sentence]),
        )
        cut = [together[start : start + size] for start in range(0, len(together), size)]
        chance.shuffle(cut)
        yield from cut


def _teach(
    model: _Model, plan: Sequence[Sequence[Pair]], texts: Sequence[str], recipe: JudgeRecipe, on_step: OnStep
) -> list[float]:
    """Train the model in place; return the loss of each step."""
    import torch

    learning = model.learning_parameters()
    optimiser = torch.optim.AdamW(learning, lr=recipe.learning_rate, weight_decay=_WEIGHT_DECAY)
    losses: list[float] = []
    for number, batch in enumerate(plan, 1):
        rising, falling = number / (len(plan) * _WARM_UP), (len(plan) - number + 1) / len(plan)
        optimiser.param_groups[0]["lr"] = recipe.learning_rate * min(rising, falling / (1 - _WARM_UP), 1.0)
        scores = model.scores([(pair.question, texts[pair.sentence]) for pair in batch])
        right = torch.tensor([float(pair.right) for pair in batch])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, right)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, _LARGEST_GRADIENT)
        optimiser.step()
        losses.append(float(loss.detach()))
        if number % _STEPS_BETWEEN_NEWS == 0 or number == len(plan):
            recent = losses[-_STEPS_BETWEEN_NEWS:]
            on_step(f"Train: step {number} of {len(plan)}, loss {sum(recent) / len(recent):.3f}")
    return losses


class _Model:
    """A transformer whose mean hidden state gives one raw score a pair."""

    def __init__(self, source: Path, *, bfloat16: bool = False) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(source)
        # Eager attention for the same reason as in the encoder's export.
        self.transformer = AutoModel.from_pretrained(source, attn_implementation="eager").eval()
        self.head = torch.nn.Linear(self.transformer.config.hidden_size, 1)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)
        self._bfloat16 = bfloat16
        self.max_tokens = min(MOST_TOKENS, self.transformer.config.max_position_embeddings)

    def learning_parameters(self) -> list[Any]:
        """All but the word embeddings, most of which no text of one report touches."""
        self.transformer.get_input_embeddings().requires_grad_(False)
        own = [parameter for parameter in self.transformer.parameters() if parameter.requires_grad]
        return [*own, *self.head.parameters()]

    def scores(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """The raw scores of pairs of question and text, (len(pairs),), with a gradient."""
        import torch

        first, second = zip(*pairs, strict=True)
        read = self.tokenizer(
            list(first),
            list(second),
            padding=True,
            truncation=True,
            max_length=MOST_TOKENS,
            return_tensors="pt",
        )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            hidden = self.transformer(**read)[0].float()
        mask = read["attention_mask"][:, :, None].float()
        return self.head((hidden * mask).sum(dim=1) / mask.sum(dim=1))[:, 0]


def _facts(
    corpus: Path,
    base: Path | None,
    questions: Sequence[AuthoredQuestion],
    recipe: JudgeRecipe,
    losses: Sequence[float],
) -> dict[str, Any]:
    """What the card says of the training."""
    tenth = max(1, len(losses) // 10)
    return {
        "base_model": BASE_MODEL if base is None else base.name,
        "base_sha256": BASE_SHA256 if base is None else file_sha256(base / "model.safetensors"),
        "training": {
            "data": {name: file_sha256(corpus / name) for name in ("report.md", FILE_NAME)},
            "questions": sum(not question.near_miss for question in questions),
            "near_misses": sum(question.near_miss for question in questions),
            **asdict(recipe),
            "steps": len(losses),
            "loss_first_tenth": round(sum(losses[:tenth]) / tenth, 4),
            "loss_last_tenth": round(sum(losses[-tenth:]) / tenth, 4),
        },
    }


def _export(model: _Model, output: Path, facts: Mapping[str, Any]) -> None:
    """Write the judge as int8 ONNX, and only when it still says what the model says."""
    import torch

    class Score(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.transformer, self.head = model.transformer, model.head

        def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
            hidden = self.transformer(input_ids=input_ids, token_type_ids=token_type_ids, return_dict=False)[
                0
            ]
            return self.head(hidden.mean(dim=1))[:, 0]

    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=output.parent) as room:
        building = Path(room) / "new"
        building.mkdir()
        write_onnx(Score(), ["input_ids", "token_type_ids"], ["score"], building / MODEL_FILE)
        write_tokenizer(model.tokenizer, building / TOKENIZER_FILE)
        write_card(facts, building)
        difference = _difference(model, Judge.open(building))
        if not difference <= _MOST_DIFFERENCE:  # a NaN fails too
            raise EncoderError(
                f"The exported judge's raw scores differ by {difference:.2f} from the trained model's, "
                f"expected at most {_MOST_DIFFERENCE}. It does not bear int8."
            )
        write_card({**facts, "parity_mean_difference": round(difference, 4)}, building)
        replace_folder(output, building)


_PARITY = (
    ("Who runs the hotline?", "The hotline is run by the police."),
    ("How many were trained in 2008?", "In 2009, some 45 officers were trained in two provinces."),
    ("why", "Prevention. Schools: children are taught about their rights, and parents about risks."),
)


def _difference(model: _Model, judge: Judge) -> float:
    """The mean distance of raw scores before and after rounding to int8."""
    import torch

    with torch.no_grad():
        before = [float(model.scores([pair])[0]) for pair in _PARITY]
    after = [float(judge.scores(question, [text])[0]) for question, text in _PARITY]
    return float(np.mean(np.abs(np.array(before) - np.array(after))))
