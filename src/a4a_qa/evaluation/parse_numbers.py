"""Which numbers of a report's file stand in the `Report`: without one of its digits, a figure is another one.

A number is a string of digits, raised and lowered ones included. Those of the file come from its text layer,
outside page furniture, so not from the parser. Those of the report are in its text, or are note marks and
numbers of notes. A text layer may write a number and the note mark after it as one ("200755"), or a number
that is broken between lines as two.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.evaluation.parse_words import file_texts
from a4a_qa.report.report import Endnote, NoteMark, Report

_DIGITS = re.compile(r"\d+")
# A problem with a page, and the number of characters on it that are left out, if not all are.
_PROBLEM = re.compile(r"Page (\d+) (?:has (\d+) characters)?")
# The most digits of a note's number.
_MOST_DIGITS = 4

# A number and its place: the page of a PDF, the line of Markdown.
_Number = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a file: how many there are, how many note marks and notes the report has, and which
    numbers it lacks: `lost` ones, and `unread` ones, on pages of which it says that characters are left out.

    No more digits of a page are unread than characters are left out.
    """

    total: int
    marks: int
    lost: Sequence[_Number]
    unread: Sequence[_Number]


def compare_numbers(path: Path, report: Report) -> Numbers:
    """Look for each number of a PDF or Markdown file in its report.

    Raises EvaluationError for another or an unreadable file, MissingExtra.
    """
    problems = [match for problem in report.problems if (match := _PROBLEM.match(problem.message))]
    left_out = Counter({int(match[1]): int(match[2] or sys.maxsize) for match in problems})
    found = [(place, number) for place, text in file_texts(path) for number in numbers_in(text)]
    found.sort(key=lambda one: one[0] in left_out)  # a number that stands twice is rather lost on such a page
    known = {note.number for note in report.endnotes}
    marks: list[Endnote | NoteMark] = [
        *report.endnotes,
        *(mark for mark in report.note_marks if mark.number in known),
    ]
    restarted = any(problem.code == "renumbered" for problem in report.problems)
    left = Counter([*numbers_in(report.text), *(str(mark.number) for mark in marks if not restarted)])
    missing = _joined(_cut([one for one in found if not _take(left, one[1])], left), left)
    if restarted:  # which numbers were printed is not known, but on which pages
        pages = Counter(mark.page.first for mark in marks if mark.page)
        missing = [
            (page, number)
            for page, number in missing
            if len(number) > _MOST_DIGITS or not _spend(pages, page, 1)
        ]
    unread = [one for one in missing if _spend(left_out, one[0], len(one[1]))]
    return Numbers(len(found), len(marks), [one for one in missing if one not in unread], unread)


def _spend(budget: Counter[int], page: int, count: int) -> bool:
    """Take a count from what is left for a page, if that is enough."""
    if budget[page] < count:
        return False
    budget[page] -= count
    return True


def numbers_in(text: str) -> list[str]:
    """The strings of digits in a text, raised and lowered ones as plain ones."""
    return _DIGITS.findall(unicodedata.normalize("NFKC", text))


def _take(left: Counter[str], *numbers: str) -> bool:
    """Take numbers out of those that are left, if all of them are there."""
    wanted = Counter(numbers)
    if not wanted <= left:
        return False
    left.subtract(wanted)
    return True


def _cut(missing: Sequence[_Number], left: Counter[str]) -> list[_Number]:
    """The missing numbers without those that are two of the report's."""
    return [
        (place, number)
        for place, number in missing
        if not any(_take(left, number[:at], number[at:]) for at in range(1, len(number)))
    ]


def _joined(missing: Sequence[_Number], left: Counter[str]) -> list[_Number]:
    """The missing numbers without those that are, two by two, one of the report's."""
    kept: list[_Number] = []
    for one in missing:
        if kept and kept[-1][0] == one[0] and _take(left, kept[-1][1] + one[1]):
            kept.pop()
        else:
            kept.append(one)
    return kept
