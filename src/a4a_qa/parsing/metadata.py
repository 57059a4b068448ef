"""`report.toml`: what is known about a report and its text alone does not tell.

The file is next to the report, and everything in it is optional. Without it, a report is parsed by its own
headings, title, publisher, year and country come from the report (see `about`), and pages are unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from a4a_qa.errors import CorpusError
from a4a_qa.files import printable
from a4a_qa.report.report import About
from a4a_qa.text.notation import SAFE_LINK
from a4a_qa.toml_file import read_toml

FILE_NAME = "report.toml"

# What the file may hold: the type of each value, a list of one shape, or a table of named ones.
_SHAPE: dict[str, Any] = {
    **dict.fromkeys(("id", "title", "publisher", "edition", "country", "language", "rights", "pdf_url"), str),
    "year": int,
    "examples": [str],
    "contents": [{"title": str, "page": int}],
    "reading": {
        "headings": [str],
        "joined_headings": [[str]],
        "boxes": [{"first": str, "last": str}],
    },
}
_REQUIRED = {"contents.title", "reading.boxes.first", "reading.boxes.last"}
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
# A page of the file is named behind a "#".
_PDF_URL = re.compile(rf"(?!.*#){SAFE_LINK.pattern}")
_NAMES: dict[type, str] = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A section as the contents page spells it, with the printed page on which it begins."""

    title: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Box:
    """A framed case study by its first and its last words."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What a reader sees on the printed page and the text alone does not tell."""

    headings: tuple[str, ...] = ()
    joined_headings: tuple[tuple[str, ...], ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """The content of `report.toml`."""

    about: About
    contents: tuple[ContentsEntry, ...] = ()
    hints: Hints = field(default_factory=Hints)

    @property
    def given(self) -> frozenset[str]:
        """Which of title, publisher, year and country the file gives."""
        return frozenset(self.about.origins)


def read_metadata(report_file: Path, corpus: Path | None = None) -> Metadata:
    """The metadata in `report.toml`, from the folder `corpus` or that of the report.

    Raises CorpusError if the file is invalid, or missing from `corpus`.
    """
    folder = corpus or report_file.parent
    path = folder / FILE_NAME
    if not path.is_file():
        if corpus is not None:
            raise CorpusError(f"There is no {FILE_NAME} in {corpus}. Name the folder that holds it.")
        return Metadata(About(id=_slug(report_file), title=printable(report_file.stem)))
    values = read_toml(path, CorpusError)
    _check(path, values, _SHAPE)
    return _metadata(path, values, report_file)


def _slug(path: Path) -> str:
    """An id made of a file's name: its Latin letters without accents, and its digits. Where others are lost,
    as those of other scripts are, a hash of the name tells it from names with the same rest."""
    parent = path.absolute().parent.name
    name = unicodedata.normalize("NFC", printable(parent if path.stem == "report" and parent else path.stem))
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    kept = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    if all(char.isascii() or not char.isalnum() for char in plain):
        return kept or "report"
    return f"{kept or 'report'}-{sha256(name.encode()).hexdigest()[:8]}"


def check_id(id: str) -> None:
    """Raise CorpusError unless an id can name a report, in addresses as in folders."""
    if not _ID.fullmatch(id):
        raise CorpusError(f"The id is {id!r}, expected small letters, digits and hyphens.")


def _check(path: Path, value: Any, shape: Any, key: str = "") -> None:
    """Raise CorpusError, naming the key, if a value of report.toml does not have this shape."""
    kind: Any = shape if isinstance(shape, type) else type(shape)
    if not isinstance(value, kind) or isinstance(value, bool) or (kind is str and not value.strip()):
        raise _wrong(path, key, value, _NAMES[kind])
    if isinstance(shape, list):
        for entry in value:
            _check(path, entry, shape[0], key)
    elif isinstance(shape, dict):
        prefix = f"{key}." if key else ""
        for name, entry in value.items():
            if name not in shape:
                raise CorpusError(
                    f"{path} has '{prefix}{name}', which means nothing here. "
                    f"Known are: {', '.join(sorted(shape))}."
                )
            _check(path, entry, shape[name], prefix + name)
        for name in shape:
            if prefix + name in _REQUIRED and name not in value:
                raise _wrong(path, prefix + name, None, _NAMES[shape[name]])


def _wrong(path: Path, key: str, value: Any, expected: str) -> CorpusError:
    return CorpusError(f"{path}: '{key}' is {value!r}, expected {expected}.")


def _metadata(path: Path, values: Mapping[str, Any], report_file: Path) -> Metadata:
    """The metadata in values that have the right shape."""
    about: dict[str, Any] = {"id": _slug(report_file), "title": printable(report_file.stem)}
    about |= {key: value for key, value in values.items() if key not in ("contents", "reading", "examples")}
    if not _ID.fullmatch(about["id"]):
        raise _wrong(path, "id", about["id"], "small letters, digits and hyphens")
    if "rights" in about:
        about["rights"] = about["rights"].strip()
    if "pdf_url" in about and not _PDF_URL.fullmatch(about["pdf_url"]):
        raise _wrong(path, "pdf_url", about["pdf_url"], "an address that begins with https:// and has no '#'")
    origins = {key: FILE_NAME for key in ("title", "publisher", "year", "country") if key in values}
    reading = values.get("reading", {})
    return Metadata(
        About(**about, examples=tuple(values.get("examples", ())), origins=origins),
        tuple(ContentsEntry(entry["title"], entry.get("page")) for entry in values.get("contents", ())),
        Hints(
            headings=tuple(reading.get("headings", ())),
            joined_headings=tuple(map(tuple, reading.get("joined_headings", ()))),
            boxes=tuple(Box(**box) for box in reading.get("boxes", ())),
        ),
    )
