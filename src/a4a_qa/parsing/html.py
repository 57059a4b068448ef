"""An HTML page → the same pieces as a Markdown file; Word files take this way, too (see `docx`).

One walk through the tree of the page: blocks become pieces, links to notes become note marks, and their
targets endnotes. What belongs to the site and not to the report (navigation, asides, forms, banner and
footer) is left out, and so is hidden text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice, takewhile, zip_longest
from pathlib import Path
from typing import Any

from a4a_qa.errors import ReportError
from a4a_qa.parsing.about import Clues, with_front
from a4a_qa.parsing.html_page import (
    HEADINGS,
    MOST_TEXT,
    OWN_NUMBER,
    Node,
    NoteLinks,
    declared,
    find_notes,
    is_left_out,
    kept_parts,
    read_page,
    take_listed,
)
from a4a_qa.parsing.markup import (
    Inline,
    InlineWriter,
    Piece,
    PieceKind,
    from_raised,
    joined,
    list_number,
    numbers_in,
    table_row,
)
from a4a_qa.parsing.notes import number_through
from a4a_qa.report.report import Problem
from a4a_qa.text.notation import ADDRESS, RAISED_DIGITS, is_power

_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure
    footer form header hr legend li main ol p pre section summary table td th tr ul""".split()
).union(HEADINGS)
_EMPHASIS = {"b": "bold", "strong": "bold", "i": "italics", "em": "italics"}

_NUMBERS = re.compile(r"[\[(]?\s*\d{1,4}(?:\s*[,;–-]\s*\d{1,4}){0,40}\s*[\])]?")
_ITEM = re.compile(r"(?:\(\d{1,3}\)|\d{1,3}[.)])\s")
_LETTERED = re.compile(r"\(?(?:[a-z]|[ivx]{2,5})[.)]\s")
# A longer label in bold with a colon is not a term of a glossary.
_LONGEST_TERM = 61
# At least this many blocks in a row that only link into the page are its contents list.
_FEWEST_CONTENTS = 3


def read_html(path: Path) -> tuple[list[Piece], Clues, list[Problem]]:
    """The pieces of a page, notes last, its clues, and its problems. Raises ReportError."""
    root = read_page(path)
    pieces, problems = read_body(root, path)
    return pieces, with_front(declared(root), pieces), problems


def read_body(root: Node, path: Path) -> tuple[list[Piece], list[Problem]]:
    """The pieces of a page, notes last, and its problems. Raises ReportError if it has no words."""
    notes = find_notes(root)
    reader = _Reader(notes, _data_tables(root, notes), kept_parts(root, notes.starts))
    main = next((node for node in root.nodes() if node.tag == "main" or node.get("role") == "main"), root)
    reader.read(main)
    for note in notes.starts:
        if not main.holds(note) and note not in reader.seen:
            reader.read(note)
    body, listed = take_listed(_without_contents(reader.pieces, reader.contents))
    if not body:
        raise ReportError(f"{path} has no words to read, expected the text of a report.")
    pieces, problems = number_through([*body, *reader.endnotes, *listed])
    return [replace(piece, line=0) for piece in pieces], [replace(odd, line=None) for odd in problems]


@dataclass(slots=True)
class _Item:
    """An open list item: what is printed before its first words, and its indent in columns."""

    label: str
    indent: int
    begun: bool = False


class _Reader:
    """Collects the pieces of a page as its elements begin and end."""

    def __init__(self, notes: NoteLinks, tables: set[Node], kept: set[Node]) -> None:
        self.notes, self.tables, self.kept = notes, tables, kept
        self.pieces: list[Piece] = []
        self.endnotes: list[Piece] = []
        self.contents: set[int] = set()
        self.seen: set[Node] = set()
        self.words = _Words()
        self.emphasis: list[str] = []
        self.linked = self.breaks = self.length = self.count = 0
        self.lists: list[int | None] = []
        self.items: list[_Item] = []
        self.term: Inline | None = None
        self.table: _Table | None = None
        # The element whose blocks are one text (a heading, a cell), and that of the open note.
        self.whole: Node | None = None
        self.note: Node | None = None
        self.number, self.fresh = 0, False
        self.aside = _Words()

    def read(self, root: Node) -> None:
        """Read an element, without recursion, as its tree may be deep."""
        around = [(root, iter(root.content))] if self.start(root) else []
        while around:
            node, rest = around[-1]
            item = next(rest, None)
            if item is None:
                around.pop()
                self.end(node)
            elif isinstance(item, Node):
                around += [(item, iter(item.content))] if self.start(item) else []
            elif node.tag != "sup" or not _BETWEEN_MARKS.fullmatch(item):
                self.breaks = self.breaks if item.isspace() else 0
                self.words.put(item, self.emphasis, self.linked > 0)
        self.flush()

    def start(self, node: Node) -> bool:
        """Begin an element; returns whether its content is to be read."""
        if node not in self.kept and (is_left_out(node) or (self.note and node in self.notes.back)):
            return False
        if node in self.notes.marks and self.note is None:
            self.words.mark(self.notes.marks[node])
            return False
        if node.tag == "sup" and (numbers := self.raised_numbers(node)):
            first, *others = numbers
            self.words.raise_number(str(first))
            for number in others:
                self.words.mark(number)
            return False
        self.start_note(node)
        if node.tag == "br":
            self.breaks += 1
            self.part() if self.breaks > 1 else self.words.put(" ")
        elif node.tag in _EMPHASIS:
            self.emphasis.append(_EMPHASIS[node.tag])
        elif node in self.notes.inward:
            self.linked += 1
        elif node.tag in _BLOCKS:
            self.start_block(node)
        return True

    def start_note(self, node: Node) -> None:
        """If a note begins here, put the words of the paragraph around it aside."""
        number = self.notes.starts.get(node) or self.notes.more.get(node)
        if number is None or self.whole is not None:
            return
        if self.note is not None or node.tag in _BLOCKS:
            self.flush()
        if self.note is None:
            self.aside, self.words, self.note = self.words, _Words(), node
        self.seen.add(node)
        self.number, self.fresh = number, node in self.notes.starts

    def start_block(self, node: Node) -> None:
        self.part()
        if node.tag in ("ol", "ul"):
            start = node.get("start")
            first = int(start) if re.fullmatch(r"\d{1,4}", start) else 1
            self.lists.append(first if node.tag == "ol" else None)
        elif node.tag == "li":
            self.items.append(_Item(self.label(node), 4 * len(self.items)))
        elif node in self.tables:
            self.table = _Table()
        is_cell = node.tag in ("td", "th") and self.table is not None
        if self.whole is None and (node.tag in HEADINGS or node.tag == "dt" or is_cell):
            self.whole = node

    def part(self) -> None:
        """End the words before this place: as a block, or with a space."""
        if self.whole is None:
            self.flush()
        else:
            self.words.put(" ")

    def label(self, node: Node) -> str:
        """What is printed before an item of a numbered list: "3. ", with a space."""
        number = self.lists[-1] if self.lists else None
        if number is None:
            return ""
        number = int(node.get("value")) if re.fullmatch(r"\d{1,4}", node.get("value")) else number
        self.lists[-1] = number + 1
        return f"{list_number(number, node.parent.get('type') if node.parent else '')}. "

    def end(self, node: Node) -> None:
        """End an element."""
        if node is self.whole:
            self.end_whole(node)
        elif node.tag in _EMPHASIS:
            self.emphasis.pop()
        elif node in self.notes.inward:
            self.linked -= 1
        elif node.tag == "a" and self.note is not None:
            self.put_address(node)
        elif node.tag in _BLOCKS:
            self.part()
        if node.tag in ("ol", "ul"):
            self.lists.pop()
        elif node.tag == "li":
            self.items.pop()
        elif node.tag == "tr" and self.table is not None:
            self.table.end_row(node)
        elif node in self.tables and self.table is not None:
            self.add_rows(self.table)
            self.table = None
        elif node.tag == "dl":
            self.term = None
        if node is self.note:
            self.flush()
            self.note, self.words = None, self.aside

    def end_whole(self, node: Node) -> None:
        self.whole = None
        words, self.words = self.words, _Words()
        inline = words.written()
        if node.tag in ("td", "th") and self.table is not None:
            self.table.add(node, inline)
        elif node.tag == "dt":
            terms = [term for term in (self.term, inline) if term and term.text]
            self.term = joined(terms, ", ") if terms else None
        elif inline.text:
            self.add("line", inline, level=int(node.tag[1]))

    def put_address(self, node: Node) -> None:
        """In a note, write out the address of a link, as print does, unless its words are an address."""
        href = node.get("href").strip()
        if ADDRESS.fullmatch(href) and len(href) <= 500 and not ADDRESS.search(node.words(500)):
            self.words.put(f" {href}")

    def flush(self) -> None:
        """Make a piece of the words so far."""
        words, self.words, self.breaks = self.words, _Words(), 0
        inline = words.written()
        if not inline.text:
            if inline.marks and self.pieces and self.note is None:
                last = self.pieces[-1]
                more = tuple((len(last.text), number) for _, number in inline.marks)
                self.pieces[-1] = replace(last, marks=(*last.marks, *more))
        elif self.note is not None:
            self.add_note(inline)
        else:
            if words.linked >= len(inline.text):
                self.contents.add(len(self.pieces))
            self.add_block(inline, len(inline.text[: words.emphasised].rstrip()), words.emphasis == "bold")

    def add_note(self, words: Inline) -> None:
        """Add the first words of a note, without its number, or more of it."""
        text = words.text.lstrip(".:)]^ ") if self.fresh else words.text
        own = OWN_NUMBER.match(text)
        cut = len(words.text) - len(text)
        cut += own.end() if own and self.fresh and int(own[1]) == self.number else 0
        kind: PieceKind = "endnote" if self.fresh else "endnote_more"
        number = self.number if self.fresh else None
        note = self.piece(kind, Inline(words.text[cut:]), -2 - self.number, number=number)
        self.endnotes.append(note)
        self.fresh = False

    def add_block(self, words: Inline, emphasised: int, bold: bool) -> None:
        """Add a paragraph, a list item, or a glossary entry."""
        item = self.items[-1] if self.items else None
        kind: PieceKind = "line"
        indent = 0
        if self.term is not None:
            kind, words = "term", joined([self.term, words], " " if self.term.text.endswith(":") else ": ")
            self.term = None
        elif item is None or item.begun:
            indent = item.indent + 4 if item else 0
            if _ITEM.match(words.text):
                kind = "item"
            elif _LETTERED.match(words.text):
                kind = "bullet"
        else:
            indent, item.begun = item.indent, True
            ends = words.text[max(0, emphasised - 1) : emphasised + 1]
            named = bold and emphasised <= _LONGEST_TERM and ":" in ends
            words = joined([Inline(item.label), words], "") if item.label else words
            kind = "item" if _ITEM.match(words.text) else "term" if named else "bullet"
        self.add(kind, words, emphasised=emphasised, bold=bold, indent=indent)

    def add_rows(self, table: _Table) -> None:
        chunk = len(self.pieces)
        for cells, head in table.all_rows():
            row = table_row(cells)
            if row.text:
                self.add("row", row, chunk=chunk, head=head)

    def add(self, kind: PieceKind, words: Inline, *, chunk: int | None = None, **more: Any) -> None:
        self.pieces.append(self.piece(kind, words, len(self.pieces) if chunk is None else chunk, **more))

    def piece(self, kind: PieceKind, words: Inline, chunk: int, **more: Any) -> Piece:
        """The next piece; a page has no lines, so its count stands for one."""
        # A table whose cells span many others has more words than its page.
        self.length += len(words.text)
        self.count += 1
        if self.length > MOST_TEXT:
            raise ReportError(
                f"Tables that repeat their cells make more than {MOST_TEXT:,} characters of the page, "
                "which no report has. Split the file."
            )
        return Piece(kind, words.text, words.marks, self.count, chunk, **more)

    def raised_numbers(self, node: Node) -> list[int]:
        """The numbers of a raised text without links to notes, with ranges filled in; empty if it is
        anything else."""
        words = node.words(200)
        if not _NUMBERS.fullmatch(words) or any(
            link in self.notes.marks for link in islice(node.nodes(), 50)
        ):
            return []
        return numbers_in(words)


def _without_contents(pieces: Sequence[Piece], links: set[int]) -> list[Piece]:
    """The pieces without the contents list: several in a row that are nothing but links into the page."""
    kept: list[Piece] = []
    for is_link, run in groupby(enumerate(pieces), key=lambda pair: pair[0] in links):
        found = [piece for _, piece in run]
        kept += found if not is_link or len(found) < _FEWEST_CONTENTS else []
    return kept


# What separates marks, up to the end of the brackets around them.
_BETWEEN_MARKS = re.compile(r"[\s,;.()\[–-]*\]?")
_RAISED = re.compile(rf"([{RAISED_DIGITS}]{{1,4}})")
_SPACE = re.compile(r"\s+")
# The most columns and rows that a cell spans; a longer cell is not repeated in each.
_MOST_SPANNED = 60
_LONGEST_REPEATED = 100


class _Words(InlineWriter):
    """The words of a block, with the length of its emphasised opening and of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.in_brackets = False
        self.emphasis: str | None = None
        self.emphasised = self.linked = 0

    def put(self, text: str, emphasis: Sequence[str] = (), linked: bool = False) -> None:
        """Add words; white space becomes one space, and the brackets around marks are left out."""
        text = _SPACE.sub(" ", text)
        if self.in_brackets and (sign := _BETWEEN_MARKS.match(text)):
            closed = sign[0].endswith("]")
            self.in_brackets = sign.end() == len(text) and not closed
            text = text[sign.end() :] if self.in_brackets or closed else text
        for index, part in enumerate(_RAISED.split(text)):
            if index % 2 and not is_power(self.end, len(self.end), from_raised(part)):
                self.mark(int(from_raised(part)))
            else:
                self._add(part, emphasis, linked)

    def _add(self, part: str, emphasis: Sequence[str], linked: bool) -> None:
        start = self.length
        super().put(part)
        added = self.length - start
        if added and not start:
            self.emphasis = emphasis[-1] if emphasis else None
        leads = self.emphasis is not None and self.emphasised == start
        if leads and (self.emphasis in emphasis or part == " "):
            self.emphasised += added
        self.linked += added if linked else 0

    def mark(self, number: int) -> None:
        """Add a note mark right after the last word, without the bracket before it."""
        self.in_brackets = "[" in self.strip(" [") or self.in_brackets
        super().mark(number)


_Row = tuple[list[Inline], bool]
_EMPTY = Inline("")


@dataclass(slots=True)
class _Table:
    """The rows of a table so far, each with whether it is a head. `spanning` are the cells, by column,
    that reach into the next rows, with the number of those rows."""

    rows: list[_Row] = field(default_factory=list)
    cells: list[Inline] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    spanning: dict[int, tuple[int, Inline]] = field(default_factory=dict)

    def add(self, node: Node, words: Inline) -> None:
        """Add a cell; a column head is repeated above each of the columns that it spans."""
        self.fill()
        self.tags.add(node.tag)
        repeated = Inline(words.text) if len(words.text) <= _LONGEST_REPEATED else _EMPTY
        rows = _span(node.get("rowspan")) - 1
        for column in range(_span(node.get("colspan"))):
            if rows:
                self.spanning[len(self.cells)] = (rows, repeated)
            self.cells.append(words if not column else repeated if node.tag == "th" else _EMPTY)

    def fill(self) -> None:
        """Add the cells from rows above that reach down to this place."""
        while spanning := self.spanning.pop(len(self.cells), None):
            rows, cell = spanning
            if rows > 1:
                self.spanning[len(self.cells)] = (rows - 1, cell)
            self.cells.append(cell)

    def end_row(self, node: Node) -> None:
        """End a row; a head is marked as such and has several cells, otherwise it only divides the table."""
        self.fill()
        said = self.tags == {"th"} or (node.parent is not None and node.parent.tag == "thead")
        self.rows.append((self.cells, said and sum(bool(cell.text) for cell in self.cells) > 1))
        self.cells, self.tags = [], set()

    def all_rows(self) -> list[_Row]:
        """The rows, with heads above each other merged into one."""
        heads = [cells for cells, _ in takewhile(lambda row: row[1], self.rows)]
        columns = [
            [cell for cell in dict.fromkeys(column) if cell.text]
            for column in zip_longest(*heads, fillvalue=_EMPTY)
        ]
        head = [joined(column, " ") if len(column) > 1 else (column or [_EMPTY])[0] for column in columns]
        return [(head, True), *self.rows[len(heads) :]] if heads else self.rows


def _data_tables(root: Node, notes: NoteLinks) -> set[Node]:
    """The tables that hold data; a layout table has one column, or holds headings, tables or notes."""
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
