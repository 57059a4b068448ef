"""Model files → tokenizer and ONNX session: the only module that knows onnxruntime and tokenizers.

A model's weights stand in files of their own, which are mapped, not read: matrices are not copied before
onnxruntime packs them, and models with the same table of word embeddings share it.

Both libraries are loaded when the first model is opened, never before.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256

MODEL_FILE = "model.onnx"
WORDS_FILE = "words.npy"
TOKENIZER_FILE = "tokenizer.json"
CARD_FILE = "card.json"


def weights_of(model_file: str) -> str:
    """The name of the file that holds the weights of a graph."""
    return f"{model_file}.data"


WEIGHTS_FILE = weights_of(MODEL_FILE)
# What a model is made of, beside the card that gives the SHA-256 of each.
MODEL_FILES = (MODEL_FILE, WEIGHTS_FILE, WORDS_FILE, TOKENIZER_FILE)
# What a graph calls its table of word embeddings, (words, dimension) int8.
WORDS = "words"
EXPORT_AGAIN = "Reinstall the package, or make the model again with `a4a-qa train`."

# Characters a token that are looked at: English has about five. It keeps a megabyte of text, of which
# max_tokens count, from being tokenised whole.
_CHARACTERS_PER_TOKEN = 64


def readable(text: str, max_tokens: int) -> str:
    """As much of a text as `max_tokens` can hold; what UTF-8 cannot carry becomes «?»."""
    return text[: max_tokens * _CHARACTERS_PER_TOKEN].encode("utf-8", "replace").decode("utf-8")


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


# The tokenizer that was opened last, by the SHA-256 of its file and where it cuts: encoder and judge share it
# and save 8 MB.
_last_tokenizer: dict[tuple[str, int], Any] = {}


def load_tokenizer(path: Path, sha256: str, max_tokens: int) -> Any:
    """Open a tokenizer that cuts after `max_tokens`, of two texts the longer one; raises EncoderError.

    `sha256` is what its file was found to have: the same content, cut alike, is opened once.
    """
    from tokenizers import Tokenizer

    kept = _last_tokenizer.get((sha256, max_tokens))
    if kept is not None:
        return kept
    try:
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
    except Exception as error:  # tokenizers raises plain Exception
        raise EncoderError(f"{path} is not a tokenizer that can be read: {error}. {EXPORT_AGAIN}") from error
    _last_tokenizer.clear()
    _last_tokenizer[sha256, max_tokens] = tokenizer
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
    which saves 12 MB.
    """
    path = folder / name
    # Recent builds of onnxruntime for Linux and macOS keep a device id in the home folder and send usage
    # events, unless told otherwise before they are loaded; the two names are those of different versions.
    os.environ["ORT_DISABLE_TELEMETRY"] = os.environ["ORT_TELEMETRY_DISABLED"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(2, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # Threads that spin while they wait save 0.5 ms a question on idle cores and cost 4 ms on busy ones.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4  # what goes wrong is raised; it need not be printed as well
    try:
        if words_sha256 not in _tables:
            table = np.load(folder / WORDS_FILE, mmap_mode="r", allow_pickle=False)
            # onnxruntime takes it on trust: another kind of number would be read beyond its end.
            if table.dtype != np.int8 or table.ndim != 2 or not table.flags.c_contiguous:
                raise ValueError(f"{WORDS_FILE} holds no rows of int8")
            _tables[words_sha256] = onnxruntime.OrtValue.ortvalue_from_numpy(table)
        options.add_initializer(WORDS, _tables[words_sha256])
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no other base
        raise EncoderError(
            f"onnxruntime {onnxruntime.__version__} cannot load {path}: {error}. {EXPORT_AGAIN}"
        ) from error
