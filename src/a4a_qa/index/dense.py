"""Nearest vectors: the only module that knows FAISS.

Vectors are packed with a byte for each number, a quarter of what single precision takes: of the nearest
forty, 99.5 % are the same. FAISS packs them when an index is built. Stored are plain arrays, which are put
into an inner-product index on opening: that takes a few milliseconds for some ten thousand vectors, and FAISS
never parses a file of unknown origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.index.rows import StoredRows

# The range of each dimension is found in about as many vectors.
_TO_TRAIN = 2_048
_AT_A_TIME = 2_048


@dataclass(frozen=True, slots=True)
class PackedVectors:
    """Unit vectors with a byte for each number.

    `codes` (n, dimension) uint8 count 255ths of the range of their dimension; `ranges` (2, dimension) float32
    are where each begins and how wide it is.
    """

    codes: NDArray[np.uint8] | StoredRows
    ranges: NDArray[np.float32]


def pack_vectors(vectors: NDArray[np.floating[Any]]) -> PackedVectors:
    """Pack unit vectors, shape (n, dimension)."""
    return pack_all([vectors])


def pack_all(arrays: Sequence[NDArray[np.floating[Any]]]) -> PackedVectors:
    """Pack the unit vectors of several arrays, each of shape (n, dimension), those of the first one first."""
    import faiss

    count, dimension = sum(map(len, arrays)), arrays[0].shape[1]
    if not count:
        return PackedVectors(np.empty((0, dimension), np.uint8), np.zeros((2, dimension), np.float32))
    index = _empty_index(dimension)
    # FAISS takes single precision only; some at a time, so that not all are in memory twice.
    index.train(_single(np.concatenate([one[:: 1 + count // _TO_TRAIN] for one in arrays])))
    for vectors in arrays:
        for start in range(0, len(vectors), _AT_A_TIME):
            index.add(_single(vectors[start : start + _AT_A_TIME]))
    codes, ranges = faiss.vector_to_array(index.codes), faiss.vector_to_array(index.sq.trained)
    return PackedVectors(codes.reshape(count, dimension), ranges.reshape(2, dimension))


class DenseIndex:
    """Search over packed vectors, whose arrays must have the shapes and kinds of `PackedVectors`."""

    def __init__(self, packed: PackedVectors) -> None:
        import faiss

        count, dimension = packed.codes.shape
        self._one_thread = faiss.omp_set_num_threads
        self._index = _empty_index(dimension)
        if not count:
            return
        faiss.copy_array_to_vector(packed.ranges.reshape(-1), self._index.sq.trained)
        self._index.codes.resize(count * dimension)
        codes = faiss.rev_swig_ptr(self._index.codes.data(), count * dimension).reshape(count, dimension)
        # Some at a time, so that not all are in memory twice.
        for start in range(0, count, _AT_A_TIME):
            codes[start : start + _AT_A_TIME] = packed.codes[start : start + _AT_A_TIME]
        self._index.ntotal, self._index.is_trained = count, True

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids and cosines of the `k` nearest vectors, best first; `allowed` (n,) leaves only those."""
        k = min(k, self._index.ntotal if allowed is None else int(allowed.sum()))
        if not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        # FAISS shares questions among threads, never one; waking them takes longer than the search. Each
        # thread that asks has a number of its own.
        self._one_thread(1)
        asked = vector[None, :].astype(np.float32)
        cosines, ids = self._index.search(asked, k, params=_only(allowed))
        return ids[0], cosines[0]

    def cosines(self, vector: NDArray[np.float32], ids: NDArray[np.int64]) -> list[float]:
        """The cosines of the vectors with these ids, as `search` gives them."""
        if not len(ids):
            return []
        vectors = np.stack([self._index.reconstruct(one) for one in ids.tolist()])
        cosines: list[float] = np.einsum("nd,d->n", vectors, vector.astype(np.float32)).tolist()
        return cosines


def _only(allowed: NDArray[np.bool_] | None) -> Any:
    """What makes FAISS search these vectors alone."""
    import faiss

    if allowed is None or allowed.all():
        return None
    selector: Any = faiss.IDSelectorBitmap
    parameters: Any = faiss.SearchParameters
    return parameters(sel=selector(np.packbits(allowed, bitorder="little")))


def _empty_index(dimension: int) -> Any:
    import faiss

    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)


def _single(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    return np.ascontiguousarray(vectors, dtype=np.float32)
