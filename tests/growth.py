"""How the time of some work grows with its size, on a machine that may be busy."""

from collections.abc import Callable
from time import process_time
from typing import TypeVar

T = TypeVar("T")

# An attempt lasts this long at least, so that the clock is fine enough for it.
_SECONDS, _ATTEMPTS = 0.01, 5


def growth(work: Callable[[T], object], one: T, twice: T) -> float:
    """How many times as long the work takes for `twice` as for `one`: 2 when linear, 4 when quadratic."""
    return _cost(work, twice) / _cost(work, one)


def _cost(work: Callable[[T], object], given: T) -> float:
    """The processor time of the work in seconds: that of the quickest attempt, which was disturbed least."""
    return min(_attempt(work, given) for _ in range(_ATTEMPTS))


def _attempt(work: Callable[[T], object], given: T) -> float:
    started, spent, calls = process_time(), 0.0, 0
    while spent < _SECONDS:
        work(given)
        calls += 1
        spent = process_time() - started
    return spent / calls
