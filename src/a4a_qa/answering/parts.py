"""The parts of a question that asks several things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from a4a_qa.answering.question import leans, numbered_points
from a4a_qa.index.lexical import words_of

# So many things are looked for at once.
MOST_PARTS = 3
# Where another thing is asked: after a question mark, at «and in which …», at «and does it …». «I need a
# percentage.» asks nothing.
_SECOND_PART = re.compile(
    r"""\?\s+(?=[^?]*\?|(?:(?:and|also)\s+)?(?:how|what|who|whom|whose|when|where|why|which)\b)|[,;]?\s+(?:–\s)?and\s+(?=(?:also\s+)?(?:
    (?:(?:in|on|by|from|for|to|under|at|of|with|since|until)\s)?(?:how|what|who|whom|whose|when|where|why|which|whether)\b
    |(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|will|would|should)
     \s(?:it|they|there|he|she|this|that|these|those|any\w*|the|an?|its|their|his|her)\b
    ))""",
    re.IGNORECASE | re.VERBOSE,
)
# «When and in which city»: one thing, since the first says nothing on its own.
_LEAST_WORDS_OF_PART = 2
# «… and what unit was formed»: up to this many words, none of them a name, lean on the first part.
_FEW_WORDS = 2
# «What does CNCC stand for», «What is the HLWG», «who chairs the HLWG»: what follows asks about that body.
_ASKS_WHAT_IT_IS = re.compile(
    r"(?:what (?:does|do|is|are)|wh(?:o|at) \w+s)(?: an?| the)?"
    r" ((?-i:[A-Z][\w.’'-]*)(?: (?-i:[A-Z][\w’'-]*))*)"
    r"(?: stands?(?: for)?| short for| mean)?",
    re.IGNORECASE,
)


# «Who funds the hotline», «When was the hotline opened»: only one thing is named there. In «When did the
# ministry open the hotline» and «Which agency runs the hotline» there are two that may be meant.
_ASKED_OF = re.compile(
    r"(?:(?:and|so|but) )?(?:(?:in|on|by|from|for|to|under|at|of|with|since|until) )?"
    r"(?:(?:(?:what|which) (?:year|month|date|day|place|way|means)|who|whom|when|where|why|how|what)"
    r"(?:['’]s| (?:is|are|was|were))|who (?!(?:did|does|do|ha[sd]|have|can|could|will|would|must|may)\b)"
    r"[\w'’-]+(?: (?:for|up|with|to|in|on|out|off|over|into|at|from|by|about|behind)){0,2}"
    r"(?= the\b| an?\b| its\b| (?-i:[A-Z])))"
    r" (?!\w+ed\b|(?:made|built|held|run|set|done|given|taken|led)\b)"
    r"(?P<thing>[^,;:?]+?)(?: (?:for|about|like))?",
    re.IGNORECASE,
)
# What was done with it: «… the hotline opened».
_DONE = re.compile(
    r"(?<=\w) (?:\w+ed|made|built|held|run|set|done|given|taken|put|led|paid|kept|begun|written|found)"
    r"(?: (?:up|out|in|on))?$"
)
_PRONOUN = re.compile(r"\b(?:it|they|them)\b", re.IGNORECASE)
# What may stand for somebody else, or for all that was asked.
_STANDS_FOR_ANOTHER = re.compile(
    r"\b(?:its|he|him|his|she|hers?|theirs?|this|that|those|these|there|ones?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a question asks: its words, and what is searched for, with what it leans on."""

    text: str
    search: str


def parts_of(question: str) -> list[Part]:
    """The parts of a question that asks several things; those after the first keep its words to be
    understood."""
    listed = numbered_points(question) or _SECOND_PART.split(question)
    pieces = [piece for text in listed if (piece := text.strip(" ?;,"))]
    if len(pieces) < 2 or len(words_of(pieces[0])) < _LEAST_WORDS_OF_PART:
        return [Part(question, question)]
    first, *others = pieces
    return [Part(first, first), *(Part(other, _with_the_first(other, first)) for other in others)]


def _with_the_first(part: str, first: str) -> str:
    """A part with what it leans on in the first one, if it does."""
    if not _needs_the_first(part):
        return part
    if named := _ASKS_WHAT_IT_IS.fullmatch(first):
        return f"{named[1]} {part}"
    asked = _ASKED_OF.fullmatch(first)
    thing = _DONE.sub("", asked["thing"]) if asked else ""
    stands_for_it = len(_PRONOUN.findall(part)) == 1 and not _STANDS_FOR_ANOTHER.search(f"{thing} {part}")
    if stands_for_it and words_of(thing) and not _PRONOUN.search(thing):
        return _PRONOUN.sub(lambda _: thing, part)
    return f"{first} {part}"


def _needs_the_first(part: str) -> bool:
    """Whether a part of a question is understood only with the first one."""
    return leans(part) or (len(words_of(part)) <= _FEW_WORDS and not re.search(r"(?<=.)[A-Z]", part))
