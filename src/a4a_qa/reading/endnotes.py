"""Endnotes: which mark belongs to which note, and what a note names as its sources.

A source is a work with or without an address: «Title. Accessed on 19 March 2010 from: http://…»,
a book, or a direct communication. Addresses are taken as printed, less what a printer glued to them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from a4a_qa.report import Endnote, NoteMark, Problem, Source, SourceKind

ARCHIVE = "https://web.archive.org/web/"

_ADDRESS = re.compile(
    r"(?:https?|ftp)://[^\s<>\"“”]+|(?<![\w@/.])(?:www\d?\.[\w-]+\.[^\s<>\"“”]+)", re.IGNORECASE
)
# «….pdfChildwise»: the word that follows an address was set without a space.
_GLUED_WORD = re.compile(r"(\.(?:pdf|docx?|html?|aspx?|php|cfm))[A-Z][a-z]+$")
_ACCESSED = re.compile(r"\baccessed\s+(?:on|in)?\s*(\d{1,2}\s+[A-Z][a-z]+\s+\d{4})", re.IGNORECASE)
_PAGE = re.compile(r"\b(?:pp?\.|pages?)\s*(\d+(?:\s*[-–]\s*\d+)?)", re.IGNORECASE)
_COMMUNICATION = re.compile(r"\b(?:direct|personal) communication\b|\bdirectly supplied\b", re.IGNORECASE)


def read_sources(text: str, year: int | None) -> tuple[Source, ...]:
    """The sources that an endnote names, in order; `year` dates the archive when no access date does."""
    sources: list[Source] = []
    at = 0
    seen: set[str] = set()
    for match in _ADDRESS.finditer(text):
        address = _trim(match[0])
        before = text[at : match.start()]
        at = match.end()
        if _url(address) in seen:
            continue
        seen.add(_url(address))
        *works, own = [part for part in before.split(";") if part.strip()] or [""]
        sources += [_without_address(work) for work in works]
        sources.append(_with_address(address, own, year))
    return tuple(sources) or tuple(_without_address(work) for work in [text])


def _trim(address: str) -> str:
    address = _GLUED_WORD.sub(r"\1", address.rstrip(".,;:'’”"))
    spare = {closing: address.count(closing) - address.count(opening) for opening, closing in ("()", "[]")}
    end = len(address)
    while end and (address[end - 1] in ".,;:" or spare.get(address[end - 1], 0) > 0):
        end -= 1
        if address[end] in spare:
            spare[address[end]] -= 1
    return address[:end]


def _url(address: str) -> str:
    return address if "://" in address else f"http://{address}"


def _with_address(address: str, text: str, year: int | None) -> Source:
    url = _url(address)
    accessed = _access_date(text)
    stamp = accessed.replace("-", "") if accessed else year
    archived = f"{ARCHIVE}{stamp}/{url}" if stamp and not url.lower().startswith("ftp:") else None
    return Source("web", url, archived, accessed, _cited_page(text))


def _without_address(text: str) -> Source:
    kind: SourceKind = "communication" if _COMMUNICATION.search(text) else "publication"
    return Source(kind, None, None, _access_date(text), _cited_page(text))


def _access_date(text: str) -> str | None:
    dates = _ACCESSED.findall(text)
    try:
        return datetime.strptime(dates[-1], "%d %B %Y").date().isoformat() if dates else None
    except ValueError:
        return None


def _cited_page(text: str) -> str | None:
    pages = _PAGE.findall(text)
    return str(pages[-1]) if pages else None


def pair(marks: Sequence[NoteMark], endnotes: Sequence[Endnote]) -> tuple[Problem, ...]:
    """What does not pair one to one: lone marks, lone notes, and numbers used twice."""
    mark_counts = Counter(mark.number for mark in marks)
    note_counts = Counter(note.number for note in endnotes)
    checks = [
        ("mark_without_endnote", mark_counts.keys() - note_counts.keys(), "has no endnote"),
        ("endnote_without_mark", note_counts.keys() - mark_counts.keys(), "has no mark in the text"),
        ("mark_used_twice", {n for n in mark_counts if mark_counts[n] > 1}, "stands at several places"),
        ("endnote_used_twice", {n for n in note_counts if note_counts[n] > 1}, "names several endnotes"),
    ]
    return tuple(
        Problem(code, f"Number {number} {what}.")
        for code, numbers, what in checks
        for number in sorted(numbers)
    )
