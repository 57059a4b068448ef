"""A Word file → the roots of the parts that hold its text, checked before anything else reads them.

A DOCX is a ZIP file of XML. Of its parts only six are read, and no more of them than a report has; what
defines entities is refused, and what a part names outside of the file is never looked at.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import join
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from a4a_qa.errors import ReportError

# Pictures fill most of a Word file. Of 500 pages the text takes some 15 MB unpacked, and 300,000 tags. These,
# and not how small they were packed, bound what reading takes.
_LARGEST_FILE = 50_000_000
_MOST_ENTRIES = 10_000
_LARGEST_PARTS = 50_000_000
_MOST_TAGS = 1_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOTES = ("footnotes", "endnotes")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the file: its name in it, its root, and where its links lead to, by id."""

    name: str
    root: Any
    links: Mapping[str, tuple[str, str]]

    @property
    def w(self) -> str:
        """What the names of Word's elements begin with, which differs between versions of the format."""
        return str(self.root.tag).partition("}")[0] + "}"

    def find(self, kind: str, otherwise: str) -> str:
        """The name of the part that a kind of link leads to."""
        folder = self.name.rpartition("/")[0]
        found = (target for of_kind, target in self.links.values() if of_kind.endswith(f"/{kind}"))
        return join("/", folder, next(found, otherwise)).lstrip("/")


def read_parts(path: Path) -> tuple[Part, dict[str, Part]]:
    """The main part of a file, and the others that are needed, by kind."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ReportError(
                f"{path} has {path.stat().st_size:,} bytes; a Word file may have {_LARGEST_FILE:,}. "
                "Save it with smaller pictures, or as PDF."
            )
        with path.open("rb") as file:
            if file.read(len(_OLE)) == _OLE:
                raise ReportError(
                    f"{path} is an old Word file (.doc), or one that is locked with a password. "
                    "Open it in Word and save it as .docx, without a password."
                )
        with ZipFile(path) as archive:
            return _Package(path, archive).parts()
    # RuntimeError is raised for entries with a password, NotImplementedError for unknown ways of packing.
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ReportError(f"{path} is no Word file (.docx): {error}. Save it again in Word.") from error
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror or error}.") from error


class _Package:
    """An open file, of which so much is read and no more."""

    def __init__(self, path: Path, archive: ZipFile) -> None:
        self.path, self.archive = path, archive
        self.size = self.tags = 0
        if len(archive.infolist()) > _MOST_ENTRIES:
            raise self.wrong(f"has {len(archive.infolist()):,} parts, which no report has")

    def wrong(self, what: str) -> ReportError:
        """The error for a file that is no plain Word document."""
        return ReportError(f"{self.path} {what}. Open it in Word and save it anew as .docx.")

    def parts(self) -> tuple[Part, dict[str, Part]]:
        """The main part, and the others by kind."""
        package = self.part("")
        document = self.part(package.find("officeDocument", "word/document.xml"))
        if document.root is None or document.root.find("{*}body") is None:
            raise self.wrong("has no text as a Word file has it")
        names = {kind: document.find(kind, f"{kind}.xml") for kind in (*NOTES, "styles", "numbering")}
        names["core-properties"] = package.find("core-properties", "docProps/core.xml")
        return document, {kind: self.part(name) for kind, name in names.items()}

    def part(self, name: str) -> Part:
        """A part with its links; without a root if the file has none of this name."""
        folder, _, file = name.rpartition("/")
        links = self.root(join(folder, "_rels", f"{file}.rels"))
        found = links.iter("{*}Relationship") if links is not None else ()
        targets = {link.get("Id", ""): (link.get("Type", ""), link.get("Target", "")) for link in found}
        return Part(name, self.root(name), targets)

    def root(self, name: str) -> Any:
        """The XML of an entry, or None if there is none."""
        from lxml import etree

        try:
            entry = self.archive.getinfo(name)
        except KeyError:
            return None
        self.size += entry.file_size
        if self.size > _LARGEST_PARTS or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise self.wrong(f"holds more than {_LARGEST_PARTS:,} bytes of text, which no report has")
        data = self.archive.read(entry)
        self.tags += data.count(b"<")
        if self.tags > _MOST_TAGS:
            raise self.wrong(f"holds more than {_MOST_TAGS:,} tags, which no report has")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise self.wrong(f"has a part {name} that is broken ({error})") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise self.wrong(f"has a part {name} that defines entities, which no Word file does")
        return root
