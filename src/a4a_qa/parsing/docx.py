"""A Word file → the same pieces that a Markdown file has: mammoth makes HTML of it, which html.py reads.

mammoth is not given the file but those parts of it that hold its text, checked and written anew by lxml:
without pictures, hidden words and the contents list, with the level of every heading and the number of every
item. What the file names outside of itself is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from a4a_qa.errors import ReportError
from a4a_qa.parsing.about import Clues
from a4a_qa.parsing.docx_package import NOTES, Part, read_parts
from a4a_qa.parsing.docx_styles import Numbering, Styles, value_of
from a4a_qa.parsing.html import read_body, with_front
from a4a_qa.parsing.html_page import read_tree
from a4a_qa.parsing.pieces import Piece
from a4a_qa.report import Problem

_REFERENCES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
# What is looked at of how a run is set; the rest is most of what a file has.
_RUN_SETTINGS = ("b", "i", "vertAlign")
_DEEPEST_LIST = 5
_BULLETS = f"""<w:numbering xmlns:w="{_WORD}"><w:abstractNum w:abstractNumId="0">{
    "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="bullet"/></w:lvl>' for level in range(_DEEPEST_LIST))
}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
# A list item below another one; a title on two lines is one.
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
    """The pieces of a Word file, notes last, what it says about itself, and oddities. Raises ReportError."""
    document, parts = read_parts(path)
    styles = Styles(parts["styles"].root)
    numbering = Numbering(parts["numbering"].root, styles)
    # The headings stand below the title, where there is one.
    shift = any(styles.level(paragraph) == 0 for paragraph in document.root.iter("{*}p"))
    noted = {kind: parts[kind] for kind in NOTES if parts[kind].root is not None}
    shown = {"document": document, **noted}
    for part in shown.values():
        _make_plain(part, noted)
        for paragraph in list(part.root.iter(f"{part.w}p")):
            _tell(paragraph, part.w, styles, numbering, shift)
    pieces, problems = read_body(read_tree(_convert(path, shown), path), path)
    return pieces, with_front(_declared(parts["core-properties"].root), pieces), problems


def _declared(core: Any) -> Clues:
    """What the properties of the file say; the author is often who typed it."""
    if core is None:
        return Clues()
    made = core.findtext("{*}created") or ""
    year = int(made[:4]) if re.match(r"\d{4}-", made) else None
    return Clues(title=core.findtext("{*}title"), author=core.findtext("{*}creator"), created_year=year)


def _make_plain(part: Part, notes: Mapping[str, Part]) -> None:
    """Drop what is no text: pictures, hidden words, contents lists, marks of notes that are not there."""
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
            drop = value_of(element, "{*}sdtPr/{*}docPartObj/{*}docPartGallery") == "Table of Contents"
        elif name == "r":
            drop = value_of(element, "{*}rPr/{*}vanish") not in (None, "0", "false")
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
    return next((value for name, value in element.attrib.items() if name.endswith("}id")), "")


def _tell(paragraph: Any, w: str, styles: Styles, numbering: Numbering, shift: bool) -> None:
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


def _convert(path: Path, shown: Mapping[str, Part]) -> str:
    """The HTML of the parts that hold text, made by mammoth."""
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
    except Exception as error:  # mammoth trusts its input: whatever a damaged file makes it raise
        raise ReportError(
            f"{path} cannot be read as a Word file ({error!r:.200}). Open it in Word and save it anew."
        ) from error
    return str(result.value)
