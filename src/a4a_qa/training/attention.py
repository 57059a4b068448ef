"""Attention for training with bfloat16, whose scores are not turned into 32 bits and back: that would
take a fifth of a step's time."""

from __future__ import annotations

from typing import Any

_NAME = "a4a_qa.bfloat16"
# What is exported: plain matrix products. The fused one adds guards for rows that attend to nothing, which a
# text without padding does not have.
EXPORTED = "eager"


def attend_in_bfloat16(transformer: Any) -> None:
    """Let a transformer's layers attend with numbers of 16 bits, until `attend_as_exported`."""
    from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    ALL_ATTENTION_FUNCTIONS.register(_NAME, _attend)
    ALL_MASK_ATTENTION_FUNCTIONS.register(_NAME, ALL_MASK_ATTENTION_FUNCTIONS[EXPORTED])
    transformer.set_attn_implementation(_NAME)


def attend_as_exported(transformer: Any) -> None:
    """Let a transformer attend as its export does."""
    transformer.set_attn_implementation(EXPORTED)


def _attend(
    module: Any, query: Any, key: Any, value: Any, mask: Any, scaling: float | None = None, **_: Any
) -> tuple[Any, Any]:
    """What tokens take from each other, (texts, tokens, heads, size), and their shares in it.

    Queries, keys and values are (texts, heads, tokens, size); a mask is what is added to scores, or None.
    """
    import torch

    scaling = query.size(-1) ** -0.5 if scaling is None else scaling
    with torch.autocast("cpu", enabled=False):
        query, key, value = ((one.to(torch.bfloat16)) for one in (query * scaling, key, value))
        scores = torch.matmul(query, key.transpose(2, 3))
        if mask is not None:
            scores = scores + mask.to(torch.bfloat16)
        shares = torch.softmax(scores, dim=-1)
        taken = torch.matmul(shares, value)
    return taken.transpose(1, 2).contiguous(), shares
