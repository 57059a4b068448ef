"""The reports that questions are written on: those of training/reports.toml, and those in corpus/.

The texts of the former are not part of the project, so their folder may be missing, or hold other files than
those that the questions were written on; both are errors that say what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from a4a_qa.errors import CorpusError
from a4a_qa.files import REPORT_FILE, file_sha256
from a4a_qa.settings import PREFIX, read_settings
from a4a_qa.toml_file import read_toml

CATALOGUE = Path("training/reports.toml")
# Of questions on the report in a corpus folder, in the older format, and where they lie.
AUTHORED_FILE = "index-questions.jsonl"
_AUTHORED = Path("training/questions")
VARIABLE = f"{PREFIX}REPORTS"
# What a report may be used for: models learn from it; it is only asked gold questions; nobody writes any.
Use = Literal["training", "gold", "held out"]


@dataclass(frozen=True, slots=True)
class ListedReport:
    """A report and its file. `sha256` is what the file must have, None for one that the project itself holds;
    `notes` counts its printed notes where that is known; `origin` says where to get the file."""

    id: str
    file: Path
    use: Use
    sha256: str | None = None
    notes: int | None = None
    origin: str = ""

    @property
    def file_sha256(self) -> str:
        """The SHA-256 of its file, as listed, or else as the file is now."""
        return self.sha256 or file_sha256(self.file)

    def checked(self) -> ListedReport:
        """The same report. Raises CorpusError when its file is missing or another one."""
        if not self.file.is_file():
            raise CorpusError(
                f"There is no {self.file}. Set {VARIABLE} to the folder with a folder '{self.id}', "
                f"or get the report: {self.origin or 'name a file that exists'}."
            )
        if self.sha256 and (found := file_sha256(self.file)) != self.sha256:
            raise CorpusError(
                f"{self.file} has the SHA-256 {found}, expected {self.sha256} as in {CATALOGUE}. "
                f"Get the report again: {self.origin}."
            )
        return self


def reports_folder(root: Path, environment: Mapping[str, str] | None = None) -> Path:
    """The folder of the texts of training/reports.toml; `root` is that of the repository."""
    return root / read_settings(environment).reports


def published_reports(root: Path, folder: Path) -> dict[str, ListedReport]:
    """The reports of training/reports.toml by id, whether `folder` has their files or not."""
    found = {}
    for name, entry in read_toml(root / CATALOGUE, CorpusError).items():
        origin = f"{entry['repository']}, commit {entry['commit']}, {', '.join(entry['path'])}"
        file = folder / name / entry["file"]
        found[name] = ListedReport(name, file, entry["use"], entry["sha256"], entry["notes"], origin)
    return found


def listed_reports(root: Path, folder: Path) -> dict[str, ListedReport]:
    """All reports that questions may be about, by id: those in corpus/, which models learn from, and those of
    training/reports.toml where there is one."""
    own = sorted((root / "corpus").glob(f"*/{REPORT_FILE}"))
    return {
        **{file.parent.name: ListedReport(file.parent.name, file, "training") for file in own},
        **(published_reports(root, folder) if (root / CATALOGUE).is_file() else {}),
    }


def authored_file(corpus: Path, name: str) -> Path:
    """A file of authored questions on the report in a corpus folder: its own, or else the one that lies in
    training/questions/, beside the folder of all corpora."""
    own = corpus / name
    return own if own.is_file() else corpus.absolute().parent.parent / _AUTHORED / corpus.name / name
