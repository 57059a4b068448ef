"""`train_purpose`: a small head over the encoder learns from labelled questions what a question is for.

The encoder stays as it is; only what is read off its hidden states is learnt, in a minute. The questions
that authors wrote about a report are legitimate all, and are read beside the labelled ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.purpose import CLASSES, MEAN_LENGTH
from a4a_qa.answering.safeguarding import plain_text
from a4a_qa.errors import CorpusError
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.questions import FILE_NAME
from a4a_qa.training.train import OnStep, repeatable

# Heads whose probabilities are averaged, and how wide each is.
_HEADS, _WIDTH = 3, 128
_EPOCHS, _BATCH, _RATE, _DECAY = 20, 64, 2e-3, 0.05
# What keeps so few questions from being learnt by heart.
_DROPOUT, _TOKENS_LEFT_OUT, _SMOOTHING = 0.3, 0.1, 0.03
# A needless refusal weighs more than a missed one; each of a report's own questions weighs less.
_LEGITIMATE, _AUTHORED = 1.5, 0.4
# Of a report's own questions every so many are read.
_EVERY = 5
_LONGEST = 64


def train_purpose(
    sets: Sequence[Path], corpus: Path, output: Path, *, seed: int = 13, on_step: OnStep = lambda step: None
) -> None:
    """Train the heads on sets, files or folders, and on the questions about a report; write them to `output`.

    Raises CorpusError when a line is no labelled question, MissingExtra without the extra `train`.
    """
    files = [file for path in sets for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]
    labelled = [row for file in files for row in _labelled(file)]
    if not labelled:
        raise CorpusError("There are no labelled questions: expected files named *.jsonl.")
    authored = list(_authored(corpus / FILE_NAME))[::_EVERY]
    weights = [_LEGITIMATE if kind == "C0" else 1.0 for _, kind in labelled] + [_AUTHORED] * len(authored)
    kinds = [CLASSES.index(kind) for _, kind in labelled] + [0] * len(authored)
    encoder = Encoder.shipped()
    texts = [plain_text(text) for text, _ in labelled] + [plain_text(text) for text in authored]
    on_step(f"Read {len(labelled)} labelled questions and {len(authored)} about the report")
    hidden = [encoder.hidden(text)[:_LONGEST] for text in texts]
    with repeatable(seed):
        heads = []
        for number in range(_HEADS):
            on_step(f"Train head {number + 1} of {_HEADS}")
            heads.append(_fit(hidden, kinds, weights, seed + number))
    arrays: dict[str, NDArray[Any]] = {
        name: np.stack([head[name] for head in heads]).astype(np.float16) for name in heads[0]
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    arrays["encoder"] = np.array(encoder.sha256)
    np.savez_compressed(output, **arrays)  # type: ignore[arg-type]  # it takes arrays by any name


def _labelled(file: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
                yield str(row["question"]), CLASSES[CLASSES.index(row["category"])]
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(
                    f"{file}, line {number}: this is no labelled question: {error!r}."
                ) from error


def _authored(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            row = json.loads(line)
            yield from (*row.get("questions", ()), *row.get("near_misses", ()))


def _fit(hidden: Sequence[Any], kinds: Sequence[int], weights: Sequence[float], seed: int) -> dict[str, Any]:
    """Train one head; return its arrays by their names."""
    import torch
    from torch.nn import functional

    torch.manual_seed(seed)
    width = hidden[0].shape[1]
    inner, outer = torch.nn.Linear(width, _WIDTH), torch.nn.Linear(_WIDTH + width, len(CLASSES))
    learning = [*inner.parameters(), *outer.parameters()]
    optimiser = torch.optim.AdamW(learning, lr=_RATE, weight_decay=_DECAY)
    batches = len(hidden) // _BATCH
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=_EPOCHS * batches)
    states, present = _padded(hidden)
    goal, weight = torch.tensor(kinds), torch.tensor(weights)
    for _ in range(_EPOCHS):
        order = torch.randperm(len(hidden))
        for start in range(0, batches * _BATCH, _BATCH):
            chosen = order[start : start + _BATCH]
            kept = present[chosen] & (torch.rand(present[chosen].shape) > _TOKENS_LEFT_OUT)
            kept[:, 0] = True
            features = _features(states[chosen], kept, inner)
            raw = outer(functional.dropout(features, _DROPOUT))
            losses = functional.cross_entropy(raw, goal[chosen], reduction="none", label_smoothing=_SMOOTHING)
            loss = (losses * weight[chosen]).sum() / weight[chosen].sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            pace.step()
    found = {
        "inner": inner.weight.T,
        "inner_bias": inner.bias,
        "outer": outer.weight.T,
        "outer_bias": outer.bias,
    }
    return {name: values.detach().numpy() for name, values in found.items()}


def _features(states: Any, present: Any, inner: Any) -> Any:
    """What the outer layer sees: the greatest of each feature, then the mean hidden state."""
    import torch

    greatest = torch.relu(inner(states)).masked_fill(~present[:, :, None], 0.0).amax(dim=1)
    mean = (states * present[:, :, None]).sum(dim=1) / present.sum(dim=1, keepdim=True)
    return torch.cat([greatest, torch.nn.functional.normalize(mean, dim=1) * MEAN_LENGTH], dim=1)


def _padded(hidden: Sequence[Any]) -> tuple[Any, Any]:
    """Hidden states as one tensor (texts, tokens, dimension), and which of its tokens are there."""
    import torch

    longest = max(map(len, hidden))
    states = torch.zeros(len(hidden), longest, hidden[0].shape[1])
    present = torch.zeros(len(hidden), longest, dtype=torch.bool)
    for place, one in enumerate(hidden):
        states[place, : len(one)] = torch.from_numpy(one)
        present[place, : len(one)] = True
    return states, present
