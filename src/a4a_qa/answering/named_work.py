"""The sentence in which a report's own text names the study, report or newspaper that a statement is from.

«A report published by the Harbour Trust in 2007 … The average age was 16.»: no endnote stands on the second
sentence, and the first says what is asked.
"""

from __future__ import annotations

import re

from a4a_qa.report import Report

_STUDY = (
    r"(?:study|studies|reports?|research|surveys?|evaluations?|assessments?|publications?|investigations?)"
)
_PRESS = r"(?:newspapers?|papers?|magazines?|articles?|journals?|daily|broadcasters?|stories|story|piece)"
_ASKS = re.compile(
    rf"\b(?:which|what|whose)\s(?:\w+\s)?(?:(?P<study>{_STUDY})|(?P<press>{_PRESS}))\b"
    r"|\bwho\s(?P<published>published|issued|printed|put\sout)\b",
    re.IGNORECASE,
)
# «A report published by …», «The 2007 research …»; «the report» alone is this one or was named before.
_NAMES_STUDY = re.compile(
    rf"\b{_STUDY}\b(?:\s\w+){{0,6}}?\s(?:by|of the (?-i:[A-Z])|from (?-i:[A-Z]))"
    rf"|\b(?:an?|(?:19|20)\d\d)\s(?:\w+\s){{0,3}}?{_STUDY}\b|’s\s(?:\w+\s){{0,3}}?{_STUDY}\b",
    re.IGNORECASE,
)
# The names of newspapers and stations mostly end like this.
_NAMES_PRESS = re.compile(
    r"\b[A-Z][\w’'-]* (?:Daily|Times|Post|Herald|Tribune|Gazette|Journal|News|Guardian|Mail|Star"
    r"|Telegraph|Chronicle|Observer|Independent|Weekly|Review|Radio|Television)\b|\b(?:BBC|CNN|Reuters)\b"
)
# How many sentences before a statement may name what it is from.
_MOST_BEFORE = 2


def asks_who_published(question: str) -> bool:
    """Whether a question asks who published a work, which its text is likelier to say than who wrote it."""
    return any(asked["published"] for asked in _ASKS.finditer(question))


def work_named_for(question: str, statement: int, report: Report) -> int | None:
    """The sentence (position) that names the work of the kind that a question asks for («Which study is that
    from?», «Who published it?»): the statement itself, or one shortly before it in its paragraph; None where
    none does."""
    asked = _ASKS.search(question)
    block = report.block_at(report.sentences[statement].start)
    if asked is None or block is None:
        return None
    kinds = ((_NAMES_STUDY, "study"), (_NAMES_PRESS, "press"))
    names = [pattern for pattern, kind in kinds if asked[kind] or asked["published"]]
    for position in range(statement, max(-1, statement - _MOST_BEFORE - 1), -1):
        sentence = report.sentences[position]
        if sentence.start < block.start:
            return None
        if any(pattern.search(report.slice(sentence)) for pattern in names):
            return position
    return None
