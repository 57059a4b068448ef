"""The widget as it is served: its script by version, its strings, and the pages /embed and /demo around it.

Files that were released under a version stay, since pages name them with their hash: `keep` puts them into
`released/` before the version is raised.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi import HTTPException, Request, Response

from a4a_qa.service.layers import SECURITY_HEADERS, policy_framed_by
from a4a_qa.service.pages.rendering import Kept
from a4a_qa.service.pages.site import CommonSite
from a4a_qa.service.widget.script import NAME, VERSION, integrity, languages, script, strings
from a4a_qa.settings import Settings

RELEASED = Path(__file__).parent / "released"
# "1" is the newest compatible version; a whole version is one file for ever.
CHANNEL = VERSION.split(".")[0]
_SHORT = "public, max-age=300"
_FOR_EVER = "public, max-age=31536000, immutable"
_POLICY = "content-security-policy"
_Texts = Mapping[str, Mapping[str, str]]


class WidgetFiles:
    """The files under /widget/. Unreviewed strings are empty unless `unreviewed` names their language."""

    def __init__(self, unreviewed: Sequence[str] = (), *, released: Path = RELEASED) -> None:
        self._files: dict[tuple[str, str], Kept] = {}
        for folder in sorted(released.glob("*.*.*"), key=_order):
            texts = {file.stem: json.loads(file.read_bytes()) for file in folder.glob("*.json")}
            self._add(folder.name, (folder / NAME).read_bytes(), texts, unreviewed)
        texts = {language: strings(language) for language in languages()}
        self.languages = tuple(name for name in texts if _is_shown(name, texts, unreviewed))
        self._add(VERSION, script(), texts, unreviewed)

    def file(self, version: str, name: str) -> Kept | None:
        """A file, or None when this service has no such."""
        return self._files.get((version, name))

    def reply(self, version: str, name: str, request: Request) -> Response:
        """A file, which any site may load: what is limited is asking. Raises HTTPException (404)."""
        found = self.file(version, name)
        if found is None:
            raise HTTPException(
                404, "This service has no such version. `a4a-qa widget-snippet` prints the tag."
            )
        reply = found.reply(request)
        reply.headers["access-control-allow-origin"] = "*"
        reply.headers["cross-origin-resource-policy"] = "cross-origin"
        return reply

    def _add(self, version: str, content: bytes, texts: _Texts, unreviewed: Sequence[str]) -> None:
        # Versions are added in order, so a channel ends up with its newest.
        self._files[version.split(".")[0], NAME] = Kept(content, "text/javascript", _SHORT)
        self._files[version, NAME] = Kept(content, "text/javascript", _FOR_EVER)
        for language, text in texts.items():
            shown = text if _is_shown(language, texts, unreviewed) else {}
            body = json.dumps(shown, ensure_ascii=False).encode()
            # A language can be switched on and off, so no copy is kept for ever.
            self._files[version, f"{language}.json"] = Kept(body, "application/json", _SHORT)


class Hosting:
    """The widget's files, and the pages around it."""

    def __init__(self, site: CommonSite, settings: Settings, files: WidgetFiles | None = None) -> None:
        """`files` are those of another one, where several have the same."""
        self.files = files or WidgetFiles(settings.unreviewed_languages)
        self._site = site
        # A frame may stand where pages may ask, and nowhere else.
        self.embed_headers = {_POLICY: policy_framed_by(settings.allowed_origins)}
        self.demo_headers = {_POLICY: f"{SECURITY_HEADERS[_POLICY]}; frame-src 'self'"}
        self._script = {"src": f"/widget/{VERSION}/{NAME}", "integrity": integrity()}

    def embed(self, language: str) -> str:
        """The page for a frame, in English unless there are strings in that language."""
        main = language.lower().replace("_", "-").split("-")[0]
        chosen = main if main in self.files.languages else "en"
        return self._page("embed.html", language=chosen, t=strings(chosen))

    def demo(self) -> str:
        """The page that shows the widget in every way that it can be embedded."""
        return self._page("demo.html")

    def _page(self, template: str, **values: Any) -> str:
        return self._site.hosting(template, script=self._script, **values)


def keep(released: Path = RELEASED) -> Path:
    """Put this version's files into `released/`, from where they are served once it is not the newest."""
    folder = released / VERSION
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(script())
    for language in languages():
        text = json.dumps(strings(language), ensure_ascii=False, indent=2)
        (folder / f"{language}.json").write_text(f"{text}\n", encoding="utf-8")
    return folder


def _order(folder: Path) -> tuple[int, ...]:
    return tuple(map(int, folder.name.split(".")))


def _is_shown(language: str, texts: _Texts, unreviewed: Sequence[str]) -> bool:
    return language in unreviewed or not texts[language].get("reviewed", "").startswith("no")
