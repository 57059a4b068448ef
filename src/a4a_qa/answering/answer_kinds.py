"""Which kind of slice a question asks for, and what each kind looks like in a report."""

from __future__ import annotations

import re
from typing import Literal

from a4a_qa.notation import MONTHS, YEAR
from a4a_qa.text.function_words import ASKING, SMALL_IN_NAMES
from a4a_qa.text.numerals import NUMBER_WORD

Kind = Literal[
    "share",
    "amount",
    "frequency",
    "duration",
    "article",
    "date",
    "year",
    "number",
    "expansion",
    "name",
    "yesno",
]

_MONTHS = "|".join(MONTHS)
_FIGURE = r"(?:\d{1,3}(?:[,.]\d{3})+|\d+(?:\.\d+)?)"
_RANGE = rf"{_FIGURE}(?:\s*(?:-|–|to)\s*{_FIGURE})?"
_YEARS = rf"{YEAR}(?:\s*[-–]\s*(?:19|20)?\d\d)?"

# What each kind looks like in a report; of several patterns, the first that is found counts.
SLICES: dict[Kind, tuple[str, ...]] = {
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
    # Who did it, behind «by»: capitalised words, joined by small ones.
    "name": (
        r"(?<=\bby )(?:the )?(?-i:[A-Z][\w&.’'-]*"
        rf"(?:(?: (?:{SMALL_IN_NAMES}|de|du|des|la|le|les|pour))* [A-Z][\w&’'-]*)*)",
    ),
}

# How a question asks for each kind; the first that fits counts.
_QUESTIONS: tuple[tuple[Kind, str], ...] = (
    ("name", r"(?:^|and |but |so )who(?!\w)"),
    ("share", r"percent\w*|per cent|shares?|proportions?|fraction"),
    ("article", r"(?:which|what) (?:article|provision|section of the law)s?"),
    ("amount", r"how much|prices?|costs?|fines?|fined|pay|paid|dollars?|riels?|fees?"),
    ("duration", r"how long|how many (?:years|months|weeks|days|hours)|(?:prison|jail) (?:terms?|sentences?)"
                 r"|(?:what|which)(?: \w+){0,3} (?:sentences?|penalt(?:y|ies)|punishments?)"),
    ("frequency", r"how (?:often|frequently|regularly)"),
    ("year", r"(?:which|what) year"),
    ("date", r"(?:^|(?<=, )|and |but |since |by |from )when|(?:which|what) (?:date|day|month)|deadline"),
    ("number", r"how many|number of|how (?:large|big|high|old)|count of|(?:what|which) figure"),
    ("expansion", r"stands? for|acronym|abbreviat\w+|short form|spell(?:ed|t)? out|initials|letters"),
    ("name", r"(?:^|(?<=, )|and |but |(?:by|to|for|from|with|of) )whom?"
             r"|(?:which|what) (?:organi[sz]ation|agency|ngo|body|newspaper|paper|company|firm"
             r"|ministry|country|province|city|town|university|court|embassy|charity|institution)"),
)  # fmt: skip
_YES_OR_NO = re.compile(
    r"^(?:and |but |so |or |also |then )*(?:is|are|was|were|do|does|did|has|have|had|may|must|should"
    r"|(?:can|could|will|would)(?! you\b))\b",
    re.IGNORECASE,
)
# What makes more of a yes-or-no question: an alternative, or something else asked on the way.
_ASKS_MORE = re.compile(rf"\bor\b|\b(?:and|,|:) ?(?:if so,? )?(?:{ASKING})\b|:", re.IGNORECASE)
_ASKING = f"(?:{ASKING})"
SEVERAL = re.compile(
    rf"\b{_ASKING}\b.*\band (?:(?:also|then|if so|in|by|to|for|from|at|on|of|with|under|since|until),? )"
    rf"{{0,2}}{_ASKING}\b|\b{_ASKING}\b[^?]*\?.*\b{_ASKING}\b"
    r"|\b(?:two|both|each|respectively|either)\b.*\b(?:figures|numbers|rates|years|dates|sentences)\b"
    r"|\bhow (?:many|much|long)\b.*\bhow (?:many|much|long)\b|\beach of\b",
    re.IGNORECASE,
)


def kind_asked(question: str) -> Kind | None:
    """Which kind of slice a question asks for, if it asks for one and for one only."""
    last = re.split(r"(?<=[?.!])\s+", question.strip())[-1]
    if _YES_OR_NO.match(last):
        return None if _ASKS_MORE.search(last) else "yesno"
    if SEVERAL.search(last):
        return None
    for kind, pattern in _QUESTIONS:
        if re.search(rf"(?<!\w)(?:{pattern})\b", last, re.IGNORECASE):
            return kind
    return None


def asks_several(question: str) -> bool:
    """Whether a question asks two things."""
    return bool(SEVERAL.search(question))
