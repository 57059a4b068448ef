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
WIDE = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}}


def main(address: str) -> None:
    """Take all pictures of the service at `address`."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        for name, options in {"answer": WIDE, "phone": PHONE}.items():
            page = open_page(browser, address, options)
            ask(page, ANSWERED)
            page.screenshot(path=FOLDER / f"{name}.png")
        page.get_by_role("button", name="Source 1").click()
        page.screenshot(path=FOLDER / "sheet.png")
        browser.close()


def open_page(browser: Browser, address: str, options: dict) -> Page:
    return browser.new_context(base_url=address, **options).new_page()


def ask(page: Page, question: str) -> None:
    page.goto("/")
    page.locator("#question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("article#answer").wait_for()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
