"""Where endnotes begin among the lines below their heading."""

from dataclasses import replace

import pytest

from a4a_qa.parsing.pdf.headings import Heading
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.notes import find_notes
from a4a_qa.parsing.pdf.paragraphs import Paragraph
from growth import growth


def line(text, marks=()):
    return Line(1, 50, 300, 500, 10, False, False, text, marks, 0)


def notes(*lines):
    paragraphs = [Paragraph("text", [line("Endnotes")], 50, 300, False)]
    paragraphs += [Paragraph("text", list(lines), 50, 300, False)]
    found = find_notes(paragraphs, {0: Heading(1)}, 10).numbered
    return {note.number: " ".join(line.text for line in note.lines) for note in found}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (line("1. A book, accessed on"), line("3. Another.")),
        (line("[1] A book, accessed on"), line("[3] Another.")),
        (line("1 A book, accessed on"), line("3 Another.")),
        (line("A book, accessed on", ((0, 1),)), line("Another.", ((0, 3),))),
    ],
    ids=["stops", "brackets", "bare", "raised"],
)
def test_a_date_that_begins_a_line_begins_no_note(first, second):
    assert notes(first, line("2 March 2010."), second) == {
        1: "A book, accessed on 2 March 2010.",
        3: "Another.",
    }


def test_a_number_in_another_form_than_the_first_begins_no_note():
    assert notes(line("1. A book, page"), line("2 and on."), line("2. Another.")) == {
        1: "A book, page 2 and on.",
        2: "Another.",
    }


def paragraphs(*lines, size=10):
    return [Paragraph("text", [replace(line, size=size)], 50, 300, False) for line in lines]


def marked(*numbers):
    return [line("A fact here.", ((6, number),)) for number in numbers]


@pytest.mark.parametrize(
    "written",
    [
        lambda number: line(f"{number}. A book."),
        lambda number: line(f"[{number}] A book."),
        lambda number: line("A book.", ((0, number),)),
    ],
    ids=["stops", "brackets", "raised"],
)
def test_the_last_numbers_that_most_marks_have_are_notes_without_a_heading(written):
    body = [*marked(1, 2, 3, 5), line("1. An item."), line("2. Another.")]
    given = paragraphs(*body, *map(written, (1, 2, 3, 5)), line("of five pages"))
    found = find_notes(given, {}, 0)
    assert [(note.number, len(note.lines)) for note in found.numbered] == [(1, 1), (2, 1), (3, 1), (5, 2)]
    assert found.end == len(given)
    assert find_notes(given[:-2], {}, 0).numbered == []  # of three in four marks


def test_the_time_to_look_for_notes_grows_as_the_numbered_paragraphs_do():
    def items(count):
        return paragraphs(
            *marked(*range(1, 9)), *[line("1. An item of a list."), line("2. Another.")] * count
        )

    assert growth(lambda given: find_notes(given, {}, 0), items(500), items(1_000)) < 3


def test_the_time_for_footnotes_that_share_a_number_grows_as_they_do():
    def pages(count):
        body = paragraphs(*[line("A fact here.", ((6, 1),))] * count)
        return [*body, *paragraphs(*[line("A book.", ((0, 1),))] * count, size=8)]

    assert growth(lambda count: find_notes(pages(count), {}, 10), 500, 1_000) < 3
