import pytest

from a4a_qa.answering.numerals import in_digits


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
