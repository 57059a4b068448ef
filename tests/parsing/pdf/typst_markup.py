"""Pieces of a report → Typst: one column, small capitals, raised digits of the font itself, soft hyphens."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from parsing.pdf.pieces import Piece

_HEAD = """#set page(width: 17cm, height: 24cm, margin: 2.2cm, numbering: "i", header: context {
  let open = query(heading.where(level: 1)).filter(h => h.location().page() <= here().page())
  if open.len() > 0 { text(8pt, emph(open.last().body)) }
})
#set text(font: "Libertinus Serif", size: 10pt, lang: "en", hyphenate: true)
#set par(justify: true, spacing: 0.9em)
#show heading.where(level: 1): set text(16pt)
#show heading.where(level: 2): it => block(smallcaps(text(12pt, weight: "regular", it.body)))
#show heading.where(level: 3): it => block(text(10pt, style: "italic", weight: "regular", it.body))
"""
_CONTENTS = """#pagebreak()
#outline(depth: 1)
#pagebreak()
#set page(numbering: "1")
#counter(page).update(1)
"""


def _escaped(text: str) -> str:
    return re.sub(r"([\\#$*_`<>@\[\]~/'\"=+-])", r"\\\1", text)


def typeset(pieces: Sequence[Piece]) -> str:
    """The report as Typst reads it."""
    first = next(n for n, piece in enumerate(pieces) if piece.kind == "heading" and piece.level == 1)
    body = [_HEAD, *(_escaped(piece.text) + "\n" for piece in pieces[:first]), _CONTENTS]
    rows: list[list[str]] = []
    boxed = False
    for piece in pieces[first:]:
        if piece.in_box != boxed:
            body.append("#block(fill: luma(235), inset: 8pt, width: 100%)[" if piece.in_box else "]")
            boxed = piece.in_box
        if rows and piece.kind != "table_row":
            body.append(_table(rows))
            rows = []
        text = piece.written(_escaped, lambda number: f"#super[{number}]")
        if piece.kind == "table_row":
            rows.append(text.split("\t"))
        elif piece.kind == "footnote":
            body[-1] = body[-1].rstrip() + f'#footnote(numbering: "*")[{text}]\n'
        else:
            body.append(_piece(piece, text))
    return "\n".join(body)


def _piece(piece: Piece, text: str) -> str:
    if piece.kind == "heading":
        return f"*{text}*\n" if piece.in_box else f"{'=' * min(piece.level, 3)} {text}\n"
    if piece.kind == "glossary_entry":
        term, _, meaning = text.partition(": ")
        return f"#grid(columns: (3cm, 1fr), [*{term}:*], [{meaning}])\n"
    if piece.kind == "endnote":
        return f"#block(below: 3pt, text(8pt)[#super[{piece.number}] {text}])"
    return f"- {text}\n" if piece.kind == "list_item" else f"{text}\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    columns = max(map(len, rows))
    cells = [f"[{cell}]" for row in rows for cell in [*row, *[""] * (columns - len(row))]]
    table = f"#table(columns: ({'1fr, ' * columns}), {', '.join(cells)})"
    return f"#set par(justify: false)\n{table}\n#set par(justify: true)"


def write(pieces: Sequence[Piece], target: Path) -> None:
    """Typeset the pieces into a PDF file."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.typ"
        source.write_text(typeset(pieces), encoding="utf-8")
        typst.compile(source, output=target)
