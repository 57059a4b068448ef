"""What must agree between a statement and the report: numbers, years, negations, names, articles of law."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from a4a_qa.answering.numerals import CARDINALS, ORDINALS, TENS
from a4a_qa.answering.verify_words import Word
from a4a_qa.index.lexical import words_of
from a4a_qa.notation import YEAR

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
_SOFT_NEGATIONS = frozenset(
    "lack lacks lacked lacking fail fails failed failing failure only hardly barely scarcely seldom "
    "rarely unclear uncertain exempt exempted exempts exemption free refuse refused refuses deny denies "
    "denied denial absence absent missing prohibit prohibits prohibited ban bans banned beyond outside "
    "awaits awaiting pending yet insufficient inadequate impunity unpunished except little few unable "
    "stopped short limited unlike instead abolish abolishing abolished concern concerns problem "
    "problems problematic need needs needed difficult difficulty".split()
)
# Those of them that deny a whole clause.
_OUTRIGHT = frozenset(
    "lack lacks lacked lacking fail fails failed failing failure unclear uncertain insufficient inadequate "
    "absence".split()
)
_NOT_DENIED = frozenset("more less fewer only later earlier other doubt".split())
_UNITS = frozenset("year month week day hour minute % dollar riel km mile".split())
_PARTS = {"third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
_OUT_OF = [phrase.split("_") for phrase in "out_of_every out_of_the out_of in_every in of_the".split()]
_ROUGHLY = frozenset("about around roughly approximately some nearly almost".split())
# How far a share in round words may be from the exact one, in per cent of the whole.
_ABOUT = 10.0
# A larger whole is a count: «12 in 2008».
_LARGEST_WHOLE = 100
_UP_TO_WHOLE = re.compile(r"\d{1,3}")
_OF_AGE = frozenset("old age aged ages".split())
_BETWEEN = frozenset("to or and of the".split())
_SHORTEST_ACRONYM = 2
# What kind of writing a name is of, no name by itself.
KINDS_OF_SOURCE = frozenset("report index study survey article act law declaration protocol".split())
# These differ between ways to write a name out.
_LITTLE = frozenset(("against", "between", "under", "upon"))
# Forms of a word that have not one stem.
_ALIKE = {"child": "children", "woman": "women", "man": "men", "minor": "children"}
# How many words of content a negation speaks about.
_SCOPE = 3


def number_of(word: Word) -> str | None:
    """The number that a word gives, as digits; None when it gives none."""
    if word.key[0].isdigit():
        return word.key
    return _NUMBERS.get(word.key)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole in per cent, with the words that give it, and how exactly: «more than half»."""

    percent: float
    words: tuple[Word, ...]
    bound: Literal["over", "under", "about", None]

    def agrees(self, other: Share) -> bool:
        """Whether both may tell of the same share."""
        apart = abs(self.percent - other.percent)
        if self.bound is None and other.bound is None:
            return apart < 1
        return apart <= _ABOUT and self._allows(other) and other._allows(self)

    def _allows(self, other: Share) -> bool:
        """Whether its bound lets the other be: «more than half» allows 60% and not 40%, and says nothing of
        «about half»."""
        if self.bound not in ("over", "under") or other.bound is not None:
            return True
        return (other.percent > self.percent) == (self.bound == "over")


def shares_in(words: Sequence[Word]) -> Iterator[Share]:
    """The parts of a whole that words give: «44%», «half», «a third», «nine in ten», «60 out of 80»."""
    at = 0
    while at < len(words):
        length, percent = _share_at(words, at)
        if length:
            yield Share(percent, tuple(words[at : at + length]), _bound(words, at))
        at += length or 1


def _share_at(words: Sequence[Word], at: int) -> tuple[int, float]:
    """How many words from a place on give a share, and which; none and 0 where they give none."""
    keys = [word.key for word in words[at : at + 6]]
    following = [number_of(word) for word in words[at : at + 6]]
    if keys[0] in ("half", "halves"):
        return 1, 50.0
    if len(keys) > 1 and keys[1].removesuffix("s") in _PARTS and (keys[0] in CARDINALS or keys[0] == "a"):
        return 2, 100.0 * CARDINALS.get(keys[0], 1) / _PARTS[keys[1].removesuffix("s")]
    if following[0] is None:
        return 0, 0.0
    if keys[1:2] == ["%"]:
        plain = following[0].replace(",", "")
        return (2, float(plain)) if _DECIMAL.fullmatch(plain) else (0, 0.0)
    for between in _OUT_OF:
        end = 1 + len(between)
        whole = following[end] if keys[1:end] == between and len(following) > end else None
        part = following[0]
        if whole is None or not (_UP_TO_WHOLE.fullmatch(whole) and _UP_TO_WHOLE.fullmatch(part)):
            continue
        if int(part) < int(whole) <= _LARGEST_WHOLE:
            return end + 1, 100.0 * int(part) / int(whole)
    return 0, 0.0


def _bound(words: Sequence[Word], at: int) -> Literal["over", "under", "about", None]:
    """How exactly a share is meant, by the two words before it."""
    before = [word.key for word in words[max(0, at - 2) : at]]
    if before in (["more", "than"], ["at", "least"]) or before[-1:] == ["over"]:
        return "over"
    if before in (["less", "than"], ["fewer", "than"]) or before[-1:] in (["nearly"], ["almost"], ["under"]):
        return "under"
    return "about" if set(before) & _ROUGHLY else None


def is_year(value: str) -> bool:
    """Whether a number is a year of the last or this century."""
    return re.fullmatch(YEAR, value) is not None


def figures_in(words: Sequence[Word], *, loose: bool = True) -> Iterator[tuple[FactKind, str, Word]]:
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


def unit_of(words: Sequence[Word], number: Word) -> str | None:
    """What a number counts, where that is a measure («2-5 years») or an age («16-year-old»)."""
    at = words.index(number)
    for place in range(at + 1, min(at + 4, len(words))):
        stem = words[place].key.removesuffix("s")
        if stem in _UNITS:
            near = {word.key for word in (*words[max(0, at - 2) : at], *words[place + 1 : place + 3])}
            return "age" if near & _OF_AGE else stem
        if number_of(words[place]) is None and words[place].key not in _BETWEEN:
            return None
    return None


def has_negation(words: Sequence[Word]) -> bool:
    """Whether any of these words denies something."""
    return any(_denies(words, at) for at in range(len(words)))


def _denies(words: Sequence[Word], at: int) -> bool:
    """Whether a word is a negation; «no more than», «not only» and «No. 182» deny nothing."""
    key, following = words[at].key, words[at + 1].key if at + 1 < len(words) else ""
    is_number = key == "no" and following[:1].isdigit()
    return key in _NEGATIONS and following not in _NOT_DENIED and not is_number


def may_deny(words: Sequence[Word], beside: Collection[str] = ()) -> bool:
    """Whether any of these words denies something, «lack» and «fail» included, those in `beside` apart."""
    return has_negation(words) or any(
        word.key in _SOFT_NEGATIONS and word.key not in beside for word in words
    )


def denied(words: Sequence[Word]) -> frozenset[str]:
    """The words of content (stems) that stand right behind a negation, and nowhere else."""
    found: set[str] = set()
    others: set[str] = set()
    left = 0
    for at, word in enumerate(words):
        stems = words_of(word.written)
        if _denies(words, at):
            left = _SCOPE
        elif left and stems:
            found.update(stems)
            left -= 1
        else:
            others.update(stems)
    return frozenset(found - others)


def proper_names(words: Sequence[Word], known: Collection[str]) -> Iterator[Word]:
    """The words that are names: written with a capital, though not only because a sentence begins.

    `known` are the names that the report has: one of those is a name at the beginning as well.
    """
    for at, word in enumerate(words):
        if not word.written[0].isupper() or (len(word.key) == 1 and word.key in "ia"):
            continue
        if at or word.key in known or (len(word.written) > 1 and word.written.isupper()):
            yield word


def is_spelt(name: Word, words: Sequence[Word]) -> bool:
    """Whether the first letters of some words in a row are an acronym: «TIP» for «Trafficking in Persons»."""
    if len(name.key) < _SHORTEST_ACRONYM or not name.written.replace(".", "").isupper():
        return False
    capitals = "".join(word.key[0] for word in words if word.written[0].isupper())
    every = "".join(word.key[0] if word.written[0].isupper() else "-" + word.key[0] for word in words)
    inner = re.escape(name.key[0]) + "".join(f"-?{re.escape(letter)}" for letter in name.key[1:])
    return name.key in capitals or re.search(inner, every) is not None


def is_named(name: str, words: Collection[str]) -> bool:
    """Whether a name, or a form of it such as «Vietnamese» for «Vietnam» or «Lao» for
    «Laos», is among some words."""
    if name in words or name.removesuffix("s") in words:
        return True
    return len(name) > 3 and any(
        len(word) > 3 and (word.startswith(name) or name.startswith(word)) for word in words
    )


def content_of(words: Sequence[Word]) -> frozenset[str]:
    """The stems of the words that tell something."""
    return frozenset(stem for word in words for stem in words_of(word.written))


def stems_of(words: Sequence[Word]) -> frozenset[str]:
    """The stems of the words that tell something, years among them, other numbers and negations apart."""
    return frozenset(
        _ALIKE.get(stem, stem)
        for at, word in enumerate(words)
        if not _denies(words, at) and ((number := number_of(word)) is None or is_year(number))
        for stem in words_of(word.written)
    )


def denies_outright(words: Sequence[Word], beside: Collection[str] = ()) -> bool:
    """Whether any of these words denies outright, as «fails to» does and «needs» does not."""
    return has_negation(words) or any(word.key in _OUTRIGHT and word.key not in beside for word in words)


def spelt_alike(keys: Collection[str]) -> frozenset[str]:
    """The stems of some words, British and American spelling as one."""
    american = (re.sub(r"is(?=ations?$|e[ds]?$|ing$)", "iz", key) for key in keys)
    return frozenset(stem for key in american for stem in words_of(key)) - _LITTLE
