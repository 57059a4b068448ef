# ruff: noqa: E501 (an element of XML to a line)
"""Pieces of a report → a flat OpenDocument text, which LibreOffice prints to PDF.

Endnotes and footnotes are those of the program; boxes are text frames; words hold soft hyphens.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from parsing.pdf.pieces import Piece

_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("svg", "svg-compatible"), ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
_STYLES = """
<style:style style:name="P" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="2.4mm"
 fo:text-align="justify" fo:hyphenation-ladder-count="no-limit"/>
 <style:text-properties style:font-name="F" fo:font-family="{font}" fo:font-size="10.5pt" fo:language="en"
 fo:country="GB" fo:hyphenate="true" fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/></style:style>
<style:style style:name="G" style:family="paragraph" style:parent-style-name="P"><style:paragraph-properties
 fo:margin-left="30mm" fo:text-indent="-30mm"><style:tab-stops><style:tab-stop style:position="0mm"/>
 </style:tab-stops></style:paragraph-properties></style:style>
<style:style style:name="I" style:family="paragraph" style:parent-style-name="P"><style:paragraph-properties
 fo:margin-left="10mm" fo:text-indent="-10mm"><style:tab-stops><style:tab-stop style:position="0mm"/>
 </style:tab-stops></style:paragraph-properties></style:style>
<style:style style:name="C" style:family="paragraph" style:parent-style-name="P"><style:paragraph-properties
 fo:text-align="left" fo:margin-bottom="0mm"/><style:text-properties fo:font-size="9pt" fo:hyphenate="false"/></style:style>
<style:style style:name="N" style:family="paragraph" style:parent-style-name="P"><style:paragraph-properties
 fo:text-align="left" fo:margin-left="6mm" fo:text-indent="-6mm" fo:margin-bottom="1mm"/>
 <style:text-properties fo:font-size="8.5pt" fo:hyphenate="false"/></style:style>
<style:style style:name="Endnote" style:family="paragraph" style:parent-style-name="N"/>
<style:style style:name="H1" style:family="paragraph" style:parent-style-name="P" style:default-outline-level="1">
 <style:paragraph-properties fo:text-align="left" fo:margin-top="6mm" fo:keep-with-next="always"/>
 <style:text-properties fo:font-size="16pt" fo:font-weight="bold" fo:hyphenate="false"/></style:style>
<style:style style:name="H2" style:family="paragraph" style:parent-style-name="P" style:default-outline-level="2">
 <style:paragraph-properties fo:text-align="left" fo:margin-top="3mm" fo:keep-with-next="always"/>
 <style:text-properties fo:font-size="12pt" fo:font-style="italic" fo:font-weight="bold" fo:hyphenate="false"/></style:style>
<style:style style:name="H3" style:family="paragraph" style:parent-style-name="H2" style:default-outline-level="3">
 <style:text-properties fo:font-size="10.5pt" fo:font-weight="normal"/></style:style>
<style:style style:name="B" style:family="paragraph" style:parent-style-name="P"><style:paragraph-properties
 fo:border="0.6pt solid #444444" fo:padding="2mm" fo:margin-left="3mm" fo:margin-right="3mm" fo:margin-bottom="0mm"/></style:style>
<style:style style:name="S" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="W" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Frame" style:family="graphic"><style:graphic-properties fo:border="0.6pt solid #444444"
 fo:padding="2.5mm" fo:background-color="#f2f2f2" style:wrap="none" style:vertical-pos="top" style:vertical-rel="paragraph"
 style:horizontal-pos="center" style:horizontal-rel="paragraph"/></style:style>
<text:notes-configuration text:note-class="endnote" style:num-format="1" text:default-style-name="Endnote"
 text:citation-body-style-name="{mark}" text:citation-style-name="{note}"/>
<text:notes-configuration text:note-class="footnote" style:num-format="*" text:default-style-name="N"/>
"""
_AUTOMATIC = """
<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"
 fo:padding="1mm"/></style:style>
<style:style style:name="First" style:family="paragraph" style:parent-style-name="H1" style:master-page-name="Body">
 <style:paragraph-properties style:page-number="1"/></style:style>
<style:page-layout style:name="L"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm"
 fo:margin-top="18mm" fo:margin-bottom="18mm" fo:margin-left="28mm" fo:margin-right="28mm" style:num-format="{format}"/>
 <style:header-style><style:header-footer-properties fo:margin-bottom="4mm" fo:min-height="8mm"/></style:header-style>
 <style:footer-style><style:header-footer-properties fo:margin-top="4mm" fo:min-height="8mm"/></style:footer-style>
</style:page-layout>
"""


def typeset(pieces: Sequence[Piece], title: str, font: str = "Liberation Sans") -> str:
    """The report as a flat OpenDocument text."""
    notes = {piece.number: piece for piece in pieces if piece.kind == "endnote"}
    first = next(n for n, piece in enumerate(pieces) if piece.kind == "heading" and piece.level == 1)
    body = [f'<text:p text:style-name="P">{escape(piece.text)}</text:p>' for piece in pieces[:first]]
    body += list(_body([piece for piece in pieces[first:] if piece.kind != "endnote"], notes))
    styles = _STYLES.format(font=font, mark="S", note="S")
    page = _AUTOMATIC.format(format="1")
    head = f'<style:header><text:p text:style-name="C">{escape(title)}</text:p></style:header>'
    foot = '<style:footer><text:p text:style-name="C"><text:page-number/></text:p></style:footer>'
    master = "".join(
        f'<style:master-page style:name="{name}" style:page-layout-name="L">{head}{foot}</style:master-page>'
        for name in ("Standard", "Body")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:styles>{styles}</office:styles><office:automatic-styles>{page}</office:automatic-styles>"
        f"<office:master-styles>{master}</office:master-styles>"
        f"<office:body><office:text>{''.join(body)}</office:text></office:body></office:document>"
    )


def _body(pieces: Sequence[Piece], notes: dict[int, Piece]) -> Iterator[str]:
    number = 0
    started = False
    while number < len(pieces):
        piece = pieces[number]
        run = [piece]
        while number + len(run) < len(pieces) and _belongs(piece, pieces[number + len(run)]):
            run.append(pieces[number + len(run)])
        number += len(run)
        if piece.in_box and any(part.marks for part in run):
            # A text frame of this program cannot hold endnotes.
            yield "".join(_piece(part, notes) for part in run).replace('"P"', '"B"')
        elif piece.in_box:
            inner = "".join(_piece(part, notes) for part in run)
            yield (
                '<text:p text:style-name="P"><draw:frame draw:style-name="Frame" text:anchor-type="paragraph" '
                f'svg:width="150mm"><draw:text-box fo:min-height="10mm">{inner}</draw:text-box></draw:frame></text:p>'
            )
        elif piece.kind == "table_row":
            yield _table(run, notes)
        elif piece.kind == "list_item":
            items = "".join(f"<text:list-item>{_piece(item, notes)}</text:list-item>" for item in run)
            yield f"<text:list>{items}</text:list>"
        else:
            shown = _piece(piece, notes)
            yield shown if started else shown.replace('"H1"', '"First"')
            started = True


def _belongs(first: Piece, piece: Piece) -> bool:
    if first.in_box or piece.in_box:
        return first.in_box and piece.in_box
    return first.kind == piece.kind and piece.kind in ("table_row", "list_item")


def _piece(piece: Piece, notes: dict[int, Piece]) -> str:
    text = piece.written(_escaped, lambda number: _note(notes[number]))
    if piece.kind == "heading":
        if piece.in_box:
            return f'<text:p text:style-name="P"><text:span text:style-name="W">{text}</text:span></text:p>'
        level = min(piece.level, 3)
        return f'<text:h text:style-name="H{level}" text:outline-level="{level}">{text}</text:h>'
    if piece.kind == "glossary_entry":
        term, _, meaning = text.partition(": ")
        bold = f'<text:span text:style-name="W">{term}:</text:span>'
        return f'<text:p text:style-name="G">{bold}<text:tab/>{meaning}</text:p>'
    if piece.kind == "item" and (match := re.match(r"(\(\d+\)) ", text)):
        return f'<text:p text:style-name="I">{match[1]}<text:tab/>{text[match.end() :]}</text:p>'
    if piece.kind == "footnote":
        return f'<text:p text:style-name="N">* {text}</text:p>'
    return f'<text:p text:style-name="{"C" if piece.kind == "table_row" else "P"}">{text}</text:p>'


def _note(note: Piece) -> str:
    return (
        f'<text:note text:id="n{note.number}" text:note-class="endnote"><text:note-citation>{note.number}'
        f'</text:note-citation><text:note-body><text:p text:style-name="Endnote">{escape(note.text)}</text:p>'
        "</text:note-body></text:note>"
    )


def _table(rows: Sequence[Piece], notes: dict[int, Piece]) -> str:
    columns = max(row.text.count("\t") for row in rows) + 1
    lines = []
    for row in rows:
        cells = row.written(_escaped, lambda number: _note(notes[number])).split("\t")
        cells += [""] * (columns - len(cells))
        lines.append(
            "".join(
                '<table:table-cell table:style-name="Cell" office:value-type="string">'
                f'<text:p text:style-name="C">{cell}</text:p></table:table-cell>'
                for cell in cells
            )
        )
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    return f'<table:table><table:table-column table:number-columns-repeated="{columns}"/>{body}</table:table>'


def _escaped(text: str) -> str:
    """Words as XML, with soft hyphens where long ones may be broken."""
    return escape(
        re.sub(r"(?<![/\w.:-])([a-z]{4,6})([a-z]{5,9})(?![/\w.:-])", "\\1\xad\\2", text), quote=False
    )


def write(pieces: Sequence[Piece], title: str, target: Path) -> None:
    """Print the pieces with LibreOffice into a PDF file with an outline."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.fodt"
        source.write_text(typeset(pieces, title), encoding="utf-8")
        options = 'pdf:writer_pdf_Export:{"ExportBookmarks":{"type":"boolean","value":"true"}}'
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            options,
        ]
        subprocess.run([*command, "--outdir", folder, source], check=True, stdout=subprocess.DEVNULL)
        target.write_bytes(source.with_suffix(".pdf").read_bytes())
