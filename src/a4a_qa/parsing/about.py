"""What a report says about itself → its title, publisher, year and country.

Each parser gathers `Clues` from its kind of file; `complete` weighs them in one order for all formats:
`report.toml` first, then what the file declares, then what it shows. If clues are weak or contradict each
other, a field stays empty: a citation without a publisher is incomplete, one with a wrong publisher is false.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from a4a_qa.parsing.cover import (
    SizedLine,
    countries_in,
    cover_of,
    dated_years,
    has_any,
    is_title,
    largest_words,
    organisation_in,
    said_years,
    whole_lines,
    word_lists,
    written_year,
    year_made,
    year_of_title,
)
from a4a_qa.parsing.markup import Piece
from a4a_qa.report.report import About
from a4a_qa.text.notation import YEAR

FIELDS = ("title", "publisher", "year", "country")
FRONT_MATTER = "the front matter"
REPORT_TOML = "report.toml"
_COVER, _FRONT, _FEET, _BACK = "the cover", "the first lines", "the foot of the pages", "the last page"
_TITLE = "the title"

# Only this many lines and characters of each kind of clue are used: a cover has some 20 lines, of up to 100
# characters.
_MOST_LINES, _LONGEST_LINE = 200, 400
# If fewer of its words are on the first pages, a declared title is left over from another document.
_SHOWN = 0.5

_WORD = re.compile(r"[^\W_]+")
_FILE_NAME = re.compile(
    r"microsoft (?:office )?\w+ [-–] |powerpoint |file:|[a-z]:\\|/\S"
    r"|(?:document|slide|layout|presentation|untitled)[ -]?\d*$|\S*[\d_]\S*$"
    r"|.*\.(?:docx?|pdf|indd?|qxp|pub|rtf|odt|pptx?|xlsx?|md|html?|txt|tex)(?: [-–]|$)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:subject|re):\s+(?=\S)", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"^(?:page )?(?:\d{1,3}|[ivxl]{1,6})[\s|·–-]+|[\s|·–-]+(?:page )?(?:\d{1,3}|[ivxl]{1,6})$", re.I
)
_PUBLISHED_BY = re.compile(r"published by:?\s+(?:the )?([^,.;()]{2,80})", re.IGNORECASE)
_RIGHTS = re.compile(
    rf"(?:copyright|©|\(c\))[\s©,]*(?:{YEAR}[\s,–-]*){{0,2}}(?:by )?(?:the )?", re.IGNORECASE
)
# "Report of the Committee on Fisheries" and "Harbour Inquiry: Final report".
_REPORT_OF = re.compile(r"\breport (?:of|by) (?:the )?(.+)", re.IGNORECASE)
_OWN_REPORT = re.compile(r"([^:]+):\s(?:\w+ )?report\b", re.IGNORECASE)

# A value and its origin.
_Found = tuple[Any, str] | None


@dataclass(frozen=True, slots=True)
class Clues:
    """What a file says about itself; a parser fills in what its format has.

    `title`, `author`, `publisher`, `date` and `country` are declared in `declared_in` (front matter, the
    information of a PDF, HTML `<meta>`, the core properties of a DOCX).

    `cover` are the lines of the first page or two in reading order, each with its type size (0 if unknown).
    `feet` are the lines that recur at heads and feet of pages, one of each kind, with or without the page
    number. `front` are the paragraphs before the first section, `back` the lines of the last page.
    `created_year` is when the file was made, which may be a later copy.
    """

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    country: str | None = None
    declared_in: str = "the file's own data"
    first_heading: str | None = None
    cover: tuple[SizedLine, ...] = ()
    feet: tuple[str, ...] = ()
    front: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    created_year: int | None = None


def complete(about: About, clues: Clues, *, given: Collection[str]) -> About:
    """`about` with the fields that are not `given` in report.toml filled in from the clues.

    `about.origins` names the source of each field. Without any clue the title stays that of the file.
    """
    clues = _bounded(clues)
    values: dict[str, Any] = {}
    origins = {name: REPORT_TOML for name in FIELDS if name in given}
    title = about.title
    for name, find in (("title", _title), ("publisher", _publisher), ("year", _year), ("country", _country)):
        found = find(clues, title) if name not in given else None
        if found:
            values[name], origins[name] = found
            title = values.get("title", title)
    return replace(about, **values, origins=origins)


def _bounded(clues: Clues) -> Clues:
    """The clues as plain lines, cut to their limits; feet without page numbers."""
    cover = [(_plain(text), size) for text, size in clues.cover[:_MOST_LINES]]
    feet = [line for foot in _lines(clues.feet) if (line := _PAGE_NUMBER.sub("", foot))]
    return replace(
        clues,
        title=_plain(clues.title),
        author=_plain(clues.author),
        publisher=_plain(clues.publisher),
        date=_plain(clues.date),
        country=_plain(clues.country),
        first_heading=_plain(clues.first_heading),
        cover=tuple(cover_of(cover)),
        # One line may hold the feet of two facing pages.
        feet=tuple(
            next((f.removesuffix(g) for g in feet if f != g and f.endswith(g)), f).strip() for f in feet
        ),
        front=_lines(clues.front),
        back=_lines(clues.back),
    )


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(_plain, texts[:_MOST_LINES])))


def _plain(text: str | None) -> str:
    return " ".join((text or "")[: 4 * _LONGEST_LINE].replace("\xad", "").split())[:_LONGEST_LINE]


def _title(clues: Clues, stem: str) -> _Found:
    if clues.title and (clues.declared_in == FRONT_MATTER or _is_trusted(clues.title, stem, clues)):
        return _without_site(clues.title, clues.first_heading), clues.declared_in
    if largest := largest_words(clues.cover):
        series = _series(clues.feet) if countries_in(largest) and len(largest.split()) <= 3 else None
        return (f"{series}: {largest}", f"{_COVER} and {_FEET}") if series else (largest, _COVER)
    for line in (clues.first_heading or "", *clues.front):
        if subject := _SUBJECT.match(line):
            return line[subject.end() :], "the subject of the memorandum"
    if clues.first_heading and is_title(clues.first_heading):
        return clues.first_heading, "the first heading"
    return stem, "the name of the file"


def _is_trusted(title: str, stem: str, clues: Clues) -> bool:
    """Whether a declared title is one: not a file name, and not left over from another document."""
    if _FILE_NAME.match(title) or (" " not in title and title.casefold() == stem.casefold()):
        return False
    words = set(_WORD.findall(title.casefold()))
    shown = [*(line for line, _ in clues.cover), *clues.front, *clues.feet, clues.first_heading or ""]
    seen = set(_WORD.findall(" ".join(shown).casefold()))
    return is_title(title) and (not seen or len(words & seen) >= _SHOWN * len(words))


def _without_site(title: str, heading: str | None) -> str:
    """A declared title without the name of the site after it ("Title | Site")."""
    return heading if heading and re.match(rf"{re.escape(heading)}\s+[|–—-]\s", title) else title


def _series(feet: Sequence[str]) -> str | None:
    """The name of the series in a recurring line, told by a year or a kind of publication ("… Reports")."""
    named = [foot for foot in feet if len(foot.split()) >= 3 and not organisation_in(foot)]
    return next(
        (foot for foot in named if has_any(foot, word_lists()["documents"]) or re.search(YEAR, foot)), None
    )


def _publisher(clues: Clues, title: str) -> _Found:
    if clues.publisher and "://" not in clues.publisher:
        return clues.publisher, clues.declared_in
    cover = tuple(line for line, _ in clues.cover)
    shown = ((cover, _COVER), (clues.front, _FRONT), (clues.back, _BACK))
    for lines, origin in shown:
        for said in filter(None, map(_PUBLISHED_BY.match, lines)):
            if said[1][0].isupper():
                return said[1].strip(), origin
    named: list[tuple[str, str]] = []
    named += _named(whole_lines(clues.cover, title), _COVER)
    named += _named(clues.front, _FRONT)
    named += _named(clues.feet, _FEET)
    named += _named([own[1] for own in (_REPORT_OF.search(title), _OWN_REPORT.match(title)) if own], _TITLE)
    named += _named([clues.author or ""], clues.declared_in)
    for lines, origin in shown:
        named += _named([line[rights.end() :] for line in lines if (rights := _RIGHTS.match(line))], origin)
    # Of several, the one named in most kinds of places; of these the first.
    times = Counter(_key(name) for name, _ in dict.fromkeys(named))
    return max(named, key=lambda found: times[_key(found[0])], default=None)


def _named(lines: Sequence[str], origin: str) -> list[tuple[str, str]]:
    return [(name, origin) for name in map(organisation_in, lines) if name]


def _key(name: str) -> str:
    return re.sub(r"\bu\.?\s?s\.?(?=\s)", "united states", name.casefold()).removeprefix("the ")


def _year(clues: Clues, title: str) -> _Found:
    if clues.date and (declared := written_year(clues.date)):
        return declared, clues.declared_in
    cover = tuple(line for line, _ in clues.cover)
    for lines, origin in ((cover, _COVER), (clues.front, _FRONT), (clues.feet, _FEET), (clues.back, _BACK)):
        # The last page holds references, with dates of their own.
        years = said_years(lines) or (dated_years(lines) if origin != _BACK else set())
        if years:
            return (years.pop(), origin) if len(years) == 1 else None
    if of_title := year_of_title(title):
        return of_title, _TITLE
    made = year_made(clues.created_year, [title, *cover, *clues.front, *clues.feet, *clues.back])
    return (made, "the date of the file") if made else None


def _country(clues: Clues, title: str) -> _Found:
    if clues.country and clues.declared_in == FRONT_MATTER:
        return clues.country, clues.declared_in
    if named := countries_in(title):
        return (named.pop(), _TITLE) if len(named) == 1 else None
    for lines, origin in (([line for line, _ in clues.cover], _COVER), (clues.front, _FRONT)):
        # A country among other words may be that of the publisher.
        alone = {name for line in lines for name in countries_in(line) if len(name) == len(line)}
        if len(alone) == 1:
            return alone.pop(), origin
    return None


# Front matter has some ten lines; if it does not end after this many, it is none.
_LONGEST_FRONT_MATTER = 200
_PAIR = re.compile(r"([A-Za-z][\w-]{0,40}):[ \t]*(.{0,1000})")
# A longer paragraph above the first section is prose.
_LONGEST_FRONT_LINE = 300
_MOST_FRONT_LINES = 20
# Headings of a memorandum, which do not begin a section.
_OF_MEMORANDUM = re.compile(r"(?:from|to|through|cc|date|subject|re):\s", re.IGNORECASE)
# Keys with the same meaning, the most specific first.
_KEYS = {
    "title": ("title",),
    "author": ("author", "authors", "organisation", "organization", "institution", "creator"),
    "publisher": ("publisher",),
    "date": ("published", "date", "year", "pubdate", "publication-date", "date-published"),
    "country": ("country",),
}


def read_front_matter(source: str) -> dict[str, str]:
    """The simple `key: value` pairs of front matter (between two `---`), keys case-folded.

    Lists, tables and multi-line values are left out. Empty if there is no front matter.
    """
    lines = source[: _LONGEST_FRONT_MATTER * 1_000].lstrip("\ufeff").splitlines()[:_LONGEST_FRONT_MATTER]
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
    """The clues in a Markdown text and its pieces; it has no pages."""
    pairs = read_front_matter(source)

    def declared(name: str) -> str | None:
        return next((pairs[key] for key in _KEYS[name] if key in pairs), None)

    clues = Clues(
        title=declared("title"),
        author=declared("author"),
        publisher=declared("publisher"),
        date=declared("date"),
        country=declared("country"),
        declared_in=FRONT_MATTER,
    )
    return with_front(clues, pieces)


def with_front(clues: Clues, pieces: Sequence[Piece]) -> Clues:
    """The clues with the first heading, and the short paragraphs between it and the next one."""
    heads = [at for at, piece in enumerate(pieces) if piece.level and not _OF_MEMORANDUM.match(piece.text)]
    end = heads[1] if len(heads) > 1 else len(pieces)
    front = (
        piece.text
        for at, piece in enumerate(pieces[:end])
        if at not in heads[:1] and piece.kind == "line" and len(piece.text) <= _LONGEST_FRONT_LINE
    )
    return replace(
        clues,
        first_heading=pieces[heads[0]].text if heads else None,
        front=tuple(islice(front, _MOST_FRONT_LINES)),
    )
