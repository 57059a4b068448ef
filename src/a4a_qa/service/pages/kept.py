"""A page or file that never changes while the service runs: made and compressed once, cached by browsers."""

from __future__ import annotations

import gzip
import hashlib
import re

from starlette.requests import Request
from starlette.responses import Response

# A browser keeps its copy and asks whether it is still the current one, so nothing is stale after an upgrade.
_CACHING = "public, no-cache"


class Kept:
    """A body with its media type; `reply` sends it, or says that the browser's copy is current."""

    def __init__(self, body: bytes, media_type: str, caching: str = _CACHING) -> None:
        self.body = body
        self._caching = caching
        self._zipped = gzip.compress(body, 9, mtime=0)
        self._media_type = media_type
        self._tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def reply(self, request: Request) -> Response:
        """The body in the way that the browser asked for it."""
        headers = {"etag": f"W/{self._tag}", "cache-control": self._caching, "vary": "accept-encoding"}
        if self._is_current(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if _takes_gzip(request.headers.get("accept-encoding", "")):
            headers["content-encoding"] = "gzip"
            return Response(self._zipped, headers=headers, media_type=self._media_type)
        return Response(self.body, headers=headers, media_type=self._media_type)

    def _is_current(self, copies: str) -> bool:
        """Whether an If-None-Match names this body: any copy («*»), or its tag, weak or strong."""
        named = {copy.strip().removeprefix("W/") for copy in copies.split(",")}
        return bool(named & {"*", self._tag})


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, and not with the weight 0."""
    codings = (re.sub(r"\s", "", coding).lower() for coding in accepted.split(","))
    return any(re.fullmatch(r"gzip(;q=(1(\.0*)?|0\.0*[1-9]\d*))?", coding) for coding in codings)
