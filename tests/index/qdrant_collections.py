"""Collections of Qdrant to test on: qdrant-client's own search; Qdrant Edge, where `qdrant-edge-py` is
installed; and a server, where A4A_QA_TEST_QDRANT_URL names one, which loses the collection in the end."""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from a4a_qa.index.engines.qdrant_collection import QdrantCollection

KINDS = ("client", "edge", "server")
_SERVER = os.environ.get("A4A_QA_TEST_QDRANT_URL")


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[QdrantCollection]:
    """An empty collection, or what was left in the folder."""
    if kind == "server":
        if _SERVER is None:
            pytest.skip("A4A_QA_TEST_QDRANT_URL names no server")
        with closing(QdrantCollection(_SERVER, name=f"test-{uuid.uuid4()}")) as collection:
            yield collection
            collection._client.delete_collection(collection.name)
    elif kind == "edge":
        pytest.importorskip("qdrant_edge")
        from index.edge import EdgeCollection

        with closing(EdgeCollection(folder)) as collection:
            yield collection
    else:
        with closing(QdrantCollection(str(folder))) as collection:
            yield collection
