"""What a page is drawn with, fonts and forms, and what the drawing leaves on it: runs of text and shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from a4a_qa.parsing.pdf.geometry import Matrix, Shape

# The operands of an operator, and its name.
Operation = tuple[Sequence[Any], bytes]


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one font on one baseline `y`, from `x0` to `x1`; `order` counts as the file draws."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool
    italic: bool
    order: int


@dataclass(frozen=True, slots=True)
class Font:
    """How a font's bytes read: `glyphs` gives (text, width in ems, whether it is a one-byte space)."""

    bold: bool
    italic: bool
    readable: bool
    glyphs: Callable[[bytes], list[tuple[str, float, bool]]]


class Resources(Protocol):
    """What the operators of a page or a form name."""

    def font(self, name: str) -> Font | None:
        """The font of this name."""

    def form(self, name: str) -> tuple[Matrix, Iterable[Operation], Resources] | None:
        """The form of this name: its matrix, operators and resources; None for an image."""


@dataclass
class Canvas:
    """What was drawn so far; `unreadable` counts characters of fonts that cannot be decoded, `turned`
    those that do not run from left to right."""

    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    images: int = 0
    forms: int = 0
    unreadable: int = 0
    turned: int = 0
