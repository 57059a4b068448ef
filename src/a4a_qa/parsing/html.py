"""An HTML page → the same pieces that a Markdown file has; Word files come this way as well (docx.py).

One walk through the tree of the page: blocks become pieces, links that lead to notes become note marks, and
what these lead to endnotes. What belongs to the site and not to the report (navigation, asides, forms, banner
and foot) is left out, and so is what is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from a4a_qa.errors import ReportError
from a4a_qa.notation import ADDRESS, RAISED_DIGITS, is_power
from a4a_qa.parsing.about import Clues
from a4a_qa.parsing.html_notes import OWN_NUMBER, Notes, find_notes, take_listed
from a4a_qa.parsing.html_page import HEADINGS, MOST_TEXT, Node, declared, is_left_out, kept_parts, read_page
from a4a_qa.parsing.html_text import BETWEEN_MARKS, Table, Words, data_tables, joined, list_number
from a4a_qa.parsing.inline import Inline
from a4a_qa.parsing.note_numbers import number_through
from a4a_qa.parsing.pieces import Piece, PieceKind
from a4a_qa.report import Problem

_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure
    footer form header hr legend li main ol p pre section summary table td th tr ul""".split()
).union(HEADINGS)
_EMPHASIS = {"b": "bold", "strong": "bold", "i": "italics", "em": "italics"}

_NUMBERS = re.compile(r"[\[(]?\s*\d{1,4}(?:\s*[,;–-]\s*\d{1,4}){0,40}\s*[\])]?")
_ITEM = re.compile(r"(?:\(\d{1,3}\)|\d{1,3}[.)])\s")
_LETTERED = re.compile(r"\(?(?:[a-z]|[ivx]{2,5})[.)]\s")
# A label in bold with a colon is the term of a glossary up to this length.
_LONGEST_TERM = 61
# So many notes may be meant by «3–5».
_LONGEST_RANGE = 20
# So many blocks one below the other that only link into the page are its contents list.
_FEWEST_CONTENTS = 3
# So many paragraphs before the second heading may tell of the publisher; a longer one is prose.
_MOST_FRONT, _LONGEST_FRONT = 20, 300


def read_html(path: Path) -> tuple[list[Piece], Clues, list[Problem]]:
    """The pieces of a page, notes last, what it says about itself, and oddities. Raises ReportError."""
    root = read_page(path)
    pieces, problems = read_body(root, path)
    return pieces, with_front(declared(root), pieces), problems


def read_body(root: Node, path: Path) -> tuple[list[Piece], list[Problem]]:
    """The pieces of a page, notes last, and what is odd; raises ReportError when it has no words."""
    notes = find_notes(root)
    reader = _Reader(notes, data_tables(root, notes), kept_parts(root, notes.starts))
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


def with_front(clues: Clues, pieces: Sequence[Piece]) -> Clues:
    """The clues with the first heading, and the paragraphs before the next one."""
    heads = [at for at, piece in enumerate(pieces) if piece.level]
    end = heads[1] if len(heads) > 1 else len(pieces)
    above = (piece.text for piece in pieces[:end] if not piece.level and piece.kind == "line")
    front = tuple(islice((text for text in above if len(text) <= _LONGEST_FRONT), _MOST_FRONT))
    return replace(clues, first_heading=pieces[heads[0]].text if heads else None, front=front)


@dataclass(slots=True)
class _Item:
    """An open list item: what stands before its first words, and how far it is set in."""

    label: str
    indent: int
    begun: bool = False


class _Reader:
    """Writes down the pieces of a page as its elements begin and end."""

    def __init__(self, notes: Notes, tables: set[Node], kept: set[Node]) -> None:
        self.notes, self.tables, self.kept = notes, tables, kept
        self.pieces: list[Piece] = []
        self.endnotes: list[Piece] = []
        self.contents: set[int] = set()
        self.seen: set[Node] = set()
        self.words = Words()
        self.emphasis: list[str] = []
        self.linked = self.breaks = self.length = self.count = 0
        self.lists: list[int | None] = []
        self.items: list[_Item] = []
        self.term: Inline | None = None
        self.table: Table | None = None
        # The element whose blocks run on as one text (a heading, a cell), and that of the open note.
        self.whole: Node | None = None
        self.note: Node | None = None
        self.number, self.fresh = 0, False
        self.aside = Words()

    def read(self, root: Node) -> None:
        """Read an element; how deep its tree is does not matter."""
        around = [(root, iter(root.content))] if self.start(root) else []
        while around:
            node, rest = around[-1]
            item = next(rest, None)
            if item is None:
                around.pop()
                self.end(node)
            elif isinstance(item, Node):
                around += [(item, iter(item.content))] if self.start(item) else []
            elif node.tag != "sup" or not BETWEEN_MARKS.fullmatch(item):
                self.breaks = self.breaks if item.isspace() else 0
                self.words.put(item, self.emphasis, self.linked > 0)
        self.flush()

    def start(self, node: Node) -> bool:
        """Begin an element; whether there is more in it to read."""
        if node not in self.kept and (is_left_out(node) or (self.note and node in self.notes.back)):
            return False
        if node in self.notes.marks and self.note is None:
            self.words.mark(self.notes.marks[node])
            return False
        if node.tag == "sup" and (numbers := self.raised_numbers(node)):
            first, *others = numbers
            if others or not is_power(self.words.end, len(self.words.end), str(first)):
                for number in numbers:
                    self.words.mark(number)
            else:
                self.words.put(RAISED_DIGITS[first])
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
        """Put the words of a paragraph aside where a note begins within it."""
        number = self.notes.starts.get(node) or self.notes.more.get(node)
        if number is None or self.whole is not None:
            return
        if self.note is not None or node.tag in _BLOCKS:
            self.flush()
        if self.note is None:
            self.aside, self.words, self.note = self.words, Words(), node
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
            self.table = Table()
        is_cell = node.tag in ("td", "th") and self.table is not None
        if self.whole is None and (node.tag in HEADINGS or node.tag == "dt" or is_cell):
            self.whole = node

    def part(self) -> None:
        """Part the words before from those behind."""
        if self.whole is None:
            self.flush()
        else:
            self.words.put(" ")

    def label(self, node: Node) -> str:
        """What is printed before a list item that counts: «3. »."""
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
        words, self.words = self.words, Words()
        inline = words.take()
        if node.tag in ("td", "th") and self.table is not None:
            self.table.add(node, inline)
        elif node.tag == "dt":
            terms = [term for term in (self.term, inline) if term and term.text]
            self.term = joined(terms, ", ") if terms else None
        elif inline.text:
            self.add("line", inline, level=int(node.tag[1]))

    def put_address(self, node: Node) -> None:
        """In a note, name the address that a link leads to, as print does, where its words do not."""
        href = node.get("href").strip()
        if ADDRESS.fullmatch(href) and len(href) <= 500 and not ADDRESS.search(node.words(500)):
            self.words.put(f" {href}")

    def flush(self) -> None:
        """Make a piece of the words of a block."""
        words, self.words, self.breaks = self.words, Words(), 0
        inline = words.take()
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
        note = self.piece(kind, Inline(words.text[cut:], ()), -2 - self.number, number=number)
        self.endnotes.append(note)
        self.fresh = False

    def add_block(self, words: Inline, emphasised: int, bold: bool) -> None:
        """Add a paragraph, a list item, or what a glossary says of a term."""
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
            words = joined([Inline(item.label, ()), words], "") if item.label else words
            kind = "item" if _ITEM.match(words.text) else "term" if named else "bullet"
        self.add(kind, words, emphasised=emphasised, bold=bold, indent=indent)

    def add_rows(self, table: Table) -> None:
        chunk = len(self.pieces)
        for cells, head in table.all_rows():
            words = joined(cells, "\t")
            text = words.text.rstrip("\t")
            if text:
                row = Inline(text, tuple((min(offset, len(text)), number) for offset, number in words.marks))
                self.add("row", row, chunk=chunk, head=head)

    def add(self, kind: PieceKind, words: Inline, *, chunk: int | None = None, **more: Any) -> None:
        self.pieces.append(self.piece(kind, words, len(self.pieces) if chunk is None else chunk, **more))

    def piece(self, kind: PieceKind, words: Inline, chunk: int, **more: Any) -> Piece:
        """The next piece; as a page has no lines, its number stands for one."""
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
        """The numbers that a raised text without links to notes consists of, «3–5» in full, or none."""
        words = node.words(200)
        if not _NUMBERS.fullmatch(words) or any(
            link in self.notes.marks for link in islice(node.nodes(), 50)
        ):
            return []
        numbers: list[int] = []
        for first, last in re.findall(r"(\d+)(?:\s*[–-]\s*(\d+))?", words):
            span = range(int(first), int(last or first) + 1)
            numbers += span if 0 < len(span) <= _LONGEST_RANGE else [int(first)]
        return numbers


def _without_contents(pieces: Sequence[Piece], links: set[int]) -> list[Piece]:
    """The pieces without the contents list: several in a row that are nothing but links into the page."""
    kept: list[Piece] = []
    for is_link, run in groupby(enumerate(pieces), key=lambda pair: pair[0] in links):
        found = [piece for _, piece in run]
        kept += found if not is_link or len(found) < _FEWEST_CONTENTS else []
    return kept
