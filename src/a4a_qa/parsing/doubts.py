"""What in a reading looks as if it had gone wrong: signs only, which a person checks on the printed page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from a4a_qa.parsing.blocks import is_unfinished
from a4a_qa.report import Block, Report

# So many words of a place are shown.
_WORDS = 60
_PROSE = ("paragraph", "box", "list_item", "item")
_HYPHEN = re.compile(r"\b\w+[-‐] (?!and\b|or\b|to\b)\w+")
# An address is followed by the next thing without a space, or has a space within it. It is looked for where
# a word begins: a page of addresses without spaces would else be read once for each of them.
_ADDRESS = re.compile(r"(?<!\S)[^\w\s]?(?:https?://|www\.)\S*(?:https?://|\s+[\w%-]+[/_=]\S+)")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place that may have been misread, with the label of its page."""

    page: str
    reason: str
    words: str


def find_doubts(report: Report) -> list[Doubt]:
    """The places of a report that a person should look at, in reading order."""
    return [*_blocks(report), *_endnotes(report)]


def _blocks(report: Report) -> Iterator[Doubt]:
    for block in report.blocks:
        text = report.slice(block)
        if not block.retrieved or block.kind not in _PROSE:
            continue
        if text[:1].islower():
            yield _doubt(block, "begins in mid-sentence", text[:_WORDS])
        if is_unfinished(text):
            yield _doubt(block, "ends in mid-sentence", text[-_WORDS:])
        if match := _HYPHEN.search(text):
            yield _doubt(block, "a hyphen and a space", match[0])


def _doubt(block: Block, reason: str, words: str) -> Doubt:
    return Doubt(block.page.label if block.page else "?", reason, words.strip())


def _endnotes(report: Report) -> Iterator[Doubt]:
    for note in report.endnotes:
        label = note.page.label if note.page else "?"
        if match := _ADDRESS.search(note.text):
            yield Doubt(label, f"an address in endnote {note.number}", match[0][-_WORDS:])
        if len(note.text) < 3:
            yield Doubt(label, f"endnote {note.number} is nearly empty", note.text)
