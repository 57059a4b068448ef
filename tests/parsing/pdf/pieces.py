"""A report as read from Markdown → the pieces that a typesetter sets, one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report


@dataclass(frozen=True)
class Piece:
    """A heading with its level, a block, or an endnote with its number; `marks` are (offset, number)."""

    kind: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    level: int = 0
    number: int = 0
    in_box: bool = False

    def written(self, escape: Callable[[str], str], raised: Callable[[int], str]) -> str:
        """The words as a typesetter wants them, with a raised number at each mark."""
        parts, last = [], 0
        for offset, number in self.marks:
            parts += [escape(self.text[last:offset]), raised(number)]
            last = offset
        return "".join([*parts, escape(self.text[last:])])


def read_pieces(path: Path, box: tuple[str, str] | None = None) -> list[Piece]:
    """The pieces of a Markdown report in reading order, its contents list left to the typesetter.

    `box` are the first and last words of a box, for a report without a `report.toml` that tells them.
    """
    report = read_report(path)
    contents = next(section for section in report.sections if section.path[0].casefold() == "contents")
    start, end = (report.text.find(box[0]), report.text.find(box[1])) if box else (-1, -1)
    pieces = []
    for place, piece in sorted(_pieces(report, path.read_text(encoding="utf-8")), key=lambda found: found[0]):
        if not contents.start <= place < contents.end:
            in_box = piece.in_box or start <= place <= end
            pieces.append(Piece(**{**vars(piece), "in_box": in_box}))
    return pieces


def _pieces(report: Report, source: str) -> Iterator[tuple[int, Piece]]:
    first = {block.section: block.kind for block in reversed(report.blocks)}
    for section in report.sections:
        level, words = len(section.path), report.slice(section).split("\n")[0]
        yield section.start, Piece("heading", words, level=level, in_box=first.get(section.path) == "box")
    for block in report.blocks:
        text = report.slice(block)
        marks = tuple((m.offset - block.start, m.number) for m in report.marks_in(block.start, block.end))
        kind = "footnote" if f"\n* {text[:40]}" in source else "table_row" if "\t" in text else block.kind
        yield block.start, Piece(kind, text, marks, in_box=block.kind == "box")
    for note in report.endnotes:
        yield note.start, Piece("endnote", note.text, number=note.number)
