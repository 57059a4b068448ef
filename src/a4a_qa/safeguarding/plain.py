"""A question as safeguarding reads it, however it is typed: the same message is met in the same way."""

from __future__ import annotations

import re
import unicodedata

_QUOTES = str.maketrans(dict.fromkeys("‘’‛ʼ`´＇", "'") | dict.fromkeys("“”„‟«»", '"'))
# What may end a message and is put anew, by its last sentence: a question mark where a clause of that begins
# like a question.
_SIGNS = "?.!, \t\r\n\f\v"
_SENTENCE_END = re.compile(r"[.!?;\n]")
_BEGINS_QUESTION = re.compile(
    r"(?:^|[,:(–-]|\b(?:and|but|so|or|then|because)\b)\W{0,3}(?:who|whom|whose|what|when|where|why|how|which|is|are|was"
    r"|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had)(?:n'?t|'s|'re)?\b"
)
# May stand behind what ends so itself.
_TRAILING = re.compile(r"(?<![\s,])[\s,]*\baccording to (?:the|this) report\W*$")


def plain_text(text: str) -> str:
    """A text in small letters, with plain quotation marks, without what hides in it and without "according to
    the report" at its end."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").casefold()
    return _TRAILING.sub("", _TRAILING.sub("", plain.rstrip()))


def with_end_sign(plain: str) -> str:
    """A plain text with the sign at its end that its words ask for, whatever was typed there or is lost with
    "according to the report"."""
    body = plain.rstrip(_SIGNS)
    asks = _BEGINS_QUESTION.search(_SENTENCE_END.split(body)[-1])
    return f"{body}{'?' if asks else '.'}" if body else plain
