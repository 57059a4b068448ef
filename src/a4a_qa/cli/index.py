"""`a4a-qa index`: a report → an index folder."""

from __future__ import annotations

import time
from pathlib import Path

import click

from a4a_qa.cli.opening import ANYWAY_OPTION, PASSWORD_OPTION, build, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.files import report_file_of
from a4a_qa.settings import read_settings


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder with report.toml and contacts.toml; by default that of FILE.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The index folder to write; by default indexes/ with the report's id.",
)
@click.option(
    "--encoder",
    type=click.Path(path_type=Path, file_okay=False),
    help="An encoder folder made by `a4a-qa training`; by default the one that ships with the package.",
)
@PASSWORD_OPTION
@ANYWAY_OPTION
@plain_errors
def index(
    file: Path | None,
    corpus: Path | None,
    output: Path | None,
    encoder: Path | None,
    password: str | None,
    anyway: bool,
) -> None:
    """Read a report and write its index.

    FILE is a Markdown, PDF, Word or HTML file, or a folder with a report.md; by default the report in
    corpus/. The old index stays in use until the new one is complete.

    A report in another language than English can be indexed, but hardly any question about it is answered.
    """
    from a4a_qa.parsing.metadata import read_metadata

    settings = read_settings()
    file = report_file_of(file or settings.corpus_folder())
    folder = output or settings.indexes / read_metadata(file, corpus).about.id
    started = time.perf_counter()
    report = build(file, folder, corpus=corpus, encoder=encoder, password=password, anyway=anyway)
    click.echo(
        f"{folder}: {len(report.sections)} sections, {len(report.sentences)} sentences, "
        f"{len(report.endnotes)} endnotes, in {time.perf_counter() - started:.1f} s."
    )
    for problem in report.problems:
        click.echo(f"  {safe(problem.message)}")
