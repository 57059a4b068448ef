"""A sentence → its clauses, so that what it says of one group or year is not taken for another's.

"12 were arrested in 2008 and 26 in 2009" are two, and so are "most are local, while some are foreign" and
what stands in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from a4a_qa.verify.figures import is_year, number_of
from a4a_qa.verify.words import words_in

_BREAK = re.compile(
    r"[;:()\[\]]|(?<!\d)\s[–—-]\s(?!\d)"
    r"|,?\s+(?=(?:while|whilst|whereas|although|though|but|unless|because|however|due\s+to|so\s+that|with\s+the\s+exception\s+of|except|similar\s+to|compared\s+(?:to|with)|unlike)\b)"
    r"|(?P<relative>,\s+(?=(?:which|who|whom|whose|where)\b)|\s+(?=(?:for|in|of|by)\s+which\b))",
    re.IGNORECASE,
)
_SOFT_BREAK = re.compile(r",\s+(?:and\s+|or\s+)?|\s+and\s+")
# A shorter piece between commas is a member of a list or "in 2008,".
_SHORTEST_CLAUSE = 4
# "rural areas, where …": that many words before it a relative clause speaks of.
_ANTECEDENT = re.compile(r"(?:[^\s\d]+\s+)?[^\s\d]+$")
# "the National Council (CNC) for …", "the plan (2006 – 2010) for …": what belongs to the words before it.
_TERM = re.compile(r"\((?:\S+|[\d\s–—-]+)\)")
_CONTRAST = re.compile(r"\b(?:while|whilst|whereas|although|though|despite)\b", re.IGNORECASE)
_ADVERBIAL = re.compile(r"(?:in|on|at|by|since|until|from|during|as|for)\b", re.IGNORECASE)
# What goes on with the subject of the clause before: "…, arranging", "…, not".
GOES_ON = re.compile(r"\s*(?:\w+ing|not)\b", re.IGNORECASE)


def split_clauses(sentence: str) -> list[str]:
    """The clauses of a sentence in order, without the signs between them; a relative one with its noun."""
    found: list[str] = []
    begin = 0
    contrast = _CONTRAST.search(sentence) is not None
    terms = [range(*term.span()) for term in _TERM.finditer(sentence)]
    for sign in _BREAK.finditer(sentence):
        if any(sign.start() in term for term in terms):
            continue
        found += _parallels(sentence[begin : sign.start()], contrast)
        noun = _ANTECEDENT.search(sentence, begin, sign.start()) if sign["relative"] else None
        begin = noun.start() if noun else sign.end()
    found += _parallels(sentence[begin:], contrast)
    return [clause for clause in found if words_in(clause)]


def _parallels(piece: str, contrast: bool) -> Iterator[str]:
    """The parts of a piece that stand beside each other: long ones behind commas, or with a number each.

    A comma alone sets parts of a contrast apart; else it may be one of a list.
    """
    begin = 0
    for sign in _SOFT_BREAK.finditer(piece):
        ends = [next_one.start() for next_one in islice(_SOFT_BREAK.finditer(piece, sign.end()), 2)]
        before = piece[begin : sign.start()]
        after = piece[sign.end() : ends[0] if ends else None]
        further = piece[sign.end() : ends[1] if len(ends) > 1 else None]
        long = min(len(words_in(before)), len(words_in(after))) >= _SHORTEST_CLAUSE
        apart = "," in sign[0] and (contrast or "and" in sign[0] or GOES_ON.match(after) is not None)
        if "and" not in sign[0] and _ADVERBIAL.match(after):
            continue
        if (long and apart) or _both_count(before, further):
            yield before
            begin = sign.end()
    yield piece[begin:]


def _both_count(before: str, after: str) -> bool:
    """Whether two texts have a number each, or a year each, that make no range ("between 15 and 18")."""
    one, other = (
        [value for word in words_in(text) if (value := number_of(word))] for text in (before, after)
    )
    if not one or not other:
        return False
    ends, begins = words_in(before)[-1], words_in(after)[0]
    last, first = number_of(ends), number_of(begins)
    if last and first and is_year(last) == is_year(first):
        return False
    return all(is_year(v) for v in one) == all(is_year(v) for v in other)
