"""Markdown inline markup → words and note marks.

Dropped are emphasis, escapes, angle brackets, ornaments and the superscript digits; each run of
superscript digits becomes a mark at the place where it stood, but behind a unit («km²») it is part of
a word and stays. Of a link and an image the words are kept.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from a4a_qa.notation import DIGITS, RAISED_DIGITS, UNIT_LENGTH, is_power

_TO_DIGITS = str.maketrans(RAISED_DIGITS, DIGITS)
_TO_RAISED = str.maketrans(DIGITS, RAISED_DIGITS)
_ORNAMENTS = "✎"

# In this order: what is matched first wins.
_MARKUP = re.compile(
    rf"""
      \\(?P<escaped>[!-/:-@\[-`{{-~])
    | \[\^(?P<footnote>\d{{1,4}})\]
    | <sup>\s*(?P<sup>\d{{1,4}})\s*</sup>
    | !?\[(?P<link>(?:\\.|\[\^\d{{1,4}}\]|[^\[\]\\])*)\]
      \((?:\\.|[^()\\\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\)
    | (?P<entity>&(?:[A-Za-z][A-Za-z\d]{{1,30}}|\#\d{{1,7}}|\#[xX][\da-fA-F]{{1,6}});)
    | <(?P<address>(?:https?|ftp)://[^<>\s]+|[^<>\s@]+@[^<>\s]+)>
    | (?P<tag></?[A-Za-z][^<>]*>)
    | (?P<emphasis>\*+)
    | (?P<ornament>[{_ORNAMENTS}]\s*)
    | (?P<raised>[{RAISED_DIGITS}]{{1,4}})
    | (?P<space>[^\S\n]+)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Inline:
    """Words without markup, and (offset, number) of each note mark in them."""

    text: str
    marks: tuple[tuple[int, int], ...]


def digits(raised: str) -> int:
    """The number that superscript digits write."""
    return int(raised.translate(_TO_DIGITS))


def read_inline(raw: str) -> Inline:
    """The words of one line; runs of white space become one space, tabs stay for `cells` to cut."""
    words: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0

    def put(text: str) -> None:
        nonlocal length
        if text.startswith(" ") and (not length or words[-1].endswith(" ")):
            text = text.lstrip(" ")
        if text:
            words.append(text)
            length += len(text)

    def mark(number: int) -> None:
        nonlocal length
        if words and words[-1].endswith(" "):
            last = words.pop()
            length -= len(last)
            put(last.rstrip(" "))
        marks.append((length, number))

    def put_raised(number: str) -> None:
        end = "".join(words[-UNIT_LENGTH:])  # none of the words is empty
        if is_power(end, len(end), number):
            put(number.translate(_TO_RAISED))
        else:
            mark(int(number))

    at = 0
    for match in _MARKUP.finditer(raw):
        put(raw[at : match.start()])
        at = match.end()
        kind = match.lastgroup
        value = match[kind] if kind else ""
        if kind == "space":
            put(" ")
        elif kind in ("escaped", "address"):
            put(value)
        elif kind == "entity":
            character = html.unescape(value)
            put(" " if character.isspace() else character)
        elif kind == "link":
            inner, last = read_inline(value), 0
            for offset, number in inner.marks:
                put(inner.text[last:offset])
                mark(number)
                last = offset
            put(inner.text[last:])
        elif kind == "footnote":
            mark(int(value))
        elif kind in ("sup", "raised"):
            put_raised(value.translate(_TO_DIGITS))
    put(raw[at:])
    text = "".join(words)
    trimmed = text.rstrip(" ")
    return Inline(trimmed, tuple((min(offset, len(trimmed)), number) for offset, number in marks))
