"""What the page of the report says of it to reference managers and search engines."""

import json
from copy import copy
from dataclasses import replace
from html.parser import HTMLParser

from pages.drawn import site_of

HOSTILE = """</script><script>alert(1)</script>"><meta name='x'> & \u2028 \x00"""


class Head(HTMLParser):
    """The meta elements of a page, its scripts by type, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.scripts: dict[str, str] = {}
        self.elements: list[str] = []
        self._script = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.elements.append(tag)
        if tag == "meta" and "name" in values:
            assert values["name"] not in self.metas
            self.metas[values["name"]] = values["content"]
        self._script = values.get("type", "none") if tag == "script" else ""

    def handle_endtag(self, tag):
        self._script = ""

    def handle_data(self, data):
        if self._script:
            self.scripts[self._script] = data


def head_with(assistant, **about) -> Head:
    shown = copy(assistant)
    shown.report = replace(assistant.report, about=replace(assistant.report.about, **about))
    return Head(site_of(shown).report.body.decode())


def test_reference_managers_find_the_report(client):
    metas = Head(client.get("/report").text).metas
    assert metas["citation_title"].startswith("Global Monitoring: status of action")
    assert metas["citation_technical_report_institution"] == "ECPAT International"
    assert (metas["citation_publication_date"], metas["citation_language"]) == ("2011", "en")
    assert (metas["DC.title"], metas["DC.creator"]) == (metas["citation_title"], "ECPAT International")
    assert metas["DC.coverage"] == "Cambodia"
    assert "only with permission" in metas["DC.rights"]
    assert "citation_pdf_url" not in metas


def test_search_engines_find_the_report(client):
    described = json.loads(Head(client.get("/report").text).scripts["application/ld+json"])
    assert (described["@context"], described["@type"]) == ("https://schema.org", "Report")
    assert described["publisher"] == {"@type": "Organization", "name": "ECPAT International"}
    assert (described["datePublished"], described["version"]) == ("2011", "2nd")
    assert "encoding" not in described


def test_the_policy_lets_the_description_stand_and_a_browser_reads_it(open_page):
    page = open_page("/report")  # which fails when the console complains
    text = page.locator("script[type='application/ld+json']").text_content()
    assert json.loads(text)["@type"] == "Report"


def test_the_address_of_the_pdf_is_told_where_it_is_known(assistant):
    head = head_with(assistant, pdf_url="https://example.org/a.pdf?x=1&y=2")
    assert head.metas["citation_pdf_url"] == "https://example.org/a.pdf?x=1&y=2"
    described = json.loads(head.scripts["application/ld+json"])
    assert described["encoding"]["contentUrl"] == "https://example.org/a.pdf?x=1&y=2"


def test_a_report_of_which_only_the_title_is_known(assistant):
    about = dict.fromkeys(("publisher", "year", "edition", "country", "rights"))
    head = head_with(assistant, **about, title="Boats")
    assert {name for name in head.metas if name.startswith(("citation", "DC"))} == {
        "citation_title", "citation_language", "DC.title", "DC.language",
    }  # fmt: skip
    assert set(json.loads(head.scripts["application/ld+json"])) == {
        "@context", "@type", "url", "name", "inLanguage",
    }  # fmt: skip


def test_hostile_words_stay_words(assistant):
    names = ("title", "publisher", "edition", "country", "rights", "language")
    plain = head_with(assistant, **dict.fromkeys(names, "x"))
    head = head_with(assistant, **dict.fromkeys(names, HOSTILE))
    assert head.elements == plain.elements
    shown = HOSTILE.replace("\x00", "")
    assert head.metas["citation_title"] == head.metas["DC.rights"] == shown
    described = json.loads(head.scripts["application/ld+json"])
    assert described["name"] == described["publisher"]["name"] == HOSTILE
