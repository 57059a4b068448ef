"""Pairs of words that cannot both be meant."""

import pytest

from a4a_qa.verify.sense import Opposites, opposites


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Most buyers are foreigners.", "most buyers are local people"),
        ("The river got direct help", "indirectly helped"),
        ("91% live in cities", "rural areas, where 91% live"),
        ("Girls leave school earlier", "boys leave school earlier"),
        ("41% were over 18", "41% were under 18"),
        ("Imports rose", "imports fell"),
        ("Prices have gone down", "prices have increased"),
        ("in the west of the island", "in the eastern part"),
        ("the Second Plan", "the First adopted Plan"),
        ("It is certain", "it is still uncertain"),
        ("a sending country", "a receiving country"),
    ],
)
def test_texts_that_differ_by_opposites(one, other):
    assert list(opposites(one, other))
    assert list(opposites(other, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Boys and girls are at risk", "girls are at risk"),
        ("girls are at risk", "both boys and girls are at risk"),
        ("under Article 9", "over the years"),
        ("Western visitors", "the eastern part"),
        ("more than one-third", "the second part"),
        ("The price is high", "The price is high"),
    ],
)
def test_texts_that_do_not(one, other):
    assert not list(opposites(one, other))


def test_both_words_are_told_as_written():
    assert list(opposites("It was Directly paid", "paid indirectly")) == [Opposites("Directly", "indirectly")]
