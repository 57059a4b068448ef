"""What must agree between a statement and the report: numbers, years, negations, names, articles of law."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from a4a_qa.answering.numerals import CARDINALS, ORDINALS, TENS
from a4a_qa.answering.verify_words import Word
from a4a_qa.index.lexical import words_of

FactKind = Literal["article", "year", "number", "negation", "name", "word", "meaning"]

_NUMBERS = {
    **{word: str(value) for word, value in CARDINALS.items()},
    **{word: str(value) for word, value in ORDINALS.items() if value <= 10},
    **{"half": "50", "twice": "2", "dozen": "12", "hundred": "100", "thousand": "1000", "million": "1000000"},
}
# These count only where a figure stands in their place: «one day», «first of all» count nothing.
_LOOSE = frozenset({"one", "first", "second"})
_NEGATIONS = frozenset(
    "no not never none neither nor nothing nobody without cannot non isnt arent wasnt werent dont doesnt "
    "didnt hasnt havent hadnt wont wouldnt cant couldnt shouldnt mustnt unless".split()
)
# These deny as well, and can be said in so many other ways («missing», «too few») that leaving them out is
# no difference.
_SOFT_NEGATIONS = frozenset("lack lacks lacked lacking fail fails failed failing".split())
_NOT_DENIED = frozenset("more less fewer only later earlier".split())
# How many words of content a negation speaks about.
_SCOPE = 3


def number_of(word: Word) -> str | None:
    """The number that a word gives, as digits; None when it gives none."""
    if word.key[0].isdigit():
        return word.key
    return _NUMBERS.get(word.key)


def is_year(value: str) -> bool:
    """Whether a number is a year of the last or this century."""
    return re.fullmatch(r"(?:19|20)\d\d", value) is not None


def numbers_in(words: Sequence[Word], *, loose: bool = True) -> Iterator[tuple[FactKind, str, Word]]:
    """The numbers that words give, each with its kind; without `loose`, not those that may count nothing.

    «twenty-three», two words here, is one number.
    """
    skip = False
    for at, word in enumerate(words):
        value = number_of(word)
        if skip or value is None or (not loose and word.key in _LOOSE):
            skip = False
            continue
        before = words[at - 1].key if at else ""
        after = words[at + 1].key if at + 1 < len(words) else ""
        if word.key in TENS and 0 < CARDINALS.get(after, 0) < 10:
            value, skip = str(int(value) + CARDINALS[after]), True
        kind: FactKind = "number"
        if before in ("article", "articles", "art", "arts"):
            kind = "article"
        elif is_year(value):
            kind = "year"
        yield kind, value, word


def has_negation(words: Sequence[Word]) -> bool:
    """Whether any of these words denies something."""
    return any(_denies(words, at) for at in range(len(words)))


def _denies(words: Sequence[Word], at: int) -> bool:
    """Whether a word is a negation; «no more than» and «not only» deny nothing."""
    following = words[at + 1].key if at + 1 < len(words) else ""
    return words[at].key in _NEGATIONS and following not in _NOT_DENIED


def may_deny(words: Sequence[Word]) -> bool:
    """Whether any of these words denies something, «lack» and «fail» included."""
    return has_negation(words) or any(word.key in _SOFT_NEGATIONS for word in words)


def denied(words: Sequence[Word]) -> frozenset[str]:
    """The words of content (stems) that stand right behind a negation."""
    found: set[str] = set()
    left = 0
    for at, word in enumerate(words):
        if _denies(words, at):
            left = _SCOPE
        elif left and (stems := words_of(word.written)):
            found.update(stems)
            left -= 1
    return frozenset(found)


def names_in(words: Sequence[Word], known: Collection[str]) -> Iterator[Word]:
    """The words that are names: written with a capital, though not only because a sentence begins.

    `known` are the names that the report has: one of those is a name at the beginning as well.
    """
    for at, word in enumerate(words):
        if not word.written[0].isupper() or (len(word.key) == 1 and word.key in "ia"):
            continue
        if at or word.key in known or (len(word.written) > 1 and word.written.isupper()):
            yield word


def is_named(name: str, words: Collection[str]) -> bool:
    """Whether a name, or a form of it such as «Vietnamese» for «Vietnam», is among some words."""
    if name in words:
        return True
    return len(name) > 3 and any(
        len(word) > 3 and (word.startswith(name) or name.startswith(word)) for word in words
    )


def content_of(words: Sequence[Word]) -> frozenset[str]:
    """The stems of the words that tell something."""
    return frozenset(stem for word in words for stem in words_of(word.written))
