"""A file or a folder as a whole: its SHA-256, and how it takes its place, complete or not at all."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO
from uuid import uuid4

from a4a_qa.errors import OutputError

REPORT_FILE = "report.md"


def report_file_of(path: Path) -> Path:
    """The file of a report: a folder stands for its report.md."""
    return path / REPORT_FILE if path.is_dir() else path


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def replaced(path: Path, *, stopped: Path | None = None) -> Iterator[TextIO]:
    """A text file to write, which takes the place of `path` only when it is complete; its folder is made.

    What a link points to is replaced, not the link, and into a pipe or a device it is written as it comes.
    The new file has the mode of the old one. Raises OutputError. After an error, also one of whoever writes,
    `path` is as it was; what was written before somebody stopped it (KeyboardInterrupt) is kept as `stopped`,
    a file beside it, if that is given.
    """
    with writing(path):
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8") as file:
                yield file
            return
        place = path.resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{place.name}.{uuid4().hex}.part")
        try:
            with draft.open("x", encoding="utf-8") as file:
                if place.exists():
                    draft.chmod(stat.S_IMODE(place.stat().st_mode))
                yield file
            draft.replace(place)
        except KeyboardInterrupt:
            if stopped is not None:
                draft.replace(stopped)
            raise
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def folder_replaced(folder: Path) -> Iterator[Path]:
    """An empty folder to fill, which takes the place of `folder` only when that goes well.

    What a link points to is replaced, not the link. Raises OutputError. After an error, also one of whoever
    fills it, `folder` is as it was.
    """
    with writing(folder):
        place = folder.resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as room:
            building = Path(room) / "new"
            building.mkdir()
            yield building
            replace_folder(place, building)


def check_writable(folder: Path) -> None:
    """Raise OutputError when `folder` could not be put in its place."""
    with writing(folder):
        place = folder.resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent).cleanup()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise OutputError in place of an OSError, but for those of pipes and connections, which are no fault of
    what is written."""
    try:
        yield
    except ConnectionError:
        raise
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error


def replace_folder(folder: Path, building: Path) -> None:
    """Put the folder `building` where `folder` is; the old one comes back if that fails with an OSError.

    What a link points to is replaced, not the link. When the machine stops between the two renames,
    `restore_folder` puts the old one back.
    """
    place, previous = folder.resolve(), previous_folder(folder)
    if place.exists():
        _remove(previous)
        place.rename(previous)
    try:
        building.rename(place)
    except OSError:
        restore_folder(place)
        raise
    _remove(previous)


def restore_folder(folder: Path) -> None:
    """Put back the folder that a stop between two renames left beside its place, if there is one."""
    previous = previous_folder(folder)
    if previous.is_dir() and not folder.exists():
        previous.rename(folder.resolve())


def previous_folder(folder: Path) -> Path:
    """Where the old folder is while a new one takes its place: beside what a link leads to."""
    place = folder.resolve()
    return place.with_name(f".{place.name}.previous")


def _remove(folder: Path) -> None:
    """Remove a folder, or a link to one, if it is there; what a link leads to stays."""
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
