import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.quotes import Quotes, fold, folded


@pytest.fixture
def quotes(small):
    return Quotes(small)


def test_a_quote_is_found_as_it_stands(quotes, small):
    assert small.slice(quotes.find("passed in 1999.")) == "passed in 1999."


@pytest.mark.parametrize(
    "quote",
    [
        "(1)\u00a0Judges must be trained   every two years.",
        "(1) Jud\u00adges must\nbe trained every two years.",
        "（1） Judges must be trained every two years.",
    ],
)
def test_a_quote_is_found_normalised_and_mapped_back(quotes, small, quote):
    assert small.slice(quotes.find(quote)) == "(1) Judges must be trained every two years."


def test_folding_keeps_the_way_back():
    folded, offsets = fold("a  “½” — b")
    assert folded == "a '1⁄2' - b"
    assert [("a  “½” — b")[i] for i in offsets] == list("a “½½½” — b")


def test_a_repeat_in_contents_or_endnotes_is_no_second_place(quotes, small):
    assert small.text.count("Ministry of Health") == 3
    assert small.block_at(quotes.find("Ministry of Health").start).section == ("Introduction",)


def test_an_ambiguous_quote_is_an_error_that_says_what_to_do(quotes):
    with pytest.raises(
        EvaluationError, match=r"stands at 2 places of the report, expected one. Quote more words"
    ):
        quotes.find("in the ")


def test_a_lost_quote_suggests_the_nearest_sentence(quotes):
    with pytest.raises(EvaluationError, match=r"nearest sentence .* «It is not enforced in the south.»"):
        quotes.find("It is not enforced in the far south.")


@pytest.mark.parametrize(
    "quote", ["The law on schools was passed in 1998.", "It is enforced in the south.", "zebra", ""]
)
def test_no_suggestion_changes_a_number_or_a_negation(quotes, quote):
    with pytest.raises(EvaluationError, match=r"not in the report's retrieved text. Copy it"):
        quotes.find(quote)


def test_texts_are_compared_as_a_whole_without_case_typography_and_space_around_them():
    assert folded(" The “Law”—of\u00a01999 ") == folded("the 'law'-of 1999")
    assert folded("Law 13") != folded("Law 31")
