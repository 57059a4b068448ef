"""Sections that a question names by their titles, and pages."""

from dataclasses import replace

import pytest

from a4a_qa.lookup.sections import Sections
from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import PageStart
from conftest import SMALL_REPORT

ANNEX = """\
ANNEX

The Declaration of Port Anna on Uniforms

- (3) Uniforms must be clean.

II – Protection of Uniforms

- (4) Uniforms must be locked away.
"""


@pytest.fixture
def small(tmp_path):
    file = tmp_path / "small.md"
    text = SMALL_REPORT.replace("Endnotes\t4", "Annex\t4\nEndnotes\t5")
    file.write_text(text.replace("ENDNOTES", f"{ANNEX}\nENDNOTES"), encoding="utf-8")
    return read_report(file)


@pytest.fixture
def find(small):
    table = Sections(small, most=5)
    return lambda question: table.page(question) or table.section(question)


@pytest.fixture
def begins(small, find):
    def sentences(question):
        found = find(question)
        return found and [small.slice(small.sentences[p])[:20] for p in found.sentences]

    return sentences


def test_a_section_is_shown_by_how_it_begins(begins):
    assert begins("What does the section on protection say?") == [
        "(1) Judges must be t",
        "(2) Police officers ",
    ]


def test_of_a_section_with_parts_each_begins(begins):
    assert begins("What does the introduction say?") == ["There are 12 shelter", "The law on schools w"]


def test_of_several_sections_with_a_title_the_highest_are_meant(begins):
    assert begins("What does the chapter on protection say?")[0].startswith("(1)")
    assert begins("What is in the section on uniforms?") == ["(3) Uniforms must be", "(4) Uniforms must be"]


@pytest.mark.parametrize(
    "question",
    [
        "What does the section on taxes say?",
        "What does the report say about protection?",
        "What does the law on schools say?",
        "Which section of the law protects children?",
        "What is the introduction of uniforms about?",
        "How many pages are there?",
    ],
)
def test_what_names_no_section_that_there_is(find, question):
    assert find(question) is None


def test_a_page_of_a_section(small, find, begins):
    assert begins("What is on page 3?") == ["There are 12 shelter", "(1) Judges must be t"]
    assert begins("page 2") == ["There are 12 shelter"]
    found = find("What does page 93 say?")
    assert (found.numbers, found.shown, found.missing) == ((93,), "page_of_section", ("page 93",))


def test_a_page_that_is_known_exactly(small):
    second = small.sentences[2].start
    exact = replace(small, page_starts=(PageStart(0, 1, "7"), PageStart(second, 2, "8")))
    found = Sections(exact, most=5).page("What is on p. 8?")
    assert (found.shown, found.sentences[0], len(found.sentences)) == ("page", 3, 5)
    assert Sections(exact, most=5).page("page 1").sentences == ()


def test_pages_that_nobody_knows(small):
    without = replace(small, sections=tuple(replace(section, page=None) for section in small.sections))
    assert Sections(without, most=5).page("What is on page 3?") is None


def test_a_report_without_sections_is_summed_up_by_how_it_begins(tmp_path):
    file = tmp_path / "bare.md"
    file.write_text("Ferries are late. Nobody knows why.\n\nThe harbour has one pilot.\n", encoding="utf-8")
    found = Sections(read_report(file), most=5).overview("Summarise the report")
    assert (found.sentences, found.is_of_whole) == ((0, 2), True)
