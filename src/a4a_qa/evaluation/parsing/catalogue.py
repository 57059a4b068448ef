"""Which reports parsing is measured on: the real ones of training/reports.toml, and fixtures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from a4a_qa.catalogue import CATALOGUE, VARIABLE, ListedReport, published_reports, reports_folder
from a4a_qa.errors import EvaluationError

_LAYOUTS = ("article", "book", "columns", "newsletter", "office", "serif", "typst")


@dataclass(frozen=True, slots=True)
class Measured:
    """A report to measure: its file, how many notes it has, and where its words are known from otherwise.

    `original` is what the words are compared with, by default the file itself; `truth` holds headings and
    notes read by a person; `listed` is its entry in the catalogue, if it has one.
    """

    id: str
    file: Path
    notes: int | None = None
    original: Path | None = None
    truth: Path | None = None
    listed: ListedReport | None = None

    def checked(self) -> Measured:
        """The same report. Raises CorpusError when its file is missing or another one."""
        (self.listed or ListedReport(self.id, self.file, "training")).checked()
        return self


def real_reports(root: Path, folder: Path) -> list[Measured]:
    """The reports of training/reports.toml, whether `folder` has their files or not."""
    found = []
    for name, listed in published_reports(root, folder).items():
        truth = root / f"tests/parsing/truth/{name}.json"
        found.append(
            Measured(
                name,
                listed.file,
                listed.notes,
                truth=truth if truth.is_file() else None,
                listed=listed,
            )
        )
    return found


def fixtures(root: Path) -> list[Measured]:
    """The reports that the project itself holds: that of its corpus, and printed ones made for its tests."""
    tests, corpus = root / "tests/fixtures", next((root / "corpus").glob("*/report.md"))
    return [
        Measured(corpus.parent.name, corpus, 164),
        Measured("report-layout-a", tests / "report-layout-a.pdf", 164, original=corpus),
        *(
            Measured(f"harbours-{layout}", tests / f"pdf/{layout}.pdf", 7, original=tests / "pdf/harbours.md")
            for layout in _LAYOUTS
        ),
    ]


def chosen(root: Path, names: tuple[str, ...]) -> list[Measured]:
    """The reports of these names, or all; a name may also be the path of any other report file.

    Raises EvaluationError for a name that is neither, and where all are asked for and the folder is missing.
    """
    folder = reports_folder(root)
    known = {report.id: report for report in (*real_reports(root, folder), *fixtures(root))}
    if not names and not folder.is_dir():
        raise EvaluationError(
            f"There is no folder {folder} with the real reports. Set {VARIABLE} to the one that holds them; "
            f"{CATALOGUE} says where each can be had. Or name the reports to measure."
        )
    for name in names:
        if name not in known and not Path(name).is_file():
            raise EvaluationError(
                f"There is no report «{name}». Name a report file, or some of: {', '.join(known)}."
            )
    return [known.get(name) or Measured(Path(name).name, Path(name)) for name in names or known]
