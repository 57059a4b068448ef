"""Templates → HTML, files that never change, and the page of contacts, which needs no index.

The only module of the service that knows jinja2.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from a4a_qa.answering.phrases import phrase
from a4a_qa.index.contacts import Contact
from a4a_qa.report.report import About
from a4a_qa.safeguarding.help import grouped_contacts
from a4a_qa.safeguarding.help_texts import help_texts
from a4a_qa.text.notation import without_controls

_FOLDER = Path(__file__).parent
_MEDIA_TYPES = {
    ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain",
    ".woff2": "font/woff2",
}  # fmt: skip
# A browser keeps its copy and asks whether it is still current, so nothing is stale after an upgrade.
_CACHING = "public, no-cache"
# A font is not asked for again: another one gets another name.
_FONT_CACHING = "public, max-age=31536000, immutable"
_PAGES = (("/", "Ask"), ("/report", "Report"), ("/sources", "Sources"), ("/help", "Help"))


class Renderer:
    """Fills templates; `shared` holds the values that every template may use."""

    def __init__(self, shared: Mapping[str, Any]) -> None:
        self._shared = shared

    def page(self, template: str, **values: Any) -> str:
        """The page that a template and its values make, without their control characters."""
        filled = _templates().get_template(template).render({**self._shared, **values})
        return without_controls(filled)


@cache
def _templates() -> Environment:
    """All templates, each compiled once however many reports are served."""
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Kept:
    """A page or file that never changes while the service runs: compressed once, and cached by browsers."""

    def __init__(self, body: bytes, media_type: str, caching: str = _CACHING) -> None:
        self.body = body
        self._caching = caching
        self._zipped = gzip.compress(body, 9, mtime=0)
        self._media_type = media_type
        self._tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def reply(self, request: Request) -> Response:
        """The body, gzipped if the browser takes that; 304 without it if the browser has it already."""
        headers = {"etag": f"W/{self._tag}", "cache-control": self._caching, "vary": "accept-encoding"}
        if self._is_current(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if _takes_gzip(request.headers.get("accept-encoding", "")):
            headers["content-encoding"] = "gzip"
            return Response(self._zipped, headers=headers, media_type=self._media_type)
        return Response(self.body, headers=headers, media_type=self._media_type)

    def _is_current(self, copies: str) -> bool:
        """Whether an If-None-Match holds "*" or the tag of this body, weak or strong."""
        named = {copy.strip().removeprefix("W/") for copy in copies.split(",")}
        return bool(named & {"*", self._tag})


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, and not with the weight 0."""
    codings = (re.sub(r"\s", "", coding).lower() for coding in accepted.split(","))
    return any(re.fullmatch(r"gzip(;q=(1(\.0*)?|0\.0*[1-9]\d*))?", coding) for coding in codings)


def make_renderer(
    exit_url: str,
    about: About | None,
    *,
    upsetting: bool = False,
    root: str = "",
    pages: Sequence[tuple[str, str]] = _PAGES,
) -> Renderer:
    """The renderer of the pages; without a report (`about` is None) they name none. `upsetting` is true for a
    report with parts that describe abuse in detail, `root` is the path below which the `pages` (path and
    name) are."""
    return Renderer(
        {
            "about": about,
            "root": root,
            "pages": pages,
            "exit_url": exit_url,
            "upsetting": upsetting,
            "languages": phrase("languages", "questions"),
            "said": help_texts()["page"],
            "direct_address": direct_address,
        }
    )


def contacts_page(renderer: Renderer, contacts: Sequence[Contact]) -> str:
    """The page of contacts, as they may be shown today."""
    return renderer.page("help.html", groups=grouped_contacts(contacts))


def contacts_frame(renderer: Renderer, contacts: Sequence[Contact], title: str) -> str:
    """The same contacts for a frame in a page of another site, below a title that says what is wrong."""
    return renderer.page("embed_help.html", groups=grouped_contacts(contacts), title=title)


def direct_address(value: str) -> str | None:
    """The link behind a contact's telephone number or e-mail address; None for anything else."""
    if re.fullmatch(r"[+0-9][0-9 ()-]+", value):
        return "tel:" + re.sub(r"[^+0-9]", "", value)
    if re.fullmatch(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+", value):
        return f"mailto:{value}"
    return None


@cache
def static_files() -> dict[str, Kept]:
    """The style sheets, scripts, fonts and pictures of the pages, by name."""
    return {
        file.name: Kept(
            file.read_bytes(),
            _MEDIA_TYPES[file.suffix],
            _FONT_CACHING if file.suffix == ".woff2" else _CACHING,
        )
        for file in (_FOLDER / "static").iterdir()
    }
