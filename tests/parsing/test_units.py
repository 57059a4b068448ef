"""A power is not a note mark, in Markdown, in a PDF and in a text to be verified."""

import pytest

from a4a_qa.parsing.markdown import read_inline
from a4a_qa.parsing.pdf.file import Run
from a4a_qa.parsing.pdf.lines import read_lines
from a4a_qa.text.notation import is_power
from a4a_qa.verify.statements import read_statements

SENTENCE = "Of 181,035 km² of land 20m² and 5 m³ of water² are theirs³, 4.7×10²⁷ kg, y² and 10⁻³"
WORDS, MARKS = "Of 181,035 km² of land 20m² and 5 m³ of water are theirs, 4.7×10²⁷ kg, y² and 10⁻³", (2, 3)


def in_markdown(text):
    read = read_inline(text)
    return read.text, tuple(number for _, number in read.marks)


def in_pdf(text):
    (line,) = read_lines([Run(0, 500, 700, 10, text, False, False, 0)], page=1)
    return line.text, tuple(number for _, number in line.marks)


def in_a_checked_text(text):
    (statement,) = read_statements(text)
    return statement.words, statement.cited


@pytest.mark.parametrize("read", [in_markdown, in_pdf, in_a_checked_text])
def test_one_sentence_is_read_alike(read):
    assert read(SENTENCE) == (WORDS, MARKS)


@pytest.mark.parametrize(
    "text",
    [
        "5 km<sup>2</sup> of it<sup>4</sup>",
        "5 **km**² of it[^4]",
        "5 [km²](http://a.org) of it⁴",
        "5 \\km² of it⁴",
    ],
)
def test_markup_beside_a_unit_changes_nothing(text):
    assert in_markdown(text.replace("\\", "")) == ("5 km² of it", (4,))


@pytest.mark.parametrize(
    ("words", "raised", "text", "marks"),
    [
        ("All 5 km", "2,3", "All 5 km²", (3,)),
        ("All 5 km", "2, 3, 4", "All 5 km²", (3, 4)),
        ("All 5 km", "4,2", "All 5 km", (4, 2)),
        ("All of it", "2,3", "All of it", (2, 3)),
    ],
)
def test_of_a_list_after_a_unit_the_first_may_be_its_power(words, raised, text, marks):
    runs = Run(0, 100, 700, 10, words, False, False, 0), Run(100, 112, 704, 6, raised, False, False, 1)
    (line,) = read_lines(runs, page=1)
    assert (line.text, tuple(number for _, number in line.marks)) == (text, marks)


@pytest.mark.parametrize(
    ("text", "digits", "is_one"),
    [
        ("5 km", "2", True),
        ("m", "3", True),
        ("(ha", "2", True),
        ("5 km", "4", False),
        ("5 km", "22", False),
        ("5 km ", "2", False),
        ("a team", "2", False),
        ("the film", "3", False),
        ("", "2", False),
        ("4.7×10", "27", True),
        ("4.7 x 10", "6", True),
        ("10", "27", False),
        ("Annex 10", "27", False),
        ("10⁻", "3", True),
        ("of χ", "2", True),
        ("y", "2", True),
        ("y", "4", False),
        ("Annex C", "2", False),
        ("N/A", "2", False),
    ],
)
def test_what_is_a_power(text, digits, is_one):
    assert is_power(text, len(text), digits) is is_one
