"""axe finds nothing in any state, light, dark and narrow; keyboard, focus, sizes and zoom."""

import pytest
from playwright.sync_api import expect

from axe import assert_axe_finds_nothing_in_any_look
from widget.answers import SECTION
from widget.conftest import QUESTION, element, page_of, tag

# What is asked, and what of it is opened before axe looks.
STATES = ["idle", "two", "two, opened", "partial", "refused", "nearest", "overview", "help",
          "support_below, opened", "declined", "distressing, opened", "500", "slow", "too long"]  # fmt: skip


def bring(widget, state: str) -> None:
    """Brings a widget into a state."""
    case, _, opened = state.partition(", ")
    box = widget.get_by_role("textbox")
    if case == "idle":
        return
    if case == "too long":
        box.fill("x" * 501)
        expect(widget.get_by_role("alert")).not_to_be_empty()
        return
    box.fill(QUESTION)
    box.press("Enter")
    if case == "slow":
        expect(widget.get_by_role("button", name="Stop")).to_be_visible()
    elif case == "500":
        expect(widget.get_by_role("button", name="Ask again")).to_be_visible()
    else:
        widget.locator("article:not([aria-busy])").wait_for()
    if opened:
        widget.locator("article").evaluate(
            "one => one.querySelectorAll('details').forEach(each => { each.open = true; })"
        )


def case_of(state: str) -> str:
    return state.partition(", ")[0].replace("idle", "answered").replace("too long", "answered")


def test_axe_finds_nothing_in_any_state(visit, host, served):
    widgets = "".join(element(host.stub(case_of(state)), "feedback") for state in STATES)
    site = visit(html=page_of(tag(served) + widgets))
    for number, state in enumerate(STATES):
        bring(site.widget.nth(number), state)
    assert_axe_finds_nothing_in_any_look(site.page)


@pytest.mark.parametrize("path", ["/demo", "/embed?lang=fr"])
def test_axe_finds_nothing_in_the_services_own_pages(visit, served, path):
    site = visit(address=served.url + path)
    assert_axe_finds_nothing_in_any_look(site.page)


@pytest.mark.parametrize("layout", ["inline", "floating"])
def test_axe_finds_nothing_in_a_page_of_its_own(visit, layout):
    site = visit("two", f'feedback open layout="{layout}"')
    bring(site.widget, "two, opened")
    assert_axe_finds_nothing_in_any_look(site.page)


def test_axe_finds_nothing_when_help_is_shown_twice(visit):
    site = visit("help")
    for number in (1, 2):
        site.ask()
        expect(site.turn).to_have_count(number)
    expect(site.widget.get_by_role("region", name="Help 2")).to_have_count(1)
    # The box that stays in sight may cover a part of a link, which can be scrolled from below it.
    assert_axe_finds_nothing_in_any_look(site.page, but=("target-size",))


@pytest.mark.parametrize("layout", ["inline", "floating"])
@pytest.mark.parametrize("state", ["idle", "two, opened", "refused", "declined"])
def test_nothing_scrolls_sideways_at_400_percent(visit, layout, state):
    # A window of 1,280 by 1,024 pixels has room for 320 by 256 at 400 %.
    attributes = f'feedback open layout="{layout}"'
    site = visit(case_of(state), attributes, viewport={"width": 320, "height": 256})
    bring(site.widget, state)
    assert site.page.evaluate("document.documentElement.scrollWidth") <= 320
    wider = "one => one.shadowRoot.querySelector('[part~=panel]').scrollWidth"
    assert site.widget.evaluate(wider) <= 320


def test_the_whole_flow_works_by_keyboard(visit):
    site = visit("two", "feedback")
    keys = site.page.keyboard
    keys.press("Tab")
    assert "Leave this page" in focused(site)
    keys.press("Tab")
    expect(site.box).to_be_focused()
    keys.type("First line")
    keys.press("Shift+Enter")
    keys.type(QUESTION)
    assert "\n" in site.box.input_value()
    keys.press("Enter")
    site.widget.locator("article:not([aria-busy])").wait_for()
    expect(site.box).to_be_focused()
    keys.press("Tab")
    assert focused(site) == "Go to answer"
    keys.press("Enter")
    expect(site.turn.get_by_role("heading").first).to_be_focused()
    keys.press("Tab")
    assert focused(site) == "Source 1, pages 16–21"
    keys.press("Enter")
    expect(site.turn.locator("summary").first).to_be_focused()
    expect(site.turn.locator(".inside").first).to_be_visible()
    seen = []
    while focused(site) and len(seen) < 40:
        keys.press("Tab")
        seen.append(focused(site))
    for name in (
        "Open in report",
        "Copy reference",
        "Original",
        "Archived copy",
        "Yes",
        "No, this is wrong",
        "Clear",
        "Help and reporting",
    ):
        assert any(name in one for one in seen), seen
    assert focused(site) == "", "out of the widget again, without a trap"


def focused(site) -> str:
    """What has the focus in the widget, by its name or its words; nothing where it is outside."""
    found = """(one => one?.ariaLabel || one?.placeholder || one?.textContent || '')(
      document.querySelector('report-assistant').shadowRoot.activeElement)"""
    return site.page.evaluate(found).strip()


def test_go_to_answer_is_the_next_stop_after_the_button_too(visit):
    site = visit("answered")
    site.box.fill(QUESTION)
    site.widget.get_by_role("button", name="Ask", exact=True).focus()
    site.page.keyboard.press("Enter")
    site.widget.locator("article:not([aria-busy])").wait_for()
    assert focused(site) == "Ask"
    site.page.keyboard.press("Tab")
    assert focused(site) == "Go to answer"


@pytest.fixture
def held(visit, host, served):
    """A page with a suggestion whose requests wait until they are let go."""
    inside = '<button slot="suggestions">Who heads it?</button>'
    site = visit(html=page_of(tag(served) + element(host.stub("answered"), children=inside)))
    waiting = []
    site.page.route("**/ask", lambda route: waiting.append(route))

    def ask():
        site.box.fill(QUESTION)
        site.box.press("Enter")
        expect(site.widget.get_by_role("status").first).to_have_text("Searching the report…")

    def let_go(turns: int):
        while not waiting:  # the request of a slow browser is still to come
            site.page.wait_for_timeout(20)
        waiting.pop().continue_()
        expect(site.widget.locator("article:not([aria-busy])")).to_have_count(turns)

    return site, ask, let_go


def test_the_focus_stays_on_a_button_when_the_next_answer_arrives(held):
    site, ask, let_go = held
    ask()
    let_go(1)
    ask()
    expect(site.widget.get_by_role("button", name="Go to answer")).to_be_hidden()
    site.page.keyboard.press("Tab")
    assert focused(site) == "Ask"
    let_go(2)
    assert focused(site) == "Ask"
    site.page.keyboard.press("Tab")
    assert focused(site) == "Go to answer"


def test_go_to_answer_gives_the_focus_to_the_box_while_the_page_asks(held):
    site, ask, let_go = held
    ask()
    let_go(1)
    site.page.keyboard.press("Tab")
    site.widget.evaluate("one => { one.ask('Another?'); }")
    expect(site.box).to_be_focused()


def test_the_focus_goes_to_the_box_when_a_suggestion_that_has_it_goes(held):
    site, ask, let_go = held
    ask()
    site.page.get_by_role("button", name="Who heads it?").focus()
    let_go(1)
    expect(site.page.get_by_role("button", name="Who heads it?")).to_be_hidden()
    expect(site.box).to_be_focused()


def test_an_earlier_answer_can_be_gone_to_when_the_next_one_fails(held):
    site, ask, let_go = held
    ask()
    let_go(1)
    ask()
    site.widget.get_by_role("button", name="Stop").click()
    expect(site.widget.get_by_role("button", name="Go to answer")).to_be_visible()


@pytest.mark.parametrize(
    ("case", "place"),
    [("answered", "summary"), ("refused", "[part~=source-list] a")],
    ids=["source", "nearest"],
)
def test_titles_of_the_report_are_in_its_language(visit, case, place):
    site = visit(case, 'lang="fr"')
    site.ask()
    expect(site.turn.locator(f"{place} [lang=en]").first).to_have_text(" › ".join(SECTION))
    expect(site.box).to_have_attribute("lang", "en")


def test_enter_sends_and_shift_enter_breaks_the_line_in_a_box_that_grows(visit, host):
    site = visit("answered")
    host.asked.clear()
    expect(site.widget.get_by_text("Enter sends, Shift+Enter adds a line")).to_be_visible()
    low = site.box.bounding_box()["height"]
    site.box.press_sequentially("Who?")
    site.box.press("Shift+Enter")
    site.box.press_sequentially("And when?")
    assert site.box.bounding_box()["height"] > low
    assert host.asked == []
    site.box.press("Enter")
    expect(site.widget.get_by_role("status").first).to_have_text("The answer is ready.")
    assert [asked["question"] for asked in host.asked] == ["Who?\nAnd when?"]
    expect(site.box).to_have_value("")
    assert site.box.bounding_box()["height"] == low


def test_enter_that_ends_a_composed_character_asks_nothing(visit, host):
    site = visit("answered")
    host.asked.clear()
    site.box.fill("Quels")
    site.box.evaluate(
        """one => one.dispatchEvent(
          new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"""
    )
    site.page.wait_for_timeout(100)
    assert host.asked == []


def test_an_answer_is_announced_by_a_region_that_was_there_before(visit):
    site = visit("answered")
    region = site.widget.get_by_role("status").first
    handle = region.element_handle()
    site.ask()
    expect(region).to_have_text("The answer is ready.")
    assert handle.evaluate("one => one.isConnected && one.textContent") == "The answer is ready."


@pytest.mark.parametrize(
    "state", ["idle", "two, opened", "support_below, opened", "distressing, opened", "slow", "500"]
)
def test_targets_are_large_enough(visit, state):
    site = visit(case_of(state), 'feedback layout="floating" open')
    bring(site.widget, state)
    sizes = """one => [
      ...one.shadowRoot.querySelectorAll("a[href], button, summary, textarea"),
    ].map((target) => {
      const box = target.getBoundingClientRect();
      return [target.getAttribute('part') ?? target.textContent, box.width, box.height];
    }).filter(([, width]) => width)"""
    found = site.widget.evaluate(sizes)
    assert len(found) > 4
    for name, width, height in found:
        least = 44 if name in ("exit-button", "help-link", "send-button") else 24
        assert min(width, height) >= least or name == "mark", (name, width, height)


def test_the_question_has_a_limit_that_is_said_and_nothing_is_cut(visit, host):
    site = visit("answered", 'max-length="20"')
    host.asked.clear()
    site.box.fill("x" * 25)
    expect(site.widget.get_by_role("alert")).to_have_text(
        "Please shorten your question to 20 characters or fewer."
    )
    site.box.press("Enter")
    expect(site.box).to_have_value("x" * 25)
    assert host.asked == []
    site.box.fill("x" * 20)
    expect(site.widget.get_by_role("alert")).to_be_empty()
    site.box.press("Enter")
    site.turn.wait_for()


@pytest.mark.parametrize("level", [2, 3, 4])
def test_headings_fit_into_the_page(visit, level):
    site = visit("two", f'heading-level="{level}"')
    site.ask()
    for depth, name in ((0, "Ask about the report"), (1, QUESTION)):
        expect(site.widget.get_by_role("heading", level=level + depth, name=name)).to_be_visible()


def test_nothing_moves_for_those_who_want_it_still(visit):
    site = visit("two", reduced_motion="reduce")
    site.ask()
    moving = """one => [...one.shadowRoot.querySelectorAll('*')].map(each => getComputedStyle(each)).filter(
      style => style.transitionDuration !== '0s' || style.animationName !== 'none').length"""
    assert site.widget.evaluate(moving) == 0
