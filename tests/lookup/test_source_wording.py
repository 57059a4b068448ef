"""What only seems to ask for a source, and what asks about a work that was spoken of."""

import pytest

from a4a_qa.lookup.source_wording import (
    asks_for_article,
    asks_of_that_work,
    sounds_like_source,
)


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


@pytest.mark.parametrize(
    ("question", "for_article"),
    [("Under which article is that?", True), ("What article was it?", True), ("What does it say?", False)],
)
def test_who_asks_for_an_article(question, for_article):
    assert asks_for_article(question) == for_article


def test_the_author_of_a_piece_is_asked_for_by_its_source():
    assert sounds_like_source("Who is the author of the Harbour Post piece?")
    assert sounds_like_source("What is the title of the study?")
    assert not sounds_like_source("Who is the author of the idea?")
    assert not sounds_like_source("What did the authors of the 2008 study recommend?")


def test_the_note_that_belongs_to_something_is_its_source():
    assert sounds_like_source("Which note belongs to the price of a ferry?")
    assert not sounds_like_source("Which notes did the pilots take?")
