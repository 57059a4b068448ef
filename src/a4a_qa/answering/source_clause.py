"""A statement and, in a clause of its own, nothing but the wish for its source: «Girls leave school because
the way is unsafe. Which government publication says so?», «Twelve shelters – evidence?»."""

from __future__ import annotations

import re

from a4a_qa.index.lexical import words_of

_CLAUSE_END = re.compile(
    r"(?<=[.?!:;…])\s+|\s+[–—-]+\s+|,\s+(?=(?:what|which|who|whose|where|how|in|on|source)\b)", re.IGNORECASE
)
# «Which article?» asks for one of a law.
_SOURCE = (
    r"(?:source|publication|document|reference|ref|citation|proof|evidence|(?:end|foot)\s?note|link|url)s?"
)
_WORK = (
    rf"(?:{_SOURCE}|(?:story|evaluation|study|report|paper|newspaper|research|speech|note|book|web\s?page"
    r"|web\s?site|site|daily|magazine|agency|office|authority)s?|studies)"
)
_SAYS = (
    r"(?:says?|said|states?|stated|claims?|claimed|admits?|admitted|reports?|reported|tells?|told|shows?|showed"
    r"|confirms?|confirmed|found|writes?|wrote|counted|documented|recorded|published)"
)
_WRITTEN = (
    r"(?:written|published|printed|stated|said|documented|recorded|reported|described|shown|cited|referenced"
    r"|sourced|taken|online|from)"
)
_THAT = r"(?:so|this|that|it|these|them)"
_THEY = r"(?:they|you|we|one|i|the\s\w+)"
_ASKS_FOR_SOURCE = re.compile(
    rf"""(?:(?:and|but|so)\s)?(?:
    (?:(?:the|any|your|give\sthe|(?:what|which)\s(?:is|was|are|were)\sthe)\s)?(?:[\w'’]+\s)?{_SOURCE}
     (?:\s(?:number|please|pls|(?:for|of)\sthat))?
    |who\s(?:has\s)?{_SAYS}\s{_THAT}
    |how\s(?:do|does|did)\s{_THEY}\sknow(?:\s{_THAT})?
    |what\s(?:do|does|did)\s{_THEY}\srely\son(?:\shere)?
    |what(?:\sis|'s)\s{_THAT}\sbased\son
    |where\s(?:is|was|are|were|can)\s{_THAT}(?:\s\w+)?\s(?:be\s)?{_WRITTEN}(?:\sfrom)?(?:,?\sand\swhen)?
    |(?!from){_WRITTEN}\swhere
    |(?:(?:is|was)\s{_THAT}\s)?(?:(?:on|by|according\sto)\s)?whose\s\w+
    |(?:(?:in|on|from|by)\s)?(?:what|which|whose)\s(?!(?:is|was|are|were|do|does|did|kind|sort)\b)(?:[\w'’]+\s){{0,3}}{_WORK}
     (?:\s(?:(?:do|does|did|can)\s)?{_THEY}\s(?:have|find|found|use|used|cite|get|quote)
      |\s(?:is|was|are|were)|\s{_SAYS})?
     (?:\s(?:{_THAT}|there|here|meant|used|given|{_WRITTEN})){{0,3}}
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
# So many words tell which statement is meant.
_LEAST_STATED = 2


def statement_to_source(question: str) -> str | None:
    """What a question says in other clauses than one that asks for its source; None if there is no such
    clause, or hardly a word beside."""
    clauses = [clause.strip() for clause in _CLAUSE_END.split(question) if clause.strip()]
    stated = [clause for clause in clauses if not _ASKS_FOR_SOURCE.fullmatch(clause)]
    said = " ".join(stated)
    return said if len(stated) < len(clauses) and len(words_of(said)) >= _LEAST_STATED else None
