"""Which reports of a library a question is put to: those that somebody chose, or that it names itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from a4a_qa.errors import QuestionError
from a4a_qa.report.report import About
from a4a_qa.text.countries import is_same_country, names_this_country

# "the 2011 report", "the report of 2011", "the edition from 2006".
_YEAR = r"(?P<{name}>(?:19|20)\d\d)"
_OF_A_YEAR = re.compile(
    rf"\b{_YEAR.format(name='before')} (?:report|edition)\b"
    rf"|\b(?:report|edition) (?:of|from) {_YEAR.format(name='behind')}\b",
    re.IGNORECASE,
)
# "Which reports say that …?", "What countries have …?"
_LISTS_REPORTS = re.compile(
    r"\W*(?:which|what) (?:countries|reports|editions)\b"
    r"(?: (?:have|has|had|say|tell|speak|name|mention|describe|report)(?: (?:that|of|about))?\b)?\W*",
    re.IGNORECASE,
)
_MOST_VALUES = 100


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What the reports of a library may be; an empty field allows any.

    `report` are ids; `since` and `until` are years, both included: a report without a year is then left out.
    Names are compared whatever their case, and a country may be named by what is of it ("Italian").
    """

    report: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    edition: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise QuestionError(f"No year is both since {self.since} and until {self.until}.")

    def allows(self, about: About) -> bool:
        """Whether a report may be searched."""
        year = about.year
        return (
            (not self.report or about.id in self.report)
            and (not self.country or _is_of(about.country, self.country))
            and _is_one_of(about.publisher, self.publisher)
            and _is_one_of(about.edition, self.edition)
            and _is_one_of(about.language, self.language)
            and (self.since is None or (year is not None and year >= self.since))
            and (self.until is None or (year is not None and year <= self.until))
        )

    def in_words(self) -> list[str]:
        """The values that are set, each once."""
        years = [str(year) for year in (self.since, self.until) if year is not None]
        names = (self.report, self.country, self.publisher, self.edition, self.language)
        return list(dict.fromkeys([*(name for several in names for name in several), *years]))

    def to_dict(self) -> dict[str, Any]:
        """The fields that are set, as plain values."""
        return {name: value for name, value in asdict(self).items() if value not in ((), None)}


def read_filter(values: Mapping[str, Any]) -> ReportFilter:
    """A filter from plain values, where a text stands for a list of one. Raises QuestionError."""
    read: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("since", "until"):
            if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
                raise QuestionError(f"'{name}' of the filter is no year.")
            read[name] = value
        elif name in ReportFilter.__dataclass_fields__:
            several = [value] if isinstance(value, str) else value if value is not None else []
            is_list = isinstance(several, Sequence) and all(isinstance(one, str) for one in several)
            if not is_list or len(several) > _MOST_VALUES:
                raise QuestionError(f"'{name}' of the filter is no text and no list of texts.")
            read[name] = tuple(several)
        else:
            known = ", ".join(ReportFilter.__dataclass_fields__)
            raise QuestionError(f"The filter has a field that means nothing here; known are {known}.")
    return ReportFilter(**read)


def named_in(question: str, reports: Iterable[About]) -> ReportFilter | None:
    """What a question itself says of the reports that it means, as a filter: a country that some report is
    on, a year said of a report. None when it says nothing, or something that no report is."""
    every = list(reports)
    countries = sorted({about.country for about in every if about.country})
    named = tuple(country for country in countries if names_this_country(question, country))
    years = [int(found["before"] or found["behind"]) for found in _OF_A_YEAR.finditer(question)]
    year = years[0] if len(set(years)) == 1 else None
    found = ReportFilter(country=named, since=year, until=year)
    says = named or year is not None
    return found if says and any(map(found.allows, every)) else None


def asked_of_each(question: str) -> str | None:
    """What is asked of each report where a question asks which of them, or which countries, say or have
    something; None where it asks something else."""
    found = _LISTS_REPORTS.match(question)
    return (question[found.end() :] or question) if found else None


def _is_of(country: str | None, names: Sequence[str]) -> bool:
    return country is not None and (_is_one_of(country, names) or is_same_country(country, names))


def _is_one_of(value: str | None, names: Sequence[str]) -> bool:
    return not names or (value or "").casefold() in {name.casefold() for name in names}
