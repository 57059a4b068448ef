"""What the parsers of markup (Markdown, HTML, Word) hand on: the pieces of a file, with their note marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from a4a_qa.text.notation import BASE_LENGTH, FROM_RAISED, TO_RAISED, is_power

PieceKind = Literal["line", "bullet", "term", "item", "row", "footnote", "endnote", "endnote_more"]

# Ids that generators of HTML give to notes: "fn1", "fn:1", "_ftn1", "user-content-fn-1", "cite_note-1".
NOTE_ID = re.compile(
    r"(?:user-content-|_)?(?:s?d?(?:footnote|endnote)|cite_note|note|f(?:t)?n|e(?:d)?n)[-_:.]?(\d{1,4})(?:sym)?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(?<!\d)(\d{1,4})(?!\d)(?:\s*[–-]\s*(\d{1,4})(?!\d))?")
# A wider range is read as its first number.
_LONGEST_RANGE = 20

_WORTH = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN = tuple(zip(_WORTH, "m cm d cd c xc l xl x ix v iv i".split(), strict=True))
# Letters count "y, z, aa, bb"; later items get digits.
_MOST_LETTERS = 26 * 10


@dataclass(frozen=True, slots=True)
class Inline:
    """Words without markup, and the (offset, number) of each note mark in them."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, list item, table row, or (part of) an endnote, before anyone asks which pieces belong together.

    Pieces without a blank line between them share a `chunk`; `line` is the place in the file. `number` is
    that of an endnote, `level` that of a heading (1 is the highest, 0 is no heading). The cells of a row are
    separated by tabs, and a `head` holds the column heads of its table. If a line `breaks`, the next one
    begins a line in print as well. The first `emphasised` characters are `bold` or in italics. `indent` is
    the white space before a list item, in columns. A `label` names what follows it.
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


class InlineWriter:
    """Puts words and note marks together as a parser meets them, with single spaces."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.marks: list[tuple[int, int]] = []
        self.length = 0

    @property
    def end(self) -> str:
        """The last characters, as many as tell whether a number raised after them is a power."""
        return "".join(self.parts[-BASE_LENGTH:])[-BASE_LENGTH:]

    def put(self, text: str) -> None:
        """Add words; no space at the beginning, and none after another space."""
        if not self.length or self.parts[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self.parts.append(text)
            self.length += len(text)

    def mark(self, number: int) -> None:
        """Add a note mark right after the last word."""
        self.strip(" ")
        self.marks.append((self.length, number))

    def raise_number(self, digits: str) -> None:
        """Add a raised number: a note mark, or a power ("km²"), which is part of a word."""
        if is_power(self.end, len(self.end), digits):
            self.put(digits.translate(TO_RAISED))
        else:
            self.mark(int(digits))

    def strip(self, characters: str) -> str:
        """Remove these characters from the end, and return what was removed."""
        removed = ""
        while self.parts and self.parts[-1][-1] in characters:
            last = self.parts.pop()
            kept = last.rstrip(characters)
            removed = last[len(kept) :] + removed
            self.parts += [kept] if kept else []
        self.length -= len(removed)
        return removed

    def written(self) -> Inline:
        """All words and marks, without white space at the end."""
        text = "".join(self.parts).rstrip(" ")
        return Inline(text, tuple((min(offset, len(text)), number) for offset, number in self.marks))


def joined(parts: Iterable[Inline], gap: str) -> Inline:
    """The parts as one, with a gap between them."""
    texts: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    for part in parts:
        length += len(gap) if texts else 0
        marks += [(length + offset, number) for offset, number in part.marks]
        texts.append(part.text)
        length += len(part.text)
    return Inline(gap.join(texts), tuple(marks))


def table_row(cells: Sequence[Inline]) -> Inline:
    """The cells of a row with tabs between them, without the empty ones at its end."""
    row = joined(cells, "\t")
    text = row.text.rstrip("\t")
    return Inline(text, tuple((min(offset, len(text)), number) for offset, number in row.marks))


def from_raised(raised: str) -> str:
    """The plain digits of superscript ones."""
    return raised.translate(FROM_RAISED)


def numbers_in(text: str) -> list[int]:
    """The numbers that a note mark names, "3–5" in full; digit groups of more than four are left out."""
    numbers: list[int] = []
    for first, last in _NUMBERS.findall(text):
        span = range(int(first), int(last or first) + 1)
        numbers += span if 0 < len(span) <= _LONGEST_RANGE else [int(first)]
    return numbers


def list_number(number: int, form: str) -> str:
    """A number as a list of this form ("1", "a", "A", "i", "I") prints it."""
    text = str(number)
    if form in ("a", "A") and 0 < number <= _MOST_LETTERS:
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif form in ("i", "I") and 0 < number < 4000:
        text = ""
        for worth, sign in _ROMAN:
            text += sign * (number // worth)
            number %= worth
    return text.upper() if form.isupper() else text
