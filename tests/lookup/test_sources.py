"""What asks about a work that was spoken of."""

import pytest

from a4a_qa.lookup.sources import asks_of_that_work


@pytest.mark.parametrize(
    ("question", "before", "of_that_work"),
    [
        ("Who is its author?", "Which study looked at ferries?", True),
        ("And who wrote it?", "Is there a survey of harbours?", True),
        ("Where can I find it?", "Which newspaper article is about ferries?", True),
        ("On what page?", "What did a report say of ferries?", True),
        ("Where can I find it?", "Who runs the ferry?", False),
        ("Who wrote it?", "Who paid for the report?", False),  # which may be the one at hand
        ("Who is the author of the pilots' code?", "Which study looked at ferries?", False),
    ],
)
def test_who_asks_about_the_work_that_was_spoken_of(question, before, of_that_work):
    assert asks_of_that_work(question, [before]) == of_that_work
