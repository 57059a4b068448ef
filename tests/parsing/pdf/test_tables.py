"""Rules and lines of a page → the rows of its tables."""

import time
from dataclasses import replace
from itertools import pairwise

from a4a_qa.parsing.pdf.file import Shape
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.tables import find_tables

PAPER = Shape(0, 0, 600, 800)
# The edges of three columns.
EDGES = (100, 200, 300, 400)


def across(y, *edges):
    """Rules at one height, a piece from each edge to the next."""
    return [Shape(left, y, right, y + 0.5) for left, right in pairwise(edges)]


def down(x, low, high):
    return [Shape(x, low, x + 0.5, high)]


def words(y, *cells, edges=EDGES):
    """A line in each column, none where a cell is empty."""
    return [
        Line(1, left + 5, left + 5 + 5 * len(text), y, 10, False, False, text, (), 0)
        for left, text in zip(edges, cells, strict=False)
        if text
    ]


def tables(shapes, *rows):
    lines = sorted((line for row in rows for line in row), key=lambda line: (-line.y, line.x0))
    found = find_tables(shapes, lines, PAPER)
    return [[[" ".join(line.text for line in cell) for cell in row] for row in table.rows] for table in found]


HEAD, NORTH, LAKES = ["Place", "Ports", "Deaths"], ["North", "42", "20"], ["Lakes", "", "3"]


def test_rules_pieced_together_cell_by_cell_tell_the_columns():
    shapes = [rule for y in (500, 480, 460, 440) for rule in across(y, *EDGES)]
    assert tables(shapes, words(486, *HEAD), words(466, *NORTH), words(446, *LAKES)) == [[HEAD, NORTH, LAKES]]


def test_rules_down_tell_the_columns():
    shapes = [rule for y in (500, 480, 460) for rule in across(y, 100, 400)]
    shapes += [rule for x in EDGES for rule in down(x, 460, 500)]
    assert tables(shapes, words(486, *HEAD), words(466, *NORTH)) == [[HEAD, NORTH]]


def test_painted_cells_are_a_table():
    shapes = [Shape(x, y, x + 100, y + 20) for x in EDGES[:3] for y in (460, 480)]
    assert tables(shapes, words(486, *HEAD), words(466, *NORTH)) == [[HEAD, NORTH]]


def test_three_rules_across_part_the_columns_at_their_gaps():
    shapes = [rule for y in (500, 480, 440) for rule in across(y, 100, 400)]
    assert tables(shapes, words(486, *HEAD), words(466, *NORTH), words(446, *LAKES)) == [[HEAD, NORTH, LAKES]]


def test_a_cell_over_several_rows_belongs_to_the_first_of_them():
    shapes = [*across(500, *EDGES), *across(480, 200, 300, 400), *across(460, *EDGES)]
    rows = words(486, "", "Ports", "42"), words(476, "North", "", ""), words(466, "coast", "Deaths", "20")
    assert tables(shapes, *rows) == [[["North coast", "Ports", "42"], ["", "Deaths", "20"]]]


def test_a_cell_over_several_columns_belongs_to_the_first_of_them():
    shapes = [rule for y in (500, 480, 460) for rule in across(y, 100, 400)]
    shapes += [rule for x in (100, 400) for rule in down(x, 460, 500)]
    shapes += [rule for x in (200, 300) for rule in down(x, 460, 480)]
    assert tables(shapes, words(486, "", "Title", ""), words(466, *NORTH)) == [[["Title", "", ""], NORTH]]


def test_values_stacked_in_one_band_become_rows():
    shapes = [rule for y in (500, 480, 430) for rule in across(y, *EDGES)]
    stacked = words(470, *NORTH), words(458, *LAKES), words(446, "Isles", "19", "11")
    assert tables(shapes, words(486, *HEAD), *stacked) == [[HEAD, NORTH, LAKES, ["Isles", "19", "11"]]]


def test_lines_of_one_cell_are_no_rows():
    shapes = [rule for y in (500, 480, 450) for rule in across(y, *EDGES)]
    rows = words(486, *HEAD), words(466, "North", "42", "20"), words(455, "Coast", "(2010)", "")
    assert tables(shapes, *rows) == [[HEAD, ["North Coast", "42 (2010)", "20"]]]


def test_text_parts_two_tables():
    shapes = [rule for y in (500, 480, 460, 400, 380, 360) for rule in across(y, *EDGES)]
    text = [words(y, "Two lines of running text reach over all of the columns.") for y in (440, 425)]
    given = words(486, *HEAD), words(466, *NORTH), *text, words(386, *HEAD), words(366, *LAKES)
    assert tables(shapes, *given) == [[HEAD, NORTH], [HEAD, LAKES]]


def test_a_title_below_a_rule_is_no_row():
    shapes = [*across(540, 100, 400), *(rule for y in (500, 480, 460) for rule in across(y, *EDGES))]
    title = words(520, "Table 1. Ports by coast, and how many died there")
    assert tables(shapes, title, words(486, *HEAD), words(466, *NORTH)) == [[HEAD, NORTH]]


def test_the_padding_of_a_box_is_no_column():
    shapes = [Shape(94, 456, 406, 502), Shape(100, 460, 400, 480), Shape(100, 480, 400, 500)]
    item = words(486, "•", "An item in a box.", edges=(90, 110))
    assert tables(shapes, item, words(466, "Some words below it.")) == []


def test_underlined_words_are_no_table():
    titles = [
        words(y, "Words that are underlined over all of the columns on a page") for y in (500, 470, 440)
    ]
    shapes = [Shape(line.x0, line.y - 1.5, line.x1, line.y - 1) for (line,) in titles]
    assert tables(shapes, *titles, words(486, *NORTH), words(456, *LAKES)) == []


def test_two_columns_of_text_between_rules_are_no_table():
    shapes = [*across(520, 100, 400), *across(100, 100, 400), *down(250, 100, 520)]
    rows = [words(510 - 12 * n, "some words of text", "and some others", edges=(100, 260)) for n in range(30)]
    assert tables(shapes, *rows) == []


def test_headings_beside_text_are_no_table():
    shapes = [rule for y in (520, 480, 440) for rule in across(y, 100, 200, 400)]
    rows = []
    for y in (500, 460):
        (title,) = words(y, "Results")
        rows += [
            [replace(title, size=14)],
            words(y, "", "Some words of running text"),
            words(y - 12, "", "and more."),
        ]
    assert tables(shapes, *rows) == []


def test_a_chart_of_numbers_is_no_table():
    shapes = [rule for y in (500, 480, 460) for rule in across(y, *EDGES)]
    assert tables(shapes, words(486, "10", "20", "30"), words(466, "", "42", "20")) == []


def test_a_page_full_of_rules_is_read_in_time():
    grid = [
        Shape(20 + 20.3 * (n % 28), 20 + 21 * (n // 28), 40 + 20.3 * (n % 28), 20.5 + 21 * (n // 28))
        for n in range(1_000)
    ]
    lines = [words(20 + n % 760, "word", edges=(20 + n * 7 % 500,)) for n in range(2_000)]
    started = time.process_time()
    tables(grid, *lines)
    tables(grid * 5, *lines)
    assert time.process_time() - started < 4
