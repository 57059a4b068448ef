"""The names of countries, and whether a text has one of them, or of a people."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "countries.toml"
# «Italian» is told from «Italy» by its first letters, of which so many suffice.
_LEAST_OF_NAME, _ENDING = 4, 2


@cache
def country_names() -> tuple[tuple[str, ...], ...]:
    """All countries, each by the names that it has."""
    known = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return (*((name,) for name in known["names"]), *map(tuple, known["several_names"]))


def names_country(text: str) -> bool:
    """Whether a text names a country, or what is of one: «the Italian government», «the U.S.»."""
    return bool(_names().search(text))


@cache
def _names() -> re.Pattern[str]:
    names = (name for names in country_names() for name in names)
    stems = (re.escape(name[: max(_LEAST_OF_NAME, len(name) - _ENDING)]) for name in names)
    return re.compile(rf"\b(?:U\.S\.|USA?\b|U\.K\.|UK\b|{'|'.join(stems)})")
