"""A link into what stays closed leads to its closed part, in view and marked, for the reader to open."""

import re

import pytest
from playwright.sync_api import expect

from a4a_qa.report.references import group_by_work
from a4a_qa.report.report import Span
from a4a_qa.service.pages.site import Form, Turn
from axe import assert_axe_finds_nothing_in_any_look
from pages.conftest import ANSWERED, WITH_AND_WITHOUT, background
from pages.drawn import page_of, site_of, with_notices


def test_no_fragment_leads_into_what_is_closed(assistant):
    site = site_of(assistant, closed=(Span(0, len(assistant.report.text)),))
    answer = page_of(assistant, **with_notices(assistant, "distressing"))
    for page in (site.report.body.decode(), site.sources.body.decode(), answer):
        closed = re.findall(r'<details class="closed">.*?</details>', page, re.DOTALL)
        assert closed
        assert not re.findall(r"\sid=", "".join(closed))


def test_what_is_closed_keeps_an_anchor_for_each_place_in_it(assistant):
    def ids(site):
        return sorted(re.findall(r'\sid="([^"]+)"', site.report.body.decode()))

    everywhere = (Span(0, len(assistant.report.text)),)
    assert ids(site_of(assistant, closed=everywhere)) == ids(site_of(assistant, closed=()))


def test_no_link_names_words_of_a_block_that_is_closed(assistant):
    # A browser opens what the words of an address lead into, even where the sentence itself is a plain one.
    [plain] = assistant.report.sentences_on(86)
    block = assistant.report.block_at(plain.start)
    first = assistant.report.sentences_in(block.start, block.end)[0]
    assert first != plain
    answer = assistant.ask(ANSWERED).to_dict()
    assert answer["citations"][0]["start"] == plain.start
    link = f'href="{answer["citations"][0]["url"]}" data-text-fragment="'
    for closed, named in (((), True), ((Span(first.start, first.end),), False)):
        site = site_of(assistant, closed=closed)
        page = site.ask(Form(), [Turn(ANSWERED, answer=answer)])
        assert f"{link}:~:text=" in page if named else f'{link}"' in page


@WITH_AND_WITHOUT
@pytest.mark.parametrize("place", ["passage", "sentence", "mark"])
def test_a_link_leads_to_what_is_closed_and_leaves_it_closed(open_page, assistant, place, scripts):
    [sentence] = assistant.report.sentences_on(23)
    position = assistant.report.position_of(sentence)
    passages = assistant.citer.passage_map
    anchor = {
        "passage": passages.passages[passages.passage_of(position)].id,
        "sentence": assistant.citer.sentence_ids[position],
        "mark": "mark-23",
    }[place]
    page = open_page("/report", java_script_enabled=scripts)
    resting = page.locator("details.closed").first.locator("summary")
    before = background(resting)
    page.goto(f"/report#{anchor}")
    part = page.locator(":has(> .p:target) > details.closed")
    expect(page.locator("details.closed[open]")).to_have_count(0)
    expect(part.locator("summary")).to_be_in_viewport()
    assert background(part.locator("summary")) != before
    page.keyboard.press("Tab")
    expect(part.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(part).to_have_attribute("open", "")


def test_a_cited_sentence_is_marked_within_what_was_closed(open_page, assistant):
    [sentence] = assistant.report.sentences_on(23)
    page = open_page(f"/report#{assistant.citer.sentence_ids[assistant.report.position_of(sentence)]}")
    page.locator(":has(> .p:target) > details.closed > summary").click()
    marked = page.locator(".s.marked")
    expect(marked).to_have_count(1)
    expect(marked).to_be_visible()
    assert assistant.report.slice(sentence).startswith(marked.inner_text()[:40])


def test_axe_finds_nothing_where_a_link_leads_to_what_is_closed(open_page):
    page = open_page("/report#mark-23")
    assert_axe_finds_nothing_in_any_look(page)


def test_the_way_back_from_an_endnote_leaves_what_is_closed_closed(open_page):
    page = open_page("/report#endnote-54")
    page.locator("#endnote-54").get_by_role("link", name="Back to the text").click()
    expect(page.locator("details.closed:has(sup a[href='#endnote-54']) > summary")).to_be_in_viewport()
    expect(page.locator("details.closed[open]")).to_have_count(0)


@WITH_AND_WITHOUT
def test_a_link_to_a_source_leaves_its_sentences_closed(open_page, assistant, scripts):
    work = next(work for work in group_by_work(assistant.report) if 23 in work.endnotes)
    page = open_page(f"/sources#{work.id}", java_script_enabled=scripts)
    page.locator(f"#{work.id} > details > summary").click()
    part = page.locator(f"#{work.id} details.closed")
    expect(part).not_to_have_attribute("open", "")
    part.locator("summary").click()
    expect(part).to_have_attribute("open", "")
