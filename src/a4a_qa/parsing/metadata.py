"""`report.toml`: what is known about a report and its text alone does not tell.

The file is next to the report, and everything in it is optional. Without it, a report is parsed by its own
headings, title, publisher, year and country come from the report (see `about`), and pages are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from a4a_qa.errors import CorpusError
from a4a_qa.report import About
from a4a_qa.toml_file import read_toml

FILE_NAME = "report.toml"


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
        return Metadata(About(id=_slug(report_file), title=report_file.stem))
    return _Checked(path, read_toml(path, CorpusError)).metadata(report_file)


def _slug(path: Path) -> str:
    stem = path.parent.name if path.stem == "report" and path.parent.name else path.stem
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "report"


@dataclass(frozen=True)
class _Checked:
    """Takes out the values of one file with checks that name the key."""

    path: Path
    values: Mapping[str, Any]

    def metadata(self, report_file: Path) -> Metadata:
        lists = ("contents", "reading", "examples")
        known = {entry.name for entry in fields(About)} - {"origins"} | {*lists}
        self.no_others(self.values, known, "")
        about: dict[str, Any] = {key: value for key, value in self.values.items() if key not in lists}
        origins: dict[str, str] = {
            key: FILE_NAME for key in ("title", "publisher", "year", "country") if key in about
        }
        about.setdefault("id", _slug(report_file))
        about.setdefault("title", report_file.stem)
        for key, value in about.items():
            self.expect(value, int if key == "year" else str, key)
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", about["id"]):
            raise self.wrong("id", about["id"], "small letters, digits and hyphens")
        if "rights" in about:
            about["rights"] = about["rights"].strip()
        about["examples"] = tuple(self.texts(self.values, "examples"))
        contents = tuple(self.contents_entry(entry) for entry in self.list_of(self.values, "contents"))
        return Metadata(About(**about, origins=origins), contents, self.hints())

    def contents_entry(self, entry: Any) -> ContentsEntry:
        self.expect(entry, dict, "contents")
        self.no_others(entry, {"title", "page"}, "contents.")
        title, page = entry.get("title"), entry.get("page")
        self.expect(title, str, "contents.title")
        if page is not None:
            self.expect(page, int, "contents.page")
        return ContentsEntry(title, page)

    def hints(self) -> Hints:
        reading = self.values.get("reading", {})
        self.expect(reading, dict, "reading")
        self.no_others(reading, {"headings", "joined_headings", "boxes"}, "reading.")
        return Hints(
            headings=tuple(self.texts(reading, "headings")),
            joined_headings=tuple(
                tuple(self.each_text(parts, "reading.joined_headings"))
                for parts in self.list_of(reading, "joined_headings")
            ),
            boxes=tuple(self.box(entry) for entry in self.list_of(reading, "boxes")),
        )

    def box(self, entry: Any) -> Box:
        self.expect(entry, dict, "reading.boxes")
        self.no_others(entry, {"first", "last"}, "reading.boxes.")
        return Box(*self.each_text([entry.get("first"), entry.get("last")], "reading.boxes"))

    def list_of(self, values: Mapping[str, Any], key: str) -> list[Any]:
        entries = values.get(key, [])
        self.expect(entries, list, key)
        return list(entries)

    def texts(self, values: Mapping[str, Any], key: str) -> list[str]:
        return self.each_text(self.list_of(values, key), key)

    def each_text(self, entries: Any, key: str) -> list[str]:
        self.expect(entries, list, key)
        for entry in entries:
            self.expect(entry, str, key)
        return list(entries)

    def expect(self, value: Any, kind: type, key: str) -> None:
        if not isinstance(value, kind) or isinstance(value, bool) or (kind is str and not str(value).strip()):
            names: dict[type, str] = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}
            raise self.wrong(key, value, names[kind])

    def no_others(self, values: Mapping[str, Any], known: set[str], prefix: str) -> None:
        for key in values:
            if key not in known:
                raise CorpusError(
                    f"{self.path} has «{prefix}{key}», which means nothing here. "
                    f"Known are: {', '.join(sorted(known))}."
                )

    def wrong(self, key: str, value: Any, expected: str) -> CorpusError:
        return CorpusError(f"{self.path}: «{key}» is {value!r}, expected {expected}.")
