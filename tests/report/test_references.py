"""References and the works that endnotes name, with reference managers' own parsers as a second opinion."""

import json
from dataclasses import replace

import bibtexparser
import pytest
import rispy

from a4a_qa.parsing.read import read_report
from a4a_qa.report.bibliography import to_bibtex, to_csl_json, to_ris
from a4a_qa.report.references import (
    Reference,
    endnote_references,
    reference_text,
    report_reference,
    short_note,
)
from a4a_qa.report.report import About, Pages
from a4a_qa.report.sources import read_sources
from a4a_qa.report.works import group_by_work
from growth import growth


def endnotes_of(report, start: str) -> list[tuple[int, ...]]:
    return [work.endnotes for work in group_by_work(report) if work.reference.title.startswith(start)]


def test_a_note_in_short_has_its_works_without_addresses(report):
    assert short_note(report.endnote(80)) == (
        "Asia Foundation, Counter-trafficking in persons in Cambodia, accessed 2010-08-19"
    )
    assert not [
        note.number for note in report.endnotes if "http" in short_note(note) and len(note.text) > 120
    ]


def test_every_source_of_every_endnote_belongs_to_one_work(report):
    works = group_by_work(report)
    assert {number for work in works for number in work.endnotes} == set(range(1, 165))
    assert len({work.id for work in works}) == len(works)


@pytest.mark.parametrize(
    ("start", "numbers"),
    [
        ("ECPAT International, “Cambodia Progress Card”", (28, 32, 34, 113, 119, 120, 137)),
        ("Dr Frederic Thomas Leigh Matthews", (24, 38, 46, 47, 48)),
        (
            "Royal Government of Cambodia, 2nd and 3rd Report",
            (72, 73, 76, 77, 84, 96, 99, 112, 116, 118, 136, 138, 139, 144, 148, 151, 155, 157),
        ),
        ("The Protection Project", (18, 19, 20, 26, 49, 50, 53, 124, 158)),
        ("Khmer Nz News", (21, 22, 27)),
    ],
)
def test_spellings_of_a_work_are_one(report, start, numbers):
    assert endnotes_of(report, start) == [numbers]


def test_a_publishers_name_alone_makes_no_work(report):
    assert endnotes_of(report, "ECPAT Cambodia") == [(126,), (127,)]


def test_small_report(small_file):
    works = group_by_work(read_report(small_file))
    assert [(work.reference.title, work.endnotes) for work in works] == [
        ("Ministry of Health, Shelters", (1, 2)),
        ("Law on Schools, 1999", (3,)),
        ("Direct communication with a teacher", (4,)),
        ("The Uniform", (5,)),
    ]
    assert works[1].reference.year == 1999
    assert works[0].reference.note == "Endnotes 1, 2"


def test_an_endnote_with_two_sources_has_two_references(report):
    first, second = endnote_references(report.endnote(50), report.about)
    assert (first.kind, first.year, first.key) == ("publication", 2007, "cambodia-2011-endnote-50-1")
    assert second.title == "Adam Piore Cambodia Gets Tough on Child Sex Trade"
    assert second.accessed == "2010-03-19"


@pytest.mark.parametrize(
    ("note", "titles"),
    [
        (
            "A, Book. http://a.org/x accessed on 1 May 2009; B, Paper. http://b.org/y",
            ["A, Book", "B, Paper"],
        ),
        (
            "C, Atlas. http://c.org/x; State of the Harbours, 2009, p. 12.",
            ["C, Atlas", "State of the Harbours, 2009"],
        ),
        (
            "A, Book. http://a.org/x. Accessed on 1 May 2009. B, Paper. http://b.org/y",
            ["A, Book", "B, Paper"],
        ),
        (
            "A, Book. http://a.org/x (accessed on 1 May 2009). B, http://b.org/y, accessed on 2 May 2009. "
            "C. Accessed on 3 May 2009 from: http://c.org/z",
            ["A, Book", "B", "C"],
        ),
        (
            "A, Book. http://a.org/x, accessed on 1 May 2009 from: http://b.org/y",
            ["A, Book", "http://b.org/y"],
        ),
    ],
)
def test_what_follows_a_source_titles_the_next_one(report, note, titles):
    endnote = replace(report.endnotes[0], text=note, sources=read_sources(note, 2011))
    assert [entry.title for entry in endnote_references(endnote, report.about)] == titles


def test_an_address_before_its_title(report):
    [reference] = endnote_references(report.endnote(128), report.about)
    assert reference.title == "Ministers differ on Internet controls"


def test_the_last_years_of_a_span_do_not_date_a_work(report):
    [reference] = endnote_references(report.endnote(96), report.about)
    assert reference.title.endswith("2000 – 2007")
    assert reference.year is None


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


def test_csl_json_has_dates_as_parts(report):
    entries = json.loads(to_csl_json(all_references(report)))
    assert entries[1]["accessed"] == {"date-parts": [[2010, 3, 19]]}
    assert entries[0]["issued"] == {"date-parts": [[2011]]}
    assert entries[0]["author"] == [{"literal": "ECPAT International"}]


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


def read(tmp_path, endnotes):
    (tmp_path / "report.md").write_text(f"# One\n\nA.[^1] B.[^2]\n\n{endnotes}\n", encoding="utf-8")
    return read_report(tmp_path)


def test_an_address_that_is_printed_with_and_without_its_scheme_is_one_source(tmp_path):
    report = read(
        tmp_path,
        "[^1]: Child site, www.x.org/a, also http://www.x.org/a.\n[^2]: See www.x.org and http://www.x.org/b",
    )
    first, second = report.endnotes
    assert [r.title for r in endnote_references(first, report.about)] == ["Child site"]
    assert [r.title for r in endnote_references(second, report.about)] == ["See", "and"]
    assert len(group_by_work(report)) == 3


def test_titles_in_other_scripts_are_different_works(tmp_path):
    report = read(tmp_path, "[^1]: ក្រសួងយុត្តិធម៌ ច្បាប់\n[^2]: Закон о защите")
    assert [work.endnotes for work in group_by_work(report)] == [(1,), (2,)]


def test_dots_in_an_endnote_take_no_time(tmp_path):
    few, many = (read(tmp_path, f"[^1]: A title{'.' * count} end\n[^2]: B") for count in (20_000, 80_000))
    # With the square of their number it would be 16 times as much.
    assert growth(group_by_work, few, many) < 8


def test_a_page_without_a_section_is_called_one():
    about = About(id="r", title="Title", publisher="P", year=2011)
    assert reference_text(about, (), Pages(3, 3, "3", exact=True)) == "P (2011). Title. p. 3."


@pytest.mark.parametrize("write", [to_bibtex, to_ris, to_csl_json])
def test_no_reference_holds_what_hides_words_or_turns_them_round(write):
    found = write([Reference("a", "publication", "A\x07 ‘re\u202eport’\x9b")])
    assert "A ‘report’" in found
    assert not {"\x07", "\u202e", "\x9b"} & set(found)
    assert "\\u0007" not in found
