"""What a second question carries over from the first."""

import pytest

from a4a_qa.answering.parts import parts_of


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("Who funds the ferry and where is it moored?", "where is the ferry moored"),
        ("Who paid for the ferry and where is it moored?", "where is the ferry moored"),
        ("Who came up with the ferry, and who steers it?", "who steers the ferry"),
        ("When was the ferry launched and who steers it?", "who steers the ferry"),
        ("In what year was the ferry built, and who steers it?", "who steers the ferry"),
        ("how were boat owners involved and where is it done", "where is boat owners done"),
        ("What was the car ferry for? who steers it?", "who steers the car ferry"),
        ("What are the harbour talks, and what do they cost?", "what do the harbour talks cost"),
    ],
)
def test_a_pronoun_stands_for_the_one_thing_that_the_first_question_names(question, second):
    first, part = parts_of(question)
    assert part.searches == (second,)
    assert first.searches == (first.text,)
    assert part.text in question


@pytest.mark.parametrize(
    "question",
    [
        "Which agency built the ferry and why does it cost so much?",
        "When did the ministry launch the ferry and what did it cost?",
        "Who did the ministry blame and what did it do?",
        "What was set up in the north and who steers it?",
        "Why is it such a heavy burden and who pays for it?",
        "How is this work done and who pays for it?",
        "Who wrote the log and what post does she hold?",
        "Who funds the ferry and what is its name?",
        "Who funds the ferry and does this hurt it?",
        "In the north: who funds the ferry and where is it moored?",
        "Who took it in May and where is it moored?",
    ],
)
def test_where_more_than_one_may_be_meant_the_first_question_is_carried_over(question):
    first, part = parts_of(question)
    assert part.searches == (f"{first.text} {part.text}",)


@pytest.mark.parametrize(
    "question",
    [
        "When was the ferry course held, and how many sailors came from the north?",
        "Who funds the ferry, and how many boats sank in the harbour of Pola?",
    ],
)
def test_what_may_be_understood_alone_is_searched_for_both_ways(question):
    first, part = parts_of(question)
    assert part.searches == (part.text, f"{first.text} {part.text}")
