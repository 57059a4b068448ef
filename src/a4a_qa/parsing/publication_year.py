"""The year in which a report was published, by the lines that date it.

A year of publication is said («Published 2012», «© 2015») or is the date that a line consists of («Geneva,
May 2014»). The years that a report is about («Findings of 2016», «1 January to 31 December») are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from a4a_qa.notation import MONTHS, YEAR
from a4a_qa.parsing.names import has_any, word_lists

_MONTH = rf"(?:{'|'.join(rf'{month}|{month[:3]}' for month in MONTHS)})\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:(?:{_DAY}\s+)?{_MONTH}(?:\s+{_DAY})?,?\s+|(?:Spring|Summer|Autumn|Fall|Winter|Q[1-4]),?\s+|\d\d?/(?:\d\d?/)?)"
    rf"({YEAR})\b|\b({YEAR})-\d\d(?:-\d\d)?\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?:(?:first |last )?(?:(?:re)?published|issued|released|updated|revised)|publication date"
    rf"|copyright|©|\(c\))\D{{0,60}}?(?:\d{{1,2}}\D{{1,20}})?({YEAR})(?:\s?[-–,]\s?({YEAR}))?\b",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"(\D{{3,40}}),\s({YEAR})")
_OF_TITLE = re.compile(rf"(?:\((?:{_MONTH}\s)?({YEAR})\)|,\s{_MONTH}\s({YEAR}))$")
_WRITTEN = re.compile(rf"(?<!\d)({YEAR})(?=\d{{4}}|\D|$)")
_LOWER = re.compile(r"\b[a-z]{3,}\b")
# What a date stands with on a cover: «Version 2, revised in May 2014».
_BESIDE = frozenset(
    "and edition for issued printed published released reprinted revised the updated version".split()
)
# A line with more words is prose; «Ordered by the … to be printed on 8 July 2025» has 13.
_MOST_WORDS = 14


def written_year(text: str) -> int | None:
    """The year of a date in whatever form («2020-03-04», «D:20200304»)."""
    return next(filter(_plausible, map(int, _WRITTEN.findall(text))), None)


def said_years(lines: Iterable[str]) -> set[int]:
    """The years that lines begin to say the report was published in."""
    found = (_SAID.match(line) for line in lines if not _of_something_else(line))
    return {year for match in found if match and _plausible(year := int(match[2] or match[1]))}


def dated_years(lines: Iterable[str]) -> set[int]:
    """The years of lines that consist of a date, or of one with its place."""
    return {year for line in lines if (year := _dated(line)) is not None}


def _dated(line: str) -> int | None:
    if len(line.split()) > _MOST_WORDS or _of_something_else(line):
        return None
    years = {int(one or other) for one, other in _DATE.findall(line)}
    place = _PLACE.fullmatch(line)
    if not years and (re.fullmatch(YEAR, line) or (place and _is_place(place[1]))):
        years = {int(line[-4:])}
    beside = set(_LOWER.findall(_DATE.sub(" ", line)))
    year = years.pop() if len(years) == 1 and beside <= _BESIDE else None
    return year if year is not None and _plausible(year) else None


def _is_place(text: str) -> bool:
    return len(text.split()) <= 4 and not has_any(text, word_lists()["documents"])


def is_date(line: str) -> bool:
    """Whether a line is a date, or says of nothing but one that the report was published then."""
    rest = _DATE.sub(" ", line).casefold()
    return rest != line.casefold() and _BESIDE.issuperset(re.findall(r"\w+", rest))


def year_of_title(title: str) -> int | None:
    """The year at the end of a title, in brackets or with its month; others are what the report is about."""
    found = _OF_TITLE.search(title)
    year = int(found[1] or found[2]) if found else None
    return year if year is not None and _plausible(year) else None


def year_made(created: int | None, lines: Iterable[str]) -> int | None:
    """The year in which the file was made, where a line names that year or the one before it."""
    if created is None or not _plausible(created):
        return None
    named = {int(year) for line in lines for year in _WRITTEN.findall(line)}
    return created if named & {created, created - 1} else None


def _of_something_else(line: str) -> bool:
    return has_any(line, word_lists()["other_dates"])


def _plausible(year: int) -> bool:
    return year <= date.today().year + 1
