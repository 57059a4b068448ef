"""What a report says about itself: covers, feet, front matter and declared data, all invented."""

import time
from dataclasses import replace

import pytest

from a4a_qa.parsing.about import Clues, complete, read_front_matter
from a4a_qa.parsing.cover import countries_in, organisation_in
from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import About

NOTHING = (None, None, None)


def about(clues, given=(), **known):
    return complete(About("x", **{"title": "scan-07", **known}), clues, given=given)


def read(tmp_path, text, toml=None):
    (tmp_path / "report.md").write_text(text, encoding="utf-8")
    if toml is not None:
        (tmp_path / "report.toml").write_text(toml, encoding="utf-8")
    return read_report(tmp_path).about


PROSE = [("Words of the first paragraph, as long as a line of prose is", 10)] * 9
# Lines with the size of their type, and title, publisher, year and country.
COVERS = [
    (
        [("UNICEF", 30), ("Safe at the well", 28), ("Water in Malawi", 16), ("Lilongwe, March 2018", 11)],
        ("Safe at the well", "UNICEF", 2018, None),
    ),
    (  # a name in two lines, only half of which is known
        [
            ("Office of the United Nations", 12), ("High Commissioner for Lighthouses", 12),
            ("Keeping the light", 26), ("in Kenya", 26), ("New York and Geneva, 2014", 10),
        ],
        ("Keeping the light in Kenya", None, 2014, "Kenya"),
    ),
    (
        [
            ("INVISIBLE HANDS", 40), ("Children who clean in Peru", 18), ("A report by Casa Watch", 12),
            ("Supported by the Ministry of Trade of Norway", 9), ("October 2019", 12),
        ],
        ("INVISIBLE HANDS", "Casa Watch", 2019, None),
    ),
    (
        [
            ("Republic of Ghana", 14), ("Ministry of Fish and", 14), ("Family Welfare", 14),
            ("National Plan for the Coast 2020–2030", 30), ("Accra", 12), ("12 May 2020", 12),
        ],
        ("National Plan for the Coast 2020–2030", "Ministry of Fish and Family Welfare", 2020, None),
    ),
    (
        [
            ("SUPREME COURT OF TUVALU", 16), ("Annual Report", 30), ("Judgments on the reef", 22),
            ("1 July 2015 – 30 June 2016", 14), ("Issued 3 November 2016", 10),
        ],
        ("Judgments on the reef", "SUPREME COURT OF TUVALU", 2016, None),
    ),
    (
        [
            ("House of Commons", 18), ("Transport Committee", 18), ("Buses after dark", 28),
            ("Third Report of Session 2016–17", 14),
            ("Ordered by the House of Commons to be printed on 9 January 2017", 9),
        ],
        ("Buses after dark", "House of Commons, Transport Committee", 2017, None),
    ),
    (
        [
            ("National Audit Office", 11), ("Report to the Committee on", 11),
            ("Accounts, House of Representatives", 11),
            ("ROADS", 36), ("Repairs Cost More Than Planned", 26), ("June 2011", 11),
        ],
        ("Repairs Cost More Than Planned", "National Audit Office", 2011, None),
    ),
    ([("Nepal", 30), ("Some progress", 14), *PROSE], ("Nepal", None, None, "Nepal")),
    (
        [("Kites and Winds", 28), ("Jane Doe", 14), ("The role of civil society", 14)],
        ("Kites and Winds", None, None, None),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("cover", "expected"), COVERS, ids=lambda value: value[0][0] or None)
def test_a_cover(cover, expected):
    found = about(Clues(cover=tuple(cover)))
    assert (found.title, found.publisher, found.year, found.country) == expected


def test_the_foot_of_the_pages_names_publisher_and_series():
    feet = ("12 Coast Watch International", "3 | 2014 Survey of Harbours")
    found = about(Clues(cover=(("Nepal", 30.0), ("Quays", 12.0)), feet=feet, created_year=2015))
    assert (found.title, found.publisher, found.year) == (
        "2014 Survey of Harbours: Nepal", "Coast Watch International", 2015,
    )  # fmt: skip
    assert found.origins == {
        "title": "the cover and the foot of the pages",
        "publisher": "the foot of the pages",
        "year": "the date of the file",
        "country": "the title",
    }


def test_what_report_toml_gives_always_wins():
    clues = Clues(
        title="Other", publisher="Other", date="1999", country="Chad", declared_in="the front matter"
    )
    known = about(
        clues, given={"title", "publisher", "year", "country"}, title="Own", publisher="Own", year=2011
    )
    assert (known.title, known.publisher, known.year, known.country) == ("Own", "Own", 2011, None)
    assert set(known.origins.values()) == {"report.toml"}


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - final v3.docx", "final_v3.pdf", "Untitled", "untitled-2", "R48469", "scan-07",
        "Report",
        "PowerPoint Presentation", "C:\\texts\\final", "Contents", "Another Report Altogether", "2014",
    ],
)  # fmt: skip
def test_a_declared_title_that_is_none(title):
    clues = Clues(title=title, cover=(("Boats and nets", 20.0), ("in three harbours", 20.0), ("2014", 9.0)))
    assert about(clues).title == "Boats and nets in three harbours"


def test_a_declared_title_goes_before_the_cover():
    clues = Clues(title="Boats and nets: a survey", cover=(("BOATS AND NETS", 20.0), ("a survey", 12.0)))
    assert about(clues).title == "Boats and nets: a survey"
    assert about(clues).origins["title"] == "the file's own data"


def test_a_declared_title_loses_the_name_of_its_site():
    clues = Clues(title="Boats and nets | Ministry of Tides", first_heading="Boats and nets")
    assert about(clues).title == "Boats and nets"


def test_without_any_clue_the_title_is_that_of_the_file():
    assert about(Clues(first_heading="1. Introduction")).title == "scan-07"


def test_contents_and_sections_after_the_cover_are_no_part_of_it():
    pages = [("QUAYS", 12.0), ("ii", 9.0), ("Contents", 20.0), ("Tides, floods and storms 3", 30.0)]
    assert about(Clues(cover=tuple(pages))).title == "QUAYS"


def test_a_memorandum_is_called_by_its_subject(tmp_path):
    text = "## M-1 MEMORANDUM FOR ALL\n### FROM: J. Doe\n### SUBJECT: Moorings\n\nMoor.\n\n## One\n\nA.\n"
    found = read(tmp_path, text)
    assert (found.title, found.origins["title"]) == ("Moorings", "the subject of the memorandum")


@pytest.mark.parametrize(
    ("line", "organisation"),
    [
        ("U.S. Department of Tides, Washington, D.C., March 2019", "U.S. Department of Tides"),
        ("Staff Report, Committee on Boats, Lake Senate", "Committee on Boats, Lake Senate"),
        ("Department of Docks • Bureau of Rivers, Human Rights and Labor",
         "Department of Docks, Bureau of Rivers, Human Rights and Labor"),
        ("Committee on Boats, Nets, and Docks, Oslo", "Committee on Boats, Nets, and Docks"),
        ("Fish and Boat Council of the United Nations", "Fish and Boat Council of the United Nations"),
        ("The Harbour Foundation (2nd Edition)", "The Harbour Foundation"),
        ("Published by the Centre for Kites", "Centre for Kites"),
        ("Jane Doe", None),
        ("Jane Doe, University of the Lakes", None),
        ("Report to the Committee on Boats", None),
        ("Prepared for the Ministry of Docks", None),
        ("With support from the European Union", None),
        ("In May the Ministry of Docks closed two harbours.", None),
        ("A Review of the Department of Docks", None),
        ("Trust in Government", None),
        ("Women and the Press", None),
        ("Local Government", None),
        ("Boats, Nets and International Trade", None),
    ],
)  # fmt: skip
def test_an_organisation_in_a_line(line, organisation):
    assert organisation_in(line) == organisation


def test_half_a_name_is_no_publisher_unless_the_whole_stands_elsewhere():
    for half in ("Harbours Government", "Harbour"):
        cover = ((half, 12.0), ("Accountability Office", 12.0), ("Quays", 30.0))
        assert about(Clues(cover=cover)).publisher is None
        whole = f"{half} Accountability Office"
        assert about(Clues(cover=cover, feet=(whole,))).publisher == whole


def test_names_one_below_the_other_are_one_publisher():
    cover = (("Ministry of Docks", 12.0), ("Bureau of Rivers", 12.0), ("Quays", 30.0))
    assert about(Clues(cover=cover)).publisher == "Ministry of Docks, Bureau of Rivers"
    partners = tuple((f"Ministry of {name}", 12.0) for name in ("Docks", "Boats", "Nets", "Tides"))
    assert about(Clues(cover=(*partners, ("Quays", 30.0)))).publisher is None


@pytest.mark.parametrize(
    ("author", "publisher"),
    [("Jane Doe", None), ("Office of Tides, http://tides.example", "Office of Tides")],
)
def test_an_author_publishes_only_where_it_is_an_organisation(author, publisher):
    assert about(Clues(author=author)).publisher == publisher


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Copyright © 2011, Harbour International (2nd Edition)", "Harbour International"),
        ("© Ministry of Docks 2014", None),
        ("Cover photo © Picture Agency", None),
        ("Published by Save Our Quays, Dover", "Save Our Quays"),
    ],
)
def test_the_imprint_on_the_last_page(line, publisher):
    assert about(Clues(back=(line,))).publisher == publisher


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("December 2014", 2014), ("April 21, 2016", 2016), ("Updated April 21, 2016", 2016),
        ("3rd June 1998", 1998),
        ("2016-08-08", 2016), ("Autumn 2012", 2012), ("© 2010–2015", 2015),
        ("Published in Accra in 2012", 2012),
        ("Dublin, 2003", 2003), ("1999", 1999), ("Version 2.0, March 2010", 2010),
        ("Findings of 2016", None), ("Report for the year ended 31 March 2012", None), ("2010–2011", None),
        ("1 January 2014 – 31 December 2015", None), ("Photo © Jane Doe 2009", None), ("January 2999", None),
        ("Conference held in Accra, 3 May 2011", None),
        ("In May 2014 the boats came back to the harbour", None),
        ("Annual Survey, 2012", None), ("Data as of March 2013", None),
    ],
)  # fmt: skip
def test_the_year_of_a_line_on_the_cover(line, year):
    assert about(Clues(cover=((line, 10.0),))).year == year


def test_dates_of_different_years_leave_the_year_open_unless_one_is_said_to_be_it():
    assert about(Clues(cover=(("March 2011", 10.0), ("May 2013", 10.0)), created_year=2013)).year is None
    assert about(Clues(cover=(("March 2011", 10.0), ("Revised May 2013", 10.0)))).year == 2013


def test_the_file_dates_the_report_only_where_the_report_speaks_of_that_time():
    clues = Clues(first_heading="Harbours in 1998", created_year=2010)
    assert about(clues).year is None
    assert about(replace(clues, first_heading="Findings of 2009")).year == 2010


@pytest.mark.parametrize(
    ("title", "year"),
    [("Boats in 2016", None), ("Boats, 2016", None), ("Boats (2016)", 2016), ("Boats, May 2016", 2016)],
)
def test_a_year_in_the_title_is_of_publication_only_at_its_end(title, year):
    assert about(Clues(first_heading=title)).year == year


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("SCHOOLS IN CAMBODIA", {"Cambodia"}), ("Roads of Papua New Guinea", {"Papua New Guinea"}),
        ("From Kenya to Nepal", {"Kenya", "Nepal"}), ("Nigeria's boats", {"Nigeria"}),
        ("Ferries in South Sudan", {"South Sudan"}),
        ("Rivers of New Mexico", set()), ("Latin America", set()), ("Kenyan schools", set()),
        ("Indiana", set()),
    ],
)  # fmt: skip
def test_countries_in_a_title(text, countries):
    assert countries_in(text) == countries


def test_a_country_comes_from_the_title_or_a_line_of_its_own():
    assert about(Clues(first_heading="Ferries in Chad and in Mali", front=("Chad",))).country is None
    assert about(Clues(front=("MALI",))).country == "Mali"
    assert about(Clues(front=("Ministry of Docks, Mali",))).country is None


def test_front_matter_completes_a_citation(tmp_path):
    found = read(
        tmp_path,
        '---\ntitle: "Boats: a survey"\nauthor: Harbour Foundation\ndate: 2014-05-03\n---\n\n# One\n\nA.\n',
    )
    assert (found.title, found.publisher, found.year) == ("Boats: a survey", "Harbour Foundation", 2014)
    assert set(found.origins.values()) == {"the front matter"}


def test_the_lines_below_the_first_heading_complete_a_citation(tmp_path):
    found = read(
        tmp_path,
        "# Ferries in Chad\n\nHarbour Foundation, Oslo, May 2014\n\n## Boats\n\nThey sank in 1999.\n",
    )
    assert (found.title, found.publisher, found.year, found.country) == (
        "Ferries in Chad", "Harbour Foundation", 2014, "Chad",
    )  # fmt: skip
    assert found.short() == {
        "id": found.id, "title": "Ferries in Chad", "publisher": "Harbour Foundation", "year": 2014,
        "edition": None,
    }  # fmt: skip


def test_report_toml_fills_one_field_and_the_file_the_others(tmp_path):
    found = read(tmp_path, "# Ferries\n\nMay 2014\n\n## Boats\n\nThey sank.\n", 'publisher = "We"\n')
    assert (found.title, found.publisher, found.year) == ("Ferries", "We", 2014)
    assert found.origins == {
        "title": "the first heading",
        "publisher": "report.toml",
        "year": "the first lines",
    }


@pytest.mark.parametrize(
    "text",
    [
        "title: A\n",
        "---\n\ntitle: A\n---\n",
        "---\ntitle: A\n",
        "---\ntitle: [A, B]\n---\n",
        "---\ntitle: |\n  A\n---\n",
    ],
)
def test_what_is_no_simple_front_matter(text):
    assert read_front_matter(text) == {}


def test_hostile_clues_take_no_time():
    long = "Ministry of " * 20_000 + "(" * 20_000
    clues = Clues(
        title=long, author=long, date="1" * 100_000, first_heading=long, cover=((long, 9.0),) * 5_000,
        feet=(long, "-" * 50_000) * 500, front=(long, "© " * 50_000) * 500, back=(long,) * 5_000,
    )  # fmt: skip
    started = time.process_time()
    about(clues)
    read_front_matter("---\n" + "a: b" * 100_000 + "\n" + "a:\n" * 100_000)
    assert time.process_time() - started < 2
