"""Headings and notes of a report as a person read them on its pages, without its text: hashes of words.

`hash_of` is the first twelve hexadecimal digits of the SHA-256 of the words, so a truth file can be committed
for a report whose text cannot.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from a4a_qa.errors import EvaluationError
from a4a_qa.report import Report, exact_pages

# How many words of a note's beginning, and before a mark, are hashed.
_FIRST, _BEFORE = 5, 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading by page, level from 1 and the hash of its words; an optional one may be found or not.

    `also_level` is a level as good as the first. `parent` is the heading above, by page and hash. `title` is
    known only of what was found.
    """

    page: int
    level: int
    words: str
    optional: bool = False
    also_level: int | None = None
    title: str = ""
    parent: tuple[int, str] | None = None

    @property
    def key(self) -> tuple[int, str]:
        """What two headings are the same by."""
        return self.page, self.words


@dataclass(frozen=True, slots=True)
class Note:
    """A note by number and the hash of its first words; `before` is that of the words before its mark."""

    number: int
    page: int
    note: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What a person found in a report."""

    headings: tuple[Heading, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Against:
    """How a parsed report compares with its truth, as shares from 0 to 1.

    A heading is right when it is found on its page with all its words. Its level is right when it is that of
    the truth, or when both stand under the same heading: a report's own title may be a level of its own. A
    note is right with its number and first words, a mark with its number and the words before it.
    """

    heading_precision: float
    heading_recall: float
    levels: float
    note_texts: float
    marks_placed: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures, and what is behind them."""

    against: Against
    missed: tuple[Heading, ...]
    false: tuple[Heading, ...]
    misplaced: tuple[tuple[Heading, Heading], ...]
    wrong_notes: tuple[Note, ...]
    wrong_marks: tuple[Note, ...]


def normalised(text: str) -> list[str]:
    """The words of a text as they are hashed."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def hash_of(words: Sequence[str]) -> str:
    """The hash of normalised words."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]


def read_truth(path: Path) -> Truth:
    """A truth file; raises EvaluationError when it is not one."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        headings = [
            Heading(
                page=int(h["page"]),
                level=int(h["level"]),
                words=str(h["words"]),
                optional=bool(h.get("optional")),
                also_level=h.get("also_level"),
            )
            for h in values["headings"]
        ]
        notes = [
            Note(int(n["number"]), int(n["page"]), str(n["note"]), n.get("before")) for n in values["notes"]
        ]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"{path} is no truth file ({type(error).__name__}: {error}), expected headings with page, level "
            "and words, and notes with number, page and note."
        ) from error
    return Truth(tuple(_with_parents(headings)), tuple(notes))


def _with_parents(headings: Sequence[Heading]) -> list[Heading]:
    """Headings in reading order, each with the last one before it that has a higher rank."""
    found: list[Heading] = []
    above: list[Heading] = []
    for heading in headings:
        above = [one for one in above if one.level < heading.level]
        found.append(replace(heading, parent=above[-1].key if above else None))
        above.append(heading)
    return found


def headings_of(report: Report) -> list[Heading]:
    """The headings of a parsed report."""
    found = []
    for section in report.sections:
        title = section.path[-1]
        if report.page_starts:
            page = exact_pages(report.page_starts, section.start, section.start + 1).first
        else:
            page = section.page.first if section.page else 0
        found.append(Heading(page, len(section.path), hash_of(normalised(title)), title=title))
    return _with_parents(found)


def compare(report: Report, truth: Truth) -> Comparison:
    """A parsed report beside its truth."""
    found = headings_of(report)
    wanted = {heading.key: heading for heading in truth.headings}
    required = [heading for heading in truth.headings if not heading.optional]
    have = Counter(heading.key for heading in found)
    missed = [heading for heading in required if not have[heading.key]]
    # A heading that is found twice on its page is false once.
    left = Counter(heading.key for heading in truth.headings)
    false, pairs = [], []
    for heading in found:
        if left[heading.key]:
            left[heading.key] -= 1
            pairs.append((wanted[heading.key], heading))
        else:
            false.append(heading)
    misplaced = [
        (w, f)
        for w, f in pairs
        if f.level not in (w.level, w.also_level) and w.parent != _known(f.parent, wanted)
    ]
    right = [w for w, _ in pairs if not w.optional]
    texts = {(n.number, hash_of(normalised(n.text)[:_FIRST])) for n in report.endnotes}
    marks = {(m.number, hash_of(_words_before(report, m.offset))) for m in report.note_marks}
    placed = [note for note in truth.notes if note.before]
    wrong_notes = [note for note in truth.notes if (note.number, note.note) not in texts]
    wrong_marks = [note for note in placed if (note.number, note.before) not in marks]
    against = Against(
        heading_precision=_share(len(right), len(right) + len(false)),
        heading_recall=_share(len(required) - len(missed), len(required)),
        levels=_share(len(pairs) - len(misplaced), len(pairs)),
        note_texts=_share(len(truth.notes) - len(wrong_notes), len(truth.notes)),
        marks_placed=_share(len(placed) - len(wrong_marks), len(placed)),
    )
    return Comparison(
        against, tuple(missed), tuple(false), tuple(misplaced), tuple(wrong_notes), tuple(wrong_marks)
    )


def _known(key: tuple[int, str] | None, wanted: dict[tuple[int, str], Heading]) -> tuple[int, str] | None:
    """A heading above, if the truth has it: a report's own title may stand over all others."""
    return key if key in wanted else None


def _words_before(report: Report, offset: int) -> list[str]:
    """The normalised words right before a mark, in its block."""
    block = report.block_at(max(0, offset - 1))
    return normalised(report.text[block.start : offset])[-_BEFORE:] if block else []


def _share(count: int, of: int) -> float:
    return count / of if of else 1.0
