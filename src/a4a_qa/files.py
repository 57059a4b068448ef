"""A file or a folder as a whole: its SHA-256, and how it takes its place, complete or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def replaced(path: Path) -> Iterator[TextIO]:
    """A text file to write, which takes the place of `path` only when it is complete.

    Raises OSError. After an error, also one of whoever writes, `path` is as it was.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def replace_folder(folder: Path, building: Path) -> None:
    """Put the folder `building` where `folder` is; the old one comes back if that fails with an OSError.

    When the machine stops between the two renames, `restore_folder` puts the old one back.
    """
    previous = previous_folder(folder)
    if folder.exists():
        shutil.rmtree(previous, ignore_errors=True)
        folder.rename(previous)
    try:
        building.rename(folder)
    except OSError:
        restore_folder(folder)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def restore_folder(folder: Path) -> None:
    """Put back the folder that a stop between two renames left beside its place, if there is one."""
    previous = previous_folder(folder)
    if previous.is_dir() and not folder.exists():
        previous.rename(folder)


def previous_folder(folder: Path) -> Path:
    """Where the old folder is while a new one takes its place."""
    return folder.parent / f".{folder.name}.previous"
