"""The names in a question, and whether a text speaks of others in their place."""

import pytest

from a4a_qa.answering.named import absent_countries, full_names, missing_names, named_in_full, other_places
from a4a_qa.report import About, Block, Report

REPORT = "Boats lie in Port Anna and in Port Bela. Ruritania has a fleet. It is in Tier 2."


@pytest.mark.parametrize(
    ("question", "text", "places"),
    [
        ("How many boats lie in Port Anna?", "Ten lie in Port Bela.", ("Port Anna",)),
        ("How many boats lie in Port Anna?", "Ten lie in Port Anna, and two in Port Bela.", ()),
        ("How many boats lie in Port Anna?", "Ten lie here.", ()),
        ("How many boats lie in Port Anna?", "Ten lie in Ruritania.", ()),  # which Port Anna is in
        ("How many boats lie in Port Cora?", "Ten lie in Port Bela.", ()),  # the report knows no such place
        ("Why is it in Port Anna?", "It is in Tier 2.", ()),
        ("How many lie in Ruritania?", "Ten lie in Port Bela.", ()),
    ],
)
def test_a_place_in_whose_place_another_is_told_of(question, text, places):
    assert other_places(question, text, REPORT, "The Fleet of Ruritania") == places


def test_whole_names_that_a_text_lacks():
    question = "Who paid in Port Anna for the Northern Youth Forum of Port Bela?"
    assert missing_names(question, "The Northern Youth Forum met in Port Bela.") == ("Port Anna",)


def test_acronyms_are_explained_in_the_list_of_them_and_behind_full_names():
    entry = "PSB: Pact on Safe Boats (PSB)"
    text = f"{entry}\n\nThe new Harbour Council for Youth (HCY) and the Pact (Ana) met (PSB)."
    blocks = (
        Block("glossary_entry", 0, len(entry), (), None),
        Block("paragraph", len(entry) + 2, len(text), (), None),
    )
    report = Report(
        About("hand", "By hand"),
        text,
        sections=(),
        blocks=blocks,
        sentences=(),
        note_marks=(),
        endnotes=(),
    )
    assert full_names(report) == {"PSB": "Pact on Safe Boats", "HCY": "Harbour Council for Youth"}


def test_an_acronym_is_named_by_all_words_of_its_full_name():
    full = {"PSB": "Pact on Safe Boats", "HC": "Harbour"}
    assert named_in_full("Who signed the PSB?", "a pact for safer boats, safe as a boat", full) == ["PSB"]
    assert named_in_full("Who signed the PSB?", "a pact on boats", full) == []
    assert named_in_full("Who signed the OP-PSB?", "a pact for safe boats", full) == []
    assert named_in_full("Who leads the HC?", "in the harbour", full) == []


@pytest.mark.parametrize(
    ("question", "report", "absent"),
    [
        ("Is it a problem in Peru?", REPORT, ("Peru",)),
        ("is it a problem in peru or in south africa?", REPORT, ("Peru", "South Africa")),
        ("Is it a problem in Peru?", "Peruvians travel.", ()),
        ("Who comes from Burma?", "Some come from Myanmar.", ()),
        ("Who comes from the United States?", "Some come from the US.", ()),
        ("Who wrote Peru’s report?", REPORT, ()),  # nothing is asked of it
        ("What came to Ruritania?", REPORT, ()),
        ("Who came from İtaly?", REPORT, ()),
        ("Who came from Chile?", "Children came.", ("Chile",)),
    ],
)
def test_a_country_that_the_report_never_names_is_told(question, report, absent):
    assert absent_countries(question, report) == absent
