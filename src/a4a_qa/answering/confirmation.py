"""What a question says only to have something confirmed: «Is it true that …?», «…, right?», «… or not?».

No report has such words, and they would be looked for in it. So what they are said of is asked for yes or no
in words that tell nothing: «Is it that …?».
"""

from __future__ import annotations

import re

from a4a_qa.answering.function_words import ASKING, AUXILIARIES
from a4a_qa.index.lexical import STOP_WORDS

_NOT = r"\s?n['’]?t\b"
_SO = r"(?:so|true|right|correct|accurate|the case|a fact)"
_NOW = r"(?: (?:actually|really|also|still|all|perhaps))?"
_AM_I_RIGHT = r"(?:am i|are we) (?:right|correct)"
_IS_IT_SO = rf"(?:is|was)(?:{_NOT})? (?:it|this|that){_NOW} {_SO}"
_OR_FALSE = r"(?:true|right|correct) or (?:false|wrong|not)"
# Before what is to be confirmed; behind it after a comma or the like, and without one.
_BEFORE = re.compile(
    rf"^(?:(?:and|but|so|well|please)[\s,]+)*(?:{_IS_IT_SO}(?: to (?:say|think|assume))?,? that"
    rf"|{_AM_I_RIGHT}(?: (?:in|to) \w+)?,? that|(?:(?:can|could|would|do) you )?(?:please )?confirm,? that"
    rf"|{_OR_FALSE}\b[:,–—-]?)\s+",
    re.IGNORECASE,
)
_APART = r"\s*[,;.:?–—-]\s*(?:and |but )?"
_BEHIND = re.compile(
    rf"(?:{_APART}(?:right|correct|true|yes|ok(?:ay)?"
    rf"|(?:{AUXILIARIES}|wo)(?:{_NOT})? (?:it|they|he|she|there))"
    rf"|(?:{_APART}|\s+)(?:{_IS_IT_SO}(?: or (?:not|false))?|{_AM_I_RIGHT}|{_OR_FALSE}"
    rf"|is{_NOT} (?:it|this|that)))"
    r"\s*[?!.]*$",
    re.IGNORECASE,
)
_OR_NOT = re.compile(r"[\s,–—-]{1,3}(?:(?:yes )?or no|or not)\s*[?!.]*$", re.IGNORECASE)
# How somebody came to know it.
_HEARD = re.compile(
    r"^(?:i|we)(?:['’]ve| have| was| were)? (?:just |once |also )?"
    r"(?:heard|read|think|thought|believed?|assumed?|understand|understood|guess|told)(?: somewhere)?"
    r",?(?: that)? ",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"(?:{ASKING}|{AUXILIARIES}|and|but|or)\b", re.IGNORECASE)
# Of fewer words nothing can be confirmed: «Is that right?», «Really, is it?».
_FEWEST = 2


def as_yes_no(question: str) -> str:
    """A question that wants something confirmed as one for yes or no, without the words that say so; any
    other as it is."""
    open_ended = _OR_NOT.sub("?", question)
    behind = _BEHIND.sub("", open_ended)
    claim = _BEFORE.sub("", behind if behind == open_ended else _HEARD.sub("", behind))
    if claim == open_ended or len(claim.split()) < _FEWEST:
        return open_ended
    claim = claim.rstrip("?!. ")
    if _ASKS.match(claim):
        return f"{claim}?"
    first, _, rest = claim.partition(" ")
    return f"Is it that {first.casefold() if first.casefold() in STOP_WORDS else first} {rest}?"
