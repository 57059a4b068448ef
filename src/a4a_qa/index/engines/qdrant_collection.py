"""The sentences of a library in Qdrant: a collection with a point for each.

A point has the sentence's vector (`dense`), its token vectors (`tokens`, compared by MaxSim) and its words
(`words`: what BM25 takes from a text; Qdrant multiplies it by how rare a word is). Its payload is the id of
its report, its position there, and the build of the index that it comes from. Words are sent as hashes. The
folders of the reports stay the library, and decide what is cited.

Readers filter by report. The points of a new build are sent without one; when all are there, one request
deletes those of the older build and names the report in the new ones. So nobody reads a mixture of builds,
whoever has had the library open for days finds the new one, and what was stopped halfway is done again.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from a4a_qa.errors import EngineError, SettingsError
from a4a_qa.index.engines.engine import PROPOSED
from a4a_qa.index.library import Entry
from a4a_qa.index.manifest import Manifest
from a4a_qa.index.parts import SentenceParts
from a4a_qa.index.storage import count_tokens, load_sentences
from a4a_qa.settings import Settings

COLLECTION = "a4a-qa"
# The constants of BM25, those that bm25s takes, and the mean number of words of a sentence: that of thirteen
# reports, since what was sent cannot change with each report that is added.
_K1, _B, _MEAN_WORDS = 1.5, 0.75, 29
# Sentences sent at a time: as JSON some 50 kB each and 420 at most; Qdrant takes 32 MB.
_BATCH = 64
# Seconds for a request. Taking out a large report takes some.
_TIMEOUT = 30
# Builds that are counted at most: more than there are of ten million sentences.
_MOST_BUILDS = 100_000


@dataclass(frozen=True, slots=True)
class Search:
    """A search by the vectors called `using`, among points whose payload `field`, or `id`, is one of some.

    `query` is a vector, several, or the weights of words by their hashes.
    """

    using: str
    query: Sequence[float] | Sequence[Sequence[float]] | Mapping[int, float]
    field: str
    among: Collection[str]
    limit: int


class QdrantCollection:
    """The sentences of a library in Qdrant. Safe to search from several threads; one program at a time may
    change it. All methods raise EngineError, with a message that holds nothing of what is asked."""

    def __init__(self, url: str, *, key: str | None = None, name: str = COLLECTION) -> None:
        """Of the server at `url`, such as https://qdrant.example.org:6333, with its API key; or of a folder,
        or ":memory:", which qdrant-client searches without an index, for tests."""
        try:
            import qdrant_client
        except ImportError:
            raise EngineError('The engine Qdrant needs a package: `pip install "a4a-qa[qdrant]"`.') from None
        self.name, self._models = name, qdrant_client.models
        self._is_server = "://" in url
        self._where = url.rpartition("@")[2]  # a password before the host is not shown
        where = {"url": url, "api_key": key, "timeout": _TIMEOUT} if self._is_server else {"path": url}
        with self._plain_errors():
            self._client: Any = qdrant_client.QdrantClient(
                **({"location": url} if url == ":memory:" else where), check_compatibility=False
            )

    def close(self) -> None:
        """Give connections, or the folder, back."""
        self._client.close()

    def sync(self, found: Iterable[Entry]) -> Iterator[str]:
        """Put in the reports that are not there in their present build, then take out what is of no report
        found; gives the id of each report that was put in. What was stopped the next call does again.

        Raises what `load_sentences` does.
        """
        wanted = {build_of(entry.manifest): entry for entry in found}
        with self._plain_errors():
            if self._client.collection_exists(self.name):
                self._index_payload()  # where it was stopped in that, too: builds are not counted without
        there, whole = self._builds()
        for build, entry in wanted.items():
            if build not in whole:
                parts, manifest = load_sentences(entry.folder)  # perhaps of a build that is newer
                self.put(manifest.about.id, build_of(manifest), parts)
                yield manifest.about.id
        if unknown := there - set(wanted):
            with self._plain_errors():
                self._client.delete(self.name, self._filter(build=unknown), wait=True)

    def lacks(self, found: Iterable[Entry]) -> list[str]:
        """The ids of the reports that are not there whole in their present build; a report without a sentence
        lacks nothing."""
        _, whole = self._builds()
        return [
            entry.about.id
            for entry in found
            if build_of(entry.manifest) not in whole and count_tokens(entry.folder)[1]
        ]

    def put(self, report: str, build: str, parts: SentenceParts) -> None:
        """Put in a report in place of any other build of it."""
        self._prepare(parts.vectors.shape[1], parts.tokens.vectors.shape[1])
        m, count = self._models, len(parts.words)
        with self._plain_errors():
            for start in range(0, count, _BATCH):
                points = [self._point(build, at, parts) for at in range(start, min(start + _BATCH, count))]
                self._client.upsert(self.name, points, wait=True)
            own, named = self._filter(build=[build]), self._filter(report=[report])
            older = m.Filter(must=named.must, must_not=own.must)
            steps = [
                m.DeleteOperation(delete=m.FilterSelector(filter=older)),
                m.SetPayloadOperation(set_payload=m.SetPayload(payload={"report": report}, filter=own)),
            ]
            self._client.batch_update_points(self.name, steps, wait=True)
            arrived = self._client.count(self.name, named, exact=True).count
        if arrived != count:
            raise EngineError(
                f"{self} has {arrived} of the {count} sentences of {report}. Run `a4a-qa library sync`."
            )

    def search(self, *searches: Search) -> list[list[Any]]:
        """The points that each search finds, best first, in one exchange; none where there is nothing to look
        for, or among."""
        m = self._models
        asked = [one for one in searches if one.query and one.among]
        requests = [
            m.QueryRequest(
                query=self._sparse(one.query) if isinstance(one.query, dict) else one.query,
                using=one.using,
                filter=self._filter(**{one.field: one.among}),
                limit=one.limit,
                with_payload=one.field != "id",
            )
            for one in asked
        ]
        with self._plain_errors():
            answers = self._client.query_batch_points(self.name, requests) if requests else []
        found = {id(one): answer.points for one, answer in zip(asked, answers, strict=True)}
        return [found.get(id(one), []) for one in searches]

    def __str__(self) -> str:
        return f"The collection {self.name!r} of Qdrant at {self._where}"

    def _builds(self) -> tuple[set[str], set[str]]:
        """The builds of which there are points, and those that are whole: all their points are named."""
        m = self._models
        with self._plain_errors():
            if not self._client.collection_exists(self.name):
                return set(), set()
            named = m.Filter(must_not=[m.IsEmptyCondition(is_empty=m.PayloadField(key="report"))])
            there, whole = (
                {
                    hit.value: hit.count
                    for hit in self._client.facet(
                        self.name, "build", facet_filter=filter, limit=_MOST_BUILDS, exact=True
                    ).hits
                }
                for filter in (None, named)
            )
        return set(there), {build for build, count in whole.items() if count == there[build]}

    def _prepare(self, dense: int, tokens: int) -> None:
        """Make the collection unless it is there. Shards and copies are as many as the server is set to."""
        m = self._models
        with self._plain_errors():
            if not self._client.collection_exists(self.name):
                self._client.create_collection(
                    self.name,
                    vectors_config={
                        "dense": m.VectorParams(
                            size=dense, distance=m.Distance.DOT, datatype=m.Datatype.FLOAT16, on_disk=True,
                            # Searched as wide as it is built: 100 sentences are proposed.
                            hnsw_config=m.HnswConfigDiff(ef_construct=2 * PROPOSED),
                        ),
                        # Not cosine, which would undo the weights of a question's tokens. These score what
                        # the others propose and need no graph.
                        "tokens": m.VectorParams(
                            size=tokens, distance=m.Distance.DOT, datatype=m.Datatype.FLOAT16, on_disk=True,
                            multivector_config=m.MultiVectorConfig(comparator=m.MultiVectorComparator.MAX_SIM),
                            hnsw_config=m.HnswConfigDiff(m=0),
                        ),
                    },
                    sparse_vectors_config={"words": m.SparseVectorParams(modifier=m.Modifier.IDF)},
                )  # fmt: skip
                self._index_payload()
            vectors = self._client.get_collection(self.name).config.params.vectors
        found = {name: one.size for name, one in vectors.items()} if isinstance(vectors, dict) else None
        if found != {"dense": dense, "tokens": tokens}:
            raise EngineError(
                f"{self} is not made for vectors of {dense} numbers, and of {tokens} for tokens. "
                "Set A4A_QA_QDRANT_COLLECTION to a new name and run `a4a-qa library sync`."
            )

    def _index_payload(self) -> None:
        """Index what is filtered by, without a graph for each value, which would double the build."""
        m = self._models
        # qdrant-client's own search has no index.
        for field in ("report", "build") if self._is_server else ():
            schema = m.KeywordIndexParams(type=m.KeywordIndexType.KEYWORD, enable_hnsw=False)
            self._client.create_payload_index(self.name, field, schema, wait=True)

    def _point(self, build: str, at: int, parts: SentenceParts) -> Any:
        m, tokens = self._models, parts.tokens
        rows = np.arange(*tokens.offsets[at : at + 2])
        vectors: dict[str, Any] = {"dense": parts.vectors[at].tolist()}
        if len(rows):
            exact = tokens.vectors[rows] * tokens.scales[rows, None].astype(np.float64)
            vectors["tokens"] = exact.round(4).tolist()  # packed as int8, they are no more exact
        if words := parts.words[at]:
            length = _K1 * (1 - _B + _B * len(words) / _MEAN_WORDS)
            vectors["words"] = self._sparse({word: n / (n + length) for word, n in hashed(words).items()})
        name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{build} {at}"))
        return m.PointStruct(id=name, vector=vectors, payload={"build": build, "sentence": at})

    def _sparse(self, weights: Mapping[int, float]) -> Any:
        return self._models.SparseVector(indices=list(weights), values=list(weights.values()))

    def _filter(self, **within: Iterable[Any]) -> Any:
        m = self._models
        return m.Filter(
            must=[
                m.HasIdCondition(has_id=list(values))
                if field == "id"
                else m.FieldCondition(key=field, match=m.MatchAny(any=sorted(values)))
                for field, values in within.items()
            ]
        )

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Say what is wrong without what was sent."""
        from qdrant_client.http.exceptions import ApiException

        try:
            yield
        except (ApiException, OSError, RuntimeError, ValueError) as error:
            status = getattr(error, "status_code", None)
            if status in (401, 403):
                said = "refuses the key. Set A4A_QA_QDRANT_API_KEY to one that it takes."
            elif status:
                said = f"answers with status {status}; its log says why."
            else:
                said = "cannot be reached, or another program holds it. Check A4A_QA_QDRANT_URL."
            raise EngineError(f"{self} {said}") from None


def collection_of(settings: Settings) -> QdrantCollection | None:
    """Where the settings have the sentences of a library searched; None in this process. Raises SettingsError
    and EngineError."""
    if settings.engine == "embedded":
        return None
    if settings.qdrant_url is None:
        raise SettingsError("The engine is Qdrant, and no server is named. Set A4A_QA_QDRANT_URL.")
    return QdrantCollection(settings.qdrant_url, key=settings.qdrant_api_key, name=settings.qdrant_collection)


def build_of(manifest: Manifest) -> str:
    """The name of a build: the report's id, and a hash of all that its index holds."""
    parts = json.dumps(sorted(manifest.parts.items()))
    return f"{manifest.about.id} {hashlib.sha256(parts.encode()).hexdigest()[:16]}"


def hashed(words: Iterable[str]) -> Counter[int]:
    """How often each word stands there, by its hash."""
    return Counter(zlib.crc32(word.encode()) for word in words)
