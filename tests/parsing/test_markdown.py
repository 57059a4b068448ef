"""Markdown files, each written in its test."""

import time

import pytest

from a4a_qa.errors import CorpusError, ReportError
from a4a_qa.parsing.read import read_report
from contents import texts


def read(tmp_path, text, toml=None):
    (tmp_path / "report.md").write_text(text, encoding="utf-8")
    if toml is not None:
        (tmp_path / "report.toml").write_text(toml, encoding="utf-8")
    return read_report(tmp_path)


def test_the_small_report(small_file):
    report = read_report(small_file)
    assert [s.path for s in report.sections] == [
        ("CONTENTS",), ("Introduction",), ("Introduction", "Schools"), ("Protection",), ("Endnotes",),
    ]  # fmt: skip
    assert [report.slice(s) for s in report.sentences] == [
        "There are 12 shelters in the north.",
        "They are run by the Ministry of Health and by churches.",
        "Most of the children who live there are older than ten years.",
        "The law on schools was passed in 1999.",
        "It is not enforced in the south.",
        "(1) Judges must be trained every two years.",
        "(2) Police officers wear blue uniforms.",
    ]
    assert [s.endnotes for s in report.sentences] == [(1,), (2,), (), (3,), (4,), (), (5,)]
    assert report.blocks[0].retrieved is False
    assert report.sections[1].page.label == "2–3"
    assert report.about.title == "small"
    assert report.problems == ()


def test_without_headings_everything_is_retrieved(tmp_path):
    report = read(tmp_path, "The first paragraph ends here.\n\nThe second one¹ too.\n\n¹ A book.\n")
    assert report.sections == ()
    assert [b.section for b in report.blocks if b.retrieved] == [(), ()]
    assert report.sentences[1].endnotes == (1,)


def test_marks_and_notes_that_do_not_pair_are_listed(tmp_path):
    report = read(tmp_path, "One.¹ Two.² Three.² Four.⁷\n\n¹ A.\n\n² B.\n\n³ C.\n\n³ D.\n")
    assert {(p.code, p.message.split()[1]) for p in report.problems} == {
        ("mark_without_endnote", "7"),
        ("endnote_without_mark", "3"),
        ("mark_used_twice", "2"),
        ("endnote_used_twice", "3"),
    }


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        ("A fact.<sup>1</sup> More.", "<sup>1</sup> The source."),
        ("A fact.[^1] More.", "[^1]: The source."),
        ("A fact.¹ More.", "# Notes\n\n1. The source."),
    ],
)
def test_other_ways_to_write_notes(tmp_path, body, notes):
    report = read(tmp_path, f"# One\n\n{body}\n\n{notes}\n")
    assert report.endnote(1).text == "The source."
    assert report.slice(report.sentences_on(1)[0]) == "A fact."


def test_a_note_in_the_body_is_no_body_and_hides_none(tmp_path):
    note = "[^1]: www.unicef.org/x.\ngoes on.\n\n    In two paragraphs."
    report = read(
        tmp_path, f"# One\n\nA fact.[^1]\n\n{note}\n\nMore.[^2]\n\n[^2]: see B.\n\n# Two\n\nThe end.\n"
    )
    assert [s.endnotes for s in report.sentences] == [(1,), (2,), ()]
    assert texts(report) == ["A fact.", "More.", "The end."]
    assert [n.text for n in report.endnotes] == ["www.unicef.org/x. goes on. In two paragraphs.", "see B."]
    assert report.problems == ()


def test_the_names_of_notes_become_numbers_that_no_other_has(tmp_path):
    report = read(
        tmp_path, "# One\n\nLaw.[^law] One.[^1] Un.[^un] Not [^this].\n\n[^un]: U.\n[^1]: N.\n[^law]: L.\n"
    )
    assert [s.endnotes for s in report.sentences] == [(2,), (1,), (3,), ()]
    assert {n.number: n.text for n in report.endnotes} == {1: "N.", 2: "L.", 3: "U."}


@pytest.mark.parametrize(("first", "second"), [("¹ A.", "² B."), ("# Notes\n\n1. A.", "# Notes\n\n2. B.")])
def test_a_chapter_after_endnotes_is_body(tmp_path, first, second):
    report = read(
        tmp_path, f"# One\n\nX.¹\n\n{first}\n\n# Two\n\n## Three\n\nY.²\n\n{second}\n\nThe press.\n"
    )
    assert [n.text for n in report.endnotes] == ["A.", "B."]
    assert [(report.slice(b), b.retrieved) for b in report.blocks] == [
        ("X.", True), ("Y.", True), ("The press.", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second"), [("¹ A.", "² B."), ("<sup>1</sup> A.", "<sup>2</sup> B."), ("[^1]: A.", "[^2]: B.")]
)
def test_text_between_notes_that_stand_below_their_paragraphs_is_body(tmp_path, first, second):
    report = read(
        tmp_path,
        f"# One\n\nX.<sup>1</sup>\n\n{first}\n\nY.<sup>2</sup>\n\nUnmarked.\n\n{second}\n\nThe end.\n",
    )
    assert [note.text for note in report.endnotes] == ["A.", "B."]
    assert [(report.slice(b), b.retrieved) for b in report.blocks] == [
        ("X.", True), ("Y.", True), ("Unmarked.", True), ("The end.", True),
    ]  # fmt: skip


def test_a_paragraph_between_endnotes_that_follow_each_other_is_more_of_one(tmp_path):
    report = read(tmp_path, "# One\n\nX.¹ Y.²\n\n¹ A.\n\nhttp://a.org/1\n\n² B.\n")
    assert [note.text for note in report.endnotes] == ["A. http://a.org/1", "B."]


def test_an_indented_paragraph_below_the_last_endnote_is_part_of_it(tmp_path):
    report = read(tmp_path, "# One\n\nX.¹\n\n¹ A.\n\n  More.\n\nThe press.\n")
    assert report.endnote(1).text == "A. More."


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("<!-- a\n\ncomment -->Some words.", ["Some words."]),
        ("Some <!-- many --> words.", ["Some words."]),
        ("Some words.\n\n---\n\n* * *\n\n___\n\nMore.", ["Some words.", "More."]),
        ("```\n# Some words.\n```", ["# Some words."]),
        ("~~~ text\nSome words.\n~~~\n\n# Head\n\nMore.", ["Some words.", "More."]),
        ("> Some words.\n>\n> > More.", ["Some words.", "More."]),
        ('[Some](http://a.org/b "a title") ![words.](c.png)', ["Some words."]),
        ("Some &amp; more&nbsp;&#8211; R&D.", ["Some & more – R&D."]),
    ],
)
def test_what_shapes_the_page_is_no_text(tmp_path, markdown, words):
    report = read(tmp_path, f"---\ntitle: A title\nyear: 2010\n---\n\n# One\n\n{markdown}\n")
    assert texts(report) == words


@pytest.mark.parametrize("heading", ["Two\n---", "  ## Two"])
def test_headings_of_other_forms(tmp_path, heading):
    report = read(tmp_path, f"One\n===\n\nSome words.\n\n{heading}\nMore.\n")
    assert [(report.slice(b), b.section) for b in report.blocks] == [
        ("Some words.", ("One",)), ("More.", ("One", "Two")),
    ]  # fmt: skip


def test_a_mark_within_a_link_of_many_words_is_a_mark(tmp_path):
    report = read(tmp_path, "# One\n\nSee [the report[^1]](http://a.org).\n\n[^1]: A source.\n")
    assert texts(report) == ["See the report."]
    assert [mark.number for mark in report.note_marks] == [1]


def test_problems_name_the_line_of_the_file(tmp_path):
    notes = "¹ A source.\n\nsource.\n\n² Another.\n"
    report = read(tmp_path, f"---\ntitle: A\n---\n\n<!--\n-->\n\nWords.¹ ²\n\n{notes}")
    assert [(p.code, p.line) for p in report.problems] == [("repeated_text", 12)]


@pytest.mark.parametrize(
    "bullets", ["* Boys\n* Girls", "* Boys\n\n* Girls", "Both:\n* Boys\n- Girls", "  * Boys\n\n# Two"]
)
def test_bullets_of_two_kinds_are_bullets(tmp_path, bullets):
    report = read(tmp_path, f"# One\n\n- Others.\n\n{bullets}\n")
    assert "Boys" in texts(report, "list_item")


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_numbered_lists_have_items(tmp_path, between):
    items = between.join(["1. Train the police.", "2. Pay them well,\nand soon."])
    report = read(tmp_path, f"# One\n\nWe urge them to:\n\n{items}\n")
    assert texts(report, "item") == ["1. Train the police.", "2. Pay them well, and soon."]
    assert [report.slice(s) for s in report.sentences][1:] == texts(report, "item")
    assert [[report.slice(s) for s in b.context] for b in report.blocks[1:]] == [["We urge them to:"]] * 2


def test_a_number_that_ends_a_sentence_begins_no_item(tmp_path):
    wrapped = "This line of prose tells of all the children who are of the age of\n18. They are not children."
    report = read(tmp_path, f"# One\n\n{wrapped}\n")
    assert texts(report, "paragraph") == [wrapped.replace("\n", " ")]


def test_a_footnote_with_an_asterisk_does_not_end_its_section(tmp_path):
    report = read(
        tmp_path, "# One\n\n## Two\n\n- Boys.\n\nSome words.\n\n* A footnote.\n\nMore.\n\n## Three\n\nEnd.\n"
    )
    assert ("A footnote.", "other", ("One",)) in [(report.slice(b), b.kind, b.section) for b in report.blocks]
    assert report.slice(report.sections[1]).endswith("More.")


def test_hard_wrapped_prose_is_one_paragraph_and_short_lines_are_not(tmp_path):
    wrapped = "This line of prose is long enough to have been wrapped by an editor\nand goes on here."
    report = read(tmp_path, f"{wrapped}\n\nA Name\nA Title\n")
    assert texts(report) == [wrapped.replace("\n", " "), "A Name", "A Title"]


@pytest.mark.parametrize("end", ["  ", "\\"])
def test_in_markdown_short_lines_go_on_unless_they_break(tmp_path, end):
    wrapped = "This line is short, and the next one\nhas\na stop."
    report = read(tmp_path, f"# One\n\n{wrapped}\n\nA Name{end}\nA Title\n")
    assert [(report.slice(b), b.kind) for b in report.blocks] == [
        (wrapped.replace("\n", " "), "paragraph"), ("A Name", "other"), ("A Title", "other"),
    ]  # fmt: skip


@pytest.mark.parametrize("second", ["a A short stay.", "4). At least one.", "Deputy Director", "July 2025"])
def test_in_markdown_a_blank_line_parts_two_paragraphs_whatever_they_begin_with(tmp_path, second):
    report = read(
        tmp_path, f"# One\n\nChair: A Name\n\n{second}\n\n## Two\n\nA.\n\n# Notes\n\n¹ N.\n\nThe\n\npress\n"
    )
    assert texts(report) == ["Chair: A Name", second, "A.", "The", "press"]


def test_in_the_text_of_a_print_a_paragraph_goes_on_after_a_blank_line(tmp_path):
    report = read(tmp_path, "It is headed by the deputy\n\nprime minister and by\n\nothers, too.\n")
    assert texts(report) == ["It is headed by the deputy prime minister and by others, too."]


def test_a_paragraph_without_a_word_is_no_sentence_and_a_row_is_one(tmp_path):
    report = read(tmp_path, "# One\n\n67\n\n| 12 | 13 |\n\nA.\n")
    assert texts(report) == ["67", "12\t13", "A."]
    assert [report.slice(s) for s in report.sentences] == ["12\t13", "A."]


def test_a_long_glossary_entry_has_sentences(tmp_path):
    report = read(tmp_path, f"# One\n\n- **Child:** A boy. A girl.\n- **Law:** {'It is so. ' * 40}\n")
    assert [block.kind for block in report.blocks] == ["glossary_entry"] * 2
    assert len(report.sentences) == 41


def test_markup_is_dropped_and_places_stay_right(tmp_path):
    report = read(
        tmp_path, "# One\n\nA **bold** \\$5 [link](http://x.org/a_(b)) <b>tag</b>, *end*.³\n\n³ N.\n"
    )
    assert texts(report) == ["A bold $5 link tag, end."]
    assert report.note_marks[0].offset == report.blocks[0].end


def test_a_mark_after_a_space_belongs_to_the_word_before(tmp_path):
    report = read(tmp_path, "# One\n\nThe first ¹ and the second.\n\n¹ N.\n")
    assert texts(report) == ["The first and the second."]
    assert report.text[: report.note_marks[0].offset].endswith("first")


TABLE = "# One\n\n| Group | Cases |\n| :--- | ---: |\n| Boys \\| girls | **12**¹ |\n| Others | 3 |\n\n¹ N.\n"


def test_a_table_in_bars_is_read_like_one_in_tabs(tmp_path):
    report = read(tmp_path, TABLE)
    assert texts(report) == ["Group\tCases", "Boys | girls\t12", "Others\t3"]
    assert texts(report, "table_row") == ["Boys | girls\t12", "Others\t3"]
    assert all(block.retrieved for block in report.blocks if block.kind == "table_row")
    assert report.text[: report.note_marks[0].offset].endswith("12")
    assert report.problems == ()


@pytest.mark.parametrize("bar", ["", "|"])
def test_the_row_above_a_line_of_dashes_is_the_head_of_its_table(tmp_path, bar):
    rows = ["Group|Cases", "---|---", "Boys|12", "", "Country|2008|2009", ":--|--:|--:", "Laos|12|13"]
    table = "\n".join(f"{bar}{row}{bar}" if row else "" for row in rows)
    report = read(tmp_path, f"# One\n\n{table}\n")
    found = [block for block in report.blocks if block.kind == "table_row"]
    assert [(report.slice(b), [report.slice(span) for span in b.context]) for b in found] == [
        ("Boys\t12", ["Group\tCases"]), ("Laos\t12\t13", ["Country\t2008\t2009"]),
    ]  # fmt: skip


def test_a_table_of_one_column_keeps_its_rows(tmp_path):
    report = read(tmp_path, "# One\n\n| Country |\n| --- |\n| Laos |\n| Nepal |\n")
    assert texts(report, "table_row") == ["Laos", "Nepal"]
    assert all(block.retrieved for block in report.blocks[1:])


def test_a_bar_in_prose_makes_no_table(tmp_path):
    report = read(tmp_path, "# One\n\nEither this | or that.\n\nAnd more.\n")
    assert texts(report, "paragraph") == ["Either this | or that.", "And more."]


def test_a_table_of_names_and_numbers_is_no_contents_page(tmp_path):
    report = read(tmp_path, "# One\n\nBoys\t12\nOthers\t3\n")
    assert [(b.kind, b.retrieved) for b in report.blocks] == [("table_row", True)] * 2
    assert report.problems == ()


@pytest.mark.parametrize(
    ("sign", "kind"), [("-", "list_item"), ("•", "list_item"), ("(1)", "item"), ("1.", "item")]
)
def test_a_tab_after_the_sign_of_a_list_makes_no_table(tmp_path, sign, kind):
    report = read(tmp_path, f"# One\n\nWe urge them to:\n\n{sign}\tTrain the police.\n")
    assert [report.slice(span) for span in report.blocks[-1].context] == ["We urge them to:"]
    assert report.blocks[-1].kind == kind


def test_a_contents_page_is_not_retrieved(tmp_path):
    report = read(tmp_path, "Contents\n\nOne\t3\nTwo\t4\n\nONE\n\nA.\n\nTWO\n\nB.\n")
    assert [(b.kind, b.retrieved) for b in report.blocks if "\t" in report.text[b.start : b.end]] == [
        ("other", False)
    ] * 2
    assert [b.section for b in report.blocks][-2:] == [("One",), ("Two",)]


def test_contents_entries_without_a_heading_do_not_hide_the_rest(tmp_path):
    contents = "Contents\n\nCover\t1\nForeword\t2\nLaos: Schools\t3\nHealth\t4\nWork\t5\n\n"
    report = read(tmp_path, f"{contents}Laos\n\nSchools\n\nA.\n\nHealth\n\nB.\n\nWork\n\nC.\n")
    assert [(b.section, b.retrieved) for b in report.blocks][-3:] == [
        (("Laos: Schools",), True), (("Health",), True), (("Work",), True),
    ]  # fmt: skip
    assert [p.message.split("'")[1].split("'")[0] for p in report.problems] == ["Cover", "Foreword"]


@pytest.mark.parametrize(
    "text",
    [
        "# Laos\n\nA.\n\n# Nepal\n\nB.\n\n# Cases\n\n| Laos | 12 |\n| Nepal | 30 |\n",
        "# Cases\n\n| Laos | 30 |\n| Nepal | 12 |\n\n# Laos\n\nA.\n\n# Nepal\n\nB.\n",
        "# Cases\n\n| Laos | 12 |\n| Nepal | 30 |\n| Peru | 40 |\n\n# Laos\n\nA.\n",
    ],
    ids=["after its headings", "falling numbers", "few headings"],
)
def test_a_table_that_names_headings_is_no_contents_page(tmp_path, text):
    report = read(tmp_path, text)
    assert len(texts(report, "table_row")) >= 2
    assert all(block.retrieved for block in report.blocks)
    assert ("Laos",) in [section.path for section in report.sections]


def test_a_mark_alone_in_a_cell_stands_at_the_end_of_its_row(tmp_path):
    report = read(tmp_path, "# One\n\n| Boys | 12 | ¹ |\n| Others | 3 | |\n\n¹ N.\n")
    assert [(m.number, m.offset) for m in report.note_marks] == [(1, report.blocks[0].end)]


def test_contents_page_of_another_document_is_a_problem_and_loses_nothing(tmp_path):
    report = read(tmp_path, "# One\n\nA sentence.\n", 'contents = [{ title = "Other", page = 3 }]')
    assert [p.code for p in report.problems] == ["contents_without_heading"]
    assert [b.retrieved for b in report.blocks] == [True]


def test_a_missing_contents_entry_does_not_hide_the_next(tmp_path):
    toml = 'contents = [{ title = "One" }, { title = "Lost" }, { title = "Two" }]'
    report = read(tmp_path, "ONE\n\nA.\n\nTWO\n\nB.\n", toml)
    assert [b.section for b in report.blocks] == [("One",), ("Two",)]
    assert "'Lost'" in report.problems[0].message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (b"\xff\xfe\x00binary", "UTF-8"),
        (b"text\x00more", "NUL"),
        (b"a" * 10_000_001, "10,000,001 bytes"),
    ],
)
def test_files_that_are_no_report(tmp_path, content, words):
    (tmp_path / "report.md").write_bytes(content)
    with pytest.raises(ReportError, match=words):
        read_report(tmp_path)


def test_missing_file_and_other_suffix(tmp_path):
    with pytest.raises(ReportError, match=r"There is no report .*nowhere\.md"):
        read_report(tmp_path / "nowhere.md")
    (tmp_path / "report.odt").write_bytes(b"PK")
    with pytest.raises(ReportError, match=r"'\.odt', expected one of \.md"):
        read_report(tmp_path / "report.odt")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("title = ", "not valid TOML"),
        ("titel = 'x'", "'titel', which means nothing"),
        ("year = 'x'", "'year' is 'x', expected a whole number"),
        ("id = '../x'", "'id'"),
        ("contents = [{ page = 3 }]", "'contents.title'"),
        ("[reading]\nboxes = [{ first = 'A sentence', last = 'nowhere' }]", "at 0 places"),
        ("[reading]\nheadings = 'x'", "'reading.headings' is 'x', expected a list"),
        ("[reading]\njoined_headings = ['x']", "'reading.joined_headings' is 'x', expected a list"),
        ("[reading]\nboxes = [{ first = 'A' }]", "'reading.boxes.last' is None, expected a text"),
        ("title = ' '", "'title' is ' ', expected a text"),
        (
            "pdf_url = 'http://example.org/a.pdf'",
            "'pdf_url' is .*, expected an address that begins with https",
        ),
        ("pdf_url = 'https://example.org/a.pdf#page=2'", "'pdf_url'"),
        ('pdf_url = "https://example.org/\'onclick="', "'pdf_url'"),
        ("year = true", "'year' is True, expected a whole number"),
    ],
)
def test_metadata_that_do_not_fit(tmp_path, toml, words):
    with pytest.raises(CorpusError, match=words):
        read(tmp_path, "# One\n\nA sentence.\n", toml)


@pytest.mark.parametrize(
    "text",
    [
        "# a" + " " * 15_000 + "a",
        "Ab\n\n" * 15_000,
        "A. " * 60_000,
        "- Ab\n\nAb *Ab\n" * 6_000,
        "A word ¹ goes on. " * 25_000,
        "Ab\n\n" + "ab\n\n" * 25_000,
        "¹ A note.\n\n" + "- More of it.\n\n" * 15_000,
        "# A\n\nAb.¹\n\n¹ A note.\n\n" * 6_000,
        "Ab|Ab\n---|---\n" * 15_000,
        "<!-- [a](b ' &#" * 15_000 + "\n\n" + "> " * 50_000,
        "## Ab\n\n" * 12_000,
        "<p id=fn1><a href=#fn1>" * 4_000,
        "<li id='fn1'>1 a</li>" * 3_000,
        "<table><tr><td>a<br>" * 3_000,
        "<ul><li>" * 3_000 + "`<" * 4_000,
        "<script>" * 3_000 + "a (b. C) " * 4_000,
        "**Ab**\n\nAb.\n\n" * 3_000,
        "# A\n\n- a\n  - (a) b. C\n\n" * 3_000,
        "Ab.<sup>1</sup>\n\n<sup>1</sup> A note.\n\n" * 3_000,
        "\n".join(f"Title {n}\t{n}" for n in range(2_000))
        + "".join(f"\n\n## Title {n}" for n in range(2_000)),
    ],
    ids=[
        "a heading of blanks",
        "lines",
        "stops",
        "lists",
        "marks",
        "cut",
        "a long note",
        "chapters",
        "tables",
        "unclosed",
        "sections",
        "notes of HTML",
        "lists of notes",
        "tables of HTML",
        "lists of HTML",
        "scripts",
        "labels",
        "items",
        "notes numbered anew",
        "contents",
    ],
)
def test_hostile_text_is_read_in_time(tmp_path, text):
    started = time.process_time()
    assert read(tmp_path, f"# H\n\n{text}\n\nA sentence.\n").blocks
    assert time.process_time() - started < 5


@pytest.mark.parametrize("link", ["[¹](#fn1)", "[<sup>1</sup>](#fn1)", "[^1]", "[Shelters¹](#fn1)"])
def test_a_mark_in_a_link_is_a_mark(tmp_path, link):
    report = read(tmp_path, f"# One\n\nThere are 12 shelters.{link}\n\n# Endnotes\n\n¹ A source.\n")
    assert [mark.number for mark in report.note_marks] == [1]


@pytest.mark.parametrize(
    "line", ["<br>", "**", "- <b></b>", "# <x>", "<b>\t</b>", "✎", "¹ <i>", "<sup>1</sup>"]
)
@pytest.mark.parametrize("before", ["", "Some words.\n", "Some words.\n\n"])
def test_a_line_of_markup_alone_is_no_block(tmp_path, before, line):
    report = read(tmp_path, f"# One\n\n{before}{line}\n\nA sentence.\n")
    assert "A sentence." in texts(report)
    assert all(texts(report))


def test_a_mark_on_a_line_of_its_own_belongs_to_the_line_before(tmp_path):
    report = read(tmp_path, "# One\n\nSome words.\n<sup>1</sup>\n\nA sentence.\n\n¹ A source.\n")
    assert [(report.text[: mark.offset][-6:], mark.number) for mark in report.note_marks] == [("words.", 1)]
