"""Asking in a browser, with JavaScript and without it: the same answers, sources and references."""

import json
import re
from copy import copy
from dataclasses import replace

import bibtexparser
import pytest
import rispy
from playwright.sync_api import expect

from a4a_qa.service.pages.site import Form, Turn, answered_examples
from pages.conftest import ANSWERED, OTHER_YEAR, REFUSED, WITH_AND_WITHOUT, ask, background, box_of
from pages.drawn import site_of


@WITH_AND_WITHOUT
def test_a_question_is_answered_and_stands_in_no_address_and_no_title(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    visited = []
    page.on("request", lambda request: visited.append(request.url))
    ask(page, ANSWERED)
    expect(page.get_by_role("heading", name=ANSWERED)).to_be_visible()
    expect(page.locator(".short mark")).to_have_text("5 provinces")
    expect(page.locator(".quotes blockquote mark")).to_have_text("5 provinces")
    expect(page.get_by_text("From a report published in 2011. Facts may have changed.")).to_be_visible()
    expect(page.get_by_text("Confidence:")).to_be_visible()
    assert not [address for address in [page.url, *visited] if "provinces" in address]
    assert "provinces" not in page.title()


@WITH_AND_WITHOUT
def test_the_evidence_stands_beside_the_answer(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    ask(page, ANSWERED)
    first, second = page.locator("details.source").all()
    expect(first.locator("blockquote mark")).to_have_text(
        re.compile("^Campaigns were conducted in 5 provinces")
    )
    quotes, evidence = page.locator(".quotes").bounding_box(), first.bounding_box()
    assert evidence["x"] > quotes["x"] + quotes["width"]
    note = first.locator(".note")
    expect(note.get_by_role("link", name="Original")).to_have_attribute("href", re.compile("^http://"))
    archived = note.get_by_role("link", name=re.compile("^Archived copy"))
    expect(archived).to_have_attribute("href", re.compile(r"^https://web\.archive\.org/web/20100319/"))
    note.get_by_text("If a link no longer works").click()
    expect(note.get_by_text("Search the web for the title")).to_be_visible()
    page.get_by_role("link", name="Source 2").click()
    expect(second.locator(".inside")).to_be_visible()


@WITH_AND_WITHOUT
def test_on_a_phone_the_evidence_is_a_sheet(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts, viewport={"width": 390, "height": 844})
    ask(page, ANSWERED)
    evidence = page.locator(".evidence")
    expect(evidence).to_be_hidden()
    page.get_by_role("button", name="Source 1").click()
    expect(evidence.locator("blockquote mark").first).to_be_visible()
    evidence.get_by_role("button", name="Close").click()
    expect(evidence).to_be_hidden()
    if scripts:
        page.get_by_role("button", name="Source 2").press("Enter")
        expect(evidence.locator("details[open] > summary")).to_contain_text("Prevention")
        page.keyboard.press("Escape")
        expect(evidence).to_be_hidden()
        expect(page.get_by_role("button", name="Source 2")).to_be_focused()


def test_a_number_lights_up_its_source_under_the_pointer_and_with_the_focus(open_page):
    page = open_page("/")
    ask(page, ANSWERED)
    colour = "one => getComputedStyle(one).borderTopColor"
    source, number = page.locator("details.source").nth(1), page.get_by_role("link", name="Source 2")
    plain = source.evaluate(colour)
    number.hover()
    assert source.evaluate(colour) != plain
    page.mouse.move(0, 0)
    assert source.evaluate(colour) == plain
    page.get_by_role("link", name="Source 1").focus()
    page.keyboard.press("Tab")
    expect(number).to_be_focused()
    assert source.evaluate(colour) != plain


@WITH_AND_WITHOUT
def test_a_citation_leads_to_the_sentence_which_is_marked(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    ask(page, ANSWERED)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Read it in the report").first.click()
    report = opened.value
    assert ":~:" not in report.url, "words of the report would stay in the history"
    sentence = report.locator(".s:target")
    expect(sentence).to_have_text(re.compile("^Campaigns were conducted in 5 provinces in 2008"))
    expect(sentence).to_be_in_viewport()
    plain = report.locator(".s:not(:target)").first
    assert background(sentence) != background(plain)
    expect(page.get_by_role("heading", name=ANSWERED)).to_be_visible()


def test_a_quote_of_several_sentences_is_marked_to_its_end(open_page):
    page = open_page("/report")
    first, last = (page.locator("article p .s").nth(place).get_attribute("id") for place in (20, 22))
    page.goto(f"/report?to={last}#{first}")
    expect(page.locator(".s.marked")).to_have_count(3)


def test_a_browser_without_text_fragments_finds_the_sentence_by_its_anchor(open_page, client):
    page = open_page("/report")
    anchor = page.locator("article p .s").nth(40).get_attribute("id")
    script = client.get("/static/report.js").text
    as_it_sees = script.replace("location.hash.slice(1)", f"'{anchor}:~:text=Some%20words'")
    assert as_it_sees != script
    page.route(
        "**/static/report.js", lambda route: route.fulfill(body=as_it_sees, content_type="text/javascript")
    )
    page.goto("/sources")
    page.goto("/report")
    expect(page.locator(".s.marked:target")).to_have_attribute("id", anchor)
    expect(page.locator(".s.marked:target")).to_be_in_viewport()


@WITH_AND_WITHOUT
def test_a_refusal_shows_what_is_nearest_and_how_to_go_on(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    ask(page, OTHER_YEAR)
    expect(page.locator(".refusal + .hint")).to_be_visible()
    expect(page.locator(".short, details.source")).to_have_count(0)
    expect(page.get_by_text("Facts may have changed")).to_have_count(0)
    nearest = page.locator(".near").first.locator("> li")
    expect(nearest).to_have_count(3)
    for place in nearest.all():
        expect(place.locator(".cited a")).to_have_attribute("href", re.compile(r"^/report#s-"))
    page.get_by_text("Endnote 133", exact=True).click()
    expect(nearest.first.locator(".note")).to_contain_text("133")
    for section in page.locator(".chips a").all():
        expect(section).to_have_attribute("href", re.compile(r"^/report#section-"))


def test_a_caveat_stands_above_the_quotes(open_page):
    page = open_page("/")
    ask(page, "How do I report abuse?")
    caveat, quotes = page.locator(".caveat").bounding_box(), page.locator(".quotes").bounding_box()
    assert caveat["y"] + caveat["height"] <= quotes["y"]


def test_an_overview_lists_the_sections_with_their_pages(open_page):
    page = open_page("/")
    ask(page, "Summarise the report")
    sections = page.locator(".contents-list li").all_inner_texts()
    assert len(sections) > 5
    assert all(re.search(r"pp?\. \d", section) for section in sections)


@WITH_AND_WITHOUT
def test_an_example_is_a_click_away(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    example = page.locator(".examples button").first
    words = example.inner_text()
    example.click()
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    expect(page.locator("details.source").first).to_be_visible()
    expect(box_of(page)).to_have_value("")
    expect(page.locator("input[name=history]")).to_have_value(words)


@WITH_AND_WITHOUT
def test_a_section_narrows_the_search_and_stays_chosen(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    page.get_by_label("Search in").select_option("Prevention")
    ask(page, "How many people were trained?")
    expect(page.get_by_label("Search in")).to_have_value("Prevention")
    page.locator("details.more > summary").click()
    places = page.locator(".near .cited").all_inner_texts()
    assert places
    assert all(place.startswith("Prevention") for place in places)


@WITH_AND_WITHOUT
def test_answers_stand_below_each_other_and_each_keeps_its_section(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    questions = (ANSWERED, REFUSED, "And in 2009?")
    for question in questions:
        page.get_by_label("Search in").select_option("Prevention" if question == REFUSED else "")
        ask(page, question)
    shown = page.locator("article.answer h2 [dir]")
    expect(shown).to_have_text(list(questions))
    expect(page.locator(".within")).to_have_text(["Searched in Prevention"])
    earlier = page.locator("input[name=history]").evaluate_all("all => all.map(one => one.value)")
    assert earlier == list(questions)
    expect(page.locator("article#answer h2")).to_be_in_viewport()
    box = box_of(page).bounding_box()
    assert box["y"] > page.locator("article#answer h2").bounding_box()["y"]
    ids = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))


@WITH_AND_WITHOUT
def test_a_conversation_shows_its_last_five_answers(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    for number in range(1, 8):
        ask(page, f"What does endnote {number} say?")
    shown = page.locator("article.answer h2 [dir]")
    expect(shown).to_have_text([f"What does endnote {number} say?" for number in range(3, 8)])
    expect(page.locator("input[name=history]")).to_have_count(5)


def test_it_says_at_once_that_it_is_working(open_page):
    page = open_page("/")
    page.route(lambda address: address.endswith("/"), lambda route: None)
    box_of(page).fill(ANSWERED)
    waited = page.evaluate(
        """() => new Promise((done) => {
            const from = performance.now();
            const seen = new MutationObserver(() => {
                requestAnimationFrame(() => done(performance.now() - from));
            });
            seen.observe(document.querySelector(".thread"), { childList: true });
            document.getElementById("ask").requestSubmit();
        })"""
    )
    expect(page.locator(".pending")).to_contain_text(ANSWERED)
    assert waited < 100


@WITH_AND_WITHOUT
@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 568), (1440, 900)])
def test_the_box_is_what_one_sees_first(open_page, scripts, width, height):
    page = open_page("/", java_script_enabled=scripts, viewport={"width": width, "height": height})
    box = box_of(page).bounding_box()
    assert box["y"] + box["height"] < height * 0.6
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport(ratio=1)


def test_a_report_without_examples_has_some_of_each_kind_that_it_answers(assistant):
    bare = copy(assistant)
    bare.report = replace(assistant.report, about=replace(assistant.report.about, examples=()))
    examples = answered_examples(bare)
    assert "What does the report recommend?" in examples
    assert any(re.fullmatch(r"What does endnote \d+ say\?", example) for example in examples)
    assert all(bare.ask(example).status == "answered" for example in examples)


def test_the_examples_can_be_shown_to_anybody(client):
    examples = re.findall(r'name="example" value="([^"]+)"', client.get("/").text)
    assert len(examples) == 5
    assert not re.search(r"brothel|prostitut|porn|virgin|rape|sex", " ".join(examples), re.IGNORECASE)


@WITH_AND_WITHOUT
@pytest.mark.parametrize(("typed", "words"), [("  ", "The question is empty."), ("x" * 2001, "at most")])
def test_what_cannot_be_asked_is_said_and_stays_in_the_box(open_page, scripts, typed, words):
    page = open_page("/", java_script_enabled=scripts, expect_errors=True)
    complaint = page.get_by_role("alert")
    box_of(page).fill(typed)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(complaint).to_contain_text(words)
    expect(box_of(page)).to_have_attribute("aria-invalid", "true")
    assert box_of(page).input_value().strip() == typed.strip()


@WITH_AND_WITHOUT
def test_what_is_wrong_is_seen_on_a_small_screen(open_page, scripts):
    small = {"width": 320, "height": 568}
    page = open_page("/", java_script_enabled=scripts, expect_errors=True, viewport=small)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_be_in_viewport(ratio=1)
    ask(page, ANSWERED)
    expect(page.get_by_role("alert")).to_be_hidden()


@WITH_AND_WITHOUT
def test_no_link_of_an_answer_takes_the_answer_away(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    ask(page, ANSWERED)
    links = page.locator("article.answer a:not([href^='#'])")
    assert links.count() > 5
    for link in links.all():
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_text(re.compile(r"\(opens a new tab\)$"))


@WITH_AND_WITHOUT
def test_a_new_conversation_forgets_what_was_asked(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    expect(page.get_by_role("link", name="New conversation")).to_have_count(0)
    ask(page, ANSWERED)
    page.get_by_role("link", name="New conversation").click()
    expect(page.locator("article.answer, input[name=history]")).to_have_count(0)
    expect(box_of(page)).to_have_value("")
    if scripts:
        page.go_back()
        assert page.url == "about:blank", "nothing is left in Back"


def test_a_page_that_the_browser_keeps_for_back_forgets(open_page):
    page = open_page("/")
    ask(page, ANSWERED)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(page.locator("article.answer, input[name=history]")).to_have_count(0)
    expect(page.get_by_role("link", name="New conversation")).to_have_count(0)
    expect(box_of(page)).to_have_value("")


def test_who_asks_too_often_learns_how_long_to_wait(open_page, assistant):
    page = open_page("/", expect_errors=True)
    refused = site_of(assistant).ask(Form(ANSWERED, problem="Wait 49 seconds, then ask again."))
    page.route(
        lambda address: address.endswith("/"),
        lambda route: route.fulfill(status=429, body=refused, content_type="text/html"),
    )
    box_of(page).fill(ANSWERED)
    box_of(page).press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Wait 49 seconds, then ask again.")
    expect(box_of(page)).to_have_value(ANSWERED)
    expect(box_of(page)).not_to_have_attribute("aria-invalid", "true")


def test_the_link_to_a_quote_can_be_copied_and_has_no_word_that_was_typed(open_page, service):
    page = open_page("/", permissions=["clipboard-read", "clipboard-write"])
    ask(page, f"Please, {ANSWERED}")
    page.get_by_role("button", name="Copy link").first.click()
    expect(page.get_by_role("status").first).to_have_text("Link copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"{service.url}/report#s-[0-9a-f]{{12}}:~:text=Campaigns%20were%20.+", copied)
    for address in (link.get_attribute("href") for link in page.locator(".thread a").all()):
        assert "Please" not in address


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ({"first": 14, "last": 15, "label": "12–13", "exact": True}, "https://example.org/a.pdf#page=14"),
        ({"first": 14, "last": 15, "label": "12–13", "exact": False}, "https://example.org/a.pdf"),
        (None, "https://example.org/a.pdf"),
    ],
)
def test_the_original_opens_at_the_page_where_that_is_known(assistant, page, address):
    shown = copy(assistant)
    about = replace(assistant.report.about, pdf_url="https://example.org/a.pdf")
    shown.report = replace(assistant.report, about=about)
    answer = assistant.ask(ANSWERED).to_dict()
    answer["citations"] = [citation | {"page": page} for citation in answer["citations"]]
    html = site_of(shown).ask(Form(), [Turn(ANSWERED, answer=answer)])
    assert f'<a href="{address}" rel="noreferrer" target="_blank">Original PDF' in html
    assert f"url = {{{address}}}" in html


@WITH_AND_WITHOUT
def test_references_can_be_copied(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts, permissions=["clipboard-read", "clipboard-write"])
    ask(page, ANSWERED)
    page.locator("details.copies > summary").first.click()
    texts = {}
    for name in ("Quotation", "BibTeX", "RIS", "CSL-JSON", "Web Annotation"):
        text = page.locator(f".copy[data-name='{name}'] pre").first
        expect(text).to_be_visible()
        texts[name] = text.text_content()
        if scripts:
            page.get_by_role("button", name=f"Copy {name}").first.click()
            expect(page.get_by_role("status").first).to_have_text(f"{name} copied.")
            copied = page.evaluate("navigator.clipboard.readText()")
            assert copied.replace("\r\n", "\n") == texts[name]
    assert texts["Quotation"].startswith("“Campaigns were conducted")
    assert "ECPAT International (2011)" in texts["Quotation"]
    [entry] = bibtexparser.parse_string(texts["BibTeX"]).entries
    place = "Coordination and Cooperation › Local and national levels, pp. 16–21"
    # All quotes are of one work, and the pages of a section are not those of the quote.
    assert (entry.key, entry["note"]) == ("cambodia-2011", place)
    assert "pages" not in entry.fields_dict
    [entry] = rispy.loads(texts["RIS"])
    assert (entry["year"], entry["notes"]) == ("2011", [place])
    assert "start_page" not in entry
    assert json.loads(texts["CSL-JSON"])[0]["publisher"] == "ECPAT International"
    quote = json.loads(texts["Web Annotation"])["target"]["selector"][0]
    assert texts["Quotation"].startswith(f"“{quote['exact']}”")


@WITH_AND_WITHOUT
def test_that_an_answer_is_wrong_is_sent_without_the_question(open_page, scripts, client):
    page = open_page("/", java_script_enabled=scripts)
    ask(page, ANSWERED)
    before = _counted(client)
    with page.context.expect_event("request", lambda sent: sent.url.endswith("/feedback")) as sent:
        if scripts:
            page.get_by_role("button", name="No").click()
            told = page.get_by_text("Counted. Thank you.")
        else:
            # In a new tab, so that the answer stays.
            with page.context.expect_page() as opened:
                page.get_by_role("button", name="No").click()
            told = opened.value.get_by_text("Your yes or no was counted.")
    assert sent.value.post_data == "helpful=no"
    expect(told).to_be_visible()
    expect(page.get_by_role("heading", name=ANSWERED)).to_be_visible()
    assert _counted(client) == before + 1


def test_the_focus_stays_and_the_answer_is_announced(open_page):
    page = open_page("/")
    box = box_of(page)
    box.fill(ANSWERED)
    box.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("The answer is ready.")
    expect(box).to_be_focused()
    page.get_by_role("link", name="Go to the answer").press("Enter")
    heading = page.get_by_role("heading", name=ANSWERED)
    expect(heading).to_be_focused()
    expect(heading).to_have_css("outline-style", "solid")


@pytest.mark.parametrize("answer", ["abort", "503"])
def test_a_service_in_trouble_leaves_the_question_in_the_box(open_page, answer):
    page = open_page("/", expect_errors=True)
    page.route(
        lambda address: address.endswith("/"),
        lambda route: route.abort() if answer == "abort" else route.fulfill(status=503, body="<h1>Busy</h1>"),
    )
    box = box_of(page)
    box.fill(ANSWERED)
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("again")
    expect(box).to_have_value(ANSWERED)
    expect(box).not_to_have_attribute("aria-invalid", "true")
    page.unroute_all()
    box.press("Enter")
    expect(page.get_by_role("heading", name=ANSWERED)).to_be_visible()


def test_what_is_wrong_with_a_follow_up_is_in_sight(open_page):
    page = open_page("/", expect_errors=True)
    page.set_viewport_size({"width": 1000, "height": 600})
    ask(page, ANSWERED)
    expect(page.get_by_role("heading", name=ANSWERED)).to_be_visible()
    page.route(lambda address: address.endswith("/"), lambda route: route.abort())
    box_of(page).fill("And in 2009?")
    box_of(page).press("Enter")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("again")
    header = page.locator("header.site").bounding_box()
    page.wait_for_function("() => document.getElementById('problem').getBoundingClientRect().top > 0")
    assert problem.bounding_box()["y"] >= header["y"] + header["height"] - 1


def test_more_is_read_than_the_browser_counts(open_page):
    page = open_page("/")
    box_of(page).fill(ANSWERED + "\U0001f600" * 1_200 + " " * 500)
    box_of(page).press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("The answer is ready.")


def test_shift_and_enter_begin_a_new_line(open_page):
    page = open_page("/")
    box = box_of(page)
    box.fill(ANSWERED)
    box.press("Shift+Enter")
    expect(box).to_have_value(f"{ANSWERED}\n")


def test_nothing_is_kept_in_the_browser(open_page):
    page = open_page("/")
    ask(page, ANSWERED)
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert kept == [0, 0, ""]
    page.reload()
    expect(box_of(page)).to_have_value("")
    expect(page.locator("article.answer")).to_have_count(0)


def _counted(client) -> float:
    found = re.search(r'a4a_qa_feedback_total\{helpful="no"\} (\S+)', client.get("/metrics").text)
    return float(found[1]) if found else 0.0
