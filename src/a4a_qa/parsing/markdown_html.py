"""HTML within Markdown → Markdown.

Headings, lists, tables, paragraphs and line breaks become their Markdown forms, notes become "[^1]: …", and
inline tags stay. A note is the target of a mark's link, or an element with the id of a note. Headings, notes
and cells are written on one line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from a4a_qa.parsing.html_page import HEADINGS
from a4a_qa.parsing.markup import NOTE_ID, list_number

# Tags, and code, in which a tag is an example. A tag holds no other "<", so each is looked at once.
_TOKEN = re.compile(r"`[^`\n]+`|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?=[\s/>])[^<>]{0,2000}>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_BLOCKS = frozenset(HEADINGS) | frozenset(
    """address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer
    form header hr main nav p pre section summary table thead tbody tfoot tr td th li ol ul""".split()
)
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(_BLOCKS)})\b[^<>]*>", re.IGNORECASE)
_MAY_BE_NOTE = frozenset("li p div dd aside section article a".split())

_INLINE_TAG = r"</?(?:a|sup|span|b|strong|i|em|small|p)\b[^<>]*>"
# The number with which a note begins, in whatever markup.
_OWN_NUMBER = re.compile(rf"(?:{_INLINE_TAG}|[\s\[(]){{0,20}}(\d{{1,4}})(?:[\s\]).:^]|{_INLINE_TAG}){{0,20}}")
_LINKED_NUMBER = re.compile(r"[\s\[(]*(\d{1,4})[\s\])]*")
_BRACKETED_LINK = re.compile(r"\[(<a\b[^<>]{0,500}#[^<>]{0,500}>\s*\d{1,4}\s*</a>)\]", re.IGNORECASE)
# The most characters of a link and of a line that are searched.
_LONGEST_LINK = 240
_LONGEST_LINE = 2_000
_MOST_COLUMNS = 40

# The output keeps the line ends of the file, so that lines can be counted. Control characters stand for the
# end of a line or a paragraph that the file lacks, a line end that is read as a space, and a line of code.
_LINE, _PART, _JOIN, _CODE = "\x00", "\x01", "\x02", "\x03"
_NO_SIGNS = dict.fromkeys(map(ord, (_LINE, _PART, _JOIN, _CODE)))
_END = re.compile(f"([\n{_LINE}{_PART}])")
_CODE_LINE = re.compile(_CODE)
_BLANK_LINE = re.compile(rf"\n[ \t]*\n|{_CODE}")
_HEADING_END = re.compile(rf"</h[1-6]\s*>|\n[ \t]*\n|{_CODE}|$", re.IGNORECASE)


def without_html(lines: Sequence[str], fenced: Sequence[bool]) -> list[tuple[int, str]]:
    """The lines with block-level HTML written as Markdown, each with its number, from 1; code is
    unchanged."""
    plain = (line.translate(_NO_SIGNS) for line in lines)
    text = "\n".join(_CODE if is_code else line for line, is_code in zip(plain, fenced, strict=True))
    text = _BRACKETED_LINK.sub(r"\1", text)
    tags = [tag for tag in _tags(text) if tag.name in _BLOCKS | {"a", "br"}]
    if not tags:
        return list(enumerate(lines, 1))
    found: list[tuple[int, str]] = []
    page = _Page(text, tags)
    parts = _END.split(_Writer(page, 0, len(text)).write())
    number, before = 1, "\n"
    for part, end in zip(parts[::2], [*parts[1::2], "\n"], strict=True):
        line = part.replace(_JOIN, " ")
        if line.strip() or before == end == "\n":
            found.append((number, lines[number - 1] if line == _CODE else line))
        number += part.count(_JOIN) + (end == "\n")
        if end == _PART and found and found[-1][1].strip():
            found.append((number, ""))
        before = end
    return found


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag with its place in the text."""

    name: str
    closes: bool
    start: int
    end: int
    attributes: dict[str, str]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


def _tags(text: str) -> Iterator[_Tag]:
    for found in _TOKEN.finditer(text):
        if found["name"]:
            values = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(found[0])}
            yield _Tag(found["name"].lower(), bool(found["close"]), *found.span(), values)


def _notes(text: str, tags: Sequence[_Tag]) -> tuple[dict[int, int], set[str]]:
    """The numbers of notes by the places where their elements begin, and their ids.

    The number is the text of the links to the note, or in its id. Except for list items, the element must
    begin with it.
    """
    linked: dict[str, int] = {}
    for tag in tags:
        if tag.get("href").startswith("#") and (shown := _LINKED_NUMBER.fullmatch(_link(text, tag)[0])):
            linked.setdefault(tag.get("href")[1:], int(shown[1]))
    starts: dict[int, int] = {}
    ids: set[str] = set()
    for tag in tags:
        for name in (tag.get("id"), tag.get("name") if tag.name == "a" else ""):
            said = NOTE_ID.fullmatch(name)
            number = linked.get(name) or (int(said[1]) if said else None)
            if number is None or tag.name not in _MAY_BE_NOTE:
                continue
            own = _OWN_NUMBER.match(text, tag.end)
            if tag.name == "li" or (own and int(own[1]) == number):
                ids.add(name)
                if tag.name != "a" or _begins_block(text, tag.start):
                    starts[tag.start] = number
    return starts, ids


def _begins_block(text: str, at: int) -> bool:
    """Whether only tags precede a place in its line or block."""
    line = text[max(0, at - _LONGEST_LINE) : at].rpartition("\n")[2]
    return not _TOKEN.sub("", _BLOCK_TAG.split(line)[-1]).strip()


def _link(text: str, tag: _Tag) -> tuple[str, int]:
    """The words of a short link and where it ends; for a longer one "…" and where its words begin."""
    end = text.find("</a>", tag.end, tag.end + _LONGEST_LINK)
    return (_TOKEN.sub("", text[tag.end : end]), end + len("</a>")) if end >= 0 else ("…", tag.end)


def _number(value: str, most: int = 9999) -> int:
    """The number in an attribute, or 1."""
    return min(int(value), most) if re.fullmatch(r"[0-9]{1,4}", value) else 1


class _Page:
    """A text with its block tags and links, its notes, and the end tag of each table by its start."""

    def __init__(self, text: str, tags: Sequence[_Tag]) -> None:
        self.text = text
        self.all_tags = tags
        self.places = [tag.start for tag in tags]
        self.notes, self.ids = _notes(text, tags)
        self.table_ends: dict[int, _Tag] = {}
        open_tables: list[_Tag] = []
        for tag in tags:
            if tag.name == "table" and not tag.closes:
                open_tables.append(tag)
            elif tag.name == "table" and open_tables:
                self.table_ends[open_tables.pop().start] = tag

    def tags(self, start: int, end: int) -> Iterator[_Tag]:
        """The tags between two places."""
        for index in range(bisect_left(self.places, start), bisect_left(self.places, end)):
            yield self.all_tags[index]

    def cells(self, table: _Tag, end: _Tag) -> Iterator[_Tag]:
        """The tags of the rows, cells and caption of a table, without those of nested tables."""
        inner = table.end
        for tag in self.tags(table.end, end.start):
            if tag.start >= inner and tag.name in ("tr", "td", "th", "caption"):
                yield tag
            elif tag.start >= inner and tag.start in self.table_ends:
                inner = self.table_ends[tag.start].end

    def note_end(self, note: _Tag, end: int) -> int:
        """The end of the note in an element, `end` at the latest."""
        depth, lists = 1, 0
        for tag in self.tags(note.end, end):
            another = self.notes.get(tag.start, self.notes[note.start]) != self.notes[note.start]
            ended = another or tag.name in HEADINGS or (note.name == "a" and tag.name in _BLOCKS)
            if tag.name in ("ol", "ul"):
                lists += -1 if tag.closes else 1
            elif tag.name == note.name != "a" and not lists:
                depth += -1 if tag.closes else 1
            # Items and paragraphs may lack their end tag.
            if ended or lists < 0 or depth == 0 or (depth > 1 and note.name in ("li", "p")):
                end = tag.start
                break
        stop = (_BLANK_LINE if note.name == "a" else _CODE_LINE).search(self.text, note.end, end)
        return stop.start() if stop else end


class _Writer:
    """Writes the Markdown of a part of a page; a cell becomes one line without notes."""

    def __init__(self, page: _Page, start: int, end: int, is_cell: bool = False) -> None:
        self.page = page
        self.at, self.start, self.end = start, start, end
        self.is_cell = is_cell
        self.one_line_to = end if is_cell else -1
        self.in_note = False
        self.after_sign = False
        self.lists: list[tuple[str, Iterator[int]]] = []
        self.out: list[str] = []

    def write(self) -> str:
        """The Markdown, with the line ends of the file."""
        for tag in self.page.tags(self.start, self.end):
            if tag.start >= self.at:
                self.words(tag.start)
                self.skip(tag.end)
                self.read(tag)
        self.words(self.end)
        return "".join(self.out)

    def skip(self, to: int) -> None:
        """Leave out the text before a place, except its line ends."""
        self.out.append(_JOIN * self.page.text.count("\n", self.at, to))
        self.at = to

    def words(self, to: int) -> None:
        """Write the words before a place."""
        if self.at <= self.one_line_to:
            stop = min(to, self.one_line_to)
            self.out.append(self.page.text[self.at : stop].replace("\n", _JOIN))
            self.at = stop
            if self.is_cell or stop < self.one_line_to:
                return
            self.out.append(_PART)
            self.one_line_to, self.in_note = -1, False
        words = self.page.text[self.at : to]
        if self.lists:
            words = re.sub(r"\n[ \t]+", "\n", words)
        bare = words.lstrip()
        if self.after_sign:
            words = words[: len(words) - len(bare)].replace("\n", _JOIN) + bare
        self.after_sign = self.after_sign and not bare
        self.out.append(words)
        self.at = to

    def read(self, tag: _Tag) -> None:
        """Write the Markdown of a tag."""
        in_line = self.at <= self.one_line_to
        number = self.page.notes.get(tag.start)
        if number is not None and not in_line:
            self.out.append(f"{_PART}[^{number}]: ")
            self.one_line_to, self.in_note = self.page.note_end(tag, self.end), True
            own = _OWN_NUMBER.match(self.page.text, self.at, self.one_line_to)
            if own and int(own[1]) == number and own.end() < self.one_line_to:
                self.skip(own.end())
        elif tag.name == "a":
            self.link(tag)
        elif in_line or (tag.name == "br" and self.in_row(tag)):
            self.out.append(" ")
        elif tag.name == "br":
            self.out.append(f"  {_LINE}")
        elif tag.start in self.page.table_ends:
            self.table(tag)
        elif tag.name in HEADINGS and not tag.closes:
            self.out.append(_PART + "#" * int(tag.name[1]) + " ")
            end = _HEADING_END.search(self.page.text, self.at, min(self.end, self.at + _LONGEST_LINE))
            self.one_line_to = end.start() if end else self.at
        elif tag.name in ("ol", "ul"):
            self.out.append(_LINE if len(self.lists) > tag.closes else _PART)
            if not tag.closes:
                form = tag.get("type") if tag.name == "ol" else "-"
                self.lists.append((form, count(_number(tag.get("start")))))
            elif self.lists:
                self.lists.pop()
        elif tag.name == "li":
            self.out.append(_LINE if tag.closes else _LINE + self.sign())
            self.after_sign = not tag.closes
        elif not self.after_sign:
            self.out.append(_PART)

    def sign(self) -> str:
        """The sign before the next item of a list."""
        if not self.lists:
            return "- "
        form, numbers = self.lists[-1]
        number = next(numbers)
        sign = list_number(number, form)
        sign = "- " if form == "-" else f"{sign}. " if sign.isdecimal() else f"- {sign}. "
        return "  " * min(len(self.lists) - 1, 8) + sign

    def in_row(self, tag: _Tag) -> bool:
        """Whether a tag is in a Markdown heading or table row."""
        before = self.page.text[max(0, tag.start - _LONGEST_LINE) : tag.start].rpartition("\n")[2]
        after = self.page.text[tag.end : tag.end + _LONGEST_LINE].partition("\n")[0]
        return before.lstrip().startswith("#") or "|" in before + after

    def link(self, tag: _Tag) -> None:
        """Write the mark for a link to a note; of any other link only the words are kept."""
        target, text = tag.get("href"), self.page.text
        if tag.closes or not target.startswith("#"):
            return
        words, end = _link(text, tag)
        shown = _LINKED_NUMBER.fullmatch(words)
        is_note = target[1:] in self.page.ids or NOTE_ID.fullmatch(target[1:])
        if shown and is_note and not self.in_note:
            before = text[max(0, tag.start - _LONGEST_LINK) : tag.start]
            is_raised = before.rfind("<sup") > before.rfind("</sup")
            self.out.append(shown[1] if is_raised else f"<sup>{shown[1]}</sup>")
            self.skip(end)
        elif not re.search(r"\w|…", re.sub(r"&#?\w+;", "", words)):  # an arrow back to the mark
            self.skip(end)

    def table(self, table: _Tag) -> None:
        """Write the rows of a table, or the paragraphs of a table with one column."""
        end = self.page.table_ends[table.start]
        rows: list[tuple[_Tag, list[_Tag], list[str]]] = []
        for tag, following in pairwise([*self.page.cells(table, end), end]):
            if tag.name == "tr" or not rows:
                rows.append((tag, [], []))
            _, tags, cells = rows[-1]
            if tag.name != "tr" and not tag.closes and len(cells) < _MOST_COLUMNS:
                words = _Writer(self.page, tag.end, following.start, is_cell=True).write()
                tags.append(tag)
                cells += [" ".join(words.replace(_JOIN, " ").split())]
                cells += [""] * (_number(tag.get("colspan"), most=_MOST_COLUMNS) - 1)
        rows = [row for row in rows if any(row[2])]
        of_cells = any(len(cells) > 1 for _, _, cells in rows)
        self.out.append(_PART)
        for index, (first, tags, cells) in enumerate(rows):
            self.skip(first.start)
            if not of_cells:
                self.out.append(_LINE + cells[0] + _PART)
                continue
            self.out.append(
                f"{_LINE}| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + f" |{_LINE}"
            )
            if index == 0 and len(rows) > 1 and all(tag.name == "th" for tag in tags):
                self.out.append("|" + " --- |" * len(cells) + _LINE)
        self.skip(end.end)
        self.out.append(_PART)
