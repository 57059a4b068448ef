"""What a PDF file holds, page by page, before anyone asks what it means."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from a4a_qa.parsing.pdf.geometry import Shape


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style on one baseline `y`, from `x0` to `x1`; `order` counts as the file draws."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool
    italic: bool
    order: int


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn on a page; `number` counts from 1, `label` is what the file says is printed on it.

    `problem` tells in a sentence why the page, or a part of it, could not be read.
    """

    number: int
    label: str | None
    width: float
    height: float
    runs: tuple[Run, ...]
    shapes: tuple[Shape, ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading as the file's outline lists it; `depth` counts from 0."""

    title: str
    depth: int
    page: int


@dataclass(frozen=True, slots=True)
class PdfFile:
    """All that was read from a file; `words` are those that pypdf extracts, as a second opinion.

    `title`, `author` and `created` (a year) are what the file declares about itself.
    """

    pages: tuple[Page, ...]
    outline: tuple[OutlineEntry, ...]
    words: Counter[str]
    title: str | None = None
    author: str | None = None
    created: int | None = None
