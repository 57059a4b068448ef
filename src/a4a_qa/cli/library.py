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

from a4a_qa.cli.opening import CLOSED_OPTION, ID_OPTION, REPLACE_OPTION, build, plain_errors
from a4a_qa.cli.show import as_text
from a4a_qa.cli.terminal import safe, wrap
from a4a_qa.errors import A4aError, IndexFolderError
from a4a_qa.files import REPORT_FILE
from a4a_qa.output import locked
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
@ID_OPTION
@REPLACE_OPTION
@_FOLDER_OPTION
@plain_errors
def add(paths: tuple[Path, ...], jobs: int, id: str | None, replace: bool, folder: Path | None) -> None:
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
    if id is not None and len(files) > 1:
        raise click.UsageError("--id is about one report: name one file.")
    failed = 0
    for place, added in enumerate(_added(files, home, jobs, id=id, replace=replace), 1):
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
    """Take the report with the id REPORT out of the library; its file stays.

    REPORT may be the name of a folder as well, for an index that is damaged.
    """
    from a4a_qa.index.library import is_library
    from a4a_qa.index.library import remove as take_out

    home = folder or read_settings().indexes
    title = take_out(home, report)
    if is_library(home):
        _sync(home)
    click.echo(safe(f"Removed: {title}"))


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
    from a4a_qa.index.library import usable

    good, left_out = usable(folder or read_settings().indexes)
    for one in left_out:
        click.echo(safe(f"{one.name}: {one.error}"), err=True)
    found = [entry.about for entry in good]
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
    from a4a_qa.index.engines.qdrant_collection import collection_of
    from a4a_qa.index.library import entries, is_library

    if collection := collection_of(read_settings()):
        # Not two at a time: each would take out what the other has just put in.
        with closing(collection), locked(home / "qdrant"):
            for report in collection.sync(entries(home) if is_library(home) else ()):
                click.echo(safe(f"Put into Qdrant: {report}"))


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


def _added(
    files: Sequence[Path], home: Path, jobs: int, *, id: str | None, replace: bool
) -> Iterator[_Added]:
    """What became of each file, in the order in which they are done. Of two files of one id only the first
    is indexed."""
    from a4a_qa.parsing.metadata import read_metadata

    by_id: dict[str, Path] = {}
    for file in files:
        try:
            own = id or read_metadata(file, None).about.id
        except (A4aError, OSError) as error:
            yield _Added(file, str(error), is_failed=True)
            continue
        first = by_id.setdefault(own, file)
        if first is not file:
            said = f"{first} has the same id, {own}. Give one another: an id in its report.toml."
            yield _Added(file, said, is_failed=True)
    work = [(file, home / own, id, replace) for own, file in by_id.items()]
    if jobs == 1:
        yield from (_add(*one) for one in work)
        return
    from a4a_qa.parsing.pdf.file import share_memory

    spawn = get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawn, initializer=share_memory, initargs=(jobs,)) as pool:
        try:
            yield from (done.result() for done in as_completed([pool.submit(_add, *one) for one in work]))
        finally:
            pool.shutdown(cancel_futures=True)


def _add(file: Path, folder: Path, id: str | None, replace: bool) -> _Added:
    """Index a report, unless its index is there, whole and of the same files."""
    try:
        if _is_built(file, folder):
            return _Added(file, "is there")
        report = build(file, folder, id=id, replace=replace)
    except Exception as error:  # whatever breaks on one file, the others are indexed
        what = "" if isinstance(error, A4aError) else f"{type(error).__name__}: "
        return _Added(file, f"{what}{error}", is_failed=True)
    problems = f", {len(report.problems)} remarks (see `a4a-qa report`)" if report.problems else ""
    return _Added(
        file, f"{len(report.sentences)} sentences, {len(report.endnotes)} endnotes{problems}", is_new=True
    )


def _is_built(file: Path, folder: Path) -> bool:
    from a4a_qa.index.manifest import FORMAT, fingerprint, input_files, remaining_manifest
    from a4a_qa.index.storage import check_index, is_of_shipped_encoder

    built = remaining_manifest(folder)
    if not built or built.format != FORMAT or not is_of_shipped_encoder(built):
        return False
    try:
        check_index(folder)
    except IndexFolderError:
        return False
    return built.inputs == fingerprint(input_files(file, file.parent))
