"""Patterns of rules: what they are as regular expressions, and the words without which they cannot match."""

import pytest

from a4a_qa.safeguarding.patterns import Vocabularies, expression_of, read_pattern

VOCABULARIES = Vocabularies({"him": "him|my dads?", "not": "not|never", "again": "<him> again"})


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("i (?:see|saw) <him>", [{"i"}, {"see", "saw"}, {"him", "my"}]),
        ("<him> .. (?:\\w+ ){0,2}?(?:hit|beat up)$", [{"him", "my"}, {"hit", "beat"}]),
        ("^(?:abus\\w+ me|hurt us) today", [{"me", "hurt"}, {"today"}]),
        ("(?:see|saw)? ?(?:a )?man|boys?", []),
        ("(?:see|a\\w+) (?:a )?(?=man) me?", [{"m", "me"}]),
        ("he|she", [{"he", "she"}]),
        ("he *ran", []),
    ],
)
def test_the_words_that_a_pattern_needs(pattern, words):
    assert list(VOCABULARIES.words_of(pattern)) == words


@pytest.mark.parametrize(
    ("clause", "is_found"),
    [
        ("i saw him", True),
        ("i saw only my dad", True),
        ("i saw on that one day my dad", False),
        ("i saw not him", False),
    ],
)
def test_two_points_reach_over_three_words_but_those_that_stop_them(clause, is_found):
    pattern = read_pattern("saw .. <him>", VOCABULARIES, "not")
    assert pattern.matches(clause, frozenset(clause.split()), {}) is is_found


def test_vocabularies_stand_within_others():
    assert expression_of("<again>", VOCABULARIES) == r"\b(?:(?:(?:him|my dads?) again))\b"


def test_a_vocabulary_that_there_is_not_is_named():
    with pytest.raises(KeyError, match="whom"):
        read_pattern("saw <whom>", VOCABULARIES, None)


def test_a_pattern_is_not_looked_for_where_a_vocabulary_that_it_needs_is_missing():
    found = {}
    pattern = read_pattern(r"\w+ (?:<him>|<again>)", VOCABULARIES, None)
    clause = "they saw my friend"  # "my" is a word of <him>, and not all of it
    assert not pattern.matches(clause, frozenset(clause.split()), found)
    assert found
    assert (pattern.text, clause) not in found
