"""How the lines of a page are put together before they are read."""

from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.layout import read_layout
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.paragraphs import contents_entry, read_paragraphs

PAPER = Shape(0, 0, 600, 800)


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
