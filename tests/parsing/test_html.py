"""HTML pages, each written in its test."""

import pytest

from a4a_qa.errors import ReportError
from a4a_qa.parsing import html_page
from a4a_qa.parsing.metadata import read_metadata
from a4a_qa.parsing.read import read_markdown, read_report
from contents import notes, texts

# The little report, once as Markdown and once as a page.
MARKDOWN = """\
# Report on harbours

Published by the Harbour Board in 2009.

## Piers

There are 12 piers in the north.[^1] They are kept by the Ministry of Ports[^2] and by sailors. Most of them
are older than ten years and 5 km² large.

We ask the state to:

1. Mend the piers.[^3]
2. Train those who work on them:

    - each spring;
    - before the storms.[^4]

## Ships

| Year | Ships |
| --- | --- |
| 1999 | 12[^5] |
| 2009 | 40 |

- **Quay:** a wall that ships are tied to.

The law was passed in 1999.

[^1]: Board of Ports, Piers. Accessed on 3 May 2009 from: http://ports.example.org/piers
[^2]: Direct communication with a sailor.
[^3]: Law on Piers, 1999.
[^4]: Ministry of Ports, Storms.
[^5]: The Ship, p. 12.
"""
PAGE = """\
<!DOCTYPE html>
<html><head><title>Report on harbours</title></head><body>
<h1>Report on harbours</h1>
<p>Published by the Harbour Board in 2009.</p>
<h2>Piers</h2>
<p>There are 12 piers in the north.<sup id="ref1"><a href="#fn1">1</a></sup> They are kept by the
Ministry of Ports<sup id="ref2"><a href="#fn2">2</a></sup> and by sailors. Most of them are older than ten
years and 5 km<sup>2</sup> large.</p>
<p>We ask the state to:</p>
<ol><li>Mend the piers.<sup id="ref3"><a href="#fn3">3</a></sup></li>
<li>Train those who work on them:
<ul><li>each spring;</li><li>before the storms.<sup id="ref4"><a href="#fn4">4</a></sup></li></ul></li></ol>
<h2>Ships</h2>
<table><thead><tr><th>Year</th><th>Ships</th></tr></thead>
<tbody><tr><td>1999</td><td>12<sup id="ref5"><a href="#fn5">5</a></sup></td></tr>
<tr><td>2009</td><td>40</td></tr></tbody></table>
<ul><li><strong>Quay:</strong> a wall that ships are tied to.</li></ul>
<p>The law was passed in 1999.</p>
<ol><li id="fn1"><p>Board of Ports, Piers. Accessed on 3 May 2009 from:
<a href="http://ports.example.org/piers">http://ports.example.org/piers</a> <a href="#ref1">↩</a></p></li>
<li id="fn2"><p>Direct communication with a sailor. <a href="#ref2">↩</a></p></li>
<li id="fn3"><p>Law on Piers, 1999. <a href="#ref3">↩</a></p></li>
<li id="fn4"><p>Ministry of Ports, Storms. <a href="#ref4">↩</a></p></li>
<li id="fn5"><p>The Ship, p. 12. <a href="#ref5">↩</a></p></li></ol>
</body></html>
"""


def read(tmp_path, page):
    path = tmp_path / "report.html"
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return read_report(path)


def test_a_page_is_read_as_the_same_report_in_markdown(tmp_path):
    report = read(tmp_path, PAGE)
    markdown = read_markdown(MARKDOWN, read_metadata(tmp_path / "report.md"))
    assert report.text == markdown.text
    assert report.sections == markdown.sections
    assert report.blocks == markdown.blocks
    assert report.sentences == markdown.sentences
    assert report.note_marks == markdown.note_marks
    assert report.endnotes == markdown.endnotes
    assert report.problems == markdown.problems == ()
    assert [s.endnotes for s in report.sentences if s.endnotes] == [(1,), (2,), (3,), (4,), (5,)]


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ('<sup><a href="#n">1</a></sup>', '<p id="n"><sup>1</sup> The source.</p>'),
        ('<a href="#n"><sup>1</sup></a>', '<div id="n"><p>1. The source.</p></div>'),
        ('<a role="doc-noteref" href="#n">1</a>', '<aside id="n" role="doc-footnote">The source.</aside>'),
        ('<a epub:type="noteref" href="#n">a</a>', '<aside id="n" epub:type="footnote">The source.</aside>'),
        (' [<a href="#n">1</a>]', '<p><a name="n"></a>[1] The source.</p>'),
        (
            '<sup id="cite_ref-1"><a href="#cite_note-1">[1]</a></sup>',
            '<ol><li id="cite_note-1"><b><a href="#cite_ref-1">^</a></b> <span>The source.</span></li></ol>',
        ),
        (
            '<a href="#_ftn1" name="_ftnref1"><span><span>[1]</span></span></a>',
            '<div id="ftn1"><p><a href="#_ftnref1" name="_ftn1"><span>[1]</span></a> The source.</p></div>',
        ),
        (
            '<sup id="fnref:1"><a href="#fn:1" rel="footnote">[footnote 1]</a></sup>',
            '<ol><li id="fn:1"><p>The source. <a href="#fnref:1" class="reversefootnote">↩</a></p></li></ol>',
        ),
        ("<sup>1</sup>", "<p><sup>1</sup> The source.</p>"),
        ("¹", "<p>¹ The source.</p>"),
        ("<sup>[1]</sup>", "<h2>References</h2><ol><li>The source.</li></ol>"),
    ],
)
def test_ways_to_write_notes(tmp_path, mark, note):
    report = read(tmp_path, f"<h1>One</h1><p>A fact.{mark} More.</p><p>The end.</p>{note}")
    assert notes(report) == {1: "The source."}
    assert [(report.slice(s), s.endnotes) for s in report.sentences] == [
        ("A fact.", (1,)), ("More.", ()), ("The end.", ()),
    ]  # fmt: skip
    assert report.problems == ()


def test_several_marks_leave_nothing_between_them(tmp_path):
    links = [f'<a href="#n{number}">{number}</a>' for number in range(1, 6)]
    listed = "".join(f"<p id='n{number}'>Source {number}.</p>" for number in range(1, 6))
    report = read(
        tmp_path, f"<p>A fact<sup>{links[0]}, {links[1]}</sup> is [{', '.join(links[2:])}] one.</p>{listed}"
    )
    assert texts(report) == ["A fact is one."]
    assert [(mark.offset, mark.number) for mark in report.note_marks] == [
        (6, 1),
        (6, 2),
        (9, 3),
        (9, 4),
        (9, 5),
    ]


def test_a_raised_range_stands_for_each_of_its_notes(tmp_path):
    listed = "".join(f"<p><sup>{number}</sup> Source.</p>" for number in range(1, 5))
    report = read(tmp_path, f"<p>A fact.<sup>1, 2–4</sup></p>{listed}")
    assert report.sentences[0].endnotes == (1, 2, 3, 4)
    assert sorted(notes(report)) == [1, 2, 3, 4]


def test_two_lists_of_notes_that_both_count_from_1_are_numbered_through(tmp_path):
    report = read(
        tmp_path,
        "<p>One.<sup><a href='#f1'>1</a></sup> Two.<sup><a href='#e1'>1</a></sup>"
        " Three.<sup><a href='#f2'>2</a></sup></p>"
        "<p id='f1'>Foot.</p><p id='f2'>Foot two.</p><p id='e1'>End.</p>",
    )
    assert notes(report) == {1: "Foot.", 2: "Foot two.", 3: "End."}
    assert [s.endnotes for s in report.sentences] == [(1,), (3,), (2,)]


def test_a_note_has_all_of_its_paragraphs_and_the_addresses_of_its_links(tmp_path):
    report = read(
        tmp_path,
        "<p>One.<sup><a href='#a'>1</a></sup> Two.<sup><a href='#b'>2</a></sup></p>"
        "<section><p id='a'>See <a href='https://a.example.org/x'>Piers</a>, p. 3.</p><p>More of it.</p>"
        "<p id='b'>B, see <a href='#a'>1</a> and <a href='javascript:alert(1)'>this</a>.</p></section>",
    )
    assert notes(report) == {
        1: "See Piers https://a.example.org/x, p. 3. More of it.",
        2: "B, see 1 and this.",
    }
    assert report.endnotes[0].sources[0].url == "https://a.example.org/x"


def test_a_note_within_a_paragraph_does_not_cut_it(tmp_path):
    report = read(
        tmp_path, "<p>A pier<sup><a href='#s'>1</a></sup> <span id='s'>Made of oak.</span> is long.</p>"
    )
    assert texts(report) == ["A pier is long."]
    assert notes(report) == {1: "Made of oak."}


def test_a_number_that_links_to_a_figure_or_a_section_is_no_mark(tmp_path):
    page = (
        "<h2 id='s1'>One</h2><p>See figure <a href='#f'>2</a> and [<a href='#s2'>2</a>].</p>"
        "<figure id='f'><figcaption>Figure 2</figcaption></figure><h2 id='s2'>Two</h2><p>End.</p>"
    )
    report = read(tmp_path, page)
    assert texts(report) == ["See figure 2 and [2].", "Figure 2", "End."]
    assert report.note_marks == report.endnotes == ()


def test_column_heads_above_each_other_and_cells_over_several_rows(tmp_path):
    report = read(
        tmp_path,
        "<table><caption>Table 1. Crews</caption>"
        "<tr><th rowspan=2>Year<th colspan=2>Crew<tr><th>old<th>new"
        "<tr><td rowspan=2>1999<td>1<td>2<tr><td><p>3</p><p>or 4</p><td></table>",
    )
    assert texts(report, "table_row") == ["1999\t1\t2", "1999\t3 or 4"]
    heads = {report.slice(span) for block in report.blocks for span in block.context}
    assert heads == {"Year\tCrew old\tCrew new"}


def test_a_table_that_only_lays_out_the_page_is_read_as_text(tmp_path):
    report = read(tmp_path, "<table><tr><td>Menu<td><h1>One</h1><p>A fact.</p><p>More.</p></table>")
    assert texts(report) == ["Menu", "A fact.", "More."]
    assert [section.path for section in report.sections] == [("One",)]


def test_list_items_have_the_numbers_that_are_printed(tmp_path):
    report = read(
        tmp_path,
        "<p>We ask:</p><ol start=4><li>four<li value=7>seven<p>and more</p><li>eight:"
        "<ol type=a><li>first<li>second</ol></ol><ol type=I><li>one</ol>",
    )
    assert texts(report) == [
        "We ask:", "4. four", "7. seven", "and more", "8. eight:", "a. first", "b. second", "I. one",
    ]  # fmt: skip
    assert report.blocks[5].kind == "list_item"
    assert [report.slice(span) for span in report.blocks[5].context] == ["We ask:", "8. eight:"]


def test_a_glossary_is_read_entry_by_entry(tmp_path):
    report = read(
        tmp_path, "<dl><dt>Quay<dd>A wall.<dt>Pier:<dt>Jetty<dd><p>A long one.</p><p>Of wood.</p></dl>"
    )
    assert texts(report, "glossary_entry")[0] == "Quay: A wall."
    assert texts(report)[-1] == "Of wood."


def test_two_line_breaks_part_paragraphs_and_one_is_a_space(tmp_path):
    report = read(tmp_path, "<div>One<br>line.<br><br>Another.</div>")
    assert texts(report) == ["One line.", "Another."]


def test_what_belongs_to_the_site_and_what_is_hidden_is_left_out(tmp_path):
    report = read(
        tmp_path,
        "<header><p>Site</p></header><nav>Menu</nav><div role=navigation>More</div><script>s()</script>"
        "<style>p{}</style><aside>Read also</aside><form><p>Search</p></form><p hidden>Old</p>"
        "<p style='display: none'>Older</p><article><header><h1>One</h1></header><p>A fact."
        "<span class='visually-hidden'> (opens a window)</span></p></article><footer>Imprint</footer>",
    )
    assert texts(report) == ["A fact."]
    assert [section.path for section in report.sections] == [("One",)]


def test_of_a_page_with_a_main_part_only_that_is_read_with_its_notes(tmp_path):
    report = read(
        tmp_path,
        "<form><div>Offer</div><main><h1>One</h1><p>A fact.<sup><a href='#n'>1</a></sup></p></main></form>"
        "<footer><p id='n'>The source.</p></footer>",
    )
    assert texts(report) == ["A fact."]
    assert notes(report) == {1: "The source."}


def test_the_contents_list_of_a_page_is_left_out(tmp_path):
    listed = "".join(f"<li><a href='#{name}'>{name}</a></li>" for name in ("Piers", "Ships", "Storms"))
    body = "".join(f"<h2 id='{name}'>{name}</h2><p>Text.</p>" for name in ("Piers", "Ships", "Storms"))
    report = read(tmp_path, f"<h1>One</h1><ul>{listed}</ul>{body}")
    assert texts(report) == ["Text."] * 3


def test_signs_that_link_to_a_heading_are_no_part_of_it(tmp_path):
    report = read(tmp_path, "<h2 id='a'>Piers <a href='#a'>¶</a></h2><p>Text.</p>")
    assert [section.path for section in report.sections] == [("Piers",)]


def test_lines_in_bold_are_headings_where_there_are_several(tmp_path):
    report = read(tmp_path, "<p><b>Piers</b></p><p>One.</p><p><b>Ships</b></p><p>Two.</p>")
    assert [section.path for section in report.sections] == [("Piers",), ("Ships",)]


def test_what_a_page_declares_of_itself(tmp_path):
    report = read(
        tmp_path,
        "<head><title>Harbours at Night | Board</title><meta name='DC.publisher' content='Harbour Board'>"
        "<meta property='article:published_time' content='2011-05-03'></head>"
        "<h1>Harbours at Night</h1><p>Text.</p>",
    )
    about = report.about
    assert (about.title, about.publisher, about.year) == ("Harbours at Night", "Harbour Board", 2011)


@pytest.mark.parametrize(
    "page",
    [
        "<p>Cafés – «ünder»</p>".encode(),
        b"<meta charset='windows-1252'>" + "<p>Cafés – «ünder»</p>".encode("windows-1252"),
        b"<meta charset='utf-8'>" + "<p>Cafés – «ünder»</p>".encode("windows-1252"),
        b"<meta charset='iso-8859-1'>" + "<p>Cafés – «ünder»</p>".encode(),
        b"<meta charset='punycode'>" + "<p>Cafés – «ünder»</p>".encode("windows-1252"),
        "<p>Cafés – «ünder»</p>".encode("utf-16"),
        "<p>Cafés – «ünder»</p>".encode("utf-8-sig"),
        b"<?xml version='1.0' encoding='utf-8'?><p>Caf&eacute;s &#8211; &laquo;&uuml;nder&raquo;</p>",
    ],
)
def test_the_encoding_is_found_out(tmp_path, page):
    assert texts(read(tmp_path, page)) == ["Cafés – «ünder»"]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"", "no words to read"),
        (b"<script>alert(1)</script><img src=x>", "no words to read"),
        (b"<p>text\x00</p>", "NUL bytes"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04", "perhaps a DOCX"),
        (b"<div>" * 4_000, "more than 500 deep"),
        (b"<div>" * 4_000 + b"</p>" * 4_000, "more than 500 deep"),
        (b"<p>" * 5_001, "5,000 tags"),
        (b"<p>" + b"x " * 60_000, "100,000 characters"),
    ],
)
def test_pages_that_are_no_report(tmp_path, monkeypatch, page, words):
    monkeypatch.setattr(html_page, "_MOST_TAGS", 5_000)
    monkeypatch.setattr(html_page, "MOST_TEXT", 100_000)
    with pytest.raises(ReportError, match=words):
        read(tmp_path, page)


def test_a_page_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(html_page, "_LARGEST_FILE", 100)
    with pytest.raises(ReportError, match=r"101 bytes; a page may have 100\."):
        read(tmp_path, "x" * 101)


def test_tables_that_repeat_their_cells_beyond_measure_are_refused(tmp_path):
    cells = f"<th colspan=60 rowspan=60>{'x' * 99}" * 60
    with pytest.raises(ReportError, match="repeat their cells"):
        read(tmp_path, f"<table>{f'<tr>{cells}' + '<tr><td>y' * 59}</table>")


@pytest.mark.parametrize(
    "page",
    [
        "<p " + " ".join(f"a{n}" for n in range(50_000)) + ">End.",
        "<p>End.<!--" * 20_000,
        "<p>" + "<" * 100_000 + " End.",
        "<p>End.</p>" + "<a href='#x'>1</a>" * 10_000 + "<p id=x>x",
        "<p>End." + "<sup><a href='#x'>1</a></sup>" * 10_000 + "<div id=x>" + "<i></i>" * 10_000 + "x</div>",
        "<p>End.<!DOCTYPE x [<!ENTITY a '&b;&b;'>]>&a;",
    ],
)
def test_broken_and_odd_pages_are_read_as_far_as_they_go(tmp_path, page):
    assert "End." in read(tmp_path, page).text
