"""What a page can set and call: layouts, languages, links, methods, and the demo page that shows them."""

import pytest
from playwright.sync_api import expect

from a4a_qa.service.widget.script import VERSION, strings
from service.conftest import running
from widget.conftest import QUESTION, element, page_of, tag


@pytest.mark.parametrize("width", [400, 800])
def test_the_floating_panel_opens_and_closes_and_gives_the_focus_back(visit, width):
    site = visit("answered", 'layout="floating"', viewport={"width": width, "height": 700})
    launcher = site.widget.get_by_role("button", name="Ask about the report")
    panel = site.widget.get_by_role("dialog", name="Ask about the report")
    expect(panel).to_be_hidden()
    launcher.click()
    expect(site.box).to_be_focused()
    assert site.widget.get_attribute("open") == ""
    site.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(launcher).to_be_focused()
    assert site.widget.get_attribute("open") is None
    site.widget.evaluate("one => one.show()")
    expect(panel).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    expect(launcher).to_be_focused()
    site.widget.evaluate("one => { one.open = true; }")
    expect(panel).to_be_visible()


@pytest.mark.parametrize(("close", "width"), [("Escape", 800), ("open = false", 800), ("Escape", 400)])
@pytest.mark.parametrize(
    ("before", "then"), [("#own", "#own"), ("#own, gone", "launcher"), ("body", "launcher")]
)
def test_the_focus_goes_back_to_where_it_came_from(visit, host, served, close, width, before, then):
    content = '<button id="own">Own</button>' + element(host.stub("answered"), 'layout="floating"')
    site = visit(html=page_of(tag(served) + content), viewport={"width": width, "height": 700})
    own = site.page.locator("#own")
    if before != "body":
        own.focus()
    site.widget.evaluate("one => one.show()")
    expect(site.box).to_be_focused()
    if before.endswith("gone"):
        own.evaluate("one => one.remove()")
    if close == "Escape":
        site.page.keyboard.press("Escape")
    else:
        site.widget.evaluate("one => { one.open = false; }")
    launcher = site.widget.get_by_role("button", name="Ask about the report")
    expect(own if then == "#own" else launcher).to_be_focused()


def test_the_focus_stays_outside_when_the_page_closes_the_panel(visit, host, served):
    content = '<button id="own">Own</button>' + element(host.stub("answered"), 'layout="floating" open')
    site = visit(html=page_of(tag(served) + content))
    site.page.locator("#own").focus()
    site.widget.evaluate("one => one.hide()")
    expect(site.widget.get_by_role("dialog")).to_be_hidden()
    expect(site.page.locator("#own")).to_be_focused()


def test_the_page_beside_the_panel_stays_usable(visit, host, served):
    content = '<button id="own">Own</button>' + element(host.stub("answered"), 'layout="floating" open')
    site = visit(html=page_of(tag(served) + content))
    site.page.locator("#own").click()
    expect(site.page.locator("#own")).to_be_focused()
    site.page.keyboard.press("Escape")
    expect(site.widget.get_by_role("dialog")).to_be_visible()


def test_on_a_phone_the_panel_fills_the_screen(visit):
    site = visit("answered", 'layout="floating" open', viewport={"width": 400, "height": 700})
    box = site.widget.get_by_role("dialog").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 400, 700)
    site = visit("answered", 'layout="floating" open', viewport={"width": 800, "height": 700})
    assert site.widget.get_by_role("dialog").bounding_box()["width"] == 420


@pytest.mark.parametrize(("width", "covers"), [(400, True), (800, False)])
def test_what_the_panel_covers_cannot_be_reached(visit, host, served, width, covers):
    content = element(host.stub("answered"), 'layout="floating" open') + '<a id="next" href="#">Next</a>'
    site = visit(html=page_of(tag(served) + content), viewport={"width": width, "height": 700})
    panel, following = site.widget.get_by_role("dialog"), site.page.locator("#next")
    assert panel.evaluate("one => one.matches(':modal')") is covers
    site.box.focus()
    reached = False
    for _ in range(12):
        site.page.keyboard.press("Tab")
        reached = reached or following.evaluate("one => one.matches(':focus')")
    assert reached is not covers
    expect(panel).to_be_visible()
    site.widget.evaluate("one => one.hide()")
    following.focus()
    expect(following).to_be_focused()


def test_a_phone_that_is_turned_keeps_panel_and_focus(visit):
    site = visit("answered", 'layout="floating"', viewport={"width": 400, "height": 700})
    site.widget.get_by_role("button", name="Ask about the report").click()
    site.box.fill(QUESTION)
    panel = site.widget.get_by_role("dialog")
    for width, covers in ((800, "false"), (400, "true")):
        site.page.set_viewport_size({"width": width, "height": 700})
        is_modal = "one => one.shadowRoot.querySelector('dialog').matches(':modal')"
        site.page.wait_for_function(f"({is_modal})(document.querySelector('report-assistant')) === {covers}")
        site.page.wait_for_timeout(100)
        expect(panel).to_be_visible()
        expect(site.box).to_be_focused()


def test_an_open_panel_may_be_moved_within_the_page(visit):
    site = visit("answered", 'layout="floating" open', viewport={"width": 400, "height": 700})
    site.widget.evaluate("one => document.body.prepend(one)")
    assert site.widget.get_by_role("dialog").evaluate("one => one.matches(':modal')")


def test_the_back_of_a_phone_closes_the_panel(visit):
    site = visit("answered", 'layout="floating" open', viewport={"width": 400, "height": 700})
    panel = site.widget.get_by_role("dialog")
    panel.evaluate("one => one.requestClose()")  # as the browser does
    expect(panel).to_be_hidden()
    expect(site.widget.get_by_role("button", name="Ask about the report")).to_be_focused()
    assert site.widget.get_attribute("open") is None


def test_methods_and_events(visit):
    site = visit("two", "feedback")
    site.page.evaluate("""() => {
      window.told = [];
      const names = ['submit', 'answer', 'source-open', 'feedback', 'clear'];
      const note = (name) => (event) => told.push([name, event.detail]);
      for (const name of names) document.addEventListener(`ra-${name}`, note(name));
    }""")
    site.widget.evaluate(f"one => one.ask({QUESTION!r})")
    site.turn.locator("summary").nth(1).click()
    site.page.wait_for_function("told.length === 3")
    site.turn.get_by_role("button", name="No").click()
    site.page.wait_for_function("told.length === 4")
    site.widget.evaluate("one => one.clear()")
    told = dict(site.page.evaluate("told"))
    assert told["submit"] == {"length": len(QUESTION)}
    assert (told["answer"]["answerId"], told["answer"]["sourceCount"]) == ("9f1c", 2)
    assert told["source-open"] == {"sourceId": "c-2"}
    assert told["feedback"] == {"answerId": "9f1c", "value": "no"}
    assert told["clear"] == {}
    expect(site.turn).to_have_count(0)


def test_it_is_ready_once_with_its_version(visit, host, served):
    listening = (
        "<script>addEventListener('ra-ready', (event) => { version = event.detail.version; });</script>"
    )
    site = visit(html=page_of(listening + tag(served) + element(host.stub("answered"))))
    assert site.page.evaluate("window.version") == VERSION


def test_properties_mirror_attributes(visit):
    site = visit("answered")
    site.widget.evaluate("one => { one.maxLength = 30; }")
    expect(site.widget).to_have_attribute("max-length", "30")
    assert site.widget.evaluate("one => one.api").startswith("http://127.0.0.1")


def test_properties_may_be_set_before_the_script_has_run(visit, host, served):
    early = "Object.assign(document.querySelector('report-assistant'), {maxLength: 30, exitUrl: 'off'})"
    content = element(host.stub("answered")) + f"<script>{early}</script>" + tag(served)
    site = visit(html=page_of(content))
    expect(site.widget).to_have_attribute("max-length", "30")
    assert (
        site.widget.evaluate("one => { one.maxLength = 20; return one.getAttribute('max-length'); }") == "20"
    )
    expect(site.widget.get_by_role("link", name="Leave this page")).to_have_count(0)


@pytest.mark.parametrize(
    ("attributes", "page", "language"),
    [
        ('lang="fr"', 'lang="en"', "fr"),
        ("", 'lang="fr-CA"', "fr"),
        ("", 'lang="de"', "en"),
        ('lang="km"', 'lang="en"', "en"),
        ("", "", "en"),
    ],
)
def test_the_nearest_language_that_there_is(visit, host, served, attributes, page, language):
    site = visit(html=page_of(tag(served) + element(f"{served.url}/v1", attributes), attributes=page))
    expect(site.widget.get_by_role("heading").first).to_have_text(strings(language)["title"])
    expect(site.widget.locator(".ra")).to_have_attribute("lang", language)
    assert site.complaints == []


def test_khmer_when_the_operator_has_switched_it_on(visit, host, index_folder, tmp_path):
    settings = {"allowed_origins": host.url, "unreviewed_languages": "km"}
    with running(index_folder, tmp_path, **settings) as khmer:
        site = visit(html=page_of(tag(khmer) + element(f"{khmer.url}/v1", 'lang="km"')))
        expect(site.widget.get_by_role("heading").first).to_have_text(strings("km")["title"])


def test_words_of_the_pages_own(visit, host):
    own = '{"title": "Ask us", "lang": "de", "unknown": "x", "send": 3, "label": "<b>Q</b>"}'
    address = host.show("/own.json", own, content_type="application/json")
    site = visit("answered", f'strings-src="{address}"')
    expect(site.widget.get_by_role("heading").first).to_have_text("Ask us")
    expect(site.widget.locator(".ra")).to_have_attribute("lang", "de")
    expect(site.widget.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(site.widget.locator("label")).to_have_text("<b>Q</b>")
    site = visit("answered", f'strings-src="{host.url}/missing.json"')
    expect(site.widget.get_by_role("heading").first).to_have_text("Ask about the report")


def test_links_lead_where_the_page_says(visit, host):
    site = visit("answered")
    help_link = site.widget.get_by_role("link", name="Help and reporting")
    expect(help_link).to_have_attribute("href", f"{host.other_url}/stub/answered/help")
    site = visit("answered", f'help-url="{host.url}/our-help" source-target="_self"')
    expect(site.widget.get_by_role("link", name="Help and reporting")).to_have_attribute(
        "href", f"{host.url}/our-help"
    )
    site.ask()
    site.turn.locator("summary").first.click()
    opening = site.turn.get_by_role("link", name="Open in report")
    expect(opening).to_have_attribute("target", "_self")
    expect(opening).to_have_attribute("href", f"{host.other_url}/stub/answered/report#s-1")


def test_slots(visit, host, served):
    inside = (
        '<button slot="suggestions">Who heads it?</button><a slot="help" href="/local">A local helpline</a>'
        '<p id="fallback">Fallback</p>'
    )
    site = visit(html=page_of(tag(served) + element(host.stub("answered"), children=inside)))
    expect(site.page.locator("#fallback")).to_be_hidden()
    expect(site.page.get_by_role("link", name="A local helpline")).to_be_visible()
    site.page.get_by_role("button", name="Who heads it?").click()
    expect(site.turn.get_by_role("heading", name="Who heads it?")).to_be_visible()
    expect(site.page.get_by_role("button", name="Who heads it?")).to_be_hidden()
    expect(site.box).to_be_focused()


def test_a_suggestion_or_the_page_leaves_what_is_waiting_alone(visit, host, served):
    inside = '<button slot="suggestions">Who heads it?</button>'
    site = visit(html=page_of(tag(served) + element(host.stub("slow"), children=inside)))
    site.box.fill(QUESTION)
    site.box.press("Enter")
    expect(site.widget.get_by_role("button", name="Stop")).to_be_visible()
    site.page.get_by_role("button", name="Who heads it?").click()
    site.widget.evaluate("one => one.ask('Another?')")
    expect(site.turn).to_have_count(1)


def test_the_page_can_hide_it(visit):
    site = visit("answered")
    main = site.page.locator("main")
    main.evaluate("one => { one.style.pointerEvents = 'none'; }")
    assert site.box.evaluate("one => getComputedStyle(one).pointerEvents") == "none"
    main.evaluate("one => { one.style.visibility = 'hidden'; }")
    expect(site.box).to_be_hidden()
    main.evaluate("one => { one.style.visibility = ''; }")
    expect(site.box).to_be_visible()
    site.widget.evaluate("one => { one.hidden = true; }")
    expect(site.box).to_be_hidden()


def test_a_theme_reaches_what_it_should(visit, host, served):
    style = (
        "<style>report-assistant { --ra-color-accent: rgb(1, 2, 3); --ra-font-size: 20px; } "
        "report-assistant::part(send-button) { text-transform: uppercase; }</style>"
    )
    site = visit(html=page_of(tag(served) + element(host.stub("answered")), style))
    button = site.widget.get_by_role("button", name="Ask", exact=True)
    for name, value in (
        ("backgroundColor", "rgb(1, 2, 3)"),
        ("textTransform", "uppercase"),
    ):
        assert button.evaluate(f"one => getComputedStyle(one).{name}") == value
    assert site.box.evaluate("one => getComputedStyle(one).fontSize") == "20px"


def test_sizes_do_not_follow_the_root_of_the_page(visit, host, served):
    site = visit(
        html=page_of(tag(served) + element(host.stub("answered")), "<style>html { font-size: 5px }</style>")
    )
    assert site.box.evaluate("one => getComputedStyle(one).fontSize") == "16px"


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "Who heads the High Level Working Group?",
        "Where and when was the World Congress III against sexual exploitation held?",
    ],
)
def test_every_source_opens_the_sentence_that_it_quotes(visit, served, question):
    site = visit(attributes="")
    site.ask(question)
    quotes = site.turn.locator("[part~=answer] > blockquote").all_inner_texts()
    for number, card in enumerate(site.turn.locator("details[data-marker]").all()):
        card.locator("summary").first.click()
        with site.page.context.expect_page() as opened:
            card.get_by_role("link", name="Open in report").click()
        report = opened.value
        report.wait_for_load_state()
        anchor = report.evaluate("location.hash")
        marked = report.evaluate("""() => {
          const one = [...document.querySelectorAll('.marked, .s:target')];
          for (const each of one) for (const note of each.querySelectorAll('sup')) note.remove();
          return one.map(each => each.textContent).join(' ').replace(/\\s+/g, ' ').trim();
        }""")
        assert anchor.startswith("#s-")
        quote = quotes[number].rpartition("” [")[0].partition("“")[2]
        assert marked == " ".join(quote.split())
        report.close()


def test_the_demo_page_shows_every_form(visit, served):
    site = visit(address=f"{served.url}/demo", ready=False)
    expect(site.page.get_by_role("textbox", name="Your question")).to_have_count(2)
    expect(site.page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()
    site.page.get_by_role("button", name="Ask about the report").click()
    expect(site.page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    expect(site.page.locator("report-assistant.floating [slot=suggestions]").first).to_be_visible()
