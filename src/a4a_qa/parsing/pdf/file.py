"""A PDF file → its pages. pypdf (`door`) and PDFium (`glyphs`) read it, each in a process of its own.

So a file that makes one of them fail, hang or ask for all memory costs a page or an error, never the program.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from a4a_qa.errors import ReportError
from a4a_qa.parsing.pdf.geometry import Shape
from a4a_qa.parsing.pdf.page import OutlineEntry, Page, PdfFile, Run

# PDFium is started again after a page that stops it, this often at most.
_MOST_FAILURES = 20
# So many problems stand in a message; all of them in `a4a-qa report`.
_MOST_LISTED = 5
# Type of this weight is bold beside regular type (400), and so is type that is heavier by this than most is.
_BOLD, _BOLDER = 600, 140
# Hidden text is read only where a page shows less than this share of it: a scan with recognised text.
_RECOGNISED = 0.2


def read_file(path: Path, password: str | None, deadline: float) -> PdfFile:
    """The pages of a PDF file, read by the time that `time.monotonic` calls `deadline`.

    A page that cannot be read in time, or at all, has that as its problem. Raises ReportError when there is
    nothing in the file that can be read.
    """
    # Both work at the same time; what PDFium makes of a file that pypdf refuses is not asked for.
    with _Process("glyphs", path, 0, password=password) as drawing:
        with _Process("door", path, password=password) as door:
            output = door.output(deadline)
        late = {"error": f"{path} cannot be opened in time."}
        known: dict[str, Any] = json.loads(output) if output else late
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
    """The problems of pages, the first ones in full."""
    problems = [page.problem for page in pages if page.problem]
    more = len(problems) - _MOST_LISTED
    return " ".join(problems[:_MOST_LISTED]) + (f" So it is with {more} more pages." if more > 0 else "")


class _Process:
    """One of the modules that read a file, at work; the password goes where no list of processes shows it."""

    def __init__(self, module: str, *arguments: Path | int, password: str | None) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115, it lives as long as the process
        command = [sys.executable, "-m", f"a4a_qa.parsing.pdf.{module}", *map(str, arguments)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self._file, stderr=subprocess.DEVNULL
        )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has failed already
            self._process.stdin.write(f"{password or ''}\n".encode())
            self._process.stdin.close()

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self._process.wait()
        self._file.close()

    def output(self, deadline: float) -> bytes:
        """What it has written when it ends, or when time is up."""
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
    """What PDFium tells of each page, or why it tells nothing.

    It is started again after a page that stops it.
    """
    drawn: list[dict[str, Any]] = []
    for _ in range(_MOST_FAILURES):
        with process:
            *lines, _ = process.output(deadline).split(b"\n")
        drawn += map(json.loads, lines[: count - len(drawn)])
        if len(drawn) == count or time.monotonic() > deadline:
            break
        drawn.append({"problem": "cannot be read, or takes too long"})
        process = _Process("glyphs", path, len(drawn), password=password)
    process.close()
    late = {"problem": "was left out, as reading the pages before took too long"}
    return [*drawn, *[late] * (count - len(drawn))]


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
