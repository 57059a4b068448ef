"""The report as a two-column PDF against its truth file: words, marks, notes, table and pages."""

import json
import re
import time

import pytest

from a4a_qa.parsing.read import read_report
from conftest import ROOT

FILE = ROOT / "tests/fixtures/report-layout-a.pdf"
TRUTH = json.loads((ROOT / "tests/fixtures/report-layout-a.truth.json").read_text(encoding="utf-8"))


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def truth_text(paragraph):
    lead = paragraph.get("term") or paragraph.get("item")
    return squeezed(f"{lead} {paragraph['text']}" if lead else paragraph["text"])


def pages(place):
    return place.page.first, place.page.last, place.page.exact


@pytest.fixture(scope="module")
def read():
    return read_report(FILE)


@pytest.fixture(scope="module")
def blocks(read):
    return {squeezed(read.slice(block)): block for block in read.blocks}


def test_reading_is_quick():
    started = time.process_time()
    read_report(FILE)
    assert time.process_time() - started < 20


def test_every_heading_is_found_and_nothing_else_is_one(read):
    printed = [squeezed(read.slice(section).split("\n")[0]) for section in read.sections]
    # «CAMBODIA» and «INTRODUCTION» are one section, as the contents page has it.
    wanted = [heading["text"] for heading in TRUTH["headings"] if heading["text"] != "INTRODUCTION"]
    assert printed == wanted
    assert read.problems == ()


def test_every_paragraph_is_one_block_with_its_marks_and_pages(read, blocks):
    for paragraph in TRUTH["paragraphs"]:
        block = blocks[truth_text(paragraph)]
        assert [m.number for m in read.marks_in(block.start, block.end)] == paragraph["markers"]
        assert pages(block) == (paragraph["page"], paragraph["page_end"], True)


def test_every_block_is_of_its_kind(blocks):
    kinds = {
        "glossary": "glossary_entry",
        "numbered": "item",
        "bullet": "list_item",
        "paragraph": "paragraph",
    }
    for paragraph in TRUTH["paragraphs"]:
        kind = "box" if paragraph["box"] else kinds.get(paragraph["kind"])
        if kind:
            assert blocks[truth_text(paragraph)].kind == kind


def test_paragraphs_stand_in_their_order(blocks):
    starts = [blocks[truth_text(paragraph)].start for paragraph in TRUTH["paragraphs"]]
    assert starts == sorted(starts)


def test_every_note_mark_stands_where_it_is_printed(read):
    assert [mark.number for mark in read.note_marks] == list(range(1, 165))
    for mark, wanted in zip(read.note_marks, TRUTH["markers"], strict=True):
        assert squeezed(read.text[: mark.offset]).endswith(squeezed(wanted["before"]))
        assert pages(mark) == (wanted["page"], wanted["page"], True)


def test_every_endnote_is_whole_to_the_last_address(read):
    found = [(note.number, squeezed(note.text), *pages(note)) for note in read.endnotes]
    assert found == [
        (note["number"], squeezed(note["text"]), note["page"], note["page_end"], True)
        for note in TRUTH["endnotes"]
    ]


def test_every_table_row_is_found_with_its_empty_cells(read):
    rows = [read.slice(block) for block in read.blocks if block.page.first == TRUTH["table"]["page"]]
    for row in TRUTH["table"]["rows"]:
        assert "\t".join(row["cells"]).rstrip("\t") in rows


def test_heads_and_page_numbers_are_gone(read):
    assert read.text.count(TRUTH["furniture"]["header"]) == 0
    assert not re.search(r"^\d+$", read.text, re.MULTILINE)


def test_a_section_spans_its_pages(read):
    methodology = next(section for section in read.sections if section.path == ("Methodology",))
    assert (methodology.page.first, methodology.page.label) == (6, "6")
