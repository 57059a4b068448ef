"""What the program writes on disk, and the only place where anything is replaced or removed.

A file or a folder takes its place complete or not at all, and only where nothing was or what the program
itself had made: a file of the same kind, or a folder of the same kind with nothing else in it. All else
belongs to somebody, and stays as it is.
"""

from __future__ import annotations

import fcntl
import glob
import json
import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from a4a_qa.errors import OutputError

# No file of ours that is recognised by its content is larger.
_LARGEST = 100_000_000
# So many files that are not ours are named in a message.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class FileKind:
    """Files that the program writes: what one is called, and how it is told from what others write."""

    name: str
    is_one: Callable[[Path], bool]


# For files whose form others use as well: one that is there is never replaced.
NEW_FILE = FileKind("a new file", lambda path: False)


def json_file(name: str, *keys: str) -> FileKind:
    """Files that hold one JSON object with these keys."""
    return FileKind(name, lambda path: _has(_json(path), keys))


def json_file_of_each(name: str, *keys: str) -> FileKind:
    """Files that hold one JSON object of objects with these keys."""

    def is_one(path: Path) -> bool:
        values = _json(path)
        return isinstance(values, dict) and bool(values) and all(_has(one, keys) for one in values.values())

    return FileKind(name, is_one)


def json_lines_file(name: str, *keys: str) -> FileKind:
    """Files of JSON objects, one a line, the first with these keys."""

    def is_one(path: Path) -> bool:
        with path.open("rb") as file:
            return _has(_value(file.readline(_LARGEST)), keys)

    return FileKind(name, is_one)


def text_file(name: str, words: str) -> FileKind:
    """Text files in whose first thousand bytes these words stand."""

    def is_one(path: Path) -> bool:
        with path.open("rb") as file:
            return words.encode() in file.read(1000)

    return FileKind(name, is_one)


def _json(path: Path) -> Any:
    return _value(path.read_bytes()) if path.stat().st_size <= _LARGEST else None


def _value(text: bytes) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(text)


def _has(values: Any, keys: Collection[str]) -> bool:
    return isinstance(values, dict) and values.keys() >= set(keys)


@dataclass(frozen=True, slots=True)
class FolderKind:
    """Folders that the program makes: what one is called, the file `mark` that each has, and which files of a
    folder are parts of it, by their paths in it."""

    name: str
    mark: str
    parts: Callable[[Path], Collection[str]]


# For folders that others fill as well: one that holds anything is never replaced.
NEW_FOLDER = FolderKind("a new folder", "", lambda folder: ())


def check_file(path: Path, kind: FileKind, *, inputs: Collection[Path] = ()) -> None:
    """Raise OutputError if writing `path` would lose a file that is not of this kind, or one of `inputs`."""
    with writing(path):
        if not path.is_file():
            return
        if any(one.exists() and path.samefile(one) for one in inputs):
            raise OutputError(f"{path} is what is read. Name another file for what is written.")
        if path.stat().st_size and not kind.is_one(path):
            raise OutputError(
                f"{path} exists and is not {kind.name}: it is left as it is. "
                "Name another file, or move that one away."
            )


@contextmanager
def replaced(
    path: Path, kind: FileKind, *, inputs: Collection[Path] = (), stopped: Path | None = None
) -> Iterator[TextIO]:
    """A text file to write, which takes the place of `path` only when it is complete; its folder is made.

    What a link points to is replaced, not the link, and into a pipe or a device it is written as it comes.
    The new file has the mode of the old one. Raises OutputError as `check_file` does, also for `stopped`.
    After an error, also one of whoever writes, `path` is as it was; what was written before somebody stopped
    it (KeyboardInterrupt) is kept as `stopped`, a file beside it, if that is given.
    """
    check_file(path, kind, inputs=inputs)
    if stopped is not None:
        check_file(stopped, kind, inputs=inputs)
    with _rewritten(path, stopped) as file:
        yield file
        check_file(path, kind, inputs=inputs)


@contextmanager
def rewritten(path: Path) -> Iterator[TextIO]:
    """As `replaced`, for a file that the caller has read, and so knows to be one of ours."""
    with _rewritten(path, None) as file:
        yield file


@contextmanager
def _rewritten(path: Path, stopped: Path | None) -> Iterator[TextIO]:
    with writing(path):
        if _is_device(path):
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


def _is_device(path: Path) -> bool:
    """Whether a path is a pipe, a device or a socket; a folder, which is none, cannot be opened either."""
    return path.exists() and not path.is_file()


def check_folder(folder: Path, kind: FolderKind, *, inputs: Collection[Path] = ()) -> None:
    """Raise OutputError unless `folder` can become one of this kind and nothing is lost: it is not there, is
    empty, or holds one and nothing else, and none of `inputs` lies in it."""
    with writing(folder):
        place = folder.resolve()
        for one in inputs:
            if place in (one.resolve(), *one.resolve().parents):
                raise OutputError(f"{folder} is or holds what is read, {one}. Name another folder to write.")
        if not place.exists():
            return
        if not place.is_dir():
            raise OutputError(f"{folder} is a file, expected a folder. Name another.")
        if (place / kind.mark).is_file():
            _check_all_ours(place, kind)
        elif any(place.iterdir()):
            raise OutputError(
                f"{folder} is not empty and is not {kind.name}: it is left as it is. "
                "Name a new folder, or an empty one."
            )


def check_writable(folder: Path) -> None:
    """Raise OutputError when `folder` could not be put in its place."""
    with writing(folder):
        place = folder.resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        probe = _name_beside(place)
        probe.mkdir()
        probe.rmdir()


@contextmanager
def folder_replaced(
    folder: Path,
    kind: FolderKind,
    *,
    inputs: Collection[Path] = (),
    check: Callable[[Path], None] = lambda place: None,
) -> Iterator[Path]:
    """An empty folder to fill, which takes the place of `folder` only when that goes well.

    What a link points to is replaced, not the link. Raises OutputError as `check_folder` does, and whatever
    `check` raises, which gets what is in the place just before it would be replaced. After an error, also one
    of whoever fills it, `folder` is as it was. What a killed process leaves beside it is removed by the next.
    """
    check_folder(folder, kind, inputs=inputs)
    with writing(folder):
        place = folder.resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        building = _name_beside(place)
        with ExitStack() as stack:
            # Before it is made: an interrupt may come at any time.
            stack.callback(shutil.rmtree, building, ignore_errors=True)
            with locked(place):
                _remove_leftovers(place, kind)
                building.mkdir(mode=0o755)
                held = os.open(building, os.O_RDONLY)
                stack.callback(os.close, held)
                with suppress(OSError):  # some file systems lock no folders: there nothing is removed either
                    fcntl.flock(held, fcntl.LOCK_EX)
            yield building
            _flush([*building.rglob("*"), building])
            with locked(place):
                check_folder(folder, kind, inputs=inputs)
                check(place)
                swap(place, building, kind)
            _flush([place.parent])  # only now has it the name under which it is found


def remove_leftovers(folder: Path, kind: FolderKind) -> None:
    """Remove what killed processes have left beside a folder. Raises OutputError."""
    place = folder.resolve()
    if place.parent.is_dir():
        with writing(folder), locked(place):
            _remove_leftovers(place, kind)


def swap(place: Path, building: Path, kind: FolderKind) -> None:
    """Put the folder `building` where `place` is, which is one of this kind, if anything; the old one comes
    back if that fails with an OSError.

    When the machine stops between the two renames, `restore_folder` puts the old one back. Raises OSError,
    and OutputError if something else lies where the old one is put meanwhile.
    """
    previous = previous_folder(place)
    if previous.is_symlink() or previous.is_dir():
        _remove_ours(previous, kind)
    if place.exists():
        place.rename(previous)
    try:
        building.rename(place)
    except OSError:
        restore_folder(place, kind)
        raise
    if previous.is_dir():
        _remove_ours(previous, kind)  # looked at again: it may have been added to meanwhile


def restore_folder(folder: Path, kind: FolderKind) -> None:
    """Put back the folder that a stop between two renames left beside its place, if there is one."""
    previous = previous_folder(folder)
    if (previous / kind.mark).is_file() and not folder.exists():
        previous.rename(folder.resolve())


def previous_folder(folder: Path) -> Path:
    """Where the old folder is while a new one takes its place: beside what a link leads to."""
    place = folder.resolve()
    return place.with_name(f".{place.name}.previous")


def remove_folder(folder: Path, kind: FolderKind) -> None:
    """Remove a folder of this kind, at once for whoever opens it from now on; of a link, the link.

    Raises OutputError if it holds anything else, and then leaves it.
    """
    with writing(folder):
        if folder.is_symlink():
            folder.unlink()
            return
        with locked(folder):
            _check_all_ours(folder, kind)
            aside = _name_beside(folder)
            folder.rename(aside)
            shutil.rmtree(aside)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let nobody else change what is at `path` meanwhile: a lock file beside it, which stays."""
    from filelock import FileLock

    with FileLock(path.with_name(f".{path.name}.lock")):
        yield


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


def _name_beside(place: Path) -> Path:
    """A new name beside `place`, for a folder that is removed after use, or else by the next build."""
    return place.with_name(f".{place.name}.{uuid4().hex}.building")


def _remove_leftovers(place: Path, kind: FolderKind) -> None:
    for leftover in place.parent.glob(f".{glob.escape(place.name)}.*.building"):
        _remove_unless_held(leftover, kind)


def _remove_unless_held(building: Path, kind: FolderKind) -> None:
    """Remove the folder of a build whose process has ended."""
    with suppress(OSError, OutputError):  # it may have been removed meanwhile, or be none of ours
        held = os.open(building, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove_ours(building, kind)
        finally:
            os.close(held)


def _remove_ours(folder: Path, kind: FolderKind) -> None:
    """Remove a folder of this kind, whole or not; raises OutputError if anything else is in it."""
    _check_all_ours(folder, kind)
    shutil.rmtree(folder)


def _check_all_ours(folder: Path, kind: FolderKind) -> None:
    """Raise OutputError if a folder holds anything that is no part of its kind, or is a link."""
    if folder.is_symlink():
        raise OutputError(f"{folder} is a link, which a4a-qa has not made. Move it away first.")
    others = list(_others_in(folder, kind))
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        raise OutputError(
            f"{folder} holds what is not part of {kind.name}: {', '.join(others[:_NAMED])}{more}. "
            "Move that away first; it is left as it is."
        )


def _others_in(folder: Path, kind: FolderKind) -> Iterator[str]:
    """What lies in a folder and is no part of its kind, by its path in it. Raises OSError."""
    parts = {kind.mark, *kind.parts(folder)}
    rooms = {str(parent) for name in parts for parent in Path(name).parents}

    def fail(error: OSError) -> None:
        raise error

    for root, folders, files in os.walk(folder, onerror=fail):
        for names, own in ((folders, rooms), (files, parts)):
            for path in (Path(root, name) for name in names):
                name = str(path.relative_to(folder))
                if name not in own or path.is_symlink():
                    yield name


def _flush(paths: Collection[Path]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
