"""A library on disk: a folder with an index folder for each report, named by the report's id.

There is no file about the whole, so that adding a report to a thousand takes as long as indexing that one,
and whoever opens the library meanwhile finds each report as it was or as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.errors import IndexDamaged, IndexFolderError, IndexMissing
from a4a_qa.files import printable
from a4a_qa.index.distressing import FILE_NAME as NOTICES_FILE
from a4a_qa.index.manifest import FILE_NAME as MANIFEST_FILE
from a4a_qa.index.manifest import Manifest, indexes_in, is_index, remaining_manifest
from a4a_qa.index.storage import INDEX, read_manifest
from a4a_qa.output import remove_folder
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


# What is told of an index that cannot be used, and with what error.
LeaveOut = Callable[[Entry, IndexFolderError], None]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An index of a library that cannot be used, and why."""

    folder: Path
    error: IndexFolderError

    @property
    def name(self) -> str:
        """The name of its folder, which is the id of its report unless somebody renamed it."""
        return printable(self.folder.name)


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
    """The reports of a library whose manifests can be read, by id. Raises IndexMissing when there is none,
    and what is wrong with the first index when none can be used."""
    return usable(folder)[0]


def usable(folder: Path) -> tuple[tuple[Entry, ...], tuple[LeftOut, ...]]:
    """The reports of a library as `entries` gives them, and the indexes that cannot be used. Raises as that
    does."""
    by_id: dict[str, Entry] = {}
    left_out = []
    for one in sorted(indexes_in(folder)):
        try:
            entry = Entry(one, read_manifest(one))
            other = by_id.setdefault(entry.about.id, entry)
            if other is not entry:
                raise IndexDamaged(
                    f"{other.folder} and {entry.folder} hold the same report, {entry.about.id}. Remove one."
                )
        except IndexFolderError as error:
            left_out.append(LeftOut(one, error))
    if by_id:
        return tuple(by_id.values()), tuple(left_out)
    if left_out:
        raise left_out[0].error
    if is_index(folder):
        raise IndexMissing(f"{folder} is the index of one report: `a4a-qa ask --index {folder}` asks it.")
    raise IndexMissing(
        f"There is no report in {folder}. Add one with `a4a-qa library add FILE`, or try `a4a-qa demo`."
    )


def remove(folder: Path, report: str) -> str:
    """Take a report out of a library, at once for whoever opens it from now on; returns its title.

    `report` is its id, or the name of its folder where its index cannot be used; that name is returned then.
    Raises IndexMissing when there is no such report, and OutputError, also when its folder holds anything
    else.
    """
    found = {one: remaining_manifest(one) for one in indexes_in(folder)}
    titles = {
        one: manifest.about.title if manifest else printable(one.name)
        for one, manifest in found.items()
        if report in (manifest.about.id if manifest else None, one.name)
    }
    # A folder's name tells which of two that hold the same report is meant.
    chosen = next((one for one in titles if one.name == report), next(iter(titles), None))
    if chosen is None:
        raise IndexMissing(
            f"There is no report {report!r} in {folder}. `a4a-qa library list` names them all."
        )
    remove_folder(chosen, INDEX)
    return titles[chosen]
