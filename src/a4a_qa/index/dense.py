"""Nearest vectors: the only module that knows FAISS.

The vectors are stored as a plain array and put into an exact inner-product index on opening: some
thousand vectors take a millisecond, and no index file of unknown origin is ever parsed by FAISS.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class DenseIndex:
    """Exact search over unit vectors, shape (n, dimension)."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        import faiss

        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(self, vector: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids and cosines of the `k` nearest vectors, best first."""
        k = min(k, self._index.ntotal)
        if not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        cosines, ids = self._index.search(vector[None, :].astype(np.float32), k)
        return ids[0], cosines[0]
