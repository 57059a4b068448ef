"""Which reports parsing is measured on: the real ones of training/reports.toml, and fixtures.

Texts of the real reports are not part of the project, so their folder may be missing, or hold other files
than those that were measured; both are errors that say what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.errors import EvaluationError
from a4a_qa.files import file_sha256
from a4a_qa.settings import PREFIX, read_settings
from a4a_qa.toml_file import read_toml

CATALOGUE = Path("training/reports.toml")
VARIABLE = f"{PREFIX}REPORTS"
_LAYOUTS = ("article", "book", "columns", "newsletter", "office", "serif", "typst")


@dataclass(frozen=True, slots=True)
class Measured:
    """A report to measure: its file, how many notes it has, and where its words are known from otherwise.

    `original` is what the words are compared with, by default the file itself; `truth` holds headings and
    notes read by a person; `sha256` is what the file must have; `origin` says where to get it.
    """

    id: str
    file: Path
    notes: int | None = None
    original: Path | None = None
    truth: Path | None = None
    sha256: str | None = None
    origin: str = ""

    def checked(self) -> Measured:
        """The same report. Raises EvaluationError when its file is missing or another one."""
        if not self.file.is_file():
            raise EvaluationError(
                f"There is no {self.file}. Set {VARIABLE} to the folder with a folder «{self.id}», "
                f"or get the report: {self.origin or 'name a file that exists'}."
            )
        if self.sha256 and (found := file_sha256(self.file)) != self.sha256:
            raise EvaluationError(
                f"{self.file} has the SHA-256 {found}, expected {self.sha256} as in {CATALOGUE}. "
                f"Get the report again: {self.origin}."
            )
        return self


def reports_folder(root: Path, environment: Mapping[str, str] | None = None) -> Path:
    """The folder of the real reports; `root` is that of the repository."""
    return root / read_settings(environment).reports


def real_reports(root: Path, folder: Path) -> list[Measured]:
    """The reports of training/reports.toml, whether `folder` has their files or not."""
    found = []
    for name, entry in read_toml(root / CATALOGUE, EvaluationError).items():
        truth = root / f"tests/parsing/truth/{name}.json"
        origin = f"{entry['repository']}, commit {entry['commit']}, {', '.join(entry['path'])}"
        found.append(
            Measured(
                name,
                folder / name / entry["file"],
                entry["notes"],
                truth=truth if truth.is_file() else None,
                sha256=entry["sha256"],
                origin=origin,
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
