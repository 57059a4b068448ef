"""A PDF file → its pages, read by pypdf (`door`) and PDFium (`glyphs`), each in its own process.

A file that makes one of them crash, hang or ask for all memory costs a page or an error, never the program.
Coordinates are points; y grows upwards.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from a4a_qa.errors import ReportError


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle: the sheet of paper, or the bounding box of something painted."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """From the left to the right edge."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From the lower to the upper edge."""
        return self.y1 - self.y0

    def holds(self, other: Shape, slack: float = 0.0) -> bool:
        """Whether the other rectangle lies inside this one, give or take `slack` points."""
        across = self.x0 - slack <= other.x0 and other.x1 <= self.x1 + slack
        return across and self.y0 - slack <= other.y0 and other.y1 <= self.y1 + slack


def around(points: Sequence[tuple[float, float]]) -> Shape:
    """The bounding box of points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Shape(min(xs), min(ys), max(xs), max(ys))


def overlap(first: Shape, second: Shape) -> Shape | None:
    """The intersection of two rectangles, or None."""
    x0, y0 = max(first.x0, second.x0), max(first.y0, second.y0)
    x1, y1 = min(first.x1, second.x1), min(first.y1, second.y1)
    return Shape(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style on one baseline `y`, from `x0` to `x1`; `order` is the drawing order in the file."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool
    italic: bool
    order: int


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn on a page. `number` counts from 1; `label` is the printed number, if the file gives it.

    `problem` is a sentence that says why the page, or a part of it, could not be read.
    """

    number: int
    label: str | None
    width: float
    height: float
    runs: tuple[Run, ...]
    shapes: tuple[Shape, ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading from the file's outline; `depth` counts from 0, `page` from 1."""

    title: str
    depth: int
    page: int


@dataclass(frozen=True, slots=True)
class PdfFile:
    """Everything read from a file. `words` are those that pypdf extracts, to compare the result with.

    `title`, `author` and `created` (a year) are the file's own metadata.
    """

    pages: tuple[Page, ...]
    outline: tuple[OutlineEntry, ...]
    words: Counter[str]
    title: str | None = None
    author: str | None = None
    created: int | None = None


# Bytes that each of the two processes may take beyond what Python takes, all files read at a time together,
# and the least for one file: most reports need some 40 MB. What they print takes this process ten times as
# much; a page of text is some 10 kB.
_MEMORY, _LEAST_MEMORY, _MOST_PRINTED = 250 << 20, 64 << 20, 16 << 20
_memory = _MEMORY


def share_memory(jobs: int) -> None:
    """Divide the memory among so many processes that read files at a time; this one takes its share."""
    global _memory  # a pool can tell a process something only by calling a function in it
    _memory = max(_LEAST_MEMORY, _MEMORY // jobs)


def limit_memory(memory: int) -> None:
    """Limit what this process may take, in bytes beyond what it has, and print, and turn off core dumps.

    Only Linux says what it has; elsewhere memory is not limited.
    """
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_PRINTED, _MOST_PRINTED))
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, OSError, ValueError):
        pass


# PDFium is restarted this often after a page that stops it.
_MOST_FAILURES = 20
# An error message lists this many problems; `a4a-qa report` shows all of them.
_MOST_LISTED = 5
# Type of this weight is bold next to regular type (400); so is type heavier by `_BOLDER` than most.
_BOLD, _BOLDER = 600, 140
# Hidden text is read only on a page that shows less than this share of it: a scan with recognised text.
_RECOGNISED = 0.2


def read_file(path: Path, password: str | None, deadline: float) -> PdfFile:
    """The pages of a PDF file, read before `time.monotonic()` reaches `deadline`.

    A page that cannot be read, or not in time, has a `problem`. Raises ReportError if nothing in the file can
    be read.
    """
    # Both run at the same time; if pypdf refuses the file, what PDFium finds is discarded.
    with _Process("glyphs", path, 0, password=password) as drawing:
        with _Process("door", path, password=password) as door:
            output = door.output(deadline)
        late = {"error": f"{path} cannot be opened in time."}
        try:
            known: dict[str, Any] = json.loads(output) if output else late
        except ValueError:  # it has printed more than it may
            known = {"error": f"{path} holds more words or headings than a report does."}
        if "error" in known:
            raise ReportError(known["error"])
        drawn = _drawn(path, password, known["pages"], deadline, drawing)
    bold = _bold_weight(drawn)
    pages = tuple(
        _page(number, label, found, bold)
        for number, (label, found) in enumerate(zip(known["labels"], drawn, strict=True), 1)
    )
    if all(page.problem and not page.runs for page in pages):
        raise ReportError(f"{path} has no text that can be read. {listed(pages)}")
    outline = tuple(OutlineEntry(*entry) for entry in known["outline"])
    return PdfFile(pages, outline, Counter(known["words"]), **known["declared"])


def listed(pages: Sequence[Page]) -> str:
    """The problems of the pages in one text, the first ones in full."""
    problems = [page.problem for page in pages if page.problem]
    more = len(problems) - _MOST_LISTED
    return " ".join(problems[:_MOST_LISTED]) + (f" {more} more pages have problems." if more > 0 else "")


class _Process:
    """One of the two programs, running. The password goes to its standard input, where no process list shows
    it."""

    def __init__(self, module: str, *arguments: Path | int, password: str | None) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115, it lives as long as the process
        command = [sys.executable, "-m", f"a4a_qa.parsing.pdf.{module}", *map(str, (*arguments, _memory))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self._file, stderr=subprocess.DEVNULL
        )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has already failed
            self._process.stdin.write(f"{password or ''}\n".encode())
            self._process.stdin.close()

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._file.close()

    def output(self, deadline: float) -> bytes:
        """What it has printed by the time it ends or the deadline passes."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._file.seek(0)
        return self._file.read()


def _drawn(
    path: Path, password: str | None, count: int, deadline: float, process: _Process
) -> list[dict[str, Any]]:
    """What PDFium finds on each page, or the problem; it is restarted after a page that stops it."""
    drawn: list[dict[str, Any]] = []
    printed = 0
    for _ in range(_MOST_FAILURES):
        with process:
            output = process.output(deadline)
        *lines, _ = output.split(b"\n")
        drawn += map(json.loads, lines[: count - len(drawn)])
        printed += len(output)
        if len(drawn) == count or printed >= _MOST_PRINTED or time.monotonic() > deadline:
            break
        drawn.append({"problem": "cannot be read, or takes too much time or memory"})
        process = _Process("glyphs", path, len(drawn), password=password)
    process.close()
    late = {"problem": "was left out, as reading the pages before took too long or too much memory"}
    return [*drawn, *[late] * (count - len(drawn))]


def _bold_weight(drawn: Sequence[dict[str, Any]]) -> int:
    """The weight from which type counts as bold: text may be set light, with labels in medium type."""
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
        [
            Run(x0, x1, y, size, text, weight >= bold, italic, order)
            for order, (x0, x1, y, size, weight, italic, text) in enumerate(drawn[kind])
        ]
        for kind in ("runs", "hidden")
    )
    letters = [sum(len(run.text) for run in runs) for runs in (shown, hidden)]
    recognised = letters[0] < _RECOGNISED * letters[1]
    runs = [*shown, *(replace(run, order=run.order + len(shown)) for run in hidden)] if recognised else shown
    problem = _shortcoming(number, drawn, bool(runs), 0 if recognised else letters[1])
    shapes = tuple(Shape(*edges) for edges in drawn["shapes"])
    return Page(number, label, drawn["width"], drawn["height"], tuple(runs), shapes, problem)


def _shortcoming(number: int, drawn: dict[str, Any], has_text: bool, hidden: int) -> str | None:
    """Which words are drawn on a page but not read, in a sentence."""
    if drawn["unnamed"]:
        return f"Page {number} has {drawn['unnamed']} characters in a font that does not say what they are."
    if drawn["turned"]:
        return f"Page {number} has {drawn['turned']} characters that do not run from left to right; left out."
    if hidden:
        return f"Page {number} has {hidden} characters that the page does not show; left out."
    if not has_text and drawn["images"]:
        return f"Page {number} is a picture without text (a scan?); recognise its text first (OCR)."
    return None
