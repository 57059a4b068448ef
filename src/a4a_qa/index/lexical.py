"""BM25 over words: the only module that knows rank-bm25.

Stored are the words of each text; the index is rebuilt from them on opening, in a few milliseconds.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.text.accents import without_accents
from a4a_qa.text.notation import RAISED_DIGITS

_WORD = re.compile(r"[^\W_]+(?:['’.](?=\w)[^\W_]+)*")
# Where a raised number is a word of its own: after a digit ("10²⁷"), and after a stop or more than two
# letters, since it may lead to a note there. In "km²" and "y²" it is part of the word. What follows it is
# another word.
_BESIDE_RAISED = re.compile(
    rf"(?:(?<=[\d.])|(?<=[^\W\d_]{{3}}))(?<![{RAISED_DIGITS}])(?=[{RAISED_DIGITS}])"
    rf"|(?<=[{RAISED_DIGITS}])(?=[^\W\d_])(?![{RAISED_DIGITS}])"
)
# Words that stand in nearly every English sentence and tell nothing about what it says.
STOP_WORDS = frozenset(
    """a about all also am an and any are as at be been but by can could did do does doing for from get had
    has have how i if in into is it its itself just let me more most my of on or other our please shall
    she he should so some such tell than that the their them then there these they this those to too us
    was we were what when where whether which who whom whose why will with would you your""".split()
)
# The country, which tells something unless a whole text is in capitals.
_COUNTRY = "US"


class _Stemmers(threading.local):
    """A stemmer for each thread: one must not be used by two threads at a time."""

    @cached_property
    def english(self) -> Any:
        import Stemmer

        return Stemmer.Stemmer("english", 0)  # it would remember what people ask


_STEMMERS = _Stemmers()


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: folded, without stop words, stemmed."""
    shouted = text.isupper()
    if not text.isascii():
        text = without_accents(_BESIDE_RAISED.sub(" ", text))
    words = [
        word.casefold()
        for word in _WORD.findall(text)
        if word.casefold() not in STOP_WORDS or (word == _COUNTRY and not shouted)
    ]
    kept = [word.replace(".", "").replace("’", "'").removesuffix("'s") for word in words]
    return list(_STEMMERS.english.stemWords(kept))


class LexicalIndex:
    """BM25 (Okapi) over the words of `n` texts."""

    def __init__(self, words: Sequence[Sequence[str]]) -> None:
        from rank_bm25 import BM25Okapi

        # It divides by the mean length, which must not be 0.
        texts = [list(text) for text in words]
        self._bm25 = BM25Okapi(texts if any(texts) else [[""]] * max(1, len(texts)))
        frequency: dict[str, int] = {}
        for text in words:
            for word in set(text):
                frequency[word] = frequency.get(word, 0) + 1
        count = len(words)
        self._rarity = {word: float(np.log(1 + count / seen)) for word, seen in frequency.items()}
        self._unseen = float(np.log(1 + count / 0.5))

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of each text, shape (n,)."""
        # Each word is scored once, times how often it stands there, and those that are nowhere score nothing.
        times = Counter(filter(self.knows, words))
        scores = np.zeros(self._bm25.corpus_size)
        for count in sorted(set(times.values())):
            scores += count * self._bm25.get_scores([word for word in times if times[word] == count])
        return scores.astype(np.float32)

    def rarity(self, word: str) -> float:
        """How much a word tells: its inverse document frequency; the highest for a word that is nowhere."""
        return self._rarity.get(word, self._unseen)

    def knows(self, word: str) -> bool:
        """Whether a word, as `words_of` gives it, stands in any of the texts."""
        return word in self._rarity
