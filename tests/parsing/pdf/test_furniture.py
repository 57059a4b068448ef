"""Running heads, feet and page numbers go; what only stands where they do stays."""

from a4a_qa.parsing.pdf.furniture import without_furniture
from a4a_qa.parsing.pdf.lines import Line

HEIGHTS = dict.fromkeys(range(1, 7), 800.0)


def line(page, y, text, marks=(), size=10.0):
    return Line(page, 50, 300, y, size, False, False, text, marks, 0)


def page(number, *more):
    prose = [line(number, y, f"words of line {y} on page {number} and") for y in range(700, 110, -12)]
    return [line(number, 770, "A survey of harbours"), *prose, *more]


def test_a_head_and_page_numbers_go_and_a_missing_number_is_counted():
    numbers = ["", "i", "ii", "1", "2", ""]
    pages = {n: page(n, line(n, 40, numbers[n - 1])) if numbers[n - 1] else page(n) for n in HEIGHTS}
    kept, labels = without_furniture(pages, HEIGHTS)
    assert all(found == page(n)[1:] for n, found in kept.items())
    assert labels == {2: "i", 3: "ii", 4: "1", 5: "2", 6: "3"}


def test_a_footnote_that_every_page_repeats_stays():
    pages = {n: page(n, line(n, 70, "Ibid.", marks=((0, n),), size=8.0)) for n in HEIGHTS}
    kept, labels = without_furniture(pages, HEIGHTS)
    assert all(found[-1].text == "Ibid." for found in kept.values())
    assert labels == {}


def test_text_that_goes_on_below_a_line_at_the_top_stays():
    pages = {n: [line(n, 712, "Table of boats"), *page(n)[1:]] for n in HEIGHTS}
    kept, _ = without_furniture(pages, HEIGHTS)
    assert all(found[0].text == "Table of boats" for found in kept.values())


def test_a_heading_that_begins_a_page_stays_though_headings_often_stand_there():
    heads = {
        n: line(n, 740, "Conclusions" if n < 4 else f"Harbour {chr(64 + n)}", size=14.0) for n in range(1, 27)
    }
    pages = {n: [head, *page(n)[1:]] for n, head in heads.items()}
    kept, _ = without_furniture(pages, dict.fromkeys(pages, 800.0))
    assert all(found[0] == heads[n] for n, found in kept.items())
