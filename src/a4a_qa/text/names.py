"""The names in a question, and whether a text has a name, in whatever form."""

from __future__ import annotations

import re

from a4a_qa.text.function_words import SMALL_IN_NAMES

_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+")
# Capitalised words in a row, with small ones between.
RUN_OF_CAPITALS = re.compile(rf"(?:[A-Z][\w’'-]*(?:[ -](?:{SMALL_IN_NAMES}|&))*[ -])+[A-Z][\w’'-]*")


def names_in(question: str) -> list[str]:
    """The capitalised words of a question, each by itself, but for the first: that one may be any word."""
    return [found[0] for found in _CAPITALISED.finditer(question) if found.start()]


def is_there(name: str, text: str) -> bool:
    """Whether a name stands in a text: in another form ("Norwegians"), by its first letters, in full."""
    words = [re.sub("['’]s$", "", word) for word in re.split(r"[ -]", name) if word[:1].isupper()]
    if not words:
        return name.casefold() in text.casefold()
    if all(_starts_a_word(word, text) for word in words):
        return True
    letters = "".join(word[0] for word in words)
    if len(letters) > 1 and re.search(rf"\b{letters}\b", text):
        return True
    capitals = re.sub(r"[^A-Z]", "", name)
    return len(capitals) > 1 and any(
        capitals in initials for run in RUN_OF_CAPITALS.findall(text) for initials in _initials_of(run)
    )


def _starts_a_word(word: str, text: str) -> bool:
    """Whether a word of a text begins like a word; an acronym has to be all of it ("CRC", not "OP-CRC")."""
    if word.isupper():
        return bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))
    return bool(re.search(rf"(?<![\w-]){re.escape(word[: max(4, len(word) - 2)])}", text, re.IGNORECASE))


def _initials_of(name: str) -> tuple[str, str]:
    """The first letters of a name, without and with those of its small words."""
    words = [word for word in re.split(r"[ -]", name) if word[:1].isalpha()]
    capital = "".join(word[0] for word in words if word[0].isupper())
    return capital, "".join(word[0] for word in words).upper()
