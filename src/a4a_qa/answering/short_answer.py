"""The slice of a cited quote that decides a question: a number, a date, an amount, an article, a name.

The judge has read the best sentence. «No» is said where it is rather sure of that and the sentence denies
something in so many words; «yes» never, since too often it is the yes to another question in the same words.
Of all else it tells the words where it is sure. Where it is not, the question says which kind of slice it
wants: if the quote has several, if it is not where the judge would look, or if two things are asked, there is
no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from a4a_qa.answering.answer import Citation, ShortAnswer
from a4a_qa.answering.answer_kinds import SLICES, Kind, asks_several, kind_asked
from a4a_qa.index.judge import Reading
from a4a_qa.index.lexical import words_of
from a4a_qa.index.passages import own_words_in_place, sentence_in_place
from a4a_qa.report import Report, overlap
from a4a_qa.text.negation import NEGATION, negates

# How sure the judge has to be of words, and of a yes or no (docs/experiments.md).
_SURE_OF_WORDS, _SURE_OF_POLARITY = 0.8, 0.7
_FIGURES: tuple[Kind, ...] = ("share", "amount", "duration", "number")
# What a figure says nothing without.
_QUALIFIER = re.compile(
    r"\b(?:(?:more|less|fewer|no more|no less) than|over|under|at least|at most|about|around|approximately"
    r"|nearly|almost|some|up to|an estimated|an average of) (?:the )?$",
    re.IGNORECASE,
)
_WHOLE_WORD = re.compile(r"\d+(?:[.,/:]\d+)*%?|\w+(?:['’-]\w+)*")
# What a number counts: a plural behind it, with at most two words between («six key areas»), or all of which
# it is a part («60 out of 80 brothels»).
_SMALL = r"(?!(?:and|or|of|in|on|at|to|by|for|from|was|is|has|as|this|its|were|are|who|that|which)\b)"
_COUNTED = re.compile(
    r"(?: (?:out )?of (?:the |all )?\d[\d.,]*)?"
    rf"(?: {_SMALL}[A-Za-z-]+){{0,2}}? {_SMALL}(?:[a-z-]+s|people|children|women|men)\b"
)
# Where another part of a sentence begins that says something on its own.
_CLAUSE = re.compile(
    r"[;()\t,:](?!\d)\s*|\s[–—-]\s(?!\d)|\b(?:while|whereas|whilst|but|although|and)\b\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Told:
    """The short answer that the judge reads in a sentence, and whether it is sure of it."""

    answer: ShortAnswer
    is_sure: bool


def short_answer(
    question: str, citations: Sequence[Citation], told: Told | None = None
) -> ShortAnswer | None:
    """What the judge told if it is sure, else the slice of the best citation that is of the kind asked for,
    or None; a «no» only where judge and sentence agree, where the judge has read the citation no slice that
    it would not look at, and no words of the question."""
    if not citations or asks_several(question):
        return None
    if kind_asked(question) == "yesno":
        is_denied = told and told.answer.polarity == "no" and negates(question, told.answer.text)
        return _clause_that_denies(told.answer) if told and is_denied else None
    if told and told.answer.polarity:
        told = None
    found = told.answer if told and told.is_sure else _of_kind(question, citations[0], told)
    return None if found is None or set(words_of(question)).issuperset(words_of(found.text)) else found


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


def _of_kind(question: str, citation: Citation, told: Told | None) -> ShortAnswer | None:
    """The slice of a citation that is of the kind asked for, where an unsure judge would look."""
    kind = kind_asked(question)
    if kind is None or kind == "yesno":
        return None
    for pattern in SLICES[kind]:
        if found := _slices(question, citation.quote, pattern):
            shown = _shown(citation, found[0], kind)
            is_where_judge_looks = told is None or overlap(shown, told.answer)
            return shown if len(found) == 1 and is_where_judge_looks else None
    return None


def _slices(question: str, quote: str, pattern: str) -> list[re.Match[str]]:
    """What a pattern finds in a quote, but for what the question itself names."""
    asked = set(words_of(question))
    found = re.finditer(pattern, quote, re.IGNORECASE)
    return [m for m in found if m[0].casefold() not in question.casefold() and set(words_of(m[0])) - asked]


def _shown(citation: Citation, match: re.Match[str], kind: Kind) -> ShortAnswer:
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
    """«more than », where that stands before `end`."""
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
