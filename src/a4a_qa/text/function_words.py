"""Words of English that hold sentences together, deny something, or lean on the sentence before.

Each stands here once, so that what reads questions in several places reads the same words. Those in capitals
are alternatives for regular expressions, without groups.
"""

from __future__ import annotations

import re

AUXILIARIES = "is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|will|would|should"
ASKING = "how|what|who|whom|whose|when|where|why|which"
# What stands before such a word: "In which year?", "Since when?".
BEFORE_ASKING = "in|on|by|from|for|to|under|at|of|with|since|until"
# What hands on the turn, once; it ends on a space.
AND_SO = "(?:and |but |so )?"
# What stands in small letters between the words of a name.
SMALL_IN_NAMES = "of|for|and|the|on|in|against|to"
# What denies something. Some words only look like it: "No. 182" is a number, "no fewer than 12" and "not
# only" deny nothing.
NO = r"no(?!\.? ?\d| (?:more|less|fewer|later) than\b)"
NOT = r"not(?! only\b)|never|cannot|\w+n['’]t"
# What denies whatever it stands beside.
DENIES = rf"{NO}|{NOT}|none|neither|nor|without"
# What says that something is not there, or not done.
LACKS = r"lack(?:s|ed|ing)?|fail(?:s|ed)?"

NEGATION = re.compile(rf"\b(?:{DENIES}|{LACKS}|exempted|insufficient|absence|yet to)\b", re.IGNORECASE)
# What turns a question round: "Is it true that it is not …?", "Do only a few …?", "Is it legal?", which a
# sentence that says "no offence" answers with a yes.
_TURNED = re.compile(
    rf"\b(?:{DENIES}|not only|no (?:more|less|fewer|later)|nothing|nobody|lack\w*|fail\w*"
    r"|un\w+|(?:il)?legal(?:ly)?|lawful(?:ly)?|allowed|permitted|tolerated|exempt\w*|immun\w+|decriminali\w+"
    r"|get away|free (?:of|from)|in(?:complete|sufficient|adequate|accurate)\w*|only|fewer|less|hardly"
    r"|rarely|few|little|still|yet|absent|missing)\b",
    re.IGNORECASE,
)


def negates(question: str, sentence: str) -> bool:
    """Whether a sentence says no to something, and the question does not."""
    return bool(NEGATION.search(sentence)) and not _TURNED.search(question)


# How a sentence begins that goes on about what the one before said.
_POINTS_BACK = re.compile(
    r"^(?:this|these|those|such|it|its|they|their|he|his|she|her|both|another|others?|the (?:latter|former)"
    r"|the two|however|similarly|likewise|also|again|in addition|additionally|furthermore|moreover|indeed"
    r"|instead|yet|but|and|nevertheless|nonetheless|on the other hand|conversely|subsequently|then|later"
    r"|afterwards|accordingly|therefore|thus|consequently|as a result|in this regard|in particular"
    r"|for (?:example|instance)|upon|if this|at the same time|apparently)\b",
    re.IGNORECASE,
)
# "It" is left out: "It is reported that ..." often begins something new.
_OF_THE_SAME = re.compile(
    r"^(?:this|these|those|such|its|they|their|he|his|she|her|both|the (?:latter|former)|the two)\b",
    re.IGNORECASE,
)


def points_back(sentence: str) -> bool:
    """Whether a sentence continues the one before it."""
    return bool(_POINTS_BACK.match(sentence))


def is_of_the_same(sentence: str) -> bool:
    """Whether the subject of a sentence is something that the one before it named."""
    return bool(_OF_THE_SAME.match(sentence))
