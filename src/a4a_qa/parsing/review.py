"""What a person should look at: places of a report that may be misread, and how two files of it differ.

White space, and blocks that are of different kinds, make no difference.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from a4a_qa.parsing.blocks import is_unfinished
from a4a_qa.report.report import Block, Report

# Blocks with at least this share of common words are two versions of one.
_ALIKE = 0.6
# Words shown around a difference.
_AROUND = 4


@dataclass(frozen=True, slots=True)
class ReportDifference:
    """A difference between two versions; `first` or `second` is empty if that one lacks it."""

    what: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class ReportComparison:
    """How many headings, blocks, sentences and endnotes are alike, and what differs."""

    alike: dict[str, int]
    differences: tuple[ReportDifference, ...]


def compare(first: Report, second: Report) -> ReportComparison:
    """Compare headings, blocks, the notes of sentences, and endnotes."""
    # A heading that is in capitals in one version only is the same heading.
    spelled = {section.path[-1].casefold(): section.path[-1] for section in first.sections}
    names = [[section.path[-1] for section in r.sections] for r in (first, second)]
    headings = [_texts(spelled.get(name.casefold(), name) for name in found) for found in names]
    blocks = [_texts(r.slice(block) for block in r.blocks) for r in (first, second)]
    alike = {
        "headings": (headings[0] & headings[1]).total(),
        "blocks": (blocks[0] & blocks[1]).total(),
    }
    differences = [*_unpaired("heading", *headings), *_unpaired("block", *blocks)]
    for what, count, found in (
        ("sentences", *_notes(first, second)),
        ("endnotes", *_endnotes(first, second)),
    ):
        alike[what] = count
        differences += found
    return ReportComparison(alike, tuple(differences))


def _texts(texts: Iterable[str]) -> Counter[str]:
    return Counter(" ".join(text.split()) for text in texts)


def _unpaired(what: str, first: Counter[str], second: Counter[str]) -> Iterator[ReportDifference]:
    """What only one version has; texts that are nearly alike are paired, with the words that differ."""
    left = [(text, _WordCounts(text)) for text in (second - first).elements()]
    for text in (first - second).elements():
        words = _WordCounts(text)
        near = [pair for pair in left if words.most_alike(pair[1]) >= _ALIKE]
        match = max(near, key=lambda pair: words.alike(pair[1]), default=None)
        if match is not None and words.alike(match[1]) >= _ALIKE:
            left.remove(match)
            yield ReportDifference(what, *_changed(text, match[0]))
        else:
            yield ReportDifference(what, text, "")
    for text, _ in left:
        yield ReportDifference(what, "", text)


class _WordCounts:
    """The words of a text, counted, whatever their order: quick to compare."""

    def __init__(self, text: str) -> None:
        self.counts = Counter(text.split())
        self.total = max(1, self.counts.total())

    def alike(self, other: _WordCounts) -> float:
        """The share of words that two texts have in common."""
        return 2 * (self.counts & other.counts).total() / (self.total + other.total)

    def most_alike(self, other: _WordCounts) -> float:
        """The largest possible share for texts of their lengths."""
        return 2 * min(self.total, other.total) / (self.total + other.total)


def _changed(first: str, second: str) -> tuple[str, str]:
    """The words from the first to the last difference of two texts, with a few around them."""
    one, other = first.split(), second.split()
    changes = [c for c in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if c[0] != "equal"]
    if not changes:
        return first, second
    (_, start, _, begin, _), (_, _, end, _, stop) = changes[0], changes[-1]
    return _around(one, start, end), _around(other, begin, stop)


def _around(words: list[str], start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), end + _AROUND
    return ("… " if first else "") + " ".join(words[first:last]) + (" …" if last < len(words) else "")


def _notes(first: Report, second: Report) -> tuple[int, list[ReportDifference]]:
    """How many common sentences have the same notes, and those with different ones."""
    one, other = ({" ".join(r.slice(s).split()): s.endnotes for s in r.sentences} for r in (first, second))
    both = [text for text in one if text in other]
    differences = [
        ReportDifference(
            "notes of a sentence", f"{_numbers(one[text])}: {text}", f"{_numbers(other[text])}: {text}"
        )
        for text in both
        if one[text] != other[text]
    ]
    return len(both) - len(differences), differences


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _endnotes(first: Report, second: Report) -> tuple[int, list[ReportDifference]]:
    one, other = ({n.number: " ".join(n.text.split()) for n in r.endnotes} for r in (first, second))
    differences = [
        ReportDifference(f"endnote {number}", one.get(number, ""), other.get(number, ""))
        for number in sorted(one.keys() | other.keys())
        if one.get(number) != other.get(number)
    ]
    return len(one.keys() | other.keys()) - len(differences), differences


# Characters shown of a place.
_WORDS = 60
_PROSE = ("paragraph", "box", "list_item", "item")
_HYPHEN = re.compile(r"\b\w+[-‐] (?!and\b|or\b|to\b)\w+")
# An address followed by the next thing without a space, or with a space in it. The search starts at the
# beginning of a word, so that a page of addresses without spaces takes linear time.
_ADDRESS = re.compile(r"(?<!\S)[^\w\s]?(?:https?://|www\.)\S*(?:https?://|\s+[\w%-]+[/_=]\S+)")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place that may have been misread, with the label of its page."""

    page: str
    reason: str
    words: str


def find_doubts(report: Report) -> list[Doubt]:
    """The doubtful places of a report, in reading order."""
    return [*_doubtful_blocks(report), *_doubtful_notes(report)]


def _doubtful_blocks(report: Report) -> Iterator[Doubt]:
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


def _doubtful_notes(report: Report) -> Iterator[Doubt]:
    for note in report.endnotes:
        label = note.page.label if note.page else "?"
        if match := _ADDRESS.search(note.text):
            yield Doubt(label, f"an address in endnote {note.number}", match[0][-_WORDS:])
        if len(note.text) < 3:
            yield Doubt(label, f"endnote {note.number} is nearly empty", note.text)
