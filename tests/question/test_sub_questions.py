"""What a second question carries over from the first."""

import pytest

from a4a_qa.question.query import read_query


@pytest.mark.parametrize(
    "question",
    [
        "Who funds the ferry and where is it moored?",
        "What are the harbour talks, and what do they cost?",
        "Why is it such a heavy burden and who pays for it?",
        "Who wrote the log and what post does she hold?",
    ],
)
def test_a_part_that_points_back_is_searched_for_behind_the_first(question):
    first, part = read_query(question).sub_queries
    assert first.search == first.text
    assert part.text in question
    assert part.search == f"{first.text} {part.text}"


@pytest.mark.parametrize(
    "question",
    [
        "When was the ferry course held, and how many sailors came from the north?",
        "Who funds the ferry, and how many boats sank in the harbour of Pola?",
    ],
)
def test_what_is_understood_alone_is_searched_for_alone(question):
    _, part = read_query(question).sub_queries
    assert part.search == part.text
