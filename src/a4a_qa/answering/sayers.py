"""How a sentence tells who says something: «according to the Blue Watch», «a study by the Blue Watch»."""

from __future__ import annotations

import re

# «Victims found in a house» found nothing.
_SAID = (
    r"(?:says?|said|reports?|reported|states?|stated|notes?|noted|finds?|found(?! (?:in|at|on|by|to)\b)"
    r"|estimates?|estimated|shows?|showed|reveals?|revealed|concludes?|concluded|indicates?|indicated"
    r"|points? out|pointed out|claims?|claimed|observes?|observed|suggests?|suggested|believes?"
    r"|documented|investigated|identified|announced)"
)
# «Was reported» says nothing of who did, «to report» of nothing that was said.
_BY_ITSELF = "".join(rf"(?<!\b{word} )" for word in ("is", "was", "are", "were", "been", "be", "to"))
_WORK = (
    r"(?:report|study|studies|survey|research|assessment|article|paper|review|evaluation|publication"
    r"|data|figures?|estimates?|statistics)"
)
_WORK_AFTER = re.compile(rf"\s+{_WORK}s?$", re.IGNORECASE)


def says(name: re.Pattern[str]) -> re.Pattern[str]:
    """Finds a sentence that names somebody, as this pattern does, as the one who says something."""
    who = rf"(?i:{name.pattern})" if name.flags & re.IGNORECASE else name.pattern
    return re.compile(
        rf"(?i:\baccording to\s{_up_to(10)})\(?{who}"
        rf"|{who}\)?(?:['’]s?)?,?\s(?i:{_up_to(5)}{_BY_ITSELF}\b{_SAID}\b)"
        rf"|(?i:\b(?:{_WORK}s?\s{_up_to(6)}(?:by|from)|{_SAID}\s{_up_to(1)}by)\s{_up_to(3)})\(?{who}"
    )


def _up_to(count: int) -> str:
    """So many words of one clause."""
    return rf"(?:[^\s.;:]+\s){{0,{count}}}?"


def without_work(name: str) -> str:
    """«The Blue Watch study» → «The Blue Watch», whose study says what it says."""
    return _WORK_AFTER.sub("", name)
