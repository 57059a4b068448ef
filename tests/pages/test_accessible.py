"""axe finds nothing in any state, light and dark, wide and narrow; zoom, keyboard and print."""

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from a4a_qa.service.pages.rendering import contacts_frame, make_renderer
from axe import assert_axe_finds_nothing, assert_axe_finds_nothing_in_any_look
from pages.conftest import ANSWERED, OTHER_YEAR, ask, box_of
from pages.drawn import declined, page_of, site_of, support, with_notices
from service.conftest import wait_until


def idle(page: Page, assistant) -> None:
    page.goto("/")


def answered(page: Page, assistant) -> None:
    page.goto("/")
    ask(page, ANSWERED)


def opened(page: Page, assistant) -> None:
    answered(page, assistant)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def sheet(page: Page, assistant) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    answered(page, assistant)
    page.get_by_role("button", name="Source 1").click()
    expect(page.locator(".evidence")).to_be_visible()


def summed_up(page: Page, assistant) -> None:
    page.goto("/")
    ask(page, "Summarise the report")


def refused(page: Page, assistant) -> None:
    page.goto("/")
    ask(page, OTHER_YEAR)


def mistaken(page: Page, assistant) -> None:
    page.goto("/")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


def working(page: Page, assistant) -> None:
    page.goto("/")
    page.route(lambda address: address.endswith("/"), lambda route: None)
    box_of(page).fill(ANSWERED)
    box_of(page).press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Looking it up …")


def drawn(page: Page, html: str) -> None:
    """Shows a page that is made up as if the service had sent it."""
    page.route("**/drawn", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/drawn")


def supported(page: Page, assistant) -> None:
    drawn(page, support(assistant))


def turned_away(page: Page, assistant) -> None:
    drawn(page, declined(assistant))


def closed(page: Page, assistant) -> None:
    drawn(page, page_of(assistant, **with_notices(assistant, "distressing", "contact_2011")))


def reading(page: Page, assistant) -> None:
    page.goto("/report#endnote-86")


def sources(page: Page, assistant) -> None:
    page.goto("/sources")
    page.locator(".work summary").first.click()


def contacts(page: Page, assistant) -> None:
    page.goto("/help")


def framed_contacts(page: Page, assistant) -> None:
    renderer = make_renderer("https://www.example.org/", None)
    [checked, *others] = assistant.contacts
    today = replace(checked, value="116 111", verified_on=date.today(), verified_by="A. Person")
    drawn(page, contacts_frame(renderer, [today, *others], "Questions cannot be answered now"))
    expect(page.get_by_role("link", name="116 111")).to_be_visible()


def statement(page: Page, assistant) -> None:
    page.goto("/accessibility")


def endpoints(page: Page, assistant) -> None:
    page.goto("/docs")


# Whether words are drawn at all: content of closed details has a box and is skipped.
SEEN = "one => one.checkVisibility({ contentVisibilityAuto: true })"
STATES = [
    idle, working, answered, opened, sheet, refused, summed_up, mistaken,
    supported, turned_away, closed, reading, sources, contacts, framed_contacts, statement, endpoints,
]  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing(open_page, assistant, state):
    page = open_page("/accessibility")
    state(page, assistant)
    assert_axe_finds_nothing_in_any_look(page)


@pytest.mark.parametrize("where", ["max-width: 400px", "prefers-color-scheme: dark"])
def test_what_is_too_pale_in_one_look_is_found(open_page, where):
    page = open_page("/accessibility")
    pale = f"@media ({where}) {{ main {{ color: #888; background: #888; }} }}"
    page.evaluate(
        """css => {
            document.adoptedStyleSheets = [new CSSStyleSheet()];
            document.adoptedStyleSheets[0].replaceSync(css);
        }""",
        pale,
    )
    assert_axe_finds_nothing(page)
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_axe_finds_nothing_in_any_look(page)


@pytest.mark.parametrize("colours_alone", [False, True])
def test_axe_finds_what_is_too_pale(open_page, colours_alone):
    page = open_page("/accessibility")
    assert_axe_finds_nothing(page, colours_alone=colours_alone)
    page.get_by_role("main").evaluate("main => { main.style.color = main.style.background = '#888'; }")
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_axe_finds_nothing(page, colours_alone=colours_alone)


@pytest.mark.parametrize(
    "state",
    [idle, opened, sheet, refused, supported, reading, sources, framed_contacts, statement, endpoints],
)
def test_nothing_scrolls_sideways_at_400_percent(open_page, assistant, state):
    # A window of 1,280 by 1,024 pixels has room for 320 by 256 at 400 %.
    page = open_page("/accessibility", viewport={"width": 320, "height": 256})
    state(page, assistant)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_all_of_it_works_by_keyboard(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_have_css("outline-style", "solid")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(box_of(page)).to_be_focused()
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Enter")
    page.locator("article#answer").wait_for()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="Go to the answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=ANSWERED)).to_be_focused()
    seen = focused_names(page, 5)
    for expected in ("Source 1", "Source 2", "Other passages"):
        assert any(expected in name for name in seen), seen
    page.locator("details.source > summary").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".inside").nth(1)).to_be_visible()


def focused_names(page: Page, presses: int) -> list[str]:
    """What the focus reaches by Tab, by its words or its label."""
    names = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        focused = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent"
        names.append(page.evaluate(focused).strip()[:60])
    return names


@pytest.mark.parametrize("path", ["/", "/report", "/sources"])
def test_print_has_the_text_and_no_controls(open_page, path):
    page = open_page(path)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("link", name="Leave this page")).to_be_hidden()
    expect(page.locator("footer .rights")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_print_has_passages_and_endnotes_though_they_are_closed(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    ask(page, ANSWERED)
    evidence = page.locator(".inside > blockquote, .note > p:first-child").all()
    assert len(evidence) > 2
    evidence.append(page.get_by_text("Confidence: "))
    page.emulate_media(media="print")
    for part in evidence:
        wait_until(lambda part=part: part.evaluate(SEEN))  # a frame after the media changed
    for part in page.locator(".copy pre").all():
        assert not part.evaluate(SEEN)


def test_print_of_an_answer_has_nothing_to_open_or_follow(open_page):
    page = open_page("/")
    ask(page, ANSWERED)
    page.emulate_media(media="print")
    for control in page.locator(".copies, .more, .onward, .help-links").all():
        expect(control).to_be_hidden()


def test_what_is_opened_for_print_is_closed_behind_it(open_page):
    page = open_page("/")
    ask(page, ANSWERED)
    others = page.locator("details.source:not([open])").all()
    handles = [one.element_handle() for one in others]
    assert handles
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for source in page.locator("details.source").all():
        expect(source).to_have_attribute("open", "")
    expect(page.locator("details:is(.copies, .help-links)[open]")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not any(one.evaluate("one => one.open") for one in handles)
    expect(page.locator("details.source[open]")).to_have_count(1)


def test_distressing_parts_are_not_printed_unless_opened(open_page, assistant):
    page = open_page("/accessibility")
    closed(page, assistant)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    parts = page.locator(".closed blockquote").all()
    assert len(parts) > 1
    for part in parts:
        assert not part.evaluate(SEEN)
    page.locator(".closed > summary").first.evaluate("one => { one.parentElement.open = true; }")
    wait_until(lambda: parts[0].evaluate(SEEN))


def test_a_cited_sentence_is_marked_in_forced_colours(open_page):
    page = open_page("/report", forced_colors="active")
    sentence = page.locator("article p .s").first
    page.goto(f"/report#{sentence.get_attribute('id')}")
    colours = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
    shown = page.locator(".s.marked").evaluate(colours)
    page.evaluate("document.body.append(document.createElement('mark'))")
    assert shown == page.locator("body > mark").evaluate(colours)
    assert shown != page.locator(".s:not(.marked)").first.evaluate(colours)


@pytest.mark.parametrize("width", [355, 390, 480, 800])
def test_the_header_does_not_cover_what_is_jumped_to(open_page, width):
    page = open_page("/report#endnotes", viewport={"width": width, "height": 700})
    header = page.locator("header.site").bounding_box()
    assert page.locator("#endnotes").bounding_box()["y"] >= header["height"]


def test_motion_is_not_used(open_page):
    page = open_page("/")
    moving = (
        "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one).transitionDuration !== '0s')"
    )
    assert page.evaluate(f"{moving}.length") == 0


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("help@example.org", "mailto:help@example.org"),
        ("https://example.org/contact", "https://example.org/contact"),
    ],
)
def test_the_statement_names_whom_to_tell(assistant, address, link):
    drawn = site_of(assistant, operator_address=address).accessibility.body.decode()
    assert f'<a href="{link}">{address}</a>' in drawn
    assert "mailto:" not in site_of(assistant).accessibility.body.decode()
