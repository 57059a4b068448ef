"""What a line of a Markdown file is, before anyone asks how the lines belong together.

A piece is a line, a list item, a numbered item, a table row, a footnote with an asterisk or (part of)
an endnote, with its words, its note marks and its place in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["line", "bullet", "term", "item", "row", "footnote", "endnote", "endnote_more"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the file. Lines without a blank line between them share a `chunk`.

    `number` is that of an endnote; `level` counts the `#` of a Markdown heading. A row keeps its
    cells apart with tabs; a `head` is one that a line of dashes below makes the head of its table.
    Where a line `breaks`, the next one begins a line in print as well. So many characters at its begin
    are `emphasised`, `bold` or in italics; `indent` is the white space before it. A `label` names what
    follows it.
    """

    kind: PieceKind
    text: str
    marks: tuple[tuple[int, int], ...]
    line: int
    chunk: int
    number: int | None = None
    level: int = 0
    head: bool = False
    breaks: bool = False
    emphasised: int = 0
    bold: bool = False
    indent: int = 0
    label: bool = False


HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
BULLET = re.compile(r"\s*[-*+•]\s+(?=\S)")
