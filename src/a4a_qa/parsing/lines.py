"""A Markdown text → its lines, without what shapes the page only.

Left out are front matter, comments, scripts, fences, breaks and the marks of quotes; a heading that is
underlined begins with its `#`, and HTML is written as Markdown. Each line keeps its number in the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from a4a_qa.parsing.markdown_html import without_html

# In front matter each line holds something and the first one is a key, so that
# no text between two breaks is taken for it.
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?=[\w-]+:)(?:[^\S\n]*\S.*\n)*?---[ \t]*(?=\n|\Z)")
_QUOTED = re.compile(r"^(?: {0,3}>[ \t]?)+")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^`]*)")
_BREAK = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_TITLE = re.compile(r"(?!\s*[-*+•#]\s)[^\t|]{1,150}")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>", re.IGNORECASE)
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,})[ \t]*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file by its `number`, counted from 1; no blank line parts the lines of a `chunk`."""

    raw: str
    number: int
    chunk: int


def read_lines(source: str) -> list[Line]:
    """The lines of a Markdown text that are not blank."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    text = _blank(front[0]) + text[front.end() :] if front else text
    plain, fenced = _plain_lines(_without_scripts(_without_comments(text)).split("\n"))
    numbers, raws = zip(*without_html(plain, fenced), strict=True)
    lines: list[Line] = []
    chunk = 0
    for number, raw in zip(numbers, _with_signed_headings(raws), strict=True):
        if raw.strip():
            lines.append(Line(raw, number, chunk))
        else:
            chunk += 1
    return lines


def _blank(text: str) -> str:
    """The line ends of a text that is left out: the lines below keep their numbers."""
    return "\n" * text.count("\n")


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept += [text[at:start], _blank(text[start:end])]
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _without_scripts(text: str) -> str:
    """The text without scripts and style sheets; one that does not end is words."""
    kept: list[str] = []
    at = 0
    unclosed: set[str] = set()
    for match in _SCRIPT.finditer(text):
        name = match[1].lower()
        if match.start() < at or name in unclosed:
            continue
        end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, match.end())
        if end is None:
            unclosed.add(name)
        else:
            kept += [text[at : match.start()], _blank(text[match.start() : end.end()])]
            at = end.end()
    return "".join([*kept, text[at:]])


def _plain_lines(lines: list[str]) -> tuple[list[str], list[bool]]:
    """The lines without the marks of quotes and fences, and which of them stand between fences."""
    plain: list[str] = []
    fenced: list[bool] = []
    fence = ""
    for raw in lines:
        line = _QUOTED.sub("", raw)
        mark = _FENCE.fullmatch(line)
        if mark and not (fence and (mark[2].strip() or not mark[1].startswith(fence))):
            fence = "" if fence else mark[1]
            line = ""
        elif fence and line.lstrip().startswith("#"):
            line = "\\" + line.lstrip()
        elif line.startswith((" #", "  #", "   #")):
            line = line.lstrip()
        plain.append(line)
        fenced.append(bool(fence))
    return plain, fenced


def _with_signed_headings(lines: Sequence[str]) -> list[str]:
    """The lines with `#` before each heading that is underlined, and without breaks of dashes."""
    above = [True, True, *(not line.strip() for line in lines), True]
    signed: list[str] = []
    for index, line in enumerate(lines):
        second, first, _, below = above[index : index + 4]
        if first and below and _BREAK.fullmatch(line):
            line = ""
        elif second and not first and _UNDERLINE.fullmatch(line) and _TITLE.fullmatch(signed[-1]):
            signed[-1] = ("# " if "=" in line else "## ") + signed[-1].lstrip()
            line = ""
        signed.append(line)
    return signed
