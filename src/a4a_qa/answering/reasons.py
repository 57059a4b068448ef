"""Why a question is refused, and which of its words the report does not meet in this connection."""

from __future__ import annotations

import re

import numpy as np

from a4a_qa.answering.answer import ReasonCode
from a4a_qa.answering.confidence import missing_numbers, standing_of
from a4a_qa.answering.question import Question, leans
from a4a_qa.index.lexical import words_of
from a4a_qa.retrieval import Alignment, Hits

# Below this match, a question is about something else. A question near one that the report nearly answers is
# not, so the best near miss counts with this share; both measured on development questions.
_OUT_OF_SCOPE, _NEAR_MISS_SHARE = 0.57, 0.3
# A word whose best match is below this is not met.
_UNMET = 0.6
_MOST_UNMATCHED = 3
# A question of so few words that leans on another, when there is none, cannot be looked up.
_UNCLEAR_WORDS = 2
# Words that speak to the report, not of what stands in it («list», «what does the report say»), and such as
# say too little to be missed.
_ASKING = frozenset(
    """report reports document publication text say says said tell tells mention mentions mentioned list name
    describe describes explain explains give gives given gave show shows summarise summarize compare please
    know find need want sentence quote role matter matters many only one under really happen happens happened
    cover covers recommend recommends""".split()
)
# Questions that take something for granted and ask for its reason.
_PRESUMES = re.compile(
    r"^(?:and |but |so )?(?:why|how come|for what reason|now that|how did"
    r"|what (?:made|makes|explains|led|caused|is the reason|was the reason))\b",
    re.IGNORECASE,
)


def why_not(asked: Question, hits: Hits, shown: str) -> tuple[ReasonCode, tuple[str, ...]]:
    """The code of a refusal and the words that are not met, given what is shown: the passage of the best
    sentence, and what is cited. A word that stands there is met, however little it says of what is asked."""
    if not asked.follows and leans(asked.text) and len(asked.words) <= _UNCLEAR_WORDS:
        return "unclear", ()
    if hits.alignment is None or _match(hits.alignment, hits.near_miss) < _OUT_OF_SCOPE:
        return "out_of_scope", ()
    numbers = missing_numbers(asked.search, shown)
    if numbers:
        return "other_value", numbers
    there = frozenset(words_of(shown))
    unmet = tuple(w for w in unmet_words(asked.text, hits.alignment) if not there.issuperset(words_of(w)))
    return ("false_premise" if unmet and _PRESUMES.match(asked.text) else "absent_detail"), unmet


def unmet_words(question: str, alignment: Alignment) -> tuple[str, ...]:
    """The words of a question that are met badly, or that near misses meet better, worst first."""
    surface = {word.casefold(): word for word in re.findall(r"\w[\w'’-]*", question)}
    standing = standing_of(alignment)
    unmet = sorted(
        (found, surface[word])
        for word, found in standing.items()
        if found < _UNMET and word in surface and word not in _ASKING
    )
    return tuple(dict.fromkeys(word for _, word in unmet[:_MOST_UNMATCHED]))


def _match(alignment: Alignment, near_miss: float) -> float:
    """How well the report meets a question, and its near misses do, where there are any."""
    met = float(np.dot(alignment.met, alignment.weights))
    if not near_miss:
        return met
    return (1 - _NEAR_MISS_SHARE) * met + _NEAR_MISS_SHARE * near_miss
