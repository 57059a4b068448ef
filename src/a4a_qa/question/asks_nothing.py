"""What asks for nothing that a report could say: greetings, half a question."""

from __future__ import annotations

import re

from a4a_qa.index.lexical import words_of

# Words that ask for nothing without others: greetings, thanks, half a question.
_SAYS_NOTHING = frozenset(
    words_of(
        "hello hi hey thanks thank welcome goodbye bye ok okay yes no please sorry sure really great good "
        "nice cool morning evening afternoon day test testing many much often long old big few far more else "
        "again help exactly precisely specifically"
    )
)
_COURTESY = frozenset(
    """hello hi hey dear there welcome good morning evening afternoon day night bye goodbye ok okay sure great
    nice cool perfect thank thanks thx many very so much a lot you for your the help answer sorry please test
    testing""".split()
)


def says_nothing(question: str) -> bool:
    """Whether a question has no word that could be looked up: «Hello», «How many?»."""
    return _SAYS_NOTHING.issuperset(words_of(question))


def is_courtesy(question: str) -> bool:
    """Whether somebody thanks or greets, and asks for nothing."""
    return _COURTESY.issuperset(re.findall(r"\w+", question.casefold()))
