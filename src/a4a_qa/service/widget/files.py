"""The widget's files as they are served: the script by version, and the strings of other languages.

What has gone out under a version stays: pages name it with its hash, and ask for its strings. It lies in
`released/`, where `keep` puts it before the version is raised.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import HTTPException, Request, Response

from a4a_qa.service.pages.kept import Kept
from a4a_qa.service.widget.release import VERSION
from a4a_qa.service.widget.script import NAME, languages, script, strings

RELEASED = Path(__file__).parent / "released"
# «1» follows every version that works like the first; a whole version is one file for ever.
CHANNEL = VERSION.split(".")[0]
_SHORT = "public, max-age=300"
_FOR_EVER = "public, max-age=31536000, immutable"
_Texts = Mapping[str, Mapping[str, str]]


class WidgetFiles:
    """What is under /widget/; strings that wait for a review are empty unless `unreviewed` names them."""

    def __init__(self, unreviewed: Sequence[str] = (), *, released: Path = RELEASED) -> None:
        self._files: dict[tuple[str, str], Kept] = {}
        for folder in sorted(released.glob("*.*.*"), key=_order):
            texts = {file.stem: json.loads(file.read_bytes()) for file in folder.glob("*.json")}
            self._add(folder.name, (folder / NAME).read_bytes(), texts, unreviewed)
        texts = {language: strings(language) for language in languages()}
        self.languages = tuple(name for name in texts if _is_shown(name, texts, unreviewed))
        self._add(VERSION, script(), texts, unreviewed)

    def file(self, version: str, name: str) -> Kept | None:
        """The file of that name, or None when this service has none."""
        return self._files.get((version, name))

    def reply(self, version: str, name: str, request: Request) -> Response:
        """The file of that name, which any page may load: asking is what is limited. 404 without one."""
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
        # Of the versions of a channel the last one is added last, and stays.
        self._files[version.split(".")[0], NAME] = Kept(content, "text/javascript", _SHORT)
        self._files[version, NAME] = Kept(content, "text/javascript", _FOR_EVER)
        for language, text in texts.items():
            shown = text if _is_shown(language, texts, unreviewed) else {}
            body = json.dumps(shown, ensure_ascii=False).encode()
            # May be switched on and off, so a copy is not kept for ever.
            self._files[version, f"{language}.json"] = Kept(body, "application/json", _SHORT)


def keep(released: Path = RELEASED) -> Path:
    """Puts the script and the strings of this version where they are served from once it is not the last."""
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
