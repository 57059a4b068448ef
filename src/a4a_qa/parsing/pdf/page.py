"""What a PDF file holds, page by page, before anyone asks what it means."""

from __future__ import annotations

from dataclasses import dataclass

from a4a_qa.parsing.pdf.canvas import Run
from a4a_qa.parsing.pdf.geometry import Shape


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
    images: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading as the file's outline lists it; `depth` counts from 0."""

    title: str
    depth: int
    page: int


@dataclass(frozen=True, slots=True)
class PdfFile:
    """All that was read from a file."""

    pages: tuple[Page, ...]
    outline: tuple[OutlineEntry, ...]
    title: str | None
