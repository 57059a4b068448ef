"""'Leave this page': on every page, by a click or by Shift three times, and not by accident."""

import pytest
from playwright.sync_api import expect

from pages.conftest import ANSWERED, EXIT, ask, box_of, tap_shift

EVERY_PAGE = pytest.mark.parametrize("path", ["/", "/report", "/sources", "/help", "/accessibility", "/docs"])


@EVERY_PAGE
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_click_leaves(open_page, path, scripts):
    page = open_page(path, java_script_enabled=scripts)
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(EXIT)


@EVERY_PAGE
def test_shift_three_times_leaves(open_page, path):
    page = open_page(path)
    tap_shift(page)
    page.wait_for_url(EXIT)


def test_back_does_not_return_to_the_page(open_page):
    page = open_page("/accessibility")
    page.goto("/")
    ask(page, ANSWERED)
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(EXIT)
    page.go_back()
    assert page.url.endswith("/accessibility")


def test_back_does_not_return_after_links_within_the_page(open_page):
    page = open_page("/accessibility")
    page.goto("/report")
    page.get_by_role("link", name="Endnotes", exact=True).click()
    expect(page.locator("#endnotes:target")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator("[aria-labelledby=endnotes] :focus")).to_be_in_viewport()
    page.locator("#endnote-1 .links a").last.click()
    expect(page.locator("#mark-1:target")).to_be_focused()
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(EXIT)
    page.go_back()
    assert page.url.endswith("/accessibility")


def test_links_within_the_page_open_in_another_tab_as_ever(open_page):
    page = open_page("/report")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Endnotes", exact=True).click(modifiers=["Control"])
    assert opened.value.url.endswith("/report#endnotes")
    assert page.url.endswith("/report")


def test_other_tabs_leave_too(open_page):
    page = open_page("/")
    other = page.context.new_page()
    other.goto("/report")
    page.get_by_role("link", name="Leave this page").click()
    other.wait_for_url(EXIT)


@EVERY_PAGE
def test_what_leaving_cannot_reach_is_said(open_page, path):
    page = open_page(path)
    expect(
        page.locator("footer").get_by_text("Tabs with other sites stay open. Close those too.")
    ).to_be_visible()


@pytest.mark.parametrize(
    "steps",
    [
        ["Shift", "Shift"],
        ["Shift", "Shift", "a", "Shift"],
        ["Shift", "Shift", "click", "Shift"],
        ["hold"] * 3,
        ["Shift+A"] * 3,
        ["hold Alt", *["Shift"] * 3],
        ["hold Control", *["Shift"] * 3],
        ["hold Meta", *["Shift"] * 3],
        ["Shift", "Shift", "wheel", "Shift"],
    ],
    ids=str,
)
def test_typing_does_not_leave(open_page, steps):
    page = open_page("/")
    for step in steps:
        if step == "click":
            box_of(page).click()
        elif step == "hold":
            tap_shift(page, 1, held=0.3)
        elif step == "wheel":
            page.mouse.wheel(10, 0)
            page.wait_for_timeout(100)  # comes when the page is drawn next
        elif step.startswith("hold "):
            page.keyboard.down(step.removeprefix("hold "))
        else:
            box_of(page).press(step)
    page.wait_for_timeout(200)
    expect(page.get_by_role("heading", name="Ask the report")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(390, 700), (320, 568)])
def test_the_way_out_stays_in_reach_while_reading(open_page, width, height):
    page = open_page("/report#endnotes", viewport={"width": width, "height": height})
    expect(page.get_by_role("link", name="Leave this page")).to_be_in_viewport()
    assert page.locator("#leave").bounding_box()["height"] >= 44
