"""Sentences that lean on the sentence before them."""

from __future__ import annotations

import re

# How a sentence begins that goes on about what the one before said.
_POINTS_BACK = re.compile(
    r"^(?:this|these|those|such|it|its|they|their|he|his|she|her|both|another|others?|the (?:latter|former)"
    r"|the two|however|similarly|likewise|also|again|in addition|additionally|furthermore|moreover|indeed"
    r"|instead|yet|but|and|nevertheless|nonetheless|on the other hand|conversely|subsequently|then|later"
    r"|afterwards|accordingly|therefore|thus|consequently|as a result|in this regard|in particular"
    r"|for (?:example|instance)|upon|if this|at the same time|apparently)\b",
    re.IGNORECASE,
)
# "It" is left out: "It is reported that ..." often begins something new.
_OF_THE_SAME = re.compile(
    r"^(?:this|these|those|such|its|they|their|he|his|she|her|both|the (?:latter|former)|the two)\b",
    re.IGNORECASE,
)


def points_back(sentence: str) -> bool:
    """Whether a sentence continues the one before it."""
    return bool(_POINTS_BACK.match(sentence))


def is_of_the_same(sentence: str) -> bool:
    """Whether the subject of a sentence is something that the one before it named."""
    return bool(_OF_THE_SAME.match(sentence))
