"""Writes the pictures of docs/pages.md: `make pictures`, with the service of `make serve` running.

Playwright drives a Chromium that is installed already; nothing is downloaded.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
ANSWERED = "In how many provinces were campaigns conducted in 2008?"
REFUSED = "How many arrests of foreign child sex offenders were there in 2015?"
WIDE = {"viewport": {"width": 1100, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}}


def main(address: str) -> None:
    """Take all pictures of the service at `address`."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        for name, options in {
            "answer": WIDE,
            "phone": PHONE,
            "dark": {**WIDE, "color_scheme": "dark"},
        }.items():
            page = open_page(browser, address, options)
            ask(page, ANSWERED)
            page.locator("details.source > summary").first.click()
            page.locator("details.note > summary").first.click()
            take(page, name)
        page = open_page(browser, address, WIDE)
        ask(page, REFUSED)
        take(page, "refusal")
        page.goto("/sources")
        page.locator(".work summary").first.click()
        take(page, "sources", whole=False)
        ask(page, ANSWERED)
        page.locator("details.source > summary").first.click()
        page.goto(page.locator("a.onward").first.get_attribute("href") or "/report")
        take(page, "report", whole=False)
        browser.close()


def open_page(browser: Browser, address: str, options: dict) -> Page:
    return browser.new_context(base_url=address, **options).new_page()


def ask(page: Page, question: str) -> None:
    page.goto("/")
    page.locator("#question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("article.answer").wait_for()


def take(page: Page, name: str, *, whole: bool = True) -> None:
    """Take a picture: of the page to the end of its answer, or of what is seen."""
    if not whole:
        page.screenshot(path=FOLDER / f"{name}.png")
        return
    page.evaluate("scrollTo(0, 0)")
    end = page.locator(".feedback").bounding_box()["y"]
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": end}
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=clip)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
