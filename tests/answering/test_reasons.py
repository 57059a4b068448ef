"""Why a question is refused, from how well its words are met."""

import numpy as np
import pytest

from a4a_qa.answering.question import read_question
from a4a_qa.answering.reasons import unmet_words, why_not
from a4a_qa.retrieval import Alignment, Hits

PASSAGE = "In 2008, 26 offenders were arrested."


def found(near_miss=None, **matches):
    """Hits whose best sentence meets each word as well as given, and its near misses none of them; the best
    near miss of all is as near as the sentence, or as given."""
    met = np.array(list(matches.values()), np.float32)
    none = np.zeros_like(met)
    weights = np.full(len(met), 1 / len(met), np.float32)
    near_miss = float(met.mean()) if near_miss is None else near_miss
    return Hits((), (), near_miss, Alignment(tuple(matches), weights, met, none, none, none))


@pytest.mark.parametrize(
    ("question", "hits", "expected"),
    [
        ("Who paid the wages?", found(who=0.9, paid=0.3, wages=0.8), ("absent_detail", ("paid",))),
        ("List what the report says", found(list=0.1, report=0.2, says=0.9, b=1, c=1), ("absent_detail", ())),
        ("Which court sentenced offenders?", found(court=0.9, arrested=0.9), ("absent_detail", ())),
        ("How many were arrested in 1999?", found(many=0.9, arrested=0.9), ("other_value", ("1999",))),
        ("How many were arrested in 2008?", found(many=0.9, arrested=0.9), ("absent_detail", ())),
        ("Why were arrests Stopped?", found(arrests=0.95, stopped=0.3), ("false_premise", ("Stopped",))),
        ("Why were foreign offenders arrested?", found(arrested=0.9), ("absent_detail", ())),
        ("Who won the cup?", found(won=0.2, cup=0.1), ("out_of_scope", ())),
        ("Who won the cup?", found(0.9, won=0.5, cup=0.5), ("absent_detail", ("cup", "won"))),
        ("Who won the cup?", found(0.0, won=0.6, cup=0.58), ("absent_detail", ("cup",))),
        ("Who won the cup?", found(0.6, won=0.5, cup=0.5), ("out_of_scope", ())),
        ("How many of those?", found(many=0.9), ("unclear", ())),
    ],
)
def test_the_reason_follows_from_what_is_not_met(question, hits, expected):
    assert why_not(read_question(question), hits, PASSAGE) == expected


def test_without_any_hit_a_question_is_about_something_else():
    asked = read_question("How many shelters are there in the far north?")
    assert why_not(asked, Hits((), (), 0.0, None), "") == ("out_of_scope", ())


def test_a_word_that_near_misses_meet_better_is_not_met():
    match = np.array([0.9, 0.7], np.float32)
    denied = np.array([0.5, 0.95], np.float32)
    alignment = Alignment(("court", "fee"), np.full(2, 0.5, np.float32), match, match, match, denied)
    assert unmet_words("What fee did the court ask for?", alignment) == ("fee",)
