"""The engine in this process: BM25 by bm25s, vectors in FAISS, late interaction over the reports' own files.

bm25s keeps the score of each word in each sentence, so that a question costs a millisecond at a hundred
thousand sentences, where rank-bm25 takes 226.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.index.dense import DenseIndex, pack_all
from a4a_qa.index.engines.engine import PROPOSED, Proposed, SentenceQuery
from a4a_qa.index.late import LateIndex, Rarity, TokenQuery, texts_with_each
from a4a_qa.index.parts import SentenceParts


class EmbeddedEngine:
    """Searches the sentences of reports whose parts are at hand. Safe to use from several threads."""

    def __init__(self, parts: Mapping[str, SentenceParts]) -> None:
        """`parts` are those of each report, by its id."""
        self._reports = tuple(parts)
        counts = [len(one.words) for one in parts.values()]
        # The sentences of report i are those from `starts[i]` to `starts[i + 1]`.
        self._starts = np.array([0, *accumulate(counts)], np.int64)
        self._bm25 = _bm25([words for one in parts.values() for words in one.words])
        self._dense = DenseIndex(pack_all([one.vectors for one in parts.values()]))
        self._late = [LateIndex(one.tokens) for one in parts.values()]
        texts_with: Counter[int] = Counter()
        for one in parts.values():
            texts_with.update(texts_with_each(one.tokens, len(one.words)))
        self._rarity = Rarity(texts_with, int(self._starts[-1]))

    def propose(self, query: SentenceQuery, reports: Collection[str]) -> Sequence[Proposed]:
        """See `Engine`."""
        wanted = self._wanted(reports)
        if not wanted.any():
            return ()
        ids, cosines = self._dense.search(query.encoded.sentence, PROPOSED, wanted)
        cosine_of = dict(zip(ids.tolist(), cosines.tolist(), strict=True))
        words = self._words(query.words)
        by_words = np.flatnonzero((words > 0) & wanted)
        by_words = by_words[np.argsort(-words[by_words], kind="stable")][:PROPOSED]
        others = np.array([one for one in by_words.tolist() if one not in cosine_of], np.int64)
        cosine_of |= zip(others.tolist(), self._dense.cosines(query.encoded.sentence, others), strict=True)
        sentences = np.array(sorted(cosine_of), np.int64)
        owners = np.searchsorted(self._starts, sentences, side="right") - 1
        late = self._matches(self._rarity.query(query.encoded, query.ignored), sentences, owners)
        return [
            Proposed(
                self._reports[owner], at - int(self._starts[owner]), score, cosine_of[at], float(words[at])
            )
            for at, owner, score in zip(sentences.tolist(), owners.tolist(), late.tolist(), strict=True)
        ]

    def close(self) -> None:
        """Nothing is held."""

    def _wanted(self, reports: Collection[str]) -> NDArray[np.bool_]:
        """Which sentences are those of some reports, shape (n,)."""
        return np.repeat([report in reports for report in self._reports], np.diff(self._starts))

    def _words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of each sentence, shape (n,)."""
        known = [word for word in words if word in self._bm25.vocab_dict]
        if not known:
            return np.zeros(int(self._starts[-1]), np.float32)
        scores: NDArray[np.float32] = self._bm25.get_scores(known)
        return scores

    def _matches(
        self, query: TokenQuery, sentences: NDArray[np.int64], owners: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """The weighted MaxSim of sentences, shape (len(sentences),)."""
        found = np.empty(len(sentences), np.float32)
        for owner in np.flatnonzero(np.bincount(owners, minlength=len(self._late))).tolist():
            own = owners == owner
            found[own] = self._late[owner].scores(query, sentences[own] - self._starts[owner])
        return found


def _bm25(texts: Sequence[Sequence[str]]) -> Any:
    import bm25s

    index = bm25s.BM25(method="lucene")
    # It takes no library without a word.
    index.index(
        [list(text) for text in texts] if any(texts) else [[""]] * max(1, len(texts)), show_progress=False
    )
    return index
