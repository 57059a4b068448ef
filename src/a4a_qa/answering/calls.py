"""What a sentence calls for, and what it says is so: «States should …» tells of no country that it does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from a4a_qa.report import Report

# What leads in to a list of demands: «We call on all States to:».
_LEAD_IN = re.compile(
    r"\b(?:call(?:s|ed|ing)? (?:up)?on|(?:urg|encourag|invit|advis)(?:e|es|ed|ing)"
    r"|(?:request|recommend)(?:s|ed|ing)?|commit(?:s|ted|ting)?"
    r"|should|must|ought to)\b",
    re.IGNORECASE,
)
# What one of a list calls for by itself.
_OUGHT = re.compile(
    r"\b(?:should|must|ought to|needs? to|(?:is|are) (?:\w+ ){0,2}(?:needed|required|recommended)"
    r"|it is (?:\w+ )?(?:crucial|important|essential|necessary|vital) (?:to|that))\b",
    re.IGNORECASE,
)
_ASKS_WHAT_IS_SO = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|well)\W+)*(?:is|are|was|were|do|does|did|has|have|had|can|could)(?:n['’]t)?\b",
    re.IGNORECASE,
)
# Questions that ask for what is called for, or what text calls for it.
_ASKS_FOR_CALLS = re.compile(
    r"\b(?:should|must|ought|need(?:s|ed)?|requir\w+|recommend\w*|suggest\w*|propos\w*|advi[sc]e\w*"
    r"|call(?:s|ed|ing)?|ask(?:s|ed|ing)?|urg(?:e|es|ed|ing)|encourag\w*|demand(?:s|ed|ing)?|want(?:s|ed)?"
    r"|expect\w*|suppos\w*|commit(?!tee|ted\b(?! to\b))\w*|pledg\w*|promis\w*|appeal\w*|request\w*"
    r"|invit\w*|priorit\w*|ha(?:ve|s) to|declar\w+|states that|text (?:that|which|says|calls))\b",
    re.IGNORECASE,
)


def asks_what_is_so(question: str) -> bool:
    """Whether a question asks if something is so, and not if it is called for."""
    return bool(_ASKS_WHAT_IS_SO.match(question)) and not _ASKS_FOR_CALLS.search(question)


def facts_first(sentences: Sequence[int], report: Report) -> tuple[int, ...]:
    """Sentences by position, those before all others that say what is so."""
    return tuple(sorted(sentences, key=lambda position: is_call(position, report)))


def is_call(position: int, report: Report) -> bool:
    """Whether a sentence says what somebody is called on to do."""
    sentence = report.sentences[position]
    block = report.block_at(sentence.start)
    if block is None:
        return False
    if any(_LEAD_IN.search(report.slice(place)) for place in block.context):
        return True
    return block.kind == "list_item" and bool(_OUGHT.search(report.slice(sentence)))
