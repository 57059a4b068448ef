"""A PDF file → its pages: what is drawn on each, its printed label, and the file's outline.

The only module that knows pypdf. All that a hostile file can make costly has a limit here, and what
pypdf raises on a broken one becomes a ReportError, or a problem of the page when only a page is broken.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from a4a_qa.errors import ReportError
from a4a_qa.parsing.pdf.canvas import Canvas, Font, Operation, Resources
from a4a_qa.parsing.pdf.drawing import draw
from a4a_qa.parsing.pdf.fonts import UNREADABLE, font_of
from a4a_qa.parsing.pdf.geometry import IDENTITY, Matrix, Shape
from a4a_qa.parsing.pdf.outline import labels_of, outline_of, title_of
from a4a_qa.parsing.pdf.page import Page, PdfFile

# The reports have some hundred pages and a few megabytes.
_LARGEST_FILE = 200_000_000
_MOST_PAGES = 5_000
# What one stream may hold unpacked. A page of text has some 50 kB, one with a large map some 10 MB.
_LONGEST_STREAM = 30_000_000
# Objects in a stream; pypdf parses some 60,000 a second, so this bounds a page to half a minute.
_MOST_OBJECTS = 1_500_000
# From this length on, drawing that leaves no text is cut out of a stream before it is parsed.
_LONG_STREAM = 500_000

# So many problems stand in a message; all of them in `a4a-qa report`.
_MOST_LISTED = 5

_PATHS = re.compile(
    rb"(\((?:\\.|[^\\()])*\))|(?<![^\s])(?:[-+.\d]+\s+){2}[ml](?=\s)|(?<![^\s])(?:[-+.\d]+\s+){4,6}[cvy](?=\s)"
    rb"|(?<=\s)h(?=\s)"
)


def read_pages(path: Path, password: str | None = None, *, deadline: float = math.inf) -> PdfFile:
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
            return _read(_opened(path, password), path, deadline)
        except ReportError:
            raise
        except (PyPdfError, RecursionError, *_BROKEN) as error:
            raise ReportError(
                f"{path} is damaged and cannot be read as a PDF ({_reason(error)}). Get the file again."
            ) from error


# What pypdf lets through from the middle of a broken object; found by fuzzing. OSError is what a file raises
# that is read from before its beginning.
_BROKEN = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, NotImplementedError,
    EOFError, MemoryError, OSError,
)  # fmt: skip


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


def _read(reader: Any, path: Path, deadline: float) -> PdfFile:
    count = len(reader.pages)
    if not count:
        raise ReportError(f"{path} is a PDF without pages.")
    if count > _MOST_PAGES:
        raise ReportError(f"{path} has {count:,} pages; a report has at most {_MOST_PAGES:,}.")
    labels = labels_of(reader, count)
    fonts: _Fonts = {}
    pages = tuple(_page(reader, index, labels[index], fonts, deadline) for index in range(count))
    if all(page.problem and not page.runs for page in pages):
        raise ReportError(f"{path} has no text that can be read. {listed(pages)}")
    return PdfFile(pages, outline_of(reader), title_of(reader))


def listed(pages: Sequence[Page]) -> str:
    """The problems of pages, the first ones in full."""
    problems = [page.problem for page in pages if page.problem]
    more = len(problems) - _MOST_LISTED
    rest = f" So it is with {more} more pages." if more > 0 else ""
    return " ".join(problems[:_MOST_LISTED]) + rest


def _page(reader: Any, index: int, label: str | None, fonts: _Fonts, deadline: float) -> Page:
    """A page; whatever is wrong with it becomes its problem, so that the other pages are still read."""
    canvas = Canvas()
    paper = Shape(0, 0, 612, 792)
    problem = None
    try:
        if time.monotonic() > deadline:
            raise TimeoutError("reading the pages before took too long")
        page = reader.pages[index]
        matrix, paper = _upright(page)
        contents = page.get_contents()
        if contents is not None:
            resources = _PypdfResources(reader, page.get("/Resources"), fonts, deadline)
            draw(canvas, resources.operations(contents), resources, matrix, paper)
    except Exception as error:
        problem = _fault(index + 1, error)
    problem = problem or _shortcoming(index + 1, canvas)
    runs, shapes = tuple(canvas.runs), tuple(canvas.shapes)
    return Page(index + 1, label, paper.x1, paper.y1, runs, shapes, canvas.images, problem)


def _fault(number: int, error: Exception) -> str:
    from pypdf.errors import LimitReachedError

    if isinstance(error, LimitReachedError):
        return f"Page {number} holds more than a page of a report does and was left out ({_reason(error)})."
    if isinstance(error, RecursionError):
        return f"Page {number} is nested too deeply; it was read in part or not at all."
    return f"Page {number} cannot be read, or only in part ({_reason(error)})."


def _shortcoming(number: int, canvas: Canvas) -> str | None:
    """What of a page's words could be drawn but not read."""
    if canvas.unreadable:
        return f"Page {number} has {canvas.unreadable} characters in a font that does not say what they are."
    if canvas.turned:
        return f"Page {number} has {canvas.turned} characters that do not run from left to right; left out."
    if not canvas.runs and canvas.images:
        return f"Page {number} is a picture without text (a scan?); recognise its text first."
    return None


def _upright(page: Any) -> tuple[Matrix, Shape]:
    """The matrix that turns a page as it is shown and puts its lower left corner at 0, and its paper."""
    box = page.cropbox
    x0, y0, x1, y1 = (float(value) for value in (box.left, box.bottom, box.right, box.top))
    width, height = x1 - x0, y1 - y0
    matrices: dict[int, Matrix] = {
        0: (1, 0, 0, 1, -x0, -y0),
        90: (0, -1, 1, 0, -y0, x1),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, 1, -1, 0, y1, -x0),
    }
    rotation = int(page.rotation or 0) % 360
    sideways = rotation in (90, 270)
    paper = Shape(0, 0, height, width) if sideways else Shape(0, 0, width, height)
    return matrices.get(rotation, matrices[0]), paper


# A font's dictionary by its identity, kept alive with the font so that the identity stays its own.
_Fonts = dict[int, tuple[Any, Font]]


class _PypdfResources:
    """The fonts and forms of a page or a form; fonts are kept for the whole file in `fonts`."""

    def __init__(self, reader: Any, values: Any, fonts: _Fonts, deadline: float) -> None:
        self.reader = reader
        self.values = values.get_object() if values is not None else {}
        self.fonts = fonts
        self.deadline = deadline

    def operations(self, stream: Any) -> Iterator[Operation]:
        """The operators of a stream; out of a long one, drawing that leaves no text is cut first."""
        from pypdf.generic import ContentStream

        content = ContentStream(stream, self.reader, "bytes")
        data = content.get_data()
        if len(data) > _LONG_STREAM:
            content.set_data(_PATHS.sub(rb"\1", data))
        for count, (operands, operator) in enumerate(content.operations):
            if count % 1000 == 0 and time.monotonic() > self.deadline:
                raise TimeoutError("it takes too long")
            yield operands, operator

    def _named(self, kind: str, name: str) -> Any:
        group = self.values.get(kind)
        value = group.get_object().get(name) if group is not None else None
        return value.get_object() if value is not None else None

    def font(self, name: str) -> Font | None:
        value = self._named("/Font", name)
        if value is None:
            return None
        if id(value) not in self.fonts:
            self.fonts[id(value)] = value, _font(value)
        return self.fonts[id(value)][1]

    def form(self, name: str) -> tuple[Matrix, Iterator[Operation], Resources] | None:
        value = self._named("/XObject", name)
        if value is None or value.get("/Subtype") != "/Form":
            return None
        numbers = [float(number) for number in value.get("/Matrix", IDENTITY)]
        matrix = tuple(numbers) if len(numbers) == 6 else IDENTITY
        own = value.get("/Resources")
        resources = _PypdfResources(self.reader, own, self.fonts, self.deadline) if own is not None else self
        return matrix, resources.operations(value), resources  # type: ignore[return-value]


def _font(resource: Any) -> Font:
    """A font by pypdf's own Font, which does the decoding.

    That is not part of pypdf's documented interface, hence the upper bound on pypdf in pyproject.toml; the
    documented `extract_text` gives no widths, so no positions.
    """
    from pypdf.generic._font import Font as PypdfFont

    try:
        font = PypdfFont.from_font_resource(resource)
    except RecursionError:
        raise
    except Exception:
        return UNREADABLE
    return font_of(font, resource)
