"""The bytes of an HTML page → its words and tags as a plain tree.

lxml mends the tags and hands them over one by one, so that a page is refused before it becomes too large or
too deep, and a tag with many thousand attributes costs no more than its length. Nothing that a page names is
fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from a4a_qa.errors import ReportError
from a4a_qa.parsing.about import Clues

# Pictures can be written into a page; what is left without them is some 200 kB.
_LARGEST_FILE = 30_000_000
MOST_TEXT = 10_000_000
# A report of 500 pages that Word saved as HTML has some 150,000 tags, 30 deep.
_MOST_TAGS = 500_000
_DEEPEST = 500
# lxml is given so many characters at once; in between the limits are looked at.
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
# The encodings of the WHATWG that Python reads, without those that a hostile page could make it suffer with.
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
# A soft hyphen and a space without width only tell where a line may break.
_UNSEEN = re.compile("[\xad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f]")


@dataclass(slots=True, eq=False)
class Node:
    """An element with its words and elements; `first` and `last` count the elements before its end, itself
    included, so that one holds the other where its numbers do."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None
    first: int
    last: int = 0
    content: list[Node | str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """The value of an attribute, "" if there is none."""
        return self.attributes.get(name, "")

    def holds(self, other: Node) -> bool:
        """Whether another element stands in this one, or is it."""
        return self.first <= other.first <= self.last

    def above(self) -> Iterator[Node]:
        """The element and those around it, from the inside out."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def nodes(self) -> Iterator[Node]:
        """The elements in the element, in reading order."""
        return (item for item in self.walk() if isinstance(item, Node))

    def walk(self) -> Iterator[Node | str]:
        """What stands in the element, in reading order."""
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
        """The first words of the element, one space between, from no more than `most` characters.

        A hostile page may have many tags without words, so that of them no more are looked at than this.
        """
        texts = [item[:most] for item in islice(self.walk(), most + 50) if isinstance(item, str)]
        return " ".join("".join(texts)[:most].split())


def read_page(path: Path) -> Node:
    """The tree of an HTML file. Raises ReportError for what is none, or is too large."""
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
    """The text of a page: in the encoding of its first bytes, in UTF-8 if it can be that, or as it declares.

    Pages declare what they are not, but hardly any text in another encoding happens to be UTF-8.
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
    """The tree of the text of a page, which was read from `path`."""
    from lxml import etree

    target = _Target(path)
    # «huge» lifts the limits of lxml, which leaves out what is too long without a word.
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
    """What lxml tells of a page, tag by tag; an error raised here would come back as one of lxml's own."""

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
        """Raises ReportError where the page is larger or deeper than a report is."""
        limits = (
            (self.tags > _MOST_TAGS, f"more than {_MOST_TAGS:,} tags"),
            (self.deep > _DEEPEST, f"tags more than {_DEEPEST} deep"),
            (self.text > MOST_TEXT, f"more than {MOST_TEXT:,} characters"),
        )
        for over, what in limits:
            if over:
                raise ReportError(
                    f"{self.path} has {what}, which no report has. Split it, or save it anew from a program "
                    "that writes plain HTML."
                )


def declared(root: Node) -> Clues:
    """What the head of a page says about it."""
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
        return not any(map(str.isalnum, words))  # «¶», «↩»
    tag = _ROLES.get(node.get("role"), node.tag)
    if tag in ("header", "footer"):
        return not any(above.tag in ("article", "main", "section") for above in node.above())
    return tag in _DROPPED


def kept_parts(root: Node, notes: Iterable[Node]) -> set[Node]:
    """What is not left out in spite of its tag: it holds the title of the page, its main part, or a note."""
    mains = [node for node in root.nodes() if node.tag in ("h1", "main", "article")]
    inner = [node for node in mains if not any(above.tag in ("header", "aside") for above in node.above())]
    kept: set[Node] = set()
    for node in [*(inner or mains), *notes]:
        for above in node.above():
            if above in kept:
                break
            kept.add(above)
    return kept
