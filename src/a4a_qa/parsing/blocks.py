"""Pieces → drafts: which lines are headings, which belong to one block, and what a table row is.

A file with a heading in `#` is Markdown: a blank line always separates two paragraphs, and a line in bold or
italics that names what follows is a heading below those in `#`, if the file has another one like it.

Any other file is the text of a print, where paragraphs are cut at the end of a column or page. A piece
continues the one before if that one ends in mid-sentence and this one does not begin a sentence: it begins
with a small letter, or with a capital that may stand in mid-sentence ("Deputy / Prime Minister") and not with
a function word ("According").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from a4a_qa.parsing.markup import Piece
from a4a_qa.parsing.metadata import Hints
from a4a_qa.parsing.sentences import opens_sentence
from a4a_qa.report.report import BlockKind, Problem

# A longer line is a paragraph; the longest headings have some 120 characters.
_LONGEST_HEADING = 150
# Lines of hard-wrapped prose are at least this long; outside Markdown, shorter lines stand alone.
_SHORTEST_WRAPPED = 55

# A longer line in bold or italics is not a label but a statement or, in italics, a quotation.
_LONGEST_LABEL, _LONGEST_ITALICS = 120, 80
# A longer opening of a paragraph in bold is not a label but a sentence.
_LONGEST_LEAD = 50
# The levels of headings in bold and in italics, below the six in `#`.
_BOLD_LEVEL, _ITALICS_LEVEL = 7, 8
# A caption stands above a part of a section and does not begin one.
_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)|table|box|chart|map|exhibit|graph|photo(?:graph)?|image|illustration|diagram|panel|plate)\b"
    r"|(?:sources?|notes?|credits?|photo(?:graph)?s?)\b.*:",
    re.IGNORECASE,
)

_CONTENTS_ROW = re.compile(r"[^\t]+\t\d{1,4}")


@dataclass(slots=True)
class Draft:
    """A heading or a block on its way into the report; later steps fill in the rest.

    `marks` are (offset, number), and `pages` the (offset, page) from which on it is printed on a page, if
    pages are known. `small` is type as at the foot of a page; a `scrap` is written in a drawing. A `label`
    names what follows it; `lead` is the length of the label that the text begins with. `indent` is the white
    space before a list item.
    """

    kind: BlockKind | Literal["heading"]
    text: str
    marks: list[tuple[int, int]]
    line: int
    number: int | None = None
    level: int = 0
    same_line: bool = False
    contents_row: bool = False
    head: bool = False
    footnote: bool = False
    small: bool = False
    scrap: bool = False
    label: bool = False
    lead: int = 0
    indent: int = 0
    in_box: bool = False
    retrieved: bool = True
    path: tuple[str, ...] = ()
    context: list[Draft] = field(default_factory=list)
    pages: list[tuple[int, int]] = field(default_factory=list)
    start: int = -1

    @property
    def end(self) -> int:
        """Where the draft ends in the report's text, once `start` is set."""
        return self.start + len(self.text)


def is_explicit(pieces: Sequence[Piece]) -> bool:
    """Whether the pieces come from Markdown that marks its headings and paragraphs."""
    return any(piece.level for piece in pieces)


def read_drafts(pieces: Sequence[Piece], hints: Hints, *, explicit: bool, then: str = "") -> list[Draft]:
    """Headings and whole blocks, in reading order; `then` is the text after the last piece.

    In an `explicit` text, nothing is a heading or continues another line unless it is marked so.
    """
    joined = {" ".join(parts): parts for parts in hints.joined_headings}
    pieces = _with_labels(pieces) if explicit else pieces
    drafts: list[Draft] = []
    runs = list(_runs(pieces))
    for run, following in zip(runs, _following_texts(runs, then), strict=True):
        if run[0].kind == "row":
            drafts += [_row(piece) for piece in run]
        elif _is_heading(run, following, hints, explicit):
            drafts += _headings(run[0], joined)
        else:
            drafts += _blocks(run, explicit)
    return _mend(drafts, explicit)


def _with_labels(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with labels marked, as headings if the file has several of their kind."""
    labels = _labels(pieces)
    of_bold = sum(pieces[index].bold for index in labels)
    marked = list(pieces)
    for index in labels:
        piece = pieces[index]
        several = (of_bold if piece.bold else len(labels) - of_bold) > 1
        if several:
            marked[index] = replace(piece, level=_BOLD_LEVEL if piece.bold else _ITALICS_LEVEL)
        elif _is_alone(pieces, index):
            marked[index] = replace(piece, label=True)
    return marked


def _labels(pieces: Sequence[Piece]) -> list[int]:
    """The indexes of lines that hold emphasised words only and are neither a sentence nor a caption.

    Several in a row before any text are the lines of a cover.
    """
    found = [
        _is_emphasised(piece)
        and (index == 0 or pieces[index - 1].chunk != piece.chunk)
        and (_is_alone(pieces, index) or (piece.bold and not _is_emphasised(pieces[index + 1])))
        and len(piece.text) <= (_LONGEST_LABEL if piece.bold else _LONGEST_ITALICS)
        and not piece.text.endswith((".", ",", ";", "!", "…"))
        and not _CAPTION.match(piece.text)
        for index, piece in enumerate(pieces)
    ]
    is_text = (index for index, piece in enumerate(pieces) if not (piece.level or _is_emphasised(piece)))
    first_text = next(is_text, len(pieces))
    beside = [False, *found, False]
    return [
        index
        for index, is_label in enumerate(found)
        if is_label and not (index < first_text and (beside[index] or beside[index + 2]))
    ]


def _is_emphasised(piece: Piece) -> bool:
    return piece.kind == "line" and not piece.level and 0 < len(piece.text) <= piece.emphasised


def _is_alone(pieces: Sequence[Piece], index: int) -> bool:
    """Whether a line, the first of its chunk, is the only one."""
    return index + 1 == len(pieces) or pieces[index + 1].chunk != pieces[index].chunk


def _runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces of one chunk; a heading in `#` stands alone, lines below a list item join it."""
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
    """For each run, the text of the first piece after it that is not a footnote; `then` after the last."""
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
    contents = bool(_CONTENTS_ROW.fullmatch(piece.text)) and not piece.head
    kind: BlockKind = "other" if contents else "table_row"
    return Draft(kind, piece.text, list(piece.marks), piece.line, contents_row=contents, head=piece.head)


_KINDS: dict[str, BlockKind] = {
    "line": "paragraph",
    "bullet": "list_item",
    "term": "glossary_entry",
    "item": "item",
    "footnote": "other",
}


def _blocks(run: Sequence[Piece], explicit: bool) -> Iterator[Draft]:
    of_lines = run[0].kind == "line"
    wrapped = all(len(piece.text) >= _SHORTEST_WRAPPED for piece in run[:-1])
    parts: list[list[Draft]] = []
    breaks = True
    for piece in run:
        draft = Draft(_KINDS[piece.kind], piece.text, list(piece.marks), piece.line)
        draft.footnote = piece.kind == "footnote"
        draft.label, draft.lead, draft.indent = piece.label, _lead(piece), piece.indent
        if piece.kind == "line" and not breaks:
            parts[-1].append(draft)
        else:
            parts.append([draft])
        # The lines of a Markdown file continue unless they say otherwise.
        breaks = of_lines and (piece.breaks if explicit else not wrapped)
    for draft in map(_joined, parts):
        if of_lines and len(parts) > 1 and (len(draft.text) < _SHORTEST_WRAPPED or not explicit):
            draft.kind = "other"
        yield draft


def _lead(piece: Piece) -> int:
    """The length of the emphasised label with which a paragraph begins ("**Dues.** Towns take …")."""
    end = piece.emphasised
    if not 0 < end < len(piece.text) or end > _LONGEST_LEAD:
        return 0
    return end + 1 if piece.text[end] in ".:" else end


def _joined(parts: Sequence[Draft]) -> Draft:
    """The parts as one draft, with spaces between them except after a hyphen or slash."""
    texts: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    for part in parts:
        gap = " " if texts and not texts[-1].endswith(("-", "/")) else ""
        marks += [(length + len(gap) + offset, number) for offset, number in part.marks]
        texts += [gap, part.text]
        length += len(gap) + len(part.text)
    return replace(parts[0], text="".join(texts), marks=marks)


def _mend(drafts: Sequence[Draft], explicit: bool) -> list[Draft]:
    """Join the parts of blocks that were cut, unless the text is `explicit`; a footnote in between follows
    the block."""
    mended: list[list[Draft]] = []
    footnotes: list[list[Draft]] = []
    for draft in drafts:
        if draft.footnote:
            footnotes.append([draft])
        elif mended and not explicit and _goes_on(mended[-1], draft):
            mended[-1].append(draft)
        else:
            mended += [*footnotes, [draft]]
            footnotes = []
    return [_joined(parts) for parts in mended + footnotes]


def _goes_on(parts: Sequence[Draft], draft: Draft) -> bool:
    kind, last = parts[0].kind, parts[-1].text
    if kind not in ("paragraph", "list_item", "item") or draft.kind not in ("paragraph", "list_item"):
        return False
    if draft.kind == "list_item":
        return kind == "item" and is_unfinished(last) and draft.text[0].islower()
    if draft.text[0].islower():
        return True
    return is_unfinished(last) and not opens_sentence(draft.text)


def is_unfinished(text: str) -> bool:
    """Whether a text stops in mid-sentence, closing quotes and brackets aside."""
    return not text.rstrip("\"'”’»)]").endswith((".", "!", "?", ":", ";", "…"))


def read_endnote_drafts(pieces: Sequence[Piece]) -> tuple[list[Draft], list[Problem]]:
    """Whole endnotes with their numbers, and a problem for each repeat that was dropped.

    A page break can cut an endnote and repeat its end, which is then not part of it.
    """
    notes: list[list[Draft]] = []
    problems: list[Problem] = []
    last_chunk = -1
    for (chunk, is_start), run in groupby(pieces, key=lambda piece: (piece.chunk, piece.number is not None)):
        drafts = [Draft("other", p.text, list(p.marks), p.line, number=p.number) for p in run]
        if is_start:
            notes += [[draft] for draft in drafts]
        elif chunk != last_chunk and _repeats(notes[-1], drafts):
            number = notes[-1][0].number
            message = f"Endnote {number} is followed by a repeat of its own end, which was dropped."
            problems.append(Problem("repeated_text", message, drafts[0].line))
        else:
            notes[-1] += drafts
        last_chunk = chunk
    return [_joined(parts) for parts in notes], problems


def _repeats(note: Sequence[Draft], drafts: Sequence[Draft]) -> bool:
    repeated = "".join("".join(draft.text.split()) for draft in drafts)
    end: list[str] = []
    missing = len(repeated)
    for part in reversed(note):
        if missing <= 0:
            break
        # Words are one space apart, so twice the length holds enough of them.
        end.append("".join(part.text[-2 * missing :].split()))
        missing -= len(end[-1])
    return "".join(reversed(end)).endswith(repeated)
