"""Endnotes are grouped by the work that they name, however each of them spells it."""

import pytest

from a4a_qa.parsing.read import read_report
from a4a_qa.report.references import Reference, endnote_references, group_by_work
from a4a_qa.report.report import About, Endnote, Report
from a4a_qa.report.sources import read_sources
from growth import growth


def endnotes_of(report, start: str) -> list[tuple[int, ...]]:
    return [work.endnotes for work in group_by_work(report) if work.reference.title.startswith(start)]


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


def works_of(*notes):
    endnotes = tuple(
        Endnote(number, text, 0, 0, read_sources(text, 2011), None) for number, text in enumerate(notes, 1)
    )
    return group_by_work(Report(About(id="r", title="t"), "", (), (), (), (), endnotes))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Small words, titles, accents, case, punctuation and the cited page differ.
        ("The Law on Boats, 1999, p. 3.", "Law of boats 1999, pp. 7–8"),
        ("Dr Åse Lind’s “Atlas of Boats”", "Ase Lind's Atlas of Boats"),
        # The same address, whatever is said about it.
        ("An Atlas of Four Big Boats, http://a.org/x/", "Rivers and All Their Lakes, https://A.org/X"),
        ("Boat Club, http://a.org/x", "Sea Board, http://a.org/x"),
        ("Boat Club, http://www.a.org", "The Boat Club, www.a.org/"),
        # Four words are more than a name.
        ("Atlas of Four Big Boats, http://a.org/x", "Atlas of Four Big Boats, http://b.org/y"),
    ],
)
def test_two_notes_name_one_work(one, other):
    assert [work.endnotes for work in works_of(one, other)] == [(1, 2)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Law on Boats, 1999", "Boats on Law, 1999"),
        ("The Boats", "Boats and Mr Lind"),
        # Three words are a name: a publisher's two pages are two works.
        ("The Big Boat Club, http://a.org/x", "The Big Boat Club, http://a.org/y"),
        # A site's front page holds many works.
        ("Boat Club, http://a.org", "Sea Board, http://a.org"),
        ("Atlas of Four Big Boats, http://a.org/", "Rivers and All Their Lakes, http://a.org/"),
        # A page and its copy in an archive.
        (
            "An Atlas of Four Big Boats, http://b.org/http://a.org/x",
            "Rivers and Lakes of All, http://a.org/x",
        ),
        # Words that are skipped elsewhere are all that these have.
        ("The On", "Of An"),
    ],
)
def test_two_notes_name_two_works(one, other):
    assert [work.endnotes for work in works_of(one, other)] == [(1,), (2,)]


def test_a_note_with_the_words_of_one_and_the_address_of_another_joins_them():
    atlas, rivers = "Atlas of Four Big Boats", "Rivers and All Their Lakes"
    works = works_of(
        f"{atlas}, http://a.org/x",
        "Law on Schools, 1999",
        f"{rivers}, http://b.org/y; {rivers}, http://b.org/y, p. 9",
        f"{atlas}, http://b.org/y",
    )
    assert [work.endnotes for work in works] == [(1, 3, 4), (2,)]
    assert [work.reference.note for work in works] == ["Endnotes 1, 3, 4", "Endnote 2"]


def test_a_work_has_its_fullest_title_and_the_address_of_any_of_its_notes():
    [work] = works_of(
        "Boat Club, Atlas of Boats, 2007, p. 3. Accessed on 1 May 2009 from: http://a.org/x",
        "The Boat Club, The Atlas of the Boats, 2007, p. 9",
    )
    assert work.reference == Reference(
        key=f"r-{work.id}",
        kind="publication",
        title="The Boat Club, The Atlas of the Boats, 2007",
        year=2007,
        url="http://a.org/x",
        archived_url="https://web.archive.org/web/20090501/http://a.org/x",
        accessed="2009-05-01",
        note="Endnotes 1, 2",
    )
    # It is the same in every build, since pages of the service have it in their addresses.
    assert work.id == "w-9ae50c801b54"
    assert [work.id for work in works_of("The Law on Schools, 1999")] == ["w-2f11144ee248"]


def test_titles_in_other_scripts_are_different_works(tmp_path):
    report = read(tmp_path, "[^1]: ក្រសួងយុត្តិធម៌ ច្បាប់\n[^2]: Закон о защите")
    assert [work.endnotes for work in group_by_work(report)] == [(1,), (2,)]


def test_dots_in_an_endnote_take_no_time(tmp_path):
    few, many = (read(tmp_path, f"[^1]: A title{'.' * count} end\n[^2]: B") for count in (20_000, 80_000))
    # With the square of their number it would be 16 times as much.
    assert growth(group_by_work, few, many) < 8
