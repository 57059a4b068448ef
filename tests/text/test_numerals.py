import re

import pytest

from a4a_qa.answering.short_answer import SLICES
from a4a_qa.text.numerals import in_digits, values_in_words


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("endnote thirty-eight", "endnote 38"),
        ("Endnote Thirty Eight", "Endnote 38"),
        ("articles ten and nineteen", "articles 10 and 19"),
        ("the thirty-eighth, the twentieth and the fifth", "the 38th, the 20th and the 5th"),
        ("the hundred and fourth", "the 104th"),
        ("one hundred and twenty-one", "121"),
        ("endnotes ninety-nine, one hundred and two hundred", "endnotes 99, 100 and 200"),
        ("two hundred ninety-nine", "299"),
        ("the two hundredth", "the 200th"),
    ],
)
def test_numbers_in_words_become_digits(words, digits):
    assert in_digits(words) == digits


@pytest.mark.parametrize(
    "text",
    ["please note one thing", "at which point two boys", "often attend", "endnote 38", "twenty twelve"],
)
def test_small_numbers_and_other_words_stay(text):
    assert in_digits(text) == text


@pytest.mark.parametrize("text", ["sıx boats", "SİX boats", "ſix and ſeventeen boats"])
def test_letters_that_only_look_like_ours_make_no_number(text):
    assert in_digits(text) == text
    assert values_in_words(text) == {}


def test_numbers_of_two_digits_are_found_in_words_with_their_values():
    text = "Sixty days, twenty-one boats, thirty eight towns, one man, often weighty."
    assert values_in_words(text) == {"sixty": "60", "twenty-one": "21", "thirty eight": "38"}


@pytest.mark.parametrize("kind", ["duration", "number"])
@pytest.mark.parametrize("word", ["two", "twelve", "fifty-six", "sixty", "eighty", "ninety-nine"])
def test_what_asks_for_a_number_may_be_told_in_any_words(kind, word):
    assert any(re.search(pattern, f"It lasts {word} days.") for pattern in SLICES[kind])
