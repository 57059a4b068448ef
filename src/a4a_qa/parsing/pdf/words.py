"""How the words of two lines are put together: hyphens undone or kept, addresses made whole.

Whether a hyphen at a line's end was set by the printer is told by the document's own words: the word
without it, the word with it, or words alike, found elsewhere within a line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

HYPHENS = "-‐\xad"
# Hyphens that hyphenating programs set and people do not type.
_SIGNS = "‐\xad"
# So many of them at line ends, and at most this share within lines, show that a program set them.
_FEWEST_SIGNS, STRAY_SIGNS = 3, 0.05

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_LAST_WORD = re.compile(r"(?<![^\W\d_])([^\W\d_]+)$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
# «short- and long-term»: the hyphen stands for a word that comes later.
_HANGING = re.compile(r"(?:and|or|to)\b")
# The letters of addresses are no words; «oldharbours.org» is no reason to write it so.
_NO_WORDS = re.compile(r"(?:https?:|ftp:|www\.)\S*|(?<!\S)\S*\w\.\w{2,}\S*", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:|ftp:|www\.)\S*$", re.IGNORECASE)
_NEW_ADDRESS = re.compile(r"[(<]?(?:https?:/|ftp:/|www\.)", re.IGNORECASE)
_ADDRESS_LABEL = re.compile(r"(?:e-?mail|web(?:site)?|tel(?:ephone)?|phone|fax)\s?:", re.IGNORECASE)
_ADDRESS_END = re.compile(r"(?::/?/?|[-/_%=&?~#+])$")
# What only an address has: a separator within a word, or the ending of a file.
_ADDRESS_PART = re.compile(
    r"\S*(?:[/_%=&~?]\S|[:,]\d|\.(?:s?html?|pdf|aspx?|php\d?|docx?|xlsx?|cfm|jsp|xml|org|com|net|gov)\b)",
    re.IGNORECASE,
)
_FILE_ENDING = re.compile(r"\.(?:s?html?|pdf|aspx?|php\d?|docx?|xlsx?|cfm|jsp|xml)", re.IGNORECASE)
# An address whose host has one name only goes on: «www.harbours.»
_OPEN_HOST = re.compile(r"(?:https?://)?www\.[\w-]+\.", re.IGNORECASE)
# Endings that are words as well, and number words, which hyphens do join.
_ENDINGS = frozenset("ably ful fully hood less ling ment ness ship wards".split())
_NUMBERS = frozenset(
    """one two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty
    ninety half""".split()
)
# Words at least this long can be halves of a compound; shorter ones are syllables by chance.
_SHORTEST_HALF = 4
_SHORTEST_PREFIX = 3
# How many letters beyond the break two words share to be taken for forms of one.
_SHARED = 3
# So many make it sure, even where other words take a hyphen there («highlighting», «high-level»).
_SHARED_SURELY = 5


class Vocabulary:
    """The words that stand whole within the lines of a document, with how often they do."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.counts: Counter[str] = Counter()
        at_end = inside = 0
        cut = False
        for line in lines:
            text = _NO_WORDS.sub(" ", line.rstrip())
            ends_cut = text.endswith(tuple(HYPHENS))
            words = list(_WORD.finditer(text))
            whole = words[cut : len(words) - ends_cut]
            self.counts.update(match[0].casefold().replace("‐", "-") for match in whole)
            cut = ends_cut
            at_end += text.endswith(tuple(_SIGNS))
            inside += sum(text.count(sign) for sign in _SIGNS) - text.endswith(tuple(_SIGNS))
        # Where the hyphenating program has a sign of its own, every other hyphen is the author's.
        self.has_sign = at_end >= _FEWEST_SIGNS and inside <= STRAY_SIGNS * at_end
        self.hyphenates = self._votes_for_hyphenation(lines)
        self.ordered = sorted(word for word in self.counts if "-" not in word)
        compounds = [word.split("-") for word in self.counts if "-" in word]
        self.before_hyphen = Counter(parts[0] for parts in compounds)
        self.plain: dict[str, int] = {}
        self.after_hyphen = Counter(parts[-1] for parts in compounds)

    def joined(self, first: str, second: str, *, in_cell: bool = False) -> str:
        """Two lines as one text; only what stands between their words changes.

        Behind a slash or in a range running text goes on without a space («and/or»). A cell of a table is
        too short to be broken within a word: there the sign was followed by a space.
        """
        first, second = first.rstrip(), second.lstrip()
        if not first or not second:
            return first + second
        if goes_on_as_address(first, second):
            return first.rstrip(_SIGNS if self.has_sign else "\xad") + second
        if first[-1] in HYPHENS and len(first) > 1 and not first[-2].isspace():
            if self._is_soft(first, second):
                return first[:-1] + second
            return f"{first} {second}" if _HANGING.match(second) else first + second
        dash = first[-1] == "–" and not first[-2:-1].isspace() and second[0].isdigit()
        if (first[-1] == "/" or dash) and not in_cell:
            return first + second
        return f"{first} {second}"

    def _is_soft(self, first: str, second: str) -> bool:
        if first[-1] == "\xad" or self.has_sign:
            return first[-1] in _SIGNS
        halves = _halves(first, second)
        if halves is None or not self.hyphenates:
            return False
        return self._is_one_word(*halves)

    def _is_one_word(self, head: str, tail: str) -> bool:
        before, after = head.casefold(), tail.casefold()
        whole, compound = self.counts[before + after], self.counts[f"{before}-{after}"]
        if whole or compound:
            return whole >= compound
        if (tail[0].isupper() and not (head.isupper() and tail.isupper())) or _HANGING.match(tail):
            return False
        if (
            head.isupper()
            and tail.isupper()
            and any((self.counts[before], self.counts[after], self.before_hyphen[before]))
        ):
            return False
        if len(after) > _SHARED_SURELY and self._begins_a_word(
            (before + after)[: len(before) + _SHARED_SURELY]
        ):
            return True
        if before in _NUMBERS or self._takes_hyphen(before, after):
            return False
        if after in _ENDINGS or self._begins_a_word((before + after)[: len(before) + _SHARED]):
            return True
        if len(after) >= _SHORTEST_HALF and self.after_hyphen[after] and self.counts[after]:
            return False
        halves = min(len(before), len(after)) >= _SHORTEST_HALF
        return not (halves and self.counts[before] and self.counts[after])

    def _votes_for_hyphenation(self, lines: Sequence[str]) -> bool:
        """Whether lines end in undone words more often than in compounds, as far as words elsewhere tell."""
        whole = compound = 0
        for first, second in pairwise(lines):
            halves = _halves(first.rstrip(), second) if first.rstrip().endswith(tuple(HYPHENS)) else None
            if halves is not None:
                before, after = halves[0].casefold(), halves[1].casefold()
                whole += bool(self.counts[before + after])
                compound += bool(self.counts[f"{before}-{after}"])
        return whole >= compound

    def _takes_hyphen(self, before: str, after: str) -> bool:
        """Whether the document mostly writes a hyphen between `before` and a word («sub-regional»)."""
        word_like = self.counts[after] or (len(before) >= _SHORTEST_PREFIX and len(after) > _SHORTEST_HALF)
        if not word_like or not self.before_hyphen[before]:
            return False
        return self.before_hyphen[before] > self._plain_with(before)

    def _plain_with(self, before: str) -> int:
        """How many words are `before` and another word, without a hyphen; counted once for each `before`."""
        if before not in self.plain:
            ends = (word[len(before) :] for word in self._words_from(before) if word != before)
            self.plain[before] = sum(end in self.counts for end in ends)
        return self.plain[before]

    def _words_from(self, letters: str) -> Iterator[str]:
        for place in range(bisect_left(self.ordered, letters), len(self.ordered)):
            if not self.ordered[place].startswith(letters):
                return
            yield self.ordered[place]

    def _begins_a_word(self, letters: str) -> bool:
        return next(self._words_from(letters), None) is not None


def _last_word(text: str) -> str:
    """What stands behind the last white space: to search for its beginning in all of a text takes long."""
    return text.rsplit(maxsplit=1)[-1] if text and not text[-1].isspace() else ""


def _halves(first: str, second: str) -> tuple[str, str] | None:
    """The parts of a word on both sides of a line's end."""
    head, tail = _LAST_WORD.search(_last_word(first[:-1])), _FIRST_WORD.match(second)
    return (head[1], tail[0]) if head and tail else None


def _is_cut_scheme(first: str, second: str) -> bool:
    """Whether the end of a line has cut «http://» itself."""
    # Six characters tell whether a word of five letters begins there.
    head, tail = re.search(r"(?<!\w)[a-z]{1,5}$", first[-6:]), re.match(r"[a-z]{0,4}:?/?/?(?=\S)", second)
    return bool(head and tail and "/" in tail[0] and head[0] + tail[0] in ("http://", "https://", "ftp://"))


def begins_address(text: str) -> bool:
    """Whether a text begins with a web or mail address, or with what such an address is announced by."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    return bool(_NEW_ADDRESS.match(word) or _ADDRESS_LABEL.match(text)) or "@" in word


def goes_on_as_address(first: str, second: str) -> bool:
    """Whether a web address at the end of one line goes on in the next one."""
    address = _ADDRESS.search(_last_word(first))
    if address is None:
        return _is_cut_scheme(first, second)
    token, *more = second.split(maxsplit=1)
    if re.search(r":/?/?$", address[0]):
        return True
    ending = re.search(r"\.[a-z]{0,4}$", address[0], re.IGNORECASE)
    if ending and _FILE_ENDING.fullmatch(ending[0] + token.rstrip(".,;)")):
        return True
    if address[0].endswith(".") and (_FILE_ENDING.match("." + token) or _OPEN_HOST.fullmatch(address[0])):
        return token[0].islower()
    if address[0][-1].isdigit() and token.isdigit() and not more:
        return True
    if _NEW_ADDRESS.match(token) or "@" in token:
        return False
    if _ADDRESS_PART.match(token):
        return True
    if not _ADDRESS_END.search(address[0]):
        return False
    # Behind a slash a word may begin the next sentence; behind other signs nothing else can follow.
    return not (address[0].endswith("/") and more and token.strip(".,;()").isalpha())
