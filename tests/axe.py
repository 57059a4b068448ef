"""What axe finds in a page, for the tests of the pages and of the widget."""

from typing import Any, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ON_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
_WIDE, _NARROW = {"width": 1280, "height": 720}, {"width": 320, "height": 640}


class _Look(NamedTuple):
    viewport: dict[str, Any]
    media: dict[str, Any]
    is_laid_out_anew: bool


# A page keeps its state from one to the next; where only colours change, only they are looked at again.
_LOOKS = {
    "light": _Look(_WIDE, {"color_scheme": "light", "forced_colors": "none"}, True),
    "phone": _Look(_NARROW, {"color_scheme": "light", "forced_colors": "none"}, True),
    "dark": _Look(_WIDE, {"color_scheme": "dark", "forced_colors": "none"}, False),
    "forced colours": _Look(_WIDE, {"color_scheme": "light", "forced_colors": "active"}, False),
}


def assert_axe_finds_nothing_in_any_look(page: Page, but: tuple[str, ...] = ()) -> None:
    """Fails when axe finds a violation in a page: light, narrow, dark or in forced colours."""
    for name, look in _LOOKS.items():
        print(name)  # pytest shows what was looked at last
        page.set_viewport_size(look.viewport)
        # Without motion nothing is half faded in, of which the colours would be measured.
        page.emulate_media(**look.media, reduced_motion="reduce")
        assert_axe_finds_nothing(page, colours_alone=not look.is_laid_out_anew, but=but)


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
    # The library's own report cannot name elements in a shadow root, whose targets are lists.
    violations = found.response["violations"]
    assert not violations, "\n".join(
        f"{one['id']}: {node['html']}\n{node['failureSummary']}"
        for one in violations
        for node in one["nodes"]
    )
