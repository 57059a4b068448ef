"""What axe finds in a page, for the tests of the pages and of the widget."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ON_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def assert_axe_finds_nothing(page: Page, *, colours_alone: bool = False, but: tuple[str, ...] = ()) -> None:
    """Fails with axe's report when it finds a violation in a page as it stands.

    `colours_alone` is for a page of which only the colours are others than those looked at already; `but`
    names rules that do not hold where several pages are shown as one.
    """
    options = {
        "runOnly": _ON_COLOURS if colours_alone else _TAGS,
        "rules": {rule: {"enabled": False} for rule in but},
        # To list all that passes takes more than half of the time.
        "resultTypes": ["violations"],
    }
    found = Axe().run(page, options=options)
    assert not found.response["violations"], found.generate_report()
