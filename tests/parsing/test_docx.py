"""Word files, each written in its test: by python-docx, or part by part."""

import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from a4a_qa.errors import ReportError
from a4a_qa.parsing import docx as word_files
from a4a_qa.parsing.metadata import read_metadata
from a4a_qa.parsing.read import read_markdown, read_report
from contents import notes, texts

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BODY = f"<w:document {NAMESPACE}><w:body>{{}}</w:body></w:document>"
PARAGRAPH = "<w:p><w:r><w:t>Text.</w:t></w:r></w:p>"

MARKDOWN = """\
# Report on harbours

## Piers

There are 12 piers in the north.[^1] They are kept by the Ministry of Ports[^2] and by sailors.

We ask the state to:

1. Mend the piers.[^3]
2. Train those who work on them.

## Ships

| Year | Ships |
| --- | --- |
| 1999 | 12[^4] |
| 2009 | 40 |

- They are made of oak.
- They sail far.[^5]

[^1]: Board of Ports, Piers. Accessed on 3 May 2009 from: http://ports.example.org/piers
[^2]: Direct communication with a sailor.
[^3]: Law on Piers, 1999.
[^4]: Ministry of Ports, Storms.
[^5]: The Ship, p. 12.
"""


def add(paragraph, xml):
    """Add XML of Word's own to a paragraph."""
    holder = parse_xml(f"<w:p {NAMESPACE}>{xml}</w:p>")
    paragraph._p.append(holder[0])
    return paragraph


def mark(paragraph, kind, number):
    """Add the mark of a note, in a run of its own."""
    return add(paragraph, f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>')


def noted(kind, *texts):
    """A part with notes, which Word counts from 1, after one that only separates them from the text."""
    notes = "".join(
        f'<w:{kind} w:id="{number}"><w:p><w:r><w:{kind}Ref/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:{kind}>'
        for number, text in enumerate(texts, 1)
    )
    parting = f'<w:{kind} w:type="separator" w:id="-1"><w:p/></w:{kind}>'
    return {f"word/{kind}s.xml": f"<w:{kind}s {NAMESPACE}>{parting}{notes}</w:{kind}s>"}


def read(tmp_path, document, **parts):
    """The report in a document of python-docx, with more parts."""
    path = tmp_path / "report.docx"
    document.save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return read_report(path)


def read_parts(tmp_path, body, **parts):
    """The report in a file that is written part by part."""
    path = tmp_path / "report.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body if body.startswith("<!") else BODY.format(body))
        for name, text in parts.items():
            archive.writestr(name, text)
    return read_report(path)


def test_a_word_file_is_read_as_the_same_report_in_markdown(tmp_path):
    document = docx.Document()
    document.add_paragraph("Report on harbours", style="Title")
    document.add_heading("Piers", 1)
    paragraph = mark(document.add_paragraph("There are 12 piers in the north."), "footnote", 1)
    paragraph.add_run(" They are kept by the Ministry of Ports")
    mark(paragraph, "footnote", 2).add_run(" and by sailors.")
    document.add_paragraph("We ask the state to:")
    mark(document.add_paragraph("Mend the piers.", style="List Number"), "footnote", 3)
    document.add_paragraph("Train those who work on them.", style="List Number")
    document.add_heading("Ships", 1)
    table = document.add_table(3, 2)
    for cell, text in zip(table._cells, ("Year", "Ships", "1999", "12", "2009", "40"), strict=True):
        cell.text = text
    mark(table.cell(1, 1).paragraphs[0], "footnote", 4)
    document.add_paragraph("They are made of oak.", style="List Bullet")
    mark(document.add_paragraph("They sail far.", style="List Bullet"), "footnote", 5)
    written = [line.split("]: ")[1] for line in MARKDOWN.splitlines() if line.startswith("[^")]

    report = read(tmp_path, document, **noted("footnote", *written))
    markdown = read_markdown(MARKDOWN, read_metadata(tmp_path / "report.md"))
    assert report.text == markdown.text
    assert report.sections == markdown.sections
    assert report.blocks == markdown.blocks
    assert report.sentences == markdown.sentences
    assert report.note_marks == markdown.note_marks
    assert report.endnotes == markdown.endnotes
    assert report.problems == markdown.problems == ()


def test_footnotes_and_endnotes_are_numbered_through(tmp_path):
    document = docx.Document()
    mark(mark(document.add_paragraph("One."), "footnote", 1), "endnote", 1)
    mark(document.add_paragraph("Two."), "footnote", 2)
    report = read(tmp_path, document, **noted("footnote", "Foot.", "Foot two."), **noted("endnote", "End."))
    assert notes(report) == {1: "Foot.", 2: "End.", 3: "Foot two."}
    assert [s.endnotes for s in report.sentences] == [(1, 2), (3,)]


def test_a_mark_without_its_note_is_left_out(tmp_path):
    document = docx.Document()
    mark(mark(document.add_paragraph("One."), "footnote", 7), "endnote", 1)
    assert texts(read(tmp_path, document, **noted("footnote", "Another."))) == ["One."]


def test_headings_are_told_by_style_or_outline_level(tmp_path):
    document = docx.Document()
    own = document.styles.add_style("Our chapter", 1)
    own.base_style = document.styles["Heading 1"]
    document.add_paragraph("Piers", style="Our chapter")
    document.add_paragraph("One.")
    add(document.add_paragraph(), "<w:r><w:t>Of oak</w:t></w:r>")._p.get_or_add_pPr().append(
        parse_xml(f'<w:outlineLvl {NAMESPACE} w:val="1"/>')
    )
    document.add_paragraph("Two.")
    report = read(tmp_path, document)
    assert [section.path for section in report.sections] == [("Piers",), ("Piers", "Of oak")]
    assert texts(report) == ["One.", "Two."]


def test_a_title_on_two_lines_is_one_and_stands_above_the_headings(tmp_path):
    document = docx.Document()
    document.add_paragraph("Report", style="Title")
    document.add_paragraph("on harbours", style="Title")
    document.add_heading("Piers", 1)
    document.add_paragraph("One.")
    report = read(tmp_path, document)
    assert [s.path for s in report.sections] == [("Report on harbours",), ("Report on harbours", "Piers")]


def test_numbers_that_word_works_out_are_written_down(tmp_path):
    levels = (("upperRoman", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("bullet", "•"))
    numbering = "".join(
        f'<w:lvl w:ilvl="{at}"><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride>'
    part = (
        f'<w:numbering {NAMESPACE}><w:abstractNum w:abstractNumId="0">{numbering}</w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="4"><w:abstractNumId w:val="0"/>{restart}</w:num></w:numbering>'
    )
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        for number, level, text in (
            (3, 0, "One"), (3, 1, "two"), (3, 2, "three"), (3, 2, "four"), (3, 3, "five"),
            (3, 0, "Six"), (3, 1, "seven"), (4, 0, "Eight"), (0, 0, "Nine"),
        )
    )  # fmt: skip
    assert texts(read_parts(tmp_path, body, **{"word/numbering.xml": part})) == [
        "I. One", "I.1 two", "(a) three", "(b) four", "five", "II. Six", "II.1 seven", "IX. Eight", "Nine",
    ]  # fmt: skip


def test_what_is_no_text_of_the_report_is_left_out(tmp_path):
    document = docx.Document()
    document.add_paragraph("Piers 4", style=document.styles.add_style("toc 1", 1))
    paragraph = document.add_paragraph("One.")
    paragraph.add_run(" Hidden.").font.hidden = True
    add(paragraph, "<w:del><w:r><w:delText>Deleted.</w:delText></w:r></w:del>")
    add(paragraph, '<w:ins><w:r><w:t xml:space="preserve"> Inserted.</w:t></w:r></w:ins>')
    add(paragraph, '<w:r><w:commentReference w:id="0"/></w:r>')
    document.sections[0].header.paragraphs[0].text = "Running head"
    comments = f'<w:comments {NAMESPACE}><w:comment w:id="0">{PARAGRAPH}</w:comment></w:comments>'
    report = read(tmp_path, document, **{"word/comments.xml": comments})
    assert texts(report) == ["One. Inserted."]


def test_the_text_in_a_box_is_read_once_after_its_paragraph(tmp_path):
    box = f"<w:txbxContent>{PARAGRAPH.replace('Text', 'Boxed')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Before.</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="
        '"http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice><w:drawing>'
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        f"</mc:AlternateContent></w:r></w:p>{PARAGRAPH}"
    )
    assert texts(read_parts(tmp_path, body)) == ["Before.", "Boxed.", "Text."]


def test_the_main_part_is_found_where_the_file_says(tmp_path):
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    link = f'<Relationship Id="r1" Type="{TYPES}/{{}}" Target="{{}}"/>'
    footnotes = noted("footnote", "The source.")["word/footnotes.xml"]
    body = '<w:p><w:r><w:t>Found.</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    report = read_parts(
        tmp_path,
        PARAGRAPH,
        **{
            "_rels/.rels": links.format(link.format("officeDocument", "/word/document2.xml")),
            "word/document2.xml": BODY.format(body),
            "word/_rels/document2.xml.rels": links.format(link.format("footnotes", "notes/foot.xml")),
            "word/notes/foot.xml": footnotes,
        },
    )
    assert texts(report) == ["Found."]
    assert notes(report) == {1: "The source."}


def test_what_a_file_declares_of_itself(tmp_path):
    document = docx.Document()
    document.core_properties.title = "Harbours at night"
    document.add_paragraph("Harbours at night", style="Title")
    document.add_paragraph("Published by Harbour Board")
    about = read(tmp_path, document).about
    assert (about.title, about.publisher) == ("Harbours at night", "Harbour Board")


OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hosts">]>'
ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">{}]>'.format(
    "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "no words to read"),
        (PARAGRAPH[:-6], "is broken"),
        ("<w:ins>" * 300 + PARAGRAPH + "</w:ins>" * 300, "is broken"),
        (
            "<w:tbl><w:tr><w:tc>" * 80 + PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 80,
            "cannot be read as a Word file",
        ),
        ("<w:p><w:r><w:sym/></w:r></w:p>", "cannot be read as a Word file"),
        (ENTITIES + BODY.format(PARAGRAPH.replace("Text", "&i;")), "is broken|defines entities"),
        (f'<!DOCTYPE w SYSTEM "http://127.0.0.1:9/">{BODY.format(PARAGRAPH)}', "defines entities"),
        (OUTSIDE + BODY.format(PARAGRAPH.replace("Text", "&a;")), "defines entities"),
        (f"<w:p><w:r><w:t>{'a' * 100_000}</w:t></w:r></w:p>", "more than 100,000 bytes of text"),
        ("<w:p/>" * 10_000, "more than 10,000 tags"),
    ],
)
def test_a_hostile_or_broken_text_is_refused(tmp_path, monkeypatch, body, words):
    monkeypatch.setattr(word_files, "_LARGEST_PARTS", 100_000)
    monkeypatch.setattr(word_files, "_MOST_TAGS", 10_000)
    with pytest.raises(ReportError, match=words):
        read_parts(tmp_path, body)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a Word file"),
        (b"hello", "not a Word file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, r"old Word file \(\.doc\), or one that is locked"),
        (b"a" * 2_001, "2,001 bytes; a Word file may have 2,000"),
    ],
)
def test_files_that_are_no_word_file(tmp_path, monkeypatch, content, words):
    monkeypatch.setattr(word_files, "_LARGEST_FILE", 2_000)
    (tmp_path / "report.docx").write_bytes(content)
    with pytest.raises(ReportError, match=words):
        read_report(tmp_path / "report.docx")


def test_a_file_of_many_parts_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(word_files, "_MOST_ENTRIES", 100)
    with pytest.raises(ReportError, match="101 parts"):
        read_parts(tmp_path, PARAGRAPH, **{f"word/{number}": "" for number in range(100)})


def test_a_note_that_is_marked_a_thousand_times_is_read_once(tmp_path):
    marks = '<w:r><w:footnoteReference w:id="1"/></w:r>' * 1_000
    report = read_parts(
        tmp_path, f"<w:p><w:r><w:t>One.</w:t></w:r>{marks}</w:p>", **noted("footnote", "The source.")
    )
    assert notes(report) == {1: "The source."}


def test_styles_that_are_based_on_each_other_do_no_harm(tmp_path):
    styles = "".join(
        f'<w:style w:styleId="{name}"><w:basedOn w:val="{base}"/></w:style>' for name, base in ("AB", "BA")
    )
    body = PARAGRAPH.replace("<w:p>", '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr>')
    part = f"<w:styles {NAMESPACE}>{styles}</w:styles>"
    assert texts(read_parts(tmp_path, body, **{"word/styles.xml": part})) == ["Text."]
