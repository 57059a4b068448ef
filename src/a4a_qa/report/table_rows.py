"""Rows of tables as the text of a report has them: cells parted by tabs, below the heads of their columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row by its column, from 0, with the head of that column, empty where it is not known, and
    where it stands in the row."""

    column: int
    head: str
    start: int
    end: int


def is_row(text: str) -> bool:
    """Whether a text is one row of several cells."""
    return "\t" in text and "\n" not in text


def heads_among(texts: Iterable[str]) -> str:
    """The heads of the columns among the texts that a row is read with; empty without any."""
    return next((text for text in texts if "\t" in text), "")


def cells_of(row: str, heads: str = "") -> list[Cell]:
    """The cells of a row, empty ones included, below the heads of its table."""
    titles = heads.split("\t")
    cells: list[Cell] = []
    start = 0
    for column, words in enumerate(row.split("\t")):
        head = titles[column] if column < len(titles) else ""
        cells.append(Cell(column, head, start, start + len(words)))
        start += len(words) + 1
    return cells
