"""The words of a report's file by a second opinion, and those that arrived in the `Report`.

Nothing here uses the parser under test: a PDF's words are its text layer as pypdfium2 extracts it, those of
Markdown are the file without its markup. Both sides are normalised, so that a parser is not punished for
repairing what print or the text layer did to a word:

- compatibility forms (ligatures, superscripts) and capitals are folded;
- a hyphen between letters is dropped with the line end after it: "work-shop" over a line end, "workshop" and
  "work-shop" are one word;
- digits next to a word ("labour12", "27Areas") or after a year ("200755"), and whole numbers below 1000, are
  left out: a text layer does not tell them from note marks;
- an address that continues over a line end is cut there: whether a space belongs in it cannot be known.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from html import unescape
from pathlib import Path

from a4a_qa.errors import EvaluationError, MissingExtra
from a4a_qa.report.report import Report

# Words in reading order, each with its place: the page of a PDF, the line of Markdown; in a `Report`, 0 for
# the body and 1 for the notes.
Words = Sequence[tuple[str, int]]
Trigram = tuple[str, str, str]

# Separates words that need not stay together; no trigram crosses it.
CUT = "\0"
# pdfium gives the hyphen at a line end as one of the last two.
_HYPHENS = "-‐‑\u00ad\x02\ufffe"
_HYPHEN = re.compile(rf"(?<=[^\W\d_])[{_HYPHENS}]\s*(?=[^\W\d_])")
_WORD = re.compile(rf"[^\W_]+|{CUT}")
_GLUED_DIGITS = re.compile(r"^\d{1,3}(?=\D)|(?<=\D)\d+$")
_SMALL_NUMBER = re.compile(r"\d{1,3}$")
_MARKED_YEAR = re.compile(r"((?:1[6-9]|20)\d\d)\d{1,3}$")
# Running heads and feet stand within this many lines of either end of a page, on at least this many pages.
_EDGE_LINES, _RECURS = 4, 3
_PAGE_NUMBER = re.compile(r"\W*(?:\d{1,4}|[ivxl]{1,7})\W*", re.IGNORECASE)
_NUMERAL = re.compile(r"\d+|\b[ivxl]+\b")
# The start of a line where a note, a list item or a row may begin: the text before it may have moved.
_ITEM = re.compile(
    rf"(?<![^\W\d_][{_HYPHENS}]\n)^(?=(?:[^\w\n]|_)*\d{{1,3}}\b|[•▪●■–*-][^\S\n])", re.MULTILINE
)
# An address at the end of a line. Its end and the beginning of the next line may be halves of one word, so
# both are left out.
_CUT_ADDRESS = re.compile(
    r"(?=\S*(?:/|www\.|[_=%?&#]\w)\S*\n)(\S*?)[\w\ufffe\x02-]+[^\w\s]*\n(?:[^\w\n]*[\w\ufffe\x02-]+)?"
)
# Markup and its replacement.
_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^[ \t>]*(?:#{1,6}[ \t]+|[-*+][ \t]+)?", re.MULTILINE), ""),
    (re.compile(r"^(?=\[\^|<li)", re.MULTILINE), CUT),
    (re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"), " "),  # links
    (re.compile(r"\[\^[^\]\s]{1,40}\]:?"), " "),  # note marks
    (re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>\n]*)?/?>"), " "),  # tags
    (re.compile(r"[\\*`]"), ""),
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def trigrams(words: Words) -> Iterator[tuple[int, Trigram]]:
    """(position, three words in a row) wherever no CUT separates them."""
    bare = [word for word, _ in words]
    for at, three in enumerate(zip(bare, bare[1:], bare[2:], strict=False)):
        if CUT not in three:
            yield at, three


def comparable(text: str) -> list[str]:
    """The normalised words of a text."""
    joined = _HYPHEN.sub("", unicodedata.normalize("NFKC", text).casefold())
    bare = (_GLUED_DIGITS.sub("", word) for word in _WORD.findall(joined))
    return [_MARKED_YEAR.sub(r"\1", word) for word in bare if not _SMALL_NUMBER.match(word)]


def report_words(report: Report) -> Words:
    """The words of a parsed report: its body, headings included, and then its notes."""
    body, at = [], 0
    notes = sorted(report.endnotes, key=lambda note: note.start)
    for note in notes:
        body.append((0, report.text[at : note.start]))
        at = max(at, note.end)
    return _words([*body, (0, report.text[at:] + CUT), *((1, note.text + CUT) for note in notes)])


def file_words(path: Path) -> Words:
    """The words of a PDF or Markdown file. Raises EvaluationError for any other file, MissingExtra."""
    if path.suffix.lower() == ".pdf":
        return _words(_pdf_parts(path))
    if path.suffix.lower() in (".md", ".markdown", ".txt"):
        return _words(_markdown_parts(path.read_text(encoding="utf-8-sig")))
    raise EvaluationError(f"{path} ends in '{path.suffix}'; words are compared for .pdf and .md.")


def _words(parts: Iterable[tuple[int, str]]) -> Words:
    return [(word, place) for place, text in parts for word in comparable(text)]


def file_texts(path: Path) -> Iterator[tuple[int, str]]:
    """The text of each page of a PDF, or of each paragraph of Markdown, as it stands in the file.

    Left out are page furniture, lines that are drawn twice, markup and note marks of Markdown. Raises
    EvaluationError, MissingExtra.
    """
    if path.suffix.lower() == ".pdf":
        return ((number, "\n".join(lines)) for number, lines in enumerate(_pdf_pages(path), start=1))
    return _markdown_parts(path.read_text(encoding="utf-8-sig"))


def _pdf_parts(path: Path) -> Iterator[tuple[int, str]]:
    for number, lines in enumerate(_pdf_pages(path), start=1):
        text = _CUT_ADDRESS.sub(rf"\1\n{CUT}", "\n".join([*lines, ""]))
        yield number, _ITEM.sub(CUT, text) + CUT


def _pdf_pages(path: Path) -> Iterator[list[str]]:
    """The lines of each page of a PDF in the order of the text layer, without running heads and feet, page
    numbers, and lines that are drawn twice."""
    try:
        import pypdfium2
    except ImportError as error:
        raise MissingExtra("Comparing a PDF's words", "eval") from error
    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError as error:
        raise EvaluationError(f"{path} cannot be read by pypdfium2: {error}.") from error
    pages = [[line.strip() for line in text.splitlines() if line.strip()] for text in texts]
    recurring = Counter(key for lines in pages for key in set(_edge_keys(lines)))
    for lines in pages:
        yield [
            line
            for line, key, before in zip(lines, _edge_keys(lines), ["", *lines], strict=False)
            if line != before and not (key and (recurring[key] >= _RECURS or _PAGE_NUMBER.fullmatch(line)))
        ]


def _edge_keys(lines: Sequence[str]) -> list[str]:
    """Keys by which lines at either end of a page recur on other pages; "" for the lines in between."""
    keys = [_NUMERAL.sub("0", " ".join(line.casefold().split())) for line in lines]
    return [*keys[:_EDGE_LINES], *[""] * (len(keys) - 2 * _EDGE_LINES), *keys[_EDGE_LINES:][-_EDGE_LINES:]]


def _markdown_parts(source: str) -> Iterator[tuple[int, str]]:
    """Paragraphs and items without markup, each with the number of its first line."""
    # A removed comment leaves its line ends, so that lines count as in the file.
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source)
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    text = _ITEM.sub(CUT, unicodedata.normalize("NFKC", unescape(text)))
    line = 1
    for part in re.split(rf"\n(?={CUT})|\n(?<=\n\n)", text):
        yield line, part
        line += part.count("\n") + 1
