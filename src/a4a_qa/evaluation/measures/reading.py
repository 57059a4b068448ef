"""Reading: whether the report's parts were found at all, and against a truth file where there is one.

Every quote, label and endnote rests on this, so a gap here is a gap everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.quotes import fold, folded
from a4a_qa.evaluation.records import record_of
from a4a_qa.report import Report


def reading_counts(report: Report) -> dict[str, int]:
    """How many parts there are, and how many note marks and endnotes have found each other."""
    marks = {mark.number for mark in report.note_marks}
    notes = {note.number for note in report.endnotes}
    return {
        "sections": len(report.sections),
        "blocks": len(report.blocks),
        "sentences": len(report.sentences),
        "note_marks": len(report.note_marks),
        "endnotes": len(report.endnotes),
        "paired": len(marks & notes),
        "unpaired": len(marks ^ notes),
    }


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known to stand in a report; note marks are (paragraph, offset in it, number)."""

    headings: list[str]
    paragraphs: list[str]
    marks: list[tuple[int, int, int]]
    endnotes: list[tuple[int, str]]


def read_truth(path: Path) -> Truth:
    """A truth file; raises EvaluationError when it is not one."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        truth = record_of(
            Truth,
            {
                "headings": [heading["text"] for heading in values["headings"]],
                "paragraphs": [paragraph["text"] for paragraph in values["paragraphs"]],
                "marks": [(mark["paragraph"], mark["offset"], mark["number"]) for mark in values["markers"]],
                "endnotes": [(note["number"], note["text"]) for note in values["endnotes"]],
            },
        )
        for paragraph, offset, _ in truth.marks:
            if paragraph < 0 or not 0 <= offset <= len(truth.paragraphs[paragraph]):
                raise ValueError(f"offset {offset} is not in paragraph {paragraph}")
        return truth
    except (
        OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, EvaluationError,
    ) as error:  # fmt: skip
        raise EvaluationError(
            f"{path} is no truth file ({type(error).__name__}: {error}), "
            "expected headings, paragraphs, markers and endnotes."
        ) from error


def reading_measures(report: Report, truth: Truth) -> dict[str, float]:
    """The share of headings, paragraphs (each within one block) and endnotes found, and precision and
    recall of note marks as (offset, number)."""
    compared, offsets = fold(report.text)
    blocks = [folded(report.slice(block)) for block in report.blocks]
    places = {i: compared.find(fold(text)[0]) for i, text in enumerate(truth.paragraphs)}
    expected = set()
    for paragraph, offset, number in truth.marks:
        at = places[paragraph] + len(fold(truth.paragraphs[paragraph][:offset])[0].rstrip())
        expected.add((offsets[at - 1] + 1 if places[paragraph] >= 0 else -1, number))
    found = {(mark.offset, mark.number) for mark in report.note_marks}
    numbered = {(note.number, folded(note.text)) for note in report.endnotes}
    text, paragraphs = folded(report.text), [folded(paragraph) for paragraph in truth.paragraphs]
    return {
        "headings_found": _share([folded(heading) in text for heading in truth.headings]),
        "blocks_found": _share([any(words in block for block in blocks) for words in paragraphs]),
        "endnotes_found": _share([(number, folded(note)) in numbered for number, note in truth.endnotes]),
        "linking_precision": len(found & expected) / max(1, len(found)),
        "linking_recall": len(found & expected) / max(1, len(expected)),
    }


def _share(found: Sequence[bool]) -> float:
    return sum(found) / max(1, len(found))
