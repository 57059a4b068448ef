"""What denies something, and which names are one."""

import pytest

from a4a_qa.verify.facts import denials, has_negation, is_spelt, may_deny, spelt_alike
from a4a_qa.verify.words import words_in


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("No harbour has more boats.", False),
        ("No lake of the north has ever had a higher number of boats.", False),
        ("None of the boats is older than Berta.", False),
        ("There is no harbour for boats, and more than 12 boats were seen.", True),
        ("No law forbids it, and fines are lower.", True),
        ("No law forbids it and fines are lower.", True),
        ("None of the boats sank later than May.", True),
        ("No boat has more than 12 seats.", True),
        ("None of the six old boats has more than 12 seats.", True),
    ],
)
def test_no_denies_unless_it_tells_where_most_are(text, denies):
    assert has_negation(words_in(text)) == denies


@pytest.mark.parametrize(
    ("text", "outright", "count"),
    [
        ("No boat sails, and boats lack lights.", True, 2),
        ("Boats lack lights.", False, 1),
        ("Not only boats sail.", False, 1),
        ("Boats sail.", False, 0),
    ],
)
def test_some_words_deny_softly(text, outright, count):
    words = words_in(text)
    assert (has_negation(words), denials(words)) == (outright, count)
    assert may_deny(words) == bool(count)


def test_what_both_say_denies_nothing():
    assert not may_deny(words_in("Boats lack lights."), {"lack"})


def test_an_acronym_is_known_by_its_letters_and_a_name_by_either_spelling():
    [tip] = words_in("TIP")
    assert is_spelt(tip, words_in("the Trafficking in Persons Report"))
    assert not is_spelt(tip, words_in("the Persons Report"))
    assert spelt_alike({"organisation"}) == spelt_alike({"organization"})
