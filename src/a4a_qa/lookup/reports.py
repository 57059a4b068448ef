"""Which reports of a library a question names, or asks for."""

from __future__ import annotations

from collections.abc import Iterable

from a4a_qa.lookup.wordings import rows
from a4a_qa.question.report_filter import ReportFilter
from a4a_qa.report.report import About
from a4a_qa.text.countries import names_this_country


def named_in(question: str, reports: Iterable[About]) -> ReportFilter | None:
    """The reports that a question names, as a filter: those on a country, or of one year ("the 2011 report").
    None when it names none of these."""
    abouts = list(reports)
    countries = sorted({about.country for about in abouts if about.country})
    named = tuple(country for country in countries if names_this_country(question, country))
    wordings = rows()["report_of_year"].wordings
    years = {int(found["year"]) for wording in wordings for found in wording.finditer(question)}
    year = years.pop() if len(years) == 1 else None
    if not named and year is None:
        return None
    found = ReportFilter(country=named, since=year, until=year)
    return found if found.allowed(abouts) else None


def asked_of_each(question: str) -> str | None:
    """What each report is asked where a question asks which of them say something, else None."""
    found = rows()["lists_reports"].match(question)
    return found["asked"] if found else None
