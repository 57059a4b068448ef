"""References to the report and to what its endnotes name."""

import pytest

from a4a_qa.report.references import (
    Reference,
    endnote_references,
    reference_text,
    report_reference,
    short_note,
)
from a4a_qa.report.report import About, Endnote, Pages
from a4a_qa.report.sources import read_sources


def test_a_note_in_short_has_its_works_without_addresses(report):
    assert short_note(report.endnote(80)) == (
        "Asia Foundation, Counter-trafficking in persons in Cambodia, accessed 2010-08-19"
    )
    assert not [
        note.number for note in report.endnotes if "http" in short_note(note) and len(note.text) > 120
    ]


ONE, MANY = Pages(3, 3, "iii", exact=True), Pages(16, 21, "16–21", exact=False)


@pytest.mark.parametrize(
    ("known", "section", "page", "text"),
    [
        ({"publisher": "P", "year": 2011, "edition": "2nd"}, ("Annex", "Law"), ONE,
         "P (2011). Title, 2nd ed. Annex, p. iii."),
        ({"publisher": "P", "year": 2011}, ("Annex",), MANY, "P (2011). Title. Annex, pp. 16–21."),
        ({"publisher": "P"}, (), ONE, "P. Title. p. iii."),
        ({"year": 2011}, ("Annex",), None, "(2011). Title. Annex."),
        ({}, (), None, "Title."),
        # What ends as a sentence does gets no full stop.
        ({"publisher": "P Inc.", "title": "Who cares?"}, ("Boats etc.",), None,
         "P Inc. Who cares? Boats etc."),
        ({"title": "Act now!"}, (), None, "Act now!"),
        ({"title": "Act now!", "edition": "3rd"}, ("Why?",), MANY, "Act now!, 3rd ed. Why?, pp. 16–21."),
    ],
)  # fmt: skip
def test_a_reference_leaves_out_what_is_unknown(known, section, page, text):
    assert reference_text(About(**{"id": "r", "title": "Title", **known}), section, page) == text


def test_the_report_itself_is_a_publication():
    about = About(id="r", title="T", publisher="P", year=2011, edition="2nd", country="Chad", rights="CC BY")
    assert report_reference(about) == Reference(
        key="r", kind="publication", title="T", year=2011, publisher="P", edition="2nd"
    )


def noted(text):
    return Endnote(7, text, 0, 0, read_sources(text, 2011), None)


def test_each_source_of_an_endnote_has_all_that_the_note_says_of_it():
    note = noted(
        "Source: Boat Club, Atlas of Boats, July 2007, pp. 12–14; direct communication with a keeper; "
        "Sea Board, “Rivers”, 2010, p. 5. Accessed on 2 June 2010 from: www.a.org/b."
    )
    assert endnote_references(note, About(id="r", title="T")) == (
        Reference(
            key="r-endnote-7-1",
            kind="publication",
            title="Boat Club, Atlas of Boats, July 2007",
            year=2007,
            page="12–14",
            note="Endnote 7",
        ),
        Reference(
            key="r-endnote-7-2",
            kind="communication",
            title="direct communication with a keeper",
            note="Endnote 7",
        ),
        Reference(
            key="r-endnote-7-3",
            kind="web",
            title="Sea Board, “Rivers”, 2010",
            year=2010,
            url="http://www.a.org/b",
            archived_url="https://web.archive.org/web/20100602/http://www.a.org/b",
            accessed="2010-06-02",
            page="5",
            note="Endnote 7",
        ),
    )
    assert short_note(note) == (
        "Boat Club, Atlas of Boats, July 2007, pp. 12–14; direct communication with a keeper; "
        "Sea Board, “Rivers”, 2010, p. 5, accessed 2010-06-02"
    )


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
def test_what_follows_a_source_titles_the_next_one(note, titles):
    assert [entry.title for entry in endnote_references(noted(note), About(id="r", title="T"))] == titles


@pytest.mark.parametrize(
    ("note", "titles"),
    [
        ("http://a.org/x", ["http://a.org/x"]),
        ("http://a.org/x; B, http://b.org/y", ["http://a.org/x", "B"]),
        (", http://a.org/x A title", ["A title"]),
        ("A. http://a.org/x; B, 2009; C X", ["A", "B, 2009", "C X"]),
        ("Ibid., p. 3", ["Ibid"]),
        ("p. 3", ["p. 3"]),
        ("http://a.org/x A title; B, 2009", ["A title", "B, 2009"]),
        ("http://a.org/x A title http://a.org/x", ["A title"]),
        ("http://a.org/x B, http://b.org/y", ["http://a.org/x", "B"]),
        ("A (see http://a.org/x).", ["A (see"]),
    ],
)
def test_an_endnote_without_words_on_its_source_is_called_by_what_it_has(note, titles):
    assert [one.title for one in endnote_references(noted(note), About(id="r", title="T"))] == titles


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Atlas, July 2010", 2010),
        ("Atlas 1899", None),
        ("Atlas, 2000-2007", None),
        ("Atlas, 2000 – 2007", None),
        ("Budget 2006/2007", None),
        ("Atlas 2010 of boats", None),
        ("Atlas 12010", None),
    ],
)
def test_a_year_at_the_end_dates_a_work(title, year):
    [reference] = endnote_references(noted(title), About(id="r", title="T"))
    assert (reference.title, reference.year) == (title, year)


def test_the_entries_of_an_endnote_are_numbered_where_there_are_several():
    about = About(id="r", title="T")
    assert [one.key for one in endnote_references(noted("A, 2009"), about)] == ["r-endnote-7"]
    assert [one.key for one in endnote_references(noted("A. http://a.org/x; B, 2009"), about)] == [
        "r-endnote-7-1", "r-endnote-7-2",
    ]  # fmt: skip
