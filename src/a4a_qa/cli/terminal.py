"""Words on a terminal: nothing that could steer it, and no line too wide."""

from __future__ import annotations

import re
import shutil
import textwrap
import unicodedata

_WIDEST = 100


def safe(text: str) -> str:
    """A text without control characters, which could steer a terminal; a tab parts the cells of a row,
    and of an empty one a dash is seen."""
    text = text.encode("utf-8", "replace").decode()  # a file's name may hold what UTF-8 cannot
    spaced = re.sub(r"\t(?=\t|$)", " · –", text).replace("\t", " · ")
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf") or c == "\n")


def wrap(text: str, indent: int = 0) -> str:
    """A paragraph as wide as the terminal, at most 100 characters; addresses are not broken."""
    width = min(_WIDEST, max(40, shutil.get_terminal_size((_WIDEST, 20)).columns - 1))
    margin = " " * indent
    return textwrap.fill(
        safe(text),
        width,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
