"""A report as plain values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from a4a_qa.report.report import (
    BLOCK_KINDS,
    About,
    Block,
    Endnote,
    NoteMark,
    Pages,
    PageStart,
    Problem,
    Report,
    Section,
    Sentence,
    Source,
    Span,
)


def report_to_dict(report: Report) -> dict[str, Any]:
    """The whole model as plain values, as `a4a-qa report --json` prints and an index stores it.

    `page_starts` is there only when pages are known, as they are from a PDF.
    """
    values: dict[str, Any] = {
        "report": asdict(report.about),
        "text": report.text,
        "sections": [asdict(section) for section in report.sections],
        "blocks": [asdict(block) for block in report.blocks],
        "sentences": [asdict(sentence) for sentence in report.sentences],
        "note_marks": [asdict(mark) for mark in report.note_marks],
        "endnotes": [asdict(note) for note in report.endnotes],
        "problems": [asdict(problem) for problem in report.problems],
    }
    if report.page_starts:
        values["page_starts"] = [asdict(start) for start in report.page_starts]
    return values


def report_from_dict(values: Mapping[str, Any]) -> Report:
    """The inverse of `report_to_dict`; raises KeyError, TypeError or ValueError on anything else."""
    return Report(
        about=about_from_dict(values["report"]),
        text=_text(values["text"]),
        sections=tuple(
            Section(tuple(v["path"]), v["start"], v["end"], _pages(v["page"])) for v in values["sections"]
        ),
        blocks=tuple(_block(v) for v in values["blocks"]),
        sentences=tuple(Sentence(v["start"], v["end"], tuple(v["endnotes"])) for v in values["sentences"]),
        note_marks=tuple(NoteMark(v["number"], v["offset"], _pages(v["page"])) for v in values["note_marks"]),
        endnotes=tuple(_endnote(v) for v in values["endnotes"]),
        problems=tuple(Problem(**v) for v in values["problems"]),
        page_starts=tuple(PageStart(**v) for v in values.get("page_starts", ())),
    )


def about_from_dict(values: Mapping[str, Any]) -> About:
    """What is known about a report, from plain values; raises KeyError, TypeError or ValueError on anything
    that it cannot be."""
    examples = tuple(map(_text, values["examples"]))
    origins = {_text(name): _text(origin) for name, origin in dict(values["origins"]).items()}
    about = About(**{**values, "examples": examples, "origins": origins})
    names = ("publisher", "edition", "country", "rights", "pdf_url")
    optional = [value for name in names if (value := getattr(about, name)) is not None]
    for text in (about.id, about.title, about.language, *optional):
        _text(text)
    if about.year is not None and (not isinstance(about.year, int) or isinstance(about.year, bool)):
        raise TypeError(f"found the year {about.year!r}")
    if not about.id or PurePath(about.id).name != about.id:
        raise ValueError("the id of the report is no name of a folder")
    return about


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"found {type(value).__name__}, expected str")
    return value


def _pages(values: Mapping[str, Any] | None) -> Pages | None:
    return None if values is None else Pages(**values)


def _block(values: Mapping[str, Any]) -> Block:
    if values["kind"] not in BLOCK_KINDS:
        raise ValueError(f"found a block of kind {values['kind']!r}")
    return Block(
        kind=values["kind"],
        start=values["start"],
        end=values["end"],
        section=tuple(values["section"]),
        page=_pages(values["page"]),
        context=tuple(Span(**span) for span in values["context"]),
        retrieved=values["retrieved"],
    )


def _endnote(values: Mapping[str, Any]) -> Endnote:
    sources = tuple(Source(**source) for source in values["sources"])
    return Endnote(
        values["number"], values["text"], values["start"], values["end"], sources, _pages(values["page"])
    )
