"""What an index that does not open still tells: which report it is of, and that report's own contacts."""

from __future__ import annotations

from pathlib import Path

from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.index.contacts import STORED_NAME, Contact, stored_contacts
from a4a_qa.index.manifest import FILE_NAME, Manifest

# What reading a file that was damaged can raise.
_UNREADABLE = (ValueError, TypeError, RecursionError, OSError, CorpusError)


def remaining_manifest(folder: Path) -> Manifest | None:
    """The manifest of an index, of whatever format; None when it cannot be read."""
    try:
        return Manifest.read(folder / FILE_NAME)
    except _UNREADABLE:
        return None


def remaining_contacts(folder: Path) -> tuple[Contact, ...]:
    """The report's own contacts in an index; none when they cannot be read, or have been changed since it was
    built: every digit of a number matters."""
    manifest = remaining_manifest(folder)
    file = folder / STORED_NAME
    try:
        if manifest and manifest.parts.get(STORED_NAME) != file_sha256(file):
            return ()
        return stored_contacts(file)
    except _UNREADABLE:
        return ()
