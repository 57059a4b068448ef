"""Model files → tokenizer and ONNX session: the only module that knows onnxruntime and tokenizers.

A model's weights stand in files of their own, which are mapped, not read: matrices are not copied before
onnxruntime packs them, and models with the same table of word embeddings share it.

Both libraries are loaded when the first model is opened, never before.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256

T = TypeVar("T")

MODEL_FILE = "model.onnx"
# The same graph with signed matrices, for processors that sum their products exactly.
SIGNED_FILE = "model.signed.onnx"
WORDS_FILE = "words.npy"
TOKENIZER_FILE = "tokenizer.json"
CARD_FILE = "card.json"


def weights_of(model_file: str) -> str:
    """The name of the file that holds the weights of a graph."""
    return f"{model_file}.data"


WEIGHTS_FILE = weights_of(MODEL_FILE)
# What a model is made of, beside the card that gives the SHA-256 of each.
MODEL_FILES = (MODEL_FILE, SIGNED_FILE, WEIGHTS_FILE, WORDS_FILE, TOKENIZER_FILE)
# What a graph calls its table of word embeddings, (words, dimension) int8.
WORDS = "words"
# A graph that multiplies `unsigned` (rows, inner) uint8 and `signed` (inner, columns) int8.
_SIGNED_PRODUCT = Path(__file__).parent.parent / "data" / "signed-product.onnx"
EXPORT_AGAIN = "Reinstall the package, or make the model again with `a4a-qa training`."

# Characters a token that are looked at: English has about five. It keeps a megabyte of text, of which
# max_tokens count, from being tokenised whole.
_CHARACTERS_PER_TOKEN = 64


def readable(text: str, max_tokens: int) -> str:
    """As much of a text as `max_tokens` can hold; what UTF-8 cannot carry becomes "?"."""
    return text[: max_tokens * _CHARACTERS_PER_TOKEN].encode("utf-8", "replace").decode("utf-8")


def read_card(path: Path, files: Sequence[str], read: Callable[[Any], T]) -> T:
    """What `read` makes of a card's JSON values, by `sums_of`, `positive` and its own checks; `files` are
    those that lie beside it.

    Raises EncoderError when the card is missing or no JSON, and for whatever `read` finds missing (KeyError),
    of another kind (TypeError) or without sense (ValueError, OverflowError).
    """
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise EncoderError(
            f"Cannot read {path} ({error.strerror or error}); the folder of such a model holds "
            f"{', '.join(files)} and {path.name}. {EXPORT_AGAIN}"
        ) from error
    except (ValueError, OverflowError, RecursionError) as error:
        raise EncoderError(f"The card {path} makes no sense: {error}. {EXPORT_AGAIN}") from error
    except (KeyError, TypeError) as error:
        raise EncoderError(
            f"The card {path} lacks a field or holds another kind: {error}. {EXPORT_AGAIN}"
        ) from error


def positive(facts: Mapping[str, Any], name: str) -> int:
    """The number of this name on a card; raises KeyError, TypeError, ValueError or OverflowError when it is
    missing, none, or below 1."""
    number = int(facts[name])
    if number < 1:
        raise ValueError(f"'{name}' is {number}, expected 1 or more")
    return number


def sums_of(facts: Mapping[str, Any], files: Sequence[str]) -> dict[str, str]:
    """The SHA-256 of each of these files, as the card gives it; raises KeyError or TypeError."""
    return {name: str(facts["files"][name]["sha256"]) for name in files}


def check_file(path: Path, expected: str) -> None:
    """Raise EncoderError unless the file has this SHA-256: some 20 ms for 24 MB, so it is done every time."""
    try:
        found = file_sha256(path)
    except OSError as error:
        raise EncoderError(f"Cannot read {path} ({error.strerror or error}). {EXPORT_AGAIN}") from error
    if found != expected:
        raise EncoderError(
            f"{path} is damaged or from another model: its SHA-256 is {found[:12]}…, the card expects "
            f"{expected[:12]}…. {EXPORT_AGAIN}"
        )


# Held while what models share is looked up, opened and kept: two threads that open a model at once would each
# open a table of their own, and only one is kept, while a session of the other reads memory that is freed.
_sharing = Lock()
# The tokenizer that was opened last, by the SHA-256 of its file and where it cuts: models opened one after
# another that have the same one share it and save 8 MB.
_last_tokenizer: dict[tuple[str, int], Any] = {}


def load_tokenizer(path: Path, sha256: str, max_tokens: int) -> Any:
    """Open a tokenizer that cuts after `max_tokens`, of two texts the longer one; raises EncoderError.

    `sha256` is what its file was found to have: the same content, cut alike, is opened once, in whatever
    thread.
    """
    with _sharing:
        if (sha256, max_tokens) not in _last_tokenizer:
            tokenizer = _open_tokenizer(path, max_tokens)
            _last_tokenizer.clear()
            _last_tokenizer[sha256, max_tokens] = tokenizer
        return _last_tokenizer[sha256, max_tokens]


def _open_tokenizer(path: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
    except Exception as error:  # tokenizers raises plain Exception
        raise EncoderError(f"{path} is not a tokenizer that can be read: {error}. {EXPORT_AGAIN}") from error
    return tokenizer


# The tables of word embeddings that were opened, by the SHA-256 of their files. Sessions read them as long as
# they live.
_tables: dict[str, Any] = {}


def load_session(
    folder: Path, words_sha256: str, threads: int | None = None, *, name: str = MODEL_FILE
) -> Any:
    """Open the model of this name in a folder with `threads` threads for one run, by default at most two;
    raises EncoderError.

    `words_sha256` is what the file of its word embeddings was found to have: the same table is opened once,
    in whatever thread, which saves 12 MB.
    """
    onnxruntime = _onnxruntime()
    path = folder / name
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(2, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # A plan of memory would be kept for every length of text; it saves no time that can be measured.
    options.enable_mem_pattern = False
    # Threads that spin while they wait save 0.5 ms a question on idle cores and cost 4 ms on busy ones.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4  # what goes wrong is raised; it need not be printed as well
    try:
        options.add_initializer(WORDS, _kept_table(folder / WORDS_FILE, words_sha256))
        if name == MODEL_FILE and sums_signed_exactly():
            path = folder / SIGNED_FILE
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no other base
        raise EncoderError(
            f"onnxruntime {onnxruntime.__version__} cannot load {path}: {error}. {EXPORT_AGAIN}"
        ) from error
    _give_back_freed_memory()
    return session


def _give_back_freed_memory() -> None:
    """Let glibc give back what only opening a model needed; without being told, it keeps some 40 MB."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


def _onnxruntime() -> Any:
    """The library, loaded when it is first needed."""
    # Recent builds of onnxruntime for Linux and macOS keep a device id in the home folder and send usage
    # events, unless told otherwise before they are loaded; the two names are those of different versions.
    os.environ["ORT_DISABLE_TELEMETRY"] = os.environ["ORT_TELEMETRY_DISABLED"] = "1"
    import onnxruntime

    return onnxruntime


@cache
def sums_signed_exactly() -> bool:
    """Whether products of unsigned and signed numbers of 8 bits are summed exactly here: some processors cut
    off what exceeds 16 bits on the way, and those that do not are faster at it than at unsigned ones."""
    graph = _SIGNED_PRODUCT.read_bytes()
    product = _onnxruntime().InferenceSession(graph, providers=["CPUExecutionProvider"])
    rows, inner, columns = 8, 64, 64
    unsigned, signed = np.full((rows, inner), 255, np.uint8), np.full((inner, columns), 127, np.int8)
    (sums,) = product.run(None, {"unsigned": unsigned, "signed": signed})
    return bool((sums == 255 * 127 * inner).all())


def _kept_table(path: Path, sha256: str) -> Any:
    """The table of word embeddings with this SHA-256 as onnxruntime has it, opened if none is kept; raises
    OSError or ValueError when the file holds none."""
    with _sharing:
        if sha256 not in _tables:
            table = np.load(path, mmap_mode="r", allow_pickle=False)
            # onnxruntime takes it on trust: another kind of number would be read beyond its end.
            if table.dtype != np.int8 or table.ndim != 2 or not table.flags.c_contiguous:
                raise ValueError(f"{path.name} holds no rows of int8")
            _tables[sha256] = _onnxruntime().OrtValue.ortvalue_from_numpy(table)
        return _tables[sha256]
