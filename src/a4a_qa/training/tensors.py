"""Texts as tensors with a gradient, the ways to compare them, and the loss of a batch.

Texts are compared in the two ways of searching: by their sentence vectors, and by late interaction, where
each token of the question looks for its best match and rare tokens weigh more. In both, the sentence that
answers a question has to win against all others of the batch, and the question against the other questions
(MultipleNegativesRankingLoss in sentence-transformers).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Similarities are at most 1; times 20 they are far enough apart for a softmax, as is usual for these models.
_SCALE = 20.0
# What the two ways to compare weigh in the loss, and looking for the question of a sentence
# (docs/experiments.md).
VECTOR_WEIGHT = 1.0
LATE_WEIGHT = 0.7
BACK_WEIGHT = 0.3
# Tokens that are encoded at a time, padding included.
_TOKENS = 1536


@dataclass(frozen=True, slots=True)
class Texts:
    """Encoded texts as tensors.

    `sentences` (n, dimension) and `tokens` (n, length, token_dimension) are unit vectors; `weights` (n,
    length) say how rare each token is, 0 for special tokens and padding.
    """

    sentences: Any
    tokens: Any
    weights: Any


class TensorEncoder:
    """A sentence-transformers model with a projection of its token vectors, both of which can be trained.

    `projection` (dimension, token_dimension) begins as the directions in which the token vectors of sentences
    differ most (`project`), so that little is lost. Dropout is off: misspelt questions are noise enough.
    """

    def __init__(
        self,
        model: Any,
        projection: NDArray[np.float32] | None = None,
        *,
        longest: int,
        bfloat16: bool = False,
        device: str = "cpu",
    ) -> None:
        """`longest` is in tokens; with `bfloat16` products are rounded to it, results are not."""
        import torch

        self._model = model.eval().to(device)
        self._longest = min(longest, model.max_seq_length or longest)
        self._bfloat16 = bfloat16
        self.device = device
        self.projection: Any = None if projection is None else torch.from_numpy(projection).to(device)

    def project(self, sentences: Sequence[str], dimension: int) -> None:
        """Narrow token vectors, or narrow them further, to their principal directions in these sentences."""
        import torch

        directions = self._directions(self.ids(sentences), dimension)
        with torch.no_grad():
            narrow = directions if self.projection is None else self.projection @ directions
        self.projection = torch.nn.Parameter(narrow.contiguous())

    def rarity(self, sentences: Sequence[str]) -> Any:
        """What each token id weighs in a report with these sentences, (vocabulary,), as in index/late.py.

        A token in no sentence counts as if it were in half a one; special tokens weigh nothing.
        """
        import torch

        ids = self.ids(sentences)
        seen = Counter(token for text in ids for token in set(text))
        rarity = torch.full((len(self._model.tokenizer),), math.log(1 + len(ids) / 0.5))
        for token, count in seen.items():
            rarity[token] = math.log(1 + len(ids) / count)
        rarity[self._model.tokenizer.all_special_ids] = 0.0
        return rarity.to(self.device)

    def read(self, texts: Sequence[str], rarity: Any) -> Texts:
        """Encode texts, those of like length together; `rarity` weighs their tokens."""
        import torch
        from torch.nn.functional import normalize, pad

        ids = self.ids(texts)
        order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
        length = len(ids[order[-1]])
        hidden, weights, pooled = [], [], []
        for places in _shares(order, [len(text) for text in ids]):
            states, tokens, mask, sentences = self.encode([ids[place] for place in places])
            surplus = length - states.shape[1]
            hidden.append(pad(self._narrow(states), (0, 0, 0, surplus)))
            weights.append(pad(rarity[tokens] * mask, (0, surplus)))
            pooled.append(sentences)
        back = torch.argsort(torch.tensor(order, device=self.device))
        vectors = normalize(torch.cat(hidden)[back], dim=-1)
        return Texts(normalize(torch.cat(pooled)[back], dim=-1), vectors, torch.cat(weights)[back])

    def _narrow(self, states: Any) -> Any:
        return states if self.projection is None else states @ self.projection

    def _directions(self, ids: Sequence[Sequence[int]], count: int) -> Any:
        """The first principal directions of the token vectors of texts, as columns."""
        import torch

        special = torch.zeros(len(self._model.tokenizer), dtype=torch.bool, device=self.device)
        special[self._model.tokenizer.all_special_ids] = True
        spread: Any = 0.0
        with torch.no_grad():
            order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
            for places in _shares(order, [len(text) for text in ids]):
                states, tokens, mask, _ = self.encode([ids[place] for place in places])
                told = self._narrow(states[(mask > 0) & ~special[tokens]])
                vectors = torch.nn.functional.normalize(told, dim=-1)
                spread = spread + vectors.T @ vectors
        _, directions = torch.linalg.eigh(spread)
        return directions[:, -min(count, len(spread)) :].flip(1).contiguous()

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of texts, special ones included, cut to the longest that is read."""
        read = self._model.tokenizer(list(texts), truncation=True, max_length=self._longest)
        ids: list[list[int]] = read.input_ids
        return ids

    def encode(self, ids: Sequence[Sequence[int]]) -> tuple[Any, Any, Any, Any]:
        """Read texts given as token ids, padded to the longest: hidden states (texts, tokens, dimension),
        token ids and mask (texts, tokens), and pooled states (texts, dimension)."""
        import torch

        length = max(map(len, ids))
        surplus = [length - len(text) for text in ids]
        padded = torch.tensor([[*text, *[0] * more] for text, more in zip(ids, surplus, strict=True)])
        mask = torch.tensor([[1.0] * (length - more) + [0.0] * more for more in surplus])
        padded, mask = padded.to(self.device), mask.to(self.device)
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self._bfloat16):
            states = self._model[0].auto_model(input_ids=padded, attention_mask=mask)[0].float()
        if self._model[1].pooling_mode == "cls":
            pooled = states[:, 0]
        else:
            pooled = (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return states, padded, mask, pooled


def _shares(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut positions, shortest text first, into shares of at most _TOKENS tokens with padding."""
    share: list[int] = []
    for place in order:
        if share and (len(share) + 1) * lengths[place] > _TOKENS:
            yield share
            share = []
        share.append(place)
    yield share


def batch_loss(questions: Texts, sentences: Texts, known: Any) -> Any:
    """The loss of n questions and as many sentences, of which sentence i answers question i.

    `known` (n, n) is true where sentence j answers question i too, and is no rival; its diagonal is false.
    """
    loss: Any = 0.0
    for weight, compare in ((VECTOR_WEIGHT, cosines), (LATE_WEIGHT, late_interaction)):
        scores = compare(questions, sentences)
        loss += weight * (ranking_loss(scores, known) + BACK_WEIGHT * ranking_loss(scores.T, known.T))
    return loss


def ranking_loss(scores: Any, known: Any) -> Any:
    """The cross-entropy of text i being the best for text i by scores (n, n), the `known` ones left out."""
    import torch

    rivals = (scores * _SCALE).masked_fill(known, -1e4)
    return torch.nn.functional.cross_entropy(rivals, torch.arange(len(rivals), device=rivals.device))


def cosines(questions: Texts, others: Texts) -> Any:
    """The cosines of sentence vectors, (n questions, m others)."""
    return questions.sentences @ others.sentences.T


def late_interaction(questions: Texts, others: Texts) -> Any:
    """The weighted MaxSim of index/late.py, (n questions, m others), with a gradient."""
    import torch

    weights = questions.weights / questions.weights.sum(dim=1, keepdim=True).clamp(min=1e-9)
    similar = torch.einsum("qih,ojh->qioj", questions.tokens, others.tokens)
    similar = similar.masked_fill(others.weights == 0, -1.0)
    return (similar.amax(dim=3) * weights[:, :, None]).sum(dim=1)
