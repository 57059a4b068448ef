"""Whether a text names a country."""

import pytest

from a4a_qa.text.countries import is_same_country, names_country


@pytest.mark.parametrize(
    "text",
    [
        *("Norway", "the Italian government", "the U.S. Navy", "South Korea", "Laos"),
        *("French help", "Dutch", "the British", "Swiss", "Danes", "Filipinas", "Greek boats"),
    ],
)
def test_a_country_by_its_name_or_its_people(text):
    assert names_country(text)


@pytest.mark.parametrize(
    "text",
    [
        "the United Nations",
        "Netsoft",
        "a turkey",
        "the Lake Board",
        "USAID",
        "Children",
        "Individuals",
        "Congress",
        "a polish",
        "Dutchess",
    ],
)
def test_no_country(text):
    assert not names_country(text)


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("italy", "italian", True),
        ("france", "french", True),
        ("netherlands", "dutch", True),
        ("swiss", "switzerland", True),
        ("danes", "danish", True),
        ("vietnamese", "vietnam", True),
        ("nigeria", "nigerian", True),
        ("niger", "nigeria", False),
        ("niger", "nigerian", False),
        ("austria", "australian", False),
        ("french", "dutch", False),
        ("harbour", "harbour", False),
    ],
)
def test_the_same_country_by_another_word(name, other, same):
    assert is_same_country(name, {other}) == is_same_country(other, {name}) == same
