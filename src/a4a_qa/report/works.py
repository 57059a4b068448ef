"""Endnotes grouped by the work that they name, however each of them spells it.

Two notes name one work when they say the same words about it, or give the same address. A few words, such
as "World Vision", name a publisher rather than a work; then only the address tells works apart.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from a4a_qa.report.references import Reference, endnote_references
from a4a_qa.report.report import Report
from a4a_qa.text.accents import without_accents

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
