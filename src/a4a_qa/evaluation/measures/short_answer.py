"""The short answer: a slice that decides the question, against the slices that would."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from a4a_qa.evaluation.case import Case
from a4a_qa.evaluation.measures.citations import harmonic

# A short answer may hold a gold answer and this many words more.
_MORE_WORDS = 3
# A number keeps its decimals, slashes and unit sign: «12.4 %» is not «124 %», «16/09/09» is one word.
_TOKEN = re.compile(r"\d+(?:[.,/:]\d+)*|%|[$€£]|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ARTICLES = frozenset(["a", "an", "the"])


def tokens(text: str) -> list[str]:
    """The words of a short answer as they are compared: folded, numbers and units kept, a/an/the left out."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    found = (re.sub(r"(?<=\d),(?=\d{3}\b)", "", token) for token in _TOKEN.findall(folded))
    return [token for token in found if token not in _ARTICLES]


def is_asked_for(case: Case) -> bool:
    """Whether the question has a short answer."""
    return case.question.record.answerable and _has_one(case)


def has_no_short_answer(case: Case) -> bool:
    """Whether nothing so short answers the question."""
    return not _has_one(case)


def short_answer_given(case: Case) -> float:
    """1 when there is a short answer, right or wrong."""
    return float(case.answered and case.answer is not None and case.answer.short_answer is not None)


def short_answer_needless(case: Case) -> float:
    """1 when there is a short answer to a question that nothing so short answers, or the question failed."""
    return 1.0 if case.answer is None else short_answer_given(case)


def short_answer_right(case: Case) -> float:
    """1 when the short answer holds a gold answer and little more; yes or no, when that is asked."""
    record = case.question.record
    given = case.answer.short_answer if case.answer else None
    if given is None or not case.answered:
        return 0.0
    if record.polarity:
        return float(given.polarity == record.polarity)
    words = tokens(given.text)
    return float(any(_holds(words, tokens(answer)) for answer in record.answers))


def short_answer_f1(case: Case) -> float:
    """The token F1 of the short answer against the gold answer that it is most like."""
    given = case.answer.short_answer if case.answer else None
    if given is None or not case.answered:
        return 0.0
    words = tokens(given.text)
    return max((_f1(words, tokens(answer)) for answer in case.question.record.answers), default=0.0)


def _has_one(case: Case) -> bool:
    record = case.question.record
    return bool(record.answers or record.polarity)


def _holds(words: list[str], wanted: list[str]) -> bool:
    if not wanted or len(words) > len(wanted) + _MORE_WORDS:
        return False
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1))


def _f1(words: list[str], wanted: list[str]) -> float:
    same = sum((Counter(words) & Counter(wanted)).values())
    return harmonic(same / len(words), same / len(wanted)) if words and wanted else 0.0
