"""A citation → the text that refers to it; a report or an endnote → what a bibliography needs of it.

Endnotes are grouped by the work that they name, however each of them spells it: two name one work when they
say the same words about it, or give the same address. A few words, such as "World Vision", name a publisher
rather than a work; then only the address tells works apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from a4a_qa.report.report import About, Endnote, Pages, Report, Source, SourceKind
from a4a_qa.report.sources import end_of_access
from a4a_qa.text.accents import without_accents
from a4a_qa.text.notation import YEAR

# What follows the work in an endnote: when and where it was looked at.
_ACCESS = re.compile(r"(?<![\s,.;(])[\s,.;(]*\b(?:accessed|available at)\b.*", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(r"(?<![\s,.])[\s,.]*\b(?:pp?\.|pages?)\s*\d+(?:\s*[-–]\s*\d+)?", re.IGNORECASE)
_LEAD = re.compile(r"^(?:source:\s*|[\s,.;)\]]+)", re.IGNORECASE)
# "…, July 2010": a year at the end dates the work, unless it ends a span of years, which is part of a title.
_YEAR = re.compile(rf"(?<![-–/])(?<![-–] )\b({YEAR})$")


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a bibliography.

    `title` holds the words of an endnote about the work: endnotes don't part author and title in one way, so
    they are not parted here. `accessed` is an ISO date; `note` says which endnotes name the work.
    """

    key: str
    kind: SourceKind
    title: str
    year: int | None = None
    url: str | None = None
    archived_url: str | None = None
    accessed: str | None = None
    page: str | None = None
    publisher: str | None = None
    edition: str | None = None
    note: str | None = None


def reference_text(about: About, section: Sequence[str], page: Pages | None) -> str:
    """As "Publisher (year). Title, 2nd ed. Section, pp. 16–21."; what is unknown is left out."""
    year = f"({about.year})" if about.year else None
    author = " ".join(filter(None, (about.publisher, year)))
    edition = f", {about.edition} ed." if about.edition else ""
    place = ", ".join(filter(None, (section[0] if section else "", page.as_cited if page else "")))
    return " ".join(_closed(part) for part in (author, f"{about.title}{edition}", place) if part)


def place_in_words(section: Sequence[str], page: Pages | None) -> str:
    """As "Prevention › Schools, pp. 21–23"."""
    return f"{' › '.join(section)}{f', {page.as_cited}' if page else ''}"


def _closed(words: str) -> str:
    """With a full stop, unless they end as a sentence does."""
    return words if words.endswith((".", "?", "!")) else f"{words}."


def report_reference(about: About) -> Reference:
    """The entry of the report itself."""
    return Reference(
        about.id,
        "publication",
        about.title,
        about.year,
        url=about.pdf_url,
        publisher=about.publisher,
        edition=about.edition,
    )


def endnote_references(note: Endnote, about: About) -> tuple[Reference, ...]:
    """The entries of an endnote, one for each of its sources, in order."""
    several = len(note.sources) > 1
    return tuple(
        Reference(
            key=f"{about.id}-endnote-{note.number}{f'-{place}' if several else ''}",
            kind=source.kind,
            title=title,
            year=_year(title),
            url=source.url,
            archived_url=source.archived_url,
            accessed=source.accessed,
            page=source.page,
            note=f"Endnote {note.number}",
        )
        for place, (source, title) in enumerate(titled_sources(note), 1)
    )


def short_note(note: Endnote) -> str:
    """An endnote without its addresses: each work with its page and the day on which it was looked at."""
    works = (
        [
            title,
            _pages(source.page) if source.page else "",
            f"accessed {source.accessed}" if source.accessed else "",
        ]
        for source, title in titled_sources(note)
    )
    return "; ".join(", ".join(filter(None, work)) for work in works)


def _pages(page: str) -> str:
    return f"pp. {page}" if re.search("[-–]", page) else f"p. {page}"


def titled_sources(note: Endnote) -> Iterator[tuple[Source, str]]:
    """Each source with what the note says about it: what stands before its address, or up to a semicolon."""
    rest = note.text
    for source, following in zip(note.sources, [*note.sources[1:], None], strict=True):
        if source.url is None:
            words, _, rest = rest.partition(";")
        else:
            words, address, rest = _around(rest, source.url)
            # Some notes give the address first and say what it leads to behind it, up to a semicolon. Words
            # before another address are about that one.
            if address and not words.strip(" ;,"):
                words = rest.split(address)[0].partition(";")[0]
                if following and following.url and _around(words, following.url)[1]:
                    words = ""
            # "… Accessed on 1 May 2009. B, http://…": the date is no word on what follows.
            if following and following.url:
                before, found, _ = _around(rest, following.url)
                rest = rest[end_of_access(rest, 0, len(before)) :] if found else rest
            # "… accessed on 1 May 2009; B, Paper. http://…": what follows begins behind the semicolon.
            behind, _, further = rest.partition(";")
            if following and (following.url is None or not _around(behind, following.url)[1]):
                rest = further
        yield source, _title(words) or source.url or note.text


def _around(text: str, url: str) -> tuple[str, str, str]:
    """What stands before an address, the address as printed, and what stands after it."""
    spellings = [one for one in (url, url.removeprefix("http://")) if one in text]
    return text.partition(min(spellings, key=text.index)) if spellings else (text, "", "")


def _title(words: str) -> str:
    bare = _PAGE.sub("", _ACCESS.sub("", words))
    return " ".join(_LEAD.sub("", bare).split()).rstrip(" .,;:(")


def _year(title: str) -> int | None:
    found = _YEAR.search(title)
    return int(found[1]) if found else None


# Up to this many words are a name.
_NAME_WORDS = 3
# Small words and titles that spellings of one work differ in.
_SKIPPED = frozenset("a an the of and on in dr mr mrs ms".split())


@dataclass(frozen=True, slots=True)
class Work:
    """A work with the numbers of all endnotes that name it; `reference` has the fullest spelling of it."""

    id: str
    reference: Reference
    endnotes: tuple[int, ...]


def group_by_work(report: Report) -> tuple[Work, ...]:
    """The works that a report's endnotes name, in the order of their first endnote."""
    named = [
        (note.number, reference)
        for note in report.endnotes
        for reference in endnote_references(note, report.about)
    ]
    work_of: dict[str, str] = {}
    for _, reference in named:
        keys = _keys(reference)
        same = {work_of.get(key, key) for key in keys}
        joined = [key for key, work in work_of.items() if work in same]
        work_of.update(dict.fromkeys([*joined, *keys], keys[0]))
    groups: dict[str, list[tuple[int, Reference]]] = {}
    for number, reference in named:
        groups.setdefault(work_of[_keys(reference)[0]], []).append((number, reference))
    return tuple(_work(group, report.about.id) for group in groups.values())


def _keys(reference: Reference) -> list[str]:
    """What makes a work the same: its words, and its address unless that is only a site's front page."""
    words = _words(reference.title)
    address = reference.url.split("://", 1)[-1].rstrip("/").casefold() if reference.url else ""
    if address and len(words) <= _NAME_WORDS:
        return [address if "/" in address else f"{address} {' '.join(words)}"]
    return [" ".join(words), *([address] if "/" in address else [])]


def _words(title: str) -> list[str]:
    plain = without_accents(title).casefold().replace("’", "").replace("'", "")
    return [word for word in re.findall(r"[^\W_]+", plain) if word not in _SKIPPED] or [title]


def _work(group: list[tuple[int, Reference]], report_id: str) -> Work:
    numbers = tuple(sorted({number for number, _ in group}))
    fullest = max((reference for _, reference in group), key=lambda reference: len(reference.title))
    addressed = next((one for one in (fullest, *(found for _, found in group)) if one.url), fullest)
    words = f"{' '.join(_words(fullest.title))} {addressed.url or ''}"
    identity = f"w-{hashlib.sha256(words.encode()).hexdigest()[:12]}"
    reference = replace(
        fullest,
        key=f"{report_id}-{identity}",
        url=addressed.url,
        archived_url=addressed.archived_url,
        accessed=addressed.accessed,
        page=None,
        note=f"Endnote{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}",
    )
    return Work(identity, reference, numbers)
