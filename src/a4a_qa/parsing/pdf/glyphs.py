"""`python -m a4a_qa.parsing.pdf.glyphs FILE FIRST`: what PDFium sees on the pages of a file, a line of JSON each.

PDFium is native code and a PDF may be hostile, so it runs in a process of its own, with limits on memory: when
it fails, `file.py` loses a page and not the program. The password comes on standard input, where no list of
processes shows it. The only module that knows pypdfium2.
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import signal
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from a4a_qa.notation import DIGITS, RAISED_DIGITS
from a4a_qa.parsing.pdf.geometry import IDENTITY, Matrix, Shape, apply, around, overlap, times
from a4a_qa.parsing.pdf.limits import limit_memory

# A page takes some 50 ms; what takes longer than this ends the process, native code too.
_PAGE_SECONDS = 30
# Characters and shapes of a page. A page of text has 5,000, a statistical annex 20,000.
_MOST_CHARACTERS, _MOST_SHAPES = 200_000, 20_000
# Forms in forms: what programs nest is two or three deep.
_DEEPEST_FORM = 8
# Covers of a page: shapes that may hide text. Each is compared with each piece of text before it.
_MOST_COVERS = 200
# Clips of an object; the innermost ones matter least.
_MOST_CLIPS = 20
# A gap of this many ems is a space that was not written as one; of this many, no line of text has it.
_WORD_GAP, _RUN_GAP = 0.18, 0.8
# Below this gap, in ems, PDFium's own opinion that words part counts for nothing: tight kerning confuses it.
_LEAST_GAP = 0.1
# A digit is drawn raised when its lower edge stands this far above the baseline, in ems, and it is this low.
_RAISED, _LOW = 0.18, 0.6
# A fill at least this light (of 255) is paper; so is one that lets through more than this.
_WHITE, _OPAQUE = 254, 250
_INVISIBLE = {3, 7}  # text rendering modes: neither filled nor stroked
_SMALLEST = 2.5  # points: what nobody can read is there for machines
_REGULAR, _BOLD, _HEAVIEST = 400, 700, 1000
_ITALIC, _FORCED_BOLD = 1 << 6, 1 << 18
# What PDFium puts for a hyphen at the end of a line, and for a character that it cannot name.
_HYPHENS, _UNNAMED = {0x02, 0xFFFE}, {0x00, 0xFFFD, 0xFFFF}


def main() -> None:
    """Write the pages of a file from a given one on, each as soon as it is read."""
    limit_memory()
    path, first = sys.argv[1], int(sys.argv[2])
    password = sys.stdin.readline().rstrip("\n")
    document = pypdfium2.PdfDocument(path, password=password or None)
    for index in range(first, len(document)):
        signal.alarm(_PAGE_SECONDS)
        try:
            found = _page(document, index)
        except (pypdfium2.PdfiumError, ValueError, OverflowError) as error:
            found = {"problem": f"cannot be read ({error})"[:200]}
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def _page(document: pypdfium2.PdfDocument, index: int) -> dict[str, Any]:
    page = document[index]
    try:
        upright, width, height = _upright(page)
        drawing = _Drawing(upright, Shape(0, 0, width, height))
        drawing.add(page.raw, IDENTITY, 0)
        text_page = page.get_textpage()  # held while its characters are read
        text = _Text(drawing)
        text.read(text_page.raw)
        if text.full:
            return {"problem": "holds more than a page of a report does and was left out"}
        return {
            "width": width, "height": height, "runs": text.runs, "images": drawing.images,
            "shapes": [[round(edge, 2) for edge in (s.x0, s.y0, s.x1, s.y1)] for s in drawing.shapes],
            "hidden": text.hidden, "turned": text.turned, "unnamed": text.unnamed,
        }  # fmt: skip
    finally:
        page.close()


def _upright(page: pypdfium2.PdfPage) -> tuple[Matrix, float, float]:
    """The matrix that turns a page as it is shown and puts its lower left corner at 0, and its size."""
    x0, y0, x1, y1 = page.get_cropbox()
    width, height = x1 - x0, y1 - y0
    matrices: dict[int, Matrix] = {
        0: (1, 0, 0, 1, -x0, -y0),
        90: (0, -1, 1, 0, -y0, x1),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, 1, -1, 0, y1, -x0),
    }
    rotation = page.get_rotation()
    return matrices[rotation], *((height, width) if rotation in (90, 270) else (width, height))


class _Drawing:
    """What a page draws but text: its shapes, how many images, and which pieces of text a shape covers."""

    def __init__(self, upright: Matrix, paper: Shape) -> None:
        self.upright = upright
        self.paper = paper
        self.shapes: list[Shape] = []
        self.images = 0
        self._covers: list[tuple[int, Shape]] = []
        self._places: dict[int, tuple[int, Shape]] = {}
        self._drawn = 0

    def add(self, parent: Any, matrix: Matrix, depth: int) -> None:
        """Add the objects of a page (depth 0) or a form, whose coordinates `matrix` maps to the page."""
        if depth:
            count, get = pdfium.FPDFFormObj_CountObjects(parent), pdfium.FPDFFormObj_GetObject
        else:
            count, get = pdfium.FPDFPage_CountObjects(parent), pdfium.FPDFPage_GetObject
        for index in range(count):
            thing = get(parent, index)
            kind = pdfium.FPDFPageObj_GetType(thing)
            self._drawn += 1
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._places[_address(thing)] = self._drawn, self._bounds(thing, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self.images += 1
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._add_path(thing, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                self.add(thing, times(_matrix_of(thing), matrix), depth + 1)

    def covers(self, text: Any) -> bool:
        """Whether something opaque was drawn over a piece of text later."""
        drawn, place = self._places.get(_address(text), (0, None))
        return place is not None and any(
            later > drawn and cover.holds(place, slack=1) for later, cover in self._covers
        )

    def _bounds(self, thing: Any, matrix: Matrix) -> Shape:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
        edges = left.value, bottom.value, right.value, top.value
        corners = [(edges[i], edges[j]) for i in (0, 2) for j in (1, 3)]
        whole = times(matrix, self.upright)
        return around([apply(whole, x, y) for x, y in corners])

    def _add_path(self, path: Any, matrix: Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        is_filled = fill.value and (colour := _colour(path, pdfium.FPDFPageObj_GetFillColor))
        is_stroked = stroke.value and _is_seen(_colour(path, pdfium.FPDFPageObj_GetStrokeColor))
        if not (is_filled or is_stroked):
            return
        if len(self.shapes) >= _MOST_SHAPES:
            return
        clip = self._clip(path, matrix)
        if clip is None:
            return
        whole = times(times(_matrix_of(path), matrix), self.upright)
        for points in _subpaths(path):
            placed = [apply(whole, x, y) for x, y in points]
            outline = around(placed)
            if is_filled and _is_rectangle(placed, outline) and colour[3] >= _OPAQUE:
                self._add_cover(path, overlap(outline, clip))
            if is_filled and _is_seen(colour):
                self._add_shape(overlap(outline, clip))
            elif is_stroked:
                for first, second in pairwise(placed):
                    self._add_shape(overlap(around([first, second]), clip))

    def _clip(self, thing: Any, matrix: Matrix) -> Shape | None:
        """What is around the part of the paper that an object can be seen on; None if there is none."""
        whole = times(matrix, self.upright)
        seen: Shape | None = self.paper
        clip = pdfium.FPDFPageObj_GetClipPath(thing)
        for index in range(min(pdfium.FPDFClipPath_CountPaths(clip) if clip else 0, _MOST_CLIPS)):
            points = []
            for segment in range(pdfium.FPDFClipPath_CountPathSegments(clip, index)):
                x, y, _, _ = _segment(pdfium.FPDFClipPath_GetPathSegment(clip, index, segment))
                points.append(apply(whole, x, y))
            seen = overlap(seen, around(points)) if seen and points else seen
        return seen

    def _add_cover(self, path: Any, outline: Shape | None) -> None:
        if outline and len(self._covers) < _MOST_COVERS and not pdfium.FPDFPageObj_HasTransparency(path):
            self._covers.append((self._drawn, outline))

    def _add_shape(self, shape: Shape | None) -> None:
        if shape is not None and len(self.shapes) < _MOST_SHAPES:
            self.shapes.append(shape)


def _subpaths(path: Any) -> Iterator[list[tuple[float, float]]]:
    """The points of each part of a path that is drawn without lifting the pen."""
    points: list[tuple[float, float]] = []
    for index in range(min(pdfium.FPDFPath_CountSegments(path), _MOST_SHAPES)):
        x, y, begins, closes = _segment(pdfium.FPDFPath_GetPathSegment(path, index))
        if begins and points:
            if len(points) > 1:
                yield points
            points = []
        points.append((x, y))
        if closes:
            points.append(points[0])
    if len(points) > 1:
        yield points


def _segment(segment: Any) -> tuple[float, float, bool, bool]:
    """Where a segment of a path ends, whether it begins a part of the path, and whether it closes one."""
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    begins = pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO
    return x.value, y.value, begins, bool(pdfium.FPDFPathSegment_GetClose(segment))


def _is_rectangle(points: list[tuple[float, float]], outline: Shape) -> bool:
    edges = (outline.x0, outline.x1), (outline.y0, outline.y1)
    return len(points) <= 6 and all(
        min(abs(value - edge) for edge in side) < 0.5
        for point in points
        for value, side in zip(point, edges, strict=True)
    )


def _matrix_of(thing: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _colour(thing: Any, get: Any) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity, of 255; paper where the file does not say."""
    channels = [ctypes.c_uint() for _ in range(4)]
    found = get(thing, *channels)
    red, green, blue, opacity = (channel.value for channel in channels) if found else (255, 255, 255, 0)
    return red, green, blue, opacity


def _is_seen(colour: tuple[int, int, int, int]) -> bool:
    return min(colour[:3]) < _WHITE and colour[3] > 0


def _address(thing: Any) -> int:
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


class _Text:
    """The characters of a page as runs: words of one style on one baseline, in the order of the file."""

    def __init__(self, drawing: _Drawing) -> None:
        self.drawing = drawing
        self.runs: list[list[Any]] = []
        self.hidden: list[list[Any]] = []
        self.turned = self.unnamed = 0
        self.full = False
        self._styles: dict[int, _Style] = {}
        self._last = 0.0  # where the last character begins

    def read(self, text: Any) -> None:
        """Read all characters; those that are hidden are kept apart."""
        count = pdfium.FPDFText_CountChars(text)
        self.full = count > _MOST_CHARACTERS
        if self.full:
            return
        x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
        run: list[Any] | None = None
        parted = False
        for index in range(count):
            thing = pdfium.FPDFText_GetTextObject(text, index)
            if not thing:  # what PDFium puts between words and lines itself
                parted = True
                continue
            style = self._style(text, index, thing)
            code = pdfium.FPDFText_GetUnicode(text, index)
            character = "-" if code in _HYPHENS else "\ufffd" if code in _UNNAMED else chr(code)
            if style.turned:
                self.turned += not character.isspace()
                continue
            if character == "\ufffd" or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
                self.unnamed += 1
                continue
            pdfium.FPDFText_GetCharOrigin(text, index, x, y)
            pdfium.FPDFText_GetLooseCharBox(text, index, box)
            place = self._placed(box, x.value, y.value)
            if place is None:
                continue
            if character in DIGITS and style.size > 0:
                character = self._raised(text, index, character, style.size)
            target = self.hidden if style.hidden else self.runs
            run = self._put(target, run, style, character, place, parted)
            parted = False

    def _style(self, text: Any, index: int, thing: Any) -> _Style:
        address = _address(thing)
        if address not in self._styles:
            self._styles[address] = _style_of(text, index, thing, self.drawing)
        return self._styles[address]

    def _placed(self, box: Any, x: float, y: float) -> tuple[float, float, float] | None:
        """Where a character begins and ends, and its baseline, if it is on the paper."""
        paper = self.drawing.paper
        a, _, c, _, e, _ = self.drawing.upright
        x0, base = apply(self.drawing.upright, x, y)
        x1 = a * (box.right if a > 0 else box.left) + c * (box.top if c > 0 else box.bottom) + e
        inside = paper.x0 <= x0 <= paper.x1 and paper.y0 <= base <= paper.y1 and math.isfinite(x1)
        return (round(x0, 2), round(max(x0, x1), 2), round(base, 2)) if inside else None

    def _raised(self, text: Any, index: int, digit: str, size: float) -> str:
        """A digit, or its superscript if its font draws it raised: only the drawing tells them apart."""
        left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
        pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        is_raised = bottom.value - y.value > _RAISED * size and top.value - bottom.value < _LOW * size
        return RAISED_DIGITS[DIGITS.index(digit)] if is_raised else digit

    def _put(
        self, runs: list[list[Any]], run: list[Any] | None, style: _Style, character: str,
        place: tuple[float, float, float], parted: bool,
    ) -> list[Any]:  # fmt: skip
        """Add a character to the last run, or begin another; returns the run it went to."""
        x0, x1, y = place
        if run is not None and run is (runs[-1] if runs else None) and style.key == tuple(run[3:6]):
            gap = (x0 - run[1]) / style.size if style.size else 0.0
            # A ligature comes as letters that stand at one place.
            onwards = x0 >= self._last - 0.1 * style.size
            if abs(run[2] - y) < 0.1 and onwards and gap < _RUN_GAP:
                apart = gap > _WORD_GAP or (parted and gap > _LEAST_GAP)
                if apart and not run[6].endswith(" ") and not character.isspace():
                    run[6] += " "
                run[6] += character
                run[1], self._last = max(run[1], x1), x0
                return run
        if character.isspace():
            return run or [0.0, 0.0, 0.0, 0.0, 0, False, ""]
        runs.append([x0, x1, y, *style.key, character])
        self._last = x0
        return runs[-1]


class _Style:
    """How a piece of text looks; `weight` is 400 for regular type and 700 for bold."""

    def __init__(self, size: float, weight: int, italic: bool, turned: bool, hidden: bool) -> None:
        self.size = size
        self.key = (size, weight, italic)
        self.turned = turned
        self.hidden = hidden


def _style_of(text: Any, index: int, thing: Any, drawing: _Drawing) -> _Style:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, found)
    matrix = (found.a, found.b, found.c, found.d, 0.0, 0.0)
    a, b, c, d, _, _ = times(matrix, (*drawing.upright[:4], 0.0, 0.0))
    size = round(abs(pdfium.FPDFText_GetFontSize(text, index)) * math.hypot(c, d), 2)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text, index, None, 0, flags)
    name = ctypes.create_string_buffer(max(1, length))
    pdfium.FPDFText_GetFontInfo(text, index, name, length, flags)
    opacity = _colour(thing, pdfium.FPDFPageObj_GetFillColor)[3]
    mode = pdfium.FPDFTextObj_GetTextRenderMode(thing)
    hidden = mode in _INVISIBLE or (mode == 0 and opacity == 0) or size < _SMALLEST or drawing.covers(thing)
    bold, italic = style_of_font(name.value.decode("utf-8", "replace"), flags.value)
    weight = pdfium.FPDFText_GetFontWeight(text, index)
    weight = max(weight, _BOLD) if bold else weight if 0 < weight <= _HEAVIEST else _REGULAR
    return _Style(size, weight, italic, a <= 0 or abs(b) > 0.1 * a, hidden)


def style_of_font(name: str, flags: int) -> tuple[bool, bool]:
    """Whether a font is bold, and italic, by its name and the flags of its descriptor."""
    # «Medi» is the bold of the URW fonts, which stand for Times and Palatino in LaTeX.
    bold = re.search(r"bold|black|heavy|demi|semib|-medi(?!um)|cmbx|ecbx|sfbx", name, re.IGNORECASE)
    italic = re.search(r"ital|obli|slanted|cmti|ecti|sfti", name, re.IGNORECASE)
    return bool(bold) or bool(flags & _FORCED_BOLD), bool(italic) or bool(flags & _ITALIC)


if __name__ == "__main__":
    main()
