"""What an index was built from, and whether that is still so."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from a4a_qa.errors import CorpusError, IndexOutdated, OutputError, ReportError
from a4a_qa.files import file_sha256, printable
from a4a_qa.index.contacts import FILE_NAME as CONTACTS_FILE
from a4a_qa.index.contacts import STORED_NAME, Contact, stored_contacts
from a4a_qa.index.distressing import FILE_NAME as NOTICES_FILE
from a4a_qa.output import previous_folder
from a4a_qa.parsing.metadata import FILE_NAME as METADATA_FILE
from a4a_qa.report.as_json import about_from_dict
from a4a_qa.report.report import About

# Raised whenever a part changes its meaning, so that an older folder is told apart.
FORMAT = 14
FILE_NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What an index was built from, the SHA-256 of each of its parts, and what is known about its report.

    `encoder` is the name of the encoder that made its vectors, and `encoder_files` the SHA-256 of that one's
    files by name. `inputs` has the report first. `source` is the path of the report's file from the folder
    of the index, None in older indexes.
    """

    package: str
    about: About
    inputs: Mapping[str, str]
    encoder: str
    encoder_files: Mapping[str, str]
    parts: Mapping[str, str]
    format: int
    source: str | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """The manifest in a file; raises ValueError, TypeError, KeyError, RecursionError or
        OSError."""
        return cls.of(json.loads(path.read_bytes()))

    @classmethod
    def of(cls, values: Any) -> Self:
        """A manifest from its JSON values; raises TypeError, ValueError or KeyError when one is missing or
        of another kind."""
        values = dict(values)
        if "report_id" in values:  # before format 14, which is told by its number
            name = values.pop("report_id")
            values["about"] = {"id": name, "title": name, "examples": (), "origins": {}}
        made = cls(**{**values, "about": about_from_dict(values["about"])})
        texts = [made.package, made.encoder, made.source or ""]
        for sums in (made.inputs, made.encoder_files, made.parts):
            if not isinstance(sums, dict):
                raise TypeError(f"{sums!r} gives no SHA-256 by name")
            texts += sums.values()
        if not isinstance(made.format, int) or not all(isinstance(text, str) for text in texts):
            raise TypeError("a text or the number of the format is of another kind")
        return made


def input_files(report_file: Path, corpus: Path) -> list[Path]:
    """The files that an index of this report is made from, whether or not they are there."""
    return [report_file, *(corpus / name for name in (METADATA_FILE, NOTICES_FILE, CONTACTS_FILE))]


def fingerprint(files: Sequence[Path]) -> dict[str, str]:
    """The SHA-256 of each of these files that exists, by name: the report, then what is written about it.

    Raises ReportError when the first cannot be read, and CorpusError when another cannot.
    """
    sums = {}
    for place, path in enumerate(files):
        try:
            if path.is_file():
                sums[printable(path.name)] = file_sha256(path)
        except OSError as error:
            kind = CorpusError if place else ReportError
            raise kind(f"{path} cannot be read: {error.strerror or error}.") from error
    return sums


def check_inputs(manifest: Manifest, inputs: Mapping[str, str], folder: Path) -> None:
    """Raise IndexOutdated when the report, or what is written about it, has changed since the build."""
    names = sorted(
        name for name in {*manifest.inputs, *inputs} if manifest.inputs.get(name) != inputs.get(name)
    )
    if names:
        raise IndexOutdated(f"The index in {folder} is older than {', '.join(names)}. {build_again(folder)}")


def source_of(report_file: Path, folder: Path) -> str:
    """The path of a report's file from an index folder, as a manifest has it."""
    return printable(os.path.relpath(report_file.resolve(), folder.resolve()))


def check_same_report(
    folder: Path, report_file: Path, inputs: Mapping[str, str], title: str | None = None
) -> None:
    """Raise OutputError if `folder` holds the index of another report than the one in `report_file`, whose
    `inputs` are `fingerprint`'s.

    It is the same if its file is the same byte by byte, or lies where it lay and has the same title, which is
    not compared where None is given.
    """
    if not (folder / FILE_NAME).is_file():
        return
    old = remaining_manifest(folder)
    if old is None:
        raise OutputError(
            f"{folder} holds an index whose manifest cannot be read, so it may be that of another report. "
            "--replace puts the new index in its place all the same."
        )
    name = printable(report_file.name)
    if inputs.get(name) in old.inputs.values():
        return
    source = source_of(report_file, folder)
    was_there = old.source == source if old.source else name in old.inputs
    if not was_there or title not in (None, old.about.title):
        file = printable(str(report_file))
        raise OutputError(
            f"{folder} holds the index of another report: “{old.about.title}” from {_file_of(old, folder)}, "
            f"id {old.about.id}. The new one is {f'“{title}” from {file}' if title else file}. "
            "Give the new one another id with --id, or put it in the place of the other with --replace."
        )


def _file_of(manifest: Manifest, folder: Path) -> str:
    """The file of an index's report, which may be there no longer; its name alone where no more was noted."""
    if manifest.source is None:
        return next(iter(manifest.inputs), "an unknown file")
    return os.path.normpath(folder.resolve() / manifest.source)


def is_index(folder: Path) -> bool:
    """Whether a folder holds an index, or a previous one that a stopped build left beside it."""
    return (folder / FILE_NAME).is_file() or (previous_folder(folder) / FILE_NAME).is_file()


def indexes_in(folder: Path) -> Iterator[Path]:
    """The index folders in a folder, as a library has them."""
    if folder.is_dir():
        yield from (one for one in folder.iterdir() if not one.name.startswith(".") and is_index(one))


def build_again(folder: Path) -> str:
    """What to do about an index in a folder that cannot be used: its report's own file is named, if known."""
    manifest = remaining_manifest(folder)
    file = shlex.quote(_file_of(manifest, folder)) if manifest and manifest.source else "FILE"
    unread = " --replace" if manifest is None and is_index(folder) else ""
    return f"Build it with `a4a-qa index {file} --output {shlex.quote(str(folder))}{unread}`."


# What reading a file that was damaged can raise.
_UNREADABLE = (ValueError, TypeError, KeyError, RecursionError, OSError, CorpusError)


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
