"""Late interaction: MaxSim over packed token vectors.

Each token of the question looks for its best match among the tokens of a text; the matches are added
up, weighted by how rare the question's tokens are (Khattab and Zaharia, ColBERT, 2020; the weights are
ours). Vectors are packed as int8 with one scale a row, a quarter of their size at no loss that shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from a4a_qa.index.rows import StoredRows
from a4a_qa.models.encoder import Encoded

# Multiplications up to which OpenBLAS uses one thread.
_ONE_THREAD = 200_000


@dataclass(frozen=True, slots=True)
class PackedTokens:
    """The token vectors of `n` texts, one behind the other.

    `vectors` (t, dimension) int8 and `scales` (t,) float32 give unit rows; `pieces` (t,) are the token
    ids; text i owns the rows `offsets[i]:offsets[i + 1]`.
    """

    vectors: NDArray[np.int8] | StoredRows
    scales: NDArray[np.float32]
    pieces: NDArray[np.int32]
    offsets: NDArray[np.int64]


def pack(texts: Iterable[Encoded], ignored: frozenset[int], dimension: int) -> PackedTokens:
    """Pack the token vectors of texts, the encoder's ignored ones left out."""
    vectors: list[NDArray[np.int8]] = [np.empty((0, dimension), np.int8)]
    scales: list[NDArray[np.float32]] = [np.empty(0, np.float32)]
    pieces: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
    lengths = [0]
    for text in texts:
        kept = ~np.isin(text.token_ids, list(ignored))
        rows = text.vectors[kept]
        peaks = np.abs(rows).max(axis=1, initial=1e-9)
        scales.append((peaks / 127).astype(np.float32))
        vectors.append(np.rint(rows / peaks[:, None] * 127).astype(np.int8))
        pieces.append(text.token_ids[kept].astype(np.int32))
        lengths.append(len(rows))
    return PackedTokens(
        np.concatenate(vectors), np.concatenate(scales), np.concatenate(pieces), np.cumsum(lengths)
    )


@dataclass(frozen=True, slots=True)
class TokenQuery:
    """The vectors (m, dimension) of a question's tokens that weigh something, and their ids (m,).

    Their weights (m,) add up to one.
    """

    vectors: NDArray[np.float32]
    ids: NDArray[np.int32]
    weights: NDArray[np.float32]


class Rarity:
    """How much each token tells: its inverse document frequency among some texts."""

    def __init__(self, texts_with: Mapping[int, int], texts: int) -> None:
        """`texts_with` counts the texts that have each token id, of all `texts`."""
        counts = np.fromiter(texts_with.values(), np.float64, len(texts_with))
        self._rarity = dict(zip(texts_with, np.log(1 + texts / counts).tolist(), strict=True))
        self._unseen = float(np.log(1 + texts / 0.5))

    def query(
        self, question: Encoded, ignored: frozenset[int], *, last: int = 0, emphasis: float = 1.0
    ) -> TokenQuery:
        """A question's vectors with the weights of its tokens; ignored tokens weigh nothing.

        The `last` tokens weigh `emphasis` times as much as the others.
        """
        weights = np.array(
            [0.0 if p in ignored else self._rarity.get(p, self._unseen) for p in question.token_ids.tolist()],
            dtype=np.float32,
        )
        own = [place for place, piece in enumerate(question.token_ids.tolist()) if piece not in ignored]
        weights[own[len(own) - min(last, len(own)) :]] *= emphasis
        weighed = np.flatnonzero(weights)
        shares = weights[weighed] / max(float(weights.sum()), 1e-9)
        return TokenQuery(question.vectors[weighed], question.token_ids[weighed], shares)


class LateIndex:
    """MaxSim scores of a question against any of the packed texts."""

    def __init__(self, tokens: PackedTokens) -> None:
        self._tokens = tokens

    def scores(self, query: TokenQuery, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """The weighted MaxSim of the texts with these ids, shape (len(ids),), at most 1."""
        # Not "@": its product with a vector has warned, now and then and on some processors only, of invalid
        # values that none of the operands held.
        scores: NDArray[np.float32] = np.einsum("tq,q->t", self.matches(query, ids), query.weights)
        return scores

    def matches(self, query: TokenQuery, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """The best match of each of the question's tokens in each of these texts, (len(ids), m), at most 1.

        A text without tokens matches nothing: 0.
        """
        texts = np.asarray(ids, dtype=np.int64)
        starts = self._tokens.offsets[texts]
        lengths = self._tokens.offsets[texts + 1] - starts
        best = np.zeros((len(lengths), len(query.weights)), np.float32)
        filled = np.flatnonzero(lengths)
        if not len(filled):
            return best
        bounds = np.concatenate([[0], np.cumsum(lengths[filled])])
        rows = np.repeat(starts[filled] - bounds[:-1], lengths[filled]) + np.arange(bounds[-1])
        similar = _products(self._tokens.vectors, rows, query.vectors)
        similar *= self._tokens.scales[rows, None]
        best[filled] = np.maximum.reduceat(similar, bounds[:-1], axis=0)
        return best


def _products(
    packed: NDArray[np.int8] | StoredRows, rows: NDArray[np.int64], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """`packed[rows] @ vectors.T`, a block of rows at a time, so that only a block is ever copied.

    A product this slim is done in half a millisecond by one thread; OpenBLAS shares it among threads above
    some size, and waking them takes ten times as long. Blocks below that size stay on one.
    """
    block = max(1, _ONE_THREAD // max(1, vectors.size))
    turned = np.ascontiguousarray(vectors.T)
    found = np.empty((len(rows), len(vectors)), np.float32)
    for start in range(0, len(rows), block):
        some = packed[rows[start : start + block]].astype(np.float32)
        np.matmul(some, turned, out=found[start : start + block])
    return found


def texts_with_each(tokens: PackedTokens, counted: int) -> dict[int, int]:
    """How many of the first `counted` texts have each token id."""
    end = int(tokens.offsets[counted])
    owner = np.repeat(np.arange(counted), np.diff(tokens.offsets[: counted + 1]))
    # Each piece counts once a text. Not with np.unique, which loads a module of NumPy's that takes longer.
    pairs = np.sort(tokens.pieces[:end].astype(np.int64) * counted + owner)
    pieces = pairs[_firsts(pairs)] // max(1, counted)
    firsts = _firsts(pieces)
    seen = np.diff(firsts, append=len(pieces))
    return dict(zip(pieces[firsts].tolist(), seen.tolist(), strict=True))


def _firsts(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each number first stands among some in order."""
    return np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
