"""Asking in pages of every kind: under the strictest rules, and whatever the page does to it."""

import re

import pytest
from playwright.sync_api import expect

from a4a_qa.answering.phrases import confidence_in_words
from a4a_qa.service.widget.hosting import CHANNEL
from a4a_qa.service.widget.script import VERSION
from widget.answers import ANSWERS, CONTACTS, ENDNOTE, HELP, HOSTILE, QUOTE
from widget.conftest import QUESTION, Site, element, page_of, tag

STRICT = (
    "default-src 'none'; script-src {url}; connect-src {url}; img-src data:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HOSTILE_STYLE = """
<style>* { color: red !important; font: 40px/3 fantasy !important; letter-spacing: 1em !important;
text-transform: uppercase !important; visibility: visible; margin: 30px !important; }
button, textarea, a, p, h2, h3 { display: none !important; } </style>
"""
DATED = "From a report published in 2011. Facts may have changed."


def test_it_answers_under_a_strict_policy_without_a_word_in_the_console(visit, served):
    site = visit(csp=STRICT.format(url=served.url))
    site.ask()
    expect(site.turn.locator("blockquote").first).to_contain_text("Campaigns were conducted in 5 provinces")
    expect(site.turn.get_by_text(DATED)).to_be_visible()
    site.turn.get_by_role("link", name="Source 1, pages 16–21").click()
    expect(site.turn.locator("details mark").first).to_contain_text("Campaigns were conducted in 5 provinces")
    assert site.complaints == []


def test_the_script_is_all_that_is_loaded_before_the_visitor_acts(visit, served):
    site = visit("answered")
    asked = []
    site.page.on("request", lambda request: asked.append(request.url))
    site.page.reload()
    expect(site.box).to_be_visible()
    loaded = {url for url in asked if not url.startswith("data:")} - {site.page.url}
    assert loaded <= {f"{served.url}/widget/{VERSION}/ra.js"}
    assert site.complaints == []


@pytest.mark.parametrize(
    ("name", "options", "attributes", "head"),
    [
        ("hostile style", {}, 'lang="en"', HOSTILE_STYLE),
        ("right to left", {}, 'lang="ar" dir="rtl"', ""),
        ("dark", {"color_scheme": "dark"}, 'lang="en"', ""),
        ("small", {"viewport": {"width": 320, "height": 480}}, 'lang="en"', ""),
        ("forced colours", {"forced_colors": "active"}, 'lang="en"', ""),
    ],
    ids=lambda value: value if isinstance(value, str) and "=" not in value and "<" not in value else "",
)
def test_it_answers_in_pages_of_every_kind(visit, host, served, name, options, attributes, head):
    html = page_of(tag(served) + element(host.stub("answered")), head, attributes)
    site = visit(html=html, **options)
    site.ask()
    shown = site.turn.locator("blockquote").first
    expect(shown).to_be_visible()
    style = "getComputedStyle(one)"
    assert shown.evaluate(f"one => {style}.letterSpacing") == "normal"
    assert shown.evaluate(f"one => {style}.textTransform") == "none"
    expected = "rtl" if name == "right to left" else "ltr"
    assert site.turn.evaluate(f"one => {style}.direction") == expected
    assert shown.evaluate(f"one => {style}.direction") == "ltr", "the report's own words"
    assert shown.evaluate(f"one => parseFloat({style}.fontSize)") < 20
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert name == "hostile style" or site.page.evaluate(overflow) <= 0
    assert site.complaints == []


def test_two_widgets_in_a_page_do_not_meddle(visit, host, served):
    html = page_of(tag(served) + element(host.stub("answered")) + element(host.stub("refused")))
    site = visit(html=html)
    site.widget.nth(1).get_by_role("textbox").fill("Another?")
    site.widget.nth(1).get_by_role("textbox").press("Enter")
    expect(site.widget.nth(1).get_by_text("I did not find an answer in this report.")).to_be_visible()
    expect(site.widget.nth(0).locator("article")).to_have_count(0)


def test_the_fallback_stays_without_scripts(visit):
    site = visit("answered", ready=False, java_script_enabled=False)
    expect(site.page.get_by_role("link", name="Read the report")).to_be_visible()


def test_the_fallback_stays_when_the_file_is_not_the_one_that_was_named(visit, host, served):
    wrong = "sha384-" + "A" * 64
    site = visit(html=page_of(tag(served, checksum=wrong) + element(host.stub("answered"))), ready=False)
    site.page.wait_for_timeout(300)
    expect(site.page.get_by_role("link", name="Read the report")).to_be_visible()
    expect(site.box).to_have_count(0)


@pytest.mark.parametrize("api", ["", "http://evil.example/v1", "javascript:alert(1)", "//"])
def test_the_fallback_stays_where_the_service_cannot_be_trusted(visit, served, api):
    site = visit(html=page_of(tag(served) + element(api)), ready=False)
    site.page.wait_for_function("Boolean(customElements.get('report-assistant'))")
    expect(site.page.get_by_role("link", name="Read the report")).to_be_visible()
    assert ["api must be" in complaint for complaint in site.complaints] == [True]


def test_the_script_twice_is_the_script_once(visit, host, served):
    second = tag(served).replace(f"/{VERSION}/", f"/{CHANNEL}/")
    site = visit(html=page_of(tag(served) + second + tag(served) + element(host.stub("answered"))))
    site.ask()
    expect(site.turn).to_have_count(1)
    assert site.complaints == []


def test_the_fallback_gives_way(visit):
    site = visit("answered")
    expect(site.page.get_by_role("link", name="Read the report")).to_be_hidden()


def test_a_site_that_is_not_on_the_list_is_told_in_plain_words(visit, host, served):
    host.show("/elsewhere", page_of(tag(served) + element(f"{served.url}/v1")))
    site = visit(address=f"{host.other_url}/elsewhere")
    site.box.fill(QUESTION)
    site.box.press("Enter")
    expect(site.widget.get_by_role("alert")).to_have_text(re.compile("The service cannot be reached"))
    expect(site.box).to_have_value(QUESTION)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("429", "Too many questions in a short time"),
        ("413", "too long to send"),
        ("500", "Something went wrong on our side"),
        ("503", "The service is busy"),
        ("422", "could not be read"),
        ("cut", "arrived incomplete"),
        ("nonsense", "arrived incomplete"),
        ("half", "arrived incomplete"),
        ("wordless", "arrived incomplete"),
        ("not_ready", "Questions cannot be answered right now"),
    ],
)
def test_what_goes_wrong_is_said_plainly_and_can_be_tried_again(visit, case, words):
    site = visit(case)
    site.box.fill(QUESTION)
    site.box.press("Enter")
    expect(site.widget.get_by_role("alert")).to_have_text(re.compile(words))
    expect(site.box).to_have_value(QUESTION)
    expect(site.box).to_be_focused()
    with site.page.expect_request("**/ask") as sent:
        site.widget.get_by_role("button", name="Ask again").click()
    assert sent.value.post_data_json == {"question": QUESTION, "history": []}
    expect(site.box).to_be_focused()


@pytest.mark.parametrize("case", ["nonsense", "half", "wordless"])
def test_what_cannot_be_drawn_changes_nothing(visit, host, served, case):
    inside = '<button slot="suggestions">Who heads it?</button>'
    site = visit(html=page_of(tag(served) + element(host.stub(case), children=inside)))
    site.box.fill(QUESTION)
    site.box.press("Enter")
    expect(site.widget.get_by_role("alert")).not_to_be_empty()
    expect(site.widget.get_by_role("status").first).to_be_empty()
    expect(site.page.get_by_role("button", name="Who heads it?")).to_be_visible()
    expect(site.turn).to_have_count(0)
    assert site.complaints == []


def test_a_service_without_its_index_leads_to_help(visit, host):
    site = visit("not_ready")
    site.box.fill(QUESTION)
    site.box.press("Enter")
    found = site.widget.get_by_role("alert").get_by_role("link", name="Help and reporting")
    expect(found).to_have_attribute("href", f"{host.other_url}/stub/not_ready/help")
    assert found.bounding_box()["height"] >= 44


def test_an_answer_that_does_not_come_is_given_up_and_can_be_stopped(visit):
    site = visit("slow")
    site.page.clock.install()
    site.box.fill(QUESTION)
    site.box.press("Enter")
    expect(site.widget.get_by_role("status").first).to_have_text("Searching the report…")
    site.widget.get_by_role("button", name="Stop").click()
    expect(site.widget.get_by_role("status").first).to_have_text("Stopped. Your question is back in the box.")
    expect(site.box).to_be_focused()
    site.box.press("Enter")
    site.page.clock.fast_forward(31_000)
    expect(site.widget.get_by_role("alert")).to_have_text(re.compile("This took too long"))
    expect(site.box).to_have_value(QUESTION)


def test_an_answer_with_markup_stays_text(visit):
    site = visit("hostile")
    site.ask()
    for details in site.turn.locator("details").all():
        details.evaluate("one => { one.open = true; }")
    expect(site.turn.get_by_text(HOSTILE).first).to_be_visible()
    assert site.turn.locator("img").count() == 0
    hrefs = site.turn.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert [href for href in hrefs if href and not href.startswith("http")] == []
    assert site.page.title() == "A site"


def test_nothing_is_kept_and_a_reload_shows_nothing(visit, host):
    site = visit("answered", "feedback")
    site.ask()
    kept = """async () => [document.cookie, Object.keys(localStorage), Object.keys(sessionStorage),
      (await indexedDB.databases()).length, (await caches.keys()).length, history.length, location.hash]"""
    assert site.page.evaluate(kept) == ["", [], [], 0, 0, 2, ""]
    assert site.page.context.cookies() == []
    assert set(host.referrers) == {None}
    site.page.reload()
    expect(site.box).to_have_value("")
    expect(site.turn).to_have_count(0)


def test_a_page_that_the_browser_keeps_for_back_has_forgotten(keeping, host, served):
    following = host.show("/next", page_of("Next"))
    keeping.goto(host.show("/page", page_of(tag(served) + element(host.stub("answered")))))
    site = Site(keeping, [])
    site.ask()
    site.box.fill("Another?")
    keeping.evaluate("() => { addEventListener('pageshow', (event) => { window.kept = event.persisted; }); }")
    keeping.goto(following)
    keeping.evaluate("() => { history.back(); }")
    keeping.wait_for_url("**/page", wait_until="commit")
    keeping.wait_for_function("window.kept === true")
    expect(site.turn).to_have_count(0)
    expect(site.box).to_have_value("")
    host.asked.clear()
    site.ask("A third?")
    assert host.asked[-1]["history"] == []


def test_nothing_that_is_typed_goes_to_a_checker_of_spelling(visit):
    site = visit("answered")
    expect(site.box).to_have_attribute("spellcheck", "false")
    expect(site.box).to_have_attribute("writingsuggestions", "false")


def test_the_notice_stays(visit):
    site = visit("answered")
    site.ask()
    expect(site.widget.locator("[part~=notice]")).to_contain_text("We do not keep what you type.")


def test_no_event_tells_what_was_asked_or_answered(visit):
    canary = "xylocarpus zebrafinch"
    site = visit("declined", "feedback")
    site.page.evaluate("""() => {
      window.told = [];
      const names = ['clear', 'submit', 'answer', 'source-open', 'feedback', 'error'];
      const note = (name) => (event) => told.push([name, event.detail]);
      for (const name of names) document.addEventListener(`ra-${name}`, note(name));
    }""")
    site.box.press("Enter")
    site.ask(canary)
    site.widget.evaluate("(one) => { one.ask('again ' + 'x'.repeat(600)); }")
    site.widget.evaluate("(one, api) => { one.clear(); }")
    told = site.page.evaluate("told")
    assert [name for name, _ in told] == ["error", "submit", "answer", "error", "clear"]
    assert told[1][1] == {"length": len(canary)}
    assert set(told[2][1]) == {"answerId", "sourceCount", "ms"}
    for secret in ("xylocarpus", "harms", "declined", "support", "own_worry", "again"):
        assert secret not in str(told)


def test_a_page_may_stop_a_question(visit, host):
    site = visit("answered")
    site.widget.evaluate("one => one.addEventListener('ra-submit', event => event.preventDefault())")
    host.asked.clear()
    site.box.fill(QUESTION)
    site.box.press("Enter")
    site.page.wait_for_timeout(100)
    assert host.asked == []
    expect(site.box).to_have_value(QUESTION)


def test_earlier_questions_go_along_at_most_five_and_clear_forgets_them(visit, host):
    site = visit("answered")
    host.asked.clear()
    for number in range(7):
        site.ask(f"Question {number}?")
    assert host.asked[-1] == {"question": "Question 6?", "history": [f"Question {n}?" for n in range(1, 6)]}
    site.widget.get_by_role("button", name="Clear").click()
    expect(site.turn).to_have_count(0)
    expect(site.box).to_be_focused()
    site.ask("Another?")
    assert host.asked[-1]["history"] == []


def test_an_answer_has_its_date_its_short_answer_and_its_sources_closed(visit):
    site = visit("two")
    site.ask()
    expect(site.turn.get_by_text(DATED)).to_be_visible()
    expect(site.turn.locator(".short")).to_have_text("In short: 5 provinces")
    assert site.turn.locator("details[open]").count() == 0
    site.turn.get_by_role("link", name="Source 2, page 7").click()
    expect(site.turn.get_by_text("The next note in its paragraph:")).to_be_visible()
    expect(site.turn.locator("summary").nth(1)).to_be_focused()
    site.turn.locator("summary").first.click()
    first = site.turn.locator("details").first
    expect(first.locator("mark")).to_have_text(QUOTE)
    expect(first.get_by_text(ENDNOTE["text"])).to_be_visible()
    source = ENDNOTE["sources"][0]
    expect(first.get_by_role("link", name="Original")).to_have_attribute("href", source["url"])
    expect(first.get_by_role("link", name="Archived copy")).to_have_attribute("href", source["archived_url"])


def test_the_cells_of_a_row_stand_below_the_heads_of_their_columns(visit):
    site = visit("two")
    site.ask()
    row = site.turn.locator("[part~=answer] > blockquote").nth(1)
    expect(row.get_by_role("term")).to_have_text(["Name", "Task"])
    expect(row.get_by_role("definition")).to_have_text(["HLWG", "Leads the work [2]"])


def test_what_is_likely_more_than_was_asked_stands_below_words_that_say_so(visit):
    site = visit("beside")
    site.ask()
    said = site.turn.locator("[part~=answer] > :is(blockquote, p.quiet)")
    marks = [re.compile(rf"\[{n}\]$") for n in (1, 2, 3)]
    expect(said).to_have_text([marks[0], "See also", *marks[1:]])


def test_blocks_are_apart_and_an_empty_cell_is_seen_in_a_passage(visit):
    site = visit("blocks")
    site.ask()
    expect(site.turn.locator("[part~=answer] > blockquote p")).to_have_text(
        ["“It must act.", "It must pay.” [1]"]
    )
    passage = site.turn.locator("details blockquote")
    expect(passage.locator("p")).to_have_text(["A · – · B", "It must act.", "It must pay."])
    expect(passage.locator("mark")).to_have_text(["It must act.", "It must pay."])


@pytest.mark.parametrize("layout", ["inline", "floating"])
def test_the_answer_comes_into_sight_on_a_small_phone(visit, layout):
    site = visit("answered", f'layout="{layout}" open', viewport={"width": 320, "height": 568})
    site.ask()
    expect(site.turn.locator("blockquote").first).to_be_in_viewport()
    expect(site.box).to_be_focused()


def test_a_yes_stands_before_the_words_that_say_it(visit):
    site = visit("yes")
    site.ask()
    expect(site.turn.locator(".short")).to_have_text("Yes – 5 provinces")


@pytest.mark.parametrize(
    "case", ["answered", "two", "partial", "refused", "help", "distressing", "support_below"]
)
def test_the_date_stands_on_everything_from_the_report(visit, case):
    site = visit(case)
    site.ask()
    assert site.turn.get_by_text(DATED).count() == 1


@pytest.mark.parametrize("case", ["answered", "fair", "low", "partial"])
def test_it_says_how_sure_it_is_in_the_words_of_the_pages(visit, case):
    answer = ANSWERS[case]
    site = visit(case)
    site.ask()
    words = confidence_in_words(answer["confidence"], has_caveat=answer["status"] == "partial")
    expect(site.turn.get_by_text(words)).to_be_visible()


def test_a_refusal_says_why_and_what_comes_nearest(visit):
    site = visit("refused", "feedback")
    site.ask()
    expect(site.turn.get_by_text("I did not find an answer in this report.", exact=True)).to_be_visible()
    expect(site.turn.locator("blockquote")).to_have_text(QUOTE)
    expect(site.turn.get_by_text("Is it right that the report does not say this?")).to_be_visible()
    assert site.turn.get_by_text("Confidence").count() == 0


def test_the_nearest_sentences_have_their_places_and_endnotes(visit, host):
    site = visit("nearest")
    site.ask()
    near = site.turn.get_by_role("listitem")
    expect(site.turn.get_by_role("heading", name="Not certain, but nearest")).to_be_visible()
    expect(near.first.locator("blockquote")).to_have_text(QUOTE)
    report = f"{host.other_url}/stub/nearest/report"
    expect(near.first.get_by_role("link", name="pages 16–21")).to_have_attribute("href", f"{report}#s-1")
    expect(near.first.get_by_role("link", name="Endnote 86")).to_have_attribute(
        "href", f"{report}#endnote-86"
    )
    expect(near.nth(1).locator("blockquote")).to_be_hidden()
    near.nth(1).get_by_text("describes abuse in detail. Show it").click()
    expect(near.nth(1).locator("blockquote")).to_have_text("They were held.")


def test_an_overview_lists_the_sections_with_their_pages(visit, host):
    site = visit("overview")
    site.ask()
    expect(site.turn.locator("[part~=answer] > blockquote")).to_contain_text(QUOTE)
    expect(site.turn.get_by_role("heading", name="Sections of the report")).to_be_visible()
    listed = site.turn.get_by_role("listitem")
    expect(listed).to_have_text([re.compile("Introduction.*pages 16–21"), re.compile("Local and.*page 7")])
    expect(listed.nth(1).get_by_role("link", name="Local and national levels")).to_have_attribute(
        "href", f"{host.other_url}/stub/overview/report#h-2"
    )


def test_a_part_of_an_answer_says_what_is_missing(visit):
    site = visit("partial")
    site.ask()
    expect(site.turn.get_by_text("Only a part of this.")).to_be_visible()
    expect(site.turn.locator("[part~=answer] > blockquote")).to_contain_text(QUOTE)


def test_help_comes_first_and_the_report_below_it(visit):
    site = visit("help", "feedback")
    site.ask()
    card = site.turn.get_by_role("region", name="Help")
    expect(card.get_by_role("link", name="A helpline")).to_have_attribute("href", CONTACTS[0]["url"])
    expect(card.get_by_role("link", name="116 111")).to_have_attribute("href", "tel:116111")
    expect(card.get_by_text("checked on 2026-03-31")).to_be_visible()
    expect(site.turn.locator("blockquote").first).to_contain_text(QUOTE)
    order = "one => [...one.children].findIndex(child => child.matches('[part~=help-card]'))"
    assert site.turn.evaluate(order) == 1, "right after the question"


def test_support_shows_help_and_asks_again_about_the_report(visit, host):
    site = visit("support_below", "feedback")
    host.asked.clear()
    site.ask()
    expect(site.turn.get_by_text(HELP["text"])).to_be_visible()
    assert site.turn.locator("[part~=feedback]").count() == 0
    assert not site.turn.locator("blockquote").is_visible()
    site.turn.get_by_role("button", name="I was asking about the report").click()
    expect(site.turn).to_have_count(2)
    expect(site.widget.locator("[aria-busy]")).to_have_count(0)
    assert host.asked == [
        {"question": QUESTION, "history": []},
        {"question": QUESTION, "history": [], "about_report": True},
    ]


def test_declined_shows_its_text_and_help_and_nothing_of_the_report(visit):
    site = visit("declined", "feedback")
    site.ask()
    expect(site.turn.get_by_text("We cannot help with this.")).to_be_visible()
    expect(site.turn.get_by_text("Free and anonymous help exists.")).to_be_visible()
    for absent in ("blockquote", "[part~=feedback]", "[part~=dated]", "button"):
        assert site.turn.locator(absent).count() == 0


def test_distressing_words_stay_closed_until_opened(visit):
    site = visit("distressing")
    site.ask()
    for part in site.turn.get_by_text("Campaigns were conducted").all():
        expect(part).to_be_hidden()
    assert site.turn.locator(".short").count() == 0
    site.turn.get_by_role("link", name="Source 1").click()
    for part in site.turn.get_by_text("Campaigns were conducted").all():
        expect(part).to_be_hidden()
    expect(site.turn.get_by_text("Contact details in this part are from 2011")).to_be_visible()
    site.turn.get_by_text("describes abuse in detail. Show it").click()
    expect(site.turn.locator("mark")).to_have_text(QUOTE)


def test_old_contact_details_are_told_where_they_are_quoted(visit):
    site = visit("contacts")
    site.ask()
    expect(site.turn.locator("[part~=answer] > blockquote + p")).to_have_text(
        "Contact details in this part are from 2011 and may no longer work."
    )


def test_feedback_sends_the_answers_id_and_a_word(visit, host):
    site = visit("answered", "feedback")
    site.ask()
    host.asked.clear()
    site.turn.get_by_role("button", name="No, this is wrong").click()
    expect(site.turn.get_by_text("Thank you. Your vote was counted.")).to_be_visible()
    assert host.asked == [{"answer_id": "9f1c", "value": "no"}]
    for button in site.turn.locator("[part~=feedback] button").all():
        expect(button).to_have_attribute("aria-disabled", "true")
        button.click(force=True)
    site.page.wait_for_timeout(100)
    assert len(host.asked) == 1, "an answer has one"


def test_feedback_that_was_not_counted_can_be_sent_again(visit, host):
    site = visit("answered", "feedback")
    site.ask()
    site.page.route("**/feedback", lambda route: route.abort(), times=1)
    yes = site.turn.get_by_role("button", name="Yes")
    yes.click()
    expect(site.turn.get_by_text("Your vote could not be sent. Please try again later.")).to_be_visible()
    yes.click()
    expect(site.turn.get_by_text("Thank you. Your vote was counted.")).to_be_visible()


def test_what_is_asked_twice_in_a_row_goes_along_once(visit, host):
    site = visit("answered")
    host.asked.clear()
    for number, question in enumerate(("One?", "One?", "Two?", "One?"), 1):
        site.ask(question)
        expect(site.turn).to_have_count(number)
    assert [asked["history"] for asked in host.asked] == [[], ["One?"], ["One?"], ["One?", "Two?"]]


def test_print_has_passages_and_endnotes_and_nothing_distressing(visit):
    seen = "one => one.checkVisibility({ contentVisibilityAuto: true })"
    for case, is_seen in (("answered", True), ("distressing", False)):
        site = visit(case)
        site.ask()
        site.page.emulate_media(media="print")
        for part in (".inside blockquote", ".note"):
            assert site.turn.locator(part).first.evaluate(seen) == (is_seen or part == ".note")


def test_a_text_of_ours_keeps_its_paragraphs(visit):
    site = visit("declined")
    site.ask()
    assert site.turn.locator(".message").inner_text().split("\n\n") == [
        "We cannot help with this. It harms children.",
        "If you were asking about the report, ask what it says.",
    ]


def test_a_reference_is_copied_or_shown(visit):
    site = visit("answered", permissions=["clipboard-read", "clipboard-write"])
    site.ask()
    site.turn.locator("summary").first.click()
    site.turn.get_by_role("button", name="Copy reference").click()
    expect(site.turn.get_by_text("Copied.")).to_be_visible()
    copied = site.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"“{QUOTE}” (ECPAT International (2011). Global Monitoring, pp. 16–21)", (
        "as on the pages"
    )
    site.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    site.turn.get_by_role("button", name="Copy reference").click()
    expect(site.turn.get_by_text("ECPAT International (2011). Global Monitoring")).to_be_visible()
