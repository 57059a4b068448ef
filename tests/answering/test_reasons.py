"""Why a question is refused, from how well its words are met."""

import numpy as np
import pytest

from a4a_qa.answering.reasons import caveat, why_not
from a4a_qa.index.retrieval import Alignment
from a4a_qa.question.query import read_query

PASSAGE = "In 2008, 26 offenders were arrested."


def found(**matches):
    """How well each word is met, as given."""
    met = np.array(list(matches.values()), np.float32)
    weights = np.full(len(met), 1 / len(met), np.float32)
    return Alignment(tuple(matches), weights, met, np.zeros_like(met))


@pytest.mark.parametrize(
    ("question", "alignment", "expected"),
    [
        ("Who paid the wages?", found(who=0.9, paid=0.3, wages=0.8), ("absent_detail", ("paid",))),
        ("List what the report says", found(list=0.1, report=0.2, says=0.9), ("absent_detail", ())),
        ("Which court sentenced offenders?", found(court=0.9, sentenced=0.9), ("absent_detail", ())),
        ("Which offenders paid?", found(offenders=0.3, paid=0.9), ("absent_detail", ())),
        ("How many were arrested in 1999?", found(many=0.9, arrested=0.9), ("other_value", ("1999",))),
        ("Under Act 12, how many were arrested?", found(arrested=0.9), ("other_value", ("12",))),
        ("How many were arrested in 2008?", found(many=0.9, arrested=0.9), ("absent_detail", ())),
        ("Why were arrests Stopped?", found(arrests=0.95, stopped=0.3), ("absent_detail", ("Stopped",))),
        ("1. Who paid? 2. Who came?", found(paid=0.9, came=0.9), ("absent_detail", ())),
        ("How many of those?", found(many=0.9), ("unclear", ())),
        ("Why was a fine put on owners?", found(fine=0.9, put=0.2), ("absent_detail", ())),
    ],
)
def test_the_reason_follows_from_what_is_not_met(question, alignment, expected):
    assert (
        why_not(read_query(question), alignment, PASSAGE, told=PASSAGE, elsewhere=False, denied=0.1)
        == expected
    )


def test_the_worst_met_words_are_named_first_and_three_at_most():
    met = found(anna=0.4, bela=0.1, cora=0.3, dora=0.2)
    reason = why_not(
        read_query("Anna, Bela, Cora, Dora?"), met, PASSAGE, told=PASSAGE, elsewhere=False, denied=0.0
    )
    assert reason == ("absent_detail", ("Bela", "Dora", "Cora"))


def test_what_the_judge_denies_is_taken_for_granted():
    asked, met = read_query("Why were arrests stopped?"), found(stopped=0.3)
    assert why_not(asked, met, PASSAGE, told=PASSAGE, elsewhere=False, denied=0.8) == ("false_premise", ())
    assert caveat("false_premise", ()).message.startswith("The question seems to assume something")


def test_a_number_of_an_earlier_question_is_not_missed():
    asked, met = read_query("Why?", ["How many were arrested in 1999?"]), found(arrested=0.9)
    assert why_not(asked, met, PASSAGE, told=PASSAGE, elsewhere=False, denied=0.0) == ("absent_detail", ())
    asked = read_query("And in 1999?", ["How many were arrested in 2008?"])
    assert why_not(asked, met, PASSAGE, told=PASSAGE, elsewhere=False, denied=0.0) == (
        "other_value",
        ("1999",),
    )


def test_what_is_far_from_the_report_is_about_something_else():
    asked = read_query("Who won the cup?")
    assert why_not(asked, found(won=0.1), PASSAGE, told=PASSAGE, elsewhere=True, denied=0.9) == (
        "out_of_scope",
        (),
    )
    assert why_not(asked, None, PASSAGE, told=PASSAGE, elsewhere=False, denied=0.0) == ("out_of_scope", ())


def test_a_caveat_names_what_is_not_met_if_anything_is():
    assert "wages" in caveat("absent_detail", ("wages",)).message
    assert caveat("absent_detail", ()).message.endswith("but they may not answer the question.")
