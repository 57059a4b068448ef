"""Texts → the tensors that training compares, with a gradient, and what narrows token vectors."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from a4a_qa.training.losses import Texts

# Tokens that are encoded at a time: texts of like length share such a share, so that little is padding.
_TOKENS = 1536


class TensorEncoder:
    """A sentence-transformers model with a projection of its token vectors, both of which can be trained.

    `projection` (dimension, token_dimension) begins as the directions in which the sentences' token vectors
    differ most (`project`), which loses least of them. Dropout stays off, misspelt questions are noise
    enough. All tensors are on `device`.
    """

    def __init__(
        self, model: Any, *, longest: int, projection: Any = None, bfloat16: bool = False, device: str = "cpu"
    ) -> None:
        """`longest` is in tokens; with `bfloat16` products are rounded to it, results are not."""
        self._model = model.eval().to(device)
        self._longest = min(longest, model.max_seq_length or longest)
        self._bfloat16 = bfloat16
        self.device = device
        self.projection = projection

    def project(self, sentences: Sequence[str], dimension: int) -> None:
        """Narrow token vectors, or narrow them further, to their principal directions in these sentences."""
        import torch

        directions = self._directions(self.ids(sentences), dimension)
        with torch.no_grad():
            narrow = directions if self.projection is None else self.projection @ directions
        self.projection = torch.nn.Parameter(narrow.contiguous())

    def rarity(self, sentences: Sequence[str]) -> Any:
        """How much each token id weighs in a report with these sentences, (vocabulary,), as in index/late.py.

        A token in no sentence counts as if in half a one; special tokens weigh nothing.
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

        width = (
            self._model[0].auto_model.config.hidden_size
            if self.projection is None
            else self.projection.shape[1]
        )
        special = torch.zeros(len(self._model.tokenizer), dtype=torch.bool, device=self.device)
        special[self._model.tokenizer.all_special_ids] = True
        spread = torch.zeros(width, width, device=self.device)
        with torch.no_grad():
            for places in _shares(sorted(range(len(ids)), key=lambda p: len(ids[p])), list(map(len, ids))):
                states, tokens, mask, _ = self.encode([ids[place] for place in places])
                vectors = torch.nn.functional.normalize(
                    self._narrow(states[(mask > 0) & ~special[tokens]]), dim=-1
                )
                spread += vectors.T @ vectors
        _, directions = torch.linalg.eigh(spread)
        return directions[:, -min(count, width) :].flip(1).contiguous()

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of texts, special ones included, cut to the longest that is read."""
        ids: list[list[int]] = self._model.tokenizer(
            list(texts), truncation=True, max_length=self._longest
        ).input_ids
        return ids

    def encode(self, ids: Sequence[Sequence[int]]) -> tuple[Any, Any, Any, Any]:
        """Of texts (token ids), filled up to the longest: hidden states (texts, tokens, dimension), token ids
        and mask (texts, tokens), and pooled states (texts, dimension)."""
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
    """Cut places, shortest text first, into shares of at most _TOKENS tokens with padding."""
    share: list[int] = []
    for place in order:
        if share and (len(share) + 1) * lengths[place] > _TOKENS:
            yield share
            share = []
        share.append(place)
    yield share
