"""A file as a whole: its SHA-256 and its name, and which file a report is."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

REPORT_FILE = "report.md"


def report_file_of(path: Path) -> Path:
    """The file of a report: a folder stands for its report.md."""
    return path / REPORT_FILE if path.is_dir() else path


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def printable(name: str) -> str:
    """A file's name as text that UTF-8 can hold: other bytes, which a system may allow, become "�"."""
    return os.fsencode(name).decode("utf-8", "replace")
