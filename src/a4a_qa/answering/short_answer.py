"""The slice of a cited quote that decides a question: a number, a date, an amount, an article, a name.

The judge has read the best sentence. "No" is said where it is rather sure of that and the sentence denies
something in so many words; "yes" never, since too often it is the yes to another question in the same words.
Of all else it tells the words where it is sure. Where it is not, the question says which kind of slice it
wants: if the quote has several, if it is not where the judge would look, or if two things are asked, there is
no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from a4a_qa.answering.answer import Citation, ShortAnswer
from a4a_qa.index.lexical import words_of
from a4a_qa.index.passages import own_words_in_place, sentence_in_place
from a4a_qa.models.judge import Reading
from a4a_qa.question.answer_type import AnswerType
from a4a_qa.question.query import Query
from a4a_qa.report.report import Report, overlap
from a4a_qa.text.function_words import NEGATION, SMALL_IN_NAMES, negates
from a4a_qa.text.notation import MONTHS, YEAR
from a4a_qa.text.numerals import NUMBER_WORD

# How sure the judge has to be of words, and of a yes or no (docs/experiments.md).
_SURE_OF_WORDS, _SURE_OF_POLARITY = 0.8, 0.7
_FIGURES: tuple[AnswerType, ...] = ("share", "amount", "duration", "number")
# What a figure says nothing without.
_QUALIFIER = re.compile(
    r"\b(?:(?:more|less|fewer|no more|no less) than|over|under|at least|at most|about|around|approximately"
    r"|nearly|almost|some|up to|an estimated|an average of) (?:the )?$",
    re.IGNORECASE,
)
_WHOLE_WORD = re.compile(r"\d+(?:[.,/:]\d+)*%?|\w+(?:['’-]\w+)*")
# What a number counts: a plural behind it, with at most two words between ("six key areas"), or all of which
# it is a part ("60 out of 80 brothels").
_SMALL = r"(?!(?:and|or|of|in|on|at|to|by|for|from|was|is|has|as|this|its|were|are|who|that|which)\b)"
_COUNTED = re.compile(
    r"(?: (?:out )?of (?:the |all )?\d[\d.,]*)?"
    rf"(?: {_SMALL}[A-Za-z-]+){{0,2}}? {_SMALL}(?:[a-z-]+s|people|children|women|men)\b"
)
# Where another part of a sentence begins that says something on its own.
_CLAUSE = re.compile(
    r"[;()\t,:](?!\d)\s*|\s[–—-]\s(?!\d)|\b(?:while|whereas|whilst|but|although|and)\b\s*", re.IGNORECASE
)

_MONTHS = "|".join(MONTHS)
_FIGURE = r"(?:\d{1,3}(?:[,.]\d{3})+|\d+(?:\.\d+)?)"
_RANGE = rf"{_FIGURE}(?:\s*(?:-|–|to)\s*{_FIGURE})?"
_YEARS = rf"{YEAR}(?:\s*[-–]\s*(?:19|20)?\d\d)?"

# What each type looks like in a report; of several patterns, the first that is found counts.
SLICES: dict[AnswerType, tuple[str, ...]] = {
    "share": (
        rf"{_RANGE}\s*(?:%|per ?cent\b)",
        r"\b(?:more than |less than )?(?:one|two|three)[- ](?:third|quarter|half|fifth)s?\b",
        r"\bhalf\b",
        rf"\b(?:{NUMBER_WORD}|one|\d+) (?:in|out of) (?:every )?(?!{_YEARS}\b)(?:{NUMBER_WORD}|\d+)"
        r"(?: children| girls| boys| people| women| men)?\b",
    ),
    "amount": (
        rf"(?:USD|US\$|\$|€|EUR)\s*{_RANGE}(?:\s*million)?",
        rf"{_RANGE}\s*(?:US |U\.S\. )?(?:dollars?|cents?|riels?|euros?)\b",
    ),
    "frequency": (
        rf"\bevery (?:(?:{_FIGURE}|{NUMBER_WORD}) )?(?:years?|months?|weeks?|days?)\b",
        r"\b(?:once|twice) (?:a|every|per) (?:year|month|week|day)\b",
        r"\b(?:bi-?)?(?:annual|month|week|dai|quarter)ly\b|\bannual\b",
    ),
    "duration": (
        rf"\b(?:{_RANGE}|{NUMBER_WORD}|one)[\s-]*(?:years?|months?|weeks?|days?|hours?)\b"
        r"(?![ -](?:old|of age))(?:(?: of)? imprisonment| in (?:prison|jail))?",
    ),
    "article": (r"\bArticles?\s+\d+(?:\([a-z0-9]\))?(?:\s+and\s+\d+)?",),
    "date": (
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})(?: \d{{4}})?\b",
        rf"\b(?:{_MONTHS})(?: of)? (?:\d{{1,2}}, )?\d{{4}}\b",
        r"\b\d{1,2}/\d{1,2}/\d{2,4}\b",
        rf"\bbetween {_YEARS} and {_YEARS}\b",
        rf"\b{_YEARS}\b",
    ),
    "year": (rf"\b{_YEARS}\b",),
    "number": (
        rf"\b(?!{_YEARS}\b){_FIGURE}(?:\s*(?:-|–|to)\s*{_FIGURE})?(?:st|nd|rd|th|\s*%)?(?!\w)",
        rf"\b(?:{NUMBER_WORD})\b",
    ),
    # What a glossary entry has before its colon or behind it.
    "expansion": (r"^[^:]{2,40}(?=: )|(?<=: ).{2,}$",),
    # Who did it, behind "by": capitalised words, joined by small ones.
    "name": (
        r"(?<=\bby )(?:the )?(?-i:[A-Z][\w&.’'-]*"
        rf"(?:(?: (?:{SMALL_IN_NAMES}|de|du|des|la|le|les|pour))* [A-Z][\w&’'-]*)*)",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The short answer that the judge reads in a sentence, and whether it is sure of it."""

    answer: ShortAnswer
    is_sure: bool


def short_answer(query: Query, citations: Sequence[Citation], told: Told | None = None) -> ShortAnswer | None:
    """What the judge told if it is sure, else the slice of the best citation that is of the kind asked for,
    or None; a "no" only where judge and sentence agree, where the judge has read the citation no slice that
    it would not look at, and no words of the question."""
    if not citations or query.asks_two_things:
        return None
    if query.answer_type == "yesno":
        is_denied = told and told.answer.polarity == "no" and negates(query.text, told.answer.text)
        return _clause_that_denies(told.answer) if told and is_denied else None
    if told and told.answer.polarity:
        told = None
    found = told.answer if told and told.is_sure else _of_type(query, citations[0], told)
    return None if found is None or set(words_of(query.text)).issuperset(words_of(found.text)) else found


def told_by_judge(reading: Reading, sentence: int, report: Report) -> Told | None:
    """What the judge reads in a sentence (its position), or None where it reads no words that stand there."""
    place = report.sentences[sentence]
    for polarity in ("yes", "no"):
        if reading.forms[polarity] >= _SURE_OF_POLARITY:
            return Told(ShortAnswer(report.slice(place), place.start, place.end, polarity), True)
    text, own = sentence_in_place(report, place), own_words_in_place(report, place)
    words = reading.words(own[0].in_place, len(text)) if own else None
    if words is None:
        return None
    first, last = _whole_words(text, words.start, words.end)
    first -= len(_qualifier(text, first)) if text[first:last][:1].isdigit() else 0
    # A row of a table is read with the heads of its columns; what is not in one of its cells is no answer.
    inside = (one for one in own if one.in_place <= first and last <= one.in_place + one.length)
    cell = next(inside, None)
    if cell is None:
        return None
    start = cell.in_report + first - cell.in_place
    answer = ShortAnswer(text[first:last], start, start + last - first, None)
    return Told(answer, reading.forms["words"] * words.probability >= _SURE_OF_WORDS)


def _clause_that_denies(read: ShortAnswer) -> ShortAnswer:
    """The clause of a sentence that denies something."""
    denial = NEGATION.search(read.text)
    at = denial.start() if denial else 0
    first = max((mark.end() for mark in _CLAUSE.finditer(read.text, 0, at)), default=0)
    last = next((m.start() for m in _CLAUSE.finditer(read.text, at) if m.start() > at), len(read.text))
    text = read.text[first:last].rstrip()
    return ShortAnswer(text, read.start + first, read.start + first + len(text), read.polarity)


def _of_type(query: Query, citation: Citation, told: Told | None) -> ShortAnswer | None:
    """The slice of a citation that is of the type asked for, where an unsure judge would look."""
    kind = query.answer_type
    if kind is None or kind == "yesno":
        return None
    for pattern in SLICES[kind]:
        if found := _slices(query.text, citation.quote, pattern):
            shown = _shown(citation, found[0], kind)
            is_where_judge_looks = told is None or overlap(shown, told.answer)
            return shown if len(found) == 1 and is_where_judge_looks else None
    return None


def _slices(question: str, quote: str, pattern: str) -> list[re.Match[str]]:
    """What a pattern finds in a quote, but for what the question itself names."""
    asked = set(words_of(question))
    found = re.finditer(pattern, quote, re.IGNORECASE)
    return [m for m in found if m[0].casefold() not in question.casefold() and set(words_of(m[0])) - asked]


def _shown(citation: Citation, match: re.Match[str], kind: AnswerType) -> ShortAnswer:
    """A slice of this kind as it is shown: a figure with its qualifier, a number with what it counts."""
    first, last = match.span()
    first -= len(_qualifier(citation.quote, first)) if kind in _FIGURES else 0
    last += len(_counted_behind(citation.quote, match.end())) if kind == "number" else 0
    start, end = citation.start + first, citation.start + last
    return ShortAnswer(citation.quote[first:last], start, end, None)


def _counted_behind(text: str, end: int) -> str:
    """The words behind a number that say what it counts."""
    found = _COUNTED.match(text, end)
    return found[0] if found else ""


def _qualifier(text: str, end: int) -> str:
    """The "more than " before a number, where that stands before `end`."""
    found = _QUALIFIER.search(text, 0, end)
    return found[0] if found else ""


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A slice of a text, widened to whole words and numbers: a tokenizer cuts both."""
    for word in _WHOLE_WORD.finditer(text):
        if word.start() < start < word.end():
            start = word.start()
        if word.start() < end < word.end():
            end = word.end()
    return start, end
