"""The words of a report's file by a second opinion, and those that arrived in the `Report`.

Nothing here uses the parser under test: a PDF's words are its text layer as pypdfium2 extracts it, those of
Markdown are the file without its markup. Both sides are made comparable, so that a parser is not punished for
mending what print or text layer did to a word:

- compatibility forms (ligatures, raised digits) become plain, capitals small;
- a hyphen between letters vanishes with the line end behind it, whether it is soft or hard: «work-shop»
  over a line end, «workshop» and «work-shop» are one word;
- digits on either side of a word («labour12», «27Areas») or behind a year («200755»), and whole numbers below
  1000, are left out: a text layer does not tell them from note marks;
- an address that goes over a line end is cut there: whether it goes on with a space cannot be known.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from a4a_qa.errors import EvaluationError, MissingExtra
from a4a_qa.report import Report

# Parts words that need not stay together; no trigram goes over it.
CUT = ""
# pdfium gives the hyphen of a line end as one of the last two.
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑\u00ad\x02\ufffe]\s*(?=[^\W\d_])")
_HYPHEN_END = re.compile(r"[^\W\d_][-‐‑\u00ad\x02\ufffe]$")
_WORD = re.compile(r"[^\W_]+")
_GLUED_DIGITS = re.compile(r"^\d{1,3}(?=\D)|(?<=\D)\d+$")
_SMALL_NUMBER = re.compile(r"\d{1,3}$")
_MARKED_YEAR = re.compile(r"((?:1[6-9]|20)\d\d)\d{1,3}$")
# Running heads and feet stand in so many lines at either end of a page, on at least so many pages.
_EDGE_LINES, _RECURS = 4, 3
_PAGE_NUMBER = re.compile(r"\W*(?:\d{1,4}|[ivxl]{1,7})\W*", re.IGNORECASE)
_NUMERAL = re.compile(r"\d+|\b[ivxl]+\b")
# A line that a note, a list item or a row may begin with: what stands before it may have moved.
_NUMBERED_LINE = re.compile(r"[\W_]*\d{1,3}\b|[•▪●■–*-]\s")
_IN_ADDRESS = re.compile(r"://|www\.|[/_=%?&#]")
_ADDRESS_PART = re.compile(r"[\w\ufffe\x02-]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,40}\]:?")
_LINK = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_LINE_MARKUP = re.compile(r"^[ \t>]*(?:#{1,6}[ \t]+|[-*+][ \t]+)?")


@dataclass(frozen=True, slots=True)
class Words:
    """Words in reading order, each with its place: the page of a PDF, or the line of a Markdown file.

    Where a `Report` was taken apart, the place is 0 in its body and 1 in its notes.
    """

    words: tuple[str, ...]
    places: tuple[int, ...]

    def trigrams(self) -> Iterator[tuple[int, tuple[str, str, str]]]:
        """(position, three words in a row), where nothing parts them."""
        words = self.words
        for at in range(len(words) - 2):
            if words[at] and words[at + 1] and words[at + 2]:
                yield at, (words[at], words[at + 1], words[at + 2])

    def uncut(self) -> Words:
        """The same words, as if nothing parted them."""
        kept = [at for at, word in enumerate(self.words) if word]
        return Words(tuple(self.words[at] for at in kept), tuple(self.places[at] for at in kept))


def words_of(parts: Iterable[tuple[int, str]]) -> Words:
    """The comparable words of texts, each with its place; an empty text parts what stands around it."""
    words: list[str] = []
    places: list[int] = []
    for place, text in parts:
        found = comparable(text) if text else [CUT]
        words += found
        places += [place] * len(found)
    return Words(tuple(words), tuple(places))


def comparable(text: str) -> list[str]:
    """The words of a text as both sides are compared."""
    joined = _HYPHEN.sub("", unicodedata.normalize("NFKC", text).casefold())
    bare = (_GLUED_DIGITS.sub("", word) for word in _WORD.findall(joined))
    return [_MARKED_YEAR.sub(r"\1", word) for word in bare if not _SMALL_NUMBER.match(word)]


def report_words(report: Report) -> Words:
    """The words of a parsed report: its body, headings included, and then its notes."""
    body, notes, at = [], [], 0
    for note in sorted(report.endnotes, key=lambda note: note.start):
        body += [(0, report.text[at : note.start])]
        notes += [(1, note.text), (1, "")]
        at = max(at, note.end)
    return words_of([*body, (0, report.text[at:]), (0, ""), *notes])


def file_words(path: Path) -> Words:
    """The words of a PDF or Markdown file. Raises EvaluationError when it is neither, MissingExtra."""
    if path.suffix.lower() == ".pdf":
        return words_of(_parted(_without_edges(pdf_pages(path))))
    if path.suffix.lower() in (".md", ".markdown", ".txt"):
        return words_of(_markdown_parts(path.read_text(encoding="utf-8-sig")))
    raise EvaluationError(f"{path} ends in «{path.suffix}»; words are compared for .pdf and .md.")


def pdf_pages(path: Path) -> list[list[str]]:
    """The lines of each page, in the order of the text layer."""
    try:
        import pypdfium2
    except ImportError as error:
        raise MissingExtra("Comparing a PDF's words", "eval") from error
    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError as error:
        raise EvaluationError(f"{path} cannot be read by pypdfium2: {error}.") from error
    return [[line.strip() for line in text.splitlines() if line.strip()] for text in texts]


def _without_edges(pages: Sequence[list[str]]) -> list[list[str]]:
    """The pages without running heads and feet, page numbers, and lines that are drawn twice over."""
    seen = Counter(key for lines in pages for key in {_key(lines[at]) for at in _edges(lines)})
    kept = []
    for lines in pages:
        edges = _edges(lines)
        drop = {
            at
            for at, line in enumerate(lines)
            if (at in edges and (seen[_key(line)] >= _RECURS or _PAGE_NUMBER.fullmatch(line)))
            or (at and line == lines[at - 1])
        }
        kept.append([line for at, line in enumerate(lines) if at not in drop])
    return kept


def _edges(lines: Sequence[str]) -> set[int]:
    return {*range(min(_EDGE_LINES, len(lines))), *range(max(0, len(lines) - _EDGE_LINES), len(lines))}


def _key(line: str) -> str:
    return _NUMERAL.sub("0", " ".join(line.casefold().split()))


def _parted(pages: Sequence[list[str]]) -> Iterator[tuple[int, str]]:
    """Pages as texts with cuts: between pages, before numbered lines, in addresses that a line end cuts."""
    for number, lines in enumerate(pages, start=1):
        run: list[str] = []
        in_address = False
        for line in lines:
            parted = _NUMBERED_LINE.match(line) and not (run and _HYPHEN_END.search(run[-1]))
            if in_address or parted:
                yield from ((number, "\n".join(run)), (number, CUT))
                run = []
            # The words on either side of a cut may be halves of one, so both are left out.
            kept = _ADDRESS_PART.sub("", line, count=1) if in_address else line
            if in_address := bool(_IN_ADDRESS.search(line.split()[-1])):
                *_, last = _ADDRESS_PART.finditer(f"-{kept}")
                kept = kept[: last.start() - 1]
            run.append(kept)
        yield from ((number, "\n".join(run)), (number, CUT))


def _markdown_parts(source: str) -> Iterator[tuple[int, str]]:
    """Paragraphs without markup, each with the line that it begins in."""
    # What is taken out keeps its line ends, so that lines count as in the file.
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source)
    run: list[str] = []
    first = 1
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        bare = _NOTE_MARK.sub(" ", _LINK.sub(" ", line))
        bare = unescape(_TAG.sub(" ", _LINE_MARKUP.sub("", bare))).replace("\\", "")
        bare = re.sub(r"[*`]+", "", bare)
        bare = unicodedata.normalize("NFKC", bare).strip()
        starts_anew = line.lstrip().startswith(("[^", "<li")) or _NUMBERED_LINE.match(bare)
        if run and (not bare or starts_anew):
            yield first, "\n".join(run)
            run = []
        if starts_anew:
            yield number, CUT
        if bare:
            first = first if run else number
            run.append(bare)
