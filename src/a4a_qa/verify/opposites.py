"""Words that cannot both be meant: local and foreign, direct and indirect, boys and girls.

Who holds a whole sentence against another compares clauses, since a sentence may well speak of both sides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).parent.parent / "data" / "opposites.toml"


class Opposites(NamedTuple):
    """A word of one text and the opposite that the other text has, both as written."""

    said: str
    instead: str


def opposites(one: str, other: str) -> Iterator[Opposites]:
    """The words of a text whose opposite another has in their place.

    A side that both texts have is none, and neither is one of a text that has both sides.
    """
    for sides in _groups():
        if found := _opposed(sides, one, other):
            yield found


def _opposed(sides: Sequence[re.Pattern[str]], one: str, other: str) -> Opposites | None:
    mine, theirs = ([side.search(text) for side in sides] for text in (one, other))
    if any(m and t for m, t in zip(mine, theirs, strict=True)):
        return None
    said, instead = (next(filter(None, found), None) for found in (mine, theirs))
    return Opposites(said[0], instead[0]) if said and instead else None


@cache
def _groups() -> tuple[tuple[re.Pattern[str], ...], ...]:
    lines: list[str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["groups"]
    return tuple(tuple(map(_side, line.split(" | "))) for line in lines)


def _side(words: str) -> re.Pattern[str]:
    forms = "|".join(word.replace("_", r"\s+") for word in words.split())
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w])", re.IGNORECASE)
