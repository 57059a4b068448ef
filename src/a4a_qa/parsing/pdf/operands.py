"""What a drawing operator is given → numbers, matrices and colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from a4a_qa.parsing.pdf.geometry import Matrix

# A fill at least this light (of 1) is paper.
_WHITE = 0.995


def number(value: Any) -> float:
    """A finite number; raises ValueError or TypeError for anything else."""
    found = float(value)
    if not math.isfinite(found):
        raise ValueError(f"found {found}, expected a finite number")
    return found


def matrix_of(operands: Sequence[Any]) -> Matrix:
    """A matrix, written as its six numbers."""
    a, b, c, d, e, f = map(number, operands[:6])
    return a, b, c, d, e, f


def is_white(operands: Sequence[Any]) -> bool:
    """Whether a colour in grey, RGB or CMYK is that of paper; a pattern is not."""
    values = [number(value) for value in operands if not isinstance(value, str)]
    if len(values) != len(operands) or not values:
        return False
    if len(values) == 4:
        return max(values) <= 1 - _WHITE
    return min(values) >= _WHITE
