import pytest

from a4a_qa.accents import without_accents


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Naïve Café", "Naive Cafe"), ("i\u0302le", "ile"), ("ﬁve²", "five2"), ("ភ្នំពេញ", "ភនំពេញ"), ("", "")],
)
def test_words_are_compared_without_accents(text, plain):
    assert without_accents(text) == plain
