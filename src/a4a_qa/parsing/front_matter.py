"""What a Markdown file says about itself: its front matter, its first heading, and the lines below that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from a4a_qa.parsing.about import FRONT_MATTER, Clues
from a4a_qa.parsing.pieces import Piece

# Front matter has some ten lines; what does not end after so many is none.
_MOST_LINES = 200
_PAIR = re.compile(r"([A-Za-z][\w-]{0,40}):[ \t]*(.{0,1000})")
# A longer paragraph above the first section is prose.
_LONGEST_FRONT_LINE = 300
_MOST_FRONT_LINES = 20
# A memorandum may set these as headings; they begin no section.
_OF_MEMORANDUM = re.compile(r"(?:from|to|through|cc|date|subject|re):\s", re.IGNORECASE)
# The keys that say the same, in the order in which they count.
_KEYS = {
    "title": ("title",),
    "author": ("author", "authors", "organisation", "organization", "institution", "creator"),
    "publisher": ("publisher",),
    "date": ("published", "date", "year", "pubdate", "publication-date", "date-published"),
    "country": ("country",),
}


def read_front_matter(source: str) -> dict[str, str]:
    """The simple `key: value` pairs between two `---` at the head of a Markdown text, keys in small letters.

    Lists, tables and texts over several lines are left out.
    """
    lines = source[: _MOST_LINES * 1_000].lstrip("\ufeff").splitlines()[:_MOST_LINES]
    if not lines or lines[0].rstrip() != "---":
        return {}
    pairs: dict[str, str] = {}
    for line in lines[1:]:
        if line.rstrip() == "---":
            return pairs
        if not line.strip():
            return {}
        pair = _PAIR.fullmatch(line.rstrip())
        value = _unquoted(pair[2].strip()) if pair else ""
        if pair and value and value[0] not in "[{|>&*":
            pairs.setdefault(pair[1].casefold(), value)
    return {}


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if quoted else re.sub(r"\s+#.*$", "", value)


def markdown_clues(source: str, pieces: Sequence[Piece]) -> Clues:
    """The clues of a Markdown text and its pieces; it has no pages."""
    pairs = read_front_matter(source)

    def declared(name: str) -> str | None:
        return next((pairs[key] for key in _KEYS[name] if key in pairs), None)

    heads = [at for at, piece in enumerate(pieces) if piece.level and not _OF_MEMORANDUM.match(piece.text)]
    end = heads[1] if len(heads) > 1 else len(pieces)
    front = (
        piece.text
        for at, piece in enumerate(pieces[:end])
        if at not in heads[:1] and piece.kind == "line" and len(piece.text) <= _LONGEST_FRONT_LINE
    )
    return Clues(
        title=declared("title"),
        author=declared("author"),
        publisher=declared("publisher"),
        date=declared("date"),
        country=declared("country"),
        declared_in=FRONT_MATTER,
        first_heading=pieces[heads[0]].text if heads else None,
        front=tuple(islice(front, _MOST_FRONT_LINES)),
    )
