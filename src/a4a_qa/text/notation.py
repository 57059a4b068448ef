"""How years, months, raised digits, links and Markdown are written, and what no text shows."""

from __future__ import annotations

import re

# A year, as part of a regular expression.
YEAR = r"(?:19|20)\d\d"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# An address as it stands in a text, to the next space.
ADDRESS = re.compile(r"(?:https?://|ftp://|www\.)\S+")
# Addresses of the web and of e-mail that viewers of Markdown make links of themselves.
LINKED_BY_VIEWERS = re.compile(
    r"((?:https?://|ftp://|www\.)[^\s`]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.IGNORECASE
)
# An address that may be linked to: a link that anyone follows in a hurry must not run anything.
SAFE_LINK = re.compile(r"https://[^\s<>\"']+")
# Control characters but tabs and line ends, and those that turn the direction of what follows: on a page they
# would hide words or change their order.
_CONTROLS = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
# What begins an item of a list in Markdown: a dash, a plus, a number with its stop.
_BEGINS_LIST = re.compile(r"^(\s*(?:\d{1,9}(?=[.)])|(?=[-+])))([-+.)])", re.MULTILINE)
DIGITS = "0123456789"
# Digits as note marks and powers are written, and as indices are, in the same order.
RAISED_DIGITS, LOWERED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
RAISED_MINUS = "⁻"
TO_RAISED = str.maketrans(DIGITS + "-–−", RAISED_DIGITS + RAISED_MINUS * 3)
TO_LOWERED = str.maketrans(DIGITS, LOWERED_DIGITS)
FROM_RAISED = str.maketrans(RAISED_DIGITS + RAISED_MINUS, DIGITS + "-")

# What is written with a raised 2 or 3: units of length and area, and a small letter that is a word by itself.
_SQUARED = re.compile(r"(?:^|[\s\d(])(?:[kcm]?m|ha|ft|mi)$|(?:^|[\s(=+−×·])[a-zα-ω]$")
# What is written with any power: a ten by which something is multiplied. After a raised minus stands no mark.
_TEN = re.compile(rf"(?:[×·⋅∗*]|(?<![^\W\d_])x)\s?10$|{RAISED_MINUS}$")
# The longest of these, with the character before it.
BASE_LENGTH = 5


def without_controls(text: str) -> str:
    """A text as it may be shown: without control characters and without marks that turn its direction."""
    return text.translate(_CONTROLS)


def in_markdown(text: str) -> str:
    """Words as Markdown shows them: nothing in them is markup, but for addresses, which some make links."""
    within = "".join(f"\\{c}" if c in "\\`*_[]<>#|~&" else c for c in text)
    return _BEGINS_LIST.sub(r"\1\\\2", within)


def is_power(text: str, at: int, digits: str) -> bool:
    """Whether digits raised at `at` of a text are a power ("km²", "y²", "4.7 × 10²⁷"), and so no note mark.

    `digits` are given as plain ones; of the text, the last `BASE_LENGTH` characters before `at` tell.
    """
    base = text[max(0, at - BASE_LENGTH) : at]
    return _TEN.search(base) is not None or (digits in ("2", "3") and _SQUARED.search(base) is not None)


def power_in(text: str, at: int, digits: str) -> str:
    """The power that a list of digits raised at `at` begins with ("km²,³"), or "" if it has none.

    What follows it in the list are note marks.
    """
    first = re.split(r"\D", digits, maxsplit=1)[0]
    return first if is_power(text, at, first) else ""
