"""The real report in Markdown against a truth file that was made without the parser."""

import json
import re
from hashlib import sha256

import pytest

from conftest import CORPUS, ROOT

TRUTH = json.loads((ROOT / "tests/fixtures/report-layout-a.truth.json").read_text(encoding="utf-8"))
KINDS = {"glossary": "glossary_entry", "numbered": "item", "bullet": "list_item", "paragraph": "paragraph"}


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def truth_text(paragraph):
    lead = paragraph.get("term") or paragraph.get("item")
    return squeezed(f"{lead} {paragraph['text']}" if lead else paragraph["text"])


def block_with(report, beginning):
    return next(block for block in report.blocks if report.slice(block).startswith(beginning))


def section_titles(report):
    return {section.path[-1] for section in report.sections}


def test_every_paragraph_is_one_block_in_its_place(report):
    blocks = {squeezed(report.slice(block)): block for block in report.blocks}
    for paragraph in TRUTH["paragraphs"]:
        block = blocks[truth_text(paragraph)]
        assert block.kind == ("box" if paragraph["box"] else KINDS.get(paragraph["kind"], "other"))
        assert [m.number for m in report.marks_in(block.start, block.end)] == paragraph["markers"]
        headed = paragraph["box"] and not paragraph["box"].startswith("(")
        innermost = paragraph["box"] if headed else paragraph["subsection"]
        if innermost:
            assert block.section[-1] == innermost
        elif paragraph["section"]:
            assert len(block.section) == 1


def test_every_heading_opens_a_section(report):
    printed = {squeezed(report.text[s.start : s.end].split("\n")[0]) for s in report.sections}
    wanted = {heading["text"] for heading in TRUTH["headings"]}
    # "… National Plans of Action General" are two headings in one line of the Markdown.
    joined = "IV – Integrated Cross-Sectoral Policies and National Plans of Action"
    # "CAMBODIA" and "INTRODUCTION" are one section, as the contents page has it.
    missing = wanted - printed - section_titles(report) - {"INTRODUCTION"}
    assert missing == set()
    assert joined in section_titles(report)


def test_country_name_is_no_level(report):
    assert {section.path[0] for section in report.sections if section.path[0] != "CONTENTS"} == {
        "Glossary", "Foreword", "Methodology", "Cambodia: Introduction", "National Plan of Action",
        "Coordination and Cooperation", "Prevention", "Protection", "Child and Youth Participation",
        "Priority Actions Required", "Annex", "Endnotes",
    }  # fmt: skip


def test_every_note_mark_and_endnote_is_in_its_place(report):
    marks = {mark.number: mark.offset for mark in report.note_marks}
    for marker in TRUTH["markers"]:
        offset = marks[marker["number"]]
        assert squeezed(report.text[:offset]).endswith(squeezed(marker["before"]))
        assert squeezed(report.text[offset : offset + 60]).startswith(squeezed(marker["after"]))
    for note in TRUTH["endnotes"]:
        endnote = report.endnote(note["number"])
        assert squeezed(endnote.text) == squeezed(note["text"])
        assert report.text[endnote.start : endnote.end] == endnote.text


def test_marks_and_endnotes_pair_one_to_one(report):
    assert [mark.number for mark in report.note_marks] == list(range(1, 165))
    assert [note.number for note in report.endnotes] == list(range(1, 165))
    assert [problem.code for problem in report.problems] == ["repeated_text"]
    assert "155" in report.problems[0].message


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "caused the death of up to 3 million people"),
        (2, "remained a problem in the 1990s"),
        (54, 'loads of space for the boys to play."'),
        (56, "The 2007 research showed"),
        (82, "Minister for Ministry of Interior.’"),
        (142, "lack of support services for sexually exploited boys"),
    ],
)
def test_a_mark_belongs_to_its_sentence(report, number, words):
    [sentence] = report.sentences_on(number)
    assert words in report.slice(sentence)


def test_table_rows_are_read_with_their_column_heads(report):
    rows = [block for block in report.blocks if block.kind == "table_row"]
    assert len(rows) == 10
    crc = next(row for row in rows if report.slice(row).startswith("Convention on the rights"))
    assert report.slice(crc).split("\t") == [
        "Convention on the rights of the child (CRC)– 1989", "1992 (acceptance)", "", "2004",
    ]  # fmt: skip
    [heads] = crc.context
    assert report.slice(heads).split("\t")[3] == "Date of submitted Report"
    assert "International Instruments" not in section_titles(report)


def test_annex_items_have_their_lead_in(report):
    items = [block for block in report.blocks if block.kind == "item"]
    numbers = [int(re.match(r"\((\d+)\)", report.slice(item))[1]) for item in items]
    assert numbers == [*range(1, 74), 1, 2]
    lead_in = {n: report.slice(i.context[0]) for n, i in zip(numbers[:73], items, strict=False)}
    assert lead_in[30].startswith("We call on all States")
    assert lead_in[61].startswith("We encourage the private sector")
    assert lead_in[63].startswith("We call on all States")
    assert lead_in[68] == "We urge the Human Rights Council to:"
    assert lead_in[73] == "We call on religious communities to:"
    national = block_with(report, "At the national level, inter alia")
    assert report.slice(national.context[0]).startswith("(1) We commit ourselves")


def test_title_page_imprint_and_contents_are_not_retrieved(report):
    for words in ("2nd EDITION", "This publication was compiled by", "Priority Actions Required\t34"):
        assert not block_with(report, words).retrieved
    assert block_with(report, "Kathleen Speake").retrieved


def test_pages_are_the_ranges_of_the_contents_page(report):
    block = block_with(report, "As part of coordinating efforts")
    assert (block.page.first, block.page.last, block.page.label) == (16, 21, "16–21")
    assert block.page.exact is False
    assert report.blocks[0].page is None


def sources(report, number):
    return [(s.url, s.accessed) for s in report.endnote(number).sources]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (16, [("ftp://ext-ftp.fao.org/FI/Data/FIPI/Willmann/ChildLabourWorkshop/ParticipantsPapers/"
               "KaingKhimChildLaborCambodia.pdf", "2010-08-19")]),
        (18, [(None, None)]),
        (21, [("http://khmernz.blogspot.com/2009/03/tough-fight-against-child-prostitution.html",
               "2010-08-19")]),
        (25, [("http://www.thesurvivorstrust.org/uploaded/documents/"
               "SPEAKING%20TRUTH%20edited%20final%2020-3-08%20(2).pdf", "2010-08-19")]),
        (39, [("http://www.ecpat.net", "2010-08-19")]),
        (47, [("http://www.childwise.net/downloads/Who_Are_the_Child_Sex_Tourists_C.pdf", "2010-03-19")]),
        (50, [(None, None), ("http://www.csmonitor.com/2006/0927/p06s01-woap.html", "2010-03-19")]),
        (95, [("http://www.unhchr.ch/tbs/doc.nsf/(Symbol)/CRC.C.15.Add.128.En?OpenDocument", "2010-03-19")]),
        (105, [("http://www.ipu.org/conf-e/122/1Cmt-rpt.doc", "2010-03-17")]),
        (128, [("http://www.phnompenhpost.com/index.php/2010022632744/National-news/"
                "ministers-differ-on-internet-controls.html", None)]),
        (145, [("http://www.childrenofcambodia.com/shelter.php", "2010-03-19"),
               ("http://www.mloptapang.org/", "2010-03-19")]),
    ],
)  # fmt: skip
def test_sources_of_endnotes(report, number, expected):
    assert sources(report, number) == expected


def test_kinds_pages_and_archives_of_sources(report):
    [direct] = report.endnote(62).sources
    assert (direct.kind, direct.url) == ("communication", None)
    assert report.endnote(40).sources[0].page == "50"
    assert report.endnote(16).sources[0].archived_url is None
    assert report.endnote(35).sources[0].archived_url.startswith("https://web.archive.org/web/2011/http://")
    assert report.endnote(54).sources[0].archived_url == (
        "https://web.archive.org/web/20100819/http://www.ecpat.net"
    )


def test_endnotes_without_access_date(report):
    undated = [n.number for n in report.endnotes if any(s.url and not s.accessed for s in n.sources)]
    assert undated == [5, 35, 128, 129, 130, 131]


def test_the_corpus_is_the_published_text():
    digest = sha256((CORPUS / "report.md").read_bytes()).hexdigest()
    assert digest == "e4ea9387fd4f0b2190f3e18d6730805fdfb7de4e6851955072f6717b8499f6bf"


def test_the_sentences_that_a_place_touches(report):
    sentences = report.sentences
    for position in (0, 200, len(sentences) - 1):
        start, end = sentences[position].start, sentences[position].end
        assert list(report.positions_touched(start, end)) == [position]
        assert list(report.positions_touched(end - 1, end)) == [position]
        assert list(report.positions_touched(end, end + 1)) == []
    first, last = sentences[10].start + 3, sentences[13].start + 1
    assert list(report.positions_touched(first, last)) == [10, 11, 12, 13]
