"""Which lines are footnotes and endnotes, and with which numbers."""

import pytest

from a4a_qa.parsing.pdf.file import Shape
from a4a_qa.parsing.pdf.footnotes import find_endnotes, take_footnotes
from a4a_qa.parsing.pdf.lines import Line
from a4a_qa.parsing.pdf.paragraphs import Paragraph
from growth import growth


def line(text, marks=(), *, page=1, x=50, y=500, size=10):
    return Line(page, x, x + 250, y, size, False, False, text, marks, 0)


def paragraph(*lines, kind="text"):
    return Paragraph(kind, list(lines), min(line.x0 for line in lines), 300, False)


def body(*numbers, page=1, x=50):
    """A paragraph of the body with a mark for each number, long enough to tell the size of the body."""
    marks = tuple((offset, number) for offset, number in enumerate(numbers, 6))
    return paragraph(line("A fact that is told at some length in the body.", marks, page=page, x=x, y=700))


def foot(*texts, page=1, x=50, y=100):
    """Small lines at the foot of a page, each a paragraph; a number before "|" is raised."""
    made = []
    for place, text in enumerate(texts):
        number, _, words = text.rpartition("|")
        marks = ((0, int(number)),) if number else ()
        made.append(paragraph(line(words, marks, page=page, x=x, y=y - 10 * place, size=8)))
    return made


def texts(notes):
    return {note.number: " ".join(line.text for line in note.lines) for note in notes}


def left_over(paragraphs):
    return [line.text for paragraph in paragraphs for line in paragraph.lines if line.size < 10]


def footnotes(*given, shapes=()):
    rest, found = take_footnotes(list(given), {1: shapes})
    return rest, texts(found.numbered)


def test_footnotes_leave_the_text_that_has_their_marks():
    rest, found = footnotes(body(1, 2), *foot("1|A book.", "2|Another,", "its second line."), body(page=2))
    assert found == {1: "A book.", 2: "Another, its second line."}
    assert left_over(rest) == []
    assert rest[0].lines[0].marks == ((6, 1), (7, 2))


def test_numbers_with_stops_and_in_brackets_begin_footnotes_too():
    assert footnotes(body(1, 2), *foot("1. A book.", "[2] Another."))[1] == {1: "A book.", 2: "Another."}


def test_each_column_has_its_own_foot():
    left = [body(1, 2), *foot("1|A book that", "has two lines.", "2|The first words of a note in")]
    right = [body(3, x=320), *foot("the left column.", "3|A third.", x=320)]
    rest, found = footnotes(*left, *right)
    assert found == {
        1: "A book that has two lines.",
        2: "The first words of a note in the left column.",
        3: "A third.",
    }
    assert left_over(rest) == []


def test_a_footnote_goes_on_over_the_page():
    first = [body(1), *foot("1|A book about the fish that")]
    rest, found = footnotes(*first, body(2, page=2), *foot("live in lakes.", "2|Another.", page=2))
    assert found == {1: "A book about the fish that live in lakes.", 2: "Another."}
    assert left_over(rest) == []


def test_a_footnote_goes_on_over_one_page_only():
    first = [body(1), *foot("1|A book about the fish that")]
    others = [part for page in (2, 3) for part in (body(page=page), *foot("no stop", page=page))]
    rest, found = footnotes(*first, *others)
    assert found == {1: "A book about the fish that no stop"}
    assert left_over(rest) == ["no stop"]


def test_a_footnote_that_is_at_its_end_does_not_go_on():
    first = [body(1), *foot("1|A book.")]
    rest, found = footnotes(*first, body(2, page=2), *foot("Source: a table.", "2|Another.", page=2))
    assert found == {1: "A book.", 2: "Another."}
    assert left_over(rest) == ["Source: a table."]


@pytest.mark.parametrize("words", ["(continued...)", "(Continued)", "[cont’d]"])
def test_the_words_that_announce_the_rest_of_a_note_are_none_of_it(words):
    first = [body(1), *foot("1|A book. And", "a sentence that ends here.", words)]
    rest, found = footnotes(*first, body(page=2), *foot("More words of it.", page=2))
    assert found == {1: "A book. And a sentence that ends here. More words of it."}
    assert left_over(rest) == []


def test_a_mark_may_stand_on_the_page_before_its_note():
    assert footnotes(body(1), body(page=2), *foot("1|A book.", page=2))[1] == {1: "A book."}


def test_numbers_that_restart_on_each_page_are_counted_on_with_their_marks():
    pages = [part for page in (1, 2, 3) for part in (body(1, page=page), *foot(f"1|Book {page}.", page=page))]
    rest, found = take_footnotes(pages, {})
    assert found.renumbered
    assert texts(found.numbered) == {1: "Book 1.", 2: "Book 2.", 3: "Book 3."}
    assert [p.lines[0].marks for p in rest] == [((6, 1),), ((6, 2),), ((6, 3),)]


def test_a_number_that_comes_again_once_is_no_note_of_the_count():
    pages = [
        part
        for page in range(1, 12)
        for part in (body(page, page=page), *foot(f"{page}|Book {page}.", page=page))
    ]
    figure = [
        body(1, page=12),
        *foot("1|Of a figure.", page=12),
        body(12, page=13),
        *foot("12|Book 12.", page=13),
    ]
    rest, found = take_footnotes([*pages, *figure], {})
    assert not found.renumbered
    assert texts(found.numbered) == {number: f"Book {number}." for number in range(1, 13)}
    assert left_over(rest) == ["Of a figure."]
    assert [p.lines[0].marks for p in rest if p.lines[0].page == 12 and p.lines[0].size == 10] == [()]


def test_small_type_without_marks_is_no_footnote():
    notes_of_a_table = foot("Note: in tonnes.", "1. Without lakes.", "2. Since 2010.")
    rest, found = footnotes(body(), *notes_of_a_table)
    assert found == {}
    assert left_over(rest) == ["Note: in tonnes.", "1. Without lakes.", "2. Since 2010."]


def test_a_table_s_notes_stand_above_the_rule():
    given = [body(1, 2), *foot("1|Without lakes.", "Source: a table."), *foot("2|A book.", y=70)]
    rule = Shape(50, 85, 150, 85.5)
    rest, found = footnotes(*given, shapes=[rule])
    assert found == {2: "A book."}
    assert left_over(rest) == ["Without lakes.", "Source: a table."]


def test_an_underlined_word_is_no_rule():
    under = Shape(60, 98, 120, 98.5)
    assert footnotes(body(1, 2), *foot("1|A book.", "2|Another."), shapes=[under])[1] == {
        1: "A book.",
        2: "Another.",
    }


def test_a_footnote_with_a_sign_stays_as_a_paragraph_of_its_own_kind():
    rest, found = footnotes(body(1), *foot("* The figures were not checked.", "1|A book."))
    assert found == {1: "A book."}
    assert [(p.kind, p.lines[0].text) for p in rest[1:]] == [("footnote", "* The figures were not checked.")]


def test_a_footnote_stays_in_place_without_its_mark_if_an_endnote_has_its_number():
    heading, notes = paragraph(line("Endnotes", page=3)), paragraph(line("1. A book.", page=3))
    rest, found = footnotes(body(1), *foot("1|A remark."), body(1, page=2), heading, notes)
    assert found == {}
    assert [(p.kind, p.lines[0].marks) for p in rest[:3]] == [
        ("text", ()), ("footnote", ()), ("text", ((6, 1),)),
    ]  # fmt: skip


def endnotes(*lines):
    given = [paragraph(line("Endnotes")), paragraph(*lines)]
    return texts(find_endnotes(given, {0: 1}, ()).numbered)


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
    assert endnotes(first, line("2 March 2010."), second) == {
        1: "A book, accessed on 2 March 2010.",
        3: "Another.",
    }


def test_a_number_in_another_form_than_the_first_begins_no_note():
    given = line("1. A book, page"), line("2 and on."), line("2. Another.")
    assert endnotes(*given) == {1: "A book, page 2 and on.", 2: "Another."}


def test_endnotes_end_at_the_next_heading_or_where_the_type_changes():
    given = [paragraph(line(text)) for text in ("Notes", "1. A book.", "2. Another.", "Annex", "1. A law.")]
    assert find_endnotes(given, {0: 1, 3: 1}, ()).taken == range(1, 3)
    larger = paragraph(line("About the authors", size=12))
    assert find_endnotes([*given[:3], larger], {0: 1}, ()).taken == range(1, 3)


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
    items = [paragraph(line("1. An item.")), paragraph(line("2. Another."))]
    last = paragraph(line("of five pages"))
    given = [body(1, 2, 3, 5), *items, *(paragraph(written(number)) for number in (1, 2, 3, 5)), last]
    found = find_endnotes(given, {}, ())
    assert [(note.number, len(note.lines)) for note in found.numbered] == [(1, 1), (2, 1), (3, 1), (5, 2)]
    assert found.taken == range(3, len(given))
    assert find_endnotes(given[:-2], {}, ()).numbered == ()  # of three in four marks


def test_the_time_to_look_for_notes_grows_as_the_numbered_paragraphs_do():
    def items(count):
        pair = paragraph(line("1. An item of a list.")), paragraph(line("2. Another."))
        return [body(*range(1, 9)), *pair * count]

    assert growth(lambda given: find_endnotes(given, {}, ()), items(500), items(1_000)) < 3


def test_the_time_for_footnotes_that_share_a_number_grows_as_they_do():
    def pages(count):
        small = [line("A book.", ((0, 1),), page=page, size=8) for page in range(count)]
        return [part for page, note in enumerate(small) for part in (body(1, page=page), paragraph(note))]

    assert growth(lambda count: take_footnotes(pages(count), {}), 500, 1_000) < 3
