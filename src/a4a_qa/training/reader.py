"""Texts → the tensors that training compares, with a gradient, and what narrows token vectors."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from a4a_qa.training.losses import Texts

# Tokens that are encoded at a time: texts of like length share such a share, so that little is padding.
_TOKENS = 1536


class Reader:
    """Texts → tensors with a gradient; dropout stays off, misspelt questions are noise enough.

    `projection` (dimension, token_dimension) begins as the directions in which the sentences' token vectors
    differ most, which loses least of them.
    """

    def __init__(
        self,
        model: Any,
        sentences: Sequence[str],
        *,
        longest: int,
        token_dimension: int,
        bfloat16: bool = False,
    ) -> None:
        """`longest` is in tokens; with `bfloat16` products are rounded to it, results are not."""
        import torch

        self._model = model.eval()
        self._longest = min(longest, model.max_seq_length or longest)
        self._bfloat16 = bfloat16
        ids = self._ids(sentences)
        seen = Counter(token for text in ids for token in set(text))
        # Rarity as in index/late.py, a token in no sentence counted as if in half a one.
        self._rarity = torch.full((len(model.tokenizer),), math.log(1 + len(ids) / 0.5))
        for token, count in seen.items():
            self._rarity[token] = math.log(1 + len(ids) / count)
        self._rarity[model.tokenizer.all_special_ids] = 0.0
        self.projection = torch.nn.Parameter(self._directions(ids, token_dimension))

    def _directions(self, ids: Sequence[Sequence[int]], count: int) -> Any:
        """The first principal directions of the token vectors of texts, as columns."""
        import torch

        width = self._model[0].auto_model.config.hidden_size
        spread = torch.zeros(width, width)
        with torch.no_grad():
            for places in _shares(sorted(range(len(ids)), key=lambda p: len(ids[p])), list(map(len, ids))):
                states, rarity, _ = self._encode([ids[place] for place in places])
                tokens = torch.nn.functional.normalize(states[rarity > 0], dim=-1)
                spread += tokens.T @ tokens
        _, directions = torch.linalg.eigh(spread)
        return directions[:, -min(count, width) :].flip(1).contiguous()

    def read(self, texts: Sequence[str]) -> Texts:
        """Encode texts, those of like length together."""
        import torch
        from torch.nn.functional import normalize, pad

        ids = self._ids(texts)
        order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
        length = len(ids[order[-1]])
        hidden, weights, pooled = [], [], []
        for places in _shares(order, [len(text) for text in ids]):
            states, rarity, sentences = self._encode([ids[place] for place in places])
            surplus = length - states.shape[1]
            hidden.append(pad(states @ self.projection, (0, 0, 0, surplus)))
            weights.append(pad(rarity, (0, surplus)))
            pooled.append(sentences)
        back = torch.argsort(torch.tensor(order))
        tokens = normalize(torch.cat(hidden)[back], dim=-1)
        return Texts(normalize(torch.cat(pooled)[back], dim=-1), tokens, torch.cat(weights)[back])

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        ids: list[list[int]] = self._model.tokenizer(
            list(texts), truncation=True, max_length=self._longest
        ).input_ids
        return ids

    def _encode(self, ids: Sequence[Sequence[int]]) -> tuple[Any, Any, Any]:
        """The hidden states, the weights of the tokens, and the pooled states of texts."""
        import torch

        length = max(map(len, ids))
        padded = torch.tensor([[*text, *[0] * (length - len(text))] for text in ids])
        mask = torch.tensor([[1.0] * len(text) + [0.0] * (length - len(text)) for text in ids])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            states = self._model[0].auto_model(input_ids=padded, attention_mask=mask)[0].float()
        if self._model[1].pooling_mode == "cls":
            pooled = states[:, 0]
        else:
            pooled = (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return states, self._rarity[padded] * mask, pooled


def _shares(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut places, shortest text first, into shares of at most _TOKENS tokens with padding."""
    share: list[int] = []
    for place in order:
        if share and (len(share) + 1) * lengths[place] > _TOKENS:
            yield share
            share = []
        share.append(place)
    yield share
