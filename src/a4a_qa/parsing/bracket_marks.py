"""Note marks in brackets, «… of the law.(1, 4-6)», taken out of the text as raised ones are.

A number in brackets may as well be a year, an amount, part of a statute or a step of an enumeration. So
brackets count as marks only where they lead to most of a report's notes, and raised numbers to hardly any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a4a_qa.parsing.blocks import Draft

# The fewest notes a report must have, the share of them that raised numbers must not reach, and the share
# that brackets must exceed.
_FEWEST, _RAISED, _PAIRED = 3, 0.5, 0.6
# Numbers that one bracket names: «(1-4, 9)» has two parts. A range of more notes than this is none.
_MOST_PARTS, _LONGEST_RANGE = 40, 60

_PART = r"\d{1,4}(?:\s?[-–—]\s?\d{1,4})?"
_GROUP = rf"{_PART}(?:\s?[,;]\s?{_PART}){{0,{_MOST_PARTS}}}"
_BRACKET = re.compile(rf"\s?(?:\((?P<round>{_GROUP})\)|\[(?P<square>{_GROUP})\])(?![\w(\[])")
_END_OF_SENTENCE = re.compile(r"[.!?][\"'”’)\]*†‡]*$")


@dataclass(frozen=True, slots=True)
class _Bracket:
    """Numbers in brackets at `start:end` of a draft's text, the space before them included."""

    draft: int
    form: str
    start: int
    end: int
    numbers: tuple[int, ...]


def take_bracket_marks(drafts: list[Draft], notes: Sequence[Draft]) -> None:
    """Make the brackets of `drafts` that lead to `notes` marks; a draft that holds nothing else goes."""
    numbers = {note.number for note in notes if note.number is not None}
    raised = {number for draft in drafts for _, number in draft.marks}
    if len(numbers) < _FEWEST or len(raised & numbers) >= _RAISED * len(numbers):
        return
    for form in ("round", "square"):
        found = [
            bracket
            for position, draft in enumerate(drafts)
            if draft.kind != "heading" and not draft.contents_row
            for bracket in _brackets(position, draft.text)
            if bracket.form == form and numbers.issuperset(bracket.numbers)
        ]
        paired = {number for bracket in found for number in bracket.numbers}
        if len(paired) > _PAIRED * len(numbers):
            _take(drafts, found)
            return


def _brackets(position: int, text: str) -> Iterator[_Bracket]:
    """The groups of numbers in brackets that may be marks, without the numbers of an enumeration."""
    found = []
    for match in _BRACKET.finditer(text):
        form = match.lastgroup or "round"
        # «17(3)» is part of a statute; what opens a text numbers it.
        opens = match.start() == 0 and match.end() < len(text)
        if not opens and not (match[0][0] in "([" and text[match.start() - 1 : match.start()].isdigit()):
            found.append(_Bracket(position, form, match.start(), match.end(), _numbers(match[form])))
    counted = _enumeration(found, text)
    yield from (bracket for bracket in found if bracket not in counted)


def _enumeration(found: Sequence[_Bracket], text: str) -> list[_Bracket]:
    """«to (1) warn, (2) fine and (3) close»: numbers that count from 1 and stand before what they count."""
    counted: list[_Bracket] = []
    for bracket in found:
        before, behind = text[: bracket.start][-10:], text[bracket.end :].lstrip()[:1]
        counts = bracket.form == "round" and bracket.numbers == (len(counted) + 1,)
        if counts and behind.islower() and not _END_OF_SENTENCE.search(before):
            counted.append(bracket)
    return counted if len(counted) > 1 else []


def _numbers(group: str) -> tuple[int, ...]:
    """The numbers that a group names, ranges filled in; (-1,) for a range that does not rise."""
    numbers: list[int] = []
    for part in re.split(r"[,;]", group):
        first, *last = (int(number) for number in re.findall(r"\d+", part))
        if last and not first < last[0] <= first + _LONGEST_RANGE:
            return (-1,)
        numbers += range(first, last[0] + 1) if last else [first]
    return tuple(dict.fromkeys(numbers))


def _take(drafts: list[Draft], found: Sequence[_Bracket]) -> None:
    by_draft: dict[int, list[_Bracket]] = {}
    for bracket in found:
        by_draft.setdefault(bracket.draft, []).append(bracket)
    gone = []
    for position, brackets in by_draft.items():
        draft = drafts[position]
        _cut(draft, brackets)
        if not draft.text and position:  # a line of its own, which the paragraph before was parted from
            before = drafts[position - 1]
            before.marks += [(len(before.text), number) for _, number in draft.marks]
            gone.append(position)
    for position in sorted(gone, reverse=True):
        del drafts[position]


def _cut(draft: Draft, brackets: Sequence[_Bracket]) -> None:
    """Take brackets out of a draft's text; its marks and pages move with the words behind them."""
    kept: list[str] = []
    marks: list[tuple[int, int]] = []
    at = length = 0
    for bracket in brackets:
        kept.append(draft.text[at : bracket.start])
        length += bracket.start - at
        marks += [(length, number) for number in bracket.numbers]
        at = bracket.end
    kept.append(draft.text[at:])

    def moved(offset: int) -> int:
        return offset - sum(min(offset, b.end) - b.start for b in brackets if b.start < offset)

    draft.text = "".join(kept)
    draft.marks = sorted([*((moved(offset), number) for offset, number in draft.marks), *marks])
    draft.pages = [(moved(offset), page) for offset, page in draft.pages]
