"""One invented report in several layouts (make_fixtures.py) reads as its Markdown does."""

import pytest

from a4a_qa.parsing.read import read_report
from a4a_qa.report_json import report_from_dict, report_to_dict
from conftest import ROOT

FOLDER = ROOT / "tests/fixtures/pdf"
LAYOUTS = ["serif", "columns", "article", "newsletter", "book", "office", "typst"]
FOOTNOTE = "The figures of the union are its own and were not checked by the institute."


@pytest.fixture(scope="module")
def written():
    return read_report(FOLDER / "harbours.md")


@pytest.fixture(scope="module", params=LAYOUTS)
def printed(request):
    return read_report(FOLDER / f"{request.param}.pdf")


def test_the_sections_are_the_same(written, printed):
    # That a heading stands in a box only the printed page shows, so the paths above it differ.
    # Some layouts write their headings otherwise, and that of a word processor has no contents page.
    def names(report):
        return [n for s in report.sections if (n := s.path[-1].casefold()) != "contents"]

    assert names(printed) == names(written)


def test_the_blocks_are_the_same(written, printed):
    found = [printed.slice(block) for block in printed.blocks if block.retrieved]
    wanted = [written.slice(block) for block in written.blocks if block.retrieved]
    # The layout in columns is that of a browser, which knows no footnotes.
    assert [text for text in found if text != FOOTNOTE] == [text for text in wanted if text != FOOTNOTE]


def test_the_sentences_carry_the_same_notes(written, printed):
    def notes(report):
        return {report.slice(sentence): sentence.endnotes for sentence in report.sentences}

    assert {**notes(printed), FOOTNOTE: ()} == {**notes(written), FOOTNOTE: ()}


def test_the_endnotes_are_the_same(written, printed):
    assert [(n.number, n.text, n.sources) for n in printed.endnotes] == [
        (n.number, n.text, n.sources) for n in written.endnotes
    ]
    assert printed.problems == ()


def test_boxes_lists_and_tables_are_told_apart():
    for name in LAYOUTS:
        report = read_report(FOLDER / f"{name}.pdf")
        kinds = {report.slice(block)[:12]: block.kind for block in report.blocks}
        assert kinds["A boy of thi"] == "box"
        assert kinds["(2) Send sch"] == "item"
        assert kinds["Lakes\t\t3"] == "table_row"


def test_a_table_that_the_end_of_a_page_cuts_keeps_its_heads(printed):
    heads = {
        printed.slice(b): [printed.slice(s) for s in b.context]
        for b in printed.blocks
        if b.kind == "table_row"
    }
    assert set(map(tuple, heads.values())) == {("Place\tHarbours\tAccidents",)}


def test_pages_are_shown_as_they_are_printed():
    report = read_report(FOLDER / "serif.pdf")
    contents, introduction = report.sections[:2]
    assert (contents.page.first, contents.page.label) == (2, "ii")
    assert (introduction.page.first, introduction.page.label, introduction.page.exact) == (3, "1–2", True)
    assert report.endnotes[-1].page.label == "4"


def test_a_sentence_knows_its_page_although_its_paragraph_spans_two():
    report = read_report(FOLDER / "serif.pdf")
    spanning = [block for block in report.blocks if block.page.first != block.page.last]
    assert spanning
    pages = [report.page_of(s.start, s.end) for s in report.sentences_in(spanning[0].start, spanning[0].end)]
    assert pages[0].first == pages[0].last == spanning[0].page.first
    assert pages[-1].last == spanning[0].page.last


def test_a_report_keeps_its_pages_when_it_is_stored(printed):
    assert report_from_dict(report_to_dict(printed)) == printed


def test_reading_twice_gives_the_same(request, printed):
    name = request.node.callspec.params["printed"]
    assert read_report(FOLDER / f"{name}.pdf") == printed
