"""What a question leaves to the one before."""

import pytest

from a4a_qa.answering.in_full import follow_up_in_full


@pytest.mark.parametrize(
    ("before", "question", "in_full"),
    [
        ("Who built the ferry?", "Where?", "Where built the ferry?"),
        ("When was the ferry built?", "And by whom?", "by whom was the ferry built?"),
        (
            "Does the ferry run at night?",
            "Since which year?",
            "Since which year Does the ferry run at night?",
        ),
        ("How many boys were trained?", "And how many girls?", "How many girls were trained?"),
        ("How many people took part?", "how many street children?", "How many street children took part?"),
        ("When was the ferry built?", "Who steers it?", "Who steers the ferry?"),
        ("What is Port Anna?", "Where is it?", "Where is Port Anna?"),
        (
            "When did Norway ratify ILO Convention 182?",
            "And the CRC?",
            "When did Norway ratify the CRC?",
        ),
        (
            "When did Norway accept the optional protocol on the sale of children?",
            "what about the organised crime convention?",
            "When did Norway accept the organised crime convention?",
        ),
        (
            "When did Norway sign a pact with Sweden?",
            "and with Denmark?",
            "When did Norway sign a pact with Denmark?",
        ),
        ("How many homes in Port Anna took boys?", "In Oslo?", "How many homes in Oslo took boys?"),
        ("What is the mortality rate in Norway?", "And Sweden?", "What is the mortality rate in Sweden?"),
        ("Which share of the buyers is Norwegian?", "The Swedes?", "Which share of the buyers is Swedes?"),
        ("What is the penalty for theft?", "And for fraud?", "What is the penalty for fraud?"),
        ("How long is the sentence for theft?", "And the fine?", "what is the fine for theft?"),
        ("What is the sentence for theft?", "Which article?", "Which article punishes theft?"),
    ],
)
def test_a_follow_up_asks_in_the_words_of_the_question_before(before, question, in_full):
    assert follow_up_in_full(question, before) == in_full


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("How many boys were trained?", "Where?"),
        ("How many boys were trained?", "And how many of those?"),
        ("How many boys were trained?", "And how many others?"),
        ("How many boys were trained?", "And how many girls died?"),
        ("How many children's homes are there?", "Why not?"),
        ("Who steers the ferry?", "And what about it?"),
        ("Who steers the ferry?", "Is its crew paid for it?"),
        ("Which town built the ferry?", "Where is it?"),
        ("Who steers it?", "Who pays for them?"),
        ("When did Norway sign a pact with Sweden?", "and in Denmark?"),
        ("When did Norway sign a pact with Sweden?", "and the Danes?"),
        ("When did Norway sign the pact?", "and the last protocol?"),
        ("Who steers the ferry in Port Anna?", "and in winter?"),
        ("What is the penalty for theft?", "And in Sweden?"),
        ("What is the ferry for?", "And for boys?"),
        ("Who steers the ferry?", "And the fine?"),
    ],
)
def test_what_may_mean_another_thing_is_left(before, question):
    assert follow_up_in_full(question, before) is None
