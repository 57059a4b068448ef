"""HTML within Markdown: its blocks and its notes."""

import pytest

from a4a_qa.parsing.metadata import Metadata
from a4a_qa.parsing.read import read_markdown
from a4a_qa.report.report import About
from contents import notes, texts


def read(text):
    return read_markdown(f"# One\n\n{text}\n", Metadata(About(id="small", title="small")))


def marks(report):
    return [(report.text[: mark.offset].split()[-1], mark.number) for mark in report.note_marks]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<div>\nOne\ngoes on.\n</div>\nTwo.", ["One goes on.", "Two."]),
        ("One.<br/>\nTwo.", ["One.", "Two."]),
        ("One.<br><br>Two.", ["One.", "Two."]),
        ("One &amp; <em>two</em>, <u>three</u>.", ["One & two, three."]),
        ("Use `<li>` here.", ["Use <li> here."]),
        ("5 < 6 and 7 > 6.", ["5 < 6 and 7 > 6."]),
        ("<script>\nx = '<p>';\n</script>\nOne.<style>p {}</style>", ["One."]),
        ("<script>One.", ["One."]),
        ("```\n<li>One\n```", ["One"]),
    ],
)
def test_blocks_of_html(html, words):
    assert texts(read(html)) == words


def test_headings_of_html_are_headings():
    report = read("<h2 class='a'>Two <br/>and more</h2>\n<p>A.</p>\n<h3>Three\n\nB.")
    assert [block.section for block in report.blocks] == [
        ("One", "Two and more"), ("One", "Two and more", "Three"),
    ]  # fmt: skip


def test_lists_of_html_keep_their_signs_and_their_order():
    items = "<li>Law<li><p>Police</p>"
    report = read(f"Both need:\n\n<ul>{items}</ul>\n<ol type='a' start='2'>{items}</ol>\n<ol>{items}</ol>")
    assert texts(report)[1:] == ["Law", "Police", "b. Law", "c. Police", "1. Law", "2. Police"]
    assert report.slice(report.blocks[1].context[0]) == "Both need:"


def test_lists_of_html_are_nested():
    report = read("<ul><li>Law\n\t<ul>\n\t\t<li>Courts</li>\n\t</ul>\n</li><li>Police</li></ul>")
    assert [[report.slice(span) for span in block.context] for block in report.blocks] == [[], ["Law"], []]


def test_tables_of_html_are_read_row_by_row():
    rows = "<tr><th>Place</th><th>Harbours|old</th></tr>\n<tr><td>Islands</td><td>19<br>\nin all</td></tr>"
    report = read(
        f"<table border=1>\n{rows}\n<tr><td colspan='2'>Lakes</td><td>3</td></tr></table>\n\nThe end."
    )
    assert texts(report) == ["Place\tHarbours|old", "Islands\t19 in all", "Lakes\t\t3", "The end."]
    assert report.slice(report.blocks[1].context[0]) == "Place\tHarbours|old"


@pytest.mark.parametrize("table", ["<table><tr><td>A case.</td></tr></table>", "<table><tr><td>A case."])
def test_a_table_of_one_cell_is_a_paragraph(table):
    assert [block.kind for block in read(table).blocks] == ["paragraph"]


@pytest.mark.parametrize(
    "mark",
    [
        '<sup id="fnr1"><a href="#fn1">1</a></sup>',
        "<sup class='mark'>1</sup>",
        "<sup>[1]</sup>",
        '<a href="#fn1"><sup>1</sup></a>',
        '<a id="r1" href="#fn1">[1]</a>',
        '[<a href="#fn1">1</a>]',
        "[1](#fn1)",
        "[[1]](#fn1)",
    ],
)
@pytest.mark.parametrize(
    "note",
    [
        '<ul>\n<li id="fn1"><sup>1</sup> <em>A</em> source. <a href="#fnr1">&#8617;</a></li>\n</ul>',
        '<ol><li id="fn1">A source.</li></ol>',
        '<ol><li id="fn1"><p>A source.</p></li></ol>',
        '<p id="fn1">1. A source.</p>',
        '<div id="fn1"><p><a href="#r1">[1]</a> A source.</p></div>',
        '<p><a id="fn1" href="#r1">[1]</a> A source.</p>',
        '<a name="fn1"></a>1. A source.',
    ],
)
def test_marks_and_notes_of_html(mark, note):
    report = read(f"There are 12 shelters.{mark} Some are new.\n\n{note}\n\nThe end.")
    assert notes(report) == {1: "A source."}
    assert marks(report) == [("shelters.", 1)]
    assert texts(report) == ["There are 12 shelters. Some are new.", "The end."]
    assert report.problems == ()


def test_a_note_is_what_a_mark_leads_to_whatever_its_id():
    link = '<sup><a href="#source">1</a></sup>'
    assert notes(read(f'A fact.{link}\n\n<p id="source">1 A book.</p>\n')) == {1: "A book."}
    assert notes(read('See part <a href="#two">2</a>.\n\n<p id="two">The second part.</p>')) == {}


def test_notes_of_several_lines_and_without_end_tags():
    listed = '<ol>\n<li id="fn1">A.<br/>\nB.\n\n<p>C.</p>\n<li id="fn2">D.\n</ol>'
    report = read(f"One.<sup>1</sup> Two.<sup>2</sup>\n\n{listed}\n\n* The end.")
    assert notes(report) == {1: "A. B. C.", 2: "D."}
    assert texts(report)[1:] == ["The end."]


@pytest.mark.parametrize(
    ("raised", "numbers"),
    [
        ("1,3", [1, 3]),
        ("1–3", [1, 2, 3]),
        ('<a href="#a">1</a>,<a href="#b">2</a>', [1, 2]),
        ("2017", [2017]),
    ],
)
def test_several_numbers_in_one_mark(raised, numbers):
    assert [number for _, number in marks(read(f"A fact.<sup>{raised}</sup>"))] == numbers


def test_what_is_raised_but_no_number_is_a_word():
    report = read("The 9<sup>th</sup> of 5 km<sup>2</sup>.")
    assert texts(report) == ["The 9th of 5 km²."]
    assert report.note_marks == ()


def test_lines_keep_their_numbers():
    report = read("<p>A.<sup>1</sup></p>\n<ul>\n<li id='fn1'>B.</li></ul>\n\n# Two\n\nC.¹\n\n[^1]: D.\n")
    assert [(problem.code, problem.line) for problem in report.problems] == [("notes_numbered_anew", 11)]


def test_control_characters_of_a_file_are_not_those_of_the_writer():
    assert texts(read("<p>A\x02\x02\x01 word.\x03</p>\n\n```\n<li>One\n```")) == ["A word.", "One"]
