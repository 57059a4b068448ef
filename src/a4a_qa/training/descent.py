"""The one training loop: gradient descent over a plan of batches, the same each time, and resumable."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from a4a_qa.errors import CorpusError, MissingExtra

B = TypeVar("B")
OnStep = Callable[[str], None]

_WEIGHT_DECAY = 0.01
_LARGEST_GRADIENT = 1.0
# The share of the steps in which the learning rate rises.
_WARM_UP = 0.1
_STEPS_BETWEEN_NEWS = 25
_STEPS_BETWEEN_SAVES = 50
_STATE, _LOG = "state.pt", "log.txt"


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """A folder in which a training keeps where it is, and what tells that training from others."""

    folder: Path
    recipe: str


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
    # A processor of graphics has no deterministic form of some of the operations.
    torch.use_deterministic_algorithms(not torch.cuda.is_available())
    # What is allocated is always written before it is read here; filling it takes a twelfth of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        torch.utils.deterministic.fill_uninitialized_memory = True


def best_device() -> str:
    """The device to train on: a GPU where there is one."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def descend(
    parameters: Sequence[Any],
    plan: Sequence[B],
    loss_of: Callable[[B], Any],
    *,
    rate: float,
    name: str,
    on_step: OnStep,
    checkpoints: Checkpoints | None = None,
) -> list[float]:
    """Train parameters in place by AdamW on each batch of a plan; return the loss of each step.

    The learning rate rises to `rate` and then falls to zero. News is told by `name` every few steps. With
    `checkpoints`, what was interrupted goes on where it was last saved, and its log too. Raises CorpusError
    when these are of another training.
    """
    import torch

    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=_WEIGHT_DECAY, fused=True)
    losses = _resumed(checkpoints, parameters, optimiser) if checkpoints else []
    begun, first = time.monotonic(), len(losses)
    for number, batch in enumerate(plan[first:], first + 1):
        optimiser.param_groups[0]["lr"] = rate * _pace(number, len(plan))
        loss = loss_of(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, _LARGEST_GRADIENT)
        optimiser.step()
        losses.append(float(loss.detach()))
        is_last = number == len(plan)
        if number % _STEPS_BETWEEN_NEWS == 0 or is_last:
            recent = losses[-_STEPS_BETWEEN_NEWS:]
            left = (time.monotonic() - begun) / (number - first) * (len(plan) - number) / 60
            news = f"{name}: step {number} of {len(plan)}, loss {sum(recent) / len(recent):.3f}"
            on_step(news if is_last else f"{news}, {left:.0f} min left")
            if checkpoints:
                with (checkpoints.folder / _LOG).open("a", encoding="utf-8") as log:
                    log.write(f"{news}\n")
        if checkpoints and (number % _STEPS_BETWEEN_SAVES == 0 or is_last):
            _save(checkpoints, parameters, optimiser, losses)
    return losses


def _save(
    checkpoints: Checkpoints, parameters: Sequence[Any], optimiser: Any, losses: Sequence[float]
) -> None:
    """Save where a training is; the file appears under its name only when it is complete."""
    import torch

    state = {
        "recipe": checkpoints.recipe,
        "parameters": [parameter.detach() for parameter in parameters],
        "optimiser": optimiser.state_dict(),
        "losses": list(losses),
    }
    building = checkpoints.folder / f"{_STATE}.part"
    torch.save(state, building)
    building.replace(checkpoints.folder / _STATE)


def _resumed(checkpoints: Checkpoints, parameters: Sequence[Any], optimiser: Any) -> list[float]:
    """Take up what was saved, if anything was; return the losses until then."""
    import torch

    path = checkpoints.folder / _STATE
    checkpoints.folder.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        return []
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        is_same = state["recipe"] == checkpoints.recipe
    except Exception as error:  # torch raises whatever the pickle module and zip files do
        raise CorpusError(f"{path} cannot be read: {error!r:.200}. Remove it to begin again.") from error
    if not is_same:
        raise CorpusError(
            f"{path} is of another training: other data, options or base model. Remove it, or name another "
            "folder."
        )
    with torch.no_grad():
        for parameter, saved in zip(parameters, state["parameters"], strict=True):
            parameter.copy_(saved)
    optimiser.load_state_dict(state["optimiser"])
    losses: list[float] = state["losses"]
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
