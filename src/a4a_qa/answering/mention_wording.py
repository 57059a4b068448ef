"""How people ask whether and where a name stands in a report, what is said of it or by it, or what happened
in a year: their wording.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from a4a_qa.notation import YEAR

# Whether and where a name stands; what it is short for; what is said of it; what it says, and of what; what
# happened in a year, or somebody did; nothing but a name.
MentionKind = Literal["mentioned", "short_for", "about", "said", "said_of", "in_year", "bare"]

_REPORT = r"(?:(?:the|this) (?:report|document|publication|study|text)|it)"
_NAMING = (
    r"(?:mention|name|refer to|speak of|talk about|cover|discuss|deal with"
    r"|say (?:any|some)thing (?:about|on))"
)
_NAMED = r"(?:mentioned|named|referred to|spoken of|talked about|covered|discussed|dealt with)"
_WHERE = (
    r"(?:where|how often|how many times"
    r"|(?:in|on) (?:which|what) (?:sections?|chapters?|parts?|places?|pages?|notes?))"
)
_STILL = r"(?:ever |even |also |anywhere |explicitly )*"
_IN_IT = rf"(?:\s(?:at all|anywhere|by name|in {_REPORT}|in here|here))*"
_NAME = r"(?P<name>[^?,;:]{2,80}?)"
_ACRONYM = r"(?:the )?(?P<name>(?-i:[A-Z][\w./&-]*[A-Z][\w-]*))"
_DID = r"(?:does|did|do|has|have|had)"
_SAY = (
    r"(?:say|said|report|reported|write|state|stated|claim|claimed|find|found|find out|found out|conclude"
    r"|concluded|reveal|revealed|estimate|estimated|note|noted|point out)"
)
_IN_YEAR = rf"(?:in|during) (?:the year )?(?P<year>{YEAR})"
_PATTERNS: tuple[tuple[MentionKind, str], ...] = (
    ("mentioned", rf"(?:{_WHERE} )?(?:does|did|do) {_REPORT} {_STILL}{_NAMING} {_NAME}"),
    ("mentioned", rf"(?:{_WHERE} )?(?:is|are|was|were) {_NAME} {_STILL}{_NAMED}"),
    ("mentioned", rf"(?:is|are) there (?:any |a )?(?:mentions?|references?) (?:of|to) {_NAME}"),
    ("mentioned", rf"(?:list |show |find |give me )?(?:all |any |every )?mentions? of {_NAME}"),
    ("short_for", rf"what (?:does|did|do) {_ACRONYM} (?:mean|stand for|refer to)"),
    ("short_for", rf"(?:what(?:'s|’s| is| are)|who (?:is|are)|define) {_ACRONYM}(?: short for)?"),
    (
        "short_for",
        rf"(?:what is )?(?:the )?(?:meaning|full name|full form|long form|definition) of {_ACRONYM}",
    ),
    (
        "about",
        rf"(?:is there |have you |do you have |does {_REPORT} (?:say|have) )?"
        rf"(?:anything|something|info|information)(?: at all| in {_REPORT})?"
        rf" (?:on|about|of|regarding) {_NAME}",
    ),
    (
        "about",
        rf"(?:what (?:does|did|do) {_REPORT} say|tell me|what is (?:said|known|there))"
        rf" (?:about|on|of) {_NAME}",
    ),
    ("in_year", rf"what (?:else )?(?:happened|happens|took place|occurred|was done|changed) {_IN_YEAR}"),
    ("in_year", rf"(?:the )?(?:events|developments|happenings) (?:of|in|during) (?P<year>{YEAR})"),
    ("in_year", rf"what (?:did|do) {_NAME} do {_IN_YEAR}"),
    ("said", rf"what {_DID} {_NAME} {_SAY}"),
    ("said", rf"what (?:is|was|has been) (?:said|reported|found|claimed|stated) by {_NAME}"),
    ("said", rf"according to {_NAME}"),
    ("said_of", rf"what {_DID} {_NAME} {_SAY} (?:about|on|of|regarding) (?P<topic>[^?]+?)"),
    ("bare", _NAME),
)


def _whole(pattern: str) -> re.Pattern[str]:
    """A pattern that has to fit a whole question."""
    return re.compile(rf"\W*(?:please |and |so |but )*{pattern}{_IN_IT}[\s?.!]*", re.IGNORECASE)


_WORDINGS = tuple((kind, _whole(pattern)) for kind, pattern in _PATTERNS)


@dataclass(frozen=True, slots=True)
class MentionWanted:
    """What is asked of a name, or in which `year` what happened; the `topic` is what it says something of."""

    kind: MentionKind
    name: str
    topic: str = ""
    year: str = ""


def mention_wanted(question: str) -> MentionWanted | None:
    """What a question asks of a name by its wording; None when it asks for no name."""
    for kind, pattern in _WORDINGS:
        if asked := pattern.fullmatch(question):
            groups = asked.groupdict(default="")
            name, topic, year = (groups.get(group, "").strip() for group in ("name", "topic", "year"))
            return MentionWanted(kind, name, topic, year)
    return None
