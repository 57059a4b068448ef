"""The fixed phrases around quotes: the only words in an answer that are not the report's."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "phrases.toml"


@cache
def _phrases() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def phrase(group: str, name: str, **parts: str) -> str:
    """A phrase of the list, with the question's own words put in where it has a place for them."""
    return _phrases()[group][name].format(**parts)
