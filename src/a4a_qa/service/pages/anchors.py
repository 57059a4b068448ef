"""Where each place of the report is found on the page of the report: ids that survive a rebuild."""

from __future__ import annotations

import re
from collections.abc import Mapping

from a4a_qa.report import NoteMark, Report, Section


def section_anchors(report: Report) -> tuple[str, ...]:
    """An id for each section, from its path; equal ones are told apart by their order."""
    taken: set[str] = set()
    return tuple(_free(_slug(section), taken) for section in report.sections)


def mark_anchors(report: Report) -> Mapping[NoteMark, str]:
    """An id for each note mark, from its number; an endnote can have several marks."""
    taken: set[str] = set()
    return {mark: _free(f"mark-{mark.number}", taken) for mark in report.note_marks}


def _slug(section: Section) -> str:
    words = (re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") for title in section.path)
    # The prefix keeps a title such as «Endnote 3» apart from the page's other ids.
    return "section-" + "--".join(words)


def _free(wanted: str, taken: set[str]) -> str:
    anchor, repeat = wanted, 1
    while anchor in taken:
        repeat += 1
        anchor = f"{wanted}-{repeat}"
    taken.add(anchor)
    return anchor
