"""The slice of a cited quote that decides a question: a number, a date, a duration, an amount, an article.

The question says which kind of slice it wants; of several in the quote, the one is taken that the question's
words stand nearest to. Yes and no are read off the negations of a quote that answers a yes-or-no question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from a4a_qa.answering.answer import Citation, ShortAnswer
from a4a_qa.index.lexical import words_of

Kind = Literal["share", "amount", "duration", "article", "date", "year", "number", "yesno"]

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty(?:-\w+)?|thirty(?:-\w+)?|forty(?:-\w+)?|fifty(?:-\w+)?"
)
_FIGURE = r"(?:\d{1,3}(?:[,.]\d{3})+|\d+(?:\.\d+)?)"
_RANGE = rf"{_FIGURE}(?:\s*(?:-|–|to)\s*{_FIGURE})?"
_YEARS = r"(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?"

# What each kind looks like in a report; of several patterns, the first that is found counts.
_SLICES: dict[Kind, tuple[str, ...]] = {
    "share": (
        rf"{_RANGE}\s*(?:%|per ?cent\b)",
        r"\b(?:more than |less than )?(?:one|two|three)[- ](?:third|quarter|half|fifth)s?\b",
        r"\bhalf\b|\b(?:one|\d+) (?:in|out of) (?:every )?\w+\b",
    ),
    "amount": (
        rf"(?:USD|US\$|\$|€|EUR)\s*{_RANGE}(?:\s*million)?",
        rf"{_RANGE}\s*(?:US |U\.S\. )?(?:dollars?|cents?|riels?|euros?)\b",
    ),
    "duration": (
        rf"\b(?:{_RANGE}|{_NUMBER_WORDS}|one)[\s-]*(?:years?|months?|weeks?|days?|hours?)\b"
        r"(?! (?:old|of age))",
    ),
    "article": (r"\bArticles?\s+\d+(?:\([a-z0-9]\))?(?:\s+and\s+\d+)?",),
    "date": (
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})(?: \d{{4}})?\b",
        rf"\b(?:{_MONTHS})(?: of)? (?:\d{{1,2}}, )?\d{{4}}\b",
        r"\b\d{1,2}/\d{1,2}/\d{2,4}\b",
        rf"\b{_YEARS}\b",
    ),
    "year": (rf"\b{_YEARS}\b",),
    "number": (
        rf"\b(?!{_YEARS}\b){_FIGURE}(?:\s*(?:-|–|to)\s*{_FIGURE})?(?:st|nd|rd|th|\s*%)?(?!\w)",
        rf"\b(?:{_NUMBER_WORDS})\b",
    ),
}

# How a question asks for each kind; the first that fits counts.
_QUESTIONS: tuple[tuple[Kind, str], ...] = (
    ("share", r"percent\w*|per cent|shares?|proportions?|(?:what|which) part|fraction"),
    ("article", r"(?:which|what) (?:article|provision|section of the law)s?"),
    ("amount", r"how much|prices?|costs?|fines?|fined|pay|paid|dollars?|riels?|fees?"),
    ("duration", r"how long|how many (?:years|months|weeks|days|hours)|(?:prison|jail) terms?|sentence[ds]?"
                 r"|penalt\w+|punish\w*|imprison\w*|in prison|behind bars|jail|locked up"),
    ("year", r"(?:which|what) year|since when"),
    ("date", r"when|(?:which|what) (?:date|day|month)|deadline"),
    ("number", r"how many|number of|how (?:large|big|high|old|often)|count of|figures?"),
)  # fmt: skip
# What a number counts: a plural behind it, with at most one word between («six key areas»).
_SMALL = r"(?!(?:and|or|of|in|on|at|to|by|for|from|was|is|has|as|this|its|were|are)\b)"
_COUNTED = re.compile(rf"(?: {_SMALL}[a-z-]+)?? {_SMALL}(?:[a-z-]+s|people|children|women|men)\b")
_YES_OR_NO = re.compile(
    r"(?:^|[:,.?;] )(?:and |but |so |or )?(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must"
    r"|should|will|would)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|neither|nor|without|lack(?:s|ed|ing)?|fail(?:s|ed)?|cannot|unclear|uncertain|exempted"
    r"|insufficient|absence|yet to|\w+n['’]t)\b",
    re.IGNORECASE,
)


def kind_asked(question: str) -> Kind | None:
    """Which kind of slice a question asks for, if it asks for one."""
    if _YES_OR_NO.match(question):
        return "yesno"
    for kind, pattern in _QUESTIONS:
        if re.search(rf"\b(?:{pattern})\b", question, re.IGNORECASE):
            return kind
    return "yesno" if _YES_OR_NO.search(question) else None


def short_answer(question: str, citations: Sequence[Citation]) -> ShortAnswer | None:
    """The slice of the best citation that has one of the kind asked for, or None."""
    kind = kind_asked(question)
    if kind is None or not citations:
        return None
    if kind == "yesno":
        return _yes_or_no(citations[0])
    for citation in citations:
        for pattern in _SLICES[kind]:
            if found := _nearest(question, citation, pattern):
                return found
    return None


def _nearest(question: str, citation: Citation, pattern: str) -> ShortAnswer | None:
    """The slice that the question's words stand nearest to; what the question names itself is no answer."""
    asked = set(words_of(question))
    marks = [m.start() for m in re.finditer(r"\S+", citation.quote) if asked & set(words_of(m[0]))]
    best: tuple[float, re.Match[str]] | None = None
    for match in re.finditer(pattern, citation.quote, re.IGNORECASE):
        if match[0].casefold() in question.casefold():
            continue
        distance = _distance(match, marks)
        if best is None or distance < best[0]:
            best = (distance, match)
    if best is None:
        return None
    first, last = best[1].span()
    if pattern in _SLICES["number"] and (counted := _COUNTED.match(citation.quote, last)):
        last = counted.end()
    start, end = citation.start + first, citation.start + last
    return ShortAnswer(citation.quote[first:last], start, end, None)


def _distance(match: re.Match[str], marks: Sequence[int]) -> float:
    """How far the nearest three of the question's words stand from a slice, in characters."""
    near = sorted(min(abs(mark - match.start()), abs(mark - match.end())) for mark in marks)[:3]
    return sum(near) / len(near) if near else match.start()


def _yes_or_no(citation: Citation) -> ShortAnswer:
    """The whole quote, as a no when it denies something and as a yes otherwise."""
    polarity: Literal["yes", "no"] = "no" if _NEGATION.search(citation.quote) else "yes"
    return ShortAnswer(citation.quote, citation.start, citation.end, polarity)
