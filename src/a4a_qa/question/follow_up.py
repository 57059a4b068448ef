"""Questions that lean on earlier ones: how they say so, and what they leave out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from a4a_qa.index.lexical import words_of
from a4a_qa.text.function_words import AND_SO, AUXILIARIES
from a4a_qa.text.notation import MONTHS, YEAR

# Characters of earlier questions that a follow-up is read with: an encoder cuts a long text at its end.
_LONGEST_CONTEXT = 600

# "that" for something said before, mostly not as what joins two clauses.
_THAT = r"\b(?:is|was|about|of|for|from|with|by|to|after|before|does|did|do|has|can|will)\sthat\b"
_THE_OTHERS = r"\bthe (?:others?|rest|former|latter)\W*$"
# "This report", "Is this the first edition?"
_PUBLICATION = r"(?:(?:the|an?)\s)?(?:\w+\s)?(?:report|document|publication|study|text|edition|volume)"
# A question that leans on the one before says so with one of these, or with hardly a word of its own.
_LEANING = re.compile(
    r"^(?:and|but|also|or|so|what about|how about|what of|then|ok(?:ay)?|same for)\b"
    r"|\b(?:(?-i:it|It)|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|there|ones?)\b"
    r"|\bthe (?:former|latter)\s*(?:[?.,;]|$)"
    rf"|{_THAT}|\bthat(?:\s\w+)?\s*[?.]*$"
    r"|^(?:why|who|when|where|how many|how much|how|since when|which ones?|by whom)\s*[?.]*$"
    r"|^(?:in|for|from|among|during|under|by|at|with)\b"
    rf"(?:\s(?!(?:{AUXILIARIES})\b)[\w'’-]+){{1,4}}\s*\?+$",
    re.IGNORECASE,
)
# What only looks so: "this report", "Are there shelters for boys?", "There are no shelters?".
_NOT_LEANING = re.compile(
    rf"\bthis\s{_PUBLICATION}\b|^is it that\b"
    r"|\bthere\s(?:is|are|was|were|has been|have been)\b(?=\s\w)"
    r"|\b(?:is|are|was|were)\sthere\b(?!\s(?:any|more|others?|another|enough|ones?)\b)"
    r"(?!\s(?:already|now|today|left|yet|so far|altogether|at present|in (?:all|total))\W*$)(?=\s\w)",
    re.IGNORECASE,
)
# What leaves open who did what, or what is said of what: "Who took part?", "What does the law say?".
_SAYING = (
    r"say|recommend|advise|suggest|propose|call for|ask for|demand|require|want|provide(?: for)?|state"
    r"|conclude|promise|expect|find"
)
_DONE = (
    rf"(?:(?:{AUXILIARIES}|been|got|get)\s)*"
    r"(?:(?!hundred\b|need\b)\w+ed|(?:takes?|took|taken) part|c[ao]me|went|met|attends?|participates?"
    r"|joins?|won|lost|left)"
)
_INCOMPLETE = re.compile(
    rf"^{AND_SO}(?:what (?:{AUXILIARIES}) (?:[\w'’-]+ ){{1,3}}(?:{_SAYING})"
    rf"|(?:who|how many(?: [\w'’-]+)?|which [\w'’-]+s) {_DONE})\W*$",
    re.IGNORECASE,
)
# A question of more words than the first stands alone, of more than the second even if it begins with what
# points back: "What did they find, and did it include women?".
_MOST_LEANING, MOST_OWN_WORDS = 4, 6
# What points to something said before, and what only looks so: "it is a crime to …", "this report".
_POINTING = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|this|these|those|(?:the|that)\s(?:\w+\s)?ones?)\b"
    rf"|{_THAT}|\b(?:are|is|were|was)\sthere\W*$|{_THE_OTHERS}",
    re.IGNORECASE,
)
_POINTING_TO_MANY = re.compile(r"\b(?:they|them|theirs?)\b", re.IGNORECASE)
_NOT_POINTING = re.compile(
    r"\bit\b(?=.*\b(?:to|that|for|if|when|who|which)\b)"
    rf"|\bth(?:is|at)\s(?:{_PUBLICATION}|country|context)\b"
    r"|\bthat\s(?:has|have|had|is|are|was|were)\b|\bthose\s(?:who|that|which|with|in|under)\b",
    re.IGNORECASE,
)
# "How many shelters are there?" names what there is, "How many of those are there?" does not.
_WHAT_THERE_IS = re.compile(
    r"\b(?:how many|what|which) (?!(?:of|such)\b)"
    r"(?!(?:more|others?|else|ones?|kinds?|types?|sorts?) (?:is|are|was|were)\b)[\w'’-]+"
    r"(?: (?!there\b)[\w'’-]+){0,5} (?:is|are|was|were) there\W*$",
    re.IGNORECASE,
)
# What hands on the turn and asks for whatever follows.
WHAT_ABOUT = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?)[\s,]+)*(?:what about|how about|what of)\s", re.IGNORECASE
)
_MONTHS = frozenset(words_of(" ".join(MONTHS)))
# A name, a numbered place, or what stands before a comma or "and" may be what a question points to; "I" is
# none of these.
_NAME = re.compile(r"\s(?!I\b)[A-Z]|\b[A-Z]{2}|\d")
# A question with no more words of its own than this says nothing without what it points to; "they" are often
# just people, or the authorities.
_MOST_UNCLEAR, _MOST_UNCLEAR_OF_MANY = 2, 1
_YEAR = re.compile(rf"\b{YEAR}\b")
# A numbered place ("item 32"), and how the next question means another: by its number alone, or as its
# neighbour.
_PLACE = re.compile(
    r"\b(?P<kind>article|item|endnote|footnote|note|point|paragraph|recommendation)s?"
    r"\s(?P<number>\d{1,3})(?:(?:\s?[,–-]\s?|\s(?:and|or|to)\s)\d{1,3})*\b",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(
    r"(?:(?:and|but|ok|then|what about|how about|what of)[\s,]+)*(?:no\.?\s|number\s)?(?P<number>\d{1,3})\W*",
    re.IGNORECASE,
)
_ONE = r"(?:one|item|article|note|point)"
_NEIGHBOUR = {
    1: re.compile(rf"\bthe (?:next|following)(?: {_ONE}\b|\W*$)|\bthe {_ONE} after\b", re.IGNORECASE),
    -1: re.compile(rf"\bthe previous(?: {_ONE}\b|\W*$)|\bthe {_ONE} before\b", re.IGNORECASE),
}
# Words that ask for nothing without others: greetings, thanks, half a question.
_SAYS_NOTHING = frozenset(
    words_of(
        "hello hi hey thanks thank welcome goodbye bye ok okay yes no please sorry sure really great good "
        "nice cool morning evening afternoon day test testing many much often long old big few far more else "
        "again help exactly precisely specifically"
    )
)
_COURTESY = frozenset(
    """hello hi hey dear there welcome good morning evening afternoon day night bye goodbye ok okay sure great
    nice cool perfect thank thanks thx many very so much a lot you for your the help answer sorry please test
    testing""".split()
)


def says_nothing(question: str) -> bool:
    """Whether a question has no word that could be looked up: "Hello", "How many?"."""
    return _SAYS_NOTHING.issuperset(words_of(question))


def is_courtesy(question: str) -> bool:
    """Whether somebody thanks or greets, and asks for nothing."""
    return _COURTESY.issuperset(re.findall(r"\w+", question.casefold()))


def names_something(question: str) -> bool:
    """Whether a question has what may be a name or a number, which an earlier question need not tell."""
    return bool(_NAME.search(question))


def newest_question(question: str, search: str) -> str | None:
    """The end of what is searched for that was asked just now, if it stands there and says more than another
    year."""
    says_more = any(not _YEAR.fullmatch(word) for word in words_of(question))
    return question if says_more and search.endswith(question) else None


def leans(question: str) -> bool:
    """Whether a question cannot be understood without the one before."""
    own = len(words_of(question))
    if (own <= 1 and not _NAME.search(question)) or _INCOMPLETE.match(question):
        return True
    leaning = _leaning_in(question) if own <= MOST_OWN_WORDS else None
    return leaning is not None and (own <= _MOST_LEANING or not words_of(leaning.string[: leaning.start()]))


def is_vague(question: str) -> bool:
    """Whether a question that leans on another names nothing that could be looked up without it."""
    few = len(words_of(question)) <= _MOST_UNCLEAR
    rest = WHAT_ABOUT.sub("", _WHAT_THERE_IS.sub(" ", question))
    asks_for_more = re.search(_THE_OTHERS, rest, re.IGNORECASE)
    is_empty = asks_for_more or _says_it_leans(rest) or says_nothing(question)
    return few and not _NAME.search(question) and bool(is_empty)


def _says_it_leans(question: str) -> bool:
    return _leaning_in(question) is not None


def _leaning_in(question: str) -> re.Match[str] | None:
    """The word with which a question says that it leans on another, in what is left without what only seems
    one."""
    return _LEANING.search(_NOT_LEANING.sub(" ", question))


def points_back(question: str) -> bool:
    """Whether a question says nothing without something said before, to which it points."""
    if _names_only_when(question):
        return True
    rest = _NOT_POINTING.sub(" ", _WHAT_THERE_IS.sub(" ", question))
    own = len(words_of(rest))
    pointing = own <= _MOST_UNCLEAR and _POINTING.search(rest)
    pointing = pointing or (own <= _MOST_UNCLEAR_OF_MANY and _POINTING_TO_MANY.search(rest))
    # Much is of one year: that is not what is pointed to.
    if not pointing or _NAME.search(_YEAR.sub(" ", question)):
        return False
    before = re.split(r",|\band\b", rest[: pointing.start()], flags=re.IGNORECASE)
    return not any(words_of(part) for part in before[:-1])


def _names_only_when(question: str) -> bool:
    """Whether all that a question says is a year or a month, which it asks for in turn: "And in 2010?"."""
    words = words_of(question)
    only_when = all(_YEAR.fullmatch(word) or word in _MONTHS for word in words)
    return bool(words) and only_when and _says_it_leans(question)


def in_full(question: str, earlier: Sequence[str]) -> str:
    """A question behind what it leaves to earlier ones: the last that stands on its own, and all that was
    added since. A new year, or a new number of a place, replaces the old."""
    start = next((i for i in range(len(earlier) - 1, -1, -1) if not leans(earlier[i])), 0)
    context = earlier[start]
    for follow_up in (*earlier[start + 1 :], question):
        if _YEAR.search(follow_up):
            context = _YEAR.sub(" ", context)
        context = f"{_at_place_of(follow_up, context)[:_LONGEST_CONTEXT]} {follow_up}"
    return context


def _at_place_of(question: str, context: str) -> str:
    """The context with the numbered place that it names replaced by the one of its kind that the question
    means."""
    named = _PLACE.search(context)
    if named is None:
        return context
    number = int(named["number"])
    if other := _PLACE.search(question):
        if other["kind"].casefold() != named["kind"].casefold():
            return context
        number = int(other["number"])
    elif bare := _BARE_NUMBER.fullmatch(question):
        number = int(bare["number"])
    else:
        number += sum(step for step, words in _NEIGHBOUR.items() if words.search(question))
    if number in (0, int(named["number"])):
        return context
    return _PLACE.sub(lambda place: f"{place['kind']} {number}", context)
