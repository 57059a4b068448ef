"""Pairs of words that cannot both be meant."""

import pytest

from a4a_qa.verify.opposites import Opposites, differ, opposites, other_group, other_role


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
    assert differ(one, other)
    assert differ(other, one)


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
    assert not differ(one, other)


def test_both_words_are_told_as_written():
    assert list(opposites("It was Directly paid", "paid indirectly")) == [Opposites("Directly", "indirectly")]


def test_what_is_local_may_have_more_names():
    assert differ("foreigners bought it", "Ruritanian men bought it", locals_={"ruritanian"})
    assert not differ("foreigners bought it", "Ruritanian men bought it")


@pytest.mark.parametrize(
    ("question", "group"),
    [
        ("What share of children in towns have no papers?", "towns"),
        ("How long do grown-ups go to prison for it?", "grown-ups"),
        ("What share of children in villages have no papers?", None),
        ("What share of children in towns and villages have no papers?", None),
        ("How many had seen adult films?", None),
        ("How many girls have no papers?", None),
    ],
)
def test_a_figure_of_others_than_it_is_asked_of(question, group):
    assert (
        other_group(question, "In rural areas, 70 per cent of boys under age, all children, have none.")
        == group
    )


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Who are the traffickers?", "Ruritanians are also trafficked through the port.", "traffickers"),
        ("Are Ruritanians traffickers?", "Ruritanians are also trafficked through the port.", "traffickers"),
        ("Where do the offenders come from?", "The victims found were from Utopia.", "offenders"),
        ("How many foreign victims are there?", "Of the offenders 20 are foreign.", "victims"),
        ("Who are the traffickers?", "People are trafficked by gangs.", None),
        ("Who are the offenders?", "Those who harm victims are from Utopia.", None),
        ("Who are the offenders?", "Victims tell of offenders from Utopia.", None),
        ("What do traffickers get?", "Where there is a victim, it is ten years.", None),
        ("How many years does a trafficker get?", "Where there is a victim, it is ten years.", None),
        ("Who are the sailors?", "The victims are from Utopia.", None),
    ],
)
def test_those_who_do_it_and_those_to_whom_it_is_done(question, text, expected):
    assert other_role(question, text) == expected
