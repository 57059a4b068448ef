"""A Word file → pieces: mammoth makes HTML of it, which `html` reads.

A DOCX is a ZIP file of XML. Only the parts that hold its text are read, within limits; entities are refused
and nothing outside the file is looked at. lxml rewrites these parts for mammoth: without pictures, hidden
words and the contents list, and with the level of every heading and the number of every item. The file does
not hold those numbers, only how they are counted and look; Word works them out when it shows them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from posixpath import join
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from a4a_qa.errors import ReportError
from a4a_qa.parsing.about import Clues, with_front
from a4a_qa.parsing.html import read_body
from a4a_qa.parsing.html_page import read_tree
from a4a_qa.parsing.markup import Piece, list_number
from a4a_qa.report.report import Problem

_REFERENCES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
# The settings of a run that matter; the rest is most of what a file has.
_RUN_SETTINGS = ("b", "i", "vertAlign")
_DEEPEST_LIST = 5
_BULLETS = f"""<w:numbering xmlns:w="{_WORD}"><w:abstractNum w:abstractNumId="0">{
    "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="bullet"/></w:lvl>' for level in range(_DEEPEST_LIST))
}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
# List items nest; a title on two lines is one heading.
_STYLE_MAP = "\n".join(
    [
        "p.Title => h1:separator(' ')",
        *(f"p.Heading{level} => h{level}:fresh" for level in range(1, 7)),
        *(
            f"p:unordered-list({n}) => {'ul > li > ' * (n - 1)}ul > li:fresh"
            for n in range(1, _DEEPEST_LIST + 1)
        ),
    ]
)


def read_docx(path: Path) -> tuple[list[Piece], Clues, list[Problem]]:
    """The pieces of a Word file, notes last, its clues, and its problems. Raises ReportError."""
    document, parts = _read_parts(path)
    styles = _Styles(parts["styles"].root)
    numbering = _Numbering(parts["numbering"].root, styles)
    # Headings are below the title, if there is one.
    shift = any(styles.level(paragraph) == 0 for paragraph in document.root.iter("{*}p"))
    noted = {kind: parts[kind] for kind in _NOTES if parts[kind].root is not None}
    shown = {"document": document, **noted}
    for part in shown.values():
        _make_plain(part, noted)
        for paragraph in list(part.root.iter(f"{part.w}p")):
            _tell(paragraph, part.w, styles, numbering, shift)
    pieces, problems = read_body(read_tree(_convert(path, shown), path), path)
    return pieces, with_front(_declared(parts["core-properties"].root), pieces), problems


def _declared(core: Any) -> Clues:
    """The clues in the properties of the file; the author is often whoever typed it."""
    if core is None:
        return Clues()
    made = core.findtext("{*}created") or ""
    year = int(made[:4]) if re.match(r"\d{4}-", made) else None
    return Clues(title=core.findtext("{*}title"), author=core.findtext("{*}creator"), created_year=year)


def _make_plain(part: _Part, notes: Mapping[str, _Part]) -> None:
    """Remove what is not text: pictures, hidden words, contents lists, marks without a note."""
    from lxml import etree

    w = part.w
    for holder in list(part.root.iter("{*}AlternateContent", f"{w}drawing", f"{w}pict", f"{w}object")):
        # The text in a box is written twice, for newer and older programs.
        choice = next(holder.iterchildren("{*}Choice"), holder)
        boxes = dict.fromkeys(choice.iter(f"{w}txbxContent"))
        outer = [box for box in boxes if not any(above in boxes for above in box.iterancestors())]
        holder.tag, holder[:] = f"{w}pict", outer
    unmarked = {(kind, _id(note)) for kind, other in notes.items() for note in other.root}
    for element in list(
        part.root.iter(f"{w}r", f"{w}sdt", f"{w}hyperlink", *(f"{w}{name}" for name in _REFERENCES))
    ):
        name = etree.QName(element).localname
        drop = False
        if name == "sdt":
            drop = _value(element, "{*}sdtPr/{*}docPartObj/{*}docPartGallery") == "Table of Contents"
        elif name == "r":
            drop = _value(element, "{*}rPr/{*}vanish") not in (None, "0", "false")
            for settings in element.iterchildren(f"{w}rPr"):
                settings[:] = list(settings.iterchildren(*(f"{w}{setting}" for setting in _RUN_SETTINGS)))
        elif name == "hyperlink" and _id(element) not in part.links:
            element.attrib.clear()
        elif name in _REFERENCES:
            note = (_REFERENCES[name], _id(element))
            drop = note not in unmarked
            unmarked.discard(note)
        if drop:
            element.getparent().remove(element)


def _id(element: Any) -> str:
    """The `w:id` of a note or its mark, the `r:id` of a link."""
    return _attribute(element, "id")


def _attribute(element: Any, name: str) -> str:
    """The attribute of this name in any namespace, as that differs between versions of the format."""
    return next((value for key, value in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _tell(paragraph: Any, w: str, styles: _Styles, numbering: _Numbering, shift: bool) -> None:
    """Write into a paragraph what Word works out: the level of a heading, the bullet or number of an item."""
    from lxml.etree import SubElement

    if styles.is_contents(paragraph):
        paragraph.getparent().remove(paragraph)
        return
    level = styles.level(paragraph)
    place = numbering.place(paragraph)
    label = numbering.label(*place) if place else ""
    properties = paragraph.find(f"{w}pPr")
    if properties is None:
        properties = SubElement(paragraph, f"{w}pPr")
    for element in [*properties.iterchildren(f"{w}pStyle", f"{w}numPr")]:
        properties.remove(element)
    if level is not None:
        name = f"Heading{min(6, level + shift)}" if level else "Title"
        SubElement(properties, f"{w}pStyle").set(f"{w}val", name)
    elif place and label is None:
        bullet = SubElement(properties, f"{w}numPr")
        SubElement(bullet, f"{w}ilvl").set(f"{w}val", str(min(place[1], _DEEPEST_LIST - 1)))
        SubElement(bullet, f"{w}numId").set(f"{w}val", "1")
    paragraph.insert(0, properties)
    if label:
        run = SubElement(paragraph, f"{w}r")
        SubElement(run, f"{w}t").text = f"{label} "
        paragraph.insert(1, run)


def _convert(path: Path, shown: Mapping[str, _Part]) -> str:
    """The HTML that mammoth makes of the parts that hold text."""
    import mammoth
    from lxml import etree

    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("word/numbering.xml", _BULLETS)
        for kind, part in shown.items():
            links = etree.Element(f"{{{_LINKS}}}Relationships")
            for name, (of_kind, target) in part.links.items():
                if of_kind.endswith("/hyperlink"):
                    etree.SubElement(links, f"{{{_LINKS}}}Relationship", Id=name, Type=of_kind, Target=target)
            archive.writestr(f"word/{kind}.xml", etree.tostring(part.root))
            archive.writestr(f"word/_rels/{kind}.xml.rels", etree.tostring(links))
    try:
        result = mammoth.convert_to_html(
            file,
            style_map=_STYLE_MAP,
            include_default_style_map=False,
            include_embedded_style_map=False,
            convert_image=lambda image: [],
            external_file_access=False,
        )
    except Exception as error:  # mammoth trusts its input, so a damaged file may raise anything
        raise ReportError(
            f"{path} cannot be read as a Word file ({error!r:.200}). Open it in Word and save it again."
        ) from error
    return str(result.value)


# Pictures fill most of a Word file. The text of 500 pages takes some 15 MB unpacked and 300,000 tags. Reading
# is bounded by these, not by the packed size.
_LARGEST_FILE = 50_000_000
_MOST_ENTRIES = 10_000
_LARGEST_PARTS = 50_000_000
_MOST_TAGS = 1_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOTES = ("footnotes", "endnotes")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the file: its name, its root element, and the (kind, target) of its links by id."""

    name: str
    root: Any
    links: Mapping[str, tuple[str, str]]

    @property
    def w(self) -> str:
        """The namespace of Word's elements in braces, which differs between versions of the format."""
        return str(self.root.tag).partition("}")[0] + "}"

    def find(self, kind: str, otherwise: str) -> str:
        """The name of the part that a kind of link leads to."""
        folder = self.name.rpartition("/")[0]
        found = (target for of_kind, target in self.links.values() if of_kind.endswith(f"/{kind}"))
        return join("/", folder, next(found, otherwise)).lstrip("/")


def _read_parts(path: Path) -> tuple[_Part, dict[str, _Part]]:
    """The main part of a file, and the other parts that are needed, by kind."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ReportError(
                f"{path} has {path.stat().st_size:,} bytes; a Word file may have {_LARGEST_FILE:,}. "
                "Save it with smaller pictures, or as PDF."
            )
        with path.open("rb") as file:
            if file.read(len(_OLE)) == _OLE:
                raise ReportError(
                    f"{path} is an old Word file (.doc), or one that is locked with a password. "
                    "Open it in Word and save it as .docx, without a password."
                )
        with ZipFile(path) as archive:
            return _Package(path, archive).parts()
    # RuntimeError: an encrypted entry; NotImplementedError: an unknown compression.
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ReportError(f"{path} is not a Word file (.docx): {error}. Save it again in Word.") from error
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror or error}.") from error


class _Package:
    """An open file, of which only so much is read."""

    def __init__(self, path: Path, archive: ZipFile) -> None:
        self.path, self.archive = path, archive
        self.size = self.tags = 0
        if len(archive.infolist()) > _MOST_ENTRIES:
            raise self.wrong(f"has {len(archive.infolist()):,} parts, which no report has")

    def wrong(self, what: str) -> ReportError:
        """The error for a file that is not a plain Word document."""
        return ReportError(f"{self.path} {what}. Open it in Word and save it as .docx again.")

    def parts(self) -> tuple[_Part, dict[str, _Part]]:
        """The main part, and the others by kind."""
        package = self.part("")
        document = self.part(package.find("officeDocument", "word/document.xml"))
        if document.root is None or document.root.find("{*}body") is None:
            raise self.wrong("has no body, which every Word file has")
        names = {kind: document.find(kind, f"{kind}.xml") for kind in (*_NOTES, "styles", "numbering")}
        names["core-properties"] = package.find("core-properties", "docProps/core.xml")
        return document, {kind: self.part(name) for kind, name in names.items()}

    def part(self, name: str) -> _Part:
        """A part with its links; its root is None if the file has no such part."""
        folder, _, file = name.rpartition("/")
        links = self.root(join(folder, "_rels", f"{file}.rels"))
        found = links.iter("{*}Relationship") if links is not None else ()
        targets = {link.get("Id", ""): (link.get("Type", ""), link.get("Target", "")) for link in found}
        return _Part(name, self.root(name), targets)

    def root(self, name: str) -> Any:
        """The XML of an entry, or None if the file has no such entry."""
        from lxml import etree

        try:
            entry = self.archive.getinfo(name)
        except KeyError:
            return None
        self.size += entry.file_size
        if self.size > _LARGEST_PARTS or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise self.wrong(f"holds more than {_LARGEST_PARTS:,} bytes of text, which no report has")
        data = self.archive.read(entry)
        self.tags += data.count(b"<")
        if self.tags > _MOST_TAGS:
            raise self.wrong(f"holds more than {_MOST_TAGS:,} tags, which no report has")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise self.wrong(f"has a part {name} that is broken ({error})") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise self.wrong(f"has a part {name} that defines entities, which no Word file does")
        return root


# The most styles that are based on each other in turn.
_LONGEST_CHAIN = 20
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"toc (?:\d|heading)|table of figures", re.IGNORECASE)
# The outline level of text that is not a heading; 0 is the highest.
_BODY = 9
# Forms of numbers as Word and as HTML name them.
_FORMS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}


def _value(element: Any, path: str) -> str | None:
    """The `w:val` of the element at a path, in any version of the format; None if it is missing."""
    found = element.find(path) if element is not None else None
    return None if found is None else _attribute(found, "val")


class _Styles:
    """The styles of styles.xml by id; what a style leaves open comes from the one that it is based on."""

    def __init__(self, root: Any) -> None:
        found = root.iter("{*}style") if root is not None else ()
        self.found: dict[tuple[str | None, str], str | None] = {}
        self.styles = {_attribute(style, "styleId"): style for style in found}

    def name(self, style: str | None) -> str:
        """The name of a style, which is in English in every language of Word."""
        return _value(self.styles.get(style or ""), "{*}name") or ""

    def first(self, style: str | None, path: str) -> str | None:
        """The value at a path in a style, or in one that it is based on."""
        if (style, path) not in self.found:
            self.found[style, path] = self._first(style, path)
        return self.found[style, path]

    def _first(self, style: str | None, path: str) -> str | None:
        for _ in range(_LONGEST_CHAIN):
            element = self.styles.get(style or "")
            value = _value(element, path)
            if element is None or value is not None:
                return value
            style = _value(element, "{*}basedOn")
        return None

    def level(self, paragraph: Any) -> int | None:
        """The level of a heading, from 1; 0 for the title of the document, None if it is not a heading."""
        style = _value(paragraph, "{*}pPr/{*}pStyle")
        name = self.name(style) or style or ""
        if name.casefold() == "title":
            return 0
        outline = _value(paragraph, "{*}pPr/{*}outlineLvl") or self.first(style, "{*}pPr/{*}outlineLvl")
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
        return bool(_CONTENTS.fullmatch(self.name(_value(paragraph, "{*}pPr/{*}pStyle"))))


@dataclass(slots=True)
class _Level:
    """How one level of a list is numbered; in `text`, "%1" is the number of the first level."""

    form: str
    text: str
    start: int


@dataclass(slots=True)
class _Count:
    """The count of a list by level, and which of the numberings that restart it have begun."""

    numbers: dict[int, int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)


class _Numbering:
    """The lists of numbering.xml, counted in the order of the paragraphs."""

    def __init__(self, root: Any, styles: _Styles) -> None:
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
            self.list_of[name] = _value(element, "{*}abstractNumId") or ""
            for override in element.iter("{*}lvlOverride"):
                start = _value(override, "{*}startOverride")
                if start is not None:
                    self.restarts[name, _number(_attribute(override, "ilvl"), 0)] = _number(start, 1)

    def place(self, paragraph: Any) -> tuple[str, int] | None:
        """The list and the level of a paragraph, given by itself or by its style."""
        style = _value(paragraph, "{*}pPr/{*}pStyle")
        path = "{*}pPr/{*}numPr/{*}"
        name = _value(paragraph, f"{path}numId") or self.styles.first(style, f"{path}numId")
        level = _value(paragraph, f"{path}ilvl") or self.styles.first(style, f"{path}ilvl")
        depth = _number(level or "", 0)
        return (name, depth) if name and depth in self.lists.get(self.list_of.get(name, ""), {}) else None

    def label(self, name: str, depth: int) -> str | None:
        """The number before the next paragraph of a list, as printed; None for a bullet."""
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


def _number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,5}", text) else otherwise


def _level(element: Any) -> _Level:
    text = _value(element, "{*}lvlText") or ""
    return _Level(
        _value(element, "{*}numFmt") or "decimal",
        text[:40],
        _number(_value(element, "{*}start") or "", 1),
    )
