"""Whether the sense of a word is asked for, and told."""

import pytest

from a4a_qa.answering.definition import leaves_undefined
from a4a_qa.answering.phrases import phrase


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is a hotline?", "Since 2005, a 24-hour hotline has been available."),
        ("what are street children", "An estimated 24,000 children live on the streets."),
        ("What does «grooming» mean?", "There is often no need to groom children."),
        ("Define karaoke", "Sex services are now provided in karaoke-bars."),
        ("What is meant by the term poverty?", "Poverty has declined since 2004."),
        ("How is slavery defined?", "Children are exempt from slavery."),
        ("What is migration?", "IOM: International Organization of Migration"),
    ],
)
def test_a_text_that_uses_a_word_does_not_explain_it(question, text):
    assert leaves_undefined(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is grooming?", "The law does not criminalize online solicitation of children (“grooming”)."),
        ("What is unlawful removal?", "“Unlawful removal” is where a person is taken from their home."),
        (
            "What is domestic labour?",
            "One in ten was engaged in domestic labour – working in the homes of others.",
        ),
        ("What is exploitation?", "The definition of the term “exploitation” includes prostitution."),
        ("define child prostitution", "Article 23 defines child prostitution as an act with a minor."),
        ("What is a minor?", "A minor means any person below eighteen."),
        ("What are brokers?", "Brokers, such as relatives, bring girls to the city."),
    ],
)
def test_a_text_that_explains_a_word(question, text):
    assert not leaves_undefined(question, text)


@pytest.mark.parametrize(
    "question",
    [
        "What is the price of a virgin?",
        "What is known?",
        "What are the main recommendations?",
        "What is working satisfactorily?",
        "What is recommended for boys?",
        "What is ECPAT?",
        "What is Cambodia's rank?",
        "what is childsafe",
        "Who runs a hotline?",
    ],
)
def test_other_questions_ask_for_no_definition(question):
    assert not leaves_undefined(question, "The NGO Friends has run ChildSafe since 2005 with a hotline.")


def test_an_answer_that_does_not_explain_a_word_says_so(assistant):
    answer = assistant.ask("What is a website?")
    assert answer.status == "partial"
    assert answer.reason.message == phrase("partial", "undefined")
    assert answer.confidence < 0.5


def test_an_answer_that_explains_a_word_is_no_worse(assistant):
    answer = assistant.ask("What is unlawful removal?")
    assert answer.status == "answered"
    assert answer.confidence > 0.9
