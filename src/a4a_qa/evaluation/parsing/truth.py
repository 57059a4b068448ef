"""Headings and notes of a report as a person read them on its pages, without its text: hashes of words.

A truth file is JSON, so that it can be committed for a report whose text cannot. `headings` have a page, a
level from 1 and the hash of their `words`; an `optional` one may be found or not, and `also_level` is as good
as the level. `notes` have a number, a page, the hash of their first words as `note`, and as `before` that of
the words before their mark.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from a4a_qa.anchors import hash_of, normalised
from a4a_qa.errors import EvaluationError
from a4a_qa.report import Report, exact_pages

# How many words of a note's beginning, and before a mark, are hashed.
_FIRST, _BEFORE = 5, 3
_Values = dict[str, Any]
_Key = tuple[int, str]


def headings_of(report: Report) -> list[_Values]:
    """The headings of a parsed report as in a truth file, each with its `title`."""
    found = []
    for section in report.sections:
        pages, title = section.page, section.path[-1]
        if report.page_starts:
            pages = exact_pages(report.page_starts, section.start, section.start + 1)
        page, words = pages.first if pages else 0, hash_of(normalised(title))
        found.append({"page": page, "level": len(section.path), "words": words, "title": title})
    return found


def compare(report: Report, path: Path) -> tuple[dict[str, float], list[str]]:
    """How a parsed report compares with its truth file: shares from 0 to 1, and a line for all that is wrong.

    A heading is right when it is found on its page with all its words. Its level is right when it is that of
    the truth, or when both stand under the same heading: a report's own title may be a level of its own. A
    note is right with its number and first words, a mark with its number and the words before it. Raises
    EvaluationError when the file is not one.
    """
    try:
        truth = json.loads(path.read_text(encoding="utf-8"))
        headings, heading_lines = _headings(truth["headings"], headings_of(report))
        notes, note_lines = _notes(truth["notes"], report)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise EvaluationError(
            f"{path} is no truth file ({type(error).__name__}: {error}), expected headings with page, level "
            "and words, and notes with number, page and note."
        ) from error
    return headings | notes, heading_lines + note_lines


def _headings(wanted: list[_Values], found: list[_Values]) -> tuple[dict[str, float], list[str]]:
    truth, read = _with_parents(wanted), _with_parents(found)
    counts = Counter(map(_key, found))
    required = Counter(_key(heading) for heading in wanted if not heading.get("optional"))
    missed = required - counts
    # A heading that is found twice on its page is false once.
    false = counts - Counter(map(_key, wanted))
    right = (required & counts).total()
    both, misplaced = read.keys() & truth.keys(), []
    for key in both:
        (other, above), (heading, parent) = truth[key], read[key]
        # The truth may lack a report's own title, which then stands over all others.
        parent = parent if parent in truth else None
        if heading["level"] not in (other["level"], other.get("also_level")) and parent != above:
            misplaced.append(f"heading level {other['level']} expected {_place(heading)}")
    shares = {
        "heading_precision": _share(right, right + false.total()),
        "heading_recall": _share(right, required.total()),
        "levels": _share(len(both) - len(misplaced), len(both)),
    }
    lines = [f"heading missed {_place(truth[key][0])}" for key in missed]
    return shares, lines + [f"heading false {_place(read[key][0])}" for key in false] + sorted(misplaced)


def _key(heading: _Values) -> _Key:
    """What two headings are the same by."""
    return heading["page"], heading["words"]


def _place(heading: _Values) -> str:
    return f"p. {heading['page']}, level {heading['level']}: {heading.get('title', heading['words'])}"


def _with_parents(headings: list[_Values]) -> dict[_Key, tuple[_Values, _Key | None]]:
    """Headings, given in reading order, each with the last one before it that has a higher rank."""
    found: dict[_Key, tuple[_Values, _Key | None]] = {}
    above: list[_Values] = []
    for heading in headings:
        above = [one for one in above if one["level"] < heading["level"]]
        found[_key(heading)] = heading, _key(above[-1]) if above else None
        above.append(heading)
    return found


def _notes(wanted: list[_Values], report: Report) -> tuple[dict[str, float], list[str]]:
    texts = {(note.number, hash_of(normalised(note.text)[:_FIRST])) for note in report.endnotes}
    marks = set()
    for mark in report.note_marks:
        block = report.block_at(max(0, mark.offset - 1))
        before = normalised(report.text[block.start : mark.offset]) if block else []
        marks.add((mark.number, hash_of(before[-_BEFORE:])))
    placed = [note for note in wanted if note.get("before")]
    wrong = [n["number"] for n in wanted if (n["number"], n["note"]) not in texts]
    misplaced = [n["number"] for n in placed if (n["number"], n["before"]) not in marks]
    shares = {
        "note_texts": _share(len(wanted) - len(wrong), len(wanted)),
        "marks_placed": _share(len(placed) - len(misplaced), len(placed)),
    }
    lines = [f"note {number} is not as a person read it" for number in wrong]
    return shares, lines + [f"mark {number} is not where a person found it" for number in misplaced]


def _share(count: int, of: int) -> float:
    return count / of if of else 1.0
