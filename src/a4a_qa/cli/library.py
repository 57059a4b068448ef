"""`a4a-qa library`: a folder of indexes that are asked together."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import click

from a4a_qa.cli.opening import CLOSED_OPTION, build, plain_errors
from a4a_qa.cli.show import as_text
from a4a_qa.cli.terminal import safe, wrap
from a4a_qa.errors import A4aError, CorpusError
from a4a_qa.files import REPORT_FILE
from a4a_qa.settings import read_settings

_NOT_ANSWERED = 3
# What a folder is searched for; a folder with a report.md is one report, whatever else is in it.
_SUFFIXES = (".md", ".pdf", ".docx", ".html", ".htm")
_FOLDER_OPTION = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the library; by default indexes/.",
)


@click.group()
def library() -> None:
    """Ask several reports at once; `serve` and the other commands are about one report."""


@library.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Reports at a time.")
@_FOLDER_OPTION
@plain_errors
def add(paths: tuple[Path, ...], jobs: int, folder: Path | None) -> None:
    """Index the reports in PATHS, files or folders of them, and put them into the library.

    What is indexed already and has not changed is left as it is, so that a command that was stopped goes on
    where it was. A report that cannot be read is named, and the others are indexed; so is a file of another
    kind, which is skipped.
    """
    from a4a_qa.index.library import is_library

    home = folder or read_settings().indexes
    found = [file for path in paths for file in _candidates(path)]
    files = [file for file in found if file.suffix.lower() in _SUFFIXES or file in paths]
    if not files:
        raise click.ClickException("There is no Markdown, PDF, Word or HTML file in what you named.")
    _check_ids(files)
    failed = 0
    for place, added in enumerate(_added(files, home, jobs), 1):
        failed += added.is_failed
        click.echo(safe(f"{place}/{len(files)}  {added.file}: {added.said}"), err=added.is_failed)
        # As each is done, so that the library can be opened meanwhile; at the end what was stopped before.
        if (added.is_new or place == len(files)) and is_library(home):
            _sync(home)
    if skipped := ", ".join(map(str, sorted({*found} - {*files}))):
        click.echo(safe(f"Skipped, being no Markdown, PDF, Word or HTML file: {skipped}"), err=True)
    if failed:
        raise click.ClickException(f"{failed} of {len(files)} reports could not be indexed.")


@library.command()
@click.argument("report")
@_FOLDER_OPTION
@plain_errors
def remove(report: str, folder: Path | None) -> None:
    """Take the report with the id REPORT out of the library; its file stays."""
    from a4a_qa.index.library import remove as take_out

    home = folder or read_settings().indexes
    removed = take_out(home, report)
    _sync(home)
    click.echo(safe(f"Removed: {removed.about.title}"))


@library.command()
@_FOLDER_OPTION
@plain_errors
def sync(folder: Path | None) -> None:
    """Bring Qdrant to what the library's folder holds, where it is the engine.

    `add` and `remove` do so themselves: this is for a folder that was copied, and for a new collection.
    """
    from a4a_qa.index.library import entries

    home = folder or read_settings().indexes
    count = len(entries(home))
    if read_settings().engine == "embedded":
        raise click.ClickException("There is nothing to do: the engine is the embedded one.")
    _sync(home)
    click.echo(f"Reports in Qdrant: {count}")


@library.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_FOLDER_OPTION
@plain_errors
def list_reports(as_json: bool, folder: Path | None) -> None:
    """List the reports of the library."""
    from a4a_qa.index.library import entries

    found = [entry.about for entry in entries(folder or read_settings().indexes)]
    if as_json:
        names = ("country", "language")
        values = [about.short() | {name: getattr(about, name) for name in names} for about in found]
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    for about in found:
        facts = [str(fact) for fact in (about.country, about.year, about.edition, about.publisher) if fact]
        click.echo(click.style(safe(about.id), bold=True) + safe(f"  {about.title} ({', '.join(facts)})"))


@library.command()
@click.argument("question")
@click.option("--after", multiple=True, help="An earlier question that this one follows; may be repeated.")
@click.option(
    "--report", multiple=True, help="Only the report with this id; may be repeated, as all of these."
)
@click.option("--country", multiple=True, help="Only reports on this country.")
@click.option("--publisher", multiple=True, help="Only reports of this publisher.")
@click.option("--edition", multiple=True, help="Only reports of this edition, as in '2nd Edition'.")
@click.option("--language", multiple=True, help="Only reports in this language, by its code.")
@click.option("--since", type=int, help="Only reports of this year or later.")
@click.option("--until", type=int, help="Only reports of this year or earlier.")
@click.option("--all-countries", is_flag=True, help="Don't prefer the reports that the question names.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@CLOSED_OPTION
@_FOLDER_OPTION
@plain_errors
def ask(
    question: str,
    after: tuple[str, ...],
    report: tuple[str, ...],
    country: tuple[str, ...],
    publisher: tuple[str, ...],
    edition: tuple[str, ...],
    language: tuple[str, ...],
    since: int | None,
    until: int | None,
    all_countries: bool,
    as_json: bool,
    show_distressing: bool,
    folder: Path | None,
) -> None:
    """Ask all reports of the library; the exit codes are those of `a4a-qa ask`."""
    from a4a_qa.library import open_library
    from a4a_qa.question.report_filter import ReportFilter

    chosen = ReportFilter(report, country, publisher, edition, language, since, until)
    settings = read_settings()
    with closing(open_library(folder or settings.indexes, settings)) as opened:
        answer = opened.ask(question, after, filter=chosen, as_named=not all_countries)
    if as_json:
        click.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
    else:
        if answer.named:
            named = ", ".join(answer.named.in_words())
            click.echo(safe(f"Preferred, since the question names it: {named}. See --all-countries.\n"))
        if answer.note:
            click.echo(wrap(answer.note) + "\n")
        for one in answer.answers:
            year = f" ({one.report.year})" if one.report.year else ""
            click.echo(click.style(safe(f"{one.report.title}{year}"), bold=True) + "\n")
            for line in as_text(one, is_open=show_distressing):
                click.echo(line)
    if answer.status not in ("answered", "partial"):
        sys.exit(_NOT_ANSWERED)


def _sync(home: Path) -> None:
    """Bring Qdrant, where it is the engine, to what the library's folder holds."""
    from filelock import FileLock

    from a4a_qa.index.engines.qdrant_collection import collection_of
    from a4a_qa.index.library import entries, is_library

    if collection := collection_of(read_settings()):
        # Not two at a time: each would take out what the other has just put in.
        with closing(collection), FileLock(home / ".qdrant.lock"):
            for report in collection.sync(entries(home) if is_library(home) else ()):
                click.echo(safe(f"Put into Qdrant: {report}"))


def _check_ids(files: Sequence[Path]) -> None:
    """Raise CorpusError when two files are reports of one id, since one would take the other's place."""
    from a4a_qa.parsing.metadata import read_metadata

    by_id: dict[str, Path] = {}
    for file in files:
        other = by_id.setdefault(read_metadata(file, None).about.id, file)
        if other is not file:
            raise CorpusError(
                f"{other} and {file} are reports of one id. Give one another: an id in its report.toml."
            )


def _candidates(path: Path) -> Iterator[Path]:
    """The files in a folder that may be reports, each folder with a report.md as one; a file stands for
    itself. What is hidden, and what is written about reports, is left out."""
    if path.is_file():
        yield path
    elif (path / REPORT_FILE).is_file():
        yield path / REPORT_FILE
    else:
        for inside in sorted(path.iterdir()):
            if inside.name.startswith(".") or inside.suffix == ".toml":
                continue
            if inside.is_dir() and not inside.is_symlink():  # a link may lead back here
                yield from _candidates(inside)
            else:
                yield inside


@dataclass(frozen=True, slots=True)
class _Added:
    """What became of a file, in words."""

    file: Path
    said: str
    is_failed: bool = False
    is_new: bool = False


def _added(files: Sequence[Path], home: Path, jobs: int) -> Iterator[_Added]:
    """What became of each file, in the order in which they are done."""
    if jobs == 1:
        yield from (_add(file, home) for file in files)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            yield from (
                done.result() for done in as_completed([pool.submit(_add, one, home) for one in files])
            )
        finally:
            pool.shutdown(cancel_futures=True)


def _add(file: Path, home: Path) -> _Added:
    from a4a_qa.index.manifest import FORMAT, fingerprint, input_files, remaining_manifest
    from a4a_qa.index.storage import is_of_shipped_encoder
    from a4a_qa.parsing.metadata import read_metadata

    try:
        folder = home / read_metadata(file, None).about.id
        built = remaining_manifest(folder)
        is_usable = built and built.format == FORMAT and is_of_shipped_encoder(built)
        if built and is_usable and built.inputs == fingerprint(input_files(file, file.parent)):
            return _Added(file, "is there")
        report = build(file, folder, corpus=None, encoder=None)
    except A4aError as error:
        return _Added(file, str(error), is_failed=True)
    problems = f", {len(report.problems)} remarks (see `a4a-qa report`)" if report.problems else ""
    return _Added(
        file, f"{len(report.sentences)} sentences, {len(report.endnotes)} endnotes{problems}", is_new=True
    )
