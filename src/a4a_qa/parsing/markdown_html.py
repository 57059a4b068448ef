"""HTML within Markdown → Markdown, so that one reader reads both.

Headings, lists, tables, paragraphs and line breaks become their Markdown forms, and notes become «[^1]: …».
Inline tags stay for `inline` to read. A note is an element that the link of a mark leads to, or whose id says
so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

from a4a_qa.parsing.inline import NOTE_ID

# Tags, and code, in which a tag is an example. A tag holds no further «<», so that each is looked at once.
_TOKEN = re.compile(r"`[^`\n]+`|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?=[\s/>])[^<>]{0,2000}>")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = frozenset(
    """address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer
    form header hr main nav p pre section summary""".split()
)
_TABLES = frozenset("table thead tbody tfoot tr td th caption col colgroup".split())
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
_READ = _HEADINGS | _BLOCKS | _TABLES | {"a", "br", "li", "ol", "ul"}
_MAY_BE_NOTE = frozenset("li p div dd aside section article".split())

_INLINE_TAG = r"</?(?:a|sup|span|b|strong|i|em|small|p)\b[^<>]*>"
# The number with which a note begins, in whatever markup.
_OWN_NUMBER = re.compile(rf"(?:{_INLINE_TAG}|[\s\[(]){{0,20}}(\d{{1,4}})(?:[\s\]).:^]|{_INLINE_TAG}){{0,20}}")
_LINKED_NUMBER = re.compile(r"[\s\[(]*(\d{1,4})[\s\])]*")
# So much of a link is looked at for the number of a note.
_LONGEST_NUMBER = 60
_MOST_COLUMNS = 40
# So much of a line is looked at for the bars of a table.
_LONGEST_ROW = 2_000
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


def without_html(lines: Sequence[str], fenced: Sequence[bool]) -> list[tuple[int, str]]:
    """The lines with block-level HTML written as Markdown, each with its number, from 1; code is left."""
    text = "\n".join(lines)
    if not any(match["name"] and match["name"].lower() in _READ for match in _TOKEN.finditer(text)):
        return list(enumerate(lines, 1))
    writer = _Writer(_Notes(text))
    number = 1
    for is_code, run in groupby(zip(lines, fenced, strict=True), key=lambda pair: pair[1]):
        texts = [line for line, _ in run]
        if is_code:
            writer.close()
            writer.lines += enumerate(texts, number)
        else:
            _rewrite("\n".join(texts), number, writer)
        number += len(texts)
    writer.close()
    return writer.lines


class _Notes:
    """Which ids are those of notes, and their numbers: what links to them show, or what the id says."""

    def __init__(self, text: str) -> None:
        self.links: dict[str, int] = {}
        blocks: list[tuple[str, str, int]] = []
        for match in _TOKEN.finditer(text):
            name = (match["name"] or "").lower()
            if match["close"] or name not in _MAY_BE_NOTE | {"a"}:
                continue
            attributes = _attributes(match[0])
            if name != "a":
                blocks.append((attributes.get("id", ""), name, match.end()))
            elif attributes.get("href", "").startswith("#"):
                shown = _LINKED_NUMBER.fullmatch(_words_of_link(text, match.end())[0])
                if shown:
                    self.links.setdefault(attributes["href"][1:], int(shown[1]))
        self.ids = {name for name, tag, at in blocks if name and self.number(name, tag, text, at) is not None}

    def number(self, name: str, tag: str, text: str, at: int) -> int | None:
        """The number of the note that an element is whose words begin at `at`; None if it is no note."""
        by_id = NOTE_ID.fullmatch(name)
        number = self.links.get(name) or (int(by_id[1]) if by_id else None)
        own = _OWN_NUMBER.match(text, at)
        if number is None or (tag != "li" and not (own and int(own[1]) == number)):
            return None
        return number

    def is_one(self, name: str) -> bool:
        """Whether a link to this id leads to a note."""
        return name in self.ids or bool(NOTE_ID.fullmatch(name))


def _words_of_link(text: str, start: int) -> tuple[str, int]:
    """The words of a short link whose tag ends at `start`, and where it ends; of a longer one the begin."""
    end = text.find("</a>", start, start + 4 * _LONGEST_NUMBER)
    if end < 0:
        return "…", start
    return _TOKEN.sub("", text[start:end]), end + len("</a>")


class _TagParser(HTMLParser):
    """Reads the attributes of one tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = {name: value or "" for name, value in attrs}


def _attributes(tag: str) -> dict[str, str]:
    parser = _TagParser()
    parser.feed(tag)
    parser.close()
    return parser.found


@dataclass(slots=True)
class _List:
    """An open list: how its items are counted, and how many there are."""

    ordered: bool
    style: str
    count: int

    def sign(self) -> str:
        """What begins the next item."""
        self.count += 1
        if not self.ordered:
            return "- "
        if self.style in ("a", "A") and 0 < self.count <= 26:
            return f"- {chr(ord(self.style) + self.count - 1)}. "
        if self.style in ("i", "I") and 0 < self.count < len(_ROMAN):
            roman = _ROMAN[self.count]
            return f"- {roman.upper() if self.style == 'I' else roman}. "
        return f"{self.count}. "


@dataclass(slots=True)
class _Row:
    """A row of a table: the line on which it begins, its cells, which is open, and whether all are heads."""

    line: int
    cells: list[list[str]] = field(default_factory=list)
    at: int = -1
    head: bool = True

    @property
    def open_cell(self) -> list[str]:
        return self.cells[self.at]


@dataclass(slots=True)
class _Table:
    """An open table, how many others are open in it, and whether a cell is."""

    rows: list[_Row] = field(default_factory=list)
    nested: int = 0
    in_cell: bool = False


@dataclass(slots=True)
class _Note:
    """An open note: its number, its element, where its lines begin, and how many such elements and how many
    lists are open in it."""

    number: int
    name: str
    first: int
    depth: int = 1
    lists: int = 0


class _Writer:
    """The lines written so far, the one that is being written behind its `sign`, and what is open."""

    def __init__(self, notes: _Notes) -> None:
        self.notes = notes
        self.lines: list[tuple[int, str]] = []
        self.number = 1
        self.sign = ""
        self.buffer: list[str] = []
        self.worded = False
        self.broken = False  # a tag ended the line before; the line end behind it in the file counts no more
        self.heading = False
        self.in_sup = False
        self.lists: list[_List] = []
        self.table: _Table | None = None
        self.note: _Note | None = None

    @property
    def in_cell(self) -> bool:
        return self.table is not None and self.table.in_cell

    def write(self, words: str) -> None:
        """Put words behind those of the line, or of the cell."""
        if self.table and self.table.in_cell:
            self.table.rows[-1].open_cell.append(words.replace("|", "\\|"))
        else:
            self.buffer.append(words)
            if words.strip():
                self.worded, self.broken = True, False

    def drop_bracket(self) -> None:
        """Take back the bracket that was written last."""
        words = self.table.rows[-1].open_cell if self.table and self.table.in_cell else self.buffer
        if words:
            words[-1] = words[-1].removesuffix("[")

    def end_line(self, number: int) -> None:
        """Read the end of a line of the file; `number` is that of the next one."""
        if self.in_cell or self.heading or (self.sign.strip() and not self.worded):
            self.write(" ")
        elif self.broken and not self.worded:
            self.buffer = []
        else:
            self.flush()
        self.broken = False
        self.number = number

    def flush(self, end: str = "") -> None:
        """End the line that is being written."""
        self.lines.append((self.number, self.sign + "".join(self.buffer) + end))
        self.begin_line("    " if self.note else "")

    def begin_line(self, sign: str) -> None:
        """Begin a line anew, without what it holds so far."""
        self.sign, self.buffer, self.worded, self.in_sup = sign, [], False, False

    def break_line(self) -> None:
        """End a line that holds words."""
        if self.worded:
            self.flush()
        elif not self.sign:
            self.buffer = []
        self.broken = True

    def part(self) -> None:
        """End a paragraph."""
        self.break_line()
        if self.lines and self.lines[-1][1].strip():
            self.lines.append((self.number, ""))

    def begin_note(self, number: int, name: str) -> None:
        """Begin the note of this number, which the element of this name holds."""
        self.end_note()
        self.part()
        self.note = _Note(number, name, len(self.lines))
        self.begin_line(f"[^{number}]: ")

    def end_note(self) -> None:
        """End the note that is open, if one is, and take away the number that it begins with in print."""
        if not self.note:
            return
        note, self.note = self.note, None
        if self.worded:
            self.flush()
        self.begin_line("")
        if note.first < len(self.lines):
            line, text = self.lines[note.first]
            sign = f"[^{note.number}]: "
            own = _OWN_NUMBER.match(text, len(sign))
            if own and int(own[1]) == note.number and own.end() < len(text):
                self.lines[note.first] = line, sign + text[own.end() :]
        self.part()

    def end_table(self) -> None:
        """Write the rows of the open table, or the paragraphs that one of a single column holds."""
        assert self.table is not None
        rows = [row for row in self.table.rows if any("".join(cell).strip() for cell in row.cells)]
        self.table = None
        self.part()
        of_cells = any(len(row.cells) > 1 for row in rows)
        for index, row in enumerate(rows):
            cells = [" ".join("".join(cell).split()) for cell in row.cells]
            if of_cells:
                self.lines.append((row.line, f"| {' | '.join(cells)} |"))
                if index == 0 and row.head and len(rows) > 1:
                    self.lines.append((row.line, "|" + " --- |" * len(cells)))
            else:
                self.lines += [(row.line, cells[0].replace("\\|", "|")), (row.line, "")]
        self.part()

    def close(self) -> None:
        """End all that is open."""
        self.end_note()
        if self.table:
            self.end_table()
        self.heading = False
        if self.worded:
            self.flush()
        self.begin_line("")


def _rewrite(text: str, number: int, writer: _Writer) -> None:
    """Write a run of lines, the first of which is `number`, with their tags read."""
    last_table = max((match.start() for match in _TABLE_END.finditer(text)), default=-1)
    writer.number = number
    at = 0
    for match in _TOKEN.finditer(text):
        start = match.start()
        if start < at:
            continue
        number = _write_words(text[at:start], number, writer)
        at = match.end()
        name = (match["name"] or "").lower()
        if name == "a":
            at = _read_link(text, match, writer)
        elif name in _TABLES and (writer.table or (name == "table" and start < last_table)):
            _read_table_tag(match, name, number, writer)
        elif name in _READ and writer.table:
            writer.write(" ") if writer.in_cell else None
        elif name in _READ:
            _read_tag(text, match, name, writer)
        else:
            if name == "sup":
                writer.in_sup = not match["close"]
            writer.write(" ".join(match[0].split("\n")))
        number += text.count("\n", start, at)
    number = _write_words(text[at:], number, writer)
    writer.end_line(number + 1)


def _write_words(words: str, number: int, writer: _Writer) -> int:
    """Write what stands between two tags and begins on line `number`; returns the line that it ends on."""
    first, *others = words.split("\n")
    writer.write(first)
    for position, line in enumerate(others, 1):
        if not line.strip() and position < len(others):  # a blank line ends what has no end tag
            writer.heading = False
            if writer.note and writer.note.name == "a":
                writer.end_note()
        number += 1
        writer.end_line(number)
        if writer.lists or writer.note or writer.heading:
            line = line.replace("\t", " ").lstrip()
        writer.write(line)
    return number


def _read_link(text: str, match: re.Match[str], writer: _Writer) -> int:
    """Write the mark that a link is, or leave out its tag; returns where to go on."""
    if match["close"]:
        return match.end()
    attributes = _attributes(match[0])
    if not (writer.note or writer.table or writer.worded or writer.sign):
        for name in (attributes.get("id"), attributes.get("name")):
            number = writer.notes.number(name, "a", text, match.end()) if name else None
            if number is not None:
                writer.begin_note(number, "a")
                break
    target = attributes.get("href", "")
    if not target.startswith("#"):
        return match.end()
    words, end = _words_of_link(text, match.end())
    shown = _LINKED_NUMBER.fullmatch(words)
    if shown and not writer.note and writer.notes.is_one(target[1:]):
        if writer.in_sup:
            writer.write(shown[1])
            return end
        in_brackets = text[match.start() - 1 : match.start()] + text[end : end + 1] == "[]"
        if in_brackets:
            writer.drop_bracket()
        writer.write(f"<sup>{shown[1]}</sup>")
        return end + in_brackets
    is_arrow = not re.search(r"\w|…", re.sub(r"&#?\w+;", "", words))  # back to the mark
    return end if is_arrow else match.end()


def _read_tag(text: str, match: re.Match[str], name: str, writer: _Writer) -> None:
    closes = bool(match["close"])
    if writer.note and _goes_on_in_note(name, closes, writer):
        return
    if not closes and name in _MAY_BE_NOTE:
        number = writer.notes.number(_attributes(match[0]).get("id", ""), name, text, match.end())
        if number is not None:
            writer.begin_note(number, name)
            return
    if name == "br":
        _break(text, match, writer)
    elif name in _HEADINGS:
        writer.part()
        writer.heading = not closes
        writer.begin_line("" if closes else "#" * int(name[1]) + " ")
    elif name in ("ul", "ol"):
        _read_list_tag(match, name, closes, writer)
    elif name == "li":
        writer.break_line()
        if not closes:
            depth = min(max(0, len(writer.lists) - 1), 8)
            writer.begin_line("  " * depth + (writer.lists[-1].sign() if writer.lists else "- "))
            writer.broken = False
    elif writer.worded or not writer.sign:  # else a paragraph begins an item
        writer.part()
        writer.heading = False


def _goes_on_in_note(name: str, closes: bool, writer: _Writer) -> bool:
    """Whether a tag is one of an open note, its last one included; any other one that follows ends it."""
    note = writer.note
    assert note is not None
    if name in ("ol", "ul") and (note.lists or not closes):
        note.lists += -1 if closes else 1
    elif name == note.name and closes and not note.lists:
        note.depth -= 1
        if note.depth == 0:
            writer.end_note()
            return True
    elif (
        name in _HEADINGS
        or name in ("ol", "ul")
        or (note.name == "a" and name != "br")  # which stands at the begin of its note
        or (name == note.name and name in ("li", "p") and not note.lists)  # whose end may be left out
    ):
        writer.end_note()
        return False
    elif name == note.name and not note.lists:
        note.depth += 1
    writer.break_line()
    return True


def _break(text: str, match: re.Match[str], writer: _Writer) -> None:
    """Read a line break, which is a space in a heading and in the row of a table."""
    start = match.start()
    before = text[max(0, start - _LONGEST_ROW) : start].rpartition("\n")[2]
    behind = text[match.end() : match.end() + _LONGEST_ROW].partition("\n")[0]
    if writer.heading or before.lstrip().startswith("#") or "|" in before or "|" in behind:
        writer.write(" ")
    elif writer.worded:
        writer.flush("  ")
        writer.broken = True
    elif not writer.sign:
        writer.part()


def _read_list_tag(match: re.Match[str], name: str, closes: bool, writer: _Writer) -> None:
    if closes and writer.lists:
        writer.lists.pop()
    if writer.lists:
        writer.break_line()
    else:
        writer.part()
    if not closes:
        attributes = _attributes(match[0])
        start = attributes.get("start", "1")
        first = int(start) if re.fullmatch(r"[0-9]{1,4}", start) else 1
        writer.lists.append(_List(name == "ol", attributes.get("type", "1"), first - 1))


def _read_table_tag(match: re.Match[str], name: str, number: int, writer: _Writer) -> None:
    closes = bool(match["close"])
    table = writer.table
    if table is None:
        writer.close()
        writer.part()
        writer.table = _Table()
    elif name == "table":
        table.nested += -1 if closes else 1
        if table.nested < 0:
            writer.end_table()
    elif table.nested:
        writer.write(" ")
    elif name == "tr" and not closes:
        table.rows.append(_Row(number))
        table.in_cell = False
    elif name in ("td", "th"):
        table.in_cell = not closes
        if not closes:
            _begin_cell(match, name, number, table)


def _begin_cell(match: re.Match[str], name: str, number: int, table: _Table) -> None:
    if not table.rows:
        table.rows.append(_Row(number))
    row = table.rows[-1]
    row.head = row.head and name == "th"
    if len(row.cells) < _MOST_COLUMNS:
        spans = _attributes(match[0]).get("colspan", "1")
        width = int(spans) if re.fullmatch(r"[1-9][0-9]?", spans) else 1
        row.at = len(row.cells)
        row.cells += [[] for _ in range(width)]
