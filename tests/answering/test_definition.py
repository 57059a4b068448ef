"""Whether the sense of a word is asked for, and told."""

import json
from pathlib import Path

import pytest

from a4a_qa.answering.definition import leaves_undefined
from a4a_qa.answering.phrases import phrase

# Questions for the sense of words of the report on Cambodia, by an author who knew no rule: what it tells of
# sixty, what it does not tell of sixty more, and names.
QUESTIONS = Path(__file__).parent.parent / "fixtures" / "definitions.jsonl"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is a hotline?", "Since 2005, a 24-hour hotline has been available."),
        ("what are street children", "An estimated 24,000 children live on the streets."),
        ("What does «grooming» mean?", "There is often no need to groom children."),
        ("Define karaoke", "Sex services are now provided in karaoke-bars."),
        ("What is meant by the term poverty?", "Poverty has declined since 2004."),
        ("How is slavery defined?", "Children are exempt from slavery."),
        ("Could you tell me what per capita means?", "GNI per capita is $975 or less."),
        ("What is a supply chain?", "Codes apply to the whole supply chain."),
        ("In the report, what is a drop-in centre?", "Children come to drop-in centres."),
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
        (
            "What is double criminality?",
            "It must be an offence in both states (double criminality principle).",
        ),
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


def test_most_words_that_the_report_explains_are_told_from_those_it_uses(assistant):
    said: dict[str, list[str]] = {"told": [], "not told": [], "name": []}
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answer = assistant.ask(row["question"])
        left = answer.reason is not None and answer.reason.message == phrase("partial", "undefined")
        said[row["sense"]].append("undefined" if left else answer.status)
    assert said["told"].count("undefined") <= 12
    assert said["told"].count("answered") >= 45
    assert said["not told"].count("answered") <= 9
    assert "undefined" not in said["name"]
