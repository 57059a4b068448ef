"""Whether a sentence denies what a yes-or-no question asks, so that «no» is the short answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from a4a_qa.answering.clauses import parted
from a4a_qa.answering.negation import DENIES, LACKS, NO, NOT
from a4a_qa.index.lexical import words_of

_NEGATION = re.compile(rf"\b(?:{DENIES}|{LACKS}|exempted|insufficient|absence|yet to)\b", re.IGNORECASE)
# What turns a question round: «Is it true that it is not …?», «Do only a few …?», «Is it legal?», which a
# sentence that says «no offence» answers with a yes.
_TURNED = re.compile(
    rf"\b(?:{DENIES}|not only|no (?:more|less|fewer|later)|nothing|nobody|lack\w*|fail\w*"
    r"|un\w+|(?:il)?legal(?:ly)?|lawful(?:ly)?|allowed|permitted|tolerated|exempt\w*|immun\w+|decriminali\w+"
    r"|get away|free (?:of|from)|in(?:complete|sufficient|adequate|accurate)\w*|only|fewer|less|hardly"
    r"|rarely|few|little|still|yet|absent|missing)\b",
    re.IGNORECASE,
)
# What leaves something open is no denial of it, only of its being known.
_OPEN = re.compile(
    r"\b(?:unclear|uncertain|unknown|not (?:yet )?(?:known|clear|certain)|whether|propos(?:es|ed|al)"
    r"|plan(?:s|ned)"
    r"|(?:is|are|remains?) to be|no (?:evidence|information|data|indication) (?:as to|on|that|about|of))\b",
    re.IGNORECASE,
)
_ASKS_WHAT_IS_KNOWN = re.compile(
    r"\b(?:know\w*|certain\w*|clear\w*|sure|evidence|reliabl\w*|confiden\w*|proof|(?:is|are|was|been) proven"
    r"|proven that|settled)\b",
    re.IGNORECASE,
)
# A demand does not tell what is so: «should», and the numbered demands of a declaration.
_IS_DEMANDED = re.compile(r"^\(\d+\)")
_DEMANDS = re.compile(rf"{_IS_DEMANDED.pattern}|\b(?:should|ought|must|needs? to)\b", re.IGNORECASE)
# What is lacking, not what for: «a lack of any mechanism to evaluate progress».
_LACKING = re.compile(
    r"\b(?:lack of|lack(?:s|ed|ing)?|absence of|without)"
    r"((?: (?!(?:to|for|that|of|such|in)\b)[\w'’-]+){1,5})",
    re.IGNORECASE,
)
# What is denied of a part only is not denied of all: «many of which have not».
_OF_A_PART = re.compile(
    r"\b(?:some|many|most|several|few|half|part|majority|number)\b(?: (?!and\b|but\b)[\w'’-]+){0,6}? "
    rf"(?:{NO}|{NOT}|{LACKS})\b",
    re.IGNORECASE,
)
# What is denied of those that a sentence tells from others is denied of no more: «states which do not …».
_OF_THOSE = re.compile(rf"(?<!,) (?:who|which)(?: [\w'’-]+){{0,2}}? (?:{NO}|{NOT}|{LACKS})\b", re.IGNORECASE)
# What only stands beside what is denied: «mere fishing without a wish to sell is no offence», «girls are
# exempted from the fines for which women are known».
_WITHOUT = re.compile(r"\bwithout(?: (?!(?:is|are|was|were|has|have|had)\b)[\w'’-]+){1,6}", re.IGNORECASE)
_WHICH = re.compile(r"\b(?:for|to|in|under|by|of) (?:which|whom)\b[^,;]*", re.IGNORECASE)
# Who says as much in their own words leaves the same out: «fishing is no offence unless it is to sell».
_LIMITED = re.compile(
    r"\b(?:without|unless|except\w*|only|mere(?:ly)?|just|solely|alone|if|as long as|with no"
    r"|not (?:meant|intended|for)|which|whom)\b",
    re.IGNORECASE,
)
# «Do the authorities claim that …?» asks for what a sentence concedes: «Although they noted …».
_ASKS_WHO_SAYS = re.compile(
    r"^\W*(?:do|does|did|have|has)\b.*\b(?:claim|say|note|state|report|admit|argue|claimed|said|noted|stated"
    r"|reported|admitted|argued)\b(?= (?:that|to|it|the)\b)",
    re.IGNORECASE,
)
# A row of a table speaks of one thing when it has a name and one cell more.
_MOST_CELLS = 2


def negates(question: str, sentence: str) -> bool:
    """Whether a sentence says no to something, and the question does not."""
    return bool(_NEGATION.search(sentence)) and not _TURNED.search(question)


def denies(question: str, sentence: str, others: Sequence[str] = ()) -> bool:
    """Whether a sentence that a judge takes for a no denies in so many words what a question asks, and the
    question asks neither for that nor for a part only: then «no» might mean anything.

    A long row of a table does not, nor a numbered demand, nor a sentence that denies it of a part. What a
    sentence concedes or leaves out is not what it says, unless that is asked. One that leaves something open
    denies only that it is known; nor does one that another of the `others` says the contrary of.
    """
    if _TURNED.search(question) or _IS_DEMANDED.search(sentence):
        return False
    if sum(bool(c.strip()) for c in sentence.split("\t")) > _MOST_CELLS:
        return False
    sentence = _OF_THOSE.sub(" ", _meant(question, sentence))
    if _OPEN.search(sentence):
        return bool(_ASKS_WHAT_IS_KNOWN.search(question))
    return (
        bool(_NEGATION.search(sentence))
        and not _OF_A_PART.search(sentence)
        and not _lacks_another_thing(question, sentence)
        and not _is_asked_beside(question, sentence)
        and not any(_says_the_contrary(question, other, sentence) for other in others)
    )


def _is_asked_beside(question: str, sentence: str) -> bool:
    """Whether a sentence has a word of what is asked, or said, only in a «without» beside what it denies, or
    several only in a «which», unless that is limited as well."""
    if _LIMITED.search(question):
        return False
    asked = set(words_of(question))

    def met(part: re.Pattern[str]) -> tuple[int, int]:
        """How many words of the question only such a part has, and how many the rest, which denies."""
        rest = part.sub(" ", sentence)
        if not _NEGATION.search(rest):
            return 0, 0
        in_rest = asked.intersection(words_of(rest))
        in_part = asked.intersection(words_of(" ".join(part.findall(sentence))))
        return len(in_part - in_rest), len(in_rest)

    in_which, elsewhere = met(_WHICH)
    return in_which > min(elsewhere, 1) or met(_WITHOUT)[0] > 0


def _meant(question: str, sentence: str) -> str:
    """What a sentence says, or what it concedes or leaves out where the question has more words of that, or
    as many and asks what somebody says."""
    asked = set(words_of(question))
    conceded, said = parted(sentence)
    parts = (conceded, said) if conceded and _ASKS_WHO_SAYS.search(question) else (said, conceded)
    return max(parts, key=lambda part: len(asked & set(words_of(part))))


def _lacks_another_thing(question: str, sentence: str) -> bool:
    """Whether all that a sentence denies is a thing that the question does not name."""
    if _NEGATION.search(_LACKING.sub(" ", sentence)):
        return False
    asked = set(words_of(question))
    return not any(asked & set(words_of(thing[1])) for thing in _LACKING.finditer(sentence))


def denies_another_thing(statement: str, sentence: str) -> bool:
    """Whether a statement denies what a sentence has only beside what it denies."""
    return bool(_NEGATION.search(statement)) and _is_asked_beside(statement, sentence)


def _says_the_contrary(question: str, other: str, sentence: str) -> bool:
    """Whether another sentence speaks of the same, by two words in a row, and denies nothing."""
    if _NEGATION.search(other) or _DEMANDS.search(other):
        return False
    asked, here, there = (set(pairwise(words_of(text))) for text in (question, sentence, other))
    return bool(asked & here & there)
