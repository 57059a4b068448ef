"""The reports that gold questions are asked of, and which of them the models that ship have read.

`eval/gold` holds a folder for each report, named as in training/reports.toml or corpus/. Any other folder, or
file, of gold questions is about one report, which is then named by its file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.answering.calibration import Calibration, read_calibration
from a4a_qa.catalogue import ListedReport
from a4a_qa.corpus import report_file_of
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import GoldSet, load_gold, read_gold
from a4a_qa.index.encoder import SHIPPED as ENCODER
from a4a_qa.index.judge import SHIPPED as JUDGE
from a4a_qa.index.runtime import CARD_FILE
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report

# For each unseen report, curves that were fitted to the other ones.
CURVES = Path("eval/curves")


@dataclass(frozen=True, slots=True)
class GoldReport:
    """A report, the folder or file of its gold questions, and whether a model that ships has read it."""

    listed: ListedReport
    gold: Path
    seen: bool

    @property
    def id(self) -> str:
        """The id of the report."""
        return self.listed.id

    @property
    def is_ours(self) -> bool:
        """Whether the report's text is part of the project, and not only the questions on it."""
        return self.listed.sha256 is None

    def curves(self) -> Calibration | None:
        """The curves that an unseen report is measured by: those that ship were fitted to its development
        questions too, these to other reports alone. None where there are none."""
        path = CURVES / f"{self.id}.json"
        return read_calibration(path) if not self.seen and path.is_file() else None

    def report(self) -> Report:
        """The report, parsed. Raises CorpusError or ReportError."""
        return read_report(self.listed.checked().file)

    def questions(self) -> GoldSet:
        """Its gold questions; raises what `read_gold` and `report` do."""
        return read_gold(self.gold, self.report())

    def load(self) -> tuple[GoldSet, list[str]]:
        """Those of its gold questions that can be read, and what is wrong with the others."""
        return load_gold(self.gold, self.report())


def gold_reports(
    gold: Path, listed: Mapping[str, ListedReport], *, names: Sequence[str] = (), file: Path | None = None
) -> list[GoldReport]:
    """The reports that the questions in `gold` are about, all or those of these `names`.

    `file` is the report of a folder that is not divided by reports. Raises EvaluationError for questions on a
    report that is held out, on one that nobody knows, and for a name that has none.
    """
    folders = [] if file or not gold.is_dir() else [path for path in sorted(gold.iterdir()) if path.is_dir()]
    if not folders:
        return [_single(gold, listed, names, file)]
    reports = {folder.name: folder for folder in folders}
    for name, folder in reports.items():
        _check_use(folder, listed.get(name))
    for name in names:
        if name not in reports:
            raise EvaluationError(f"There are no gold questions on «{name}», only on {', '.join(reports)}.")
    read = reports_read()
    return [GoldReport(listed[name], reports[name], name in read) for name in names or reports]


def _single(
    gold: Path, listed: Mapping[str, ListedReport], names: Sequence[str], file: Path | None
) -> GoldReport:
    if file:
        path = report_file_of(file)
        known = next((one for one in listed.values() if one.file.resolve() == path.resolve()), None)
        report = known or ListedReport(path.parent.name, path, "gold")
    else:
        [name, *more] = names or [own.id for own in listed.values() if own.sha256 is None]
        if more or name not in listed:
            raise EvaluationError(f"{gold} is about one report: name it with --report.")
        report = listed[name]
    _check_use(gold, report)
    return GoldReport(report, gold, report.id in reports_read())


def _check_use(gold: Path, report: ListedReport | None) -> None:
    if report is None:
        raise EvaluationError(f"{gold} is about no report of training/reports.toml or corpus/.")
    if report.use == "held out":
        raise EvaluationError(
            f"{gold} has questions on {report.id}, which is held out: nobody writes questions on it, so that "
            "it can tell what all others cannot. Take them away."
        )


def reports_read() -> frozenset[str]:
    """The ids of the reports that the models that ship have read, as their cards say."""
    found: set[str] = set()
    for folder in (ENCODER, JUDGE):
        training = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))["training"]
        found.update(training["reports"])
    return frozenset(found)
