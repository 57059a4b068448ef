"""What a question takes for granted, as a question that can be answered with yes or no.

Who asks "When was the plan adopted?" takes for granted that it was; "Was the plan adopted?" asks for just
that. The judge has learnt to answer such questions: where it reads a no beside the sentence that comes
nearest, the question takes for granted what the report denies.

The words of the question are moved, not inflected: the judge understands "Is it true that someone prepared
the plan?" as well as "Did someone prepare it?".
"""

from __future__ import annotations

import re

from a4a_qa.text.function_words import ASKING, AUXILIARIES, BEFORE_ASKING

_BE, _DO = ("was", "were", "is", "are"), ("did", "do", "does")
_AUXILIARY = rf"(?P<auxiliary>(?:{AUXILIARIES})(?:n['’]t)?)"
_ASKS = f"(?:{ASKING})"
_WORD = r"(?: [\w'’-]+)"
_PREPOSITION = f"{BEFORE_ASKING}|about|through|during|after|before|against|within"
# What is said before something is asked: "26 were arrested; how many …?", "Given that …, who …?"
_SAID = re.compile(
    rf"^(?!{_ASKS}\b|(?:{AUXILIARIES})\b)(?P<said>.{{12,}}?)"
    rf"(?:[.;:–—] |, (?=(?:(?:and|so|but|{_PREPOSITION}) )?(?:{_ASKS}|{AUXILIARIES})\b))(?=.{{6}})",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"^(?:(?:given|seeing|considering|granted|now)(?: that)?|since|as|with|when|after|although|while) ",
    re.IGNORECASE,
)
# What is said of who asks, or to place what is asked, claims nothing; nor do so few words.
_NO_CLAIM = re.compile(
    rf"(?:{_ASKS}|i|our|my|we|in|of|for|at|by|apart|according|on|under|among|besides|if|before|from|to)\b",
    re.IGNORECASE,
)
_FEWEST = 4
_OPENING = re.compile(r"^(?:and|but|so|well|please|exactly|roughly|about)\b[, ]*", re.IGNORECASE)
_ORDER = re.compile(
    r"^(?:name|list|give|tell|show|describe|explain|cite|quote|find|state)(?: (?:me|us))?(?: about)? ",
    re.IGNORECASE,
)
# The circumstances of what is taken for granted: why, when, with whom.
_CIRCUMSTANCE = re.compile(
    rf"\b(?:why|when|where|how(?: (?:long|often|soon|far|well))?"
    rf"|(?:{_PREPOSITION}) (?:whom|what|which|whose|how (?:many|much)){_WORD}{{0,4}}?)"
    rf" {_AUXILIARY} (?P<rest>.+)$",
    re.IGNORECASE,
)
# How much of it there is: how steep, how fast.
_DEGREE = re.compile(rf"\bhow(?! many\b| much\b){_WORD}{{1,4}}? {_AUXILIARY} (?P<rest>.+)$", re.IGNORECASE)
_SOMETHING = re.compile(
    rf"\b(?:what|which|whose|how (?:many|much))(?P<noun>{_WORD}{{0,6}}?) {_AUXILIARY} (?P<rest>.+)$",
    re.IGNORECASE,
)
_SOMEONE = re.compile(rf"\bwho(?:m|se)? (?:{_AUXILIARY} )?(?P<rest>.+)$", re.IGNORECASE)
_SOME = re.compile(r"\b(?:what|which|how (?:many|much)) (?P<rest>.+)$", re.IGNORECASE)
# Words that measure something rather than name it: "Which year did …?" takes no year for granted.
_MEASURE = re.compile(
    r"\b(?:year|month|day|hour|week|date|time|age|sum|amount|number|share|percentage|proportion|rate|way|extent"
    r"|place|role|figure)s?$",
    re.IGNORECASE,
)
# "Year the country signed", and what is said outright: "the country has signed".
_MEASURED = re.compile(
    r"^(?:the )?(?:exact )?(?:year|month|day|date|time|place|reason|way)"
    r"(?: (?:in|on|at) which| that| when| where| why)? (?P<rest>(?:(?:the|an?) |(?-i:[A-Z])).+)$",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"^(?P<rest>(?!(?:name|list|give|tell|show|describe|explain|cite|quote|find|state)\b)"
    r"(?:(?!(?:that|which|who|whose|where|if|whether)\b)[\w'’-]+ ){1,6}?"
    r"(?:is|are|was|were|has|have|had|does|do|did|can|could|must)(?:n['’]t)? .+)$",
    re.IGNORECASE,
)
# What follows is who did it, not what was done to what is asked for: "How many texts has the ministry …?"
_IS_SUBJECT = re.compile(r"(?i:the|an?|it|they|he|she|this|that|these|those|its|their|any|some|all)\b|[A-Z]")
_THE = re.compile(r"^the (?!only|most|first|last)", re.IGNORECASE)


def premises_of(question: str) -> tuple[str, ...]:
    """Yes/no questions for what a question takes for granted: for what it claims before it asks, and for what
    it asks about, unless that is such a question itself."""
    asked = " ".join(question.split()).rstrip("?!. ")
    said = _SAID.match(asked)
    claim = _GIVEN.sub("", said["said"]) if said else ""
    is_claim = len(claim.split()) >= _FEWEST and not _NO_CLAIM.match(claim)
    polar = _polar(_OPENING.sub("", asked[said.end() :] if said else asked))
    return (*((f"Is it true that {claim}?",) if is_claim else ()), *((polar,) if polar else ()))


def _polar(asked: str) -> str | None:
    """The yes/no question for what something asks about; None when it asks for yes or no, or for nothing."""
    if not asked or re.match(rf"{_AUXILIARY}\b", asked, re.IGNORECASE):
        return None
    for form, as_polar in _FORMS:
        if found := form.search(asked):
            return f"{as_polar(found)}?"
    return f"Is there {_any(_ORDER.sub('', asked))}?"


def _true(found: re.Match[str]) -> str:
    return f"Is it true that {found['rest']}"


def _done(found: re.Match[str]) -> str:
    return f"{_first(found)} {found['rest']}"


def _degree(found: re.Match[str]) -> str:
    is_thing = found["auxiliary"].lower() in _BE and _THE.match(found["rest"])
    return f"{_first(found)} there {_any(found['rest'])}" if is_thing else _done(found)


def _something(found: re.Match[str]) -> str:
    auxiliary, noun, rest = found["auxiliary"].lower(), found["noun"].strip(), found["rest"]
    if not noun and auxiliary in _BE:
        return f"{_first(found)} there {_any(rest)}"
    if auxiliary in _DO or _IS_SUBJECT.match(rest):
        is_measure = auxiliary in _BE or _MEASURE.search(noun)
        return _done(found) if is_measure else f"{_done(found)} {f'any {noun}' if noun else 'something'}"
    return f"{_first(found)} {f'any {noun}' if noun else 'anything'} {rest}"


def _someone(found: re.Match[str]) -> str:
    auxiliary, rest = (found["auxiliary"] or "").lower(), found["rest"]
    if not auxiliary:
        return f"Is it true that someone {rest}"
    if auxiliary in _BE:
        return f"{_first(found)} there {_any(rest)}"
    return _done(found) if auxiliary in _DO else f"{_first(found)} anyone {rest}"


def _first(found: re.Match[str]) -> str:
    return found["auxiliary"].capitalize()


def _any(thing: str) -> str:
    return _THE.sub("any ", thing)


# In this order: the first that is met counts.
_FORMS = (
    (re.compile(r"^how come (?P<rest>.+)$", re.IGNORECASE), _true),
    (_MEASURED, _true),
    (_CIRCUMSTANCE, _done),
    (_DEGREE, _degree),
    (_SOMETHING, _something),
    (_SOMEONE, _someone),
    (_SOME, lambda found: f"Is it true that some {found['rest']}"),
    (_STATED, _true),
)
