"""The names in a question, and whether a text speaks of others in their place."""

import pytest

from a4a_qa.answering.named import missing_names, other_places

REPORT = "Boats lie in Port Anna and in Port Bela. Ruritania has a fleet. It is in Tier 2."


@pytest.mark.parametrize(
    ("question", "text", "places"),
    [
        ("How many boats lie in Port Anna?", "Ten lie in Port Bela.", ("Port Anna",)),
        ("How many boats lie in Port Anna?", "Ten lie in Port Anna, and two in Port Bela.", ()),
        ("How many boats lie in Port Anna?", "Ten lie here.", ()),
        ("How many boats lie in Port Anna?", "Ten lie in Ruritania.", ()),  # which Port Anna is in
        ("How many boats lie in Port Cora?", "Ten lie in Port Bela.", ()),  # the report knows no such place
        ("Why is it in Port Anna?", "It is in Tier 2.", ()),
        ("How many lie in Ruritania?", "Ten lie in Port Bela.", ()),
    ],
)
def test_a_place_in_whose_place_another_is_told_of(question, text, places):
    assert other_places(question, text, REPORT, "The Fleet of Ruritania") == places


def test_whole_names_that_a_text_lacks():
    question = "Who paid in Port Anna for the Northern Youth Forum of Port Bela?"
    assert missing_names(question, "The Northern Youth Forum met in Port Bela.") == ("Port Anna",)
