"""Which shares of a whole may be the same."""

import pytest

from a4a_qa.verify.differences import shared
from a4a_qa.verify.shares import shares_in
from a4a_qa.verify.words import words_in


def share(text):
    [found] = shares_in(words_in(text))
    return found


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("44%", "44.5%", True),
        ("44%", "46%", False),
        ("about half", "52%", True),
        ("about half", "90%", False),
        ("more than half", "52%", True),
        ("more than half", "48%", False),
        ("less than half", "48%", True),
        ("more than half", "about half", True),
        ("more than half", "less than half", True),
    ],
)
def test_shares_agree_as_far_as_their_bounds_let_them(one, other, agree):
    assert share(one).agrees(share(other)) is agree
    assert share(other).agrees(share(one)) is agree


@pytest.mark.parametrize(
    ("statement", "evidence", "agrees"),
    [
        ("about half", "49%", True),
        ("fewer than half", "41.2%", True),
        ("more than nine in ten", "91%", True),
        ("four out of five", "80%", True),
        ("a quarter", "one out of every four", True),
        ("more than half", "41%", False),
        ("half", "27%", False),
    ],
)
def test_shares_in_words(statement, evidence, agrees):
    assert bool(shared(words_in(statement), words_in(evidence))) == agrees
