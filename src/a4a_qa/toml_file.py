"""Reads a file in TOML that people write: settings, and what is known about a report or a set of questions.

Some editors begin a file in UTF-8 with a byte order mark, which is no part of the TOML.
"""

from __future__ import annotations

import tomllib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from a4a_qa.errors import A4aError

# What word processors and people who do not program get wrong most often.
_QUOTES = 'A text stands between straight quotes ("), with none but curly ones (“ ”) inside.'


def read_toml(path: Path, error: type[A4aError]) -> dict[str, Any]:
    """The values of a file; raises `error` when it cannot be read, or is not valid TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise error(
            f"{path} is not valid TOML: it is not text in UTF-8 (byte {problem.start}). Save it as UTF-8."
        ) from problem
    except (ValueError, RecursionError) as problem:  # also of a number with thousands of digits
        raise error(f"{path} is not valid TOML: {problem}. {_QUOTES}") from problem
    except OSError as problem:
        raise error(f"{path} cannot be read: {problem.strerror or problem}.") from problem


def day_of(value: Any) -> date | None:
    """A day, written as a text or without quotes; None for an empty text. Raises ValueError, which says what
    was expected."""
    text = str(value).strip()
    if not text:
        return None
    with suppress(ValueError):
        if (day := date.fromisoformat(text)).isoformat() == text:
            return day
    raise ValueError("a day such as 2026-03-31")
