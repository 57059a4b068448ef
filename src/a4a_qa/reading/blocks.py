"""Pieces → drafts: which lines are headings, which belong to one block, and what a table row is.

Print cuts paragraphs at the end of a column or a page. A piece goes on with the one before when that
one ends in mid-sentence and this one does not begin a sentence: in small letters, or with a capital
that a word in mid-sentence may have («Deputy / Prime Minister»), but no function word has («According»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from a4a_qa.reading.markdown import Piece
from a4a_qa.reading.metadata import Hints
from a4a_qa.reading.sentences import opens_sentence
from a4a_qa.report import BlockKind, Problem

# A heading longer than this is a paragraph; the longest ones printed have some 120 characters.
_LONGEST_HEADING = 150
# Hard-wrapped prose has lines of at least this length; shorter lines are lines of their own.
_SHORTEST_WRAPPED = 55

_CONTENTS_ROW = re.compile(r"[^\t]+\t\d{1,4}")


@dataclass(slots=True)
class Draft:
    """A heading or a block on its way into the report; the later steps fill in the rest.

    `pages` are the (offset, page) from which on it is printed on a page, where pages are known.
    """

    kind: BlockKind | Literal["heading"]
    text: str
    marks: list[tuple[int, int]]
    line: int
    number: int | None = None
    level: int = 0
    same_line: bool = False
    contents_row: bool = False
    footnote: bool = False
    in_box: bool = False
    retrieved: bool = True
    path: tuple[str, ...] = ()
    context: list[Draft] = field(default_factory=list)
    pages: list[tuple[int, int]] = field(default_factory=list)
    start: int = -1

    @property
    def end(self) -> int:
        """Where the draft ends in the report's text, once it has its start."""
        return self.start + len(self.text)


def read_drafts(pieces: Sequence[Piece], hints: Hints, *, then: str = "") -> list[Draft]:
    """Headings and whole blocks, in reading order; `then` is what follows the last piece."""
    joined = {" ".join(parts): parts for parts in hints.joined_headings}
    explicit = any(piece.level for piece in pieces)
    drafts: list[Draft] = []
    runs = list(_runs(pieces))
    for run, following in zip(runs, _following_texts(runs, then), strict=True):
        if run[0].kind == "row":
            drafts += [_row(piece) for piece in run]
        elif _is_heading(run, following, hints, explicit):
            drafts += _headings(run[0], joined)
        else:
            drafts += _blocks(run)
    return _mend(drafts)


def _runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces that one chunk holds; a heading in `#` stands alone, lines below a list item join it."""
    for _, chunk in groupby(pieces, key=lambda piece: piece.chunk):
        run: list[Piece] = []
        for piece in chunk:
            alone = piece.level or (run and run[-1].level)
            same = run and (piece.kind == run[-1].kind or (piece.kind == "line" and run[-1].kind != "row"))
            if run and (alone or not same):
                yield run
                run = []
            run.append(piece)
        yield run


def _following_texts(runs: Sequence[Sequence[Piece]], then: str) -> list[str]:
    """For each run, the text of the first piece after it that is no footnote; `then` behind the last."""
    texts: list[str] = []
    following = then
    for run in reversed(runs):
        texts.append(following)
        following = next((piece.text for piece in run if piece.kind != "footnote"), following)
    return texts[::-1]


def _is_heading(run: Sequence[Piece], following: str, hints: Hints, explicit: bool) -> bool:
    piece = run[0]
    if len(run) > 1 or piece.kind not in ("line", "bullet"):
        return False
    if piece.text in hints.headings or piece.level:
        return True
    if explicit or piece.kind == "bullet" or len(piece.text) > _LONGEST_HEADING or not following:
        return False
    ends_open = not re.search(r"[.:;,?!…]$", piece.text)
    return ends_open and piece.text[0].isupper() and not following[0].islower()


def _headings(piece: Piece, joined: dict[str, tuple[str, ...]]) -> Iterator[Draft]:
    for index, text in enumerate(joined.get(piece.text, (piece.text,))):
        marks = list(piece.marks) if index == 0 else []
        yield Draft("heading", text, marks, piece.line, level=piece.level, same_line=index > 0)


def _row(piece: Piece) -> Draft:
    contents = bool(_CONTENTS_ROW.fullmatch(piece.text))
    kind: BlockKind = "other" if contents else "table_row"
    return Draft(kind, piece.text, list(piece.marks), piece.line, contents_row=contents)


_KINDS: dict[str, BlockKind] = {
    "line": "paragraph",
    "bullet": "list_item",
    "term": "glossary_entry",
    "item": "item",
    "footnote": "other",
}


def _blocks(run: Sequence[Piece]) -> Iterator[Draft]:
    if run[0].kind == "line":
        wrapped = all(len(piece.text) >= _SHORTEST_WRAPPED for piece in run[:-1])
        kind: BlockKind = "paragraph" if wrapped else "other"
        drafts = [Draft(kind, piece.text, list(piece.marks), piece.line) for piece in run]
        if wrapped:
            for more in drafts[1:]:
                join(drafts[0], more)
            drafts = drafts[:1]
        yield from drafts
        return
    open_draft: Draft | None = None
    for piece in run:
        draft = Draft(_KINDS[piece.kind], piece.text, list(piece.marks), piece.line)
        draft.footnote = piece.kind == "footnote"
        if piece.kind == "line" and open_draft:
            join(open_draft, draft)
            continue
        if open_draft:
            yield open_draft
        open_draft = draft
    if open_draft:
        yield open_draft


def join(first: Draft, more: Draft) -> None:
    """Put a piece behind another: one space between, none after a hyphen or a slash."""
    gap = "" if first.text.endswith(("-", "/")) else " "
    shift = len(first.text) + len(gap)
    first.text += gap + more.text
    first.marks += [(offset + shift, number) for offset, number in more.marks]


def _mend(drafts: Sequence[Draft]) -> list[Draft]:
    """Join the pieces of cut blocks; a footnote in between moves behind the block."""
    mended: list[Draft] = []
    footnotes: list[Draft] = []
    for draft in drafts:
        last = mended[-1] if mended else None
        if draft.footnote:
            footnotes.append(draft)
        elif last and _goes_on(last, draft):
            join(last, draft)
        else:
            mended += footnotes
            footnotes = []
            mended.append(draft)
    return mended + footnotes


def _goes_on(last: Draft, draft: Draft) -> bool:
    if last.kind not in ("paragraph", "list_item", "item") or draft.kind not in ("paragraph", "list_item"):
        return False
    if draft.kind == "list_item":
        return last.kind == "item" and is_unfinished(last.text) and draft.text[0].islower()
    if draft.text[0].islower():
        return True
    return is_unfinished(last.text) and not opens_sentence(draft.text)


def is_unfinished(text: str) -> bool:
    """Whether a text stops in mid-sentence: no stop at its end, closing quotes and brackets apart."""
    return not text.rstrip("\"'”’»)]").endswith((".", "!", "?", ":", ";", "…"))


def read_endnote_drafts(pieces: Sequence[Piece]) -> tuple[list[Draft], list[Problem]]:
    """Whole endnotes with their numbers, and the repeats that were dropped.

    A page break can cut an endnote; what then only repeats the end of its note is no part of it.
    """
    notes: list[Draft] = []
    problems: list[Problem] = []
    last_chunk = -1
    for (chunk, is_start), run in groupby(pieces, key=lambda piece: (piece.chunk, piece.number is not None)):
        drafts = [Draft("other", p.text, list(p.marks), p.line, number=p.number) for p in run]
        if is_start:
            notes += drafts
        elif chunk != last_chunk and _repeats(notes[-1], drafts):
            message = f"Endnote {notes[-1].number} is followed by a repeat of its own end, which was dropped."
            problems.append(Problem("repeated_text", message, drafts[0].line))
        else:
            for draft in drafts:
                join(notes[-1], draft)
        last_chunk = chunk
    return notes, problems


def _repeats(note: Draft, drafts: Sequence[Draft]) -> bool:
    repeated = "".join("".join(draft.text.split()) for draft in drafts)
    return "".join(note.text.split()).endswith(repeated)
