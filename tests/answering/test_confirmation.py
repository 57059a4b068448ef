"""Who wants to have something confirmed asks for yes or no."""

import pytest

from a4a_qa.answering.confirmation import as_yes_no


@pytest.mark.parametrize(
    "question",
    [
        "The plan ran from 2000 to 2004, right?",
        "the plan ran from 2000 to 2004 – correct",
        "The plan ran from 2000 to 2004, didn't it?",
        "The plan ran from 2000 to 2004, is that right?",
        "The plan ran from 2000 to 2004 is this true",
        "Is it true that the plan ran from 2000 to 2004?",
        "So is it really the case that the plan ran from 2000 to 2004?",
        "Am I right in thinking that the plan ran from 2000 to 2004?",
        "True or false: the plan ran from 2000 to 2004",
        "Can you confirm that the plan ran from 2000 to 2004?",
        "I heard that the plan ran from 2000 to 2004. Is this true?",
        "I've read the plan ran from 2000 to 2004, right?",
    ],
)
def test_what_is_to_be_confirmed_is_asked_for_yes_or_no(question):
    assert as_yes_no(question) == "Is it that the plan ran from 2000 to 2004?"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Is the hotline free or not?", "Is the hotline free?"),
        ("Is the hotline free, yes or no?", "Is the hotline free?"),
        ("And only girls, right?", "And only girls?"),
        ("How many are there, is it true?", "How many are there?"),
    ],
)
def test_what_asks_already_only_loses_these_words(question, asked):
    assert as_yes_no(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Is that right?",
        "Really, is it?",
        "Which law protects this right?",
        "Who is right?",
        "Is it right to arrest them?",
        "The ferry, is it free?",
        "I heard that the ferry was sold. Who bought it?",
    ],
)
def test_other_questions_stay_as_they_are(question):
    assert as_yes_no(question) == question
