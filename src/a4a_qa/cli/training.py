"""`a4a-qa training`: the questions that models learn from, and the sentences that questions name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.opening import fail_on, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import CorpusError

if TYPE_CHECKING:
    from a4a_qa.catalogue import ListedReport

_ROOT = Path()


@click.group()
def training() -> None:
    """Look after the questions that models learn from. For development, in the folder of the project."""


def _listed() -> dict[str, ListedReport]:
    from a4a_qa.catalogue import listed_reports, reports_folder

    return listed_reports(_ROOT, reports_folder(_ROOT))


@training.command()
@click.option(
    "--write", is_flag=True, help="Write counts and SHA-256 of all files to training/datasheet.toml."
)
@plain_errors
def validate(write: bool) -> None:
    """Check all training questions, and that training/datasheet.toml describes every file of questions.

    Questions are compared with the text of their report where its file is there (A4A_QA_REPORTS).
    """
    from a4a_qa.training import datasheet
    from a4a_qa.training.validate import Counted, check, check_written, question_sets
    from a4a_qa.training.written import WRITTEN

    def tell(name: str, counted: Counted, note: str = "") -> None:
        click.echo(
            f"{name:32}{counted.answerable:6} answerable ({counted.several} need several sentences, "
            f"{counted.follow_ups} follow-ups, {counted.sources} for sources), "
            f"{counted.hard_negatives} hard negatives{note}"
        )

    if write:
        datasheet.update(_ROOT)
    found = list(datasheet.problems(_ROOT))
    for listed in question_sets(_ROOT, _listed()):
        counted, problems = check(_ROOT, listed)
        found += problems
        tell(listed.id, counted, "" if listed.file.is_file() else " (its text is not here)")
    for path in sorted((_ROOT / WRITTEN).glob("*.jsonl")):
        counted, problems = check_written(path)
        found += problems
        tell(path.relative_to(_ROOT / "training").with_suffix("").as_posix(), counted)
    fail_on([safe(problem) for problem in found], "The questions have")


@training.command()
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@plain_errors
def migrate(reports: tuple[str, ...]) -> None:
    """Find the sentences again that questions name, after the parser has changed.

    Rewrites training questions, gold questions and their anchors for each REPORT, by default all whose file
    is there. Also anchors sentences that are named for the first time. Where a sentence cannot be found, its
    question is named and nothing is written for that report.
    """
    from a4a_qa.parsing.read import read_report
    from a4a_qa.training.migrate import migrate_files, named_sets

    problems: list[str] = []
    for listed, files in named_sets(_ROOT, _listed(), reports):
        if not listed.file.is_file() and not reports:
            click.echo(f"{listed.id}: skipped, there is no {listed.file}.", err=True)
            continue
        report = read_report(listed.checked().file)
        for one in files:
            try:
                found = migrate_files(one, report, listed.file_sha256)
            except CorpusError as error:
                problems += str(error).splitlines()
                continue
            moved = sum(ids != (old,) for old, ids in found.moved.items())
            count = len(found.anchors.sentences)
            click.echo(f"{one.anchors}: {count} sentences, {moved} of them read differently than before.")
    fail_on([safe(problem) for problem in problems], "The questions have")


@training.command()
@click.argument("report", metavar="REPORT")
@plain_errors
def sentences(report: str) -> None:
    """List the sentences of a REPORT with their ids, as authors of questions name them.

    REPORT is an id from training/reports.toml or corpus/, or any report file.
    """
    from a4a_qa.index.passages import sentence_ids
    from a4a_qa.parsing.read import read_report

    listed = _listed().get(report)
    read = read_report(listed.checked().file if listed else Path(report))
    section: tuple[str, ...] = ()
    for name, sentence in zip(sentence_ids(read), read.sentences, strict=True):
        block = read.block_at(sentence.start)
        if block and block.section != section:
            section = block.section
            click.echo(f"\n{safe(' > '.join(section))}")
        click.echo(f"{name}  {safe(read.slice(sentence))}")
