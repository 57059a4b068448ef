"""Qdrant's own engine in this process, `qdrant-edge-py`, called as qdrant-client calls a server.

A shard has one collection, and only one process may hold it. Its optimizer runs when it is told to.
"""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import qdrant_edge as edge
from qdrant_client import models

from a4a_qa.index.engines.qdrant_collection import QdrantCollection


class EdgeCollection(QdrantCollection):
    """A collection in a folder of Edge's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(":memory:")
        self._client, self._is_server = EdgeClient(folder), True

    def optimize(self) -> None:
        """Build the graphs, which a server does by itself."""
        while self._client.shard.optimize():
            pass


class EdgeClient:
    """What `QdrantCollection` needs of a client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "edge_config.json"
        self.shard: Any = edge.EdgeShard.load(str(folder)) if self.file.is_file() else None

    def close(self) -> None:
        if self.shard:
            self.shard.close()

    def collection_exists(self, name: str) -> bool:
        return self.shard is not None

    def create_collection(self, name: str, *, vectors_config: Any, sparse_vectors_config: Any) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        vectors = {name: _vector_params(one) for name, one in vectors_config.items()}
        sparse = {
            name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf) for name in sparse_vectors_config
        }
        config = edge.EdgeConfig(vectors=vectors, sparse_vectors=sparse)
        self.shard = edge.EdgeShard.create(str(self.folder), config)

    def get_collection(self, name: str) -> Any:
        stored = json.loads(self.file.read_bytes())["vectors"]
        vectors = {name: SimpleNamespace(size=one["size"]) for name, one in stored.items()}
        return SimpleNamespace(config=SimpleNamespace(params=SimpleNamespace(vectors=vectors)))

    def create_payload_index(self, name: str, field: str, schema: Any, *, wait: bool) -> None:
        params = edge.KeywordIndexParams(enable_hnsw=schema.enable_hnsw)
        self.shard.update(edge.UpdateOperation.create_field_index(field, params))

    def upsert(self, name: str, points: list[Any], *, wait: bool) -> None:
        made = [
            edge.Point(one.id, {n: _vector(v) for n, v in one.vector.items()}, one.payload) for one in points
        ]
        self.shard.update(edge.UpdateOperation.upsert_points(made))

    def delete(self, name: str, selector: Any, *, wait: bool) -> None:
        self.shard.update(edge.UpdateOperation.delete_points_by_filter(_filter(selector)))

    def batch_update_points(self, name: str, steps: list[Any], *, wait: bool) -> None:
        for step in steps:
            if isinstance(step, models.DeleteOperation):
                self.delete(name, step.delete.filter, wait=wait)
            else:
                change = step.set_payload
                self.shard.update(
                    edge.UpdateOperation.set_payload_by_filter(_filter(change.filter), change.payload)
                )

    def count(self, name: str, filter: Any, *, exact: bool) -> Any:
        return SimpleNamespace(count=self.shard.count(edge.CountRequest(filter=_filter(filter), exact=exact)))

    def facet(self, name: str, key: str, *, facet_filter: Any, limit: int, exact: bool) -> Any:
        request = edge.FacetRequest(
            key, limit=limit, exact=exact, filter=facet_filter and _filter(facet_filter)
        )
        return self.shard.facet(request)

    def query_batch_points(self, name: str, requests: list[Any]) -> list[Any]:
        queries = [
            edge.QueryRequest(
                limit=one.limit,
                query=edge.Query.Nearest(_vector(one.query), using=one.using),
                filter=_filter(one.filter),
                with_payload=one.with_payload,
            )
            for one in requests
        ]
        return [
            SimpleNamespace(points=points)
            for points in self.shard.query_batch(edge.QueryBatchRequest(queries))
        ]


def _vector_params(params: models.VectorParams) -> Any:
    hnsw = params.hnsw_config
    return edge.EdgeVectorParams(
        params.size,
        edge.Distance.Dot,
        on_disk=params.on_disk,
        datatype=edge.VectorStorageDatatype.Float16,
        multivector_config=params.multivector_config
        and edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
        hnsw_config=edge.HnswIndexConfig(
            m=16 if hnsw.m is None else hnsw.m,
            ef_construct=hnsw.ef_construct or 100,
            full_scan_threshold=10_000,
        ),
    )


def _vector(vector: Any) -> Any:
    is_sparse = isinstance(vector, models.SparseVector)
    return edge.SparseVector(vector.indices, vector.values) if is_sparse else vector


def _filter(filter: models.Filter) -> Any:
    kinds = {name: [_condition(one) for one in getattr(filter, name) or ()] for name in ("must", "must_not")}
    return edge.Filter(**kinds)


def _condition(condition: Any) -> Any:
    if isinstance(condition, models.HasIdCondition):
        return edge.HasIdCondition(set(condition.has_id))
    if isinstance(condition, models.IsEmptyCondition):
        return edge.IsEmptyCondition(condition.is_empty.key)
    return edge.FieldCondition(condition.key, match=edge.MatchAny(list(condition.match.any)))
