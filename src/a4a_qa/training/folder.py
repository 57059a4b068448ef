"""What the folders of encoders and judges have in common: the check before work, the tokenizer, the card."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from a4a_qa.errors import EncoderError, MissingExtra
from a4a_qa.files import check_writable, file_sha256, restore_folder
from a4a_qa.index.runtime import CARD_FILE


def check_replaceable(output: Path) -> None:
    """Raise EncoderError if something other than an encoder or a judge stands at `output`, which would be
    lost, and OutputError if nothing can be written there: better now than after an hour of training.

    A folder that a stopped export left beside it is put back first.
    """
    restore_folder(output)
    empty = output.is_dir() and not any(output.iterdir())
    if output.exists() and not empty and not (output / CARD_FILE).is_file():
        raise EncoderError(
            f"{output} exists and holds no encoder or judge. Name a new folder, or remove it first."
        )
    check_writable(output)


def write_tokenizer(tokenizer: Any, path: Path) -> None:
    """Write `tokenizer.json` without truncation and padding, which are the encoder's own."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EncoderError(
            "The model's tokenizer is a slow one; only a fast one (tokenizer.json) can be exported."
        )
    facts = json.loads(backend.to_str()) | {"truncation": None, "padding": None}
    path.write_text(json.dumps(facts, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def write_card(card: Mapping[str, Any], folder: Path, names: Sequence[str]) -> None:
    """Write the card with the size and SHA-256 of the files of these names beside it."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for path in (folder / name for name in names)
    }
    text = json.dumps(dict(card) | {"files": files}, indent=2, ensure_ascii=False)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


@contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings, log lines and progress bars of the libraries from whoever trains or exports.

    They speak to developers of models: deprecations inside torch, packages that are not needed here.
    """
    try:
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise MissingExtra("Exporting a model", "train") from error
    bars = transformers_logging.is_progress_bar_enabled()
    before = logging.root.manager.disable
    transformers_logging.disable_progress_bar()
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
        if bars:
            transformers_logging.enable_progress_bar()
