"""Which links of an HTML page are note marks, and where its notes are.

Most notes are what the link of a mark leads to. Where no link leads to them, they begin with a number that is
a mark, or stand below a heading that says what they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice, pairwise
from urllib.parse import unquote

from a4a_qa.parsing.html_page import HEADINGS, Node
from a4a_qa.parsing.pieces import Piece

_MAY_BE_NOTE = frozenset("li p div dd aside section tr blockquote".split())
# What the link of a mark shows, and what it is called where it is neither raised nor in brackets.
_LABEL = re.compile(
    r"[\[(]?\s*(?:(?:foot|end)?note\s*)?(?:(\d{1,4})|[a-z]{1,2}|[ivxl]{1,7}|[*†‡§¶‖#]{1,4})\s*[\])]?", re.I
)
_SAYS_NOTE = re.compile(r"noteref|footnote|endnote|fn-?ref", re.IGNORECASE)
_SAYS_BACK = re.compile(r"back|return|jump up|reversefootnote", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[\s\d,;–-]*")
_NOTES_HEADING = re.compile(r"(?:end ?|foot)?notes|references|notes and references", re.IGNORECASE)
OWN_NUMBER = re.compile(r"[\[(]?(\d{1,4})[.)\]:]*\s+(?=\S)")


@dataclass(slots=True)
class Notes:
    """The links that are note `marks` with their numbers, the elements that notes `starts` at, those that are
    `more` of one, and the links `back` to the marks. `inward` are all links into the page."""

    marks: dict[Node, int] = field(default_factory=dict)
    starts: dict[Node, int] = field(default_factory=dict)
    more: dict[Node, int] = field(default_factory=dict)
    back: set[Node] = field(default_factory=set)
    inward: set[Node] = field(default_factory=set)


def find_notes(root: Node) -> Notes:
    """The notes of a page. A mark links forward, and is raised, in brackets, or called one."""
    notes = Notes()
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
        # Of several notes in one paragraph each begins where its link leads to.
        notes.starts[target if place is None or place in notes.starts else place] = numbers[target]
    notes.more = _more(notes)
    return notes


def _inner_links(root: Node) -> list[tuple[Node, Node, str]]:
    """The links to places in the page, with the place and the sign that stands before it or its list."""
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
    """The block that is the note; None for what holds a heading or the mark itself, or has no words."""
    block = next((node for node in target.above() if node.tag in _MAY_BE_NOTE), target)
    block = target if block.holds(link) else block
    heading = bisect_left(headings, block.first)
    holds_heading = heading < len(headings) and headings[heading] <= block.last
    return None if block.holds(link) or holds_heading or not block.words(200) else block


def _numbered(found: list[tuple[Node, str | None]]) -> dict[Node, int]:
    """The numbers of notes, which are found in the order of their marks.

    Printed numbers are kept. A note with a letter, or with the number of another one (footnotes and endnotes,
    or chapters, that are counted anew), takes the next free number.
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


def _more(notes: Notes) -> dict[Node, int]:
    """The blocks between two notes that are more of the first one: no mark stands between the notes."""
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

    These begin with a raised number that is a mark, or with any number below a heading that says so. What
    stands between two of them is more of the first.
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
        listing = (listing and not piece.level) or bool(_NOTES_HEADING.fullmatch(piece.text))
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
