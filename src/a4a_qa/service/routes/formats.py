"""References in the format that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import Response

from a4a_qa.bibliography import FORMATS
from a4a_qa.references import Reference

FormatName = Literal["json", "bibtex", "ris", "csl-json"]


def written(references: Sequence[Reference], format: FormatName, name: str) -> Response:
    """References in one of the formats that reference managers read, as a file of that name."""
    form = FORMATS[format]
    return Response(
        form.write(references).encode("utf-8", "replace"),
        media_type=form.media_type,
        headers={"content-disposition": f'attachment; filename="{name}.{form.ending}"'},
    )


def in_formats() -> dict[int | str, dict[str, Any]]:
    """What OpenAPI is told about a reply that comes in any of the formats."""
    kinds: dict[str, Any] = {form.media_type: {} for form in FORMATS.values()}
    return {200: {"content": {"application/json": {}, **kinds}}}
