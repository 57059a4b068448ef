"""The one training loop: gradient descent over a plan of batches, the same each time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from a4a_qa.errors import MissingExtra

B = TypeVar("B")
OnStep = Callable[[str], None]

_WEIGHT_DECAY = 0.01
_LARGEST_GRADIENT = 1.0
# The share of the steps in which the learning rate rises.
_WARM_UP = 0.1
_STEPS_BETWEEN_NEWS = 25


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Let torch do the same things in the same order each time."""
    # On a shared machine, threads that wait by spinning make training three times slower. This is read when
    # torch is loaded, and is of no use later.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import torch
    except ImportError as error:
        raise MissingExtra("Training a model", "train") from error
    before = torch.are_deterministic_algorithms_enabled()
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    # What is allocated is always written before it is read here; filling it takes a twelfth of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        torch.utils.deterministic.fill_uninitialized_memory = True


def descend(
    parameters: Sequence[Any],
    plan: Sequence[B],
    loss_of: Callable[[B], Any],
    *,
    rate: float,
    name: str,
    on_step: OnStep,
) -> list[float]:
    """Train parameters in place by AdamW on each batch of a plan; return the loss of each step.

    The learning rate rises to `rate` and then falls to zero. News is told by `name` every few steps.
    """
    import torch

    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=_WEIGHT_DECAY, fused=True)
    losses: list[float] = []
    for number, batch in enumerate(plan, 1):
        optimiser.param_groups[0]["lr"] = rate * _pace(number, len(plan))
        loss = loss_of(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, _LARGEST_GRADIENT)
        optimiser.step()
        losses.append(float(loss.detach()))
        if number % _STEPS_BETWEEN_NEWS == 0 or number == len(plan):
            recent = losses[-_STEPS_BETWEEN_NEWS:]
            on_step(f"{name}: step {number} of {len(plan)}, loss {sum(recent) / len(recent):.3f}")
    return losses


def _pace(number: int, steps: int) -> float:
    """The share of the learning rate at a step, counted from 1."""
    rising, falling = number / (steps * _WARM_UP), (steps - number + 1) / (steps * (1 - _WARM_UP))
    return min(rising, falling, 1.0)


def course(losses: Sequence[float]) -> dict[str, float]:
    """How a training went: its steps, and the mean loss of the first and of the last tenth of them."""
    tenth = max(1, len(losses) // 10)
    first, last = sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth
    return {"steps": len(losses), "loss_first_tenth": round(first, 4), "loss_last_tenth": round(last, 4)}
