"""The kind of words that answer a question in short, and how much a question asks for."""

from __future__ import annotations

import re
from typing import Literal

from a4a_qa.text.function_words import ASKING

AnswerType = Literal[
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

# How a question asks for each kind; the first that fits counts.
_QUESTIONS: tuple[tuple[AnswerType, str], ...] = (
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
_TWO_THINGS = re.compile(
    rf"\b{_ASKING}\b.*\band (?:(?:also|then|if so|in|by|to|for|from|at|on|of|with|under|since|until),? )"
    rf"{{0,2}}{_ASKING}\b|\b{_ASKING}\b[^?]*\?.*\b{_ASKING}\b"
    r"|\b(?:two|both|each|respectively|either)\b.*\b(?:figures|numbers|rates|years|dates|sentences)\b"
    r"|\bhow (?:many|much|long)\b.*\bhow (?:many|much|long)\b|\beach of\b",
    re.IGNORECASE,
)
# How a question asks for more than one thing.
_SEVERAL = re.compile(
    r"\b(?:and|both|compar\w+|differ\w*|versus|vs|between|each|all|list|name|which \w+s|what (?:are|were)|two"
    r"|three|four|five|kinds?|types?|steps|measures|ways)\b",
    re.IGNORECASE,
)


def answer_type_of(question: str) -> AnswerType | None:
    """The kind of words that a question asks for, if it asks for one kind only."""
    last = re.split(r"(?<=[?.!])\s+", question.strip())[-1]
    if _YES_OR_NO.match(last):
        return None if _ASKS_MORE.search(last) else "yesno"
    if _TWO_THINGS.search(last):
        return None
    for kind, pattern in _QUESTIONS:
        if re.search(rf"(?<!\w)(?:{pattern})\b", last, re.IGNORECASE):
            return kind
    return None


def asks_two_things(question: str) -> bool:
    """Whether a question asks two things."""
    return bool(_TWO_THINGS.search(question))


def asks_several(question: str) -> bool:
    """Whether a question may ask for a list or a comparison, or for the parts of something."""
    return bool(_SEVERAL.search(question))
