"""Typesets one small invented report in several layouts: `python tests/parsing/pdf/make_fixtures.py`.

Needs WeasyPrint, Typst (both from PyPI), and `chromium`, `pdflatex` and `soffice` on the path; the PDFs are
kept in tests/fixtures/pdf, so that the tests need none of them. The same report as Markdown is what the PDFs
are compared with. `… make_fixtures.py report.md article out.pdf` typesets another report in one layout:
article, newsletter, book (LaTeX), office (LibreOffice) or typst.
"""

import html
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from parsing.pdf import latex, opendocument, typst_markup
from parsing.pdf.pieces import read_pieces

FOLDER = Path(__file__).parents[2] / "fixtures" / "pdf"
SOURCE = FOLDER / "harbours.md"
BOX_FIRST, BOX_LAST = "## A day on the Merganser", "he was given a coat.⁶"

COMMON = """
sup { font-size: 62%; line-height: 0; vertical-align: 0.5em }
h1, h2 { hyphens: none; text-align: left; break-after: avoid }
table { border-collapse: collapse; width: 100%; font-size: 90% }
td, th { border: 1px solid #333; padding: 3px; text-align: left; hyphens: none }
.title { break-after: page; font-size: 26pt; font-weight: bold } .contents { break-after: page }
.contents p { display: flex; justify-content: space-between }
.item { padding-left: 2.4em; text-indent: -2.4em } .item b { display: inline-block; width: 2.4em;
text-indent: 0; font-weight: normal }
"""
LAYOUTS = {
    # One column, serif, hyphenated, chapter names on top, roman labels in front, an outline, notes as «1.».
    "serif": """
@page { size: 16cm 19cm; margin: 2.2cm 2cm; @top-left { content: string(chapter); font-size: 8pt }
  @bottom-center { content: counter(page); font-size: 8pt } @footnote { border-top: .5pt solid #000 } }
@page :first { @top-left { content: none } @bottom-center { content: none } }
h1 { string-set: chapter content(); font-size: 17pt } h2 { font-size: 12pt; font-style: italic }
body { font: 10.5pt/1.35 "Liberation Serif"; text-align: justify; hyphens: auto } p { margin: 0 0 .7em }
.box { background: #eee; padding: 8px; margin: 1em 0; break-inside: avoid }
.box h3 { margin: 0; font-size: 11pt }
.footnote { float: footnote; font-size: 8pt; hyphens: none }
.footnote::footnote-call { content: "*"; font-size: 62%; vertical-align: 0.5em; line-height: 0 }
.footnote::footnote-marker { content: "" } .note { font-size: 8.5pt; hyphens: none }
""",
    # Two columns, first lines indented, framed boxes, raised note numbers; printed by a browser.
    "columns": """
@page { size: A4; margin: 2cm } body { font: 9.5pt/1.4 "Liberation Sans" }
main { columns: 2; column-gap: 8mm } h1 { column-span: all; font-size: 16pt } h2 { font-size: 11.5pt }
main > p { margin: 0; text-indent: 1.3em } .item { margin: 0 }
.box { border: 1px solid #000; padding: 6px; margin: 1em 0; break-inside: avoid } .box h3 { margin: 0;
font-size: 9.5pt } .box p { margin: 0 0 .4em }
.note { font-size: 8pt; margin: 0 0 3px; overflow-wrap: anywhere } table { column-span: all }
.footnote { display: none }
""",
}


def page(layout: str) -> str:
    """The report as HTML."""
    body: list[str] = []
    rows: list[str] = []
    in_box = False
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if rows and "\t" not in line:
            body.append(f"<table>{''.join(rows)}</table>")
            rows = []
        if line == BOX_FIRST:
            in_box = True
            body.append('<div class="box">')
        if "\t" in line and re.fullmatch(r".+\t\d+", line) and len(body) < 20:
            title, number = line.split("\t")
            body.append(f"<p>{html.escape(title)}<span>{number}</span></p>")
        elif "\t" in line:
            rows.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in line.split("\t")) + "</tr>")
        elif line.strip():
            if line.startswith("* "):
                body[-1] = body[-1].removesuffix("</p>")
            body.append(element(line, layout, in_box))
        if in_box and line.endswith(BOX_LAST):
            in_box = False
            body.append("</div>")
    return f"<html lang='en'><meta charset='utf-8'><style>{COMMON}{LAYOUTS[layout]}</style>" + "".join(body)


def element(line: str, layout: str, in_box: bool) -> str:
    """A line of the Markdown as an element."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: f"<sup>{plain(m[0])}</sup>", html.escape(line, quote=False))
    if line.startswith("# "):
        return title(line[2:])
    if line.startswith("## "):
        return f"<h3>{text[3:]}</h3>" if in_box else f"<h2>{text[3:]}</h2>"
    if match := re.match(r"\((\d+)\) ", line):
        return f'<p class="item"><b>({match[1]})</b>{text[match.end() :]}</p>'
    if match := re.match(r"<sup>(\d+)</sup> ", text):
        label = f"{match[1]}. " if layout == "serif" else match[0]
        return f'<p class="note">{label}{text[match.end() :]}</p>'
    if line.startswith("* "):
        return f'<span class="footnote">* {text[2:]}</span></p>'
    # What typesetters put in: ligatures, and places where a word may be broken.
    return (
        f"<p>{text.replace('fi', 'ﬁ').replace('ffl', 'ﬄ').replace('harbourmaster', 'harbour&shy;master')}</p>"
    )


def title(text: str) -> str:
    """The elements that a heading of the first level opens and closes."""
    closing = {"CONTENTS": '<div class="contents">', "HARBOURS": '<div class="title">'}
    if text == "HARBOURS":
        return f'<div class="title">{text}</div>'
    before = "</div><main>" if text == "INTRODUCTION" else "</main><main>" if text == "ENDNOTES" else ""
    return f"{before}{closing.get(text, '')}<h1>{text}</h1>"


def plain(raised: str) -> str:
    """Raised digits as digits."""
    return raised.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))


def typeset(source: Path, layout: str, target: Path, box: tuple[str, str] | None = None) -> None:
    """Typeset a report in Markdown with a program that is no browser."""
    pieces = read_pieces(source, box)
    if layout == "office":
        opendocument.write(pieces, "A survey", target)
    elif layout == "typst":
        typst_markup.write(pieces, target)
    else:
        latex.write(pieces, layout, target)


def main() -> None:
    """Write all layouts, or one report in one layout."""
    if len(sys.argv) == 4:
        typeset(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
        return
    for layout in ("article", "newsletter", "book", "office", "typst"):
        box = BOX_FIRST.removeprefix("## "), BOX_LAST.rstrip("⁶")
        typeset(SOURCE, layout, FOLDER / f"{layout}.pdf", box)
    from pypdf import PdfWriter
    from weasyprint import HTML

    HTML(string=page("serif")).write_pdf(FOLDER / "serif.pdf")
    writer = PdfWriter(clone_from=FOLDER / "serif.pdf")
    writer.set_page_label(0, 1, style="/r")
    writer.set_page_label(2, len(writer.pages) - 1, style="/D", start=1)
    writer.write(FOLDER / "serif.pdf")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "columns.html"
        file.write_text(page("columns"), encoding="utf-8")
        target = f"--print-to-pdf={FOLDER / 'columns.pdf'}"
        command = ["chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer", target, str(file)]
        subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
