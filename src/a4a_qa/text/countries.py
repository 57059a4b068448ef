"""The names of countries, and whether a text has one of them, or of a people."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "countries.toml"
# "Italian" is told from "Italy" by its first letters, of which so many suffice where what makes a people of
# it follows: "Children" are not from Chile.
_LEAST_OF_NAME, _ENDING = 4, 2
_OF_A_PEOPLE = r"(?:(?:eg|v)?i?ans?|ese|ish|i|is|eks?|ic|es?|ns?)"


@cache
def _country_names() -> tuple[tuple[str, ...], ...]:
    """All countries, each by the names that it has."""
    known = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return (*((name,) for name in known["names"]), *map(tuple, known["several_names"]))


def is_same_country(name: str, words: Collection[str]) -> bool:
    """Whether a word names a country, or what is of one, that one of these names too, in whatever case:
    "Italy" and "italian"."""
    own = _named_by(name)
    return bool(own) and any(own & _named_by(word) for word in words)


def _named_by(word: str) -> frozenset[int]:
    """Which countries a word names: of those whose form it has, the ones whose names begin most like it, so
    that "Nigerian" is of Nigeria and "Niger" is not.

    Most words name none, which one look tells. Nothing is remembered: words may be what somebody typed.
    """
    if not _any_form().fullmatch(word):
        return frozenset()
    alike = {
        at: max(_as_long(name.casefold(), word.casefold()) for name in names)
        for at, (names, form) in enumerate(_each())
        if form.fullmatch(word)
    }
    return frozenset(at for at, length in alike.items() if length == max(alike.values()))


def _as_long(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def names_this_country(text: str, country: str) -> bool:
    """Whether a text names this country, or what is of it, in whatever case."""
    if re.search(rf"(?<!\w){re.escape(country)}(?!\w)", text, re.IGNORECASE):
        return True
    return is_same_country(country, re.findall(r"[^\W\d_]+", text))


def names_country(text: str) -> bool:
    """Whether a text names a country, or what is of one: "the Italian government", "the U.S."."""
    return bool(_names().search(text))


def _form_of(name: str) -> str:
    """A country's name, or what is of it ("Italian"), as part of a regular expression."""
    cut = max(_LEAST_OF_NAME, len(name) - _ENDING)
    return rf"{re.escape(name[:cut])}(?:{re.escape(name[cut:])}\w{{0,4}}|{_OF_A_PEOPLE})(?!\w)"


@cache
def _each() -> tuple[tuple[Sequence[str], re.Pattern[str]], ...]:
    """All countries: the names and peoples of each, and what finds them, or what is of it."""
    peoples = _peoples()
    return tuple(
        (
            (*names, *peoples.get(names[0], ())),
            re.compile("|".join([*map(_form_of, names), *peoples.get(names[0], ())]), re.IGNORECASE),
        )
        for names in _country_names()
    )


@cache
def _any_form() -> re.Pattern[str]:
    """What finds any country, or what is of it."""
    return re.compile("|".join(form.pattern for _, form in _each()), re.IGNORECASE)


@cache
def _peoples() -> Mapping[str, list[str]]:
    """What is of a country and does not begin like its name, by the country's first name."""
    peoples: Mapping[str, list[str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["peoples"]
    return peoples


@cache
def _names() -> re.Pattern[str]:
    names = sorted((name for names in _country_names() for name in names), key=len, reverse=True)
    peoples = "|".join(people for several in _peoples().values() for people in several)
    return re.compile(
        rf"\b(?:U\.S\.|USA?\b|U\.K\.|UK\b|{'|'.join(map(_form_of, names))}|(?:{peoples})(?!\w))"
    )
