"""The widget's files as they are served: the script by version, and the strings of other languages."""

from __future__ import annotations

import json
from collections.abc import Sequence

from a4a_qa.service.pages.kept import Kept
from a4a_qa.service.widget.release import VERSION
from a4a_qa.service.widget.script import NAME, languages, script, strings

# «1» follows every version that works like the first; a whole version is one file for ever.
CHANNEL = VERSION.split(".")[0]
_SHORT = "public, max-age=300"
_FOR_EVER = "public, max-age=31536000, immutable"


class WidgetFiles:
    """What is under /widget/; strings that wait for a review are empty unless `unreviewed` names them."""

    def __init__(self, unreviewed: Sequence[str] = ()) -> None:
        self.languages = tuple(name for name in languages() if name in unreviewed or _is_reviewed(name))
        self._files = {
            (CHANNEL, NAME): Kept(script(), "text/javascript", _SHORT),
            (VERSION, NAME): Kept(script(), "text/javascript", _FOR_EVER),
        }
        for language in languages():
            shown = strings(language) if language in self.languages else {}
            body = json.dumps(shown, ensure_ascii=False).encode()
            # May be switched on and off, so a copy is not kept for ever.
            self._files[VERSION, f"{language}.json"] = Kept(body, "application/json", _SHORT)

    def file(self, version: str, name: str) -> Kept | None:
        """The file of that name, or None when this service has none."""
        return self._files.get((version, name))


def _is_reviewed(language: str) -> bool:
    return not strings(language).get("reviewed", "").startswith("no")
