"""Runs → lines: raised digits are note marks, and running heads, feet and page numbers go."""

import pytest

from a4a_qa.parsing.pdf.file import Run
from a4a_qa.parsing.pdf.lines import Line, read_lines, without_furniture
from growth import growth


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
def test_raised_characters_are_marks_except_after_units(text, words, marks):
    assert (line(text).text, line(text).marks) == (words, marks)


def test_the_time_for_raised_characters_is_linear():
    assert growth(line, "a¹ " * 5_000, "a¹ " * 10_000) < 3.5


HEIGHTS = dict.fromkeys(range(1, 7), 800.0)


def placed(page, y, text, marks=(), size=10.0):
    return Line(page, 50, 300, y, size, False, False, text, marks, 0)


def page(number, *more):
    prose = [placed(number, y, f"words of line {y} on page {number} and") for y in range(700, 110, -12)]
    return [placed(number, 770, "A survey of harbours"), *prose, *more]


def test_a_head_and_page_numbers_go_and_a_missing_number_is_counted():
    numbers = ["", "i", "ii", "1", "2", ""]
    pages = {n: page(n, placed(n, 40, numbers[n - 1])) if numbers[n - 1] else page(n) for n in HEIGHTS}
    kept, labels = without_furniture(pages, HEIGHTS)
    assert all(found == page(n)[1:] for n, found in kept.items())
    assert labels == {2: "i", 3: "ii", 4: "1", 5: "2", 6: "3"}


def test_a_footnote_that_every_page_repeats_stays():
    pages = {n: page(n, placed(n, 70, "Ibid.", marks=((0, n),), size=8.0)) for n in HEIGHTS}
    kept, labels = without_furniture(pages, HEIGHTS)
    assert all(found[-1].text == "Ibid." for found in kept.values())
    assert labels == {}


def test_text_that_goes_on_below_a_line_at_the_top_stays():
    pages = {n: [placed(n, 712, "Table of boats"), *page(n)[1:]] for n in HEIGHTS}
    kept, _ = without_furniture(pages, HEIGHTS)
    assert all(found[0].text == "Table of boats" for found in kept.values())


def test_a_heading_that_begins_a_page_stays_though_headings_often_stand_there():
    titles = {n: "Conclusions" if n < 4 else f"Harbour {chr(64 + n)}" for n in range(1, 27)}
    heads = {n: placed(n, 740, title, size=14.0) for n, title in titles.items()}
    pages = {n: [head, *page(n)[1:]] for n, head in heads.items()}
    kept, _ = without_furniture(pages, dict.fromkeys(pages, 800.0))
    assert all(found[0] == heads[n] for n, found in kept.items())
