"""What a question leaves to the one before, said in full where that can be done in its own words.

After «Who runs the ferry?», «Where?» becomes «Where runs the ferry?», which is odd English but finds it.
"""

from __future__ import annotations

import re

from a4a_qa.answering.countries import named_instead, names_country
from a4a_qa.answering.function_words import AND_SO, AUXILIARIES, BEFORE_ASKING, SMALL_IN_NAMES
from a4a_qa.index.lexical import words_of

_PREPOSITION = f"{BEFORE_ASKING}|about|against"
_GOES_ON = r"(?:(?:and|so|but|ok(?:ay)?|then)[\s,]+)*"
# «Since when?», «Which year?», «By whom?»: asks for something else about the same.
_ASKS_ONLY = re.compile(
    rf"{_GOES_ON}(?P<asks>(?:(?:{_PREPOSITION}) )?(?:whom?|when|where|why|how(?: long| often)?"
    r"|(?:which|what) (?:year|month|date|day|country|province|city|town|place|article|law)))\W*",
    re.IGNORECASE,
)
_ASKS_FIRST = re.compile(
    rf"{_GOES_ON}(?:(?:(?:{_PREPOSITION}) )?(?:whom?|when|where|why|how(?= (?:{AUXILIARIES})\b)) "
    rf"|(?=(?:{AUXILIARIES})\b))(?P<rest>[^?]+)\W*",
    re.IGNORECASE,
)
# «How many girls?», and where the question before counts others: «How many boys were trained?»
_NOT_COUNTED = rf"(?!(?:{AUXILIARIES}|{_PREPOSITION}|more|others?|else|ones?|those|such)\b)"
_COUNTED = (
    rf"(?:{_NOT_COUNTED}[\w'’-]+ ){{0,3}}?{_NOT_COUNTED}(?:people|children|women|men|\w+[^\Ws]s)\b(?!['’-])"
)
_COUNTS_ONLY = re.compile(rf"{_GOES_ON}how many (?P<counted>{_COUNTED})\W*", re.IGNORECASE)
_COUNTS_FIRST = re.compile(rf"(?<=\bhow many ){_COUNTED}(?= \w)", re.IGNORECASE)
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
    rf"{AND_SO}(?:(?:{BEFORE_ASKING}) )?"
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
# «What about it?» asks again what was asked.
_ASKS_AGAIN = re.compile(rf"{_GOES_ON}(?:(?:what|how) about|what of|the same for)\b", re.IGNORECASE)
# «And with Malaysia?», «What about the CRC?», «And the fine?»: what is put in place of something.
_PUTS = re.compile(
    rf"{_GOES_ON}(?:(?:(?:what|how) about|what of|the same for)\s)?(?:(?P<how>{_PREPOSITION}) )?"
    r"(?P<what>[\w.()’'/&-]+(?: [\w.()’'/&-]+){0,8}?)\W*",
    re.IGNORECASE,
)
# What is put so has no verb that helps, and points to nothing.
_NO_THING = re.compile(
    rf"\b(?:{AUXILIARIES}|who|whom|whose|what|which|when|where|why|how|if|not|else|others?|more|all|any|some|rest"
    r"|same|only|then|now|today|yes|no|ok|okay|thanks?|please|really|sure|next|last|first|second|third|before"
    r"|after|it|its|they|them|theirs?|he|she|his|hers?|him|this|that|those|these|there|ones?|we|us|you|i)\b",
    re.IGNORECASE,
)
_CAPITAL = r"(?-i:[A-Z][\w.’'&-]*)"
_SMALL_BETWEEN = rf"(?: (?:{SMALL_IN_NAMES}))*"
_NAME = rf"(?:the |an? )?{_CAPITAL}(?:{_SMALL_BETWEEN} (?:{_CAPITAL}|I+\b|\d+))*"
_IS_NAME = re.compile(_NAME, re.IGNORECASE)
# A treaty, to the end of what is asked of it.
_TREATY = re.compile(
    r"(?:\bthe )?(?:\b(?!(?:the|an?|to|of|on|by|ratify|sign|accept|join|under|in|with)\b)[\w-]+ ){0,4}?"
    r"\b(?:convention|protocol|covenant|treaty|CRC|OPSC)\b[^?,;]*",
    re.IGNORECASE,
)
# What an offence is punished with, and how that is asked for.
_PENALTY = r"(?:(?:minimum |maximum |prison |jail )?(?:sentence|penalty|punishment|term|fine))"
_IS_PENALTY = re.compile(rf"(?:the )?(?P<penalty>{_PENALTY})", re.IGNORECASE)
_PENALTY_FOR = re.compile(
    rf"\b(?:what|how (?:long|high|much)) (?:is|are) the {_PENALTY}(?= (?:for|of|if)\b)", re.IGNORECASE
)
_ASKS_WHICH_LAW = re.compile(r"\b(?:article|law)$", re.IGNORECASE)
_PUNISHED = re.compile(r"(?<= )for [^?]+", re.IGNORECASE)
# What may stand for somebody else, or for all that was asked.
_STANDS_FOR_ANOTHER = re.compile(
    r"\b(?:its|he|him|his|she|hers?|theirs?|this|that|those|these|there|ones?)\b", re.IGNORECASE
)


def counts_only(question: str) -> bool:
    """Whether all that a question says is whom or what it counts: «And how many girls?»"""
    return _COUNTS_ONLY.fullmatch(question) is not None


def follow_up_in_full(question: str, before: str) -> str | None:
    """A follow-up that asks for something else about what the question before asks, or about others, in full;
    None where that cannot be told."""
    asks, counts = _ASKS_ONLY.fullmatch(question), _COUNTS_ONLY.fullmatch(question)
    if asks and (first := _ASKS_FIRST.fullmatch(before)):
        return f"{asks['asks']} {first['rest']}?"
    if asks and _ASKS_WHICH_LAW.search(asks["asks"]) and (penalty := _PENALTY_FOR.match(before)):
        return f"{asks['asks']} punishes {before[penalty.end() :].removeprefix(' for ')}"
    if counts and len(_COUNTS_FIRST.findall(before)) == 1:
        return _COUNTS_FIRST.sub(counts["counted"], before)
    if put := _with_put(question, before):
        return put
    if _ASKS_AGAIN.match(question):
        return None
    first_asked = before.rstrip("?. ")
    named = _ASKS_WHAT_IT_IS.fullmatch(first_asked)
    return _with_thing(question, named[1] if named else _thing_of(first_asked))


def part_in_full(part: str, first: str) -> str | None:
    """A part of a question with the one thing that the first part asks about in place of the pronoun, or with
    the body before it; None where another may be meant."""
    if named := _ASKS_WHAT_IT_IS.fullmatch(first):
        return f"{named[1]} {part}"
    return _with_thing(part, _thing_of(first))


def _with_put(question: str, before: str) -> str | None:
    """The question before with what a follow-up puts in the place of something of its kind: one treaty or
    country for another, a name for one behind the same preposition, what is punished, or with what."""
    put = _PUTS.fullmatch(question)
    if put is None or _NO_THING.search(put["what"]):
        return None
    how, what = (put["how"] or "").casefold(), put["what"]
    penalty = _IS_PENALTY.fullmatch(what)
    if penalty and not how:
        return _put(_PENALTY_FOR, f"what is the {penalty['penalty']}", before)
    if how == "for" and _PENALTY_FOR.search(before):
        return _put(_PUNISHED, f"for {what}", before)
    if _TREATY.fullmatch(what) and not how:
        return _put(_TREATY, what, before)
    if how and _IS_NAME.fullmatch(what):
        return _put(re.compile(rf"\b{how} {_NAME}", re.IGNORECASE), f"{how} {what}", before)
    if not how and _IS_NAME.fullmatch(what) and names_country(what):
        return named_instead(re.sub("^the ", "", what, flags=re.IGNORECASE), before)
    return None


def _put(place: re.Pattern[str], what: str, before: str) -> str | None:
    """A question with this in the one place of its kind; None where there is none, or several."""
    return place.sub(lambda _: what, before) if len(place.findall(before)) == 1 else None


def _thing_of(question: str) -> str:
    """The one thing that a question asks about, or nothing."""
    asked = _ASKED_OF.fullmatch(question)
    return _DONE.sub("", asked["thing"]) if asked else ""


def _with_thing(question: str, thing: str) -> str | None:
    """A question with a thing in place of its pronoun, if it has one that can stand for nothing else."""
    if len(_PRONOUN.findall(question)) != 1 or _STANDS_FOR_ANOTHER.search(f"{thing} {question}"):
        return None
    is_thing = bool(words_of(thing)) and not _PRONOUN.search(thing)
    return _PRONOUN.sub(lambda _: thing, question) if is_thing else None
