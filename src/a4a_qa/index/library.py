"""A library on disk: a folder with an index folder for each report, named by the report's id.

There is no file about the whole, so that adding a report to a thousand takes as long as indexing that one,
and whoever opens the library meanwhile finds each report as it was or as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from a4a_qa.errors import IndexDamaged, IndexMissing
from a4a_qa.files import writing
from a4a_qa.index.distressing import FILE_NAME as NOTICES_FILE
from a4a_qa.index.manifest import FILE_NAME as MANIFEST_FILE
from a4a_qa.index.manifest import Manifest, indexes_in, is_index
from a4a_qa.index.storage import read_manifest
from a4a_qa.report.report import About


@dataclass(frozen=True, slots=True)
class Entry:
    """A report of a library: the folder of its index, and the index's manifest."""

    folder: Path
    manifest: Manifest

    @property
    def about(self) -> About:
        """What is known of the report."""
        return self.manifest.about

    @property
    def is_distressing(self) -> bool:
        """Whether places of the report are noted as describing abuse in detail."""
        return NOTICES_FILE in self.manifest.inputs


def is_library(folder: Path) -> bool:
    """Whether a folder is no index and holds some."""
    return not is_index(folder) and next(indexes_in(folder), None) is not None


def stamp(folder: Path) -> frozenset[tuple[str, int]]:
    """The names of a library's indexes and when each was built, in nanoseconds: another stamp means that the
    library has changed."""
    found = set()
    for one in indexes_in(folder):
        try:
            built = (one / MANIFEST_FILE).stat().st_mtime_ns
        except FileNotFoundError:  # it is just being replaced or removed
            built = 0
        found.add((one.name, built))
    return frozenset(found)


def entries(folder: Path) -> tuple[Entry, ...]:
    """The reports of a library, by id. Raises IndexMissing when there is none, and IndexOutdated or
    IndexDamaged when an index has to be built again."""
    found = tuple(Entry(one, read_manifest(one)) for one in sorted(indexes_in(folder)))
    if not found:
        if is_index(folder):
            raise IndexMissing(f"{folder} is the index of one report: `a4a-qa ask --index {folder}` asks it.")
        raise IndexMissing(
            f"There is no report in {folder}. Add one with `a4a-qa library add FILE`, or try `a4a-qa demo`."
        )
    by_id: dict[str, Entry] = {}
    for entry in found:
        other = by_id.setdefault(entry.about.id, entry)
        if other is not entry:
            raise IndexDamaged(
                f"{other.folder} and {entry.folder} hold the same report, {entry.about.id}. Remove one."
            )
    return found


def remove(folder: Path, report: str) -> Entry:
    """Take a report out of a library, at once for whoever opens it from now on. Raises IndexMissing when it
    has no such report, and OutputError."""
    entry = next((one for one in entries(folder) if one.about.id == report), None)
    if entry is None:
        raise IndexMissing(
            f"There is no report {report!r} in {folder}. `a4a-qa library list` names them all."
        )
    with writing(folder), TemporaryDirectory(prefix=".removed.", dir=folder) as room:
        entry.folder.rename(Path(room) / entry.folder.name)
    return entry
