"""PDFs of reports that exist as text: an invented one in seven layouts, and a real one in two columns.

`fixtures/pdf` holds the invented report as Markdown (harbours.md), typeset with WeasyPrint (serif), Chromium
(columns), LaTeX (article, newsletter, book), LibreOffice (office) and Typst.
"""

import re
from functools import cache

import pytest

from a4a_qa.parsing.read import read_report
from a4a_qa.report.as_json import report_from_dict, report_to_dict
from conftest import ROOT
from parsing.test_cambodia import KINDS, TRUTH, squeezed, truth_text

FOLDER = ROOT / "tests/fixtures"
LAYOUTS = ["serif", "columns", "article", "newsletter", "book", "office", "typst"]
FOOTNOTE = "The figures of the union are its own and were not checked by the institute."


@cache
def read(name):
    return read_report(FOLDER / name)


@pytest.fixture(scope="module")
def written():
    return read("pdf/harbours.md")


@pytest.fixture(scope="module", params=LAYOUTS)
def printed(request):
    return read(f"pdf/{request.param}.pdf")


def test_the_sections_are_the_same(written, printed):
    # Only the printed page shows that a heading stands in a box, so the paths differ. Some layouts change the
    # case of headings, and the office one has no contents page.
    def names(report):
        return [n for s in report.sections if (n := s.path[-1].casefold()) != "contents"]

    assert names(printed) == names(written)


def test_the_blocks_are_the_same(written, printed):
    found = [printed.slice(block) for block in printed.blocks if block.retrieved]
    wanted = [written.slice(block) for block in written.blocks if block.retrieved]
    # Chromium cannot set footnotes.
    assert [text for text in found if text != FOOTNOTE] == [text for text in wanted if text != FOOTNOTE]


def test_the_sentences_have_the_same_notes(written, printed):
    def notes(report):
        return {report.slice(sentence): sentence.endnotes for sentence in report.sentences}

    assert {**notes(printed), FOOTNOTE: ()} == {**notes(written), FOOTNOTE: ()}


def test_the_endnotes_are_the_same(written, printed):
    assert [(n.number, n.text, n.sources) for n in printed.endnotes] == [
        (n.number, n.text, n.sources) for n in written.endnotes
    ]
    assert printed.problems == ()


def test_boxes_lists_and_tables_are_recognised(printed):
    kinds = {printed.slice(block)[:12]: block.kind for block in printed.blocks}
    assert kinds["A boy of thi"] == "box"
    assert kinds["(2) Send sch"] == "item"
    assert kinds["Lakes\t\t3"] == "table_row"
    rows = [block for block in printed.blocks if block.kind == "table_row"]
    assert {tuple(map(printed.slice, row.context)) for row in rows} == {("Place\tHarbours\tAccidents",)}


def test_pages_are_labelled_as_printed():
    report = read("pdf/serif.pdf")
    contents, introduction = report.sections[:2]
    assert (contents.page.first, contents.page.label) == (2, "ii")
    assert (introduction.page.first, introduction.page.label, introduction.page.exact) == (3, "1–2", True)
    assert report.endnotes[-1].page.label == "4"


def test_a_sentence_has_its_own_page_although_its_paragraph_spans_two():
    report = read("pdf/serif.pdf")
    block = next(block for block in report.blocks if block.page.first != block.page.last)
    pages = [report.page_of(s.start, s.end) for s in report.sentences_in(block.start, block.end)]
    assert pages[0].first == pages[0].last == block.page.first
    assert pages[-1].last == block.page.last


def test_a_report_survives_being_stored_and_parsed_again(printed):
    assert report_from_dict(report_to_dict(printed)) == printed
    assert read_report(FOLDER / "pdf/book.pdf") == read("pdf/book.pdf")


def pages(place):
    return place.page.first, place.page.last, place.page.exact


@pytest.fixture(scope="module")
def real():
    return read("report-layout-a.pdf")


def test_every_heading_is_found_and_nothing_else_is_one(real):
    printed = [squeezed(real.slice(section).split("\n")[0]) for section in real.sections]
    # "CAMBODIA" and "INTRODUCTION" are one section, as on the contents page.
    assert printed == [head["text"] for head in TRUTH["headings"] if head["text"] != "INTRODUCTION"]
    assert real.problems == ()


def test_every_paragraph_is_one_block_with_its_kind_marks_and_pages(real):
    blocks = {squeezed(real.slice(block)): block for block in real.blocks}
    found = [blocks[truth_text(paragraph)] for paragraph in TRUTH["paragraphs"]]
    assert [block.start for block in found] == sorted(block.start for block in found)
    for block, paragraph in zip(found, TRUTH["paragraphs"], strict=True):
        assert [m.number for m in real.marks_in(block.start, block.end)] == paragraph["markers"]
        assert pages(block) == (paragraph["page"], paragraph["page_end"], True)
        if kind := "box" if paragraph["box"] else KINDS.get(paragraph["kind"]):
            assert block.kind == kind


def test_every_note_mark_and_endnote_is_in_its_place(real):
    assert [mark.number for mark in real.note_marks] == list(range(1, 165))
    for mark, wanted in zip(real.note_marks, TRUTH["markers"], strict=True):
        assert squeezed(real.text[: mark.offset]).endswith(squeezed(wanted["before"]))
        assert pages(mark) == (wanted["page"], wanted["page"], True)
    assert [(note.number, squeezed(note.text), *pages(note)) for note in real.endnotes] == [
        (note["number"], squeezed(note["text"]), note["page"], note["page_end"], True)
        for note in TRUTH["endnotes"]
    ]


def test_table_rows_keep_empty_cells_and_heads_and_page_numbers_are_gone(real):
    rows = [real.slice(block) for block in real.blocks if block.page.first == TRUTH["table"]["page"]]
    assert {"\t".join(row["cells"]).rstrip("\t") for row in TRUTH["table"]["rows"]} <= set(rows)
    assert TRUTH["furniture"]["header"] not in real.text
    assert not re.search(r"^\d+$", real.text, re.MULTILINE)
