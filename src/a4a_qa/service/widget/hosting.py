"""The service's own pages that hold the widget: /embed for frames of other sites, and /demo."""

from __future__ import annotations

from typing import Any

from a4a_qa.service.guard import HEADERS, policy_framed_by
from a4a_qa.service.pages.site import Site
from a4a_qa.service.widget.files import WidgetFiles
from a4a_qa.service.widget.release import VERSION
from a4a_qa.service.widget.script import NAME, integrity, strings
from a4a_qa.settings import Settings

_POLICY = "content-security-policy"


class Hosting:
    """The widget's files, and the pages around it."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self.files = WidgetFiles(settings.unreviewed_languages)
        self._site = site
        # A frame may stand where pages may ask, and nowhere else.
        self.embed_headers = {_POLICY: policy_framed_by(settings.allowed_origins)}
        self.demo_headers = {_POLICY: f"{HEADERS[_POLICY]}; frame-src 'self'"}
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
