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
harsh(?:er)? severe(?:ly)? | lenient mild light
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
merged? united | split separated divided
accept(?:s|ed)? welcome[sd]? | reject(?:s|ed)? refuse[sd]? outcry
succeed(?:s|ed)? success | fail(?:s|ed|ure)?
first | second | (?<!one-)(?<!one\s)(?<!a\s)third(?!s) | fourth | fifth
maximum at_most | minimum at_least
earliest oldest | latest youngest
(?-i:east|eastern) | (?-i:west|western) | (?-i:north|northern) | (?-i:south|southern)
"""


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


def _opposed(sides: Sequence[re.Pattern[str]], one: str, other: str) -> Opposites | None:
    mine, theirs = ([side.search(text) for side in sides] for text in (one, other))
    if any(m and t for m, t in zip(mine, theirs, strict=True)):
        return None
    said, instead = (next(filter(None, found), None) for found in (mine, theirs))
    return Opposites(said[0], instead[0]) if said and instead else None


def differ(one: str, other: str, *, locals_: Collection[str] = ()) -> bool:
    """Whether two texts differ by a pair of opposites."""
    return next(opposites(one, other, locals_=locals_), None) is not None
