"""Values → JSON bodies."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response


class Json(Response):
    """JSON as UTF-8. A lone surrogate, which no encoding carries, becomes «?»."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")
