"""Places that a question names by their numbers: "Article 27", "items 3 to 5", "the 38th endnote"."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from a4a_qa.lookup.places import Kind
from a4a_qa.text.function_words import SMALL_IN_NAMES
from a4a_qa.text.numerals import in_digits

_NUMBERS = r"\d{1,4}(?:\s*\([a-z0-9]\))?(?:\s*(?:,|and|or|to|&|-|–)\s*\d{1,4}\b(?:\s*\([a-z0-9]\))?)*"
ARTICLE = re.compile(rf"\b(?:articles?|arts?\.?)\s+({_NUMBERS})", re.IGNORECASE)
# A number that is a place's own: "24,000", "2.5" and "80 %" are none.
_PLACE_NUMBER = r"\d{1,4}\b(?!\.\d|,\d{3}\b|\s*%|-[a-z])"
_AND = r"(?:,\s*(?:and|or)\b|,|and|or|to|&|-|–)"
_PLACE_NUMBERS = rf"{_PLACE_NUMBER}\)?(?:\s*{_AND}\s*\(?{_PLACE_NUMBER}\)?)*"
_NUMBER_OR_RANGE = re.compile(r"(\d{1,4})(?:\s*\([a-z0-9]\))?(?:\s*(?:-|–|to)\s*\(?(\d{1,4}))?")
_BY_NUMBER = r"(?:no\.?\s*|number\s+|nr\.?\s*|#\s*)"
ITEM = re.compile(
    rf"\b(?:(?:items?|points?|paragraphs?|recommendations?|clauses?)\s+{_BY_NUMBER}?"
    rf"|(?<!convention )(?:no\.\s*|number\s+))\(?({_PLACE_NUMBERS})\)?",
    re.IGNORECASE,
)
ITEM_BY_NAME = re.compile(rf"\b(?:items?|recommendations?)\s+{_BY_NUMBER}?\(?\d", re.IGNORECASE)
ENDNOTE = re.compile(
    rf"\b(?:end\s?notes?|foot\s?notes?|notes?|references?|citations?)\s+{_BY_NUMBER}?\[?({_PLACE_NUMBERS})\]?",
    re.IGNORECASE,
)
# "of the 2008 Act": the law or document that a place belongs to, up to the end of its capitalised words.
OF_DOCUMENT = re.compile(
    rf"\s*(?:of|in|under)\s+(?:the\s+)?((?:\d{{4}}\s+)?[A-Z][\w'’-]*(?:\s+(?:{SMALL_IN_NAMES}|[A-Z][\w'’-]*))*)"
)
# "The 38th endnote", "the 27th article"; "the first reference to …" counts none.
_BY_ORDINAL = re.compile(
    r"\b(?:(\d+)(?:st|nd|rd|th)\s+(end\s?note|foot\s?note)"
    r"|(\d{2,3})(?:st|nd|rd|th)\s+(reference|citation|article|item|recommendation))\b",
    re.IGNORECASE,
)
# A place and what may be its number in words; "notes fifteen cases" names none.
_IN_WORDS = re.compile(
    r"\b(?:end\s?notes?|foot\s?notes?|articles?|items?|paragraphs?|recommendations?|clauses?)"
    r"\s+(?:number\s+)?[a-z]+(?:[-\s][a-z]+){0,4}",
    re.IGNORECASE,
)


def with_places_in_digits(question: str) -> str:
    """Put the place in figures: "the thirty-eighth endnote" and "endnote thirty-eight" → "endnote 38"."""
    digits = in_digits(question)
    if _BY_ORDINAL.search(digits):
        return _BY_ORDINAL.sub(lambda found: " ".join(filter(None, found.groups()[::-1])), digits)
    return _IN_WORDS.sub(lambda found: in_digits(found[0]), question)


def numbers_of(texts: Iterable[str]) -> tuple[int, ...]:
    """All numbers that some texts list, each once."""
    return tuple(dict.fromkeys(number for text in texts for number in numbers_in(text)))


def missing_from(known: Container[int], texts: Iterable[str], kind: Kind) -> tuple[str, ...]:
    """What some texts name and is not known, as "item 74"; of a range only its ends."""
    named = (
        int(number) for text in texts for ends in _NUMBER_OR_RANGE.findall(text) for number in ends if number
    )
    return tuple(dict.fromkeys(f"{kind} {number}" for number in named if number not in known))


def numbers_in(text: str) -> tuple[int, ...]:
    """All numbers of a list or range: "17 and 19" → 17, 19; "566–571" → 566 to 571."""
    numbers: list[int] = []
    for first, last in _NUMBER_OR_RANGE.findall(text):
        end = int(last) if last and 0 <= int(last) - int(first) <= 50 else int(first)
        numbers += range(int(first), end + 1)
    return tuple(dict.fromkeys(numbers))
