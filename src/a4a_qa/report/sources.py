"""The sources that an endnote names: addresses with their dates of access, and works without one.

A source is a work with an address ("Title. Accessed on 19 March 2010 from: http://…") or without one, or a
direct communication. Addresses are taken as printed, without what a printer attached to them.
"""

from __future__ import annotations

import re
from datetime import datetime

from a4a_qa.report.report import Source, SourceKind

_ARCHIVE = "https://web.archive.org/web/"

# A character of an address: no comma or semicolon after which what comes next was set without a space.
_OF_ADDRESS = r"(?:(?![,;](?:(?:https?|ftp)://|www\.|accessed\b))[^\s<>\"“”])+"
_ADDRESS = re.compile(
    rf"(?:https?|ftp)://{_OF_ADDRESS}|(?<![\w@/.])(?:www\d?\.[\w-]+\.{_OF_ADDRESS})", re.IGNORECASE
)
# What a sentence or quotation around an address ends in, and what stands unseen after it.
_AFTER_ADDRESS = frozenset(".,;:!?…'’‘”“»›、。，；：！？،؛؟\u200b\u200e\u200f\u2060\ufeff")
# "….pdfChildwise": the next word was set without a space.
_GLUED_WORD = re.compile(r"(\.(?:pdf|docx?|html?|aspx?|php|cfm))[A-Z][a-z]+$")
_ACCESSED = re.compile(
    r"\b(?:last\s+)?accessed\s+(?:on|in)?\s*(\d{1,2}\s+[A-Z][a-z]+\s+\d{4})", re.IGNORECASE
)
# "http://… (accessed on 2 May 2010)", unless the words lead on to the next address: "… from: http://…".
_ACCESSED_AFTER = re.compile(rf"[\s.,;:()\[\]–—-]{{0,6}}{_ACCESSED.pattern}", re.IGNORECASE)
_LEADS_ON = re.compile(r",?\s*(?:(?:from|at|via)\b|:)[^;]*", re.IGNORECASE)
_PAGE = re.compile(r"\b(?:pp?\.|pages?)\s*(\d+(?:\s*[-–]\s*\d+)?)", re.IGNORECASE)
_COMMUNICATION = re.compile(r"\b(?:direct|personal) communication\b|\bdirectly supplied\b", re.IGNORECASE)


def read_sources(text: str, year: int | None) -> tuple[Source, ...]:
    """The sources that an endnote names, in order; `year` dates the archive link without a date of access.

    The text before an address belongs to it, and the text after it up to the first semicolon; if another
    address follows first, only a date of access.
    """
    addresses = [(match.start(), _trim(match[0])) for match in _ADDRESS.finditer(text)]
    if not addresses:
        return (_without_address(text),)
    sources: list[Source] = []
    seen: set[str] = set()
    done = 0
    for (start, address), following in zip(addresses, [*addresses[1:], None], strict=True):
        *works, before = [part for part in text[done:start].split(";") if part.strip()] or [""]
        end = start + len(address)
        done = _end_of_source(text, end, following[0] if following else None)
        sources += [_without_address(work) for work in works if _names_a_work(work)]
        if _url(address) not in seen:
            sources.append(_with_address(address, before, text[end:done], year))
        seen.add(_url(address))
    sources += [_without_address(work) for work in text[done:].split(";") if _names_a_work(work)]
    return tuple(sources)


def end_of_access(text: str, address_end: int, following: int | None) -> int:
    """The end of the date of access right after an address, or of the address if there is none.

    Words that lead on to the next address, which begins at `following`, belong to that one.
    """
    limit = len(text) if following is None else following
    accessed = _ACCESSED_AFTER.match(text, address_end, limit)
    if accessed and (following is None or not _LEADS_ON.fullmatch(text, accessed.end(), limit)):
        return accessed.end()
    return address_end


def _end_of_source(text: str, address_end: int, following: int | None) -> int:
    """The end of the source whose address ends at `address_end`; `following` is where the next address
    begins."""
    limit = len(text) if following is None else following
    end = end_of_access(text, address_end, following)
    parts = text[end:limit].split(";")
    reached = end + len(parts[0])
    for part in parts[1:]:
        if _names_a_work(part):
            return reached
        reached += len(part) + 1
    return limit if following is None else end


def _names_a_work(text: str) -> bool:
    """Whether a part of an endnote has words besides a date of access and a page."""
    return re.search(r"\w", _PAGE.sub(" ", _ACCESSED.sub(" ", text))) is not None


def _trim(address: str) -> str:
    """The address without what closes the sentence, the quotation or the bracket around it, and without a
    word that was set right after it."""
    spare = {
        closing: address.count(closing) - address.count(opening) for opening, closing in ("()", "[]", "{}")
    }
    end = len(address)
    while end and (address[end - 1] in _AFTER_ADDRESS or spare.get(address[end - 1], 0) > 0):
        end -= 1
        if address[end] in spare:
            spare[address[end]] -= 1
    return _GLUED_WORD.sub(r"\1", address[:end])


def _url(address: str) -> str:
    return address if "://" in address else f"http://{address}"


def _with_address(address: str, before: str, after: str, year: int | None) -> Source:
    url = _url(address)
    accessed = _access_date(after) or _access_date(before)
    stamp = accessed.replace("-", "") if accessed else year
    archived = f"{_ARCHIVE}{stamp}/{url}" if stamp and not url.lower().startswith("ftp:") else None
    return Source("web", url, archived, accessed, _cited_page(before) or _cited_page(after))


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
