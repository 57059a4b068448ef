"""The report and its sources as pages: complete, linked both ways, small, and cached."""

import re
from html import unescape

import pytest
from playwright.sync_api import expect

from a4a_qa.report.ids import sentence_ids
from a4a_qa.service.pages.edition import section_anchors

MOST_BYTES = 100_000


@pytest.fixture(scope="module")
def page(client) -> str:
    return client.get("/report").text


def ids(page: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', page)


@pytest.mark.parametrize("path", ["/report", "/sources"])
def test_it_is_small_cached_and_compressed(client, path):
    reply = client.get(path, headers={"accept-encoding": "gzip"})
    assert reply.headers["content-encoding"] == "gzip"
    assert int(reply.headers["content-length"]) < MOST_BYTES
    assert reply.headers["cache-control"] == "public, no-cache"
    again = client.get(path, headers={"if-none-match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert plain.text == reply.text


def test_everything_has_a_place_that_a_link_can_lead_to(page, assistant):
    found = ids(page)
    assert len(found) == len(set(found))
    said = [b for b in assistant.report.blocks if b.retrieved]
    headed = [s for s in assistant.report.sections if any(s.start <= b.start < s.end for b in said)]
    expected = [
        *sentence_ids(assistant.report),
        *(passage.id for passage in assistant.passages),
        *(f"endnote-{note.number}" for note in assistant.report.endnotes),
        *(
            a
            for s, a in zip(assistant.report.sections, section_anchors(assistant.report), strict=True)
            if s in headed
        ),
    ]
    assert not set(expected) - set(found)


def test_every_link_within_the_page_leads_somewhere(page):
    assert not set(re.findall(r'href="#([^"]+)"', page)) - set(ids(page))


def test_marks_and_endnotes_lead_to_each_other(page, assistant):
    for mark in assistant.report.note_marks:
        assert f'href="#mark-{mark.number}' in page
        assert f'href="#endnote-{mark.number}"' in page


def test_no_word_of_the_report_is_lost(page, assistant):
    article = page[page.index("<article") : page.index("</article>")]
    shown = squeezed(unescape(re.sub(r"<sup>.*?</sup>|<[^>]+>", "", article)))
    for block in assistant.report.blocks:
        for cell in re.split(r"\t|: ", assistant.report.slice(block)):
            assert squeezed(cell) in shown
    for note in assistant.report.endnotes:
        assert squeezed(note.text) in shown


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_boxes_and_tables_are_what_they_were_in_print(page, assistant):
    boxes = re.findall(r'<aside class="box".*?</aside>', page, re.DOTALL)
    assert sum("slavery-like" in box for box in boxes) == 1
    rows = [block for block in assistant.report.blocks if block.kind == "table_row"]
    assert len(re.findall(r'<tr class="s"', page)) == len(rows)
    assert page.count('<th scope="col"') >= 3
    assert page.count("<table>") == len({row.context for row in rows})


def test_the_rights_notice_is_on_every_page(client):
    for path in ("/", "/report", "/sources", "/accessibility", "/nothing"):
        text = client.get(path, headers={"accept": "text/html"}).text
        assert "only with permission from ECPAT International" in text.replace("\n", " ")


def test_every_work_is_among_the_sources_once_with_its_sentences(client):
    page = client.get("/sources").text
    for work in client.get("/v1/sources").json()["sources"]:
        assert page.count(f'id="{work["id"]}"') == 1
    reached = set(re.findall(r'href="/report#(s-[0-9a-f]+)[":]', page))
    assert reached <= set(ids(client.get("/report").text))
    assert "World Bank</h2>" in page


def test_contact_details_are_said_to_be_old_at_the_end_and_in_the_imprint(open_page):
    page = open_page("/report")
    page.get_by_text("Title page, imprint and contents as printed").click()
    for words in ("Tel: +662 215 3388", "Email: info@ecpat.net", "328/1 Phayathai Road"):
        below = page.locator(".lines", has_text=words).locator("xpath=following-sibling::*[1]")
        expect(below).to_have_text("Contact details in this part are from 2011 and may no longer work.")
    expect(page.locator("article .notice")).to_have_count(4)


def test_words_are_found_in_what_is_open_and_nothing_is_sent(open_page):
    page = open_page("/report")
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("searchbox").fill("human trafficking")
    expect(page.locator("#found")).to_have_text(re.compile(r"^\d+ found"))
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text(re.compile(r"^1 of \d+"))
    marked = "[...CSS.highlights.get('current')].map(String)"
    assert [words.lower() for words in page.evaluate(marked)] == ["human trafficking"]
    page.get_by_role("searchbox").fill("xylophone")
    expect(page.locator("#found")).to_have_text("Nothing found.")
    assert all(address.endswith("icon.svg") for address in sent), "which Chromium asks for by itself"


def test_the_section_that_is_read_stands_in_the_address(open_page):
    page = open_page("/report")
    before = page.evaluate("history.length")
    for name in ("prevention", "protection"):
        page.locator(f"#section-{name}").evaluate("one => one.scrollIntoView()")
        page.wait_for_url(f"**/report#section-{name}")
        current = page.locator(".contents [aria-current=location]")
        expect(current).to_have_attribute("href", f"#section-{name}")
    assert page.evaluate("history.length") == before


def test_a_cited_place_stays_in_the_address(open_page):
    page = open_page("/report#endnote-86")
    page.locator("#section-prevention").evaluate("one => one.scrollIntoView()")
    expect(page.locator(".contents [aria-current=location]")).to_have_attribute("href", "#section-prevention")
    assert page.url.endswith("#endnote-86")
