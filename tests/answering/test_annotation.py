"""Citations as annotations of the Web Annotation Data Model, which find their quotes again."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from a4a_qa.answering.annotation import web_annotation
from a4a_qa.answering.answer import Answer
from a4a_qa.answering.cite import Citer
from a4a_qa.index.passages import PassageMap, cut_passages
from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import Report, Span
from a4a_qa.safeguarding.notices import Notices

TEXT = "Judges must be trained. Some are beaten with a \U0001f4d5 book. Police officers wear blue uniforms."


@pytest.fixture
def report(tmp_path) -> Report:
    (tmp_path / "report.md").write_text(f"# Schools\n\n{TEXT}\n", encoding="utf-8")
    return read_report(tmp_path / "report.md")


def citations(report: Report, closed: tuple[Span, ...] = ()) -> list[dict]:
    """A citation of each sentence, as programs get it."""
    citer = Citer(report, PassageMap(report, cut_passages(report)), Notices(report, closed))
    cited = tuple(citer.place(Span(s.start, s.end), at) for at, s in enumerate(report.sentences, 1))
    return Answer("?", "answered", "", cited, (), (), report.about, "a").to_dict()["citations"]


def selectors(annotation: dict) -> dict[str, dict]:
    return {one["type"]: one for one in annotation["target"]["selector"]}


def test_an_annotation_has_what_the_model_asks_for(report):
    made = [web_annotation(one, report) for one in citations(report)]
    for annotation, citation in zip(made, citations(report), strict=True):
        assert annotation["@context"] == "http://www.w3.org/ns/anno.jsonld"
        assert annotation["type"] == "Annotation"
        assert urlsplit(annotation["id"]).scheme == "urn"
        assert annotation["target"]["source"] == "/report"
        assert annotation["body"][0]["value"] == citation["reference"]
    assert len({annotation["id"] for annotation in made}) == 3


def test_its_quote_and_its_offsets_find_the_same_words(report):
    for citation in citations(report):
        found = selectors(web_annotation(citation, report))
        quote, place = found["TextQuoteSelector"], found["TextPositionSelector"]
        assert report.text[place["start"] : place["end"]] == quote["exact"] == citation["quote"]
        assert report.text.count(quote["prefix"] + quote["exact"] + quote["suffix"]) == 1
        assert report.text[: place["start"]].endswith(quote["prefix"])
        assert report.text[place["end"] :].startswith(quote["suffix"])


def test_it_is_the_same_each_time_and_another_in_another_report(report):
    other = replace(report, about=replace(report.about, id="another"))
    first, again, elsewhere = (
        web_annotation(citations(one)[0], one)["id"] for one in (report, report, other)
    )
    assert first == again != elsewhere


def test_of_what_is_closed_no_word_is_told(report):
    closed = (Span(report.sentences[1].start, report.sentences[1].end),)
    before, within, after = (selectors(web_annotation(c, report, closed)) for c in citations(report, closed))
    assert before["TextQuoteSelector"]["suffix"] == after["TextQuoteSelector"]["prefix"] == " "
    assert set(within) == {"TextPositionSelector"}
    [_, opened, _] = (web_annotation(c, report, closed, is_open=True) for c in citations(report, closed))
    assert selectors(opened)["TextQuoteSelector"]["exact"] == report.slice(report.sentences[1])
    assert {"purpose": "tagging", "value": "distressing"}.items() <= opened["body"][1].items()


def test_a_quote_that_is_closed_in_part_tells_nothing_of_the_rest(report):
    middle = report.sentences[1]
    closed = (Span(middle.start - 10, middle.end + 10),)
    citation = citations(report, closed)[1]
    quote = selectors(web_annotation(citation, report, closed, is_open=True))["TextQuoteSelector"]
    assert (quote["prefix"], quote["suffix"]) == ("", "")


def test_in_a_pdf_it_has_the_page(report):
    about = replace(report.about, pdf_url="https://example.org/a.pdf")
    printed = replace(report, about=about)
    page = {"first": 14, "last": 15, "label": "12–13", "exact": True}
    exact, rough = (
        web_annotation(citations(printed)[0] | {"page": page | {"exact": is_exact}}, printed)
        for is_exact in (True, False)
    )
    assert exact["target"]["source"] == "https://example.org/a.pdf"
    assert selectors(exact)["FragmentSelector"]["value"] == "page=14"
    assert "FragmentSelector" not in selectors(rough)
