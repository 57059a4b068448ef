"""The names of countries, and whether a text has one of them, or of a people."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "countries.toml"
# «Italian» is told from «Italy» by its first letters, of which so many suffice where what makes a people of
# it follows: «Children» are not from Chile.
_LEAST_OF_NAME, _ENDING = 4, 2
_OF_A_PEOPLE = r"(?:(?:eg|v)?i?ans?|ese|ish|i|is|eks?|ic|es?|ns?)"


@cache
def country_names() -> tuple[tuple[str, ...], ...]:
    """All countries, each by the names that it has."""
    known = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return (*((name,) for name in known["names"]), *map(tuple, known["several_names"]))


def is_same_country(name: str, words: Collection[str]) -> bool:
    """Whether a word names a country, or what is of one, that one of these names too, in whatever case:
    «Italy» and «italian»."""
    return any(one.fullmatch(name) and any(map(one.fullmatch, words)) for one in _each())


def names_country(text: str) -> bool:
    """Whether a text names a country, or what is of one: «the Italian government», «the U.S.»."""
    return bool(_names().search(text))


def named_instead(country: str, text: str) -> str | None:
    """The text with this in place of the one country, or people, that it names; None if it names none, or
    several."""
    found = _names().findall(text)
    return _names().sub(lambda _: country, text) if len(found) == 1 else None


def form_of(name: str) -> str:
    """A country's name, or what is of it («Italian»), as part of a regular expression."""
    cut = max(_LEAST_OF_NAME, len(name) - _ENDING)
    return rf"{re.escape(name[:cut])}(?:{re.escape(name[cut:])}\w{{0,4}}|{_OF_A_PEOPLE})(?!\w)"


@cache
def _each() -> tuple[re.Pattern[str], ...]:
    """What finds each country by any of its names, or what is of it."""
    peoples: Mapping[str, list[str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["peoples"]
    return tuple(
        re.compile("|".join([*map(form_of, names), *peoples.get(names[0], ())]), re.IGNORECASE)
        for names in country_names()
    )


@cache
def _names() -> re.Pattern[str]:
    names = sorted((name for names in country_names() for name in names), key=len, reverse=True)
    return re.compile(rf"\b(?:U\.S\.|USA?\b|U\.K\.|UK\b|{'|'.join(map(form_of, names))})")
