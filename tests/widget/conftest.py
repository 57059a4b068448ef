"""The widget in real pages of another site, before a real service or a stand-in that answers in one way."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from a4a_qa.service.widget.script import VERSION, integrity
from pages.conftest import BROWSERS, EXIT, OPTIONS, browser  # noqa: F401  a fixture
from service.conftest import Service, running
from widget.host import Host

QUESTION = "In how many provinces were campaigns conducted in 2008?"
FALLBACK = '<a href="/report">Read the report</a>'


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    started = Host()
    yield started
    started.close()


@pytest.fixture(scope="package")
def served(host, index_folder, tmp_path_factory) -> Iterator[Service]:
    """The service for the real report, which the site may ask."""
    folder = tmp_path_factory.mktemp("served")
    with running(index_folder, folder, rate_limit=0, allowed_origins=host.url) as started:
        yield started


@pytest.fixture(scope="package")
def client(served) -> Iterator[httpx.Client]:
    with served.client() as opened:
        yield opened


@pytest.fixture
def keeping(browser) -> Iterator[Page]:  # noqa: F811
    """A page of a browser that keeps pages for Back, as people's do; Playwright switches it off."""
    opened = browser.browser_type.launch(
        executable_path=next(filter(None, map(shutil.which, BROWSERS))),
        args=OPTIONS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield opened.new_page()
    opened.close()


@dataclass
class Site:
    """A browser's view of the site; `complaints` is what its console and its requests gave away."""

    page: Page
    complaints: list[str]

    @property
    def widget(self) -> Locator:
        return self.page.locator("report-assistant")

    @property
    def box(self) -> Locator:
        return self.widget.get_by_role("textbox")

    @property
    def turn(self) -> Locator:
        return self.widget.locator("article")

    def ask(self, question: str = QUESTION) -> None:
        self.box.first.fill(question)
        self.box.first.press("Enter")
        expect(self.widget.locator("[aria-busy]")).to_have_count(0)
        self.turn.last.get_by_role("heading", name=question).wait_for()


def tag(served: Service, *, checksum: str | None = None) -> str:
    """The script as a page loads it."""
    return (
        f'<script type="module" src="{served.url}/widget/{VERSION}/ra.js" crossorigin '
        f'integrity="{checksum or integrity()}"></script>'
    )


def element(api: str, attributes: str = "", children: str = FALLBACK) -> str:
    return f'<report-assistant api="{api}" {attributes}>{children}</report-assistant>'


def page_of(content: str, head: str = "", attributes: str = 'lang="en"') -> str:
    """A page of the site."""
    return (
        f'<!doctype html><html {attributes}><head><meta charset="utf-8"><title>A site</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f'<meta name="color-scheme" content="light dark">{head}</head>'
        f"<body><main><h1>A site</h1>{content}</main></body></html>"
    )


@pytest.fixture
def visit(browser, host, served) -> Iterator[Callable[..., Site]]:  # noqa: F811
    """Opens an address, or a page with one widget that asks `case` of the stand-in, or else the service."""
    contexts = []

    def opened(
        case: str | None = None, attributes: str = "", *, html: str | None = None, address: str | None = None,
        csp: str | None = None, ready: bool = True, **options,
    ) -> Site:  # fmt: skip
        api = host.stub(case) if case else f"{served.url}/v1"
        content = html or page_of(tag(served) + element(api, attributes))
        context = browser.new_context(**options)
        contexts.append(context)
        context.route(f"{EXIT}**", lambda route: route.fulfill(body="Sunny"))
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.set_default_navigation_timeout(30_000)  # a busy machine, and a page with a frame in it
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        known = (host.url, host.other_url, served.url, "data:", EXIT)
        page.on("request", lambda r: None if r.url.startswith(known) else complaints.append(r.url))
        headers = {"content_security_policy": csp} if csp else {}
        page.goto(address or host.show("/page", content, **headers))
        site = Site(page, complaints)
        if ready:
            site.widget.locator(".ra").first.wait_for(state="attached")
        return site

    yield opened
    for context in contexts:
        context.close()
