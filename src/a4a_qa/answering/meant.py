"""What a question means by what somebody typed: without tags, its spelling mended, asking what it asks."""

from __future__ import annotations

import re
from collections.abc import Callable

from a4a_qa.answering.confirmation import as_yes_no
from a4a_qa.answering.function_words import AND_SO, ASKING

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
# «Were do children go», typed for «where».
_WERE = re.compile(
    rf"^({AND_SO})were(?= (?:do|does|did|is|are|was|can|could|has|have|should)\b)", re.IGNORECASE
)
# «Why is there no chapter on ferries?», «Why does the report not cover ferries?»
_PART = r"(?:chapters?|sections?|parts?|pages?)"
_LEFT_OUT = re.compile(
    rf"(?P<why>{AND_SO}why) (?:(?:is|are|was) there no {_PART} (?:on|about|for)"
    r"|(?:does|did) the report not (?:cover|deal with|discuss|include)"
    rf"|(?:has|does) the report (?:have )?no {_PART} (?:on|about|for))"
    rf" (?P<what>(?:(?!\b(?:{ASKING})\b)[^?])+)\W*",
    re.IGNORECASE,
)
_HOURS = re.compile(r"\b(\d{1,2}) ?h(?:rs?)?\b", re.IGNORECASE)


def meant_by(question: str, mend: Callable[[str], str] = str) -> str:
    """A question as it is searched for: `mend` corrects its spelling, «24h» becomes «24-hour», who only wants
    to have something confirmed asks for yes or no, and who misses a chapter why that is left out."""
    mended = _HOURS.sub(r"\1-hour", mend(_without_tags(question)))
    if left_out := _LEFT_OUT.fullmatch(mended):
        return f"{left_out['why']} is {left_out['what'].strip()} left out?"
    return as_yes_no(_WERE.sub(r"\1where", mended))


def _without_tags(question: str) -> str:
    """A question without the tags of pasted HTML, as long as it says anything else."""
    return " ".join(_TAG.sub(" ", question).split()) or question
