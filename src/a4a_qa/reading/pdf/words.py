"""How the words of two lines are put together: hyphens undone or kept, addresses made whole.

Whether a hyphen at a line's end was set by the printer is told by the document's own words: the word
without it, the word with it, or words alike, found elsewhere within a line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

HYPHENS = "-‐\xad"

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+)$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
# «short- and long-term»: the hyphen stands for a word that comes later.
_HANGING = re.compile(r"(?:and|or|to|und|et|y|ou)\b")
_ADDRESS = re.compile(r"(?:https?:|ftp:|www\.)\S*$", re.IGNORECASE)
_NEW_ADDRESS = re.compile(r"[(<]?(?:https?:/|ftp:/|www\.)", re.IGNORECASE)
_ADDRESS_END = re.compile(r"(?::/?/?|[-/_%=&?~#+])$")
# What only an address has: a separator within a word, or the ending of a file.
_ADDRESS_PART = re.compile(
    r"\S*(?:[/_%=&~]\S|[:,]\d|\.(?:s?html?|pdf|aspx?|php\d?|docx?|xlsx?|cfm|jsp|xml|org|com|net|gov)\b)",
    re.IGNORECASE,
)
# Endings that are words as well, and number words, which hyphens do join.
_ENDINGS = frozenset(
    "able age ably ful fully hood less like ling ment ness or ship some ward wards wise work".split()
)
_NUMBERS = frozenset(
    """one two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty
    ninety half""".split()
)
# Words at least this long can be halves of a compound; shorter ones are syllables by chance.
_SHORTEST_HALF = 4
_SHORTEST_PREFIX = 3
# How many letters beyond the break two words share to be taken for forms of one.
_SHARED = 3


class Vocabulary:
    """The words that stand whole within the lines of a document, with how often they do."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.counts: Counter[str] = Counter()
        cut = False
        only_at_ends = True
        for line in lines:
            text = line.rstrip()
            words = list(_WORD.finditer(text))
            inside = words[cut : len(words) - text.endswith(tuple(HYPHENS))]
            self.counts.update(match[0].casefold().replace("‐", "-") for match in inside)
            cut = text.endswith(tuple(HYPHENS))
            only_at_ends = only_at_ends and "‐" not in text[:-1]
        # «‐» that never stands within a line is the sign of the program that hyphenates.
        self.soft_signs = "\xad‐" if only_at_ends else "\xad"
        self.ordered = sorted(word for word in self.counts if "-" not in word)
        self.before_hyphen = Counter(word.split("-")[0] for word in self.counts if "-" in word)

    def joined(self, first: str, second: str, *, in_cell: bool = False) -> str:
        """Two lines as one text; only what stands between their words changes.

        Behind a slash running text goes on without a space («and/or»). A cell of a table is too short to
        be broken within a word: there the slash was followed by a space.
        """
        first, second = first.rstrip(), second.lstrip()
        if not first or not second:
            return first + second
        if goes_on_as_address(first, second):
            return first.removesuffix("\xad") + second
        if first[-1] in HYPHENS and len(first) > 1 and not first[-2].isspace():
            if _HANGING.match(second):
                return f"{first} {second}"
            return (first[:-1] if self._is_soft(first, second) else first) + second
        if (first[-1] == "/" and not in_cell) or (
            first[-1] == "–" and not first[-2:-1].isspace() and second[0].isdigit()
        ):
            return first + second
        return f"{first} {second}"

    def _is_soft(self, first: str, second: str) -> bool:
        if first[-1] in self.soft_signs:
            return True
        head, tail = _LAST_WORD.search(first[:-1]), _FIRST_WORD.match(second)
        if head is None or tail is None:
            return False
        return self._is_one_word(head[1], tail[0])

    def _is_one_word(self, head: str, tail: str) -> bool:
        before, after = head.casefold(), tail.casefold()
        whole, compound = self.counts[before + after], self.counts[f"{before}-{after}"]
        if whole or compound:
            return whole >= compound
        if tail[0].isupper() and not (head.isupper() and tail.isupper()):
            return False
        if before in _NUMBERS or self._takes_hyphen(before, after):
            return False
        if after in _ENDINGS or self._begins_a_word((before + after)[: len(before) + _SHARED]):
            return True
        halves = min(len(before), len(after)) >= _SHORTEST_HALF
        return not (halves and self.counts[before] and self.counts[after])

    def _takes_hyphen(self, before: str, after: str) -> bool:
        """Whether the document mostly writes a hyphen between `before` and a word («sub-regional»)."""
        word_like = self.counts[after] or (len(before) >= _SHORTEST_PREFIX and len(after) > _SHORTEST_HALF)
        if not word_like or not self.before_hyphen[before]:
            return False
        plain = sum(
            bool(self.counts[word[len(before) :]]) for word in self._words_from(before) if word != before
        )
        return self.before_hyphen[before] > plain

    def _words_from(self, letters: str) -> Iterator[str]:
        for place in range(bisect_left(self.ordered, letters), len(self.ordered)):
            if not self.ordered[place].startswith(letters):
                return
            yield self.ordered[place]

    def _begins_a_word(self, letters: str) -> bool:
        return next(self._words_from(letters), None) is not None


def goes_on_as_address(first: str, second: str) -> bool:
    """Whether a web address at the end of one line goes on in the next one."""
    address = _ADDRESS.search(first)
    if address is None:
        return False
    token, *more = second.split(maxsplit=1)
    if re.search(r":/?/?$", address[0]):
        return True
    if _NEW_ADDRESS.match(token):
        return False
    if _ADDRESS_PART.match(token):
        return True
    if not _ADDRESS_END.search(address[0]):
        return False
    # Behind a slash a word may begin the next sentence; behind other signs nothing else can follow.
    return not (address[0].endswith("/") and more and token.strip(".,;()").isalpha())
