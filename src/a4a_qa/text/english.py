"""Whether a text is in English."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
_COMMON = frozenset(
    """the of and to that for with are by this from be which have has been were not or their""".split()
)
# Headings, tables and lists have few common words in any language: only sentences of so many letters tell,
# and only this many letters together.
_LEAST_OF_SENTENCE, _LEAST = 40, 600
# The least share of the letters that common words have: 0.11 to 0.20 in 49 English reports, below 0.01 in
# other languages.
_LEAST_COMMON = 0.03


def seems_english(sentences: Iterable[str]) -> bool:
    """Whether the sentences of a text may be in English: most letters are Latin, and enough of them stand in
    words that are common in English. What is too short to tell may be."""
    letters = latin = written = common = 0
    for sentence in sentences:
        words = _WORD.findall(sentence.casefold())
        length = sum(map(len, words))
        letters += length
        latin += len(_LATIN.findall("".join(words)))
        if length >= _LEAST_OF_SENTENCE and sentence.endswith((".", "?", "!")):
            written += length
            common += sum(len(word) for word in words if word in _COMMON)
    if letters >= _LEAST and latin < letters / 2:
        return False
    return written < _LEAST or common >= _LEAST_COMMON * written
