"""The judge's model of pairs as it is trained: it reads a question beside a text and tells whether that
answers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from a4a_qa.files import file_sha256
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.judge import FORMS
from a4a_qa.models.runtime import WEIGHTS_FILE
from a4a_qa.training.descent import OnStep, course, descend, learning_parameters, repeatable
from a4a_qa.training.material import Material, material_sha256, read_material
from a4a_qa.training.model_folder import EXPORTED
from a4a_qa.training.rivals import FoundFor, Pair, find_rivals, form_number, pair_batches
from a4a_qa.training.training_questions import PlacedQuestion

# Tokens of a question and a text together; what is beyond is cut off the longer one. As many as the encoder
# reads, so that one tokenizer serves both.
_MOST_TOKENS = 256
# What telling the best text, and telling short answers, weighs beside telling whether a text answers; and
# what a pair that is right weighs, since there are fewer.
_BEST, _SHORT = 0.5, 0.3
_RIGHT = 1.5
# Pairs that are read at a time, those of like length together.
_TOGETHER = 16
# What stands for no class in a loss, and for a raw score that nothing comes near.
_IGNORED, _NEVER = -100, -1e4
# On the pairs of so many batches the exported judge has to say what its model says.
_COMPARED = 2


@dataclass(frozen=True, slots=True)
class ReaderRecipe:
    """How the reader is trained; all of it goes into the card.

    Of a report `most` questions are read that it answers, `most_own` of one in `corpus/`, which has
    thousands; for each hundred of these, `negatives` hard negatives and `foreign` questions on other reports.
    `batch` is in questions, each of which makes some four pairs.
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
    """A trained model of pairs, pairs on which its export has to say the same, and the facts for the card."""

    model: PairModel
    compared: Sequence[Pair]
    facts: dict[str, Any]


class TextModel:
    """A transformer with linear heads, which reads texts or pairs of texts."""

    def __init__(self, source: Path, *, bfloat16: bool) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(source)
        self.transformer = AutoModel.from_pretrained(source, attn_implementation=EXPORTED).eval()
        self.width = int(self.transformer.config.hidden_size)
        self.max_tokens = min(_MOST_TOKENS, self.transformer.config.max_position_embeddings)
        self.heads: tuple[torch.nn.Linear, ...] = ()
        self._bfloat16 = bfloat16

    def add_head(self, inputs: int, outputs: int) -> Any:
        """A new linear head with random weights."""
        import torch

        head = torch.nn.Linear(inputs, outputs)
        torch.nn.init.normal_(head.weight, std=0.02)
        torch.nn.init.zeros_(head.bias)
        self.heads = (*self.heads, head)
        return head

    def learning_parameters(self) -> list[Any]:
        """What is trained: the heads, and the transformer but for its word embeddings."""
        own = learning_parameters(self.transformer)
        return [*own, *(parameter for head in self.heads for parameter in head.parameters())]

    def encode(self, *texts: list[str]) -> tuple[Any, Any, Any, Any]:
        """Read texts, or pairs of texts: hidden states (texts, tokens, width), their mean and their maximum
        over the tokens of each text, (texts, width), and the tokens."""
        import torch

        read = self.tokenizer(
            *texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            hidden = self.transformer(**read)[0].float()
        present = read["attention_mask"][:, :, None].float()
        mean = (hidden * present).sum(dim=1) / present.sum(dim=1)
        return hidden, mean, hidden.masked_fill(present == 0, _NEVER).amax(dim=1), read


class PairModel(TextModel):
    """Reads questions beside texts.

    A head over the mean hidden state gives a raw score of the text's answering; one over mean and maximum a
    raw score a form of short answer; one over each state two, of its token's being the first and the last of
    the short answer.
    """

    def __init__(self, source: Path, *, bfloat16: bool = False) -> None:
        super().__init__(source, bfloat16=bfloat16)
        self.head, self.form = self.add_head(self.width, 1), self.add_head(2 * self.width, len(FORMS))
        self.ends = self.add_head(self.width, 2)

    def raw(self, hidden: Any, mean: Any, greatest: Any) -> tuple[Any, ...]:
        """The raw scores that the heads give hidden states (n, tokens, width), and their mean and maximum
        (n, width): of answering, (n,), of the forms, (n, forms), and of the ends, (n, tokens, 2)."""
        import torch

        forms = self.form(torch.cat([mean, greatest], dim=1))
        return self.head(mean)[:, 0], forms, self.ends(hidden)

    def scores(self, pairs: Sequence[tuple[str, str]]) -> tuple[Any, Any, Any, Any]:
        """For n pairs of question and text, with a gradient, the raw scores of answering, of the forms, and
        of the ends of a short answer, shaped as `raw` gives them; and the tokens."""
        first, second = zip(*pairs, strict=True)
        hidden, mean, greatest, read = self.encode(list(first), list(second))
        of_text = (read["token_type_ids"] * read["attention_mask"])[:, :, None] == 1
        score, forms, ends = self.raw(hidden, mean, greatest)
        return score, forms, ends.masked_fill(~of_text, _NEVER), read

    def loss(self, pairs: Sequence[Pair]) -> Any:
        """How wrong the model is about what answers, what answers best, and the short answer. Pairs of the
        same question stand together."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits

        order = sorted(range(len(pairs)), key=lambda place: len(pairs[place].question + pairs[place].text))
        scores, goals = [], {"form": _Mean(), "first": _Mean(), "last": _Mean()}
        for first in range(0, len(order), _TOGETHER):
            some = [pairs[place] for place in order[first : first + _TOGETHER]]
            of_some, forms, ends, read = self.scores([(pair.question, pair.text) for pair in some])
            scores.append(of_some)
            goals["form"].add(forms, [form_number(pair) for pair in some])
            words = [_tokens_of(pair, read, row) for row, pair in enumerate(some)]
            goals["first"].add(ends[:, :, 0], [begins for begins, _ in words])
            goals["last"].add(ends[:, :, 1], [stops for _, stops in words])
        raw = torch.cat(scores)[torch.argsort(torch.tensor(order))]
        right = torch.tensor([float(pair.right) for pair in pairs])
        weights = 1 + (_RIGHT - 1) * right
        answers = (binary_cross_entropy_with_logits(raw, right, reduction="none") * weights).mean()
        best = _Mean()
        for rivals in _lists(pairs):
            best.add(raw[rivals][None], [0])
        short = goals["form"].mean + (goals["first"].mean + goals["last"].mean) / 2
        return answers + _BEST * best.mean + _SHORT * short


class _Mean:
    """The mean cross-entropy of raw scores, of those whose goal is known."""

    def __init__(self) -> None:
        self._sum: Any = 0.0
        self._count = 0

    def add(self, raw: Any, goals: Sequence[int | None]) -> None:
        """Add raw scores (n, any) with the position that should be greatest in each row."""
        import torch

        known = torch.tensor([_IGNORED if goal is None else goal for goal in goals])
        self._sum += torch.nn.functional.cross_entropy(raw, known, ignore_index=_IGNORED, reduction="sum")
        self._count += int((known >= 0).sum())

    @property
    def mean(self) -> Any:
        return self._sum / max(1, self._count)


def _lists(pairs: Sequence[Pair]) -> Iterator[list[int]]:
    """For each question the positions of its pairs that compete, the right one first."""
    for _, places in groupby(range(len(pairs)), key=lambda place: pairs[place].question):
        rivals = [place for place in places if pairs[place].is_rival]
        if len(rivals) > 1 and pairs[rivals[0]].right:
            yield rivals


def _tokens_of(pair: Pair, read: Any, row: int) -> tuple[int | None, int | None]:
    """The positions of the first and last token of a short answer; None when they are not known, or cut
    off."""
    if pair.words is None:
        return None, None
    first, last = (read.char_to_token(row, place, 1) for place in pair.words)
    return (None, None) if first is None or last is None else (first, last)


def teach_reader(
    root: Path, model: PairModel, encoder: Path, recipe: ReaderRecipe, on_step: OnStep
) -> TaughtReader:
    """Train a model of pairs in place on all material of the repository at `root`, beside what the `encoder`
    finds there. Raises ReportError, CorpusError or EncoderError."""
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
    opened = Encoder.open(encoder, threads=1)
    asked: list[FoundFor] = []
    for number, (report, questions) in enumerate(chosen, 1):
        on_step(f"Find what competes in {report.name}, {number} of {len(chosen)}")
        asked += find_rivals(report, questions, opened)
    plan = [pairs for _ in range(recipe.epochs) for pairs in pair_batches(asked, recipe.batch, chance)]
    with repeatable(recipe.seed):
        parameters, rate = model.learning_parameters(), recipe.learning_rate
        losses = descend(parameters, plan, model.loss, rate=rate, name="Train the reader", on_step=on_step)
    compared = [pair for pairs in plan[:_COMPARED] for pair in pairs]
    return TaughtReader(model, compared, facts | course(losses))


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
