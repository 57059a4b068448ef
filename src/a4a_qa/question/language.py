"""Whether a question is in English, as the report is."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "languages.toml"
_WORD = re.compile(r"[^\W\d_]+")
# Of fewer words too many may be names.
_LEAST_WORDS = 3
_ENGLISH = frozenset(
    """the of and to in is are was were what which who whom whose when where why how many much does did do
    has have had for by with from about that this these those there any can be been not report children
    child""".split()
)
# A name of several words, between them small ones that are not English: "Médecins du Monde".
_NAME = re.compile(
    r"\b[A-ZÀ-Þ][\w'’-]*"
    rf"(?: (?:(?!(?:{'|'.join(sorted(_ENGLISH))})\b)[a-zß-ÿ'’-]{{1,4}} ){{0,2}}[A-ZÀ-Þ][\w'’-]*)+"
)


@cache
def _foreign() -> tuple[frozenset[str], ...]:
    values = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(frozenset(words) - _ENGLISH for words in values.values())


def is_other_script(question: str) -> bool:
    """Whether most letters of a question are not Latin."""
    letters = [c for c in unicodedata.normalize("NFKC", question) if c.isalpha()]
    return sum(unicodedata.name(c, "").startswith("LATIN") for c in letters) < len(letters) / 2


def is_other_language(question: str) -> bool:
    """Whether a question is of another script, or another language's small words outweigh English ones."""
    words = _WORD.findall(question.casefold())
    english = sum(1 for word in words if word in _ENGLISH)
    others = max(sum(1 for word in words if word in language) for language in _foreign())
    return is_other_script(question) or (others >= 2 and others > english)


def is_foreign(question: str, is_word: Callable[[str], bool]) -> bool:
    """Whether a question is of another language, or most of its words are none of English, which may be no
    more than badly misspelt; `is_word` tells English words."""
    if is_other_language(question):
        return True
    words = _WORD.findall(question.casefold())
    long = [word for word in words if len(word) > 1]
    known = sum(1 for word in long if is_word(word) and not any(word in language for language in _foreign()))
    return len(long) >= _LEAST_WORDS and known < len(long) / 2


def names_of(text: str) -> frozenset[str]:
    """The names of several words in a text, folded."""
    return frozenset(found[0].casefold() for found in _NAME.finditer(text))


def without_names(question: str, names: Collection[str]) -> str:
    """A question, folded, without those of some folded names that stand in it, in whatever language."""
    folded = question.casefold()
    there = sorted((name for name in names if name in folded), key=len, reverse=True)
    return re.sub(rf"\b(?:{'|'.join(map(re.escape, there))})\b", " ", folded) if there else folded
