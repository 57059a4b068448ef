"""The measure of numbers: what a parser loses of them is counted, and note marks are not taken for losses."""

from dataclasses import replace

import pytest

from a4a_qa.evaluation.parse_numbers import compare_numbers, numbers_in
from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import Problem
from parsing.pdf.hostile import pdf

TEXT = """# Stars

The star has 4.7×10²⁷ kg and 200 planets.[^1]

# Notes

[^1]: A letter of 1998, page 31.
"""


def shown(*lines):
    return b"".join(
        b"BT /F1 10 Tf 72 %d Td (%s) Tj ET\n" % (700 - 30 * at, line.encode())
        for at, line in enumerate(lines)
    )


@pytest.fixture
def stars(tmp_path):
    (tmp_path / "stars.md").write_text(TEXT, encoding="utf-8")
    return tmp_path / "stars.md"


@pytest.fixture
def printed(tmp_path):
    """A PDF of two pages whose text layer writes a note mark with the year before it."""
    file = tmp_path / "printed.pdf"
    file.write_bytes(pdf(shown("In 200755 there were 12 of them."), shown("Then there were 340 and 12.")))
    return file


def reading(file, *, text, problems=()):
    return replace(read_report(file), text=text, problems=problems, note_marks=(), endnotes=())


def test_raised_and_lowered_digits_are_digits():
    assert numbers_in("4.7×10²⁷ kg, CO₂ 1,000") == ["4", "7", "1027", "2", "1", "000"]


def test_a_report_that_is_read_well_loses_no_number(stars):
    found = compare_numbers(stars, read_report(stars))
    assert (found.total, found.marks, found.lost, found.unread) == (6, 2, [], [])


def test_an_exponent_that_is_dropped_is_lost(stars):
    report = read_report(stars)
    dropped = replace(report, text=report.text.replace("²⁷", ""))
    assert [number for _, number in compare_numbers(stars, dropped).lost] == ["1027"]


def test_a_number_that_stands_twice_must_arrive_twice(printed):
    found = compare_numbers(printed, reading(printed, text="In 2007, 55 there were 12 of them, then 340."))
    assert found.lost == [(2, "12")]


def test_two_numbers_may_be_one_in_the_text_layer_and_one_may_be_two(printed):
    cut = reading(printed, text="In 2007 and 55 there were 12 of them. Then there were 34012.")
    assert compare_numbers(printed, cut).lost == []


def test_no_more_digits_are_unread_than_characters_are_left_out(printed):
    message = "Page 2 has 3 characters that the page does not show; left out."
    report = reading(printed, text="In 200755 there were 12.", problems=(Problem("page", message),))
    found = compare_numbers(printed, report)
    assert (found.lost, found.unread) == ([(2, "12")], [(2, "340")])
