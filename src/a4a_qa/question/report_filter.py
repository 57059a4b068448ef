"""Which reports of a library may be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from a4a_qa.errors import QuestionError
from a4a_qa.report.report import About
from a4a_qa.text.countries import is_same_country

_MOST_VALUES = 100
# So many values are named of a field where a filter leaves no report.
_MOST_NAMED = 20
# Fields of the filter: what they are called there, and the field of a report that they are about.
_OTHERWISE_CALLED = {"report": ("report", "id"), "since": ("year", "year"), "until": ("year", "year")}


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

    def allowed(self, reports: Iterable[About]) -> list[About]:
        """The reports that may be searched."""
        # Each country is compared once, however many reports are on it.
        is_of = cache(lambda country: _is_of(country, self.country))
        return [about for about in reports if self._allows(about, is_of)]

    def _allows(self, about: About, is_of: Callable[[str | None], bool]) -> bool:
        year = about.year
        return (
            (not self.report or about.id in self.report)
            and (not self.country or is_of(about.country))
            and _is_one_of(about.publisher, self.publisher)
            and _is_one_of(about.edition, self.edition)
            and _is_one_of(about.language, self.language)
            and (self.since is None or (year is not None and year >= self.since))
            and (self.until is None or (year is not None and year <= self.until))
        )

    def values_in(self, reports: Iterable[About]) -> str:
        """What the reports have in the fields that are set: "country Chad, Norway; year 2010, 2012"."""
        listed = tuple(reports)
        fields = dict(_OTHERWISE_CALLED.get(name, (name, name)) for name in self.to_dict())
        return "; ".join(
            f"{called} {_named({getattr(about, field) for about in listed} - {None})}"
            for called, field in fields.items()
        )

    def in_words(self) -> list[str]:
        """The values that are set, each once."""
        years = [str(year) for year in (self.since, self.until) if year is not None]
        names = (self.report, self.country, self.publisher, self.edition, self.language)
        return list(dict.fromkeys([*(name for several in names for name in several), *years]))

    def to_dict(self) -> dict[str, Any]:
        """The fields that are set, as plain values."""
        return {name: value for name, value in asdict(self).items() if value not in ((), None)}


def _named(values: Iterable[Any]) -> str:
    """Values in words, in order; of many the first."""
    ordered = sorted(values)
    more = [f"{len(ordered) - _MOST_NAMED} more"] if len(ordered) > _MOST_NAMED else []
    return ", ".join([*map(str, ordered[:_MOST_NAMED]), *more]) or "none"


def check_fields(values: Iterable[Any]) -> None:
    """Raise QuestionError, naming it, for a field that no filter has."""
    known = ReportFilter.__dataclass_fields__
    for name in values:
        if name not in known:
            raise QuestionError(
                f"The filter has a field {name!r}, which means nothing here. Known are: {', '.join(known)}."
            )


def read_filter(values: Mapping[str, Any]) -> ReportFilter:
    """A filter from plain values, where a text stands for a list of one. Raises QuestionError."""
    check_fields(values)
    read: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("since", "until"):
            if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
                raise QuestionError(f"'{name}' of the filter is no year.")
            read[name] = value
        else:
            several = [value] if isinstance(value, str) else value if value is not None else []
            is_list = isinstance(several, Sequence) and all(isinstance(one, str) for one in several)
            if not is_list or len(several) > _MOST_VALUES:
                raise QuestionError(f"'{name}' of the filter is no text and no list of texts.")
            read[name] = tuple(several)
    return ReportFilter(**read)


def _is_of(country: str | None, names: Sequence[str]) -> bool:
    return country is not None and (_is_one_of(country, names) or is_same_country(country, names))


def _is_one_of(value: str | None, names: Sequence[str]) -> bool:
    return not names or (value or "").casefold() in {name.casefold() for name in names}
