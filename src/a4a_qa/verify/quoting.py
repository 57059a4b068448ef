"""What stands around a quotation: who says it ("The report says: …"), and what is said besides.

A quotation is exact and may still mislead: "The harbour 'is safe' and needs no lights", "'it is safe'" where
the report says "Apparently it is safe", "The report denies that 'it is safe'".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from a4a_qa.index.lexical import words_of
from a4a_qa.verify.differences import Difference
from a4a_qa.verify.facts import content_of, has_negation, is_named, is_spelt, may_deny, proper_names
from a4a_qa.verify.figures import in_figures
from a4a_qa.verify.words import Word, words_in

_LEAD_IN = re.compile(
    r"([^“”\"«»:,]{1,80}?)"
    r"(?:[,:]|\bthat\b|\b(?:says|said|states|notes|reports|finds|writes|adds)\b(?! that\b))\s*"
)
_ATTRIBUTION = frozenset(
    "according to as in the this that a report study document publication author authors says said states "
    "stated notes noted found finds adds writes reports reported also it and".split()
)
# What tells that something is said, where, and how exactly, and nothing of the matter.
_SAYING = frozenset(
    words_of(
        "say said state note find found add write wrote written report stress call speak spoke conclude "
        "quote describe put mention point explain claim argue warn emphasise emphasize underline highlight "
        "recommend demand term cite observe remark acknowledge admit according author document study "
        "publication chapter section page passage sentence word text literally verbatim expressly explicitly "
        "further exactly"
    )
)
_DISPUTES = frozenset(
    "deny denies denied denying dispute disputes disputed refute refutes refuted reject rejects rejected "
    "contradict contradicts contradicted wrongly falsely untrue".split()
)
_DOUBTS = frozenset(
    "apparently allegedly supposedly seemingly perhaps possibly probably presumably maybe purportedly".split()
)
# How many words before a quotation may turn it round ("has not 'been safe'").
_BEFORE = 2
# That many words of content which the sentence and its neighbours have not say something besides.
_SAYS_MORE = 2


def lead_in(text: str, about: Collection[str]) -> int:
    """Where a statement begins after "according to the report" and the like; `about` names the report."""
    match = _LEAD_IN.match(text)
    if match and all(w.key in _ATTRIBUTION or w.key in about for w in words_in(match[1])):
        return match.end()
    return 0


def words_around(text: str, quotes: Sequence[str]) -> tuple[Word, ...]:
    """The words of a statement outside its quotations, places in its text."""
    for quote in quotes:
        text = text.replace(quote, " " * len(quote), 1)
    return in_figures(words_in(text))


def of_quoting(
    around: Sequence[Word],
    quoted: Word,
    before: Sequence[Word],
    rest: Sequence[Word],
    names: Collection[str],
) -> Iterator[Difference]:
    """How the words around a quotation turn it round.

    `quoted` is its first word in the statement, `before` what the report has before it in the same sentence,
    `rest` all that sentence but the quotation, and `names` are those that the report has.
    """
    mine = [word for word in around if word.end <= quoted.start]
    if (other := _other_subject(mine, before, names)) is not None:
        yield Difference("name", mine[-1].written, other.written, mine[-1].start, mine[-1].end)
    near = before[-_BEFORE:]
    doubt = next((word for word in near if word.key in _DOUBTS), None)
    if doubt and not any(word.key in _DOUBTS for word in around):
        yield Difference("word", "", doubt.written, quoted.start, quoted.end)
    if has_negation(near) and not may_deny(around):
        yield Difference("negation", "", "", quoted.start, quoted.end)
    denying = has_negation(around) or any(word.key in _DISPUTES for word in around)
    if denying and not may_deny(rest):
        yield Difference("negation", "", "", around[0].start, around[-1].end)


def _other_subject(mine: Sequence[Word], theirs: Sequence[Word], names: Collection[str]) -> Word | None:
    """The name right before what is quoted, where a statement has a name there that the report has not."""
    ends = [[word for word in proper_names(words, names) if word is words[-1]] for words in (mine, theirs)]
    if not all(ends) or is_spelt(mine[-1], theirs) or is_named(mine[-1].key, {w.key for w in theirs}):
        return None
    return theirs[-1]


def says_more(around: Sequence[Word], known: Sequence[Word]) -> bool:
    """Whether the words around a quotation say something, beyond who says it, that `known` words do not."""
    said = content_of(around) - _SAYING
    return len(said - content_of(known)) >= _SAYS_MORE


def is_mostly_known(around: Sequence[Word], known: Sequence[Word]) -> bool:
    """Whether at least half of what the words around a quotation say is in `known` words."""
    said = content_of(around) - _SAYING
    return 2 * len(said & content_of(known)) >= len(said)
