"""A question as safeguarding reads it, however it is typed: the same message is met in the same way."""

from __future__ import annotations

import re
import unicodedata

_QUOTES = str.maketrans(dict.fromkeys("‘’‛ʼ`´＇", "'") | dict.fromkeys("“”„‟«»", '"'))
_TRAILING = re.compile(r"(?<![\s,])[\s,]*\baccording to (?:the|this) report\W*$")
_END_SIGNS = ("?", ".", "!", "…")
_CLAUSE = re.compile(r"[.?!:;\n]\s+")
# How a clause begins that asks.
_ASKS = re.compile(
    r"(?:(?:and|so|but|or|well|ok|hi|hello|please|if so|in|at|for|to|from|by) )*"
    r"(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|am|do|does|did|can|could|may|might|must"
    r"|should|shall|will|would|has|have|had|isn|aren|don|doesn|didn)\b"
)


def plain_text(text: str) -> str:
    """A text in small letters, with plain quotation marks, without what hides in it and without «according to
    the report» at its end, where the sign then stands that the clause before it asks for."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").casefold()
    plain = plain.rstrip()
    bare = _TRAILING.sub("", plain)
    if bare in ("", plain) or bare.endswith(_END_SIGNS):
        return bare
    return bare + ("?" if _ASKS.match(_CLAUSE.split(bare)[-1]) else ".")
