"""Lines → the words of a paragraph, with its marks, in a time that its length tells."""

import pytest

from a4a_qa.parsing.pdf.hyphenation import KnownWords
from a4a_qa.parsing.pdf.layout import Region
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.paragraphs import read_paragraphs, text_of
from growth import growth

# Twice as much takes twice as long, and four times as long what looks at all again for each line.
LINEAR = 3.5
PROSE = "Some words of prose that fill a line and"


def lines(*texts, marks=(), bold=False):
    return [
        Line(1, 50, 300, -12 * place, 10, bold, False, text, marks, place) for place, text in enumerate(texts)
    ]


def text(*given):
    return text_of(given, KnownWords([line.text for line in given]))[0]


def marked(*texts_and_marks):
    given = [line for words, marks in texts_and_marks for line in lines(words, marks=marks)]
    return text_of(given, KnownWords([*(line.text for line in given), "a fishing boat"]))[:2]


def test_marks_stand_where_they_stood_in_their_line():
    assert marked(("A boat", ((6, 1),)), ("and a net.", ((10, 2),))) == (
        "A boat and a net.",
        [(6, 1), (17, 2)],
    )


def test_a_mark_after_a_hyphen_that_goes_stays_after_the_word_before_it():
    assert marked(("A fish-", ((7, 1),)), ("ing boat.", ())) == ("A fishing boat.", [(6, 1)])


def test_an_address_is_made_whole_far_down_a_paragraph():
    given = lines(*[PROSE] * 200, "see http://a.org/reports/", "2010/harbours.pdf")
    assert text(*given).endswith(f"{PROSE} see http://a.org/reports/2010/harbours.pdf")


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("See http://a.org/reports/", "for more", "See http://a.org/reports/ for more"),
        ("See https://harbours.", "org.", "See https://harbours.org."),
        ("See https://harbours.org.", "The boats", "See https://harbours.org. The boats"),
        ("fish-", "erman", "fisherman"),
        ("high-", "speed", "high-speed"),
        ("twenty-", "two", "twenty-two"),
        ("day-to-", "day", "day-to-day"),
        ("short-", "and long-term", "short- and long-term"),
        ("boats and/", "or nets", "boats and/or nets"),
    ],
)
def test_two_lines_are_joined_as_the_document_writes_its_words(first, second, whole):
    vocabulary = KnownWords(["a fisherman with a high-speed boat"])
    assert vocabulary.joined(first, second) == whole


@pytest.mark.parametrize(
    "line", [PROSE, "http://www.a.org/", "Some words that end in a-"], ids=["prose", "addresses", "hyphens"]
)
def test_the_time_for_a_paragraph_grows_as_its_lines_do(line):
    vocabulary = KnownWords([PROSE])
    few, many = lines(*[line] * 1_000), lines(*[line] * 2_000)
    assert growth(lambda given: text_of(given, vocabulary), few, many) < LINEAR


def test_the_time_to_find_where_paragraphs_begin_grows_as_their_lines_do():
    def region(count):
        bold = lines(*["bold words of prose that fill a line and"] * count, bold=True)
        plain = lines(*[PROSE.lower()] * count)
        moved = [
            Line(1, 50, 300, -12 * (count + n), 10, False, False, one.text, (), n)
            for n, one in enumerate(plain)
        ]
        return [Region("text", (*bold, *moved), 50, 300)]

    assert growth(read_paragraphs, region(3_000), region(6_000)) < LINEAR
