"""A font of a PDF file, as pypdf decodes it → its characters, their widths, and how it looks."""

from __future__ import annotations

import re
from typing import Any

from a4a_qa.notation import DIGITS, RAISED_DIGITS
from a4a_qa.parsing.pdf.canvas import Font

# «Medi» is the bold of the URW fonts, which stand for Times and Palatino in LaTeX.
_BOLD = re.compile(r"bold|black|heavy|demi|semib|-medi(?!um)|cmbx|ecbx|sfbx", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obli|slanted|cmti|ecti|sfti", re.IGNORECASE)
# A raised digit is at most this wide beside the common one.
_NARROW = 0.8
_FORCED_BOLD = 1 << 18
_ITALIC_FLAG = 1 << 6


# What stands for a font that is broken.
UNREADABLE = Font(False, False, False, lambda data: [("\ufffd", 0.5, False) for _ in data])


def font_of(font: Any, resource: Any) -> Font:
    """A font as `drawing` wants it; `font` is pypdf's, `resource` its dictionary in the file."""
    descriptor = font.font_descriptor
    flags = descriptor.flags if isinstance(descriptor.flags, int) else 0
    raised = _raised_digits(font)
    # Type 3 glyphs have widths in a space of their own.
    scale = 0.001
    if font.sub_type == "Type3":
        scale = float(resource.get("/FontMatrix", [0.001])[0])
    return Font(
        bold=bool(_BOLD.search(font.name)) or bool(flags & _FORCED_BOLD),
        italic=bool(_ITALIC.search(font.name)) or bool(flags & _ITALIC_FLAG),
        readable=font.interpretable,
        glyphs=lambda data: _glyphs(font, data, scale, raised),
    )


def _glyphs(font: Any, data: bytes, scale: float, raised: dict[str, str]) -> list[tuple[str, float, bool]]:
    widths, default = font.character_widths, font.character_widths["default"]
    if isinstance(font.encoding, dict):
        codes = [(chr(byte), font.encoding.get(byte, chr(byte)), byte == 32) for byte in data]
    else:
        text = data.decode(font.encoding, "replace")
        codes = [(char, char, len(data) == len(text) and char == " ") for char in text]
    glyphs = []
    for code, char, is_space in codes:
        width = float(widths.get(code, default)) * scale
        shown = raised.get(code) or font.character_map.get(char, char)
        # A place where a word may be broken takes no room; a hyphen does, whatever the file calls it.
        glyphs.append(("" if shown == "\xad" and not width else shown, width, is_space))
    return glyphs


def _raised_digits(font: Any) -> dict[str, str]:
    """The codes of digits that a font draws raised, as the characters that say so («¹»).

    Fonts can have such digits beside the common ones; the file calls both by one name, and only their width
    tells them apart.
    """
    widths = font.character_widths
    digits = {
        code: str(shown)
        for code, shown in font.character_map.items()
        if len(str(shown)) == 1 and str(shown) in DIGITS and isinstance(widths.get(code), int | float)
    }
    broadest = {
        digit: max(widths[code] for code in digits if digits[code] == digit) for digit in digits.values()
    }
    narrow = [code for code, digit in digits.items() if widths[code] < _NARROW * broadest[digit]]
    if not narrow:
        return {}
    limit = max(widths[code] for code in narrow)
    return {
        code: RAISED_DIGITS[DIGITS.index(digit)] for code, digit in digits.items() if widths[code] <= limit
    }
