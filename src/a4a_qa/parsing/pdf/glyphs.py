"""`python -m a4a_qa.parsing.pdf.glyphs FILE FIRST MEMORY`: prints what PDFium finds on each page, in JSON.

PDFium is native code and a PDF may be hostile, so it runs in its own process, within limits: if it crashes,
`file` loses a page, not the program. Coordinates are points from the lower left corner of the page as it is
shown. No other module of the parser uses pypdfium2.
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
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from pypdfium2 import PdfMatrix

from a4a_qa.parsing.pdf.file import Shape, around, limit_memory, overlap
from a4a_qa.text.notation import DIGITS, RAISED_DIGITS

# A page takes some 50 ms. The alarm ends the process even inside native code.
_PAGE_SECONDS = 30
# A page of text has 5,000 characters, a statistical annex 20,000; forms nest two or three deep. Covers are
# shapes that may hide text; each is compared with every earlier piece of text.
_MOST_CHARACTERS, _MOST_SHAPES, _MOST_COVERS = 200_000, 20_000, 200
_DEEPEST_FORM, _MOST_CLIPS = 8, 20
# Gaps in ems. From the first on, a missing space is put in; from the second, the run ends; below the third,
# PDFium's own word breaks are ignored, as tight kerning misleads it.
_WORD_GAP, _RUN_GAP, _LEAST_GAP = 0.18, 0.4, 0.1
# A digit is raised if its lower edge is this far above the baseline and it is at most this high, in ems.
_RAISED, _LOW = 0.18, 0.6
# Smaller type, in points, is meant for machines.
_SMALLEST = 2.5
# A colour at least this light (of 255) is paper; one at least this opaque hides what is below it.
_WHITE, _OPAQUE = 254, 250
_INVISIBLE = {3, 7}  # text rendering modes that neither fill nor stroke
_REGULAR, _BOLD, _HEAVIEST = 400, 700, 1000
_ITALIC, _FORCED_BOLD = 1 << 6, 1 << 18  # flags of a font descriptor
# Hyphens that programs set, what PDFium returns for one at the end of a line, and for unknown characters.
_HYPHENS, _SOFT_HYPHEN, _UNNAMED = {0x02, 0x2010, 0xFFFE}, 0xAD, {0x00, 0xFFFD, 0xFFFF}
# "Medi" is the bold of the URW fonts that replace Times and Palatino in LaTeX.
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|semib|-medi(?!um)|cmbx|ecbx|sfbx", re.IGNORECASE)
_ITALIC_NAME = re.compile(r"ital|obli|slanted|cmti|ecti|sfti", re.IGNORECASE)


def main() -> None:
    """Print each page of the file as soon as it is read, beginning with page FIRST (from 0)."""
    limit_memory(int(sys.argv[3]))
    path, first = sys.argv[1], int(sys.argv[2])
    document = pypdfium2.PdfDocument(path, password=sys.stdin.readline().rstrip("\n") or None)
    for index in range(first, len(document)):
        signal.alarm(_PAGE_SECONDS)
        try:
            found = _page(document, index)
        except (pypdfium2.PdfiumError, ValueError, OverflowError, MemoryError) as error:
            found = {"problem": f"cannot be read ({error})"[:200]}
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def _page(document: pypdfium2.PdfDocument, index: int) -> dict[str, Any]:
    """Size, runs of text, shapes and number of images of a page, and the text that is not in its runs."""
    page = document[index]
    try:
        upright, width, height = _upright(page)
        drawing = _Drawing(upright, Shape(0, 0, width, height))
        drawing.add(page.raw, PdfMatrix(), 0)
        text_page = page.get_textpage()  # kept alive while its characters are read
        if pdfium.FPDFText_CountChars(text_page.raw) > _MOST_CHARACTERS:
            return {"problem": "holds more than a page of a report does and was left out"}
        text = _Text(drawing)
        text.read(text_page.raw)
        return {
            "width": width, "height": height, "runs": text.runs, "images": drawing.images,
            "shapes": [[round(edge, 2) for edge in (s.x0, s.y0, s.x1, s.y1)] for s in drawing.shapes],
            "hidden": text.hidden, "turned": text.turned, "unnamed": text.unnamed,
        }  # fmt: skip
    finally:
        page.close()


def _upright(page: pypdfium2.PdfPage) -> tuple[PdfMatrix, float, float]:
    """The matrix that turns a page upright with its lower left corner at 0, and the size of the page."""
    x0, y0, x1, y1 = page.get_cropbox()
    width, height = x1 - x0, y1 - y0
    matrices = {
        0: PdfMatrix(1, 0, 0, 1, -x0, -y0),
        90: PdfMatrix(0, -1, 1, 0, -y0, x1),
        180: PdfMatrix(-1, 0, 0, -1, x1, y1),
        270: PdfMatrix(0, 1, -1, 0, y1, -x0),
    }
    rotation = page.get_rotation()
    return matrices[rotation], *((height, width) if rotation in (90, 270) else (width, height))


class _Drawing:
    """What a page draws besides text: shapes, the number of images, and covers that hide text."""

    def __init__(self, upright: PdfMatrix, paper: Shape) -> None:
        self.upright = upright
        self.paper = paper
        self.shapes: list[Shape] = []
        self.images = 0
        self._covers: list[tuple[int, Shape]] = []
        self._places: dict[int, tuple[int, Shape]] = {}
        self._drawn = 0

    def add(self, parent: Any, matrix: PdfMatrix, depth: int) -> None:
        """Add the objects of a page (depth 0) or a form, whose coordinates `matrix` maps to the page."""
        count = (pdfium.FPDFFormObj_CountObjects if depth else pdfium.FPDFPage_CountObjects)(parent)
        get = pdfium.FPDFFormObj_GetObject if depth else pdfium.FPDFPage_GetObject
        for index in range(count):
            thing = get(parent, index)
            kind = pdfium.FPDFPageObj_GetType(thing)
            self._drawn += 1
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._places[_address(thing)] = self._drawn, self._bounds(thing, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self.images += 1
            elif kind == pdfium.FPDF_PAGEOBJ_PATH and len(self.shapes) < _MOST_SHAPES:
                self._add_path(thing, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                self.add(thing, _matrix_of(thing).multiply(matrix), depth + 1)

    def covers(self, text: Any) -> bool:
        """Whether something opaque was drawn over a piece of text afterwards."""
        drawn, place = self._places.get(_address(text), (0, None))
        return place is not None and any(
            later > drawn and cover.holds(place, slack=1) for later, cover in self._covers
        )

    def _bounds(self, thing: Any, matrix: PdfMatrix) -> Shape:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
        whole = matrix.multiply(self.upright)
        corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
        return around([whole.on_point(*corner) for corner in corners])

    def _add_path(self, path: Any, matrix: PdfMatrix) -> None:
        """Add the outline of each filled part of a path, or each stroke if the path is not filled."""
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        *colour, opacity = (
            _colour(path, pdfium.FPDFPageObj_GetFillColor) if fill.value else (255, 255, 255, 0)
        )
        is_filled = opacity > 0 and min(colour) < _WHITE
        *colour, seen = _colour(path, pdfium.FPDFPageObj_GetStrokeColor)
        is_stroked = stroke.value and seen > 0 and min(colour) < _WHITE
        is_opaque = opacity >= _OPAQUE and not pdfium.FPDFPageObj_HasTransparency(path)
        clip = self._clip(path, matrix)
        whole = _matrix_of(path).multiply(matrix).multiply(self.upright)
        if clip is None or not (is_filled or is_stroked or is_opaque):
            return
        for points in _subpaths(path):
            placed = [whole.on_point(x, y) for x, y in points]
            outline = around(placed)
            drawn = (
                [outline] if is_filled else [around(pair) for pair in pairwise(placed)] if is_stroked else []
            )
            self.shapes += filter(None, (overlap(shape, clip) for shape in drawn))
            seen_part = overlap(outline, clip)
            if (
                is_opaque
                and seen_part
                and _is_rectangle(placed, outline)
                and len(self._covers) < _MOST_COVERS
            ):
                self._covers.append((self._drawn, seen_part))

    def _clip(self, thing: Any, matrix: PdfMatrix) -> Shape | None:
        """The bounding box of what an object can be seen through; None if the object is invisible."""
        whole = matrix.multiply(self.upright)
        seen: Shape | None = self.paper
        clip = pdfium.FPDFPageObj_GetClipPath(thing)
        for index in range(min(pdfium.FPDFClipPath_CountPaths(clip) if clip else 0, _MOST_CLIPS)):
            segments = range(pdfium.FPDFClipPath_CountPathSegments(clip, index))
            ends = (_segment(pdfium.FPDFClipPath_GetPathSegment(clip, index, n)) for n in segments)
            points = [whole.on_point(x, y) for x, y, _, _ in ends]
            seen = overlap(seen, around(points)) if seen and points else seen
        return seen


def _subpaths(path: Any) -> Iterator[list[tuple[float, float]]]:
    """The points of each subpath."""
    points: list[tuple[float, float]] = []
    for index in range(min(pdfium.FPDFPath_CountSegments(path), _MOST_SHAPES)):
        x, y, begins, closes = _segment(pdfium.FPDFPath_GetPathSegment(path, index))
        if begins and len(points) > 1:
            yield points
        points = [] if begins else points
        points.append((x, y))
        if closes:
            points.append(points[0])
    if len(points) > 1:
        yield points


def _segment(segment: Any) -> tuple[float, float, bool, bool]:
    """The end of a path segment, whether it begins a subpath, and whether it closes one."""
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    begins = pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO
    return x.value, y.value, begins, bool(pdfium.FPDFPathSegment_GetClose(segment))


def _is_rectangle(points: list[tuple[float, float]], outline: Shape) -> bool:
    return len(points) <= 6 and all(
        min(abs(x - outline.x0), abs(x - outline.x1)) < 0.5
        and min(abs(y - outline.y0), abs(y - outline.y1)) < 0.5
        for x, y in points
    )


def _matrix_of(thing: Any) -> PdfMatrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, found)
    return PdfMatrix.from_raw(found)


def _colour(thing: Any, get: Any) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity, from 0 to 255; transparent by default."""
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    found = get(thing, red, green, blue, opacity)
    return (red.value, green.value, blue.value, opacity.value) if found else (255, 255, 255, 0)


def _address(thing: Any) -> int:
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


class _Style(NamedTuple):
    """How a piece of text looks; `weight` is 400 for regular and 700 for bold type."""

    size: float
    weight: int
    italic: bool
    turned: bool
    hidden: bool


class _Text:
    """The characters of a page as runs: words of one style on one baseline, in the order of the file.

    A run is [x0, x1, y, size, weight, italic, text]. `hidden` holds the runs that the page does not show.
    """

    def __init__(self, drawing: _Drawing) -> None:
        self.drawing = drawing
        self.runs: list[list[Any]] = []
        self.hidden: list[list[Any]] = []
        self.turned = self.unnamed = 0
        self._styles: dict[int, _Style] = {}
        self._begin = 0.0  # where the last character begins

    def read(self, text: Any) -> None:
        """Read all characters of a PDFium text page."""
        x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
        upright = self.drawing.upright
        a, _, c, _, e, _ = upright.get()
        paper = self.drawing.paper
        parted = False
        for index in range(pdfium.FPDFText_CountChars(text)):
            thing = pdfium.FPDFText_GetTextObject(text, index)
            if not thing:  # generated by PDFium between words and lines
                parted = True
                continue
            style = self._style(text, index, thing)
            code = pdfium.FPDFText_GetUnicode(text, index)
            character = "-" if code in _HYPHENS else chr(code)
            if style.turned:
                self.turned += not character.isspace()
                continue
            if code in _UNNAMED or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
                self.unnamed += 1
                continue
            pdfium.FPDFText_GetCharOrigin(text, index, x, y)
            pdfium.FPDFText_GetLooseCharBox(text, index, box)
            x0, base = upright.on_point(x.value, y.value)
            x1 = a * (box.right if a > 0 else box.left) + c * (box.top if c > 0 else box.bottom) + e
            if code == _SOFT_HYPHEN:  # a soft hyphen takes no room; a hyphen does
                character = "-" if x1 - x0 > _LEAST_GAP * style.size else ""
            if paper.x0 <= x0 <= paper.x1 and paper.y0 <= base <= paper.y1 and math.isfinite(x1):
                if (
                    character.isdigit()
                    and character in DIGITS
                    and self._is_raised(text, index, y.value, style.size)
                ):
                    character = RAISED_DIGITS[DIGITS.index(character)]
                self._put(style, character, x0, max(x0, x1), base, parted)
                parted = False

    def _style(self, text: Any, index: int, thing: Any) -> _Style:
        address = _address(thing)
        if address not in self._styles:
            self._styles[address] = _style_of(text, index, thing, self.drawing)
        return self._styles[address]

    def _is_raised(self, text: Any, index: int, base: float, size: float) -> bool:
        """Whether the font draws a digit raised: its code is that of any digit, so only the shape tells."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        return bottom.value - base > _RAISED * size and top.value - bottom.value < _LOW * size

    def _put(self, style: _Style, character: str, x0: float, x1: float, y: float, parted: bool) -> None:
        """Append a character to the last run, or begin another one."""
        runs = self.hidden if style.hidden else self.runs
        run = runs[-1] if runs else None
        if run is not None and run[3:6] == [style.size, style.weight, style.italic]:
            gap = (x0 - run[1]) / style.size
            # The letters of a ligature stand at one place.
            onwards = x0 >= self._begin - 0.1 * style.size
            if abs(run[2] - y) < 0.1 and onwards and gap < _RUN_GAP:
                apart = gap > _WORD_GAP or (parted and gap > _LEAST_GAP)
                if apart and not run[6].endswith(" ") and not character.isspace():
                    run[6] += " "
                run[6] += character
                run[1], self._begin = round(max(run[1], x1), 2), x0
                return
        if not character.isspace() and style.size:
            place = (round(value, 2) for value in (x0, x1, y))
            runs.append([*place, style.size, style.weight, style.italic, character])
            self._begin = x0


def _style_of(text: Any, index: int, thing: Any, drawing: _Drawing) -> _Style:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, found)
    a, b, c, d, _, _ = PdfMatrix.from_raw(found).multiply(drawing.upright).get()
    size = round(abs(pdfium.FPDFText_GetFontSize(text, index)) * math.hypot(c, d), 2)
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(max(1, pdfium.FPDFText_GetFontInfo(text, index, None, 0, flags)))
    pdfium.FPDFText_GetFontInfo(text, index, name, len(name), flags)
    font = name.value.decode("utf-8", "replace")
    weight = pdfium.FPDFText_GetFontWeight(text, index)
    weight = weight if 0 < weight <= _HEAVIEST else _REGULAR
    bold = _BOLD_NAME.search(font) or flags.value & _FORCED_BOLD
    italic = bool(_ITALIC_NAME.search(font) or flags.value & _ITALIC)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(thing)
    faint = mode == 0 and _colour(thing, pdfium.FPDFPageObj_GetFillColor)[3] == 0
    hidden = mode in _INVISIBLE or faint or size < _SMALLEST or drawing.covers(thing)
    return _Style(size, max(weight, _BOLD) if bold else weight, italic, a <= 0 or abs(b) > 0.1 * a, hidden)


if __name__ == "__main__":
    main()
