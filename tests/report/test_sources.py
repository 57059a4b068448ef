"""The sources that an endnote names: addresses with their dates of access, and works without one."""

import time

import pytest

from a4a_qa.report.sources import read_sources
from growth import growth


def facts(text, year=2011):
    return [(s.kind, s.url, s.accessed, s.page) for s in read_sources(text, year)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A book, 2007.", [("publication", None, None, None)]),
        ("A book, accessed on 2 June 2010.", [("publication", None, "2010-06-02", None)]),
        (
            "T, http://a.org; p. 5; accessed on 2 June 2010; B, 2009, p. 7; C, p. 8",
            [
                ("web", "http://a.org", "2010-06-02", "5"),
                ("publication", None, None, "7"),
                ("publication", None, None, "8"),
            ],
        ),
        ("Personal communication with X.", [("communication", None, None, None)]),
        (
            "T, p. 50. Accessed on 1 May 2010 from: http://a.org/b.",
            [("web", "http://a.org/b", "2010-05-01", "50")],
        ),
        ("T (http://a.org/b).", [("web", "http://a.org/b", None, None)]),
        ("T http://a.org/b_(c)", [("web", "http://a.org/b_(c)", None, None)]),
        ("T [online: http://a.org/b]", [("web", "http://a.org/b", None, None)]),
        ("T www.a.org and http://www.a.org.", [("web", "http://www.a.org", None, None)]),
        ("T www.a.org.", [("web", "http://www.a.org", None, None)]),
        ("T http://a.org/b.pdfPublisher", [("web", "http://a.org/b.pdf", None, None)]),
        ("T http://a.org/x and http://a.org/x", [("web", "http://a.org/x", None, None)]),
        ("Write to info@www.a.org", [("publication", None, None, None)]),
        ("Accessed on 31 February 2010 from: http://a.org", [("web", "http://a.org", None, None)]),
    ],
)
def test_sources(text, expected):
    assert facts(text) == expected


@pytest.mark.parametrize(
    ("printed", "address"),
    [
        # What closes the sentence, the quotation or the bracket around an address is no part of it.
        ("http://a.org/b.,;:'’", "http://a.org/b"),
        ("“http://a.org/b”", "http://a.org/b"),
        ("<http://a.org/b>", "http://a.org/b"),
        ("(http://a.org/b).", "http://a.org/b"),
        ("[(http://a.org/b.)];", "http://a.org/b"),
        ("{http://a.org/b},", "http://a.org/b"),
        ("(‘http://a.org/b,’),", "http://a.org/b"),
        ("http://a.org/b',)", "http://a.org/b"),
        ("http://a.org/b?", "http://a.org/b"),
        ("http://a.org/b!…", "http://a.org/b"),
        ("«http://a.org/b».", "http://a.org/b"),
        ("http://a.org/b，", "http://a.org/b"),
        ("http://a.org/b,\u200b", "http://a.org/b"),
        # Brackets that it opens itself are.
        ("http://a.org/b_(c)", "http://a.org/b_(c)"),
        ("(http://a.org/b_(c)).", "http://a.org/b_(c)"),
        ("[http://a.org/b[1]]", "http://a.org/b[1]"),
        ("http://a.org/b)c", "http://a.org/b)c"),
        ("(http://a.org/{b}),", "http://a.org/{b}"),
        ("http://a.org/b/", "http://a.org/b/"),
        ("http://a.org/b?c=1&d=2#e", "http://a.org/b?c=1&d=2#e"),
        # The next word was set without a space.
        ("http://a.org/b.aspxChildwise", "http://a.org/b.aspx"),
        ("http://a.org/b.htmlChildwise.", "http://a.org/b.html"),
        ("(http://a.org/b.htmlChildwise)", "http://a.org/b.html"),
        ("http://a.org/b.pdfX", "http://a.org/b.pdfX"),
        ("http://a.org/b.pdfs", "http://a.org/b.pdfs"),
        ("HTTPS://A.org/b", "HTTPS://A.org/b"),
        ("ftp://a.org/b", "ftp://a.org/b"),
        ("www2.a.org/b", "http://www2.a.org/b"),
    ],
)
def test_an_address_is_taken_without_what_was_printed_around_it(printed, address):
    assert facts(f"T {printed}") == [("web", address, None, None)]


@pytest.mark.parametrize("mark", [",", ";"])
def test_an_address_ends_where_the_next_words_were_set_without_a_space(mark):
    assert facts(f"T http://a.org/b{mark}http://c.org/d{mark}accessed on 2 June 2010")[:2] == [
        ("web", "http://a.org/b", None, None),
        ("web", "http://c.org/d", "2010-06-02", None),
    ]


def test_two_works_with_one_address():
    text = "A book, 2007.; An article. Accessed on 2 June 2010 from: http://a.org"
    assert facts(text) == [
        ("publication", None, None, None),
        ("web", "http://a.org", "2010-06-02", None),
    ]


WEB = "http://a.org/x.pdf"


@pytest.mark.parametrize(
    "after",
    [
        " (accessed 19 March 2010).",
        ", accessed on 19 March 2010.",
        ". Accessed on 19 March 2010.",
        " [last accessed 19 March 2010]",
        "; accessed on 19 March 2010.",
        " (PDF), accessed on 19 March 2010",
    ],
)
def test_a_date_of_access_after_an_address_is_its_own(after):
    assert facts(f"T, {WEB}{after}") == [("web", WEB, "2010-03-19", None)]
    assert facts(f"T, {WEB}{after}; B, http://b.org") == [
        ("web", WEB, "2010-03-19", None), ("web", "http://b.org", None, None),
    ]  # fmt: skip
    assert (
        read_sources(f"T, {WEB}{after}", 2011)[0].archived_url
        == f"https://web.archive.org/web/20100319/{WEB}"
    )


def test_a_date_of_access_between_two_addresses_belongs_to_the_one_that_it_stands_at():
    one, other = ("web", WEB, None, None), ("web", "http://b.org", None, None)
    dated = ("web", WEB, "2010-03-19", None), ("web", "http://b.org", "2010-03-19", None)
    assert facts(f"T {WEB}. Accessed on 19 March 2010. B, http://b.org") == [dated[0], other]
    assert facts(f"T {WEB}. Accessed on 19 March 2010 from: http://b.org") == [one, dated[1]]
    assert facts(f"T {WEB}, accessed on 19 March 2010 from B: http://b.org") == [one, dated[1]]
    assert facts(f"T {WEB}, B. Accessed on 19 March 2010: http://b.org") == [one, dated[1]]


@pytest.mark.parametrize(
    "rest", ["UNICEF, State of the World, 2009, p. 12.", "UNICEF, State of the World, 2009, p. 12; ."]
)
def test_a_work_after_the_last_address_is_a_source(rest):
    assert facts(f"T, p. 5. {WEB}; {rest}") == [("web", WEB, None, "5"), ("publication", None, None, "12")]


@pytest.mark.parametrize("scrap", [".", ")", "; .", "; ).", ";", " ;;"])
def test_scraps_after_an_address_are_no_source(scrap):
    assert facts(f"T, {WEB}{scrap}") == [("web", WEB, None, None)]


@pytest.mark.parametrize("after", [", p. 12.", "; p. 12.", " (adapted from The Daily, p. 12)"])
def test_a_page_after_an_address_is_one_of_its_own(after):
    assert facts(f"T, {WEB}{after}") == [("web", WEB, None, "12")]


def test_a_communication_after_an_address_is_one():
    assert facts(f"T, {WEB}; direct communication with X.")[1][0] == "communication"


def test_the_time_for_an_endnote_grows_as_its_sources_do():
    def note(count):
        return "A book, 2007; http://a.org/x, accessed on 1 May 2009; p. 5; " * count

    assert growth(lambda text: read_sources(text, 2011), note(500), note(1_000)) < 3


@pytest.mark.parametrize(
    ("text", "year", "archived"),
    [
        ("Accessed on 2 June 2010: http://a.org", 2011, "https://web.archive.org/web/20100602/http://a.org"),
        ("http://a.org", 2011, "https://web.archive.org/web/2011/http://a.org"),
        ("http://a.org", None, None),
        ("ftp://a.org", 2011, None),
    ],
)
def test_archived_address(text, year, archived):
    assert read_sources(text, year)[0].archived_url == archived


def test_an_address_that_ends_in_many_brackets_is_read_in_time():
    started = time.process_time()
    assert facts("http://a.org/(b)" + ")" * 50_000) == [("web", "http://a.org/(b)", None, None)]
    assert time.process_time() - started < 2
