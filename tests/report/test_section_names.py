"""A section is found by the name that a person gives it."""

import pytest

from a4a_qa.errors import QuestionError
from a4a_qa.parsing.metadata import Metadata
from a4a_qa.parsing.read import read_markdown, read_report
from a4a_qa.report.report import About
from a4a_qa.report.section_names import find_section, told_sections

LAW = """\
# Law

One.

## Prevention

Two.

### Schools

Three.

# Annex

## Law

Four.

## Prevention

Five.

### Schools

Six.

### Police > courts

Seven.

# Nothing yet
"""


@pytest.fixture(scope="module")
def law():
    return read_markdown(LAW, Metadata(About(id="law", title="Law")))


def test_sections_that_say_something_are_told_in_reading_order(law):
    assert told_sections(law) == [
        ("Law",),
        ("Law", "Prevention"),
        ("Law", "Prevention", "Schools"),
        ("Annex",),
        ("Annex", "Law"),
        ("Annex", "Prevention"),
        ("Annex", "Prevention", "Schools"),
        ("Annex", "Prevention", "Police > courts"),
    ]


def test_contents_and_endnotes_are_no_sections_to_ask_about(small_file):
    report = read_report(small_file)
    assert {("CONTENTS",), ("Endnotes",)} < {section.path for section in report.sections}
    assert told_sections(report) == [("Introduction",), ("Introduction", "Schools"), ("Protection",)]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Annex", ("Annex",)),
        ("Law > Prevention", ("Law", "Prevention")),
        ("Annex>Prevention", ("Annex", "Prevention")),
        # Case, spaces and empty levels make no difference, nor which arrow it is.
        ("  ANNEX  ›› \tprevention ", ("Annex", "Prevention")),
        # Levels in between may be left out.
        ("law > schools", ("Law", "Prevention", "Schools")),
        # A path from the top wins over a sub-section of the same name.
        ("Law", ("Law",)),
        ("Annex > Law", ("Annex", "Law")),
        # Titles one by one are not taken apart.
        (["Annex", "Prevention"], ("Annex", "Prevention")),
        (["police  > Courts"], ("Annex", "Prevention", "Police > courts")),
    ],
)
def test_a_section_is_found_by_its_path(law, name, path):
    assert find_section(law, name) == path


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "The section has no name. Name one as in 'Annex > Prevention'."),
        (" › >", "The section has no name. Name one as in 'Annex > Prevention'."),
        ([], "The section has no name. Name one as in 'Annex > Prevention'."),
        (5, "The section is neither a text nor a list of titles."),
        ([1], "The section is neither a text nor a list of titles."),
        ("Sea", "There is no section 'Sea'. There are: Law, Annex."),
        ("Annex  >  Sea", "There is no section 'Annex > Sea'. There are: Law, Annex."),
        # Part of a title is not its name, and the levels have an order.
        ("Prevent", "There is no section 'Prevent'. There are: Law, Annex."),
        ("Schools > Law", "There is no section 'Schools > Law'. There are: Law, Annex."),
        ("Sea > Schools", "There is no section 'Sea > Schools'. There are: Law, Annex."),
        ("Nothing yet", "There is no section 'Nothing yet'. There are: Law, Annex."),
        (
            "prevention",
            "Several sections are called 'prevention': Law > Prevention; Annex > Prevention. "
            "Name one of them.",
        ),
        (
            "Prevention > Schools",
            "Several sections are called 'Prevention > Schools': Law > Prevention > Schools; "
            "Annex > Prevention > Schools. Name one of them.",
        ),
    ],
)
def test_a_name_that_means_no_section_or_several_is_refused(law, name, message):
    with pytest.raises(QuestionError) as refused:
        find_section(law, name)
    assert str(refused.value) == message
