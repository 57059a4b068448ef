"""Text to vectors: one unit vector a token for late interaction, one a text for dense search.

An encoder is a folder of six files: `model.onnx` (token ids in, last hidden states out, and with them, when
the encoder has learnt to, a narrower vector a token), the same graph for processors that sum signed products
exactly in `model.signed.onnx`, their word embeddings in `words.npy` and all other weights in
`model.onnx.data`, `tokenizer.json`, and `card.json`, which says what the others are and carries their
SHA-256.

A text's vectors don't depend on what it is encoded together with: only texts of equal length share a batch,
so there is no padding, and the exported model scales its int8 activations a token at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError
from a4a_qa.models.runtime import (
    CARD_FILE,
    EXPORT_AGAIN,
    MODEL_FILE,
    MODEL_FILES,
    TOKENIZER_FILE,
    WORDS_FILE,
    check_file,
    load_session,
    load_tokenizer,
    positive,
    read_card,
    readable,
    sums_of,
)

POOLINGS = ("mean", "cls")
# The encoder that comes with the package.
SHIPPED = Path(__file__).parent.parent / "data" / "encoder"

# Tokens a batch: more gains no speed on two cores, and memory grows with it.
_BATCH_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as the encoder sees it.

    `token_ids` is (n,) without padding and includes the special tokens; `vectors` is (n, token_dimension),
    the last hidden states or what the encoder makes of them, as unit rows; `sentence` is (dimension,), the
    pooled raw hidden states as a unit vector.
    """

    token_ids: NDArray[np.int32]
    vectors: NDArray[np.float32]
    sentence: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """What an encoder is: the fields of `card.json` that opening needs, and all of it in `facts`.

    `files` gives the SHA-256 of each file by its name. Where the card has no `token_dimension`, token vectors
    are the hidden states and as wide.
    """

    name: str
    dimension: int
    token_dimension: int
    max_tokens: int
    pooling: str
    files: Mapping[str, str]
    facts: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read `card.json`; raise EncoderError if it is missing, no JSON, lacks a field or makes no sense."""
        return read_card(path, MODEL_FILES, cls._of)

    @classmethod
    def _of(cls, facts: Any) -> Self:
        """The card with these JSON values; raises what `read_card` expects."""
        if facts["pooling"] not in POOLINGS:
            raise ValueError(f"'pooling' is {facts['pooling']!r}, expected {' or '.join(POOLINGS)}")
        return cls(
            name=str(facts["name"]),
            dimension=positive(facts, "dimension"),
            token_dimension=positive(facts, "token_dimension" if "token_dimension" in facts else "dimension"),
            max_tokens=positive(facts, "max_tokens"),
            pooling=str(facts["pooling"]),
            files=sums_of(facts, MODEL_FILES),
            facts=facts,
        )


class Encoder:
    """An opened encoder; made by `open` or `shipped`. Safe to use from several threads."""

    def __init__(self, folder: Path, card: EncoderCard, tokenizer: Any, session: Any) -> None:
        self.folder = folder
        self.card = card
        self.dimension = card.dimension
        self.token_dimension = card.token_dimension
        self._tokenizer = tokenizer
        self._session = session
        self._known: ContextVar[dict[str, Encoded] | None] = ContextVar("known", default=None)
        self._special = {n for n, token in tokenizer.get_added_tokens_decoder().items() if token.special}

    @classmethod
    def open(
        cls, folder: Path, *, threads: int | None = None, checked: Mapping[str, str] | None = None
    ) -> Self:
        """Open the encoder in `folder`, with `threads` threads for one run (by default at most two); may be
        called from several threads.

        `checked` gives the SHA-256 that files were just found to have, by name: those that the card expects
        are not read once more. Raises EncoderError if a file is missing, is not what the card says, or cannot
        be loaded.
        """
        card = EncoderCard.read(folder / CARD_FILE)
        for name, expected in card.files.items():
            if (checked or {}).get(name) != expected:
                check_file(folder / name, expected)
        tokenizer = load_tokenizer(folder / TOKENIZER_FILE, card.files[TOKENIZER_FILE], card.max_tokens)
        session = load_session(folder, card.files[WORDS_FILE], threads)
        inputs = [one.name for one in session.get_inputs()]
        shapes = [list(one.shape) for one in session.get_outputs()]
        widths = [shape[-1] if len(shape) == 3 else 0 for shape in shapes]
        wanted = [card.dimension, *([card.token_dimension] if "token_dimension" in card.facts else [])]
        if inputs != ["input_ids"] or widths != wanted:
            raise EncoderError(
                f"{folder / MODEL_FILE} takes {', '.join(inputs)} and returns the shapes {shapes}; its card "
                f"expects input_ids and (texts, tokens, {' and '.join(map(str, wanted))}). {EXPORT_AGAIN}"
            )
        return cls(folder, card, tokenizer, session)

    @classmethod
    def shipped(cls) -> Self:
        """Open the encoder that comes with the package."""
        return cls.open(SHIPPED)

    def encode(
        self,
        texts: Sequence[str],
        *,
        at_a_time: int = 1,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[Encoded]:
        """Encode texts, each cut after the card's `max_tokens`; the result is in the order of `texts`.

        `at_a_time` batches are worked on together: for many texts, two with a thread each take some 0.6 of
        the time of one with two threads, and give the same bits. `on_progress` is called after every batch
        with the number of texts done so far. Any string will do: what UTF-8 cannot carry becomes "?", and
        an empty text has only special tokens.
        """
        ids = [self._token_ids(text) for text in texts]
        batches = list(_batches([len(one) for one in ids]))
        done: dict[int, Encoded] = {}

        def run(places: list[int]) -> list[Encoded]:
            return list(self._run(np.array([ids[place] for place in places], dtype=np.int64)))

        # A pool costs more than a question does.
        pool = ThreadPoolExecutor(at_a_time) if at_a_time > 1 else None
        try:
            for places, encoded in zip(batches, (pool.map if pool else map)(run, batches), strict=True):
                done.update(zip(places, encoded, strict=True))
                if on_progress is not None:
                    on_progress(len(done))
        finally:
            if pool:
                pool.shutdown(cancel_futures=True)  # who stops the indexing does not wait for the rest
        return [done[place] for place in range(len(texts))]

    def encode_one(self, text: str) -> Encoded:
        """Encode one text; within `remembering`, once."""
        known = self._known.get()
        if known is None:
            return self.encode([text])[0]
        if text not in known:
            known[text] = self.encode([text])[0]
        return known[text]

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Until it is left, the texts of `encode_one` in this thread are known; after that, none is."""
        token = self._known.set({} if (known := self._known.get()) is None else known)
        try:
            yield
        finally:
            self._known.reset(token)

    def token_count(self, text: str) -> int:
        """How many tokens a text has that late interaction looks at."""
        ids = self._token_ids(text)
        ignored = self.ignored(ids)
        return sum(number not in ignored for number in ids)

    def ignored(self, ids: Iterable[int]) -> frozenset[int]:
        """Those of some token ids that late interaction leaves out: special tokens and punctuation."""
        return frozenset(number for number in set(ids) if self._is_ignored(number))

    def _is_ignored(self, number: int) -> bool:
        return number in self._special or not any(letter.isalnum() for letter in self.piece(number))

    def is_word(self, text: str) -> bool:
        """Whether the tokenizer has this text as one token, signs apart, as it has the commoner words of its
        language."""
        return self.token_count(text) == 1

    def piece(self, number: int) -> str:
        """The text of a token id; "##" before it says that it goes on with the word of the token before."""
        return str(self._tokenizer.id_to_token(number))

    def _token_ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(readable(text, self.card.max_tokens)).ids
        return ids

    def _run(self, batch: NDArray[np.int64]) -> Iterator[Encoded]:
        """Encode token ids (texts, n); yield one Encoded a text."""
        hidden, *narrowed = self._states(batch)
        sentences = _unit(hidden[:, 0] if self.card.pooling == "cls" else hidden.mean(axis=1))
        tokens = narrowed[0] if narrowed else hidden
        yield from map(Encoded, batch.astype(np.int32), _unit(tokens), sentences)

    def _states(self, batch: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        """What the model returns for token ids (texts, n): hidden states, and narrower ones if any."""
        try:
            states: list[NDArray[np.float32]] = self._session.run(None, {"input_ids": batch})
        except Exception as error:  # onnxruntime's own exceptions share no other base
            raise EncoderError(f"The encoder '{self.card.name}' failed: {error}. {EXPORT_AGAIN}") from error
        return states


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group places by the length of what stands there, shortest first, at most _BATCH_TOKENS a group."""
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for place, length in enumerate(lengths):
        by_length[length].append(place)
    for length, places in sorted(by_length.items()):
        size = max(1, _BATCH_TOKENS // length)
        for first in range(0, len(places), size):
            yield places[first : first + size]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale the vectors along the last axis to length 1; a zero vector stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: NDArray[np.float32] = vectors / np.maximum(norms, np.float32(1e-12))
    return scaled
