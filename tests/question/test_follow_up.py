"""What asks for nothing that a report could say."""

import pytest

from a4a_qa.question.follow_up import is_courtesy, says_nothing


@pytest.mark.parametrize(
    "question",
    ["hello", "Hi there!", "Thank you, great.", "How many?", "And where exactly?", "Are you sure?"],
)
def test_what_nothing_can_be_looked_up_for(question):
    assert says_nothing(question)


@pytest.mark.parametrize(
    ("question", "is_one"),
    [
        ("Thanks!", True),
        ("ok, thank you very much", True),
        ("hello", True),
        ("Thank whom?", False),
        ("Why?", False),
    ],
)
def test_courtesies_ask_for_nothing(question, is_one):
    assert is_courtesy(question) == is_one


@pytest.mark.parametrize("question", ["grooming", "How many girls?", "Are the police sure?", "hotline"])
def test_one_word_may_be_enough(question):
    assert not says_nothing(question)
