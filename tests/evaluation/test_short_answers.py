import pytest

from a4a_qa.evaluation.case import cases
from a4a_qa.evaluation.measures.short_answer import short_answer_f1, short_answer_right, tokens
from evaluation.small_gold import SHELTERS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12.4 %", ["12.4", "%"]),
        ("124 %", ["124", "%"]),
        ("24,000 children", ["24000", "children"]),
        ("the Article 13", ["article", "13"]),
        ("16/09/09", ["16/09/09"]),
        ("Women’s Affairs", ["women's", "affairs"]),
        ("2-5 years", ["2", "5", "years"]),
    ],
)
def test_numbers_units_and_labels_are_kept(text, words):
    assert tokens(text) == words


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("12 shelters", 1.0),
        ("12", 1.0),
        ("There are 12 shelters in", 1.0),
        ("There are 12 shelters in the north right here", 0.0),
        ("124 shelters", 0.0),
        ("", 0.0),
    ],
)
def test_a_short_answer_holds_a_gold_answer_and_little_more(gold, run_of, answering, text, right):
    line = answering("g-1", [SHELTERS], short_answer={"text": text, "start": 0, "end": 1, "polarity": None})
    assert short_answer_right(cases(gold, run_of([line]))[0]) == right


def test_f1_takes_the_gold_answer_that_is_most_alike(gold, run_of, answering):
    line = answering(
        "g-1", [SHELTERS], short_answer={"text": "12 homes", "start": 0, "end": 1, "polarity": None}
    )
    assert short_answer_f1(cases(gold, run_of([line]))[0]) == pytest.approx(2 / 3)


def test_no_short_answer_is_wrong(gold, run_of, answering):
    assert short_answer_right(cases(gold, run_of([answering("g-1", [SHELTERS])]))[0]) == 0.0
