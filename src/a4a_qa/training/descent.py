"""The training loop: gradient descent over a plan of batches that is made before, the same each time."""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from a4a_qa.errors import MissingExtra

B = TypeVar("B")
OnStep = Callable[[str], None]

_WEIGHT_DECAY = 0.01
_MOST_GRADIENT = 1.0
# The share of the steps in which the learning rate rises.
_WARM_UP = 0.1
_STEPS_BETWEEN_NEWS = 25


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Let torch compute the same each time, and its libraries keep quiet; raises MissingExtra without
    torch."""
    # On a shared machine, threads that spin while they wait make training three times slower. Torch reads
    # this only when it is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import torch
    except ImportError as error:
        raise MissingExtra("Training a model", "train") from error
    before = torch.are_deterministic_algorithms_enabled()
    torch.manual_seed(seed)
    # On a GPU some operations have no deterministic form.
    torch.use_deterministic_algorithms(not torch.cuda.is_available())
    # Whatever is allocated here is written before it is read; filling it takes a twelfth of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False
    try:
        with quiet():
            yield
    finally:
        torch.use_deterministic_algorithms(before)
        torch.utils.deterministic.fill_uninitialized_memory = True


@contextmanager
def quiet() -> Iterator[None]:
    """Hide the warnings, log lines and progress bars of torch and transformers from whoever trains or
    exports: they are about the insides of these libraries. Raises MissingExtra without transformers."""
    try:
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise MissingExtra("Exporting a model", "train") from error
    bars = transformers_logging.is_progress_bar_enabled()
    before = logging.root.manager.disable
    transformers_logging.disable_progress_bar()
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
        if bars:
            transformers_logging.enable_progress_bar()


def best_device() -> str:
    """The device to train on: a GPU if there is one."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def learning_parameters(transformer: Any) -> list[Any]:
    """The parameters of a transformer that are trained: all but the word embeddings, most of which no text of
    the material touches."""
    transformer.requires_grad_(True)
    transformer.get_input_embeddings().requires_grad_(False)
    return [parameter for parameter in transformer.parameters() if parameter.requires_grad]


def descend(
    parameters: Sequence[Any],
    plan: Sequence[B],
    loss_of: Callable[[B], Any],
    *,
    rate: float,
    name: str,
    on_step: OnStep,
) -> list[float]:
    """Train parameters in place by AdamW, a step for each batch of a plan; return the loss of each step.

    The learning rate rises to `rate` and then falls to zero. Every few steps `on_step` is told how `name` is
    getting on.
    """
    import torch

    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=_WEIGHT_DECAY, fused=True)
    losses: list[float] = []
    begun = time.monotonic()
    for number, batch in enumerate(plan, 1):
        optimiser.param_groups[0]["lr"] = rate * _pace(number, len(plan))
        loss = loss_of(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, _MOST_GRADIENT)
        optimiser.step()
        losses.append(float(loss.detach()))
        if number % _STEPS_BETWEEN_NEWS == 0 or number == len(plan):
            recent = losses[-_STEPS_BETWEEN_NEWS:]
            left = (time.monotonic() - begun) / number * (len(plan) - number) / 60
            news = f"{name}: step {number} of {len(plan)}, loss {sum(recent) / len(recent):.3f}"
            on_step(news if number == len(plan) else f"{news}, {left:.0f} min left")
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
