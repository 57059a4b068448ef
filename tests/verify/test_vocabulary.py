"""Which words of a report are names, what its people are called, and what its terms mean."""

import pytest

from a4a_qa.report.report import About, Block, Report, Span
from a4a_qa.verify.compare import Vocabulary
from a4a_qa.verify.words import Wording, words_in

HEADING, LINE = (
    "Anchoring",
    "Norwegians fish at Bergen. The Ministry fishes, and a ministry may, says the NSO.",
)
TERM = "NSO: Norwegian Sailing Organisation"


@pytest.fixture(scope="module")
def report():
    text = f"{LINE}\n{TERM}"
    blocks = (
        Block("paragraph", 0, len(LINE), (HEADING,), None),
        Block("glossary_entry", len(LINE) + 1, len(text), (), None),
    )
    about = About(
        "harbours-1999", "Harbours of the North", publisher="Lake Board", year=1999, country="Norway"
    )
    return Report(about, text, blocks=blocks, sections=(), sentences=(), note_marks=(), endnotes=())


@pytest.fixture(scope="module")
def vocabulary(report):
    return Vocabulary(report, Wording(report.text))


def test_names_are_written_with_a_capital_only(vocabulary):
    assert {"bergen", "nso", "norwegians"} <= vocabulary.names
    assert not {"ministry", "fish"} & vocabulary.names


def test_what_names_the_report_itself(vocabulary):
    assert {"harbours", "north", "lake", "board", "1999", "norway"} <= vocabulary.about


def test_a_place_is_read_with_its_heading_and_what_the_report_is(vocabulary):
    known = vocabulary.read_with(Span(0, 5), words_in("Boats sail."))
    assert {"boats", "anchoring", "harbours"} <= known
    assert "organisation" not in known


@pytest.mark.parametrize(
    ("evidence", "also"), [("The NSO sails.", "organisation"), ("A Norwegian sailing organization", "nso")]
)
def test_a_term_is_read_with_its_meaning_and_the_other_way_round(vocabulary, evidence, also):
    assert also in vocabulary.read_with(Span(0, 5), words_in(evidence))
