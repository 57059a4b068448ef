"""Reports of other shapes, each made in sight."""

import time

import pytest

from a4a_qa.errors import CorpusError, ReportError
from a4a_qa.reading.read import read_report


def read(tmp_path, text, toml=None):
    (tmp_path / "report.md").write_text(text, encoding="utf-8")
    if toml is not None:
        (tmp_path / "report.toml").write_text(toml, encoding="utf-8")
    return read_report(tmp_path)


def texts(report, kind=None):
    return [report.slice(b) for b in report.blocks if kind in (None, b.kind)]


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


def test_without_endnotes(tmp_path):
    report = read(tmp_path, "# Title\n\nA sentence. Another one.\n")
    assert report.endnotes == ()
    assert report.note_marks == ()
    assert len(report.sentences) == 2


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


def test_hash_headings_give_levels(tmp_path):
    report = read(tmp_path, "# One\n\nA.\n\n## Two\n\nB.\n\n### Three\n\nC.\n\n## Four\n\nD.\n")
    assert [b.section for b in report.blocks] == [
        ("One",), ("One", "Two"), ("One", "Two", "Three"), ("One", "Four"),
    ]  # fmt: skip


def test_hard_wrapped_prose_is_one_paragraph_and_short_lines_are_not(tmp_path):
    wrapped = "This line of prose is long enough to have been wrapped by an editor\nand goes on here."
    report = read(tmp_path, f"# One\n\n{wrapped}\n\nA Name\nA Title\n")
    assert texts(report) == [wrapped.replace("\n", " "), "A Name", "A Title"]


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


def test_a_table_of_names_and_numbers_is_no_contents_page(tmp_path):
    report = read(tmp_path, "# One\n\nBoys\t12\nOthers\t3\n")
    assert [(b.kind, b.retrieved) for b in report.blocks] == [("table_row", True)] * 2
    assert report.problems == ()


def test_a_contents_page_is_not_retrieved(tmp_path):
    report = read(tmp_path, "Contents\n\nOne\t3\nTwo\t4\n\nONE\n\nA.\n\nTWO\n\nB.\n")
    assert [(b.kind, b.retrieved) for b in report.blocks if "\t" in report.text[b.start : b.end]] == [
        ("other", False)
    ] * 2
    assert [b.section for b in report.blocks][-2:] == [("One",), ("Two",)]


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
    assert "«Lost»" in report.problems[0].message


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
    (tmp_path / "report.docx").write_bytes(b"PK")
    with pytest.raises(ReportError, match=r"«\.docx», expected one of \.md"):
        read_report(tmp_path / "report.docx")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("title = ", "not valid TOML"),
        ("titel = 'x'", "«titel», which means nothing"),
        ("year = 'x'", "«year» is 'x', expected a whole number"),
        ("id = '../x'", "«id»"),
        ("contents = [{ page = 3 }]", "«contents.title»"),
        ("[reading]\nboxes = [{ first = 'A sentence', last = 'nowhere' }]", "at 0 places"),
        ("[reading]\nheadings = 'x'", "«headings» is 'x', expected a list"),
    ],
)
def test_metadata_that_do_not_fit(tmp_path, toml, words):
    with pytest.raises(CorpusError, match=words):
        read(tmp_path, "# One\n\nA sentence.\n", toml)


def test_hostile_text_is_read_without_error(tmp_path):
    text = "# H\n\n" + "((((" * 5_000 + " [[[[" * 5_000 + "**" * 5_000 + " ¹²³" * 3_000
    assert read(tmp_path, text).blocks


@pytest.mark.parametrize(
    "text",
    [
        "# a" + " " * 50_000 + "a",
        "Ab\n\n" * 50_000,
        "A. " * 300_000,
        "- Ab\n\nAb *Ab\n" * 20_000,
    ],
    ids=["a heading of blanks", "lines", "stops", "lists"],
)
def test_hostile_text_is_read_in_time(tmp_path, text):
    started = time.process_time()
    assert read(tmp_path, f"# H\n\n{text}\n\nA sentence.\n").blocks
    assert time.process_time() - started < 20


@pytest.mark.parametrize("link", ["[¹](#fn1)", "[<sup>1</sup>](#fn1)", "[^1]", "[Shelters¹](#fn1)"])
def test_a_mark_in_a_link_is_a_mark(tmp_path, link):
    report = read(tmp_path, f"# One\n\nThere are 12 shelters.{link}\n\n# Endnotes\n\n¹ A source.\n")
    assert [mark.number for mark in report.note_marks] == [1]


def test_a_heading_loses_the_signs_behind_it(tmp_path):
    report = read(tmp_path, "## Schools ##  \n\nA sentence.\n")
    assert report.sections[0].path == ("Schools",)


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
