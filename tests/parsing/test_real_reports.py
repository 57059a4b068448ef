"""Published reports and the targets for parsing them; each is parsed once.

Their texts are not part of the project: without the folder that A4A_QA_REPORTS names these tests are skipped.
"""

import json
from functools import cache

import pytest

from a4a_qa.evaluation.parse_numbers import compare_numbers
from a4a_qa.evaluation.parse_quality import (
    LEAST_ARRIVED,
    LEAST_HEADINGS,
    LEAST_PAIRED,
    MOST_SHORT,
    ParseQuality,
    fixtures,
    measure,
    real_reports,
)
from a4a_qa.parsing.read import read_report
from a4a_qa.report.catalogue import VARIABLE, reports_folder
from conftest import ROOT

REAL = {report.id: report for report in real_reports(ROOT, reports_folder(ROOT))}
REPORTS = {**REAL, **{report.id: report for report in fixtures(ROOT)}}
# Headings and notes of these were read by a person.
WITH_TRUTH = ("crs-seafood-import-2026", "rdr-accountability-2015", "swaziland-child-labor-2016")
# What `in_order` says of a report whose parts all stand where they do in its text layer is above this.
LEAST_IN_ORDER = 0.9


@cache
def measured(name: str) -> ParseQuality:
    return measure(REPORTS[name])


@pytest.fixture
def row(request) -> ParseQuality:
    """The row of the report that the test is asked for."""
    name = request.param
    if name in REAL and not reports_folder(ROOT).is_dir():
        pytest.skip(f"The real reports are not here: set {VARIABLE} to their folder (training/reports.toml).")
    return measured(name)


every_report = pytest.mark.parametrize("row", list(REPORTS), indirect=True)


@every_report
def test_notes_have_both_a_mark_and_a_text(row):
    assert row.paired_share >= LEAST_PAIRED


@every_report
def test_the_words_of_the_file_arrive(row):
    assert row.arrived >= LEAST_ARRIVED


@every_report
def test_they_arrive_in_order(row):
    assert row.in_order >= LEAST_IN_ORDER


@every_report
def test_no_sentence_is_endless(row):
    assert row.long_sentences == 0


@every_report
def test_hardly_a_sentence_is_a_shred(row):
    assert row.short_sentences < MOST_SHORT


@pytest.mark.parametrize("row", WITH_TRUTH, indirect=True)
def test_headings_are_those_that_a_person_found(row):
    assert row.against["heading_recall"] >= LEAST_HEADINGS
    assert row.against["heading_precision"] >= LEAST_HEADINGS


@pytest.mark.parametrize("row", WITH_TRUTH, indirect=True)
def test_notes_and_marks_are_those_that_a_person_found(row):
    assert row.against["note_texts"] >= LEAST_PAIRED
    assert row.against["marks_placed"] >= LEAST_PAIRED


@pytest.mark.parametrize("row", ["cambodia-2011", "report-layout-a"], indirect=True)
def test_all_notes_of_the_first_report_are_paired(row):
    assert (row.notes, row.paired) == (164, 164)


# The most numbers that a file may lose: those of the scorecard, which are not all understood yet.
CARD = json.loads((ROOT / "eval/scorecards/parsing.json").read_text(encoding="utf-8"))


@every_report
def test_the_numbers_of_the_file_arrive(row, request):
    name = request.node.callspec.params["row"]
    assert row.numbers == CARD[name]["numbers"]
    assert row.numbers_lost <= CARD[name]["numbers_lost"]
    assert row.numbers_unread <= CARD[name]["numbers_unread"]


# Files that the parser may be built on, in the folder beside that of the reports: numbers lost, and unread on
# pages of which the report says so.
BUILDING = {
    "cncf-threat-modeling": (0, 0),
    "dp3t-impact-assessment": (1, 11),
    "dp3t-white-paper": (0, 0),
    "fedramp-oscal-guide": (0, 995),
    "gift-surplus-v-state": (0, 0),
    "okfn-eu-money": (2, 0),
    "okfn-what-counts": (12, 6),
    "openchain-spec-2": (0, 0),
    "owasp-asvs-5": (3, 0),
    "rdr-index-2019": (0, 0),
    "usgs-gps-noise": (26, 1717),
    "usgs-voc-methods": (29, 46),
}


@pytest.mark.parametrize("name", BUILDING)
def test_the_numbers_of_files_to_build_on_arrive(name):
    file = reports_folder(ROOT).parent / "reading" / name / "report.pdf"
    if not file.is_file():
        pytest.skip(f"{file} is not here.")
    numbers = compare_numbers(file, read_report(file, anyway=True))
    lost, unread = BUILDING[name]
    assert (len(numbers.lost) <= lost, len(numbers.unread) <= unread) == (True, True)
