"""A Markdown file → its pieces: the lines of the body, and the endnotes.

Front matter, comments, scripts, fences, breaks and the marks of quotes are left out, and HTML is written as
Markdown first (`markdown_html`). Endnotes are defined by name (`[^1]: …`), or are numbered paragraphs at the
end of the file, of each chapter, or below the paragraphs that they belong to.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, zip_longest

from a4a_qa.parsing.markdown_html import without_html
from a4a_qa.parsing.markup import (
    NOTE_ID,
    Inline,
    InlineWriter,
    Piece,
    PieceKind,
    from_raised,
    numbers_in,
    table_row,
)
from a4a_qa.parsing.notes import announces_notes
from a4a_qa.text.notation import RAISED_DIGITS

_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_BULLET = re.compile(r"\s*[-*+•]\s+(?=\S)")
# What may precede the words of a line, with the white space after the sign of a list.
_MARKER = re.compile(r"\s*(?:(?:[-*+•]|\d{1,3}[.)]|\(\d{1,3}\))\s+)?")
_TERM = re.compile(r"\*\*[^*]{1,60}:\*\*|\*\*[^*]{1,60}\*\*:")
_ITEM = re.compile(r"\s*\(\d{1,3}\)\s")
_NUMBERED = re.compile(r"\s*(\d{1,3})[.)]\s+(?=\S)")
_LETTERED = re.compile(r"\s*\((?:[a-zA-Z]|[ivxl]{2,6})\)\s+(?=\S)")
_FOOTNOTE = re.compile(r"\*\s+(?=\S)")
# Words in bold or italics at the beginning of a line, in Markdown or HTML.
_EMPHASISED = re.compile(
    r"\s*(?:(?P<sign>\*{1,3}|_{1,3})(?=[^\s*])(?:(?!(?P=sign)).){1,200}(?P=sign)(?![*\w])"
    r"|<(?P<tag>b|strong|i|em|u)\b[^<>]*>[^<>]{1,200}</(?P=tag)>)"
)
_BOLD = ("**", "***", "__", "___", "b", "strong", "u")
# A bar between cells, the bars at both ends of a row, and the line below the first row of a table.
_BAR = re.compile(r"(?<!\\)\|")
_OUTER_BARS = re.compile(r"^\||(?<!\\)\|$")
_RULE = re.compile(r"(?=.*\|)\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")


def read_pieces(source: str) -> list[Piece]:
    """The pieces of a Markdown text: the body, the endnotes, and what follows these on the last pages."""
    lines, definitions = _take_definitions(_with_numbers(_read_lines(source)))
    body, endnotes, back = _take_endnotes(lines)
    return _with_words([*_read_body(body), *definitions, *endnotes, *_read_body(back)])


def _with_words(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces without those that are only markup, whose marks go to the piece before them."""
    kept: list[Piece] = []
    for piece in pieces:
        if piece.text or piece.kind == "endnote":
            kept.append(piece)
        elif piece.marks and kept and kept[-1].chunk == piece.chunk:
            end = len(kept[-1].text)
            more = tuple((end, number) for _, number in piece.marks)
            kept[-1] = replace(kept[-1], marks=(*kept[-1].marks, *more))
    return kept


def _read_body(lines: list[_Line]) -> Iterator[Piece]:
    items, footnotes = set(_numbered_items(lines)), _footnotes(lines)
    table = -1
    for line, following in zip_longest(lines, lines[1:]):
        below = following.raw.strip() if following and following.chunk == line.chunk else ""
        head = bool(_RULE.fullmatch(below) and _BAR.search(line.raw))
        table = line.chunk if head else table
        if not _RULE.fullmatch(line.raw.strip()):
            kind: PieceKind = "item" if line.number in items else "line"
            kind = "footnote" if line.number in footnotes else kind
            piece = _body_piece(line, kind, in_table=line.chunk == table)
            yield replace(piece, head=True) if head else piece


def _numbered_items(lines: list[_Line]) -> Iterator[int]:
    """The numbers of the lines that begin an item of a list ("1. …", "(a) …").

    A line within a paragraph can begin with the "18." that ends a sentence or the "(a)" of a law, so there a
    list begins with 1.
    """
    chunk = listed = -1
    for line in lines:
        number = _NUMBERED.match(line.raw)
        may_begin = line.chunk != chunk or line.chunk == listed or (number and number[1] == "1")
        if (number or _LETTERED.match(line.raw)) and may_begin:
            listed = line.chunk
            yield line.number
        chunk = line.chunk


def _footnotes(lines: list[_Line]) -> set[int]:
    """The numbers of lines with an asterisk that is not a bullet, in a file that has other bullets.

    Such a line is the only list-like line of its chunk, and no line next to it has an asterisk.
    """
    if not any(re.match(r"\s*[-+•]\s+\S", line.raw) for line in lines):
        return set()
    listed = Counter(line.chunk for line in lines if _BULLET.match(line.raw) or _ITEM.match(line.raw))
    starred = [False, *(line.raw.lstrip().startswith("* ") for line in lines), False]
    return {
        line.number
        for index, line in enumerate(lines)
        if _FOOTNOTE.match(line.raw) and listed[line.chunk] == 1
        if not starred[index] and not starred[index + 2]
    }


def _body_piece(line: _Line, kind: PieceKind, *, in_table: bool) -> Piece:
    raw = line.raw
    heading = _HEADING.match(raw)
    if heading:
        words = read_inline(heading[2].rstrip().rstrip("#").rstrip())
        return Piece("line", words.text, words.marks, line.number, line.chunk, level=len(heading[1]))
    if cells := [read_inline(cell) for cell in _cells(raw, in_table)]:
        row = table_row(cells)
        return Piece("row", row.text, row.marks, line.number, line.chunk)
    if bullet := _BULLET.match(raw):
        kind, raw = kind if kind == "footnote" else "bullet", raw[bullet.end() :]
    if kind == "bullet" and _TERM.match(raw):
        kind = "term"
    elif kind in ("bullet", "line") and _ITEM.match(raw):
        kind = "item"
    words = read_inline(raw.removesuffix("\\"))
    emphasis = _EMPHASISED.match(raw)
    return Piece(
        kind,
        words.text,
        words.marks,
        line.number,
        line.chunk,
        breaks=raw.endswith(("  ", "\\")),
        emphasised=len(read_inline(emphasis[0]).text) if emphasis else 0,
        bold=bool(emphasis and (emphasis["sign"] or emphasis["tag"]) in _BOLD),
        indent=_indent(line.raw),
    )


def _indent(raw: str) -> int:
    """The columns before the first character."""
    space = raw[: len(raw) - len(raw.lstrip())]
    return len(space.expandtabs(4))


def _cells(raw: str, in_table: bool) -> list[str]:
    """The cells of a table row, separated by tabs or bars; outside a table, bars must stand at both ends.
    Empty if the line is not a row."""
    if "\t" in _MARKER.sub("", raw, count=1):
        return raw.split("\t")
    row = raw.strip()
    closed = len(row) > 1 and row[0] == "|" and _BAR.match(row, len(row) - 1)
    if closed or (in_table and _BAR.search(row)):
        return [cell.strip() for cell in _BAR.split(_OUTER_BARS.sub("", row))]
    return []


# Every line of front matter holds something and the first is a key, so that text between two breaks is not
# taken for it.
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?=[\w-]+:)(?:[^\S\n]*\S.*\n)*?---[ \t]*(?=\n|\Z)")
_QUOTED = re.compile(r"^(?: {0,3}>[ \t]?)+")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^`]*)")
_BREAK = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_TITLE = re.compile(r"(?!\s*[-*+•#]\s)[^\t|]{1,150}")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>", re.IGNORECASE)
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,})[ \t]*")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file by its `number`, from 1; lines of one `chunk` have no blank line between them."""

    raw: str
    number: int
    chunk: int


def _read_lines(source: str) -> list[_Line]:
    """The lines of a Markdown text that are not blank."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    text = _blank(front[0]) + text[front.end() :] if front else text
    plain, fenced = _plain_lines(_without_scripts(_without_comments(text)).split("\n"))
    numbers, raws = zip(*without_html(plain, fenced), strict=True)
    lines: list[_Line] = []
    chunk = 0
    for number, raw in zip(numbers, _with_signed_headings(raws), strict=True):
        if raw.strip():
            lines.append(_Line(raw, number, chunk))
        else:
            chunk += 1
    return lines


def _blank(text: str) -> str:
    """Only the line ends of a text, so that the lines below keep their numbers."""
    return "\n" * text.count("\n")


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept += [text[at:start], _blank(text[start:end])]
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _without_scripts(text: str) -> str:
    """The text without scripts and style sheets; one without an end is text."""
    kept: list[str] = []
    at = 0
    unclosed: set[str] = set()
    for match in _SCRIPT.finditer(text):
        name = match[1].lower()
        if match.start() < at or name in unclosed:
            continue
        end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, match.end())
        if end is None:
            unclosed.add(name)
        else:
            kept += [text[at : match.start()], _blank(text[match.start() : end.end()])]
            at = end.end()
    return "".join([*kept, text[at:]])


def _plain_lines(lines: list[str]) -> tuple[list[str], list[bool]]:
    """The lines without the marks of quotes and fences, and whether each is between fences."""
    plain: list[str] = []
    fenced: list[bool] = []
    fence = ""
    for raw in lines:
        line = _QUOTED.sub("", raw)
        mark = _FENCE.fullmatch(line)
        if mark and not (fence and (mark[2].strip() or not mark[1].startswith(fence))):
            fence = "" if fence else mark[1]
            line = ""
        elif fence and line.lstrip().startswith("#"):
            line = "\\" + line.lstrip()
        elif line.startswith((" #", "  #", "   #")):
            line = line.lstrip()
        plain.append(line)
        fenced.append(bool(fence))
    return plain, fenced


def _with_signed_headings(lines: Sequence[str]) -> list[str]:
    """The lines with `#` before each underlined heading, and without thematic breaks."""
    above = [True, True, *(not line.strip() for line in lines), True]
    signed: list[str] = []
    for index, line in enumerate(lines):
        second, first, _, below = above[index : index + 4]
        if first and below and _BREAK.fullmatch(line):
            line = ""
        elif second and not first and _UNDERLINE.fullmatch(line) and _TITLE.fullmatch(signed[-1]):
            signed[-1] = ("# " if "=" in line else "## ") + signed[-1].lstrip()
            line = ""
        signed.append(line)
    return signed


_ORNAMENTS = "✎↩\ufe0e"  # the last two lead from a note back to its mark
# A raised text without a word: "1", "[1]", "1, 3–5", perhaps in a link.
_RAISED_TEXT = r"(?:</?(?:a|b|strong|i|em|span|u)\b[^<>]*>|[\s\d,;–\[\]()-]){1,200}"
_TAG = re.compile(r"<[^<>]*>")
# A link to a note: "[1](#fn1)", "[[1]](#_ftn1)".
_LINKED_NUMBER = re.compile(r"\s*(?:\\?\[)?(\d{1,4})(?:\\?\])?\s*")
# The first alternative that matches wins.
_MARKUP = re.compile(
    rf"""
      \\(?P<escaped>[!-/:-@\[-`{{-~])
    | \[\^(?P<footnote>\d{{1,4}})\]
    | <sup\b[^<>]*>(?P<sup>{_RAISED_TEXT})</sup>
    | `(?P<code>[^`\n]+)`
    | !?\[(?P<link>(?:\\.|\[\^?\d{{1,4}}\]|[^\[\]\\])*)\]
      \((?:\\.|[^()\\\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\)
    | (?P<entity>&(?:[A-Za-z][A-Za-z\d]{{1,30}}|\#\d{{1,7}}|\#[xX][\da-fA-F]{{1,6}});)
    | <(?P<address>(?:https?|ftp)://[^<>\s]+|[^<>\s@]+@[^<>\s]+)>
    | (?P<tag></?[A-Za-z][^<>]*>)
    | (?P<emphasis>\*+|(?<![^\s(\[*"'“‘—–-])_{{1,3}}(?=[^\s_])|(?<=[^\s_])_{{1,3}}(?![^\s.,;:!?)\]*"'”’—–-]))
    | (?P<ornament>[{_ORNAMENTS}]\s*)
    | (?P<raised>[{RAISED_DIGITS}]{{1,4}})
    | (?P<space>[^\S\n]+)
    """,
    re.VERBOSE,
)


def _linked_note(raw: str, link: re.Match[str]) -> int | None:
    """The number of the note that a link leads to, if the link shows nothing else."""
    shown = _LINKED_NUMBER.fullmatch(link["link"])
    start = link.end("link") + len("](")
    leads_to_note = raw.startswith("#", start) and NOTE_ID.match(raw, start + 1)
    return int(shown[1]) if shown and leads_to_note else None


def read_inline(raw: str) -> Inline:
    """The words and note marks of one line; runs of white space become one space, except tabs."""
    writer = InlineWriter()
    at = 0
    for match in _MARKUP.finditer(raw):
        writer.put(raw[at : match.start()])
        at = match.end()
        kind = match.lastgroup
        value = match[kind] if kind else ""
        if kind == "space":
            writer.put(" ")
        elif kind == "link" and (noted := _linked_note(raw, match)) is not None:
            writer.mark(noted)
        elif kind in ("escaped", "address", "code"):
            writer.put(value)
        elif kind == "entity":
            character = html.unescape(value)
            writer.put(" " if character.isspace() else "" if character in _ORNAMENTS else character)
        elif kind == "link":
            inner, last = read_inline(value), 0
            for offset, number in inner.marks:
                writer.put(inner.text[last:offset])
                writer.mark(number)
                last = offset
            writer.put(inner.text[last:])
        elif kind == "footnote":
            writer.mark(int(value))
        elif kind == "raised":
            writer.raise_number(from_raised(value))
        elif kind == "sup" and (numbers := numbers_in(_TAG.sub("", value))):
            first, *others = numbers
            writer.raise_number(str(first))
            for number in others:
                writer.mark(number)
    writer.put(raw[at:])
    return writer.written()


_ENDNOTE = re.compile(
    rf"\s*(?:[-*+]\s+)?(?:(?P<raised>[{RAISED_DIGITS}]{{1,4}})|<sup\b[^<>]*>\s*\[?(?P<sup>\d{{1,4}})\]?\s*</sup>"
    r"|\[\\?\[?(?P<linked>\d{1,4})\\?\]?\]\(#[\w:.-]{0,40}ref[\w:.-]{0,40}\))\s*(?=\S)"
)
_LABEL = re.compile(r"(?<!\\)\[\^([^\[\]\s]{1,100})\]")
_DEFINITION = re.compile(rf"\s*(?:[-*+]\s+)?{_LABEL.pattern}:\s*(?=\S)")
_INDENTED = re.compile(r" {2}|\t")
# A list or an indented paragraph below an endnote continues it.
_NOTE_GOES_ON = re.compile(r" {2}|\t|\s*[-*+•]\s+\S")
_PLAIN_ENDNOTE = re.compile(r"\s*(?:[-*+]\s+)?\[?(?P<plain>\d{1,4})[.)\]]\s+(?=\S)")


def _with_numbers(lines: list[_Line]) -> list[_Line]:
    """The lines with numbers in place of the names of footnotes ("[^source]"), in order of first use."""
    defined = {match[1] for line in lines if (match := _DEFINITION.match(line.raw))}
    labels = dict.fromkeys(label for line in lines for label in _LABEL.findall(line.raw) if label in defined)
    numbers = {label for label in labels if re.fullmatch(r"\d{1,4}", label)}
    free = (str(number) for number in count(1) if str(number) not in numbers)
    named = {label: next(free) for label in labels if label not in numbers}
    if not named:
        return lines

    def number(match: re.Match[str]) -> str:
        return f"[^{named.get(match[1], match[1])}]"

    return [replace(line, raw=_LABEL.sub(number, line.raw)) for line in lines]


def _take_definitions(lines: list[_Line]) -> tuple[list[_Line], list[Piece]]:
    """The other lines, and the notes defined as "[^1]: …", which may be anywhere.

    The lines right below a definition and the indented paragraphs after it belong to its note.
    """
    others: list[_Line] = []
    notes: list[Piece] = []
    inside, chunk = False, -1
    for line in lines:
        definition = _DEFINITION.match(line.raw)
        goes_on = line.chunk == chunk or _INDENTED.match(line.raw)
        inside = bool(definition or (inside and goes_on and not _HEADING.match(line.raw)))
        chunk = line.chunk
        if definition:
            notes.append(_note_piece(line, definition.end(), int(definition[1])))
        elif inside:
            notes.append(_note_piece(line))
        else:
            others.append(line)
    return others, notes


def _note_piece(line: _Line, start: int = 0, number: int | None = None) -> Piece:
    """The beginning of an endnote, after its number, or without a number more of the note before."""
    bullet = _BULLET.match(line.raw) if number is None else None
    words = read_inline(line.raw[bullet.end() if bullet else start :])
    kind: PieceKind = "endnote_more" if number is None else "endnote"
    return Piece(kind, words.text, words.marks, line.number, line.chunk, number)


def _take_endnotes(lines: list[_Line]) -> tuple[list[_Line], list[Piece], list[_Line]]:
    """The lines of the body, the endnotes, which may follow each chapter, and the lines after the last
    note."""
    raised = any(_begins_endnotes(line) for line in lines)
    pattern = _ENDNOTE if raised else _PLAIN_ENDNOTE
    body: list[_Line] = []
    notes: list[Piece] = []
    at, parted = 0, False
    while (first := _first_endnote(lines, at, raised)) < len(lines):
        # Once notes are known to be below their paragraphs, only those of one paragraph are looked at.
        chapter = _end_of_notes(lines, first, pattern) if parted else _next_chapter(lines, first, pattern)
        run = lines[first:chapter]
        parted = parted or _are_parted(run, pattern)
        found = _read_endnotes(run, pattern, parted=parted)
        of_chapters = [line for line in run[: len(found)] if _HEADING.match(line.raw)]
        body += [*lines[at:first], *of_chapters]
        notes += [note for note in found if note is not None]
        at = first + len(found)
        if chapter == len(lines) and not parted:
            return body, notes, lines[at:]
    return body + lines[at:], notes, []


def _begins_endnotes(line: _Line) -> bool:
    match = _ENDNOTE.match(line.raw)
    return bool(match and not _begins_mid_sentence(line.raw[match.end() :]))


def _begins_plain_endnotes(lines: list[_Line], index: int) -> bool:
    """Whether endnotes with plain numbers begin at this line: only a heading right above, or above that of
    a chapter, distinguishes them from a list."""
    if not index or not _PLAIN_ENDNOTE.match(lines[index].raw):
        return False
    above = (line.raw for line in lines[max(0, index - 2) : index])
    of_notes, *of_chapter = [announces_notes(heading) for heading in above][::-1]
    return of_notes or (any(of_chapter) and bool(_HEADING.match(lines[index - 1].raw)))


def _first_endnote(lines: list[_Line], at: int, raised: bool) -> int:
    """The index of the next line that begins endnotes, or the number of lines."""
    for index in range(at, len(lines)):
        if _begins_endnotes(lines[index]) if raised else _begins_plain_endnotes(lines, index):
            return index
    return len(lines)


def _next_chapter(lines: list[_Line], first: int, pattern: re.Pattern[str]) -> int:
    """The index of the heading in `#` after endnotes that has text below it, or the number of lines."""
    heading = None
    for index in range(first, len(lines)):
        if pattern.match(lines[index].raw):
            heading = None
        elif _HEADING.match(lines[index].raw):
            heading = heading or index
        elif heading:
            return heading
    return len(lines)


def _end_of_notes(lines: list[_Line], first: int, pattern: re.Pattern[str]) -> int:
    """The index of the first line after the notes that begin at `first`."""
    for index in range(first + 1, len(lines)):
        raw = lines[index].raw
        if lines[index].chunk != lines[index - 1].chunk and not (
            pattern.match(raw) or _NOTE_GOES_ON.match(raw)
        ):
            return index
    return len(lines)


def _begins_mid_sentence(text: str) -> bool:
    """Whether a raised digit is in mid-sentence: a line of a wrapped paragraph may begin with one."""
    return text[:1].islower() and "://" not in text[:10]


def _are_parted(lines: list[_Line], pattern: re.Pattern[str]) -> bool:
    """Whether notes are below the paragraphs that they belong to: text between two notes has the mark of a
    later one."""
    begins = [pattern.match(line.raw) for line in lines]
    to_come = Counter(_number_of(match) for match in begins if match)
    chunk = -1
    for line, match in zip(lines, begins, strict=True):
        if match:
            to_come[_number_of(match)] -= 1
        elif line.chunk != chunk and not _NOTE_GOES_ON.match(line.raw):
            if any(to_come[number] > 0 for _, number in read_inline(line.raw).marks):
                return True
            continue
        chunk = line.chunk
    return False


def _number_of(match: re.Match[str]) -> int:
    """The number that begins an endnote."""
    kind = match.lastgroup or ""
    return int(from_raised(match[kind]))


def _read_endnotes(lines: list[_Line], pattern: re.Pattern[str], *, parted: bool) -> list[Piece | None]:
    """A piece for each line up to the end of the last note, None for a heading.

    If the notes are `parted` by text, only those before the text are read.
    """
    notes: list[Piece | None] = []
    chunk = -1
    last = max(index for index, line in enumerate(lines) if pattern.match(line.raw))
    for index, line in enumerate(lines):
        within = index < last and not parted
        if match := pattern.match(line.raw):
            notes.append(_note_piece(line, match.end(), _number_of(match)))
        elif _HEADING.match(line.raw) and index < last:
            notes.append(None)
        elif within or line.chunk == chunk or _NOTE_GOES_ON.match(line.raw):
            notes.append(_note_piece(line))
        else:
            break
        chunk = line.chunk
    return notes
