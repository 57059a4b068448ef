"""An engine beyond one machine: Qdrant searches the sentences, in two exchanges a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Self

from a4a_qa.errors import EngineError, IndexFolderError
from a4a_qa.index.engines.engine import PROPOSED, Proposed, SentenceQuery
from a4a_qa.index.engines.qdrant_collection import QdrantCollection, Search, hashed
from a4a_qa.index.late import Rarity
from a4a_qa.index.library import Entry, LeaveOut
from a4a_qa.index.storage import count_tokens


class QdrantEngine:
    """Searches the sentences of a collection. Safe to use from several threads.

    Each shard answers a search for itself. So words and vectors propose in a first exchange, and the scores
    that are lacking come with a second, by ids: within one, each shard would score proposals of its own.
    """

    def __init__(self, collection: QdrantCollection, rarity: Rarity) -> None:
        """`rarity` is that of tokens among the sentences of the whole library."""
        self._collection, self._rarity = collection, rarity

    @classmethod
    def open(cls, collection: QdrantCollection, found: Sequence[Entry], leave_out: LeaveOut) -> Self:
        """The engine of a library. Tokens are counted in the reports' own folders, which every machine that
        answers has, since it cites from them: two small files a report.

        What `count_tokens` raises of one is given to `leave_out`. Raises EngineError when a report is not in
        the collection.
        """
        if lacking := collection.lacks(found):
            raise EngineError(
                f"{collection} lacks {len(lacking)} of {len(found)} reports, {lacking[0]} among them. "
                "Run `a4a-qa library sync`."
            )
        texts_with: Counter[int] = Counter()
        texts = 0
        for entry in found:
            try:
                counts, sentences = count_tokens(entry.folder)
            except IndexFolderError as error:
                leave_out(entry, error)
                continue
            texts_with.update(counts)
            texts += sentences
        return cls(collection, Rarity(texts_with, texts))

    def propose(self, query: SentenceQuery, reports: Collection[str]) -> Sequence[Proposed]:
        """See `Engine`."""
        if not reports:
            return ()
        dense, words = query.encoded.sentence.tolist(), dict(hashed(query.words))
        by_vectors, by_words = self._collection.search(
            Search("dense", dense, "report", reports, PROPOSED),
            Search("words", words, "report", reports, PROPOSED),
        )
        payloads = {point.id: point.payload for point in (*by_vectors, *by_words)}
        cosines, bm25 = _scores(by_vectors), _scores(by_words)
        tokens = self._rarity.query(query.encoded, query.ignored)
        # MaxSim weighs nothing by itself: each of the question's vectors is as long as its token's weight.
        weighed = (tokens.vectors * tokens.weights[:, None]).tolist()
        found = self._collection.search(
            Search("dense", dense, "id", payloads.keys() - cosines.keys(), PROPOSED),
            Search("words", words, "id", payloads.keys() - bm25.keys(), PROPOSED),
            Search("tokens", weighed, "id", payloads.keys(), 2 * PROPOSED),
        )
        cosines, bm25, late = cosines | _scores(found[0]), bm25 | _scores(found[1]), _scores(found[2])
        return [
            Proposed(of["report"], of["sentence"], late.get(name, 0.0), cosines[name], bm25.get(name, 0.0))
            for name, of in payloads.items()
            if name in cosines  # it is not there if the report was taken out meanwhile
        ]

    def close(self) -> None:
        """Close the collection."""
        self._collection.close()


def _scores(points: Iterable[Any]) -> dict[str, float]:
    return {point.id: point.score for point in points}
