"""How English denies something, and whether a sentence says no to a question.

Some words only look like it: "No. 182" is a number, "no fewer than 12" and "not only" deny nothing.
"""

from __future__ import annotations

import re

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
