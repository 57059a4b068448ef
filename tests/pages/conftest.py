"""A real browser before a real service. Without a Chromium on the machine these tests are skipped."""

import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright

from a4a_qa.settings import Settings
from service.conftest import Service, client, running, service  # noqa: F401  fixtures

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# No sandbox, since CI runs as root; nothing that would ask the network by itself.
OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXIT = Settings().exit_url
ANSWERED = "In how many provinces were campaigns conducted in 2008?"
REFUSED = "What is the capital of France?"
OTHER_YEAR = "How many arrests of foreign child sex offenders were there in 2015?"
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, for this folder only: Playwright's loop would be in the way of tests that run their own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser is installed: looked for {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=OPTIONS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, service) -> Iterator[Callable[..., Page]]:  # noqa: F811
    """Opens an address of the service in a browser of its own; fails when the page complained."""
    contexts, complaints = [], []

    def opened(path: str = "/", *, expect_errors: bool = False, **options) -> Page:
        context = browser.new_context(base_url=service.url, **options)
        context.route(f"{EXIT}**", lambda route: route.fulfill(body="Sunny"))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not expect_errors:  # the console mentions every reply that is an error
            page.on("console", lambda message: _note_error(message, complaints))
        page.on("request", lambda request: _refuse_elsewhere(request.url, service.url, complaints))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


def _note_error(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type == "error":
        complaints.append(message.text)


def _refuse_elsewhere(address: str, own: str, complaints: list[str]) -> None:
    if not address.startswith((own, "data:", EXIT)):
        complaints.append(f"the page asked {address}")


def background(element: Locator) -> str:
    """The colour behind an element."""
    return element.evaluate("element => getComputedStyle(element).backgroundColor")


def box_of(page: Page) -> Locator:
    """The box for a question."""
    return page.get_by_role("textbox", name="Your question")


def tap_shift(page: Page, times: int = 3, *, held: float = 0.05) -> None:
    """Presses Shift some times and lets it go after `held` seconds.

    The events carry times of their own: on a busy machine those of real presses lie far enough apart to be a
    key that is held.
    """
    keyboard = page.context.new_cdp_session(page)
    now = time.time()
    shift = {"key": "Shift", "code": "ShiftLeft", "windowsVirtualKeyCode": 16}
    for tap in range(times):
        pressed = now + tap * (held + 0.05)
        keyboard.send(
            "Input.dispatchKeyEvent", {"type": "rawKeyDown", **shift, "modifiers": 8, "timestamp": pressed}
        )
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **shift, "timestamp": pressed + held})
    keyboard.detach()


def ask(page: Page, question: str) -> None:
    """Types a question and waits for its answer."""
    box_of(page).fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    newest = page.locator("article#answer", has=page.get_by_role("heading", name=question))
    newest.and_(page.locator("article:last-child")).wait_for()
