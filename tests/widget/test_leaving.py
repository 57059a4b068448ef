"""'Leave this page': by a click or Shift three times, from the page or from a frame, and not by accident."""

import pytest
from playwright.sync_api import expect

from pages.conftest import EXIT, tap_shift
from service.conftest import running
from widget.conftest import element, page_of, tag

FRAME = (
    '<iframe src="{url}/embed?lang=en" title="Ask about the report" referrerpolicy="no-referrer" '
    'allow="clipboard-write" width="600" height="700" sandbox="allow-scripts allow-forms allow-same-origin '
    'allow-popups allow-popups-to-escape-sandbox allow-top-navigation"></iframe>'
)

HOLD_ALT_GRAPH = """() => {
  KeyboardEvent.prototype.getModifierState = (key) => key === 'AltGraph';
}"""


def test_a_click_leaves_and_back_skips_the_page(visit, host):
    site = visit("answered")
    address = site.page.url
    site.page.goto(host.show("/before", page_of("Before")))
    site.page.goto(address)
    site.widget.locator(".ra").wait_for(state="attached")
    site.ask()
    site.widget.get_by_role("link", name="Leave this page").click()
    site.page.wait_for_url(EXIT)
    site.page.go_back()
    assert site.page.url.endswith("/before")


def test_shift_three_times_leaves_from_anywhere_in_the_page(visit):
    site = visit("answered")
    left: list[str] = []
    site.page.expose_function("left", lambda name: left.append(name))
    site.page.evaluate("() => { document.addEventListener('ra-exit', () => { left('page'); }); }")
    tap_shift(site.page)
    site.page.wait_for_url(EXIT)
    assert left == ["page"]


def test_nothing_is_to_be_seen_while_the_other_page_loads(visit, host, served):
    style = "<style>body { display: flex !important; }</style>"
    site = visit(html=page_of(tag(served) + element(host.stub("answered")), style))
    site.page.route(f"{EXIT}**", lambda route: route.fulfill(status=204))  # which stays
    tap_shift(site.page)
    expect(site.page.locator("body")).to_be_hidden()


def test_the_other_page_is_not_told_where_the_visitor_was(visit):
    site = visit("answered")
    with site.page.expect_request(f"{EXIT}**") as sent:
        site.widget.get_by_role("link", name="Leave this page").click()
    assert "referer" not in sent.value.all_headers()


@pytest.mark.parametrize(
    "steps",
    [
        ["Shift", "Shift"],
        ["Shift", "Shift", "a", "Shift"],
        ["Shift", "Shift", "click", "Shift"],
        ["Shift", "Shift", "wait", "Shift"],
        ["Shift", "Shift", "hold", "Shift"],
        ["hold"] * 3,
        ["Shift+A"] * 3,
        ["Shift", "Shift", "wheel", "Shift"],
        ["Alt+Shift"] * 3,
        *(["hold " + key, "Shift", "Shift", "Shift"] for key in ("Alt", "AltGraph", "Control", "Meta")),
        ["hold Alt", "Shift", "Shift", "let Alt go", "Shift"],
    ],
    ids=str,
)
def test_typing_does_not_leave(visit, steps):
    site = visit("answered")
    site.page.clock.install()
    site.page.evaluate("() => { window.stays = true; }")
    for step in steps:
        if step == "click":
            site.box.click()
        elif step == "wait":
            site.page.clock.fast_forward(5100)
        elif step == "wheel":
            site.page.mouse.wheel(10, 0)
            site.page.wait_for_timeout(100)  # comes when the page is drawn next
        elif step == "hold AltGraph":  # which Playwright does not tell later keys
            site.page.evaluate(HOLD_ALT_GRAPH)
        elif step.startswith("hold "):
            site.page.keyboard.down(step.removeprefix("hold "))
        elif step == "let Alt go":
            site.page.keyboard.up("Alt")
        elif step == "hold":
            site.page.keyboard.down("Shift")
            site.page.clock.fast_forward(300)
            site.page.keyboard.up("Shift")
        else:
            site.box.press(step)
    site.page.wait_for_timeout(150)
    assert site.page.evaluate("window.stays") is True


def test_a_tab_that_leaving_cannot_reach_is_spoken_of_once_it_is_there(visit):
    site = visit("answered")
    told = site.widget.get_by_text("Tabs that you opened from here stay open. Close them too.")
    site.ask()
    site.turn.get_by_role("link", name="Source 1").click()
    expect(told).to_be_hidden()
    with site.page.context.expect_page():
        site.turn.get_by_role("link", name="Open in report").click()
    expect(told).to_be_visible()


def test_there_is_one_tab_where_the_page_wants_one(visit, host):
    host.show("/stub/answered/report", page_of("The report"))
    site = visit("answered", 'source-target="_self"')
    site.ask()
    site.turn.get_by_role("link", name="Source 1").click()
    site.turn.get_by_role("link", name="Open in report").click()
    site.page.wait_for_url("**/report#s-1", wait_until="commit")
    assert len(site.page.context.pages) == 1


def test_off_takes_it_away_and_an_address_of_the_operator_is_used(visit):
    site = visit("answered", 'exit-url="off"')
    expect(site.widget.get_by_role("link", name="Leave this page")).to_have_count(0)
    tap_shift(site.page)
    site.page.wait_for_timeout(150)
    assert site.page.url != EXIT
    site = visit("answered", 'exit-url="https://example.org/weather"')
    leave = site.widget.get_by_role("link", name="Leave this page")
    expect(leave).to_have_attribute("href", "https://example.org/weather")
    site = visit("answered", 'exit-url="javascript:alert(1)"')
    leave = site.widget.get_by_role("link", name="Leave this page")
    expect(leave).to_have_attribute("href", EXIT)


@pytest.mark.parametrize("way", ["click", "keys"])
def test_a_frame_leaves_for_the_whole_page(visit, served, way):
    site = visit(html=page_of(FRAME.format(url=served.url)), ready=False)
    frame = site.page.frame_locator("iframe")
    box = frame.get_by_role("textbox")
    box.fill("Who heads the HLWG?")
    box.press("Enter")
    expect(frame.locator("blockquote").first).to_contain_text("HLWG")
    if way == "click":
        frame.get_by_role("link", name="Leave this page").click()
    else:
        box.focus()
        tap_shift(site.page)
    site.page.wait_for_url(EXIT)


@pytest.fixture(scope="module")
def help_only(host, tmp_path_factory):
    """A service without an index, of which the site may frame the contacts."""
    folder = tmp_path_factory.mktemp("help-only")
    with running(folder / "none", folder, "--help-only", sign="/help", allowed_origins=host.url) as started:
        yield started


@pytest.mark.parametrize("way", ["click", "keys"])
def test_the_contacts_in_place_of_the_widget_leave_for_the_whole_page(visit, host, help_only, way):
    site = visit(address=host.show("/before", page_of("Before")), ready=False)
    site.page.goto(host.show("/framing-help", page_of(FRAME.format(url=help_only.url))))
    frame = site.page.frame_locator("iframe")
    for words in ("press Shift three times", "Tabs with other sites stay open", "in its history"):
        expect(frame.get_by_text(words)).to_be_visible()
    link = frame.get_by_role("link", name="Leave this page")
    if way == "click":
        link.click()
    else:
        for _ in range(3):
            link.press("Shift")
    site.page.wait_for_url(EXIT)
    site.page.go_back()
    assert site.page.url.endswith("/before")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_they_leave_by_themselves_and_without_scripts(visit, help_only, scripts):
    site = visit(address=f"{help_only.url}/embed", ready=False, java_script_enabled=scripts)
    expect(site.page.get_by_text("in its history")).to_be_visible()
    expect(site.page.get_by_text("press Shift three times")).to_be_visible(visible=scripts)
    site.page.get_by_role("link", name="Leave this page").click()
    site.page.wait_for_url(EXIT)


def test_a_frame_opens_the_report_and_copies(visit, served):
    site = visit(html=page_of(FRAME.format(url=served.url)), ready=False)
    frame = site.page.frame_locator("iframe")
    frame.get_by_role("button", name="Who heads the HLWG?").click()
    frame.locator("article summary").first.click()
    frame.get_by_role("button", name="Copy reference").first.click()
    expect(frame.get_by_text("Copied.")).to_be_visible()
    with site.page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open in report").first.click()
    assert opened.value.url.startswith(f"{served.url}/report")
    assert site.complaints == [] or all("sandbox" in complaint for complaint in site.complaints)


def test_only_listed_sites_may_frame_it(visit, host, served, client):
    policy = client.get("/embed").headers["content-security-policy"]
    assert f"frame-ancestors 'self' {host.url}" in policy
    address = host.show("/framing", page_of(FRAME.format(url=served.url)))
    site = visit(address=address.replace(host.url, host.other_url), ready=False)
    site.page.wait_for_timeout(400)
    assert any("frame-ancestors" in complaint for complaint in site.complaints)
    expect(site.page.frame_locator("iframe").get_by_role("textbox")).to_have_count(0)


def test_two_widgets_leave_once_is_enough(visit, host, served):
    both = element(host.stub("answered")) + element(host.stub("refused"))
    site = visit(html=page_of(tag(served) + both))
    site.widget.nth(1).get_by_role("link", name="Leave this page").click()
    site.page.wait_for_url(EXIT)
