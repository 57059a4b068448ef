"""Nearest vectors: the only module that knows FAISS.

The vectors are stored as a plain array and put into an inner-product index over all of them on opening: some
thousand vectors take a millisecond, and no index file of unknown origin is ever parsed by FAISS. The array
is of half precision, and so is the index: the same numbers in half the memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class DenseIndex:
    """Search over all unit vectors, shape (n, dimension)."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        import faiss

        self._index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(self, vector: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids and cosines of the `k` nearest vectors, best first."""
        k = min(k, self._index.ntotal)
        if not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        cosines, ids = self._index.search(vector[None, :].astype(np.float32), k)
        return ids[0], cosines[0]
