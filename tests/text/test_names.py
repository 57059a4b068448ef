"""Whether a text has a name."""

import pytest

from a4a_qa.text.names import is_there, names_in


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("Port Anna", "Boats lie in Port Anna.", True),
        ("Port Anna", "Boats lie in Port Bela.", False),
        ("Norwegian", "Two Norwegians came.", True),
        ("Harbour Council", "The HC met.", True),
        ("HCY", "The Harbour Council for Youth met.", True),
        ("PSB", "It signed the OP-PSB.", False),
        ("Anna’s", "Anna went.", True),
        ("blue card", "It has a Blue Card.", True),
    ],
)
def test_a_name_may_stand_in_another_form(name, text, there):
    assert is_there(name, text) is there


def test_the_first_word_of_a_question_is_no_name():
    assert names_in("Who paid Anna in Port Bela?") == ["Anna", "Port", "Bela"]
