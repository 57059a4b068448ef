"""A block's text → the spans of its sentences.

A full stop, question mark or exclamation mark ends a sentence when what follows can begin one and
what precedes is no abbreviation. Rules, not a model: legal prose with «No. 182», «H.E. SAR Kheng»
and «NC/S.T.S.L.S.» is where trained splitters fail, and every rule here can be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# A capital on one of these is the capital of a sentence's first word. Any other capitalised word
# («Department», «Vietnamese») may as well stand in the middle of one.
_FUNCTION_WORDS = frozenset(
    """a about according accordingly additionally after all also although among amongst an and another any
    apart as at because before between both but by consequently despite due during each even finally
    first following for from furthermore given has have he her his however if in indeed instead into it
    its like many more moreover most much nevertheless no nonetheless not of on one only or other others
    our over she similar similarly since so some such that the their then there therefore these they
    this those though through thus to under until upon we what when where whereas whether which while
    whilst who why with within without you""".split()
)

# Abbreviations that a capital may follow within the sentence.
_NEVER_LAST = frozenset("dr mr mrs ms messrs prof gen lt col gov rev st mt cf e.g i.e vs ca h.e".split())
# Abbreviations that a number or a sum of money follows; «may» is no month but a word.
_BEFORE_NUMBER = frozenset(
    """no nos art arts para paras p pp vol fig figs sec secs ch approx tel
    jan feb mar apr jun jul aug sep sept oct nov dec""".split()
)
# Abbreviations that may end a sentence as well: then a function word with a capital follows.
_PERHAPS_LAST = re.compile(
    r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]|Inc|Ltd|Co|al|eds|[Ii]bid|[^\s]*/(?:[A-Z]\.)+[A-Z]"
)

# Looked for at the first stop of a run only: a page of dots would else be read once for each of them.
_END = re.compile(r"(?<![.?!])[.?!]+[\"'”’»)\]]*(?=\s)")
# That of a list's item, or of a heading.
_NUMBER = re.compile(r"\s*\d{1,3}\.(?=\s)")
_SPACE = re.compile(r"\s*")
# So many characters behind a stop tell whether it ends a sentence.
_LOOKED_AT = 60
_OPENING = re.compile(r"[\"'“‘«(\[]*")
_LAST_WORD = re.compile(r"[^\s(\[“‘\"']+$")


def opens_sentence(text: str) -> bool:
    """Whether a text begins with a capitalised function word, which only a sentence's first word is."""
    word = re.match(r"[\"'“‘«(\[]*([A-Z][A-Za-z]*)", text)
    return bool(word and word[1].lower() in _FUNCTION_WORDS)


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) of each sentence, without the white space around it."""
    start = len(text) - len(text.lstrip())
    number = _NUMBER.match(text)
    begin = number.end() if number else start
    for match in _END.finditer(text):
        if match.end() > max(begin, start) and _ends(text, match.start(), match.end()):
            yield start, match.end()
            start = _SPACE.match(text, match.end()).end()  # type: ignore[union-attr]
    end = len(text.rstrip())
    if start < end:
        yield start, end


def _ends(text: str, stop: int, end: int) -> bool:
    start = _SPACE.match(text, end).end()  # type: ignore[union-attr]
    following = text[start : start + _LOOKED_AT]
    first = following[_OPENING.match(following).end() :][:1]  # type: ignore[union-attr]
    number = first.isdigit() or (first and unicodedata.category(first) == "Sc")
    if not (first.isupper() or number):
        return False
    before = _LAST_WORD.search(text[max(0, stop - 40) : stop])
    if text[stop] != "." or before is None:
        return True
    word = before[0].rstrip(".")
    if word.lower() in _NEVER_LAST or (word.lower() in _BEFORE_NUMBER and number):
        return False
    if word == "v":  # of a case: «Laos v. Thailand»; «V.» is the Roman five and may well end a sentence
        return False
    if _PERHAPS_LAST.fullmatch(word):
        return opens_sentence(following)
    return True
