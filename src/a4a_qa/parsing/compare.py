"""Two readings of one report → what differs, such as between its Markdown and its PDF.

White space, and where a reading cuts the text into blocks of another kind, make no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from a4a_qa.report import Report

# Blocks that are at least this alike are two readings of one.
_ALIKE = 0.6
# Words shown around a difference.
_AROUND = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the readings have differently; `first` or `second` is empty when it is not there."""

    what: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many sections, blocks, sentences and endnotes both readings have alike, and what differs."""

    alike: dict[str, int]
    differences: tuple[Difference, ...]


def compare(first: Report, second: Report) -> Comparison:
    """Two readings side by side: headings, blocks, the notes of sentences, and endnotes."""
    # A heading in capitals on one side only is the same heading.
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
    return Comparison(alike, tuple(differences))


def _texts(texts: Iterable[str]) -> Counter[str]:
    return Counter(" ".join(text.split()) for text in texts)


def _unpaired(what: str, first: Counter[str], second: Counter[str]) -> Iterator[Difference]:
    """What only one reading has, those that are nearly alike together, with the words that differ."""
    left = [(text, _Words(text)) for text in (second - first).elements()]
    for text in (first - second).elements():
        words = _Words(text)
        near = [pair for pair in left if words.most_alike(pair[1]) >= _ALIKE]
        match = max(near, key=lambda pair: words.alike(pair[1]), default=None)
        if match is not None and words.alike(match[1]) >= _ALIKE:
            left.remove(match)
            yield Difference(what, *_changed(text, match[0]))
        else:
            yield Difference(what, text, "")
    for text, _ in left:
        yield Difference(what, "", text)


class _Words:
    """The words of a text, counted: quick to compare, in whatever order, and enough to pair texts."""

    def __init__(self, text: str) -> None:
        self.counts = Counter(text.split())
        self.total = max(1, self.counts.total())

    def alike(self, other: _Words) -> float:
        """The share of words that two texts have in common."""
        return 2 * (self.counts & other.counts).total() / (self.total + other.total)

    def most_alike(self, other: _Words) -> float:
        """The most that this share can be for texts of their lengths."""
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


def _notes(first: Report, second: Report) -> tuple[int, list[Difference]]:
    """The sentences that both have, by their notes."""
    one, other = ({" ".join(r.slice(s).split()): s.endnotes for s in r.sentences} for r in (first, second))
    both = [text for text in one if text in other]
    differences = [
        Difference(
            "notes of a sentence", f"{_numbers(one[text])}: {text}", f"{_numbers(other[text])}: {text}"
        )
        for text in both
        if one[text] != other[text]
    ]
    return len(both) - len(differences), differences


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _endnotes(first: Report, second: Report) -> tuple[int, list[Difference]]:
    one, other = ({n.number: " ".join(n.text.split()) for n in r.endnotes} for r in (first, second))
    differences = [
        Difference(f"endnote {number}", one.get(number, ""), other.get(number, ""))
        for number in sorted(one.keys() | other.keys())
        if one.get(number) != other.get(number)
    ]
    return len(one.keys() | other.keys()) - len(differences), differences
