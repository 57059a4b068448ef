import time

import pytest

from a4a_qa.reading.endnotes import read_sources


def facts(text, year=2011):
    return [(s.kind, s.url, s.accessed, s.page) for s in read_sources(text, year)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A book, 2007.", [("publication", None, None, None)]),
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


def test_two_works_with_one_address():
    text = "A book, 2007.; An article. Accessed on 2 June 2010 from: http://a.org"
    assert facts(text) == [
        ("publication", None, None, None),
        ("web", "http://a.org", "2010-06-02", None),
    ]


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
    assert facts("http://a.org/(b)" + ")" * 200_000) == [("web", "http://a.org/(b)", None, None)]
    assert time.process_time() - started < 5
