"""API keys, by which programs are told apart: shown once, and kept as hashes in a file of JSON Lines.

A key holds 256 random bits. Nobody guesses one from its hash, so plain SHA-256 is enough; slow hashes with a
salt are for passwords, which people choose and use twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from a4a_qa.errors import SettingsError
from a4a_qa.json_lines import read_json_lines
from a4a_qa.output import locked, rewritten, writing

_log = logging.getLogger("a4a_qa.service")
_PREFIX = "a4a-"
_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: its name, the SHA-256 of its text in hexadecimal, and the day it was made."""

    name: str
    sha256: str
    created: str


class KeyFile:
    """The keys in a file. Reading and writing raise SettingsError, writing OutputError too."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[Key, ...]:
        """All keys, in the order in which they were made."""
        if not self.path.is_file():
            raise SettingsError(f"There is no file of keys {self.path}. Make a key: `a4a-qa key add NAME`.")
        names = [field.name for field in fields(Key)]
        keys = []
        for record, where in read_json_lines(self.path, SettingsError, keys=names):
            values = [record.get(name) for name in names]
            if not all(isinstance(value, str) for value in values) or not _SHA256.fullmatch(values[1] or ""):
                raise SettingsError(
                    f"{where} is no key. Remove the line, or make keys with `a4a-qa key add`."
                )
            keys.append(Key(*map(str, values)))
        return tuple(keys)

    def add(self, name: str) -> str:
        """Make a key; returns its text, which is kept nowhere."""
        if not _NAME.fullmatch(name):
            raise SettingsError(
                "The name of a key has up to 64 ASCII letters, digits and . _ @ -, as in lab@example.org."
            )
        text = _PREFIX + secrets.token_urlsafe(_BYTES)
        with self._alone():
            keys = self.read() if self.path.is_file() else ()
            if any(key.name == name for key in keys):
                raise SettingsError(
                    f"There is a key '{name}' already. Remove it first: `a4a-qa key remove {name}`."
                )
            self._write((*keys, Key(name, _hash(text), date.today().isoformat())))
        return text

    def remove(self, name: str) -> None:
        """Remove a key; running services refuse it from then on."""
        self.read()  # so that no lock is left where there is no file
        with self._alone():
            keys = self.read()
            left = tuple(key for key in keys if key.name != name)
            if left == keys:
                raise SettingsError("There is no key of this name. See `a4a-qa key list`.")
            self._write(left)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else change the file meanwhile: a key that was made between reading and writing would be
        lost."""
        place = self.path.resolve()
        with writing(self.path):
            place.parent.mkdir(parents=True, exist_ok=True)
        with locked(place):
            yield

    def _write(self, keys: tuple[Key, ...]) -> None:
        with rewritten(self.path) as file:
            file.writelines(f"{json.dumps(asdict(key))}\n" for key in keys)


class KeyRing:
    """The keys that a service lets in; a file that changes is read again. Raises SettingsError when made."""

    def __init__(self, path: Path) -> None:
        self._file = KeyFile(path)
        self._stamp = self._stamp_now()
        self._keys = self._file.read()

    def name_of(self, text: str) -> str | None:
        """The name of a key, or None for what is none."""
        self._read_changes()
        wanted, found = _hash(text), None
        for key in self._keys:  # all of them: how long it takes tells nothing
            if hmac.compare_digest(key.sha256, wanted):
                found = key.name
        return found

    def _read_changes(self) -> None:
        """Read the file again if it is another. While it cannot be read, nobody is let in."""
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return
        self._stamp, self._keys = stamp, ()
        try:
            self._keys = self._file.read()
        except SettingsError as error:
            _log.error("No key is let in: %s", error)

    def _stamp_now(self) -> tuple[int, ...]:
        try:
            found = self._file.path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
