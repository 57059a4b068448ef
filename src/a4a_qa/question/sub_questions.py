"""The things that one message asks."""

from __future__ import annotations

import re

from a4a_qa.index.lexical import words_of
from a4a_qa.question.follow_up import leans
from a4a_qa.text.function_words import ASKING, AUXILIARIES, BEFORE_ASKING

# So many things are looked for at once.
MOST_PARTS = 3
# Where another thing is asked: after a question mark, at "and in which …", at "and does it …". "I need a
# percentage." asks nothing.
_SECOND_PART = re.compile(
    rf"""\?\s+(?=[^?]*\?|(?:(?:and|also)\s+)?(?:{ASKING})\b)|[,;]?\s+(?:–\s)?and\s+(?=(?:also\s+)?(?:
    (?:(?:{BEFORE_ASKING})\s)?(?:{ASKING}|whether)\b
    |(?:{AUXILIARIES})
     \s(?:it|they|there|he|she|this|that|these|those|any\w*|the|an?|its|their|his|her)\b
    ))""",
    re.IGNORECASE | re.VERBOSE,
)
# "When and in which city": one thing, since the first says nothing on its own.
_LEAST_WORDS_OF_PART = 2
# "… and what unit was formed": up to this many words, none of them a name, lean on the first part.
_FEW_WORDS = 2
# "Please tell me: 1. what is … 2. who is …": what is asked stands behind the numbers.
_POINT = re.compile(r"(?:^|(?<=\s))\(?[1-9][.)]\s+(?=\S)")


def sub_questions_of(question: str) -> list[tuple[str, str]]:
    """The questions in a question: the words of each, and what is searched for, which is more where it leans
    on the first."""
    listed = numbered_points(question) or _SECOND_PART.split(question)
    pieces = [piece for text in listed if (piece := text.strip(" ?;,"))]
    if len(pieces) < 2 or len(words_of(pieces[0])) < _LEAST_WORDS_OF_PART:
        return [(question, question)]
    first, *others = pieces
    searches = (f"{first} {other}" if _needs_the_first(other) else other for other in others)
    return [(first, first), *zip(others, searches, strict=True)]


def _needs_the_first(part: str) -> bool:
    """Whether a part of a question is understood only with the first one."""
    return leans(part) or (len(words_of(part)) <= _FEW_WORDS and not re.search(r"(?<=.)[A-Z]", part))


def numbered_points(question: str) -> list[str]:
    """What stands behind the numbers of a question that lists several points; empty for any other."""
    _, *points = _POINT.split(question)
    return points if len(points) > 1 else []
