"""All words of ours that a person in need may read, in `data/help`: checked as a whole when first read.

People who do not program edit them. Unchecked, a slip would show to somebody who needs help, in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from a4a_qa.errors import HelpError
from a4a_qa.index.contacts import KINDS
from a4a_qa.toml_file import day_of, read_toml

_FOLDER = Path(__file__).parent.parent / "data" / "help"
MOST_WORDS = 60
_REVIEW = ("reviewed_by", "reviewed_on")
# The texts that the program shows, by their tables.
_TEXTS: dict[str, tuple[str, ...]] = {
    "card": ("reporting", "support", "own_worry", "need_or_worry"),
    "status": ("declined",),
    "page": (
        *("about_report", "closed", "factual", "checked", "leave_others"),
        *("help_title", "help_urgent", "help_not_us", "help_trace"),
    ),
    "group": KINDS,
    "terminal": ("closed", "contact", "checked", "about_report", "about_report_here"),
    "message": ("closed",),
}
_KNOWN = (*_REVIEW, *(f"{table}.{name}" for table, names in _TEXTS.items() for name in names))
# Nothing is asked of a person in need or of one who seeks harm.
_NO_QUESTION = ("card.", "status.", "terminal.about_report")
# What is filled in before a text is shown.
_FILLED_IN = {
    "page.factual": ["{year}"],
    "terminal.closed": ["{what}"],
    "terminal.contact": ["{year}"],
    "message.closed": ["{what}"],
}
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


@cache
def help_texts(language: str = "en") -> dict[str, Any]:
    """All texts of a language, as in its file, in which everything is right. Raises HelpError."""
    return read_help_texts(_FOLDER / f"{language}.toml")


def read_help_texts(path: Path) -> dict[str, Any]:
    """The texts of a file. Raises HelpError, which names the first text in which something is wrong."""
    if not path.is_file():
        raise HelpError(
            f"{path} is missing: it holds the words of help. Put it back, or install a4a-qa again."
        )
    values = read_toml(path, HelpError)
    try:
        texts = dict(_named_texts(values))
        _check_names(texts)
        for name, text in texts.items():
            _check(name, text)
    except ValueError as problem:
        raise HelpError(f"{path}: {problem}") from None
    return values


def _named_texts(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each text with its name, as in "card.support"."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", text) for key, text in value.items())
        else:
            yield name, value


def _told(name: str) -> str:
    """A name as somebody finds it in the file."""
    table, _, key = name.rpartition(".")
    return f"'{key}' below [{table}]" if table else f"'{key}'"


def _check_names(texts: Mapping[str, Any]) -> None:
    """Raise ValueError unless each text that the program uses is there, and no other."""
    missing = [name for name in _KNOWN if name not in texts]
    for name in texts:
        if name not in _KNOWN:
            meant = get_close_matches(name, missing, n=1)
            advice = f"{_told(meant[0])} was likely meant." if meant else "Remove it."
            raise ValueError(f"{_told(name)} is none of the texts that the program shows. {advice}")
    if missing:
        raise ValueError(f"{_told(missing[0])} is missing. Put it back: no text can be left out.")


def _check(name: str, value: Any) -> None:
    """Raise ValueError unless a text keeps the rules, and the day of the review is one."""
    if name == "reviewed_on":
        try:
            day_of(value)
        except ValueError as expected:
            raise ValueError(f"{_told(name)} is {value!r}, expected {expected}.") from None
    elif not isinstance(value, str) or not (value.strip() or name == "reviewed_by"):
        raise ValueError(f"{_told(name)} is {value!r}, expected a text.")
    elif name != "reviewed_by":
        _check_words(name, value)


def _check_words(name: str, text: str) -> None:
    """Raise ValueError unless a text keeps those rules of docs/safeguarding.md that a program can check."""
    if (count := len(text.split())) > MOST_WORDS:
        raise ValueError(f"{_told(name)} has {count} words, expected at most {MOST_WORDS}. Shorten it.")
    if "!" in text:
        raise ValueError(f"{_told(name)} has an exclamation mark. Write a full stop.")
    if "?" in text and name.startswith(_NO_QUESTION):
        raise ValueError(f"{_told(name)} has a question mark. Say it without a question.")
    if _BRACES.findall(text) != _FILLED_IN.get(name, []):
        expected = " and ".join(_FILLED_IN.get(name, ["no curly bracket"]))
        raise ValueError(f"{_told(name)} is {text!r}, expected {expected} in it.")
