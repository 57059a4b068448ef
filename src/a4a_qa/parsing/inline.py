"""Markdown inline markup → words and note marks.

Dropped are emphasis, tags, escapes, angle brackets, ornaments and the superscript digits; each run of
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
_ORNAMENTS = "✎↩\ufe0e"  # the last two lead from a note back to its mark
# A raised text that holds no letter: «1», «[1]», «1, 3–5», in a link or not.
_RAISED_TEXT = r"(?:</?(?:a|b|strong|i|em|span|u)\b[^<>]*>|[\s\d,;–\[\]()-]){1,200}"
_TAG = re.compile(r"<[^<>]*>")
# Ids that makers of HTML give to notes: «fn1», «fn:1», «_ftn1», «user-content-fn-1», «cite_note-1».
NOTE_ID = re.compile(
    r"(?:user-content-|_)?(?:s?d?(?:footnote|endnote)|cite_note|note|f(?:t)?n|e(?:d)?n)[-_:.]?(\d{1,4})(?:sym)?",
    re.IGNORECASE,
)
# A link to a note: «[1](#fn1)», «[[1]](#_ftn1)».
_LINKED_NUMBER = re.compile(r"\s*(?:\\?\[)?(\d{1,4})(?:\\?\])?\s*")
# So many notes may be meant by «3–5».
_LONGEST_RANGE = 20

# In this order: what is matched first wins.
_MARKUP = re.compile(
    rf"""
      \\(?P<escaped>[!-/:-@\[-`{{-~])
    | \[\^(?P<footnote>\d{{1,4}})\]
    | <sup\b[^<>]*>(?P<sup>{_RAISED_TEXT})</sup>
    | `(?P<code>[^`\n]+)`
    | !?\[(?P<link>(?:\\.|\[\^?\d{{1,4}}\]|[^\[\]\\])*)\]
      \((?:\\.|[^()\\\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\)
    | (?P<entity>&(?:[A-Za-z][A-Za-z\d]{{1,30}}|\#\d{{1,7}}|\#[xX][\da-fA-F]{{1,6}});)
    | <(?P<address>(?:https?|ftp)://[^<>\s]+|[^<>\s@]+@[^<>\s]+)>
    | (?P<tag></?[A-Za-z][^<>]*>)
    | (?P<emphasis>\*+|(?<![^\s(\[*"'“‘—–-])_{{1,3}}(?=[^\s_])|(?<=[^\s_])_{{1,3}}(?![^\s.,;:!?)\]*"'”’—–-]))
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


def _numbers(raised: str) -> list[int]:
    """The numbers of a raised text, «3–5» in full; what has more than four digits is none."""
    numbers: list[int] = []
    for first, last in re.findall(
        r"(?<!\d)(\d{1,4})(?!\d)(?:\s*[–-]\s*(\d{1,4})(?!\d))?", _TAG.sub("", raised)
    ):
        span = range(int(first), int(last or first) + 1)
        numbers += span if 0 < len(span) <= _LONGEST_RANGE else [int(first)]
    return numbers


def _linked_note(raw: str, link: re.Match[str]) -> int | None:
    """The number of the note that a link leads to, if it shows nothing else."""
    shown = _LINKED_NUMBER.fullmatch(link["link"])
    start = link.end("link") + len("](")
    leads_to_note = raw.startswith("#", start) and NOTE_ID.match(raw, start + 1)
    return int(shown[1]) if shown and leads_to_note else None


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
        elif kind == "link" and (noted := _linked_note(raw, match)) is not None:
            mark(noted)
        elif kind in ("escaped", "address", "code"):
            put(value)
        elif kind == "entity":
            character = html.unescape(value)
            put(" " if character.isspace() else "" if character in _ORNAMENTS else character)
        elif kind == "link":
            inner, last = read_inline(value), 0
            for offset, number in inner.marks:
                put(inner.text[last:offset])
                mark(number)
                last = offset
            put(inner.text[last:])
        elif kind == "footnote":
            mark(int(value))
        elif kind == "raised":
            put_raised(value.translate(_TO_DIGITS))
        elif kind == "sup":
            numbers = _numbers(value)
            if numbers:
                put_raised(str(numbers[0]))
            for number in numbers[1:]:
                mark(number)
    put(raw[at:])
    text = "".join(words)
    trimmed = text.rstrip(" ")
    return Inline(trimmed, tuple((min(offset, len(trimmed)), number) for offset, number in marks))
