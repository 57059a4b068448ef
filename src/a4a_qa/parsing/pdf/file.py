"""A PDF file → its pages: pypdf is the door to the file, PDFium reads what is drawn on its pages.

pypdf checks, unlocks and counts, and tells labels, outline and what the file declares about itself. PDFium runs
in a process of its own (`glyphs`): a page that makes it fail, or takes too long, becomes a problem of that page.
The only module that knows pypdf; what pypdf raises on a broken file becomes a ReportError.
"""

from __future__ import annotations

import json
import logging
import math
import os
import re
import selectors
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from a4a_qa.errors import ReportError
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.page import OutlineEntry, Page, PdfFile, Run

# The reports have some hundred pages and a few megabytes.
_LARGEST_FILE = 200_000_000
_MOST_PAGES = 5_000
# What one stream may hold unpacked. A page of text has some 50 kB, one with a large map some 10 MB.
_LONGEST_STREAM = 30_000_000
# Objects in a stream; pypdf parses some 60,000 a second, so this bounds a page to half a minute.
_MOST_OBJECTS = 1_500_000
# A page takes some 50 ms; one that takes longer than this is left out, as is what makes PDFium fail so often.
_PAGE_SECONDS = 30.0
_MOST_FAILURES = 20
# So many problems stand in a message; all of them in `a4a-qa report`.
_MOST_LISTED = 5
# Type of this weight is bold beside regular type (400), and so is type that is heavier by this than most is.
_BOLD, _BOLDER = 600, 140
# Hidden text is read only where a page shows less than this share of it: a scan with recognised text.
_RECOGNISED = 0.2

_WORD = re.compile(r"[^\W\d_]{2,}")

# What pypdf lets through from the middle of a broken object; found by fuzzing. OSError is what a file raises
# that is read from before its beginning.
_BROKEN = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, NotImplementedError,
    EOFError, MemoryError, OSError,
)  # fmt: skip


def read_file(path: Path, password: str | None = None, *, deadline: float = math.inf) -> PdfFile:
    """The pages of a PDF file; those that `time.monotonic` has no time left for have that as their problem.

    Raises ReportError when there is nothing in it that can be read.
    """
    import pypdf
    from pypdf.errors import PyPdfError

    limits: dict[str, Any] = {
        "zlib_maximum_output_length": _LONGEST_STREAM,
        "lzw_maximum_output_length": _LONGEST_STREAM,
        "run_length_maximum_output_length": _LONGEST_STREAM,
        "array_based_stream_maximum_output_length": _LONGEST_STREAM,
        "stream_parsing_work_maximum_count": _MOST_OBJECTS,
        "outline_maximum_entries": 5_000,
        "page_tree_maximum_entries": 4 * _MOST_PAGES,
    }
    with pypdf.apply_configuration(**limits), _without_warnings():
        try:
            reader = _opened(path, password)
            count = len(reader.pages)
            if not count:
                raise ReportError(f"{path} is a PDF without pages.")
            if count > _MOST_PAGES:
                raise ReportError(f"{path} has {count:,} pages; a report has at most {_MOST_PAGES:,}.")
            labels = _labels_of(reader, count)
            drawn: list[dict[str, Any]] = []
            # PDFium works in another process meanwhile.
            waiting = Thread(target=lambda: drawn.extend(_drawn(path, password, count, deadline)))
            waiting.start()
            words = _words_of(reader, deadline)
            waiting.join()
            bold = _bold_weight(drawn)
            pages = tuple(_page(index + 1, labels[index], found, bold) for index, found in enumerate(drawn))
            declared = _declared(reader)
            outline = _outline_of(reader)
        except ReportError:
            raise
        except (PyPdfError, RecursionError, *_BROKEN) as error:
            raise ReportError(
                f"{path} is damaged and cannot be read as a PDF ({_reason(error)}). Get the file again."
            ) from error
    if all(page.problem and not page.runs for page in pages):
        raise ReportError(f"{path} has no text that can be read. {listed(pages)}")
    return PdfFile(pages, outline, words, **declared)


def listed(pages: Sequence[Page]) -> str:
    """The problems of pages, the first ones in full."""
    problems = [page.problem for page in pages if page.problem]
    more = len(problems) - _MOST_LISTED
    rest = f" So it is with {more} more pages." if more > 0 else ""
    return " ".join(problems[:_MOST_LISTED]) + rest


def words_in(text: str) -> Counter[str]:
    """The words of a text, counted, without case: what two extractions of one page have in common."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


class _Silence:
    """pypdf warns of every oddity of a file; what matters to a reader is in our own problems.

    Files may be read at the same time: the first read silences pypdf, and the last one to end restores it.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.reads = 0
        self.before = logging.NOTSET

    @contextmanager
    def __call__(self) -> Iterator[None]:
        log = logging.getLogger("pypdf")
        with self.lock:
            if not self.reads:
                self.before = log.level
                log.setLevel(logging.CRITICAL)
            self.reads += 1
        try:
            yield
        finally:
            with self.lock:
                self.reads -= 1
                if not self.reads:
                    log.setLevel(self.before)


_without_warnings = _Silence()


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split())[:120]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _opened(path: Path, password: str | None) -> Any:
    from pypdf import PdfReader

    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            beginning = file.read(1024)
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror or error}.") from error
    if size > _LARGEST_FILE:  # pypdf reads a file whole into memory
        raise ReportError(f"{path} has {size:,} bytes; a PDF of a report has at most {_LARGEST_FILE:,}.")
    if not beginning.strip(b"\0\t\n\r "):
        raise ReportError(f"{path} is empty, expected a PDF.")
    if b"%PDF-" not in beginning:
        raise ReportError(
            f"{path} does not begin as a PDF does (with «%PDF-»), so it is another kind of file."
        )
    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(password or ""):
        if password is None:
            raise ReportError(f"{path} is encrypted. Give its password: --password.")
        raise ReportError(f"{path} is encrypted, and the password given does not open it.")
    return reader


# What is drawn


def _drawn(path: Path, password: str | None, count: int, deadline: float) -> Iterator[dict[str, Any]]:
    """What `glyphs` tells of each page, or why it tells nothing."""
    index = failures = 0
    while index < count:
        if time.monotonic() > deadline or failures > _MOST_FAILURES:
            reason = "reading the pages before took too long or failed too often"
            yield from ({"problem": f"was left out, as {reason}"} for _ in range(index, count))
            return
        with _glyphs(path, password, index) as process:
            for line in _lines(process, deadline):
                if index < count:
                    yield json.loads(line)
                index += 1
            process.kill()
            status = process.wait()
        if index < count:
            why = "it takes too long" if status == -9 else f"PDFium stopped with {status}"
            yield {"problem": f"cannot be read, or only in part ({why})"}
            index, failures = index + 1, failures + 1


def _glyphs(path: Path, password: str | None, first: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "a4a_qa.parsing.pdf.glyphs", str(path), str(first)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    try:
        process.stdin.write(f"{password or ''}\n".encode())
        process.stdin.close()
    except BrokenPipeError:
        pass  # it failed to start; what it does not print tells
    return process


def _lines(process: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """The lines that a process prints, as long as each comes in time."""
    assert process.stdout is not None
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, min(_PAGE_SECONDS, deadline - time.monotonic()))):
            chunk = os.read(process.stdout.fileno(), 1 << 20)
            if not chunk:
                process.wait()
                return
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines


def _bold_weight(drawn: Sequence[dict[str, Any]]) -> int:
    """The weight from which on type is bold: text may be set light, and its labels in medium type."""
    letters: Counter[int] = Counter()
    for page in drawn:
        for run in page.get("runs", ()):
            letters[run[4]] += len(run[6])
    usual = letters.most_common(1)[0][0] if letters else 0
    return min(_BOLD, usual + _BOLDER)


def _page(number: int, label: str | None, drawn: dict[str, Any], bold: int) -> Page:
    if "problem" in drawn:
        return Page(number, label, 612, 792, (), (), f"Page {number} {drawn['problem']}.")
    shown, hidden = (
        [Run(x0, x1, y, size, text, weight >= bold, italic, order) for order, (x0, x1, y, size, weight, italic, text) in
         enumerate(drawn[kind]) if text.strip() and 0 < size < 1000]
        for kind in ("runs", "hidden")
    )  # fmt: skip
    letters = [sum(len(run.text) for run in runs) for runs in (shown, hidden)]
    recognised = letters[0] < _RECOGNISED * letters[1]
    runs = [*shown, *hidden] if recognised else shown
    problem = _shortcoming(number, drawn, bool(runs), 0 if recognised else letters[1])
    shapes = tuple(Shape(*edges) for edges in drawn["shapes"])
    return Page(number, label, drawn["width"], drawn["height"], tuple(runs), shapes, problem)


def _shortcoming(number: int, drawn: dict[str, Any], has_text: bool, hidden: int) -> str | None:
    """What of a page's words is drawn and was not read."""
    if drawn["unnamed"]:
        return f"Page {number} has {drawn['unnamed']} characters in a font that does not say what they are."
    if drawn["turned"]:
        return f"Page {number} has {drawn['turned']} characters that do not run from left to right; left out."
    if hidden:
        return f"Page {number} has {hidden} characters that the page does not show; left out."
    if not has_text and drawn["images"]:
        return f"Page {number} is a picture without text (a scan?); recognise its text first (OCR)."
    return None


# What pypdf tells


def _words_of(reader: Any, deadline: float) -> Counter[str]:
    """The words that pypdf extracts; pages that it cannot read, or has no time for, do not count."""
    words: Counter[str] = Counter()
    for page in reader.pages:
        if time.monotonic() > deadline:
            break
        try:
            words += words_in(page.extract_text())
        except Exception as error:
            logging.getLogger(__name__).info("pypdf extracts no text of a page: %s", type(error).__name__)
    return words


def _labels_of(reader: Any, count: int) -> list[str | None]:
    """The printed labels, if the file gives any; a label that only counts the pages says nothing."""
    try:
        if "/PageLabels" in reader.root_object:
            labels = reader.page_labels
            return [str(label) for label in labels] if len(labels) == count else [None] * count
    except Exception as error:
        logging.getLogger(__name__).info("Page labels cannot be read: %s", type(error).__name__)
    return [None] * count


def _declared(reader: Any) -> dict[str, Any]:
    """Title, author and year of creation, where the file tells them."""
    try:
        info = reader.metadata or {}
        title, author = (_plain(str(info.get(key) or "")) or None for key in ("/Title", "/Author"))
        year = re.match(r"D:((?:19|20)\d\d)", str(info.get("/CreationDate") or ""))
        return {"title": title, "author": author, "created": int(year[1]) if year else None}
    except Exception:
        return {}


def _plain(title: str) -> str:
    """A title as it is read: without the places where it may be broken, and without ligatures."""
    return " ".join(unicodedata.normalize("NFKC", title.replace("\xad", "")).split())


def _outline_of(reader: Any) -> tuple[OutlineEntry, ...]:
    """The headings that the file lists, in order; none when they cannot be read."""
    try:
        return tuple(_outline_entries(reader, reader.outline, 0))
    except Exception as error:
        logging.getLogger(__name__).info("The outline cannot be read: %s", type(error).__name__)
        return ()


def _outline_entries(reader: Any, entries: list[Any], depth: int) -> Iterator[OutlineEntry]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline_entries(reader, entry, depth + 1)
        else:
            page = reader.get_destination_page_number(entry)
            title = _plain(str(entry.title or ""))
            if page is not None and page >= 0 and title:
                yield OutlineEntry(title, depth, page + 1)
