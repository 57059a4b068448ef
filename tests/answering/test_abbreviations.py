"""Lines that spell an abbreviation out, and who asks for them."""

import pytest

from a4a_qa.answering.abbreviations import asks_for_more, asks_for_name, is_spelt_out


@pytest.mark.parametrize(
    "line", ["CSC: Child Safety Council", "Moj: Ministry of Justice", "CST: Child sex tourism"]
)
def test_a_line_that_says_what_a_term_is_short_for(line):
    assert is_spelt_out(line)


@pytest.mark.parametrize(
    "line",
    ["Harbour: A place where ships lie", "CSC: The council that was founded in 1999 keeps children safe."],
)
def test_a_line_that_says_what_something_is(line):
    assert not is_spelt_out(line)


@pytest.mark.parametrize(
    "question",
    [
        "What does CSC stand for?",
        "I see CSC, what is it short for?",
        "What is CSC?",
        "Which council is CSC?",
        "CSC: how is that written in full?",
        "CSC and CST look alike: which one is about tourism?",
        "What does CSC mean in the projects of CST?",
    ],
)
def test_who_may_ask_what_it_is_short_for(question):
    assert not asks_for_more(question)


@pytest.mark.parametrize("question", ["What does CSC do?", "What is the role of CSC?", "CSC in Port Anna"])
def test_who_asks_for_more_than_that(question):
    assert asks_for_more(question)


def test_only_some_ask_for_the_name_and_nothing_else():
    assert asks_for_name("What does CSC mean?")
    assert not asks_for_name("What is CSC?")


def test_what_a_body_does_is_not_answered_by_its_name(assistant):
    answer = assistant.ask("What does UNIAP do?")
    assert answer.citations
    assert not answer.citations[0].quote.startswith("UNIAP:")
    assert assistant.ask("What does UNIAP stand for?").citations[0].quote.startswith("UNIAP:")


def test_what_an_abbreviation_is_comes_with_a_sentence_about_it(assistant):
    first, second = assistant.ask("What is HLWG?").citations
    assert first.quote == "HLWG: High Level Working Group"
    assert "HLWG" in second.quote
    assert len(assistant.ask("What does HLWG stand for?").citations) == 1


def test_an_abbreviation_that_there_is_not_is_refused_by_its_name(assistant):
    answer = assistant.ask("What does IJM mean?")
    assert (answer.status, answer.reason.unmatched) == ("not_in_report", ("IJM",))
    assert "(SIDA)" in assistant.ask("What is SIDA?").citations[0].quote
