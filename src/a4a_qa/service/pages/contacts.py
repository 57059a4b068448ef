"""The page of contacts, and how pages look without a report: neither needs an index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from a4a_qa.index.contacts import Contact
from a4a_qa.report import About
from a4a_qa.safeguarding.help import grouped_contacts
from a4a_qa.safeguarding.help_texts import help_texts
from a4a_qa.service.pages.kept import Kept
from a4a_qa.service.pages.rendering import Renderer

_STATIC = Path(__file__).parent / "static"
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def make_renderer(exit_url: str, about: About | None) -> Renderer:
    """What draws the pages; without a report they name none."""
    return Renderer(
        {"about": about, "exit_url": exit_url, "said": help_texts()["page"], "direct_address": direct_address}
    )


def contacts_page(renderer: Renderer, contacts: Sequence[Contact]) -> str:
    """The page of contacts, as they may be shown today."""
    return renderer.page("help.html", groups=grouped_contacts(contacts))


def contacts_frame(renderer: Renderer, contacts: Sequence[Contact], title: str) -> str:
    """The same contacts for a frame in a page of another site, below what is the matter."""
    return renderer.page("embed_help.html", groups=grouped_contacts(contacts), title=title)


def direct_address(value: str) -> str | None:
    """What a tap on a contact's number or e-mail address opens; None for anything else."""
    if re.fullmatch(r"[+0-9][0-9 ()-]+", value):
        return "tel:" + re.sub(r"[^+0-9]", "", value)
    if re.fullmatch(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+", value):
        return f"mailto:{value}"
    return None


def static_files() -> dict[str, Kept]:
    """Style sheets, scripts and pictures by name."""
    return {file.name: Kept(file.read_bytes(), _MEDIA_TYPES[file.suffix]) for file in _STATIC.iterdir()}
