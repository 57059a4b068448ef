"""`read_report`: a report file, with its report.toml, → `Report`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from a4a_qa.errors import CorpusError, ReportError
from a4a_qa.files import REPORT_FILE, report_file_of
from a4a_qa.parsing.about import Clues, complete, markdown_clues
from a4a_qa.parsing.assemble import assemble
from a4a_qa.parsing.blocks import Draft, is_explicit, read_drafts, read_endnote_drafts
from a4a_qa.parsing.docx import read_docx
from a4a_qa.parsing.html import read_html
from a4a_qa.parsing.markdown import read_pieces
from a4a_qa.parsing.markup import Piece
from a4a_qa.parsing.metadata import Box, Metadata, read_metadata
from a4a_qa.parsing.notes import number_through, take_bracket_marks
from a4a_qa.parsing.pdf.pipeline import read_pdf
from a4a_qa.parsing.structure import contents_of, tell_tables_from_contents
from a4a_qa.report.report import Problem, Report

# A report in Markdown has some 200 kB; a file larger than this is a mistake or an attack.
_LARGEST_FILE = 10_000_000

_SUFFIXES = (".md", ".markdown", ".txt")
_PDF = ".pdf"
_PAGES = {".docx": read_docx, ".html": read_html, ".htm": read_html}


def read_report(
    path: Path | str,
    corpus: Path | str | None = None,
    *,
    password: str | None = None,
    anyway: bool = False,
) -> Report:
    """The report in `path`; `corpus` is the folder with its report.toml, by default that of the report.

    A folder stands for its report.md. `password` opens an encrypted PDF; `anyway` accepts a PDF that loses
    most of its words. Raises ReportError or CorpusError.
    """
    file = report_file_of(Path(path))
    metadata = read_metadata(file, Path(corpus) if corpus is not None else None)
    suffix = file.suffix.lower()
    if suffix == _PDF and file.is_file():
        return read_pdf(file, metadata, password, anyway=anyway)
    if suffix in _PAGES and file.is_file():
        return _report(*_PAGES[suffix](file), metadata)
    return read_markdown(_text_of(file), metadata)


def _text_of(file: Path) -> str:
    if not file.is_file():
        raise ReportError(
            f"There is no report {file}. Name a Markdown, PDF, Word or HTML file, "
            f"or a folder with a {REPORT_FILE}; `a4a-qa library add` takes a folder of several reports."
        )
    if file.suffix.lower() not in _SUFFIXES:
        known = ", ".join((*_SUFFIXES, _PDF, *_PAGES))
        hint = " Open it in Word and save it as .docx." if file.suffix.lower() in (".doc", ".rtf") else ""
        raise ReportError(f"{file} ends in '{file.suffix}', expected one of {known}.{hint}")
    size = file.stat().st_size
    if size > _LARGEST_FILE:
        raise ReportError(f"{file} has {size:,} bytes; a report has at most {_LARGEST_FILE:,}.")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError(f"{file} is not text in UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    except OSError as error:
        raise ReportError(f"{file} cannot be read: {error.strerror}.") from error
    if "\x00" in text:
        raise ReportError(f"{file} holds NUL bytes, so it is a binary file, not a text.")
    if not text.strip():
        raise ReportError(f"{file} is empty, expected the text of a report.")
    return text


def read_markdown(source: str, metadata: Metadata) -> Report:
    """The report in a Markdown text. Raises CorpusError if the metadata do not fit it."""
    pieces, problems = number_through(read_pieces(source))
    clues = markdown_clues(source, pieces)
    return _report(pieces, clues, problems, metadata, explicit=is_explicit(pieces))


def _report(
    pieces: Sequence[Piece],
    clues: Clues,
    problems: Sequence[Problem],
    metadata: Metadata,
    *,
    explicit: bool = True,
) -> Report:
    """The report made of the pieces of a file. Raises CorpusError if the metadata do not fit it."""
    is_note = [piece.kind.startswith("endnote") for piece in pieces]
    first = is_note.index(True) if any(is_note) else len(pieces)
    after = len(pieces) - is_note[::-1].index(True) if any(is_note) else len(pieces)
    then = pieces[first].text if first < len(pieces) else ""
    drafts = read_drafts(pieces[:first], metadata.hints, explicit=explicit, then=then)
    endnotes, repeats = read_endnote_drafts(pieces[first:after])
    back = read_drafts(pieces[after:], metadata.hints, explicit=explicit)

    take_bracket_marks(drafts, endnotes)
    tell_tables_from_contents(drafts)
    contents = metadata.contents or contents_of(drafts)
    _mark_boxes(drafts, metadata.hints.boxes)
    about = complete(metadata.about, clues, given=metadata.given)
    return assemble(about, contents, drafts, endnotes, back, (*problems, *repeats))


def _mark_boxes(drafts: Sequence[Draft], boxes: Sequence[Box]) -> None:
    """Mark the drafts of each box. Raises CorpusError if a box is not found exactly once."""
    for box in boxes:
        firsts = [i for i, draft in enumerate(drafts) if draft.text.startswith(box.first)]
        lasts = [i for i, draft in enumerate(drafts) if draft.text.endswith(box.last)]
        if len(firsts) != 1 or len(lasts) != 1 or lasts[0] < firsts[0]:
            raise CorpusError(
                f"The box '{box.first}' … '{box.last}' of report.toml was found to begin at {len(firsts)} "
                f"and to end at {len(lasts)} places, expected one each, in this order."
            )
        for draft in drafts[firsts[0] : lasts[0] + 1]:
            draft.in_box = True
            if draft.kind == "paragraph":
                draft.kind = "box"
