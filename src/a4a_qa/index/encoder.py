"""Text to vectors: one unit vector a token for late interaction, one a text for dense search.

An encoder is a folder of three files: `model.onnx` (token ids in, last hidden states out), `tokenizer.json`
and `card.json`, which says what the other two are and carries their SHA-256. This is the only module that
knows onnxruntime and tokenizers, and it loads them when an encoder is opened, never before.

A text's vectors don't depend on what it is encoded together with: only texts of equal length share a batch,
so there is no padding, and the exported model scales its int8 activations a token at a time.
"""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
CARD_FILE = "card.json"
POOLINGS = ("mean", "cls")
# The encoder that comes with the package.
SHIPPED = Path(__file__).parent.parent / "data" / "encoder"

# Tokens a batch: more gains no speed on two cores, and memory grows with it.
_BATCH_TOKENS = 512
# Characters a token that are looked at: English has about five. It keeps a megabyte of text, of which
# max_tokens count, from being tokenised whole.
_CHARACTERS_PER_TOKEN = 64
_EXPORT_AGAIN = "Export the encoder again with `a4a-qa train --export-only`, or reinstall the package."


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as the encoder sees it.

    `token_ids` is (n,) without padding and includes the special tokens; `vectors` is (n, dimension), the last
    hidden states as unit rows; `sentence` is (dimension,), the pooled raw hidden states as a unit vector.
    """

    token_ids: NDArray[np.int32]
    vectors: NDArray[np.float32]
    sentence: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """What an encoder is: the fields of `card.json` that opening needs, and all of it in `facts`.

    `base_sha256` is that of the base model's weights; `files` gives the SHA-256 of each file by its name.
    """

    name: str
    base_model: str
    base_sha256: str
    dimension: int
    max_tokens: int
    pooling: str
    files: Mapping[str, str]
    facts: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> "EncoderCard":
        """Read `card.json`; raise EncoderError if it is missing, no JSON, or lacks a field."""
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            card = cls(
                name=str(facts["name"]),
                base_model=str(facts["base_model"]),
                base_sha256=str(facts["base_sha256"]),
                dimension=int(facts["dimension"]),
                max_tokens=int(facts["max_tokens"]),
                pooling=str(facts["pooling"]),
                files={name: str(facts["files"][name]["sha256"]) for name in (MODEL_FILE, TOKENIZER_FILE)},
                facts=facts,
            )
        except OSError as error:
            raise EncoderError(
                f"Cannot read {path} ({error.strerror or error}); an encoder's folder holds {MODEL_FILE}, "
                f"{TOKENIZER_FILE} and {CARD_FILE}. {_EXPORT_AGAIN}"
            ) from error
        except (ValueError, OverflowError, RecursionError) as error:
            raise EncoderError(
                f"{path} is not a JSON card of an encoder: {error}. {_EXPORT_AGAIN}"
            ) from error
        except (KeyError, TypeError) as error:
            raise EncoderError(
                f"The card {path} lacks a field or holds another kind: {error}. {_EXPORT_AGAIN}"
            ) from error
        if card.pooling not in POOLINGS or min(card.dimension, card.max_tokens) < 1:
            raise EncoderError(
                f"The card {path} has pooling «{card.pooling}», dimension {card.dimension} and max_tokens "
                f"{card.max_tokens}; expected mean or cls, and positive numbers. {_EXPORT_AGAIN}"
            )
        return card


class Encoder:
    """An opened encoder; made by `open` or `shipped`. Safe to use from several threads."""

    def __init__(self, folder: Path, card: EncoderCard, tokenizer: Any, session: Any) -> None:
        self.folder = folder
        self.card = card
        self.dimension = card.dimension
        self._tokenizer = tokenizer
        self._session = session
        added = tokenizer.get_added_tokens_decoder()
        self.special_ids: frozenset[int] = frozenset(
            number for number, token in added.items() if token.special
        )

    @classmethod
    def open(cls, folder: Path, *, threads: int | None = None) -> "Encoder":
        """Open the encoder in `folder`, with `threads` threads for one run (by default at most two).

        Raises EncoderError if a file is missing, is not what the card says, or cannot be loaded.
        """
        card = EncoderCard.read(folder / CARD_FILE)
        for name, expected in card.files.items():
            _check_file(folder / name, expected)
        tokenizer = _load_tokenizer(folder / TOKENIZER_FILE, card.max_tokens)
        session = _load_session(folder / MODEL_FILE, threads or min(2, os.cpu_count() or 1))
        inputs, shape = [one.name for one in session.get_inputs()], session.get_outputs()[0].shape
        if inputs != ["input_ids"] or len(shape) != 3 or shape[-1] != card.dimension:
            raise EncoderError(
                f"{folder / MODEL_FILE} takes {', '.join(inputs)} and returns the shape {shape}; its card "
                f"expects input_ids and (texts, tokens, {card.dimension}). {_EXPORT_AGAIN}"
            )
        return cls(folder, card, tokenizer, session)

    @classmethod
    def shipped(cls) -> "Encoder":
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
        with the number of texts done so far. Any string will do: what UTF-8 cannot carry becomes «?», and
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
        """Encode one text."""
        return self.encode([text])[0]

    def token_count(self, text: str) -> int:
        """How many tokens a text has, the special ones left out."""
        return sum(number not in self.special_ids for number in self._token_ids(text))

    def is_word(self, text: str) -> bool:
        """Whether the tokenizer has this text as one token, as it has the commoner words of its language."""
        return self.token_count(text) == 1

    def piece(self, number: int) -> str:
        """The text of a token id; «##» before it says that it goes on with the word of the token before."""
        return str(self._tokenizer.id_to_token(number))

    def _token_ids(self, text: str) -> list[int]:
        head = text[: self.card.max_tokens * _CHARACTERS_PER_TOKEN]
        ids: list[int] = self._tokenizer.encode(head.encode("utf-8", "replace").decode("utf-8")).ids
        return ids

    def _run(self, batch: NDArray[np.int64]) -> Iterator[Encoded]:
        """Encode token ids (texts, n); yield one Encoded a text."""
        try:
            (hidden,) = self._session.run(None, {"input_ids": batch})
        except Exception as error:  # onnxruntime's own exceptions share no other base
            raise EncoderError(f"The encoder «{self.card.name}» failed: {error}. {_EXPORT_AGAIN}") from error
        sentences = _unit(hidden[:, 0] if self.card.pooling == "cls" else hidden.mean(axis=1))
        yield from map(Encoded, batch.astype(np.int32), _unit(hidden), sentences)


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


def _check_file(path: Path, expected: str) -> None:
    """Raise EncoderError unless the file has this SHA-256: some 20 ms for 24 MB, so it is done every time."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"Cannot read {path} ({error.strerror or error}). {_EXPORT_AGAIN}") from error
    if found != expected:
        raise EncoderError(
            f"{path} is damaged or from another encoder: its SHA-256 is {found[:12]}…, the card expects "
            f"{expected[:12]}…. {_EXPORT_AGAIN}"
        )


def _load_tokenizer(path: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
    except Exception as error:  # tokenizers raises plain Exception
        raise EncoderError(f"{path} is not a tokenizer that can be read: {error}. {_EXPORT_AGAIN}") from error
    return tokenizer


def _load_session(path: Path, threads: int) -> Any:
    # Recent builds of onnxruntime for Linux and macOS keep a device id in the home folder and send usage
    # events, unless told otherwise before they are loaded; the two names are those of different versions.
    os.environ["ORT_DISABLE_TELEMETRY"] = os.environ["ORT_TELEMETRY_DISABLED"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Without an arena of its own: 12 MB less, and no slower.
    options.enable_cpu_mem_arena = False
    # Threads that spin while they wait save 0.5 ms a question on idle cores and cost 4 ms on busy ones.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4  # what goes wrong is raised; it need not be printed as well
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no other base
        raise EncoderError(
            f"onnxruntime {onnxruntime.__version__} cannot load {path}: {error}. {_EXPORT_AGAIN}"
        ) from error
