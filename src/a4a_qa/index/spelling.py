"""Misspelt words of a question → the words that were meant.

A word is taken for misspelt when neither the report nor the encoder's tokenizer has it, be it inflected or
joined from two. It becomes the nearest word of the report, by the fewest letters that are added, left out,
replaced or swapped (optimal string alignment).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

_LETTERS = re.compile(r"[^\W\d_]+")
# Shorter words have too many neighbours; longer ones nobody types by mistake.
_SHORTEST, _LONGEST = 4, 30
# From this length on two slips are mended, below it one: "coerced" is not "covered".
_LONG = 8
_SHORTEST_HALF = 4
# A text with more words that nobody knows is not misspelt, and looking for each would take long.
_MOST_MISSPELT = 20
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "r", "ly", "al", "ally")
# "types" and "schemes" end on "s", "tipes" and "schems" on nothing; "writing" has lost an "e".
_AFTER_HISSING = ("s", "x", "z", "ch", "sh", "o", "i")
_DROPS_E = ("ing", "er", "ers", "al", "ally")


def vocabulary_of(report: str) -> dict[str, int]:
    """The words of a report with how often each stands there, folded; without single letters."""
    counts = Counter(word for word in _LETTERS.findall(report.casefold()) if len(word) > 1)
    return dict(sorted(counts.items()))


class Spelling:
    """Mends the spelling of questions, given the words that stand in a report."""

    def __init__(self, vocabulary: Mapping[str, int], is_word: Callable[[str], bool]) -> None:
        """`vocabulary` gives words with their frequency; `is_word` tells other words of the language."""
        self._vocabulary = vocabulary
        self._targets = [word for word in vocabulary if len(word) >= _SHORTEST - 1]
        self._is_word = is_word

    def mend(self, text: str) -> str:
        """The text with its misspelt words replaced; all else stays as it is."""
        words = dict.fromkeys(_LETTERS.findall(text))
        unknown = list(islice(filter(self._is_misspelt, words), _MOST_MISSPELT + 1))
        if not 0 < len(unknown) <= _MOST_MISSPELT:
            return text
        meant = {word: self._nearest(word.casefold()) or word for word in unknown}
        return _LETTERS.sub(lambda match: meant.get(match[0], match[0]), text)

    def _is_misspelt(self, word: str) -> bool:
        of_length = _SHORTEST <= len(word) <= _LONGEST
        return of_length and not word.isupper() and not self.is_known(word.casefold())

    def is_known(self, word: str) -> bool:
        """Whether a word, in small letters, stands there or is one of the language, or a form of one."""
        if len(word) > _LONGEST:
            return self._stands(word)
        return self._stands(word) or any(map(self._stands, _stems(word))) or self._is_joined(word)

    def _stands(self, word: str) -> bool:
        return word in self._vocabulary or self._is_word(word)

    def _is_joined(self, word: str) -> bool:
        cuts = range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)
        return any(self._stands(word[:cut]) and self._stands(word[cut:]) for cut in cuts)

    def _nearest(self, word: str) -> str | None:
        """The target with the fewest slips; of several, see `_unlikely`, then the commonest."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = 2 if len(word) >= _LONG else 1
        found = process.extract(word, self._targets, scorer=OSA.distance, score_cutoff=most, limit=None)
        near = [
            (slips, _unlikely(word, target), -self._vocabulary[target], target) for target, slips, _ in found
        ]
        return min(near)[-1] if near else None


def _unlikely(word: str, target: str) -> tuple[bool, bool]:
    """Fingers swap, drop and double letters more often than they take another, least the first."""
    replaced = len(word) == len(target) and sorted(word) != sorted(target)
    return replaced, target[0] != word[0]


def _stems(word: str) -> Iterable[str]:
    """What a word may be an inflection of: without its ending, with an "e" or a "y", with one letter less."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < _SHORTEST - 1:
            continue
        if ending != "es" or stem.endswith(_AFTER_HISSING):
            yield stem
        if ending in _DROPS_E:
            yield f"{stem}e"
        if stem[-1] == "i":
            yield f"{stem[:-1]}y"
        if stem[-1] == stem[-2]:
            yield stem[:-1]
