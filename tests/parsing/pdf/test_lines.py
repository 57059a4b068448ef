"""Raised digits that a producer writes as characters of their own."""

import time

import pytest

from a4a_qa.parsing.pdf.lines import read_lines
from a4a_qa.parsing.pdf.page import Run


def line(text):
    (read,) = read_lines([Run(0, 500, 700, 10, text, False, False, 0)], page=1)
    return read


@pytest.mark.parametrize(
    ("text", "words", "marks"),
    [
        ("Two facts¹ here.²", "Two facts here.", ((9, 1), (15, 2))),
        ("All 5 km² of it³", "All 5 km² of it", ((15, 3),)),
        ("No number ¹²³⁴⁵", "No number ¹²³⁴⁵", ()),
    ],
)
def test_raised_characters_are_marks_but_for_units(text, words, marks):
    assert (line(text).text, line(text).marks) == (words, marks)


def test_many_raised_characters_are_read_in_time():
    started = time.process_time()
    assert len(line("a¹ " * 100_000).marks) == 100_000
    assert time.process_time() - started < 10
