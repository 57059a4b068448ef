"""Styles and numbering of a Word file: which paragraphs are headings, and the number before an item.

The file holds no numbers, only how they are counted and look: Word works them out each time it shows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from a4a_qa.parsing.html_text import list_number

# As deep as one style may be based on others.
_LONGEST_CHAIN = 20
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"toc (?:\d|heading)|table of figures", re.IGNORECASE)
# The outline level of what is no heading; 0 is the highest one.
_BODY = 9
# How Word names the forms of numbers, and HTML.
_FORMS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}


def value_of(element: Any, path: str) -> str | None:
    """The `w:val` of the element at a path, in whatever version of the format; None where there is none."""
    found = element.find(path) if element is not None else None
    if found is None:
        return None
    return next((value for name, value in found.attrib.items() if name.endswith("}val")), "")


class Styles:
    """The styles of styles.xml, by id; what one leaves open is that of the style that it is based on."""

    def __init__(self, root: Any) -> None:
        found = root.iter("{*}style") if root is not None else ()
        self.found: dict[tuple[str | None, str], str | None] = {}
        self.styles = {next((v for k, v in s.attrib.items() if k.endswith("}styleId")), ""): s for s in found}

    def name(self, style: str | None) -> str:
        """The name of a style, which is English in every language of Word."""
        return value_of(self.styles.get(style or ""), "{*}name") or ""

    def first(self, style: str | None, path: str) -> str | None:
        """What a style says at a path, or one that it is based on."""
        if (style, path) not in self.found:
            self.found[style, path] = self._first(style, path)
        return self.found[style, path]

    def _first(self, style: str | None, path: str) -> str | None:
        for _ in range(_LONGEST_CHAIN):
            element = self.styles.get(style or "")
            value = value_of(element, path)
            if element is None or value is not None:
                return value
            style = value_of(element, "{*}basedOn")
        return None

    def level(self, paragraph: Any) -> int | None:
        """The level of a heading, from 1; 0 for the title of the document, None for what is no heading."""
        style = value_of(paragraph, "{*}pPr/{*}pStyle")
        name = self.name(style) or style or ""
        if name.casefold() == "title":
            return 0
        outline = value_of(paragraph, "{*}pPr/{*}outlineLvl") or self.first(style, "{*}pPr/{*}outlineLvl")
        named = _HEADING.fullmatch(name)
        level = (
            int(outline)
            if outline and re.fullmatch(r"\d", outline)
            else int(named[1]) - 1
            if named
            else _BODY
        )
        return level + 1 if level < _BODY else None

    def is_contents(self, paragraph: Any) -> bool:
        """Whether a paragraph is a line of the contents list."""
        return bool(_CONTENTS.fullmatch(self.name(value_of(paragraph, "{*}pPr/{*}pStyle"))))


@dataclass(slots=True)
class _Level:
    """How one level of a list is numbered; in `text` stands «%1» for the number of the first level."""

    form: str
    text: str
    start: int


@dataclass(slots=True)
class _Count:
    """How far a list has counted, by level, and which of the numberings that restart it have begun."""

    numbers: dict[int, int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)


class Numbering:
    """The lists of numbering.xml, counted as the paragraphs of the document come."""

    def __init__(self, root: Any, styles: Styles) -> None:
        self.styles = styles
        self.lists: dict[str, dict[int, _Level]] = {}
        self.list_of: dict[str, str] = {}
        self.restarts: dict[tuple[str, int], int] = {}
        self.counts: dict[str, _Count] = {}
        for element in root.iter("{*}abstractNum") if root is not None else ():
            levels = {
                _number(_attribute(level, "ilvl"), 0): _level(level) for level in element.iter("{*}lvl")
            }
            self.lists[_attribute(element, "abstractNumId")] = levels
        for element in root.iter("{*}num") if root is not None else ():
            name = _attribute(element, "numId")
            self.list_of[name] = value_of(element, "{*}abstractNumId") or ""
            for override in element.iter("{*}lvlOverride"):
                start = value_of(override, "{*}startOverride")
                if start is not None:
                    self.restarts[name, _number(_attribute(override, "ilvl"), 0)] = _number(start, 1)

    def place(self, paragraph: Any) -> tuple[str, int] | None:
        """The list and the level that a paragraph stands in, said by itself or by its style."""
        style = value_of(paragraph, "{*}pPr/{*}pStyle")
        path = "{*}pPr/{*}numPr/{*}"
        name = value_of(paragraph, f"{path}numId") or self.styles.first(style, f"{path}numId")
        level = value_of(paragraph, f"{path}ilvl") or self.styles.first(style, f"{path}ilvl")
        depth = _number(level or "", 0)
        return (name, depth) if name and depth in self.lists.get(self.list_of.get(name, ""), {}) else None

    def label(self, name: str, depth: int) -> str | None:
        """The number that is printed before the next paragraph of a list; None for a bullet."""
        levels = self.lists[self.list_of[name]]
        if levels[depth].form == "bullet":
            return None
        count = self.counts.setdefault(self.list_of[name], _Count())
        numbers = count.numbers
        if (name, depth) in self.restarts and (name, depth) not in count.begun:
            numbers[depth] = self.restarts[name, depth] - 1
        count.begun.add((name, depth))
        numbers[depth] = numbers.get(depth, levels[depth].start - 1) + 1
        count.numbers = {level: number for level, number in numbers.items() if level <= depth}

        def written(match: re.Match[str]) -> str:
            level = levels.get(int(match[1]) - 1)
            if level is None or level.form == "none":
                return ""
            number = count.numbers.get(int(match[1]) - 1, level.start)
            return (
                f"{number:02}"
                if level.form == "decimalZero"
                else list_number(number, _FORMS.get(level.form, "1"))
            )

        return re.sub(r"%([1-9])", written, levels[depth].text).strip()


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,5}", text) else otherwise


def _level(element: Any) -> _Level:
    text = value_of(element, "{*}lvlText") or ""
    return _Level(
        value_of(element, "{*}numFmt") or "decimal",
        text[:40],
        _number(value_of(element, "{*}start") or "", 1),
    )
