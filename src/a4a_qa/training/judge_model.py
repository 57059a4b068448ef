"""The judge as it is trained: transformers with their heads.

Two kinds of models make a judge: some read questions beside sentences, others questions alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from a4a_qa.index.judge import FORMS
from a4a_qa.safeguarding.purpose import CLASSES
from a4a_qa.training.attention import EXPORTED, attend_in_bfloat16
from a4a_qa.training.labelled import LabelledQuestion
from a4a_qa.training.rivals import Pair, form_number

# Tokens of a question and its sentences together; what is beyond is cut off the longer one. As many as the
# encoder's, so that one tokenizer serves both.
MOST_TOKENS = 256
# What telling the best text, and telling short answers, weighs beside telling what answers at all; and what a
# pair that is right weighs, of which there are fewer.
_BEST, _SHORT = 0.5, 0.3
_RIGHT = 1.5
# Pairs that are read at a time, those of like length together.
_TOGETHER = 16
# What keeps so few labelled questions from being learnt by heart.
_SMOOTHING, _DROPOUT = 0.01, 0.1
# What stands for no class in a loss, and for a raw score that nothing comes near.
_IGNORED, _NEVER = -100, -1e4


class _Reader:
    """A transformer that reads texts, or pairs of them."""

    def __init__(self, source: Path, *, bfloat16: bool) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(source)
        self.transformer = AutoModel.from_pretrained(source, attn_implementation=EXPORTED).eval()
        if bfloat16:
            attend_in_bfloat16(self.transformer)
        self.width = int(self.transformer.config.hidden_size)
        self.max_tokens = min(MOST_TOKENS, self.transformer.config.max_position_embeddings)
        self.heads: tuple[torch.nn.Linear, ...] = ()
        self._bfloat16 = bfloat16

    def _head(self, inputs: int, outputs: int) -> Any:
        import torch

        head = torch.nn.Linear(inputs, outputs)
        torch.nn.init.normal_(head.weight, std=0.02)
        torch.nn.init.zeros_(head.bias)
        self.heads = (*self.heads, head)
        return head

    def learning_parameters(self) -> list[Any]:
        """All but the word embeddings, most of which no text of one report touches."""
        self.transformer.get_input_embeddings().requires_grad_(False)
        own = [parameter for parameter in self.transformer.parameters() if parameter.requires_grad]
        return [*own, *(parameter for head in self.heads for parameter in head.parameters())]

    def _read(self, *texts: list[str]) -> tuple[Any, Any, Any]:
        """The hidden states of texts, or pairs of texts, which of their tokens are there, and the tokens."""
        import torch

        read = self.tokenizer(
            *texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            hidden = self.transformer(**read)[0].float()
        return hidden, read["attention_mask"][:, :, None].float(), read


class PairModel(_Reader):
    """Reads questions beside texts.

    Its mean hidden state gives one raw score a pair, its mean and greatest ones one raw score a form of short
    answer; each state gives two, of its token's being the first and the last of a short answer.
    """

    def __init__(self, source: Path, *, bfloat16: bool = False) -> None:
        super().__init__(source, bfloat16=bfloat16)
        self.head, self.form = self._head(self.width, 1), self._head(2 * self.width, len(FORMS))
        self.ends = self._head(self.width, 2)

    def loss(self, pairs: Sequence[Pair]) -> Any:
        """How wrong the model is about what answers, about which text answers best, and about the short
        answer. Pairs of the same question stand together."""
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

    def scores(self, pairs: Sequence[tuple[str, str]]) -> tuple[Any, Any, Any, Any]:
        """For pairs of question and text, with a gradient: the raw scores, (len(pairs),), those of the forms,
        (len(pairs), forms), those of the ends of a short answer, (len(pairs), tokens, 2), and the tokens."""
        import torch

        first, second = zip(*pairs, strict=True)
        hidden, present, read = self._read(list(first), list(second))
        mean, greatest = _summaries(hidden, present)
        of_text = (read["token_type_ids"] * read["attention_mask"])[:, :, None] == 1
        ends = self.ends(hidden).masked_fill(~of_text, _NEVER)
        return self.head(mean)[:, 0], self.form(torch.cat([mean, greatest], dim=1)), ends, read


class _Mean:
    """The mean cross-entropy of raw scores, of those whose goal is known."""

    def __init__(self) -> None:
        self._sum: Any = 0.0
        self._count = 0

    def add(self, raw: Any, goals: Sequence[int | None]) -> None:
        """Add raw scores (n, any) with the place that should be greatest in each row."""
        import torch

        known = torch.tensor([_IGNORED if goal is None else goal for goal in goals])
        self._sum += torch.nn.functional.cross_entropy(raw, known, ignore_index=_IGNORED, reduction="sum")
        self._count += int((known >= 0).sum())

    @property
    def mean(self) -> Any:
        return self._sum / max(1, self._count)


def _lists(pairs: Sequence[Pair]) -> Iterator[list[int]]:
    """Of each question the places of its pairs that compete, the right one first."""
    for _, places in groupby(range(len(pairs)), key=lambda place: pairs[place].question):
        rivals = [place for place in places if pairs[place].is_rival]
        if len(rivals) > 1 and pairs[rivals[0]].right:
            yield rivals


def _tokens_of(pair: Pair, read: Any, row: int) -> tuple[int | None, int | None]:
    """The positions of the tokens that the words of a short answer begin and end with; None when these are
    not known, or cut off."""
    if pair.words is None:
        return None, None
    first, last = (read.char_to_token(row, place, 1) for place in pair.words)
    return (None, None) if first is None or last is None else (first, last)


class PurposeModel(_Reader):
    """Reads questions alone: its mean and greatest hidden states give one raw score a class."""

    def __init__(self, source: Path, *, bfloat16: bool = False) -> None:
        super().__init__(source, bfloat16=bfloat16)
        self.purpose = self._head(2 * self.width, len(CLASSES))

    def loss(self, asked: Sequence[LabelledQuestion]) -> Any:
        """How wrong the model is about what questions are for."""
        import torch
        from torch.nn.functional import cross_entropy

        raw = self.purposes([one.question for one in asked], dropout=_DROPOUT)
        goal = torch.tensor([one.purpose for one in asked])
        losses = cross_entropy(raw, goal, reduction="none", label_smoothing=_SMOOTHING)
        weights = torch.tensor([one.weight for one in asked])
        return (losses * weights).sum() / weights.sum()

    def purposes(self, questions: Sequence[str], *, dropout: float = 0.0) -> Any:
        """The raw scores of the classes, (len(questions), classes), with a gradient."""
        import torch
        from torch.nn import functional

        hidden, present, _ = self._read(list(questions))
        return self.purpose(functional.dropout(torch.cat(_summaries(hidden, present), dim=1), dropout))


def _summaries(hidden: Any, present: Any) -> tuple[Any, Any]:
    """The mean and the greatest hidden states of texts over the tokens that are there."""
    mean = (hidden * present).sum(dim=1) / present.sum(dim=1)
    return mean, hidden.masked_fill(present == 0, _NEVER).amax(dim=1)
