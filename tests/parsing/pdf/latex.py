# ruff: noqa: E501 (LaTeX reads best in its own lines)
"""Pieces of a report → LaTeX, in three layouts: an article, a newsletter in two columns, a small book."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from parsing.pdf.pieces import Piece

# One column in Latin Modern, in one design for all sizes to keep files small, with ligatures; roman labels in front; headings in small capitals; notes as
# the `endnotes` package sets them.
_ARTICLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern}\usepackage[english]{babel}
\DeclareFontFamily{T1}{lmr}{}\DeclareFontShape{T1}{lmr}{m}{n}{<->ec-lmr10}{}\DeclareFontShape{T1}{lmr}{m}{sc}{<->ec-lmcsc10}{}
\DeclareFontShape{T1}{lmr}{bx}{n}{<->ec-lmbx10}{}\DeclareFontShape{T1}{lmr}{b}{n}{<->ec-lmbx10}{}
\usepackage{textcomp,xurl,longtable,array,fancyhdr,enumitem,framed,titlesec,etoolbox}
\usepackage[hidelinks]{hyperref}\urlstyle{same}
\pagestyle{fancy}\fancyhf{}\fancyhead[L]{\small\scshape\nouppercase\leftmark}\fancyfoot[C]{\thepage}
\setcounter{secnumdepth}{0}\renewcommand{\thefootnote}{\fnsymbol{footnote}}
\titleformat{\section}{\Large\scshape}{}{0pt}{}
\newcommand{\chapterlike}[1]{\section{#1}}
\newenvironment{notes}{\begingroup\small\parindent1.8em}{\endgroup}
\newcommand{\note}[2]{\par\makebox[0pt][r]{\textsuperscript{#1}}#2\par}
"""
# Two columns in Computer Modern as its first fonts were, first lines indented; notes as «[12]».
_TWO_COLUMNS = r"""\documentclass[10pt,letterpaper,twocolumn]{article}
\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage[english]{babel}\usepackage{times}
\usepackage{textcomp,xurl,array,fancyhdr,enumitem,framed,etoolbox}
\usepackage[hidelinks]{hyperref}
\pagestyle{fancy}\fancyhf{}\fancyhead[R]{\thepage}\fancyhead[L]{\itshape\nouppercase\leftmark}
\setcounter{secnumdepth}{0}\renewcommand{\thefootnote}{\fnsymbol{footnote}}
\newcommand{\chapterlike}[1]{\section{#1}}
\newenvironment{notes}{\footnotesize\begin{list}{}{\leftmargin2em\labelwidth1.6em\labelsep.4em\itemsep1pt\parsep0pt}}{\end{list}}
\newcommand{\note}[2]{\item[{[#1]}]#2}
"""
# A small book in Palatino with hanging punctuation, space between paragraphs, spaced capitals, a table with
# rules across only, a numbered footnote, and notes as «12.».
_BOOK = r"""\documentclass[10pt,a5paper]{article}
\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage[osf]{mathpazo}\usepackage[british]{babel}
\usepackage[tracking=true]{microtype}
\usepackage[margin=19mm]{geometry}
\usepackage{xcolor,textcomp,xurl,booktabs,array,fancyhdr,enumitem,mdframed,titlesec,parskip,etoolbox}
\usepackage[hidelinks]{hyperref}\urlstyle{same}
\newenvironment{framed}{\begin{mdframed}[backgroundcolor=black!8,linewidth=0pt]}{\end{mdframed}}
\pagestyle{fancy}\fancyhf{}\fancyhead[C]{\footnotesize\nouppercase\leftmark}\fancyfoot[R]{\footnotesize\thepage}
\renewcommand{\headrulewidth}{0pt}
\titleformat{\section}{\centering\large\scshape\lsstyle}{\thesection}{1em}{}
\titleformat{\subsection}{\itshape}{\thesubsection}{1em}{}
\titleformat{\subsubsection}{\itshape\small}{}{1em}{}
\setcounter{secnumdepth}{0}
\newcommand{\chapterlike}[1]{\section{#1}}
\newenvironment{notes}{\footnotesize\begin{list}{}{\leftmargin2.2em\labelwidth2em\labelsep.2em\itemsep0pt\parsep0pt}}{\end{list}}
\newcommand{\note}[2]{\item[#1.]#2}
"""
_PREAMBLES = {"article": _ARTICLE, "newsletter": _TWO_COLUMNS, "book": _BOOK}
_LEVELS = ["chapterlike", "subsection", "subsubsection", "subsubsection"]

# Private characters that open and close a footnote.
_CALL, _END = "\ue000", "\ue001"
_SIGNS = {
    _CALL: r"\footnote{", _END: "}",
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{",
    "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\u200b": "", "✎": "", "|": r"\textbar{}",
    "<": r"\textless{}", ">": r"\textgreater{}", '"': r"\textquotedbl{}", "\u2011": "-", "'": r"\textquotesingle{}",
}  # fmt: skip
_ADDRESS = re.compile(r"(?:https?://|ftp://|www\.)[^\s\ue001]+")


def escaped(text: str) -> str:
    """Words as LaTeX reads them; web addresses may be broken anywhere."""
    parts, last = [], 0
    for match in _ADDRESS.finditer(text):
        address = match[0].replace("%", r"\%").replace("#", r"\#")
        parts += [_plain(text[last : match.start()]), rf"\url{{{address}}}"]
        last = match.end()
    return "".join([*parts, _plain(text[last:])])


def _plain(text: str) -> str:
    return "".join(_SIGNS.get(character, character) for character in text)


def _raised(number: int) -> str:
    return rf"\textsuperscript{{{number}}}"


def typeset(pieces: Sequence[Piece], layout: str) -> str:
    """The report as LaTeX."""
    first = next(n for n, piece in enumerate(pieces) if piece.kind == "heading" and piece.level == 1)
    front = r"\\[2ex]".join(piece.written(escaped, _raised) for piece in pieces[:first])
    table = r"\onecolumn\tableofcontents\twocolumn" if layout == "newsletter" else r"\tableofcontents"
    body = [
        _PREAMBLES[layout], r"\begin{document}\pagenumbering{roman}\thispagestyle{empty}",
        rf"{{\raggedright {front}\par}}\clearpage\setcounter{{tocdepth}}{{1}}{table}",
        r"\clearpage\pagenumbering{arabic}",
    ]  # fmt: skip
    pieces = _with_footnotes(pieces)
    kind, boxed = "", False
    first = next(n for n, piece in enumerate(pieces) if piece.kind == "heading" and piece.level == 1)
    for number, piece in enumerate(pieces[first:], first):
        group = piece.kind if piece.kind in ("glossary_entry", "list_item", "table_row", "endnote") else ""
        if group != kind:
            body += [_CLOSE.get(kind, ""), _opening(group, pieces[number:], layout)]
            kind = group
        if piece.in_box != boxed:
            body.append(r"\begin{framed}" if piece.in_box else r"\end{framed}")
            boxed = piece.in_box
        body.append(_piece(piece))
    body += [_CLOSE.get(kind, ""), r"\end{document}"]
    text = "\n".join(body)
    return _booktabs(text) if layout == "book" else text


def _with_footnotes(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with each footnote called behind a word of the paragraph before it."""
    kept: list[Piece] = []
    for piece in pieces:
        if piece.kind == "footnote":
            place = kept[-1].text.index(", ")
            text = f"{kept[-1].text[:place]}{_CALL}{piece.text}{_END}{kept[-1].text[place:]}"
            more = len(text) - len(kept[-1].text)
            marks = tuple((o + more * (o > place), number) for o, number in kept[-1].marks)
            kept[-1] = replace(kept[-1], text=text, marks=marks)
        else:
            kept.append(piece)
    return kept


_CLOSE = {
    "glossary_entry": r"\end{description}", "list_item": r"\end{itemize}", "endnote": r"\end{notes}",
    "table_row": r"\end{tabular}\endgroup\par\bigskip",
}  # fmt: skip


def _opening(group: str, rest: Sequence[Piece], layout: str) -> str:
    if group == "table_row":
        rows = takewhile(lambda piece: piece.kind == "table_row", rest)
        columns = max(piece.text.count("\t") for piece in rows) + 1
        width = 0.82 / columns
        line = "linewidth"
        if layout == "book":
            return rf"\par\bigskip\begingroup\small\noindent\begin{{tabular}}{{*{{{columns}}}{{>{{\raggedright\arraybackslash}}p{{{width:.2f}\{line}}}}}}}\toprule"
        return rf"\par\bigskip\begingroup\noindent\small\begin{{tabular}}{{|*{{{columns}}}{{p{{{width:.2f}\{line}}}|}}}}\hline"
    return {
        "glossary_entry": r"\begin{description}[style=multiline,leftmargin=8em]",
        "list_item": r"\begin{itemize}",
        "endnote": r"\begin{notes}",
    }.get(group, "")


def _piece(piece: Piece) -> str:
    text = piece.written(escaped, _raised)
    if piece.kind == "heading":
        if piece.in_box:
            return rf"\noindent\textbf{{{text}}}\par"
        shown = text if piece.level > 1 else _plain(piece.text.capitalize())
        return rf"\{_LEVELS[piece.level - 1]}{{{shown}}}"
    if piece.kind == "glossary_entry":
        term, _, meaning = text.partition(": ")
        return rf"\item[{term}:] {meaning}"
    if piece.kind == "table_row":
        return text.replace("\t", " & ") + r" \\\hline"
    if piece.kind == "list_item":
        return rf"\item {text}"
    if piece.kind == "endnote":
        return rf"\note{{{piece.number}}}{{{text}}}"
    return text + "\n\n"


def _booktabs(body: str) -> str:
    """A table with rules across only: the one under its head is the first."""
    body = re.sub(r"(toprule\n.*?)\\hline", r"\1\\midrule", body)
    return body.replace("\\hline", "").replace(r"\end{tabular}", r"\bottomrule\end{tabular}")


def write(pieces: Sequence[Piece], layout: str, target: Path) -> None:
    """Typeset the pieces with pdflatex into a PDF file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.tex"
        source.write_text(typeset(pieces, layout), encoding="utf-8")
        for _ in range(3):
            subprocess.run(
                ["pdflatex", "-interaction=nonstopmode", source.name],
                cwd=folder,
                check=False,
                stdout=subprocess.DEVNULL,
            )
        target.write_bytes(source.with_suffix(".pdf").read_bytes())
