"""Whether a text names a country, or what is of one."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "countries.toml"
# «Italian» is told from «Italy» by its first letters, of which so many suffice where what makes a people of
# it follows: «Children» are not from Chile.
_LEAST_OF_NAME, _ENDING = 4, 2
_OF_A_PEOPLE = r"(?:(?:eg|v)?i?ans?|ese|ish|i|is|eks?|ic|es?|ns?)"


def names_country(text: str) -> bool:
    """Whether a text names a country, or what is of one: «the Italian government», «the U.S.»."""
    return bool(_names().search(text))


@cache
def _names() -> re.Pattern[str]:
    known = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    names = [*known["names"], *(name for several in known["several_names"] for name in several)]
    forms = "|".join(map(_form_of, sorted(names, key=len, reverse=True)))
    peoples = "|".join(people for several in known["peoples"].values() for people in several)
    return re.compile(rf"\b(?:U\.S\.|USA?\b|U\.K\.|UK\b|{forms}|(?:{peoples})(?!\w))")


def _form_of(name: str) -> str:
    """A country's name, or what is of it («Italian»), as part of a regular expression."""
    cut = max(_LEAST_OF_NAME, len(name) - _ENDING)
    return rf"{re.escape(name[:cut])}(?:{re.escape(name[cut:])}\w{{0,4}}|{_OF_A_PEOPLE})(?!\w)"
