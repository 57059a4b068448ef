"""Years that are reckoned from the one asked before."""

import pytest

from a4a_qa.answering.relative_year import is_relative, with_years_reckoned


@pytest.mark.parametrize(
    ("follow_up", "meant"),
    [
        ("And the year after?", "And in 2009?"),
        ("What about the following year?", "What about in 2009?"),
        ("And in the next year?", "And in 2009?"),
        ("And two years later?", "And in 2010?"),
        ("And a year earlier?", "And in 2007?"),
        ("And 3 years before?", "And in 2005?"),
        ("And the previous year?", "And in 2007?"),
        ("And the year after the storm?", "And the year after the storm?"),
        ("And the year after, 2010?", "And the year after, 2010?"),
        ("And later?", "And later?"),
        ("And twenty-two years later?", "And twenty-two years later?"),
        ("And 1.5 years later?", "And 1.5 years later?"),
        ("And sıx years before?", "And sıx years before?"),
        (
            "What did the survey of fishing harbours in the north find two years later?",
            "What did the survey of fishing harbours in the north find two years later?",
        ),
    ],
)
def test_a_year_is_reckoned_from_the_one_asked_before(follow_up, meant):
    assert with_years_reckoned(["How many ferries ran in 2008?", follow_up])[-1] == meant


def test_a_reckoned_year_is_what_the_next_is_reckoned_from():
    asked = ["How many ferries ran in 2008?", "And the year before?", "Where?", "And two years later?"]
    assert with_years_reckoned(asked)[-1] == "And in 2009?"


@pytest.mark.parametrize("first", ["How many ferries ran?", "How many ran in 2006 and 2008?"])
def test_nothing_is_reckoned_from_no_year_or_several(first):
    assert with_years_reckoned([first, "And the year after?"])[-1] == "And the year after?"


def test_what_is_reckoned_does_not_stand_alone():
    assert is_relative("What about the year after?")
    assert not is_relative("What about 2009?")


def test_a_year_of_which_nothing_is_said(assistant):
    before = ["How many foreigners were arrested for abusing kids in 2008?", "And in 2009?"]
    assert assistant.ask("And the year after?", before).status != "answered"
    assert assistant.explain("And the year after?", before[:1]).search.endswith("And in 2009?")
    assert assistant.explain("the year after?", before[:1]).search.endswith("in 2009?")
