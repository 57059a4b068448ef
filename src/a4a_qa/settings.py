"""Where things lie: environment and configuration file → one frozen `Settings`, read at the edges only.

`a4a-qa.toml` in the working directory may hold `corpus`, `indexes` and `report`; the environment
variables A4A_QA_CORPUS, A4A_QA_INDEXES and A4A_QA_REPORT win over it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from a4a_qa.errors import SettingsError

FILE_NAME = "a4a-qa.toml"
PREFIX = "A4A_QA_"


@dataclass(frozen=True, slots=True)
class Settings:
    """`corpus` holds a folder for each report, `indexes` one for each index; `report` is their name.

    Without a `report`, the only folder in `corpus` (or else in `indexes`) is meant.
    """

    corpus: Path = Path("corpus")
    indexes: Path = Path("indexes")
    report: str | None = None

    def report_id(self) -> str:
        """The report that is meant. Raises SettingsError when there is none, or a choice."""
        if self.report:
            return self.report
        found = _folders(self.corpus, "report.md") or _folders(self.indexes, "manifest.json")
        if len(found) == 1:
            return found[0]
        if not found:
            raise SettingsError(
                f"There is no report in {self.corpus} and no index in {self.indexes}. "
                "Name a report: `a4a-qa index FILE`, or set A4A_QA_CORPUS to the folder that holds one."
            )
        raise SettingsError(
            f"There are several reports: {', '.join(found)}. Set A4A_QA_REPORT to one of them."
        )

    def corpus_folder(self) -> Path:
        """The folder of the report that is meant."""
        return self.corpus / self.report_id()

    def index_folder(self) -> Path:
        """The folder of its index."""
        return self.indexes / self.report_id()


def _folders(parent: Path, mark: str) -> list[str]:
    """The names of the folders in `parent` that hold the file `mark`."""
    if not parent.is_dir():
        return []
    return sorted(folder.name for folder in parent.iterdir() if (folder / mark).is_file())


def read_settings(environment: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """The settings of this process. Raises SettingsError on anything that means nothing."""
    environment = os.environ if environment is None else environment
    names = [entry.name for entry in fields(Settings)]
    values = _read_file(Path(FILE_NAME) if file is None else file, names)
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in names:
            known = ", ".join(f"{PREFIX}{known.upper()}" for known in names)
            raise SettingsError(
                f"The environment has {variable}, which means nothing here. Known are: {known}."
            )
        if not value.strip():
            raise SettingsError(f"The environment variable {variable} is empty. Set it or remove it.")
        values[name] = value
    report = values.get("report")
    if report is not None and (report in (".", "..") or "/" in report or "\\" in report):
        raise SettingsError(f"The report is called «{report}», expected the name of a folder without a path.")
    return Settings(
        corpus=Path(values.get("corpus", "corpus")),
        indexes=Path(values.get("indexes", "indexes")),
        report=report,
    )


def _read_file(path: Path, names: list[str]) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from error
    for name, value in values.items():
        if name not in names or not isinstance(value, str):
            raise SettingsError(
                f"{path} has «{name}» = {value!r}; known are {', '.join(names)}, each with a text."
            )
    return values
