"""Bibliographies in three formats, with reference managers' own parsers as a second opinion."""

import json

import bibtexparser
import pytest
import rispy

from a4a_qa.report.bibliography import FORMATS, to_bibtex, to_csl_json, to_ris
from a4a_qa.report.references import Reference, endnote_references, report_reference

BEES = Reference(
    key="bees-w-1",
    kind="publication",
    title="Bees & {wasps}: 50% of “all”",
    year=2009,
    url="http://a.org/x_{y}\\z",
    archived_url="https://web.archive.org/web/20100309/http://a.org/x",
    accessed="2010-03-09",
    page="16–21",
    publisher="Save_All & Co",
    edition="2nd",
    note="Endnotes 1, #2",
)
PAGE = Reference("k-1", "web", "A page")


def test_bibtex_has_a_field_for_all_that_is_known():
    assert (
        to_bibtex([BEES, PAGE])
        == r"""@book{bees-w-1,
  author = {{Save\_All \& Co}},
  title = {{Bees \& \{wasps\}: 50\% of “all”}},
  publisher = {Save\_All \& Co},
  edition = {2nd},
  year = {2009},
  url = {http://a.org/x_%7By%7D%5Cz},
  urldate = {2010-03-09},
  pages = {16–21},
  note = {Endnotes 1, \#2},
}

@misc{k-1,
  title = {{A page}},
}
"""
    )


def test_ris_has_a_line_for_all_that_is_known():
    assert to_ris([BEES, PAGE]).split("\r\n") == [
        "TY  - RPRT",
        "ID  - bees-w-1",
        "AU  - Save_All & Co",
        "TI  - Bees & {wasps}: 50% of “all”",
        "PB  - Save_All & Co",
        "ET  - 2nd",
        "PY  - 2009",
        "UR  - http://a.org/x_{y}\\z",
        "Y2  - 2010/03/09",
        "SP  - 16",
        "EP  - 21",
        "N1  - Endnotes 1, #2",
        "ER  - ",
        "TY  - ELEC",
        "ID  - k-1",
        "TI  - A page",
        "ER  - ",
        "",
    ]


def test_csl_json_has_a_value_for_all_that_is_known():
    text = to_csl_json([BEES, PAGE])
    assert json.loads(text) == [
        {
            "id": "bees-w-1",
            "type": "report",
            "author": [{"literal": "Save_All & Co"}],
            "title": "Bees & {wasps}: 50% of “all”",
            "publisher": "Save_All & Co",
            "edition": "2nd",
            "issued": {"date-parts": [[2009]]},
            "URL": "http://a.org/x_{y}\\z",
            "accessed": {"date-parts": [[2010, 3, 9]]},
            "page": "16–21",
            "note": "Endnotes 1, #2",
        },
        {"id": "k-1", "type": "webpage", "title": "A page"},
    ]
    # It can be read as it is: letters of all scripts, and a line for each value.
    assert '\n  "title": "Bees & {wasps}: 50% of “all”",\n' in text


@pytest.mark.parametrize(
    ("kind", "ris", "csl"),
    [
        ("web", "ELEC", "webpage"),
        ("communication", "PCOMM", "personal_communication"),
        ("publication", "RPRT", "report"),
    ],
)
def test_each_kind_of_source_has_a_type(kind, ris, csl):
    reference = Reference("k", kind, "A title")
    assert to_ris([reference]).startswith(f"TY  - {ris}\r\n")
    assert json.loads(to_csl_json([reference]))[0]["type"] == csl


def test_a_format_says_what_it_is_and_how_its_files_end():
    assert {name: (one.media_type, one.ending) for name, one in FORMATS.items()} == {
        "bibtex": ("application/x-bibtex", "bib"),
        "ris": ("application/x-research-info-systems", "ris"),
        "csl-json": ("application/vnd.citationstyles.csl+json", "json"),
    }
    assert [one.write([BEES]) for one in FORMATS.values()] == [
        to_bibtex([BEES]), to_ris([BEES]), to_csl_json([BEES]),
    ]  # fmt: skip


def all_references(report) -> list[Reference]:
    notes = [entry for note in report.endnotes for entry in endnote_references(note, report.about)]
    return [report_reference(report.about), *notes]


def test_bibtex_is_read_back(report):
    references = all_references(report)
    library = bibtexparser.parse_string(to_bibtex(references))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [reference.key for reference in references]
    fields = library.entries[0].fields_dict
    assert (fields["year"].value, fields["publisher"].value) == ("2011", "ECPAT International")
    assert fields["author"].value == "{ECPAT International}"
    assert "author" not in library.entries[1].fields_dict


def test_ris_is_read_back(report):
    references = all_references(report)
    entries = rispy.loads(to_ris(references).replace("\r\n", "\n"))
    assert [entry["title"] for entry in entries] == [reference.title for reference in references]
    assert entries[1]["urls"] == [references[1].url]
    assert entries[0]["authors"] == ["ECPAT International"]


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("16–21", {"start_page": "16", "end_page": "21"}),
        ("iv - vi", {"start_page": "iv", "end_page": "vi"}),
        ("7", {"start_page": "7"}),
        ("7, 9–12", {"start_page": "7, 9–12"}),
    ],
)
def test_ris_has_a_field_for_the_first_page_and_for_the_last(page, fields):
    [entry] = rispy.loads(to_ris([Reference("k", "publication", "A book", page=page)]).replace("\r\n", "\n"))
    assert {name: entry[name] for name in ("start_page", "end_page") if name in entry} == fields


def test_hostile_words_stay_words():
    reference = Reference(
        "k", "web", "100% {of} \\input & _x_ #1 ~ ^", url="http://x/{a}", note="a\r\nTY  - BOOK"
    )
    library = bibtexparser.parse_string(to_bibtex([reference]))
    assert len(library.entries) == 1
    assert not library.failed_blocks
    assert "\\input" not in to_bibtex([reference]).replace("\\textbackslash{}", "")
    assert to_ris([reference]).count("TY  - ") == 1
    assert len(rispy.loads(to_ris([reference]).replace("\r\n", "\n"))) == 1


@pytest.mark.parametrize("write", [to_bibtex, to_ris, to_csl_json])
def test_no_reference_holds_what_hides_words_or_turns_them_round(write):
    found = write([Reference("a", "publication", "A\x07 ‘re\u202eport’\x9b")])
    assert "A ‘report’" in found
    assert not {"\x07", "\u202e", "\x9b"} & set(found)
    assert "\\u0007" not in found
