"""A question as safeguarding reads it, however it is typed: the same message is met in the same way."""

from __future__ import annotations

import re
import unicodedata

_QUOTES = str.maketrans(dict.fromkeys("‘’‛ʼ`´＇", "'") | dict.fromkeys("“”„‟«»", '"'))
_TRAILING = re.compile(r"(?<![\s,])[\s,]*\baccording to (?:the|this) report\W*$")


def plain_text(text: str) -> str:
    """A text in small letters, with plain quotation marks, without what hides in it and without «according to
    the report» at its end."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").casefold()
    return _TRAILING.sub("", plain.rstrip())
