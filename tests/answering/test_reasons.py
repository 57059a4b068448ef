"""Why a question is refused, from how well its words are met."""

import numpy as np
import pytest

from a4a_qa.answering.question import read_question
from a4a_qa.answering.reasons import why_not
from a4a_qa.hits import Alignment, Hits

PASSAGE = "In 2008, 26 offenders were arrested."


def found(**matches):
    """Hits whose best sentence meets each word as well as given."""
    met = np.array(list(matches.values()), np.float32)
    weights = np.full(len(met), 1 / len(met), np.float32)
    return Hits((), (), Alignment(tuple(matches), weights, met, np.zeros_like(met)))


@pytest.mark.parametrize(
    ("question", "hits", "expected"),
    [
        ("Who paid the wages?", found(who=0.9, paid=0.3, wages=0.8), ("absent_detail", ("paid",))),
        ("List what the report says", found(list=0.1, report=0.2, says=0.9, b=1, c=1), ("absent_detail", ())),
        ("Which court sentenced offenders?", found(court=0.9, arrested=0.9), ("absent_detail", ())),
        ("How many were arrested in 1999?", found(many=0.9, arrested=0.9), ("other_value", ("1999",))),
        ("Under Act 12, how many were arrested?", found(many=0.9, arrested=0.9), ("other_value", ("12",))),
        ("Of 40 arrested, how many were freed?", found(freed=0.4), ("absent_detail", ("40", "freed"))),
        ("Who was arrested in 1999?", found(arrested=0.9), ("absent_detail", ("1999",))),
        ("Why were they arrested in 1999?", found(arrested=0.9), ("absent_detail", ("1999",))),
        ("How many were arrested in 2008?", found(many=0.9, arrested=0.9), ("absent_detail", ())),
        ("Why were arrests Stopped?", found(arrests=0.95, stopped=0.3), ("absent_detail", ("Stopped",))),
        ("Who won the cup?", found(won=0.7, cup=0.6), ("absent_detail", ("cup",))),
        ("When was arresting banned?", found(arresting=0.3, banned=0.3), ("absent_detail", ("banned",))),
        ("Who paid in Port Anna?", found(paid=0.9, port=0.9, anna=0.2), ("absent_detail", ("Port Anna",))),
        ("What did it cost in 1999?", found(cost=0.9, **{"1999": 0.2}), ("absent_detail", ("1999",))),
        ("Who paid in Port Anna?", found(paid=0.3, anna=0.9), ("absent_detail", ("Port Anna", "paid"))),
        ("1. Who paid? 2. Who came?", found(paid=0.9, came=0.9), ("absent_detail", ())),
        ("How many of those?", found(many=0.9), ("unclear", ())),
        ("Why was a fine put on owners?", found(fine=0.9, put=0.2), ("absent_detail", ())),
        ("What role do fines play?", found(fines=0.9, play=0.2), ("absent_detail", ())),
        ("Since when do so few years run?", found(since=0.1, few=0.1, run=0.1), ("absent_detail", ())),
        ("Who paid for his offence?", found(paid=0.9, offence=0.1, fence=0.1), ("absent_detail", ())),
        ("Which fend was arrested?", found(fend=0.1), ("absent_detail", ("fend",))),
        ("Was a 13 year old arrested?", found(**{"13": 0.1}), ("absent_detail", ("13",))),
        ("Which twenty-six were arrested?", found(**{"twenty-six": 0.2}), ("absent_detail", ())),
        ("Which twenty were arrested?", found(twenty=0.2), ("absent_detail", ("twenty",))),
    ],
)
def test_the_reason_follows_from_what_is_not_met(question, hits, expected):
    assert why_not(read_question(question), hits, PASSAGE, in_scope=True, is_denied=False) == expected


@pytest.mark.parametrize("listed", ["Anna, Bela, Cora and Dora", "Anna, Bela, Cora, and Dora"])
def test_so_many_as_are_listed_may_be_asked_for(listed):
    passage, hits = f"The pact was signed by others ({listed}).", found(three=0.1, four=0.1)
    for asked, unmatched in (("four", ()), ("4", ()), ("three", ("three",)), ("3", ("3",))):
        question = read_question(f"Which {asked} signed the pact?")
        assert why_not(question, hits, passage, in_scope=True, is_denied=False)[1] == unmatched
    act = read_question("Who signed Act 4?")
    assert why_not(act, hits, passage, in_scope=True, is_denied=False) == ("other_value", ("4",))


def test_what_is_denied_is_taken_for_granted_wrongly_whatever_is_not_met():
    hits = found(arrests=0.95, stopped=0.3)
    for question, expected in (
        ("Why were arrests Stopped?", ("false_premise", ("Stopped",))),
        ("Why were foreign offenders arrested?", ("false_premise", ())),
        ("How many were arrested in 1999?", ("other_value", ("1999",))),
    ):
        met = hits if "Stopped" in question else found(arrested=0.9)
        assert why_not(read_question(question), met, PASSAGE, in_scope=True, is_denied=True) == expected


def test_what_the_report_does_not_deal_with_is_about_something_else():
    asked = read_question("Who won the cup?")
    assert why_not(asked, found(won=0.9, cup=0.9), PASSAGE, in_scope=False, is_denied=True) == (
        "out_of_scope",
        (),
    )


def test_without_any_hit_a_question_is_about_something_else():
    asked = read_question("How many shelters are there in the far north?")
    assert why_not(asked, Hits((), (), None), "", in_scope=True, is_denied=False) == ("out_of_scope", ())


def test_an_age_need_not_stand_where_others_do():
    hits = found(**{"13": 0.1}, sex=0.1)
    shown = "Sexual acts with those under 15 are an offence."
    for question, unmatched in (
        ("Is sex with a 13 year old an offence?", ()),
        ("Is sex with 13 people an offence?", ("13",)),
    ):
        asked = read_question(question)
        assert why_not(asked, hits, shown, in_scope=True, is_denied=False)[1] == unmatched
