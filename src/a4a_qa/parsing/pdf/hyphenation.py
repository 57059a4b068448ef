"""How the words of two lines are joined: hyphens dropped or kept, web addresses put back together.

Whether the printer put a hyphen at the end of a line is decided by the words inside the lines of the same
document: the word without it, the compound with it, or words that begin alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

# Shorter halves are syllables as well as words ("business-men").
_SHORTEST_HALF = 5
# Words begin alike if they share this many letters after the break; only the first letters are compared.
_SHARED, _LONGEST_BEGINNING = 2, 20
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HALF, _FIRST_HALF = re.compile(r"[^\W\d_]+"), re.compile(r"(?<![^\W\d_])[^\W\d_]+(?=-$)")
# "twenty-two", "day-to-day"
_KEEPS_HYPHEN = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)-$"
    r"|-(?:by|in|of|the|to)-$",
    re.IGNORECASE,
)
_ENDINGS = ("fully", "wards")  # which are words as well
_HANGING = re.compile(r"(?:and|or|to)(?!\S)")  # "short- and long-term"

_ADDRESS = re.compile(r"(?:https?:|ftp:|www\.)\S*$", re.IGNORECASE)
_NEW_ADDRESS = re.compile(
    r"[(<]?(?:https?:/|ftp:/|www\.)|\S*@|(?:e-?mail|web(?:site)?|tel(?:ephone)?|phone|fax)\s?:", re.IGNORECASE
)
# What prose lacks: a separator within a word, or the ending of a host or file.
_ADDRESS_PART = re.compile(
    r"\S*(?:[/_%=&~?]\S|[:,]\d|\.(?:s?html?|pdf|aspx?|php\d?|docx?|xlsx?|cfm|jsp|xml|org|com|net|gov)\b)",
    re.IGNORECASE,
)


class KnownWords:
    """The words and compounds that stand whole inside the lines of a document."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.words: Counter[str] = Counter()
        was_cut = False
        for line in lines:
            words, is_cut = _WORD.findall(line), line.rstrip().endswith("-")
            self.words.update(word.casefold() for word in words[was_cut : len(words) - is_cut])
            was_cut = is_cut
        self.beginnings = {word[:end] for word in self.words for end in range(1, _LONGEST_BEGINNING + 1)}
        self.before_hyphen = {word.split("-")[0] for word in self.words if "-" in word}
        # If only compounds are broken, the printer does not hyphenate.
        broken = [halves for first, second in pairwise(lines) if (halves := _halves(first.rstrip(), second))]
        whole = sum(head + tail in self.words for head, tail in broken)
        self.hyphenates = whole >= sum(f"{head}-{tail}" in self.words for head, tail in broken)

    def joined(self, first: str, second: str, *, in_cell: bool = False) -> str:
        """Two lines as one text; no space follows a slash or the dash of a range, except in narrow cells."""
        first, second = first.rstrip(), second.lstrip()
        if not first or not second or goes_on_as_address(first, second):
            return first + second
        end, before_end = first[-1], first[-2:-1].strip()
        if end == "-" and before_end and not _HANGING.match(second):
            return (first[:-1] if self._is_printers(first, second) else first) + second
        is_choice = end == "/" and "://" not in first.rsplit(maxsplit=1)[-1]
        is_range = end == "–" and before_end and second[0].isdigit()
        return first + second if (is_choice or is_range) and not in_cell else f"{first} {second}"

    def _is_printers(self, first: str, second: str) -> bool:
        """Whether the hyphen between two lines was added by the printer, within one word."""
        halves = _halves(first, second)
        if halves is None or not self.hyphenates:
            return False
        head, tail = halves
        whole, compound = self.words[head + tail], self.words[f"{head}-{tail}"]
        if whole or compound:
            return whole >= compound
        if _KEEPS_HYPHEN.search(first[-10:]) or (second[0].isupper() and not first[-2].isupper()):
            return False
        if len(tail) > _SHARED and (head + tail)[: len(head) + _SHARED] in self.beginnings:
            return True
        if head in self.before_hyphen and tail[:_SHORTEST_HALF] in self.beginnings:
            return False  # as the document writes other words with this prefix
        are_words = min(len(head), len(tail)) >= _SHORTEST_HALF and self.words[head] and self.words[tail]
        return not are_words or tail in _ENDINGS


def _halves(first: str, second: str) -> tuple[str, str] | None:
    """The letters on both sides of a hyphen at the end of a line, case-folded."""
    head = _FIRST_HALF.search(first.rsplit(maxsplit=1)[-1]) if first.endswith("-") else None
    tail = _HALF.match(second)
    return (head[0].casefold(), tail[0].casefold()) if head and tail else None


def begins_address(text: str) -> bool:
    """Whether a text begins with a web or mail address, or with a label such as "Email:"."""
    return _NEW_ADDRESS.match(text) is not None


def goes_on_as_address(first: str, second: str) -> bool:
    """Whether a web address at the end of one line continues in the next."""
    address = _ADDRESS.search(first.rsplit(maxsplit=1)[-1])
    if address is None:
        return False
    token, *more = second.split(maxsplit=1)
    if address[0].endswith("://") or _NEW_ADDRESS.match(token):
        return address[0].endswith("://")
    if _ADDRESS_PART.match(token):
        return True
    if address[0].endswith("."):
        return token[0].islower() and _ADDRESS_PART.match("." + token) is not None
    if address[0].endswith("/"):  # a sentence may continue there
        return not (more and token.strip(".,;()").isalpha())
    return address[0].endswith(tuple("-_%=&?~#+:"))
