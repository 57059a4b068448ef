"""The names that a cover or a page foot has: of organisations, and of countries.

An organisation's name is told by its words, which are data: «Department», «Committee on …». It stands alone
or beside other names: a line of prose that mentions one names nobody as the publisher.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import dropwhile, takewhile
from pathlib import Path

_DATA = Path(__file__).parent.parent / "data"

# Words of other kinds that stand in a name: «Food and Agriculture Organization of the United Nations».
_SMALL = frozenset("of the and for on in to against & de du des la le les et da do e y von für".split())
_AFTER_HEAD = frozenset("of for on to in against".split())
_WITH = frozenset({"by", "from", "with"})
_AND = frozenset({"and", "&", "et", "y"})
# Longer lines are prose; the longest name of a body of the United Nations has 13 words.
_MOST_WORDS = 25
_LONGEST_NAME = 15

_WORD = re.compile(r"[^\W_]+")
_PARTED = re.compile(r"\s*[;•·|]\s*|,\s+|\s+[–—-]\s+")
_SAID = re.compile(
    r"(?:(?:first )?(?:re)?published|issued|(?:a )?report)\s(?:\d{4} )?(?:by|of)\s(?:the )?", re.IGNORECASE
)
_SHORT_FORM = re.compile(r"\s*\([^()]{1,20}\)\.?$")
_EDITION = re.compile(r"\s*\([^()]{0,10}\d[^()]{0,10}\)\.?$")


@cache
def word_lists() -> Mapping[str, frozenset[str]]:
    """The lists of `data/names.toml`, all in small letters."""
    lists = tomllib.loads((_DATA / "names.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in lists.items()}


def has_any(text: str, words: frozenset[str]) -> bool:
    """Whether a text has one of these words, or rows of words, in whatever case."""
    plain = f" {' '.join(_WORD.findall(text.casefold()))} "
    return any(f" {word} " in plain for word in words)


def organisation_in(line: str) -> str | None:
    """The organisation that a line names, with those above it: «Office of Audit, Ministry of Health».

    None for prose, for whom a report is addressed to or paid by, and for a person with an affiliation.
    """
    said = _SAID.match(line)
    line = line[said.end() :] if said else line
    if len(line.split()) > _MOST_WORDS:
        return None
    pieces = _with_lists(_PARTED.split(line))
    leading = list(takewhile(lambda piece: not is_organisation(piece), pieces))
    if any(names_another(piece) or not _is_of_a_document(piece) for piece in leading):
        return None
    found = takewhile(is_organisation, dropwhile(lambda piece: not is_organisation(piece), pieces))
    return ", ".join(_EDITION.sub("", piece).strip() for piece in found) or None


def is_organisation(text: str) -> bool:
    """Whether a text is the name of an organisation, and nothing else."""
    lists = word_lists()
    plain = _SHORT_FORM.sub("", text).strip().removeprefix("The ").removeprefix("the ").rstrip(".")
    if plain.casefold() in lists["names"]:
        return True
    words = _joined(plain).split()
    if not 2 <= len(words) <= _LONGEST_NAME or any(map(_is_no_name, words)):
        return False
    low = [word.casefold().rstrip(",.") for word in words]
    return low[-1] not in lists["documents"] and any(_is_head(low, at) for at in range(len(low)))


def _is_head(words: list[str], at: int) -> bool:
    """Whether the word at this place makes a name of the words: it ends them, or «of …» follows."""
    lists = word_lists()
    before = words[:at]
    if any(word in _SMALL - _AND for word in before):
        return False
    if at == len(words) - 1:
        known = words[at] in lists["heads"] | lists["ends"] or "~" in words[at]
        return known and before[-1] not in _AND and not lists["general"].issuperset(before)
    named = words[at] in lists["heads"] or "~" in words[at]
    return named and words[at + 1] in _AFTER_HEAD and not goes_on(words[-1])


def goes_on(line: str) -> bool:
    """Whether what a line begins to name goes on in the next one."""
    last = line.casefold().split()[-1:]
    return line.endswith((",", "&")) or not _SMALL.union(word_lists()["unfinished"], _WITH).isdisjoint(last)


def _joined(text: str) -> str:
    """The text with names of several words as one word: «House~of~Commons Library»."""
    for name in word_lists()["names"]:
        if " of " in name or " the " in name:
            found = text.casefold().find(name)
            if found >= 0:
                end = found + len(name)
                text = text[:found] + text[found:end].replace(" ", "~") + text[end:]
    return text


def _is_no_name(word: str) -> bool:
    """Whether a word cannot stand in a name: in small letters, a number, an address."""
    if word.casefold() in _SMALL:
        return False
    bare = word.lstrip("(«“\"'’‘")
    return not bare[:1].isupper() or any(char in word for char in "@:/?!“”") or word.isdigit()


def names_another(line: str) -> bool:
    """Whether a line says whom a report is for, or who paid for it."""
    others = word_lists()["others"]
    first = line.casefold().split()[:1]
    return has_any(line, others - {"for", "to"}) or first in (["for"], ["to"])


def _is_of_a_document(piece: str) -> bool:
    """Whether what stands before a name is of the publication («Staff Report», «18F»), and so no person."""
    short = piece.strip()
    return (
        has_any(short, word_lists()["documents"])
        or any(char.isdigit() for char in short)
        or (len(short) <= 6 and short.isupper())
    )


def _with_lists(pieces: list[str]) -> list[str]:
    """The pieces of a line parted at commas, with a name that holds a list of things in one again.

    «Bureau of Democracy, Human Rights and Labor» is one name.
    """
    joined: list[str] = []
    for at, piece in enumerate(pieces):
        last = joined[-1] if joined else ""
        rest = [piece, *pieces[at + 1 : at + 3]]
        closing = next((i for i, part in enumerate(rest) if _AND & set(part.casefold().split())), None)
        if (
            closing is not None
            and re.search(r"\b(?:of|for|on)\b", last, re.IGNORECASE)
            and is_organisation(last)
            and not any(is_organisation(part) or any(map(str.isdigit, part)) for part in rest[: closing + 1])
        ):
            joined[-1] = f"{last}, {piece}"
        else:
            joined.append(piece)
    return joined


def countries_in(text: str) -> set[str]:
    """The countries that a text names, each by the name it uses."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    for name in word_lists()["no_countries"]:
        plain = plain.replace(name, "") if " " in name else plain
    return {country_names()[found] for found in _country_pattern().findall(plain)}


@cache
def country_names() -> dict[str, str]:
    """The names of all countries in small letters, each with the name as it is written."""
    known = tomllib.loads((_DATA / "countries.toml").read_text(encoding="utf-8"))
    names = [*known["names"], *(name for several in known["several_names"] for name in several)]
    unclear = word_lists()["no_countries"]
    return {name.casefold().replace("’", "'"): name for name in names if name.casefold() not in unclear}


@cache
def _country_pattern() -> re.Pattern[str]:
    names = sorted(country_names(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![\w-])")
