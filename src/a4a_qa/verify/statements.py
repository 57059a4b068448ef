"""A text → its statements: sentences without the note marks in them, each with the endnotes that it cites.

Understood as marks are `[21]`, `[21, 22]`, `[21–23]`, `[^21]`, superscript digits, but for those of units
("km²"), and `(endnote 21)`; as references to pages `(p. 14)`, `(pp. 8–15)`, `(2011, p. 14)`, `(ibid., p. 3)`,
`(ibid.)` and `, p. 12` at the end of a sentence.
Headings of Markdown state nothing and are left out; so are the signs of lists and quotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from a4a_qa.parsing.sentences import split_sentences
from a4a_qa.text.notation import FROM_RAISED, RAISED_DIGITS, power_in

_LIST = r"\d{1,3}(?:\s*(?:[,;–-]|and)\s*\d{1,3})*"
_MARK = re.compile(
    rf"\s{{0,3}}\[\^?\s*(?P<square>{_LIST})\s*\]"
    rf"|\s{{0,3}}\(\s{{0,3}}(?:see\s+)?(?:end\s?|foot\s?)?notes?\s+(?P<round>{_LIST})\s*\)"
    rf"|\s{{0,3}}(?P<raised>[{RAISED_DIGITS}]+(?:[,⁻–-][{RAISED_DIGITS}]+)*)",
    re.IGNORECASE,
)
_PAGES = r"pp?\.\s{0,3}(\d{1,4})(?:\s{0,3}[–-]\s{0,3}(\d{1,4}))?"
_PAGE_REFERENCES = (
    # What stands before the pages ends on a comma or the like: the publisher, the year.
    re.compile(rf"\s{{0,3}}\((?:see |[^()\[\]]{{1,80}}?[,;:]\s{{1,3}})?{_PAGES}\)", re.IGNORECASE),
    re.compile(rf",\s{{1,3}}{_PAGES}(?=[.;]?(?:\s|$))", re.IGNORECASE),
    re.compile(r"\s{0,3}\(ibid\.?()()\)", re.IGNORECASE),
)
_BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_LINE_SIGN = re.compile(r"(?:\s*(?:[-*•>+]|\d{1,2}[.)])\s+)+")
_ELLIPSIS = re.compile(r"\s{0,3}(?:\[\s*(?:…|\.{3})\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3})\s{0,3}")
_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|„([^„“]+)“")
# A shorter piece in quotation marks is a term rather than a quotation.
_SHORTEST_QUOTE = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A note mark at `start:end` of a text, with the endnotes that it names."""

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PageReference:
    """A reference to pages at `start:end` of a text; `first` and `last` are None for "ibid."."""

    start: int
    end: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a text, at `start:end` of it.

    `words` are those characters less the note marks and references to pages; `places` gives the place in the
    text of each of them; `cited` are the endnotes, and `pages` the references, that stand in it or right
    behind it.
    """

    start: int
    end: int
    words: str
    places: tuple[int, ...]
    cited: tuple[int, ...]
    pages: tuple[PageReference, ...] = ()

    def quoted(self) -> list[str]:
        """What stands in quotation marks, terms of a few words apart."""
        found = ("".join(filter(None, match.groups())) for match in _QUOTED.finditer(self.words))
        return [quote for quote in found if len(quote.split()) >= _SHORTEST_QUOTE]


def pieces_of(quote: str) -> list[str]:
    """The pieces of a quotation that leaves something out."""
    return [piece for piece in _ELLIPSIS.split(quote) if piece.strip()]


def read_statements(text: str) -> Iterator[Statement]:
    """The statements of a text, in order."""
    for start, end in _chunks(text):
        yield from _split(text, start, end)


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs and list items; a wrapped line goes on with the one before."""
    at = 0
    for paragraph in _BLANK_LINE.split(text):
        begin = text.index(paragraph, at)
        at = begin + len(paragraph)
        lines = [(match.start() + begin, match.end() + begin) for match in re.finditer(r"[^\n]+", paragraph)]
        chunk: tuple[int, int] | None = None
        for first, last in lines:
            line = text[first:last]
            sign = _LINE_SIGN.match(line)
            if chunk and (sign or _HEADING.match(line)):
                yield chunk
                chunk = None
            if not _HEADING.match(line):
                chunk = (chunk[0], last) if chunk else (first + (sign.end() if sign else 0), last)
        if chunk:
            yield chunk


def _split(text: str, start: int, end: int) -> Iterator[Statement]:
    """The sentences of a chunk. What is cited belongs to the sentence that it stands in or right behind."""
    places: list[int] = []
    cited_at: list[tuple[int, Mark | PageReference]] = []
    at = start
    found: list[Mark | PageReference] = [*marks_in(text, start, end), *page_references_in(text, start, end)]
    for one in sorted(found, key=lambda one: one.start):
        if one.start < at:
            continue
        places += range(at, one.start)
        cited_at.append((len(places), one))
        at = one.end
    places += range(at, end)
    bare = "".join(text[place] for place in places)
    for first, last in split_sentences(bare, longest=len(bare)):
        if not re.search(r"\w", bare[first:last]):
            continue
        within = [one for offset, one in cited_at if first < offset <= last]
        numbers = dict.fromkeys(n for one in within if isinstance(one, Mark) for n in one.numbers)
        pages = tuple(one for one in within if isinstance(one, PageReference))
        own = tuple(places[first:last])
        yield Statement(own[0], own[-1] + 1, bare[first:last], own, tuple(numbers), pages)


def marks_in(text: str, start: int = 0, end: int | None = None) -> Iterator[Mark]:
    """The note marks of a text, in order."""
    for match in _MARK.finditer(text, start, len(text) if end is None else end):
        listed = (match["square"] or match["round"] or match["raised"]).translate(FROM_RAISED)
        begin = match.start()
        if match["raised"] and (power := power_in(text, match.start("raised"), listed)):
            begin, listed = match.start("raised") + len(power), listed[len(power) :]
        if numbers := _numbers(listed):
            yield Mark(begin, match.end(), numbers)


def page_references_in(text: str, start: int = 0, end: int | None = None) -> Iterator[PageReference]:
    """The references to pages in a text."""
    for pattern in _PAGE_REFERENCES:
        for match in pattern.finditer(text, start, len(text) if end is None else end):
            first = int(match[1]) if match[1] else None
            yield PageReference(match.start(), match.end(), first, int(match[2]) if match[2] else first)


def _numbers(listed: str) -> tuple[int, ...]:
    """The endnotes of a mark; "21–23" names three."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d{1,3})(?:\s*[–-]\s*(\d{1,3}))?", listed):
        span = range(int(first), int(last or first) + 1)
        numbers += span if 0 < len(span) <= 20 else [int(first)]
    return tuple(numbers)
