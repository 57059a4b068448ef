"""Nearest vectors: the only module that knows FAISS.

The vectors are stored as a plain array and put into an inner-product index over all of them on opening: some
thousand vectors take a few milliseconds, and no index file of unknown origin is ever parsed by FAISS. The
index keeps a byte for each number, a quarter of what single precision takes: of the nearest forty, 99.5 % are
the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import IndexDamaged
from a4a_qa.index.rows import StoredRows

_AT_A_TIME = 2_048
# What half precision may add to the length of a unit vector.
_LONGEST = 1.01


class DenseIndex:
    """Search over unit vectors, shape (n, dimension), the first `count` of them or all; raises IndexDamaged
    when some are none."""

    def __init__(self, vectors: NDArray[np.floating[Any]] | StoredRows, count: int | None = None) -> None:
        import faiss

        count = len(vectors) if count is None else count
        self._index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        if not count:
            return
        # FAISS takes single precision only; some at a time, so that not all are in memory twice.
        self._index.train(_single(vectors[: count : 1 + count // _AT_A_TIME]))
        for start in range(0, count, _AT_A_TIME):
            self._index.add(_single(vectors[start : min(count, start + _AT_A_TIME)]))

    def search(self, vector: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids and cosines of the `k` nearest vectors, best first."""
        k = min(k, self._index.ntotal)
        if not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        cosines, ids = self._index.search(vector[None, :].astype(np.float32), k)
        return ids[0], cosines[0]


def _single(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    single = np.ascontiguousarray(vectors, dtype=np.float32)
    if not (np.square(single).sum(axis=1) <= _LONGEST).all():  # a NaN fails too
        raise IndexDamaged(
            "The index holds vectors that are no unit vectors. Build it again with `a4a-qa index`."
        )
    return single
