"""The bytes of an HTML page → a plain tree of its elements, and which of its links are note marks.

lxml repairs the tags and reports them one by one, so a page is refused before it gets too large or too deep,
and a tag with thousands of attributes costs no more than its length. Nothing that a page links to is fetched.

Most notes are the targets of their marks. Notes that no link leads to begin with a number that is a mark, or
are below a heading that announces notes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice, pairwise
from pathlib import Path
from urllib.parse import unquote

from a4a_qa.errors import ReportError
from a4a_qa.parsing.about import Clues
from a4a_qa.parsing.markup import Piece
from a4a_qa.parsing.notes import announces_notes

# Pictures can be embedded in a page; without them a page has some 200 kB.
_LARGEST_FILE = 30_000_000
MOST_TEXT = 10_000_000
# A report of 500 pages that Word saved as HTML has some 150,000 tags, 30 deep.
_MOST_TAGS = 500_000
_DEEPEST = 500
# lxml is fed this many bytes at once; the limits are checked in between.
_STEP = 1 << 16

_KEPT = frozenset(
    """class colspan content epub:type hidden href id name property rel role rowspan start style type
    value""".split()
)
_NOT_HTML = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zipped file, perhaps a DOCX",
    b"\xd0\xcf\x11\xe0": "an old Office file",
}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
# The encodings of the WHATWG that Python reads, except those that are slow on hostile pages.
_ENCODINGS = re.compile(
    r"iso-8859-(?:[2-9]|1[0-6])|windows-(?:874|125\d)|koi8-[ru]|macintosh|gbk|gb2312|gb18030|big5|euc-(?:jp|kr)|shift_jis"
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CLUES = {
    "title": ("dc.title", "dcterms.title", "citation_title", "<title>", "og:title"),
    "author": ("dc.creator", "citation_author", "author", "article:author"),
    "publisher": ("dc.publisher", "dcterms.publisher", "citation_publisher", "og:site_name"),
    "date": ("dcterms.issued", "dc.date", "citation_publication_date", "article:published_time", "date"),
}
_DROPPED = frozenset(
    """annotation annotation-xml aside audio button canvas datalist dialog embed footer form head header
    iframe map nav noscript object optgroup option rp rt script select style svg template textarea title
    video""".split()
)
_ROLES = {"navigation": "nav", "banner": "header", "contentinfo": "footer", "complementary": "aside"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FOR_SCREEN_READERS = re.compile(r"\b(?:visually-?hidden|sr-only|screen-reader-text)\b")
# Soft hyphens, zero-width spaces and control characters.
_UNSEEN = re.compile("[\xad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f]")


@dataclass(slots=True, eq=False)
class Node:
    """An element. `first` and `last` number the elements in it, itself included, in reading order, so that
    one element holds another if its numbers do."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None
    first: int
    last: int = 0
    content: list[Node | str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """The value of an attribute, "" if it is missing."""
        return self.attributes.get(name, "")

    def holds(self, other: Node) -> bool:
        """Whether another element is in this one, or is it."""
        return self.first <= other.first <= self.last

    def above(self) -> Iterator[Node]:
        """The element and its ancestors, from the inside out."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def nodes(self) -> Iterator[Node]:
        """The elements in the element, in reading order."""
        return (item for item in self.walk() if isinstance(item, Node))

    def walk(self) -> Iterator[Node | str]:
        """The elements and words in the element, in reading order."""
        rest: list[Iterator[Node | str]] = [iter(self.content)]
        while rest:
            item = next(rest[-1], None)
            if item is None:
                rest.pop()
                continue
            yield item
            if isinstance(item, Node):
                rest.append(iter(item.content))

    def words(self, most: int) -> str:
        """The first words of the element, one space apart, from no more than `most` characters.

        A hostile page may have many tags without words, so their number is limited, too.
        """
        texts = [item[:most] for item in islice(self.walk(), most + 50) if isinstance(item, str)]
        return " ".join("".join(texts)[:most].split())


def read_page(path: Path) -> Node:
    """The tree of an HTML file. Raises ReportError if it is another kind of file or too large."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ReportError(
                f"{path} has {path.stat().st_size:,} bytes; a page may have {_LARGEST_FILE:,}. "
                "Save it without its pictures, or split it."
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}.") from error
    kind = next((kind for sign, kind in _NOT_HTML.items() if data.startswith(sign)), None)
    text = _decoded(data)
    if kind or "\x00" in text:
        raise ReportError(
            f"{path} is {kind or 'a binary file, as it holds NUL bytes'}, expected an HTML page. "
            "Give the file its own suffix, or save the page again."
        )
    return read_tree(text, path)


def _decoded(data: bytes) -> str:
    """The text of a page: by its byte order mark, as UTF-8 if it is valid, or as declared.

    Declarations are often wrong, but hardly any text in another encoding happens to be valid UTF-8.
    """
    mark = next((name for sign, name in _MARKS.items() if data.startswith(sign)), None)
    if mark:
        return data.decode(mark, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(data[:4096])
        name = declared[1].decode("ascii", errors="replace").lower() if declared else ""
        return data.decode(name if _ENCODINGS.fullmatch(name) else "windows-1252", errors="replace")


def read_tree(text: str, path: Path) -> Node:
    """The tree of a page's text; `path` is for error messages. Raises ReportError if it is too large or
    deep."""
    from lxml import etree

    target = _Target(path)
    # `huge_tree` lifts the limits of lxml, which silently drops what exceeds them.
    parser = etree.HTMLParser(encoding="utf-8", target=target, huge_tree=True, no_network=True)
    data = _UNSEEN.sub("", text).encode("utf-8", errors="replace")
    for at in range(0, len(data), _STEP):
        parser.feed(data[at : at + _STEP])
        target.check()
    if data.strip():
        parser.close()
    target.check()
    return target.root


class _Target:
    """Receives the tags from lxml. It does not raise, as lxml would turn the error into one of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = self.node = Node("html", {}, None, 0)
        self.tags = self.text = self.deep = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.tags += 1
        self.deep += 1
        if self.deep > _DEEPEST or self.tags > _MOST_TAGS:
            return
        kept = {name: value for name, value in attributes.items() if name in _KEPT}
        node = Node(tag, kept, self.node, self.tags)
        self.node.content.append(node)
        self.node = node

    def end(self, tag: str) -> None:
        if not any(node.tag == tag for node in self.node.above()):
            return
        while self.node.parent is not None:
            node, self.node = self.node, self.node.parent
            node.last = self.tags
            self.deep -= 1
            if node.tag == tag:
                break

    def data(self, text: str) -> None:
        self.text += len(text) if self.node.tag not in ("script", "style") else 0
        if self.text <= MOST_TEXT:
            self.node.content.append(_UNSEEN.sub("", text))

    def close(self) -> Node:
        while self.node.parent is not None:
            self.end(self.node.tag)
        self.root.last = self.tags
        return self.root

    def check(self) -> None:
        """Raise ReportError if the page is larger or deeper than a report is."""
        limits = (
            (self.tags > _MOST_TAGS, f"more than {_MOST_TAGS:,} tags"),
            (self.deep > _DEEPEST, f"tags more than {_DEEPEST} deep"),
            (self.text > MOST_TEXT, f"more than {MOST_TEXT:,} characters"),
        )
        for over, what in limits:
            if over:
                raise ReportError(
                    f"{self.path} has {what}, which no report has. Split it, or save it from a program "
                    "that writes plain HTML."
                )


def declared(root: Node) -> Clues:
    """The clues in the head of a page."""
    said: dict[str, str] = {}
    for node in root.nodes():
        if node.tag == "title":
            said.setdefault("<title>", node.words(1_000))
        elif node.tag == "meta" and node.get("content").strip():
            said.setdefault((node.get("name") or node.get("property")).lower(), node.get("content"))

    def first(name: str) -> str | None:
        return next((said[key] for key in _CLUES[name] if said.get(key)), None)

    return Clues(
        title=first("title"),
        author=first("author"),
        publisher=first("publisher"),
        date=first("date"),
        declared_in="the head of the page",
    )


def is_left_out(node: Node) -> bool:
    """Whether an element is hidden, or belongs to the site and not to the report."""
    hidden = "hidden" in node.attributes or _HIDDEN.search(node.get("style"))
    if hidden or _FOR_SCREEN_READERS.search(node.get("class")):
        return True
    if node.tag == "a" and (words := node.words(200)):
        return not any(map(str.isalnum, words))  # "¶", "↩"
    tag = _ROLES.get(node.get("role"), node.tag)
    if tag in ("header", "footer"):
        return not any(above.tag in ("article", "main", "section") for above in node.above())
    return tag in _DROPPED


def kept_parts(root: Node, notes: Iterable[Node]) -> set[Node]:
    """Elements that stay in spite of their tag: they hold the title of the page, its main part, or a note."""
    mains = [node for node in root.nodes() if node.tag in ("h1", "main", "article")]
    inner = [node for node in mains if not any(above.tag in ("header", "aside") for above in node.above())]
    kept: set[Node] = set()
    for node in [*(inner or mains), *notes]:
        for above in node.above():
            if above in kept:
                break
            kept.add(above)
    return kept


_MAY_BE_NOTE = frozenset("li p div dd aside section tr blockquote".split())
# What the link of a mark shows.
_LABEL = re.compile(
    r"[\[(]?\s*(?:(?:foot|end)?note\s*)?(?:(\d{1,4})|[a-z]{1,2}|[ivxl]{1,7}|[*†‡§¶‖#]{1,4})\s*[\])]?", re.I
)
_SAYS_NOTE = re.compile(r"noteref|footnote|endnote|fn-?ref", re.IGNORECASE)
_SAYS_BACK = re.compile(r"back|return|jump up|reversefootnote", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[\s\d,;–-]*")
OWN_NUMBER = re.compile(r"[\[(]?(\d{1,4})[.)\]:]*\s+(?=\S)")


@dataclass(slots=True)
class NoteLinks:
    """The numbers of the links that are `marks`, of the elements where notes `starts`, and of those with
    `more` of a note; the links `back` to the marks, and all links `inward` to the page."""

    marks: dict[Node, int] = field(default_factory=dict)
    starts: dict[Node, int] = field(default_factory=dict)
    more: dict[Node, int] = field(default_factory=dict)
    back: set[Node] = field(default_factory=set)
    inward: set[Node] = field(default_factory=set)


def find_notes(root: Node) -> NoteLinks:
    """The notes of a page. A mark links forward, and is raised, in brackets, or called one."""
    notes = NoteLinks()
    headings = [node.first for node in root.nodes() if node.tag in HEADINGS]
    backward: list[tuple[Node, Node]] = []
    places: dict[Node, Node | None] = {}
    found: list[tuple[Node, Node, str | None]] = []
    for link, target, before in _inner_links(root):
        notes.inward.add(link)
        label = _LABEL.fullmatch(link.words(24))
        if target.first < link.first:
            said = f"{link.words(40)} {link.get('role')} {link.get('class')}"
            if label or _SAYS_BACK.search(said):
                backward.append((link, target))
        elif label and _is_mark(link, label[1], before):
            if target not in places:
                places[target] = _place(link, target, headings)
            if places[target]:
                found.append((link, target, label[1]))
    numbers = _numbered([(target, label) for _, target, label in found])
    notes.back = {link for link, target in backward if target not in numbers}
    notes.marks = {link: numbers[target] for link, target, _ in found}
    for target in sorted(numbers, key=lambda target: target.first):
        place = places[target]
        # Several notes in one paragraph each begin at the target of their link.
        notes.starts[target if place is None or place in notes.starts else place] = numbers[target]
    notes.more = _more(notes)
    return notes


def _inner_links(root: Node) -> list[tuple[Node, Node, str]]:
    """The links to places in the page, each with its target and the character before it or its group."""
    names: dict[str, Node] = {}
    links: list[tuple[Node, str]] = []
    before = ""
    for item in root.walk():
        if isinstance(item, str):
            before = before if _IN_BRACKETS.fullmatch(item) else item.strip()[-1:]
            continue
        for name in filter(None, (item.get("id"), item.get("name") if item.tag == "a" else "")):
            names.setdefault(name, item)
        if item.tag == "a" and "#" in item.get("href"):
            links.append((item, before))
    fragments = [(link, unquote(link.get("href").partition("#")[2]), before) for link, before in links]
    return [(link, names[name], before) for link, name, before in fragments if name in names]


def _is_mark(link: Node, number: str | None, before: str) -> bool:
    near = list(islice(link.above(), 3))
    inside = [node.tag for node in islice(link.nodes(), 4)]
    raised = "sup" in inside or any(node.tag == "sup" for node in near)
    names = ("role", "epub:type", "rel", "class")
    called = any(_SAYS_NOTE.search(node.get(name)) for node in near[:2] for name in names)
    return raised or called or bool(number and (before in ("[", "(") or link.words(2)[:1] in ("[", "(")))


def _place(link: Node, target: Node, headings: list[int]) -> Node | None:
    """The block that is the note; None if it holds a heading or the mark itself, or has no words."""
    block = next((node for node in target.above() if node.tag in _MAY_BE_NOTE), target)
    block = target if block.holds(link) else block
    heading = bisect_left(headings, block.first)
    holds_heading = heading < len(headings) and headings[heading] <= block.last
    return None if block.holds(link) or holds_heading or not block.words(200) else block


def _numbered(found: list[tuple[Node, str | None]]) -> dict[Node, int]:
    """The numbers of notes, given in the order of their marks.

    Printed numbers are kept. A note with a letter, or with the number of another note (where footnotes and
    endnotes, or chapters, are counted separately), gets the next free number.
    """
    numbers: dict[Node, int] = {}
    taken: set[int] = set()
    for target, label in found:
        if label and target not in numbers and int(label) not in taken:
            numbers[target] = int(label)
            taken.add(int(label))
    free = (number for number in count(1) if number not in taken)
    for target, _ in found:
        if target not in numbers:
            numbers[target] = next(free)
    return numbers


def _more(notes: NoteLinks) -> dict[Node, int]:
    """The blocks between two notes that continue the first one, if no mark stands between the notes."""
    more: dict[Node, int] = {}
    marked = sorted(link.first for link in notes.marks)
    for parent in dict.fromkeys(note.parent for note in notes.starts):
        blocks = [node for node in parent.content if isinstance(node, Node)] if parent else []
        at = [index for index, node in enumerate(blocks) if node in notes.starts]
        mark = bisect_left(marked, blocks[at[0]].first)
        if mark < len(marked) and marked[mark] < blocks[at[-1]].first:
            continue
        for first, last in pairwise(at):
            number = notes.starts[blocks[first]]
            more |= {node: number for node in blocks[first + 1 : last] if node.tag not in HEADINGS}
    return more


def take_listed(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The other pieces, and the notes that no link leads to.

    These begin with a raised number that is a mark, or with any number below a heading that announces notes.
    What is between two of them continues the first.
    """
    marked = {number for piece in pieces for offset, number in piece.marks if offset}
    starts: dict[int, tuple[int, int]] = {}
    section = 0
    listing = False
    sections: list[int] = []
    for index, piece in enumerate(pieces):
        section += bool(piece.level)
        sections.append(section)
        raised = next((number for offset, number in piece.marks[:1] if not offset and number in marked), None)
        own = OWN_NUMBER.match(piece.text) if listing and not piece.level else None
        listing = (listing and not piece.level) or announces_notes(piece.text)
        if raised is not None:
            starts[index] = (raised, 0)
        elif own:
            starts[index] = (int(own[1]), own.end())
    notes: dict[int, Piece] = {}
    for index, (number, cut) in starts.items():
        notes[index] = replace(
            pieces[index],
            kind="endnote",
            text=pieces[index].text[cut:],
            marks=(),
            number=number,
            chunk=-2 - number,
        )
    for first, last in pairwise(starts):
        between = pieces[first + 1 : last]
        if sections[first] == sections[last] and not any(piece.marks for piece in between):
            for index, piece in enumerate(between, first + 1):
                notes[index] = replace(piece, kind="endnote_more", chunk=notes[first].chunk)
    return [p for i, p in enumerate(pieces) if i not in notes], [notes[index] for index in sorted(notes)]
