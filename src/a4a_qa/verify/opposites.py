"""Words that cannot both be meant: local and foreign, direct and indirect, boys and girls.

The one place that holds them. Two texts differ by such a pair when one has a word of one side where the other
has its opposite; who holds a whole sentence against another compares clauses, since a sentence may well speak
of both sides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

# A line is a group, its sides apart by «|»; every two sides of a group are opposites. «under» and «over» are
# so before a number or an age only, the points of the compass in small letters only («Western» is a people).
_OF_FIGURES = r"""
rural countryside villages? | urban city cities towns?
adults?(?!\s+(?:films?|movies?|content|sites?|websites?)) grown-ups? | child children minors? underage
"""
# The groups above are those of which reports give figures: that of one side is none of the other.
_GROUPS = r"""
locals? domestic native | foreign foreigners? overseas
direct directly | indirect indirectly
boys? males? man men | girls? females? woman women
(?:under|below|younger_than)(?=\s+(?:\d|(?:the_)?age)) | (?:over|above|older_than)(?=\s+(?:\d|(?:the_)?age))
majority | minority
increase[sd]? increasing rise[sn]? rising rose grew gone_up went_up | decrease[sd]? decreasing \
  declin(?:e[sd]?|ing) fall(?:s|en|ing)? fell reduced shrank gone_down went_down
(?:more|greater)_than | (?:less|fewer)_than
higher | lower
highest | lowest
largest biggest | smallest
best | worst
better | worse
improve[sd]? improving | worsen(?:s|ed|ing)? deteriorat(?:es?|ed|ing)
strong(?:er|est)? | weak(?:er|est)?
harsh(?:er)? severe(?:ly)? | lenient mild(?:er)? light(?:er)?
no_longer not_any_more | still remains? continues? continuing
always often usually | never seldom rarely
widespread common | rare uncommon
easy easily | difficult difficulty difficulties
cheap(?:ly)? | expensive
clear(?:ly)? | unclear
certain | uncertain
adequate(?:ly)? | inadequate(?:ly)?
sufficient(?:ly)? | insufficient(?:ly)?
effective effectiveness | ineffective
complete comprehensive | incomplete
unlimited | limited
legal lawful | illegal unlawful
legally lawfully | illegally unlawfully
formal | informal
temporary | permanent
voluntar(?:y|ily) | forced forcibly
exports? exported exporting | imports? imported importing
buy buys buying bought | sell sells selling sold
sending | receiving
ratif(?:y|ies|ied|ication) | signature_only only_signed
merged? united | split separated divided
accept(?:s|ed)? welcome[sd]? | reject(?:s|ed)? refuse[sd]? outcry
succeed(?:s|ed)? success | fail(?:s|ed|ure)?
first | second | (?<!one-)(?<!one\s)(?<!a\s)third(?!s) | fourth | fifth
maximum at_most | minimum at_least
earliest oldest | latest youngest
(?-i:east|eastern) | (?-i:west|western) | (?-i:north|northern) | (?-i:south|southern)
"""
# Those who do it, and those to whom it is done.
_DOERS = re.compile(
    r"\b(?:traffickers?|(?:sex )?offenders?|perpetrators?|abusers?|buyers?|clients?|customers?|pimps?"
    r"|procurers?|recruiters?|exploiters?|smugglers?|rapists?|pa?edophiles?|criminals?|sex tourists?)\b",
    re.IGNORECASE,
)
_DONE_TO = re.compile(
    r"\b(?:victims?|survivors?"
    r"|(?:trafficked|exploited|abused|rescued|smuggled) (?:persons?|people|child(?:ren)?|girls?|boys?|\w*men)"
    r"|(?:is|are|was|were|been|being|who|those|people|children|women|girls|boys) "
    r"(?:also |often |mostly )?(?:trafficked|exploited|abused|rescued|smuggled|sold|bought|raped))\b",
    re.IGNORECASE,
)
# What tells of those who do it without naming them so.
_IS_DONE_BY = re.compile(
    r"\b(?:trafficked|exploited|abused|smuggled|sold|bought|raped|committed)(?: [\w-]+){0,3} by\b"
    r"|\b(?:demand|tourists?|suspect\w*|accused|arrest\w*|convict\w*|prosecut\w*|punish\w*|imprison\w*"
    r"|any(?:one| person) who|those who|(?:men|persons?|people|adults) who)\b",
    re.IGNORECASE,
)
_EITHER_ROLE = rf"(?:{_DOERS.pattern}|{_DONE_TO.pattern})"
_ASKS_OF_THEM = re.compile(
    rf"\b(?:who (?:is|are|was|were)|where\b.*\bfrom|from where|how old)\b"
    rf"|\bhow many (?:of the )?(?:[\w-]+ )?{_EITHER_ROLE}|^(?:is|are|was|were) .*{_EITHER_ROLE}\W*$"
    r"|\b(?:what|which) (?:share|percent\w*|proportion|nationalit(?:y|ies)|countr(?:y|ies)|sex|gender)\b",
    re.IGNORECASE,
)


class Opposites(NamedTuple):
    """A word of one text and the opposite that the other text has, both as written."""

    said: str
    instead: str


def _side(words: str) -> re.Pattern[str]:
    forms = "|".join(word.replace("_", r"\s+") for word in words.split())
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w])", re.IGNORECASE)


def _sides(groups: str) -> list[list[re.Pattern[str]]]:
    lines = re.sub(r"\\\n", "", groups).strip().splitlines()
    return [[_side(side) for side in line.split(" | ")] for line in lines]


_SIDES_OF_FIGURES = _sides(_OF_FIGURES)
_SIDES = [*_sides(_GROUPS), *_SIDES_OF_FIGURES]


def opposites(one: str, other: str, *, locals_: Collection[str] = ()) -> Iterator[Opposites]:
    """The words of a text whose opposite another has in their place.

    A side that both texts have is none, and neither is one of a text that has both sides. `locals_` are
    further words for what is local, such as «Norwegian» in a report on Norway.
    """
    for number, group in enumerate(_SIDES):
        sides = list(group)
        if number == 0 and locals_:
            more = "|".join(map(re.escape, sorted(locals_)))
            sides[0] = re.compile(rf"{group[0].pattern}|\b(?:{more})\b", re.IGNORECASE)
        if found := _opposed(sides, one, other):
            yield found


def other_group(question: str, text: str) -> str | None:
    """The word for those of whom a question asks a figure, where a text tells of their opposites: «towns»."""
    found = (_opposed(sides, question, text) for sides in _SIDES_OF_FIGURES)
    return next((pair.said for pair in found if pair), None)


def other_role(question: str, text: str) -> str | None:
    """The word for those of whom a question asks who or how many they are, where a text tells only of those
    to whom they do it, or the other way round: «traffickers», and people who are trafficked."""
    if not _ASKS_OF_THEM.search(question):
        return None
    for asked, other in ((_DOERS, _DONE_TO), (_DONE_TO, _DOERS)):
        said = asked.search(question)
        if said and not other.search(question) and other.search(text) and not asked.search(text):
            return None if asked is _DOERS and _IS_DONE_BY.search(text) else said[0]
    return None


def _opposed(sides: Sequence[re.Pattern[str]], one: str, other: str) -> Opposites | None:
    mine, theirs = ([side.search(text) for side in sides] for text in (one, other))
    if any(m and t for m, t in zip(mine, theirs, strict=True)):
        return None
    said, instead = (next(filter(None, found), None) for found in (mine, theirs))
    return Opposites(said[0], instead[0]) if said and instead else None


def differ(one: str, other: str, *, locals_: Collection[str] = ()) -> bool:
    """Whether two texts differ by a pair of opposites."""
    return next(opposites(one, other, locals_=locals_), None) is not None
