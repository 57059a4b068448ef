"""Notes that are numbered anew in each chapter → notes numbered through, so that a number names one of them.

The notes of a chapter stand behind it, or all of them at the end of the file, chapter by chapter. A mark
belongs to the note of its own chapter; one that has none there keeps a number that no note has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from a4a_qa.parsing.pieces import Piece
from a4a_qa.report import Problem


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
    """The pieces of a file with notes that no two chapters number alike, and what there is to say of it."""
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
        f"The notes of {len(chapters)} chapters are each numbered anew; here they run from 1 to {notes}."
    )
    problem = Problem("notes_numbered_anew", message, chapters[1].first_line)
    return [_renumbered(piece, chapter_of.get(at, ()), numbers) for at, piece in enumerate(pieces)], [problem]


def _is_note(piece: Piece) -> bool:
    return piece.kind in ("endnote", "endnote_more")


def _read_chapters(
    pieces: Sequence[Piece], order: Sequence[int]
) -> tuple[list[_Chapter], dict[int, tuple[int, ...]]]:
    """The notes by chapter, and the chapter of each piece that begins one.

    A chapter begins where a number that there has been comes again: the first one of a chapter, or any that
    is lower than the last if text stands between them.
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
    """The chapters of marks that have their notes behind them: those that end next."""
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
    """The chapters of marks whose notes all stand behind the text: below a heading, the numbers begin anew.

    None if there are not as many chapters of marks as of notes.
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
    """A piece with the numbers of its chapters written through."""
    if not places:
        return piece
    if piece.number is not None:
        return replace(piece, number=numbers[places[0], piece.number])
    pairs = zip(places, piece.marks, strict=True)
    return replace(piece, marks=tuple((offset, numbers[place, number]) for place, (offset, number) in pairs))
