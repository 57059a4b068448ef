"""Note marks and endnotes: numbered through, found in brackets, and paired.

Notes whose numbers start again in each chapter are numbered through, so that a number names one note. The
notes of a chapter follow it, or all notes are at the end of the file, chapter by chapter. A mark belongs to
the note of its own chapter, or else gets a number that no note has.

Marks in brackets ("… of the law.(1, 4-6)") are taken out of the text like raised ones. A bracket may as well
hold a year, an amount, part of a statute or a step of an enumeration, so brackets are marks only if they lead
to most of a report's notes and raised numbers to hardly any.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from a4a_qa.parsing.blocks import Draft
from a4a_qa.parsing.markup import Piece
from a4a_qa.report.report import Endnote, NoteMark, Problem
from a4a_qa.text.notation import TO_RAISED

_HEADING = re.compile(
    r"[\W\d]*(?:(?:end ?|foot)?notes(?: and references)?|end ?note|references)\W*", re.IGNORECASE
)


def announces_notes(heading: str) -> bool:
    """Whether a heading, perhaps with its number or markup, says that notes follow."""
    return _HEADING.fullmatch(heading) is not None


@dataclass(slots=True)
class _Chapter:
    """The notes of a chapter: the lines on which the first and the last begin, and their numbers in order."""

    first_line: int
    last_line: int
    numbers: dict[int, None] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return next(iter(self.numbers))


def number_through(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Problem]]:
    """The pieces with notes numbered through, and a problem that says so; unchanged if numbers do not
    restart."""
    order = sorted(range(len(pieces)), key=lambda index: pieces[index].line)
    chapters, chapter_of = _read_chapters(pieces, order)
    marked = [index for index in order if pieces[index].marks and not _is_note(pieces[index])]
    if len(chapters) < 2:
        return list(pieces), []
    if marked and pieces[marked[-1]].line < chapters[0].first_line:
        found = _by_restarts(pieces, order, chapters)
    else:
        found = _by_places(pieces, marked, chapters)
    if found is None:
        return list(pieces), []
    chapter_of |= found
    numbers: dict[tuple[int, int], int] = {}
    for place, chapter in enumerate(chapters):
        for number in chapter.numbers:
            numbers[place, number] = len(numbers) + 1
    notes = len(numbers)
    for index in marked:
        for place, (_, number) in zip(chapter_of[index], pieces[index].marks, strict=True):
            numbers.setdefault((place, number), len(numbers) + 1)
    message = (
        f"The notes of {len(chapters)} chapters are numbered separately; here they run from 1 to {notes}."
    )
    problem = Problem("notes_numbered_anew", message, chapters[1].first_line)
    return [_renumbered(piece, chapter_of.get(at, ()), numbers) for at, piece in enumerate(pieces)], [problem]


def _is_note(piece: Piece) -> bool:
    return piece.kind in ("endnote", "endnote_more")


def _read_chapters(
    pieces: Sequence[Piece], order: Sequence[int]
) -> tuple[list[_Chapter], dict[int, tuple[int, ...]]]:
    """The notes by chapter, and the chapter of each piece that begins one.

    A chapter begins where a number is used again: the first one of a chapter, or any lower than the last if
    text stands between them.
    """
    chapters: list[_Chapter] = []
    chapter_of: dict[int, tuple[int, ...]] = {}
    last, parted = 0, False
    for index in order:
        number, line = pieces[index].number, pieces[index].line
        if number is None:
            parted = parted or not _is_note(pieces[index])
            continue
        begins = not chapters
        if chapters and number in chapters[-1].numbers:
            is_first = number == chapters[-1].first
            begins = (parted and (is_first or number < last)) or (is_first and number < last)
        if begins:
            chapters.append(_Chapter(line, line))
        chapters[-1].numbers[number] = None
        chapters[-1].last_line = line
        chapter_of[index] = (len(chapters) - 1,)
        last, parted = number, False
    return chapters, chapter_of


def _by_places(
    pieces: Sequence[Piece], marked: Sequence[int], chapters: Sequence[_Chapter]
) -> dict[int, tuple[int, ...]]:
    """The chapters of marks whose notes follow them: those that end next."""
    found: dict[int, tuple[int, ...]] = {}
    chapter = 0
    for index in marked:
        while chapter + 1 < len(chapters) and chapters[chapter].last_line < pieces[index].line:
            chapter += 1
        found[index] = (chapter,) * len(pieces[index].marks)
    return found


def _by_restarts(
    pieces: Sequence[Piece], order: Sequence[int], chapters: Sequence[_Chapter]
) -> dict[int, tuple[int, ...]] | None:
    """The chapters of marks whose notes all follow the text: numbers start again below a heading.

    None if the marks do not have as many chapters as the notes.
    """
    found: dict[int, tuple[int, ...]] = {}
    places: list[int] = []
    chapter, last, below_heading = 0, 0, False
    seen: set[int] = set()
    for index in order:
        piece = pieces[index]
        below_heading = below_heading or piece.level > 0
        if _is_note(piece) or not piece.marks:
            continue
        for _, number in piece.marks:
            first = chapters[min(chapter, len(chapters) - 1)].first
            if below_heading and number in seen and (number < last or number == first):
                chapter, seen = chapter + 1, set()
            seen.add(number)
            last, below_heading = number, False
            places.append(chapter)
        found[index], places = tuple(places), []
    return found if chapter + 1 == len(chapters) else None


def _renumbered(piece: Piece, places: Sequence[int], numbers: dict[tuple[int, int], int]) -> Piece:
    """A piece with its numbers replaced by those that run through."""
    if not places:
        return piece
    if piece.number is not None:
        return replace(piece, number=numbers[places[0], piece.number])
    pairs = zip(places, piece.marks, strict=True)
    return replace(piece, marks=tuple((offset, numbers[place, number]) for place, (offset, number) in pairs))


# The fewest notes that a report must have, the share of them that raised numbers must not reach, and the
# share that brackets must exceed.
_FEWEST, _RAISED, _PAIRED = 3, 0.5, 0.6
# The most parts of one bracket ("(1-4, 9)" has two), and the widest range.
_MOST_PARTS, _LONGEST_RANGE = 40, 60

_PART = r"\d{1,4}(?:\s?[-–—]\s?\d{1,4})?"
_GROUP = rf"{_PART}(?:\s?[,;]\s?{_PART}){{0,{_MOST_PARTS}}}"
_BRACKET = re.compile(rf"\s?(?:\((?P<round>{_GROUP})\)|\[(?P<square>{_GROUP})\])(?![\w(\[])")
_END_OF_SENTENCE = re.compile(r"[.!?][\"'”’)\]*†‡]*$")


@dataclass(frozen=True, slots=True)
class _Bracket:
    """Numbers in brackets at `start:end` of a draft's text, including the space before them."""

    draft: int
    form: str
    start: int
    end: int
    numbers: tuple[int, ...]


def take_bracket_marks(drafts: list[Draft], notes: Sequence[Draft]) -> None:
    """Make the brackets of `drafts` that lead to `notes` marks; a draft with nothing else is removed."""
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
    """The groups of numbers in brackets that may be marks, without those of an enumeration."""
    found = []
    for match in _BRACKET.finditer(text):
        form = match.lastgroup or "round"
        # "17(3)" is part of a statute; a bracket that opens a text numbers it.
        opens = match.start() == 0 and match.end() < len(text)
        if not opens and not (match[0][0] in "([" and text[match.start() - 1 : match.start()].isdigit()):
            found.append(_Bracket(position, form, match.start(), match.end(), _numbers(match[form])))
    counted = _enumeration(found, text)
    yield from (bracket for bracket in found if bracket not in counted)


def _enumeration(found: Sequence[_Bracket], text: str) -> list[_Bracket]:
    """ "to (1) warn, (2) fine and (3) close": numbers that count from 1 before what they number."""
    counted: list[_Bracket] = []
    for bracket in found:
        before, after = text[: bracket.start][-10:], text[bracket.end :].lstrip()[:1]
        counts = bracket.form == "round" and bracket.numbers == (len(counted) + 1,)
        if counts and after.islower() and not _END_OF_SENTENCE.search(before):
            counted.append(bracket)
    return counted if len(counted) > 1 else []


def _numbers(group: str) -> tuple[int, ...]:
    """The numbers in a group, with ranges filled in; (-1,) if a range does not rise."""
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
        if not draft.text and position:  # a line of its own after the paragraph that the marks belong to
            before = drafts[position - 1]
            before.marks += [(len(before.text), number) for _, number in draft.marks]
            gone.append(position)
    for position in sorted(gone, reverse=True):
        del drafts[position]


def _cut(draft: Draft, brackets: Sequence[_Bracket]) -> None:
    """Take brackets out of a draft's text; its marks and pages move with the words after them."""
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


# A word of one letter, which is a symbol.
_SYMBOL = re.compile(r"(?:^|[\s(])[^\W\d_]$")


def write_out_raised(drafts: Sequence[Draft], notes: Set[int]) -> list[Problem]:
    """Write each raised number that is no mark of `notes` into the text, as a superscript.

    A number after a symbol is a power if its note has a mark elsewhere. A number below 0 is printed without
    the minus, and never a mark. The problems name the numbers that lead to no note.
    """
    after_words = {
        number for draft in drafts for at, number in draft.marks if not _follows_symbol(draft.text, at)
    }
    written: set[int] = set()
    for draft in drafts:
        gone = [
            (at, number)
            for at, number in draft.marks
            if number not in notes or (number in after_words and _follows_symbol(draft.text, at))
        ]
        if gone:
            written.update(abs(number) for _, number in gone)
            draft.marks = [mark for mark in draft.marks if mark not in gone]
            _insert(draft, gone)
    return [
        Problem("mark_without_endnote", f"Number {number} is raised in the text and has no endnote.")
        for number in sorted(written - notes)
    ]


def _follows_symbol(text: str, at: int) -> bool:
    return _SYMBOL.search(text[max(0, at - 2) : at]) is not None


def _insert(draft: Draft, numbers: Sequence[tuple[int, int]]) -> None:
    """Put raised numbers into a draft's text; its marks and pages move with the words after them."""
    parts: list[str] = []
    inserted: list[tuple[int, int]] = []
    last = 0
    for at, number in numbers:
        before = "," if inserted and at == last else ""
        after = " " if not draft.text[:at].strip() and draft.text[at : at + 1].isalpha() else ""
        digits = before + str(abs(number)).translate(TO_RAISED) + after
        parts += [draft.text[last:at], digits]
        inserted.append((at, len(digits)))
        last = at
    draft.text = "".join([*parts, draft.text[last:]])

    def moved(offset: int) -> int:
        return offset + sum(length for at, length in inserted if at <= offset and offset)

    draft.marks = [(moved(offset), number) for offset, number in draft.marks]
    draft.pages = [(moved(offset), page) for offset, page in draft.pages]


# If at least this many numbers, and more than this share of all, have several marks, that is the report's way
# of citing and not a mistake.
_FEWEST_AGAIN, _USUAL = 5, 0.2


def pair(marks: Sequence[NoteMark], endnotes: Sequence[Endnote]) -> tuple[Problem, ...]:
    """A problem for each mark without a note, note without a mark, and number used twice."""
    mark_counts = Counter(mark.number for mark in marks)
    note_counts = Counter(note.number for note in endnotes)
    again = {number for number in mark_counts if mark_counts[number] > 1}
    if len(again) >= _FEWEST_AGAIN and len(again) > _USUAL * len(mark_counts):
        again = set()  # a list of sources, each cited wherever it is used
    checks = [
        ("mark_without_endnote", mark_counts.keys() - note_counts.keys(), "has no endnote"),
        ("endnote_without_mark", note_counts.keys() - mark_counts.keys(), "has no mark in the text"),
        ("mark_used_twice", again, "stands at several places"),
        ("endnote_used_twice", {n for n in note_counts if note_counts[n] > 1}, "names several endnotes"),
    ]
    return tuple(
        Problem(code, f"Number {number} {what}.")
        for code, numbers, what in checks
        for number in sorted(numbers)
    )
