"""How the time of some work grows with its size, on a machine that may be busy."""

from collections.abc import Callable
from time import process_time
from typing import TypeVar

T = TypeVar("T")

# An attempt lasts this long at least, so that the clock is fine enough for it.
_SECONDS, _ATTEMPTS = 0.01, 5


def growth(work: Callable[[T], object], small: T, large: T) -> float:
    """How many times as long the work takes for `large` as for `small`: the quickest attempt of each counts,
    which was disturbed least."""
    attempts = [(_attempt(work, small), _attempt(work, large)) for _ in range(_ATTEMPTS)]
    of_small, of_large = map(min, zip(*attempts, strict=True))
    return of_large / of_small


def _attempt(work: Callable[[T], object], given: T) -> float:
    """The processor time of the work in seconds."""
    started, spent, calls = process_time(), 0.0, 0
    while spent < _SECONDS:
        work(given)
        calls += 1
        spent = process_time() - started
    return spent / calls
