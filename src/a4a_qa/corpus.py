"""The folder of a report: which file in it is the report."""

from __future__ import annotations

from pathlib import Path

REPORT_FILE = "report.md"


def report_file_of(path: Path) -> Path:
    """The file of a report: a folder stands for its report.md."""
    return path / REPORT_FILE if path.is_dir() else path
