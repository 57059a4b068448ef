"""A statement, and a clause that only asks for its source."""

import pytest

from a4a_qa.answering.source_clause import statement_to_source


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("Twelve shelters stand in the north. Source?", "Twelve shelters stand in the north."),
        ("Twelve shelters in the north – evidence?", "Twelve shelters in the north"),
        ("Twelve shelters in the north: documented where?", "Twelve shelters in the north:"),
        ("Which paper says so? Twelve shelters closed.", "Twelve shelters closed."),
        ("The north has few nurses. Which government publication says so?", "The north has few nurses."),
        ("Half the shelters closed. Where was this published, and when?", "Half the shelters closed."),
        ("Half the shelters closed. How do they know?", "Half the shelters closed."),
        ("Half the shelters closed, in which document did they find that?", "Half the shelters closed"),
        ("Half the shelters closed. Who admits this?", "Half the shelters closed."),
        ("Half the shelters closed. Whose count?", "Half the shelters closed."),
        ("The nurses left; which year's report is that?", "The nurses left;"),
    ],
)
def test_what_stands_beside_the_wish_for_a_source_is_the_statement(question, statement):
    assert statement_to_source(question) == statement


@pytest.mark.parametrize(
    "question",
    [
        "Source?",
        "Shelters. Source?",
        "What is the source for the twelve shelters?",
        "There is a plan. Who wrote its second part?",
        "There are twelve shelters. Who runs them?",
        "Selling a child – which article?",
        "The law is old. What does it say of boys?",
        "Who says that the shelters closed?",
        "",
    ],
)
def test_a_question_of_one_clause_or_about_something_else_has_none(question):
    assert statement_to_source(question) is None
