"""How people ask for a place by its name: the wordings of `data/lookups.toml`, row by row."""

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
_WORD = re.compile(r"\{([a-z_]+)\}")
_BEFORE, _BEHIND = r"\W*(?:please |and |so |but )*", r"(?:,? please)?[\s?.!]*"


@dataclass(frozen=True, slots=True)
class Row:
    """A way of asking for a place, with questions that it fits, and others that it does not."""

    name: str
    wordings: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    def match(self, question: str) -> re.Match[str] | None:
        """The first wording that fits a whole question."""
        return next((found for wording in self.wordings if (found := wording.fullmatch(question))), None)


@cache
def words() -> frozenset[str]:
    """The words of all examples, in small letters: no question that has them is misspelt."""
    return frozenset(
        word for row in rows().values() for one in row.examples for word in _LETTERS.findall(one.casefold())
    )


@cache
def headings() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """How reports title the sections that a row asks for, the likeliest first, and what those say."""
    values = tomllib.loads(_FILE.read_text(encoding="utf-8"))["headings"]
    return {name: tuple(re.compile(one, re.IGNORECASE) for one in kinds) for name, kinds in values.items()}


@cache
def rows() -> Mapping[str, Row]:
    """All rows by their names, in order."""
    values = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    words: dict[str, str] = values["words"]
    return {row["name"]: _row(row, words) for row in values["row"]}


def _row(values: Mapping[str, Any], words: Mapping[str, str]) -> Row:
    wordings = (_spelt_out(wording, words) for wording in values["wordings"])
    return Row(
        values["name"],
        tuple(re.compile(f"{_BEFORE}(?:{one}){_BEHIND}", re.IGNORECASE) for one in wordings),
        tuple(values["examples"]),
        tuple(values["counter_examples"]),
    )


def _spelt_out(wording: str, words: Mapping[str, str]) -> str:
    """A wording with the words that it names in their place."""
    while named := _WORD.search(wording):
        wording = f"{wording[: named.start()]}{words[named[1]]}{wording[named.end() :]}"
    return wording
