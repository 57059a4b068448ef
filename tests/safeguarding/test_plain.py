"""How a message is read however it was typed, before its purpose is told."""

import pytest

from a4a_qa.safeguarding.rules import plain_text, with_end_sign
from growth import growth


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Who said “so” and «no», according to the report?", 'who said "so" and "no"'),
        ("Is it so? According to this report.", "is it so?"),
        ("Who’s there", "who's there"),
    ],
)
def test_a_message_is_read_alike_however_it_is_typed(typed, read):
    assert plain_text(typed) == read


def test_spaces_take_no_time():
    few, many = ("a" + " " * count + "b" for count in (20_000, 80_000))
    assert plain_text(few) == few
    assert plain_text("Who? , according to the report.") == "who?"
    # With the square of their number it would be 16 times as much.
    assert growth(plain_text, few, many) < 8


@pytest.mark.parametrize(
    ("plain", "read"),
    [
        ("who runs it", "who runs it?"),
        ("who runs it?!", "who runs it?"),
        ("help me!!", "help me."),
        ("i need someone, can you call", "i need someone, can you call?"),
        ("which laws? tell me", "which laws? tell me."),
        ("it is late, and what now,", "it is late, and what now?"),
        ("???", "???"),
        ("", ""),
    ],
)
def test_the_sign_at_the_end_is_that_of_the_words(plain, read):
    assert with_end_sign(plain) == read


@pytest.mark.parametrize(
    "typed", ["Who runs it?", "Help me!", "It hurts", "Where to, ", "What is it: a law."]
)
def test_according_to_the_report_at_the_end_changes_nothing(typed):
    behind = f"{typed.rstrip(' ?.!')}, according to the report?"
    again = f"{behind.rstrip('?')}, according to this report"
    read = with_end_sign(plain_text(typed))
    assert with_end_sign(plain_text(behind)) == with_end_sign(plain_text(again)) == read


@pytest.mark.parametrize(
    "piece", ["-", " ", "and ", "a? ", "according to the report ", "according to the report, "]
)
def test_no_message_takes_long(piece):
    few, many = (piece * count + "x" for count in (500, 2_000))
    assert growth(lambda text: with_end_sign(plain_text(text)), few, many) < 8
