"""Help, and what is shown with care: drawn whenever it is in an answer."""

import re

import pytest

from a4a_qa.report.ids import sentence_ids
from a4a_qa.report.report import Span
from a4a_qa.safeguarding.help_texts import help_texts
from a4a_qa.service.pages.rendering import direct_address
from pages.conftest import ANSWERED
from pages.drawn import CARD, declined, drawn, page_of, site_of, support, with_notices


def test_support_shows_help_first_and_asks_again_about_the_report(assistant):
    page = support(assistant)
    assert page.index(CARD["text"]) < page.index("I was asking about the report")
    assert page.index("I was asking about the report") < page.index("Parts of the report near")
    assert 'name="about_report" value="yes"' in page
    assert '<a href="https://help.example.org/" rel="noreferrer" target="_blank">A helpline<' in page
    assert '<a class="direct" href="tel:116111">116 111</a>' in page
    assert "checked on 2026-03-31" in page
    assert 'action="/feedback"' not in page


def test_declined_shows_its_text_and_help_and_no_passage(assistant):
    page = declined(assistant)
    assert page.index("We cannot help with this.") < page.index(CARD["text"])
    assert "<blockquote" not in page
    assert "I was asking about the report" not in page


def test_distressing_words_stay_closed_until_opened(assistant):
    noticed = with_notices(assistant, "distressing")
    page = page_of(assistant, **noticed)
    with_copies = page.count("<blockquote") + len(noticed["citations"])
    assert page.count('<details class="closed">') == with_copies, (
        "each quote, and the copies of each citation"
    )
    outside = re.sub(r'<details class="closed">.*?</details>', "", page, flags=re.DOTALL)
    assert "Campaigns were conducted" not in outside


def test_a_distressing_part_stays_closed_in_the_report_and_among_the_sources(assistant):
    [sentence] = assistant.report.sentences_on(86)
    site = site_of(assistant, closed=(Span(sentence.start, sentence.start + 5),))
    for kept in (site.report, site.sources):
        page = kept.body.decode()
        assert page.count('<details class="closed">') == 1
        outside = re.sub(r'<details class="closed">.*?</details>', "", page, flags=re.DOTALL)
        assert "Campaigns were conducted in 5 provinces" not in outside


def test_the_cells_of_a_row_stand_below_the_heads_of_their_columns(assistant):
    page = drawn(assistant, assistant.ask("When did Cambodia report on the OPSC?").to_dict())
    quotes = page[: page.index('<ol class="sources">')]
    assert "<dt>Date of Ratification/ Accession</dt><dd>2005</dd><dt>Date of submitted Report</dt>" in quotes
    assert "<dt>Reservations</dt>" not in page, "an empty cell is left out"
    assert 'class="context"' not in quotes, "the heads stand above the cells"
    assert "<dd><mark>2005</mark></dd>" in page, "in the passage the row is marked"


def test_what_is_likely_more_than_was_asked_stands_below_words_that_say_so(assistant):
    answer = assistant.ask(ANSWERED).to_dict()
    cited = answer["citations"][0]
    assert "See also" not in page_of(assistant, citations=[cited])
    notices = {2: [], 3: ["see_also"], 4: ["see_also"]}
    page = page_of(
        assistant,
        citations=[cited, *(cited | {"marker": n, "notices": told} for n, told in notices.items())],
    )
    assert page.count("See also") == 1
    assert page.index('-source-2"') < page.index("See also") < page.index('-source-3"')


def test_the_items_of_a_list_are_apart(assistant):
    answer = assistant.ask("List the recommendations on protection").to_dict()
    page = drawn(assistant, answer)
    for citation in answer["citations"]:
        first, *_, last = citation["quote"].replace('"', "&#34;").split("\n\n")
        assert f"<p>“{first}" in page
        assert f"{last}”</p>" in page


@pytest.mark.parametrize("kind", ["table_row", "glossary_entry"])
def test_a_distressing_row_or_entry_stays_closed_in_the_report(assistant, kind):
    block = next(block for block in assistant.report.blocks if block.kind == kind and block.retrieved)
    page = site_of(assistant, closed=(Span(block.start, block.start + 5),)).report.body.decode()
    outside = re.sub(r'<details class="closed">.*?</details>', "", page, flags=re.DOTALL)
    [sentence] = assistant.report.sentences_in(block.start, block.end)
    anchor = sentence_ids(assistant.report)[assistant.report.sentences.index(sentence)]
    assert page.count(f'data-place="{anchor}"') == 1
    assert f'data-place="{anchor}"' not in outside


def test_what_the_index_marks_is_closed_without_being_asked_for(assistant):
    assert assistant.distressing
    for kept in (site_of(assistant).report, site_of(assistant).sources):
        assert '<details class="closed">' in kept.body.decode()


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("+855 (23) 123-456", "tel:+85523123456"),
        ("help@line.example.org", "mailto:help@line.example.org"),
        ("116 111 or 116 000", None),
        ("javascript:alert(1)", None),
        ("a@b?subject=x", None),
        ("", None),
    ],
)
def test_a_contact_that_was_checked_can_be_tapped(value, address):
    assert direct_address(value) == address


def test_a_number_in_a_quote_cannot_be_tapped(assistant):
    page = page_of(assistant, **with_notices(assistant, "contact_2011"))
    assert "tel:" not in page + site_of(assistant).report.body.decode()


def test_contact_details_in_a_passage_are_dated_and_no_links(assistant):
    page = page_of(assistant, **with_notices(assistant, "contact_2011"))
    assert "Contact details in this part are from 2011 and may no longer work." in page


def test_addresses_of_the_report_are_no_links_but_for_its_endnotes(assistant):
    page = site_of(assistant).report.body.decode()
    text = page[page.index("<article") : page.index('id="endnotes"')]
    assert "info@ecpat.net" in text
    assert not re.findall(r'href="(?!#)', text)


def test_a_source_that_is_no_address_of_the_web_is_no_link(assistant):
    source = {"url": "javascript:alert(1)", "archived_url": "javascript:alert(2)", "accessed": None}
    note = {"number": 86, "text": "<b>x</b>", "sources": [source | {"page": None, "kind": "web"}]}
    page = page_of(assistant, endnotes=[note])
    assert "javascript:" not in page
    assert "<b>x</b>" not in page


def test_the_way_back_to_the_report_is_a_paragraph_of_its_own(open_page, assistant):
    page = open_page("/accessibility")
    words = help_texts()["status"]["declined"]
    html = page_of(
        assistant, status="declined", text=words, help=CARD, citations=[], endnotes=[], passages=[]
    )
    page.route("**/drawn", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/drawn")
    shown = page.locator(".refusal").inner_text().split("\n\n")
    assert len(shown) == 2
    assert shown[1].startswith("If you were asking about the report")
