"""What the words around an exact quotation say besides, or otherwise."""

import pytest

from a4a_qa.verify.quoting import is_mostly_known, of_quoting, says_more, words_around
from a4a_qa.verify.words import words_in

SENTENCE = "Apparently, the harbour board is now safe in all winters, whatever Norway says."


def read(text, sentence):
    """The differences, and whether the words around say more, of a text with one quotation."""
    quote = text[text.index("“") + 1 : text.index("”")]
    around = words_around(text, [quote])
    at = sentence.index(quote)
    first = words_in(text)[len(words_in(text[: text.index(quote)]))]
    before, behind = words_in(sentence[:at]), words_in(sentence[at + len(quote) :])
    found = of_quoting(around, first, before, (*before, *behind), {"norway"})
    return [(one.kind, one.said, one.report) for one in found], says_more(around, words_in(sentence))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("The report says: “the harbour board is safe now”.", "It says the harbour board is safe now."),
        ("As the authors write, the board “is safe in all winters”.", "The board is safe in all winters."),
        ("It does not say that it “is safe in all winters”.", "It is not so that it is safe in all winters."),
        ("Perhaps “the board is safe now”.", "Apparently, the board is safe now."),
        ("Norway “is safe in all winters”.", "Norway is safe in all winters."),
        ("The NHB “is safe in all winters”.", "The Northern Harbour Board is safe in all winters."),
    ],
)
def test_who_says_it_adds_nothing(text, sentence):
    assert read(text, sentence) == ([], False)


@pytest.mark.parametrize(
    ("text", "sentence", "found"),
    [
        ("“The board is safe now”", "Apparently, The board is safe now.", ("word", "", "Apparently")),
        ("The board “been safe in winters”.", "It has not been safe in winters.", ("negation", "", "")),
        ("It denies that it “is safe in winters”.", "It is safe in winters.", ("negation", "", "")),
        ("It “is safe in winters” and needs no lights.", "It is safe in winters.", ("negation", "", "")),
    ],
)
def test_what_turns_a_quotation_round(text, sentence, found):
    assert read(text, sentence)[0] == [found]


def test_what_is_said_besides():
    text = "The board “is safe in all winters” and buys new ferries."
    sentence = "The board is safe in all winters."
    assert read(text, sentence) == ([], True)
    around = words_around(text, ["is safe in all winters"])
    assert not is_mostly_known(around, words_in(sentence))
    assert is_mostly_known(around, words_in("The board buys boats and ferries."))
