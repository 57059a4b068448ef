"""The figures in a text: numbers, years and articles, however they are written, and what they count."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal, NamedTuple

from a4a_qa.text.notation import MONTHS, YEAR
from a4a_qa.text.numerals import CARDINALS, ORDINALS
from a4a_qa.verify.words import Word

FigureKind = Literal["article", "year", "number"]
# How exactly a figure is meant: "over 20", "almost 20", "about 20", or just so.
Bound = Literal["over", "under", "about"] | None

_MULTIPLES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
# Without "I", "V" and "X", which mostly count nothing.
_ROMAN = {
    **{numeral: str(value) for value, numeral in enumerate(("II", "III", "IV"), 2)},
    **{numeral: str(value) for value, numeral in enumerate(("VI", "VII", "VIII", "IX"), 6)},
    **{"XI": "11", "XII": "12"},
}
_NUMBERS = {
    **{word: str(value) for word, value in CARDINALS.items()},
    **{word: str(value) for word, value in ORDINALS.items() if value <= 10},
    **{word: str(value) for word, value in _MULTIPLES.items()},
    **{"half": "50", "twice": "2", "dozen": "12", "decade": "10"},
}
# These count only where a figure stands in their place: "one day", "first of all" count nothing.
_LOOSE = frozenset({"one", "first", "second", "decade"})
_UNITS = frozenset("year month week day hour minute % dollar riel km mile".split())
# "Nineteen twenty-year-olds" are no year.
_AGED = ("year", "years")
_OF_AGE = frozenset("old age aged ages".split())
_BETWEEN = frozenset("to or and of the".split())
_ROUGHLY = frozenset("about around roughly approximately some".split())
_BELOW = frozenset("nearly almost under".split())
# How far a round number may be from the exact one, as a part of it.
_ROUNDED = 0.15
_WHOLE = re.compile(r"[0-9]{1,15}")
# What is counted in hundreds, thousands and so on, at most.
_LARGEST_PART = 999_999
_DOTTED = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){2}")
_DAYS, _MONTHS_OF_YEAR = 31, 12
# "/09" is 2009, and "/51" is 1951.
_THIS_CENTURY = 50


class Figure(NamedTuple):
    """A number that words give, and at which of them it stands."""

    kind: FigureKind
    value: str
    word: Word
    at: int


def number_of(word: Word) -> str | None:
    """The number that a word gives, as digits; None when it gives none."""
    if word.key[0].isdigit():
        return word.key
    return _NUMBERS.get(word.key) or _ROMAN.get(word.written)


def is_year(value: str) -> bool:
    """Whether a number is a year of the last or this century."""
    return re.fullmatch(YEAR, value) is not None


def in_figures(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with each number of several in one ("ten thousand", "3 million"), and with dates in figures
    as they are spoken: day, month, year."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        if date := _date_at(words, at):
            found += date
            at += 1 if len(_dotted(words[at])) == 3 else 3
            continue
        length, value = _number_at(words, at)
        if length > 1:
            parts = words[at : at + length]
            written = " ".join(word.written for word in parts)
            found.append(Word(value, written, parts[0].start, parts[-1].end))
        else:
            found.append(words[at])
        at += length
    return tuple(found)


def _number_at(words: Sequence[Word], at: int) -> tuple[int, str]:
    """How many words from a place on are one number, and which; one word where it begins none."""
    first = words[at].key
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", first):
        multiple = _MULTIPLES.get(words[at + 1].key) if at + 1 < len(words) else None
        return (2, _plain(float(first) * multiple)) if multiple else (1, first)
    if first not in CARDINALS:
        return 1, first
    if year := _year_at(words, at):
        return year
    total, part, end = 0, CARDINALS[first], at + 1
    while end < len(words):
        key = words[end].key
        if key in _MULTIPLES and part <= _LARGEST_PART:
            part *= _MULTIPLES[key]
            if key != "hundred":
                total, part = total + part, 0
        elif _goes_on(part, CARDINALS.get(key, 0)):
            part += CARDINALS[key]
        elif key == "and" and _is_joined(words, end) and words[max(0, at - 1)].key != "between":
            end += 1
            part += CARDINALS[words[end].key]
        else:
            break
        end += 1
    return end - at, _plain(total + part)


def _year_at(words: Sequence[Word], at: int) -> tuple[int, str] | None:
    """A year in words ("nineteen ninety-nine", "twenty ten"), as `_number_at` gives it."""
    century, length = CARDINALS[words[at].key], _below_hundred(words, at + 1)
    parts = words[at : at + 1 + length]
    decade = CARDINALS[parts[1].key] if length else 0
    if century not in (19, 20) or decade < 10 or _key(words, at + 1 + length) in (*_MULTIPLES, *_AGED):
        return None
    if any(other.start != one.end + 1 for one, other in pairwise(parts)):
        return None
    return 1 + length, str(100 * century + sum(CARDINALS[part.key] for part in parts[1:]))


def _is_joined(words: Sequence[Word], at: int) -> bool:
    """Whether the "and" at a place stands in a number: "two hundred and five (thousand)", "two thousand and
    five", and not "two hundred and five hundred"."""
    length = _below_hundred(words, at + 1)
    following = _key(words, at + 1 + length)
    if not length or following == "hundred":
        return False
    before = words[at - 1].key
    return before == "hundred" or (before == "thousand" and following not in _MULTIPLES)


def _below_hundred(words: Sequence[Word], at: int) -> int:
    """How many words from a place on are a number from one to ninety-nine."""
    first, second = (CARDINALS.get(_key(words, place), 0) for place in (at, at + 1))
    return 0 if not first else 2 if first >= 20 and _goes_on(first, second) else 1


def _key(words: Sequence[Word], at: int) -> str:
    return words[at].key if at < len(words) else ""


def _goes_on(part: int, value: int) -> bool:
    """Whether a number goes on with another: "two thousand, five", "two hundred, fifty", "twenty, three"."""
    return 0 < value < (100 if part % 100 == 0 else 10 if part >= 20 and part % 10 == 0 else 0)


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _date_at(words: Sequence[Word], at: int) -> tuple[Word, ...]:
    """Day, month and year of a date in figures that begins here ("14/03/2006", "16/09/09"), if one does."""
    parts = _dotted(words[at]) or tuple(words[at : at + 3])
    if len(parts) < 3 or not all(re.fullmatch(r"\d{1,4}", part.key) for part in parts):
        return ()
    signs = {part.joint for part in parts[1:]}
    full = any(is_year(part.key) for part in (parts[0], parts[2]))
    if signs != {"/"} and not (full and signs in ({"-"}, {"."})):
        return ()
    day, month, year = parts if len(parts[0].key) < 4 else parts[::-1]
    if int(month.key) > _MONTHS_OF_YEAR:
        day, month = month, day
    is_date = 0 < int(day.key) <= _DAYS and 0 < int(month.key) <= _MONTHS_OF_YEAR
    if not is_date or len(year.key) not in (2, 4):
        return ()
    name = MONTHS[int(month.key) - 1]
    century = "20" if int(year.key) <= _THIS_CENTURY else "19"
    return (
        replace(day, key=str(int(day.key))),
        replace(month, key=name.casefold(), written=name),
        replace(year, key=year.key if len(year.key) == 4 else century + year.key),
    )


def _dotted(word: Word) -> tuple[Word, ...]:
    """The three parts of "14.03.2006", which is one word."""
    parts = list(re.finditer(r"\d+", word.written)) if _DOTTED.fullmatch(word.written) else []
    return tuple(
        Word(part[0], part[0], word.start + part.start(), word.start + part.end(), "." if at else word.joint)
        for at, part in enumerate(parts)
    )


def figures_in(words: Sequence[Word], *, loose: bool = True) -> Iterator[Figure]:
    """The numbers that words give, each with its kind; without `loose`, not those that may count nothing."""
    for at, word in enumerate(words):
        value = number_of(word)
        if value is None or (not loose and word.key in _LOOSE):
            continue
        kind: FigureKind = "number"
        if at and words[at - 1].key in ("article", "articles", "art", "arts"):
            kind = "article"
        elif is_year(value) and "," not in word.written:
            kind = "year"
        yield Figure(kind, value, word, at)


def unit_of(words: Sequence[Word], at: int) -> str | None:
    """What the number at a place counts, where that is a measure ("2-5 years") or an age ("16-year-old")."""
    if words[at].key == "decade":
        return "year"
    for place in range(at + 1, min(at + 4, len(words))):
        stem = words[place].key.removesuffix("s")
        if stem in _UNITS:
            before = [word.key for word in words[max(0, at - 2) : at]]
            near = {word.key for word in words[place + 1 : place + 3]}
            # "aged 16", "at the age of 16"; "the age is reached after 16 years" is none.
            near.update(before[-1:] if before[-1:] != ["of"] else before)
            return "age" if near & _OF_AGE else stem
        if number_of(words[place]) is None and words[place].key not in _BETWEEN:
            return None
    return None


def is_rounded(words: Sequence[Word], at: int, exact: Collection[str]) -> bool:
    """Whether the number at a place is said to be one of these, none of them a year, roughly: "almost 20,000"
    for 19,873.

    It has to be the rounder one of both, and on the side that its words tell.
    """
    bound = bound_of(words, at)
    said = number_of(words[at])
    if bound is None or said is None or not _WHOLE.fullmatch(said):
        return False
    return any(_rounds(said, other, bound) for other in exact if _WHOLE.fullmatch(other))


def _rounds(said: str, exact: str, bound: Bound) -> bool:
    mine, theirs = int(said), int(exact)
    if _digits_that_count(said) >= _digits_that_count(exact):
        return False
    apart = theirs - mine
    if (bound == "over" and apart < 0) or (bound == "under" and apart > 0):
        return False
    return abs(apart) <= _ROUNDED * theirs


def _digits_that_count(value: str) -> int:
    return len(value.rstrip("0"))


def bound_of(words: Sequence[Word], at: int) -> Bound:
    """How exactly a figure is meant, by the two words before it."""
    before = [word.key for word in words[max(0, at - 2) : at]]
    if before in (["more", "than"], ["at", "least"]) or before[-1:] == ["over"]:
        return "over"
    if before in (["less", "than"], ["fewer", "than"]) or set(before[-1:]) & _BELOW:
        return "under"
    return "about" if set(before) & (_ROUGHLY | _BELOW) else None
