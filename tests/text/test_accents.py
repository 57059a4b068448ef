import pytest

from a4a_qa.text.accents import plainly_written, without_accents


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Naïve Café", "Naive Cafe"), ("i\u0302le", "ile"), ("ﬁve²", "five2"), ("ភ្នំពេញ", "ភនំពេញ"), ("", "")],
)
def test_words_are_compared_without_accents(text, plain):
    assert without_accents(text) == plain


def test_apostrophes_are_straight_however_they_are_written():
    assert plainly_written("l’état’s") == "l'etat's"
