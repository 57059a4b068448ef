"""Words as they are compared, whoever typed them: "naïve" and "naive" are one."""

from __future__ import annotations

import re
import unicodedata

# Most of a text needs no look at each character, which takes a hundred times as long.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def without_accents(text: str) -> str:
    """A text without accents, its ligatures, raised digits and wide letters as plain ones (NFKD)."""
    return _BEYOND_ASCII.sub(_plain, text)


def _plain(found: re.Match[str]) -> str:
    apart = unicodedata.normalize("NFKD", found[0])
    return "".join(character for character in apart if not unicodedata.combining(character))


def plainly_written(text: str) -> str:
    """A text without accents and with straight apostrophes."""
    return without_accents(text).replace("’", "'")
