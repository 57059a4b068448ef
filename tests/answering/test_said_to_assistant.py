"""What is said to the assistant itself."""

import pytest

from a4a_qa.answering.said_to_assistant import is_said_to_assistant


@pytest.mark.parametrize(
    "said",
    [
        "Who are you?",
        "are u a robot",
        "Who made you?",
        "What can I ask here?",
        "Where do your answers come from?",
        "Do you keep what I type?",
        "Is this chat anonymous?",
        "Who reads this?",
        "Will the police see what I wrote?",
        "Can I ask in Khmer?",
        "Can I trust this?",
        "I have a question.",
    ],
)
def test_what_concerns_the_assistant(said):
    assert is_said_to_assistant(said)


@pytest.mark.parametrize(
    "asked",
    [
        "Do you know how many girls are trafficked?",
        "Can you tell me who made the law?",
        "Are calls to the hotline anonymous?",
        "Is child prostitution real?",
        "Which languages do victims speak?",
        "Who wrote the report?",
        "Can I trust the police?",
        "Thank you.",
    ],
)
def test_what_concerns_the_report_has_a_word_of_its_own(asked):
    assert not is_said_to_assistant(asked)
