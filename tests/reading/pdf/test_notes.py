"""Where endnotes begin among the lines below their heading."""

import pytest

from a4a_qa.reading.pdf.headings import Heading
from a4a_qa.reading.pdf.lines import Line
from a4a_qa.reading.pdf.notes import find_notes
from a4a_qa.reading.pdf.paragraphs import Paragraph


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
