"""Gutters on pages that can be worked out by hand, and contents pages whose parts stand apart."""

import random
import time

import numpy as np
import pytest

from a4a_qa.parsing.pdf.file import Shape
from a4a_qa.parsing.pdf.layout import find_gutters, read_layout
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.paragraphs import contents_entry, read_paragraphs

PAPER = Shape(0, 0, 600, 800)


def gutters_of(items):
    return find_gutters(np.array(items, dtype=float).reshape(-1, 4), PAPER)


def rows(*columns, count=5, step=14):
    """The edges of `count` rows, each with a line in every column from x0 to x1."""
    return [(x0, step * i, x1, step * i + 10) for i in range(count) for x0, x1 in columns]


@pytest.mark.parametrize(
    ("items", "gutters"),
    [
        (rows((50, 280), (320, 550)), [300]),
        (rows((50, 200), (220, 370), (390, 540)), [210, 380]),
        (rows((50, 550)), []),
        ([], []),
        (rows((50, 280), (320, 550), count=2), []),
        (rows((50, 100), (120, 550)), []),
        ([*rows((50, 280), (320, 550)), (50, 100, 550, 112)], [300]),
    ],
    ids=["two columns", "three", "one", "none", "two rows are too few", "too narrow", "a wide heading"],
)
def test_columns_part_in_the_middle_of_what_their_lines_leave_free(items, gutters):
    assert gutters_of(items) == gutters


@pytest.mark.parametrize("nudge", [0, 1.4, 1.6])
def test_terms_that_stand_on_the_line_of_their_explanations_are_no_column(nudge):
    ends = [80, 90, 160, 85, 100]
    terms = [(50, 14 * i, end, 14 * i + 10) for i, end in enumerate(ends)]
    explained = [(200, 14 * i + nudge, 550, 14 * i + nudge + 10) for i in range(5)]
    assert gutters_of([*terms, *explained]) == ([] if nudge < 1.5 else [180])


def test_page_numbers_beside_their_titles_are_no_column():
    titles = rows((50, 400))
    numbers = [(450, 14 * i, 540 if i == 2 else 460, 14 * i + 10) for i in range(5)]
    assert gutters_of([*titles, *numbers]) == []


def test_a_page_of_scraps_takes_no_ages():
    places = random.Random(1)
    corners = [(places.uniform(5, 580), places.uniform(5, 790)) for _ in range(2_000)]
    started = time.process_time()
    gutters_of([(x, y, x + 7, y + 6) for x, y in corners])
    assert time.process_time() - started < 5


def line(text, x0, x1, y):
    return Line(1, x0, x1, y, 10, False, False, text, (), int(800 - y))


def entries(*rows):
    lines = [line(*cell, 700 - 20 * place) for place, row in enumerate(rows) for cell in row]
    return [
        contents_entry(paragraph) if paragraph.kind == "contents" else paragraph.text
        for paragraph in read_paragraphs(read_layout(lines, [], PAPER))
    ]


def test_page_numbers_far_from_their_titles_are_put_to_them():
    found = entries(
        [("Introduction", 70, 130), ("3", 530, 535)],
        [("Fish and law", 70, 130), ("7", 530, 535)],
        [("Harbours", 70, 110), ("12", 525, 535)],
    )
    assert found == ["Introduction\t3", "Fish and law\t7", "Harbours\t12"]


def test_numbers_dots_and_page_numbers_that_stand_apart_are_one_entry():
    found = entries(
        [("1", 70, 75), ("Introduction", 90, 150), ("3", 530, 535)],
        [("1.1", 90, 102), ("Fish . . . . . . . . .", 115, 520), ("4", 530, 535)],
        [("1.2", 90, 102), ("Law . . . . . . . . .", 115, 520), ("6", 530, 535)],
    )
    assert found == ["1 Introduction\t3", "1.1 Fish\t4", "1.2 Law\t6"]


def test_a_column_of_years_is_no_contents_page():
    found = entries(
        [("Herring", 70, 130), ("2004", 515, 535)],
        [("Cod", 70, 100), ("2009", 515, 535)],
        [("Eel", 70, 95), ("2011", 515, 535)],
    )
    assert not any("\t" in entry for entry in found)
