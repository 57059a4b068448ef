"""Words as they are compared, whoever typed them: "naïve" and "naive" are one."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """A text without accents, its ligatures, raised digits and wide letters as plain ones (NFKD)."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(character for character in apart if not unicodedata.combining(character))


def plainly_written(text: str) -> str:
    """A text without accents and with straight apostrophes."""
    return without_accents(text).replace("’", "'")
