"""Sections that a question names by their titles, and pages."""

from dataclasses import replace

import pytest

from a4a_qa.answering.section_names import SectionNames
from a4a_qa.parsing.read import read_report
from a4a_qa.report import PageStart
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
    return SectionNames(small).find


@pytest.fixture
def begins(small, find):
    def sentences(question):
        found = find(question)
        return found and [small.slice(small.sentences[p])[:20] for p in found.sentences]

    return sentences


@pytest.mark.parametrize(
    "question",
    [
        "What does the section on protection say?",
        "what is in the protection chapter?",
        "Summarise the chapter on protection",
        "Can you sum up the section about protection, please?",
        "What are the main points of the chapter on protection?",
        "the section on protection: what does it say?",
        "Show me the section on protection",
    ],
)
def test_a_section_is_shown_by_how_it_begins(begins, question):
    shown = begins(question)
    assert shown is None if ":" in question else shown == ["(1) Judges must be t", "(2) Police officers "]


def test_of_a_section_with_parts_each_begins(begins):
    assert begins("What does the introduction say?") == ["There are 12 shelter", "The law on schools w"]


def test_of_several_sections_with_a_title_the_highest_are_meant(begins):
    assert begins("What does the chapter on protection say?")[0].startswith("(1)")
    assert begins("What is in the section on uniforms?") == ["(3) Uniforms must be", "(4) Uniforms must be"]


def test_something_of_a_section(small, find):
    found = find("What does the introduction say about schools?")
    assert found.rest == "schools"
    assert [small.slice(small.sentences[p])[:20] for p in found.sentences] == ["The law on schools w"]
    assert len(found.within) == 5
    assert find("Does the annex mention anything about uniforms?").rest == "uniforms"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which article of the Port Anna Declaration is about locks?", "the Port Anna Declaration"),
        ("What item in the annex deals with locks?", "the annex"),
    ],
)
def test_which_item_of_a_document_is_about_something_asks_what_it_says_of_that(small, find, question, said):
    found = find(question)
    assert (found.rest, found.search) == ("locks", f"What does {said} say about locks?")
    assert "(4) Uniforms must be locked away." in [small.text_of(p) for p in found.within]
    assert find("Which article of the Ferry Act is about locks?") is None


def test_a_document_in_an_annex_is_all_of_it(find):
    found = find("What does the Port Anna Declaration say about uniforms?")
    assert len(found.sentences) == 2
    # What another chapter is about is no document, nor is a part of one.
    assert find("What does Protection of Uniforms say about locks?") is None
    assert find("What does the Law on Schools say about uniforms?") is None
    assert find("What does the ministry say about uniforms?") is None


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
    assert (found.page, found.is_exact, found.sentences) == (93, False, ())


def test_a_page_that_is_known_exactly(small):
    second = small.sentences[2].start
    exact = replace(small, page_starts=(PageStart(0, 1, "7"), PageStart(second, 2, "8")))
    found = SectionNames(exact).find("What is on p. 8?")
    assert (found.is_exact, found.sentences[0], len(found.sentences)) == (True, 3, 5)
    assert SectionNames(exact).find("page 1").sentences == ()


def test_pages_that_nobody_knows(small):
    without = replace(small, sections=tuple(replace(section, page=None) for section in small.sections))
    assert SectionNames(without).find("What is on page 3?") is None
