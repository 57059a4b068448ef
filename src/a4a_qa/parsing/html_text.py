"""The words of an HTML page as they come: of a block with its note marks, and of a table with its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest

from a4a_qa.notation import RAISED_DIGITS, UNIT_LENGTH, is_power
from a4a_qa.parsing.html_notes import Notes
from a4a_qa.parsing.html_page import HEADINGS, Node
from a4a_qa.parsing.inline import Inline, digits

# What stands between marks, up to the end of the brackets around them.
BETWEEN_MARKS = re.compile(r"[\s,;.()\[–-]*\]?")
_WORTH = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN = tuple(zip(_WORTH, "m cm d cd c xc l xl x ix v iv i".split(), strict=True))
# Letters count «y, z, aa, bb»; a list does not go on longer than this.
_MOST_LETTERS = 26 * 10
_RAISED = re.compile(rf"([{RAISED_DIGITS}]{{1,4}})")
_SPACE = re.compile(r"\s+")
# A cell may span so many columns and rows; it is repeated in each, unless it is longer than a name.
_MOST_SPANNED = 60
_LONGEST_REPEATED = 100


class Words:
    """The words of a block as they come, with their note marks and what is emphasised."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.marks: list[tuple[int, int]] = []
        self.length = 0
        self.end = ""
        self.in_brackets = False
        self.emphasis: str | None = None
        self.emphasised = self.linked = 0

    def put(self, text: str, emphasis: Sequence[str] = (), linked: bool = False) -> None:
        """Add words; white space becomes one space, and the brackets around marks are left out."""
        text = _SPACE.sub(" ", text)
        if self.in_brackets and (sign := BETWEEN_MARKS.match(text)):
            closed = sign[0].endswith("]")
            self.in_brackets = sign.end() == len(text) and not closed
            text = text[sign.end() :] if self.in_brackets or closed else text
        for index, part in enumerate(_RAISED.split(text)):
            if index % 2 and not is_power(self.end, len(self.end), str(digits(part))):
                self.mark(digits(part))
            elif part := part.lstrip(" ") if not self.length or self.end.endswith(" ") else part:
                if not self.length:
                    self.emphasis = emphasis[-1] if emphasis else None
                leads = self.emphasis is not None and self.emphasised == self.length
                if leads and (self.emphasis in emphasis or part == " "):
                    self.emphasised += len(part)
                self.parts.append(part)
                self.length += len(part)
                self.linked += len(part) if linked else 0
                self.end = (self.end + part)[-UNIT_LENGTH:]

    def mark(self, number: int) -> None:
        """Add a note mark at the end of the word before it."""
        while self.end.endswith((" ", "[")):
            last = self.parts.pop()
            kept = last.rstrip(" ") if last.endswith(" ") else last.removesuffix("[")
            self.in_brackets = self.in_brackets or last.endswith("[")
            self.length -= len(last) - len(kept)
            self.parts += [kept] if kept else []
            self.end = (self.parts[-1] if self.parts else "")[-UNIT_LENGTH:]
        self.marks.append((self.length, number))

    def take(self) -> Inline:
        """The words without the white space at their end."""
        text = "".join(self.parts).rstrip(" ")
        return Inline(text, tuple((min(offset, len(text)), number) for offset, number in self.marks))


Row = tuple[list[Inline], bool]
_EMPTY = Inline("", ())


@dataclass(slots=True)
class Table:
    """The rows of a table so far, each with whether it is a head; `spanning` are the cells, by column, that
    reach into so many of the next rows."""

    rows: list[Row] = field(default_factory=list)
    cells: list[Inline] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    spanning: dict[int, tuple[int, Inline]] = field(default_factory=dict)

    def add(self, node: Node, words: Inline) -> None:
        """Add a cell; a column head stands above each of the columns that it spans."""
        self.fill()
        self.tags.add(node.tag)
        repeated = Inline(words.text, ()) if len(words.text) <= _LONGEST_REPEATED else _EMPTY
        rows = _span(node.get("rowspan")) - 1
        for column in range(_span(node.get("colspan"))):
            if rows:
                self.spanning[len(self.cells)] = (rows, repeated)
            self.cells.append(words if not column else repeated if node.tag == "th" else _EMPTY)

    def fill(self) -> None:
        """Add the cells that reach down to where the next one would stand."""
        while spanning := self.spanning.pop(len(self.cells), None):
            rows, cell = spanning
            if rows > 1:
                self.spanning[len(self.cells)] = (rows - 1, cell)
            self.cells.append(cell)

    def end_row(self, node: Node) -> None:
        """End a row: it is a head if it says so and has several cells, else it only parts the table."""
        self.fill()
        said = self.tags == {"th"} or (node.parent is not None and node.parent.tag == "thead")
        self.rows.append((self.cells, said and sum(bool(cell.text) for cell in self.cells) > 1))
        self.cells, self.tags = [], set()

    def all_rows(self) -> list[Row]:
        """The rows, with one head for several above each other."""
        heads = [cells for cells, _ in takewhile(lambda row: row[1], self.rows)]
        columns = [
            [cell for cell in dict.fromkeys(column) if cell.text]
            for column in zip_longest(*heads, fillvalue=_EMPTY)
        ]
        head = [joined(column, " ") if len(column) > 1 else (column or [_EMPTY])[0] for column in columns]
        return [(head, True), *self.rows[len(heads) :]] if heads else self.rows


def data_tables(root: Node, notes: Notes) -> set[Node]:
    """The tables of data; one that lays out the page has one column, or holds headings, tables or notes."""
    tables: set[Node] = set()
    layout: set[Node] = set()
    around: list[Node] = []
    row: Node | None = None
    for node in root.nodes():
        while around and not around[-1].holds(node):
            around.pop()
        if around and (node.tag == "table" or node.tag in HEADINGS or node in notes.starts):
            layout.add(around[-1])
        if node.tag == "table" and node.get("role") not in ("presentation", "none"):
            around.append(node)
        elif node.tag in ("td", "th") and around:
            if node.parent is row:
                tables.add(around[-1])
            row = node.parent
    return tables - layout


def _span(value: str) -> int:
    return min(_MOST_SPANNED, max(1, int(value))) if re.fullmatch(r"\d{1,5}", value) else 1


def joined(parts: Iterable[Inline], gap: str) -> Inline:
    text, marks = "", []
    texts: list[str] = []
    length = 0
    for part in parts:
        length += len(gap) if texts else 0
        marks += [(length + offset, number) for offset, number in part.marks]
        texts.append(part.text)
        length += len(part.text)
    text = gap.join(texts)
    return Inline(text, tuple(marks))


def list_number(number: int, form: str) -> str:
    """A number as a list of a form («1», «a», «A», «i», «I») prints it."""
    text = str(number)
    if form in ("a", "A") and 0 < number <= _MOST_LETTERS:
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif form in ("i", "I") and 0 < number < 4000:
        text = ""
        for worth, sign in _ROMAN:
            text += sign * (number // worth)
            number %= worth
    return text.upper() if form.isupper() else text
