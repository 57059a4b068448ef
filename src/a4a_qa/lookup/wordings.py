"""How people ask for a place: the wordings of `data/lookups.toml`, row by row."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent.parent / "data" / "lookups.toml"
_LETTERS = re.compile(r"[^\W\d_]+")
_NAMED = re.compile(r"\{([a-z_]+)\}")
_BEFORE, _BEHIND = r"\W*(?:please |and |so |but )*", r"(?:,? please)?[\s?.!]*"


@dataclass(frozen=True, slots=True)
class Row:
    """A way of asking for a place, with questions that it fits, and others that it does not. It fits a whole
    question, or stands `anywhere` in one."""

    name: str
    wordings: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    anywhere: bool = False

    def match(self, question: str) -> re.Match[str] | None:
        """The first wording that fits a question."""
        fits = re.Pattern.search if self.anywhere else re.Pattern.fullmatch
        return next((found for wording in self.wordings if (found := fits(wording, question))), None)


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that an imprint says: how a question asks for it, and how a line says it. `meant` is how a
    question asks for it of this publication without naming it, `of_publisher` whether the publisher's name
    does as well."""

    asks: re.Pattern[str]
    says: re.Pattern[str]
    meant: re.Pattern[str] | None
    of_publisher: bool


@cache
def rows() -> Mapping[str, Row]:
    """All rows by their names, in order."""
    return {values["name"]: _row(values) for values in _values()["row"]}


@cache
def aspects() -> tuple[Aspect, ...]:
    """What imprints say, in order."""
    return tuple(
        Aspect(
            _compiled(rf"\b(?:{one['asks']})\b"),
            _compiled(one["says"]),
            _compiled(one["meant"]) if "meant" in one else None,
            one.get("of_publisher", False),
        )
        for one in _values()["imprint"]
    )


@cache
def headings() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """How reports title the sections that a row asks for, the likeliest first, and what those say."""
    return {name: tuple(map(_compiled, kinds)) for name, kinds in _values()["headings"].items()}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern by its name."""
    return _compiled(_values()["patterns"][name])


@cache
def words() -> frozenset[str]:
    """The words of all examples, in small letters: no question that has them is misspelt."""
    examples = (one for row in rows().values() for one in row.examples)
    return frozenset(word for one in examples for word in _LETTERS.findall(one.casefold()))


@cache
def _values() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _row(values: Mapping[str, Any]) -> Row:
    anywhere = values.get("anywhere", False)
    before, behind = (r"\b", r"\b") if anywhere else (_BEFORE, _BEHIND)
    return Row(
        values["name"],
        tuple(_compiled(f"{before}(?:{one}){behind}") for one in values["wordings"]),
        tuple(values["examples"]),
        tuple(values["counter_examples"]),
        anywhere,
    )


def _compiled(wording: str) -> re.Pattern[str]:
    """A wording with the words that it names in their place."""
    words: dict[str, str] = _values()["words"]
    while named := _NAMED.search(wording):
        wording = f"{wording[: named.start()]}{words[named[1]]}{wording[named.end() :]}"
    return re.compile(wording, re.IGNORECASE)
