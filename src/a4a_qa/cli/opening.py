"""What the commands share: which report and which index are meant, errors and problems as messages."""

from __future__ import annotations

import signal
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from a4a_qa.cli.terminal import safe
from a4a_qa.errors import A4aError, IndexMissing, QuestionError
from a4a_qa.files import REPORT_FILE
from a4a_qa.settings import Settings, read_settings

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from a4a_qa.assistant import Assistant
    from a4a_qa.index.manifest import Manifest
    from a4a_qa.report.report import Report

INDEX_OPTION = click.option(
    "--index",
    "index",
    type=click.Path(path_type=Path, file_okay=False),
    help="The index folder; by default the one of the report in corpus/.",
)

CLOSED_OPTION = click.option(
    "--show-distressing", is_flag=True, help="Print passages that describe abuse in detail, too."
)

PASSWORD_OPTION = click.option(
    "--password",
    prompt=True,
    prompt_required=False,
    hide_input=True,
    help="The password of an encrypted PDF; if none follows, it is asked for and not shown.",
)

ANYWAY_OPTION = click.option(
    "--anyway", is_flag=True, help="Take even a PDF of which less than half of the words could be read."
)


ID_OPTION = click.option("--id", help="The id of the report, in place of the one in its report.toml.")

REPLACE_OPTION = click.option(
    "--replace", is_flag=True, help="Replace the index of another report that is in the place."
)


class UsageError(click.ClickException):
    """A question or an option that cannot be used: exit code 2."""

    exit_code = 2


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn our own errors into a message and an exit code; a traceback is never shown for them."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except QuestionError as error:
            raise UsageError(safe(str(error))) from error
        except A4aError as error:
            raise click.ClickException(safe(str(error))) from error

    return run


def fail_on(problems: list[str], what: str) -> None:
    """Print problems and exit with 1, if there are any; `what` is the subject of the message, as in "The gold
    questions have"."""
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{what} {len(problems)} problem{'s' if len(problems) > 1 else ''}.")


def open_assistant(index: Path | None) -> Assistant:
    """The assistant of an index. A missing default index is built; an outdated one is an error."""
    from a4a_qa.assistant import Assistant

    if index is not None:
        return Assistant.open(index)
    settings = read_settings()
    _build_missing(settings)
    assistant = Assistant.open(settings.index_folder())
    _check_current(assistant.manifest, settings)
    return assistant


def current_index() -> Path:
    """The default index folder, for those who open it otherwise; built or refused as in `open_assistant`."""
    from a4a_qa.index.storage import load

    settings = read_settings()
    folder = settings.index_folder()
    _build_missing(settings)
    _check_current(load(folder)[1], settings)
    return folder


def _build_missing(settings: Settings) -> None:
    from a4a_qa.index.manifest import is_index

    folder, report_file = settings.index_folder(), settings.corpus_folder() / REPORT_FILE
    if not is_index(folder) and report_file.is_file():
        click.echo(f"There is no index in {folder} yet: it is built now, once.", err=True)
        _build_apart(report_file, folder)


def _build_apart(report_file: Path, folder: Path) -> None:
    """Build an index in a process of its own, since this one would keep the 800 MB that building takes.

    Raises what building raises, and IndexMissing when that process is killed.
    """
    import multiprocessing

    from a4a_qa.index.storage import INDEX
    from a4a_qa.output import remove_leftovers

    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    builder = spawn.Process(target=_build_and_tell, args=(report_file, folder, there))
    builder.start()
    there.close()
    try:
        error = here.recv()
        builder.join()
    except EOFError:
        builder.join()
        raise IndexMissing(
            f"The build of the index in {folder} was stopped (exit code {builder.exitcode}). "
            "Run `a4a-qa index` to see why; it takes about 1 GB of memory."
        ) from None
    except KeyboardInterrupt:
        builder.kill()
        builder.join()
        remove_leftovers(folder, INDEX)
        raise
    if error is not None:
        raise error


def _build_and_tell(report_file: Path, folder: Path, there: Connection) -> None:
    """Build an index and send the error that this raises, or None."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other process hears Ctrl-C too, and ends this one
    try:
        build(report_file, folder)
    except (A4aError, OSError) as error:
        there.send(error)
    else:
        there.send(None)


def _check_current(manifest: Manifest, settings: Settings) -> None:
    from a4a_qa.index.manifest import check_inputs, fingerprint, input_files

    report_file = settings.corpus_folder() / REPORT_FILE
    if report_file.is_file():
        inputs = fingerprint(input_files(report_file, report_file.parent))
        check_inputs(manifest, inputs, settings.index_folder())


def build(report_file: Path, folder: Path, **options: Any) -> Report:
    """Build an index with a progress bar on standard error, and a warning there about another language.

    `options` are those of `build_index`, and so is what is raised.
    """
    from tqdm import tqdm

    from a4a_qa.answering.phrases import phrase
    from a4a_qa.index.build import build_index

    with tqdm(desc="Encoding", unit=" texts", delay=0.3, leave=False, disable=None) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = build_index(report_file, folder, on_progress=advance, **options)
    if not report.about.is_english:
        click.echo(safe(f"{report_file}: {phrase('languages', 'report')}"), err=True)
    return report


def corpus_of(file: Path | None) -> Path:
    """The folder of a report: that of its file, or the one of the report that is meant."""
    if file is None:
        return read_settings().corpus_folder()
    return file if file.is_dir() else file.parent


def open_report(
    file: Path | None, corpus: Path | None, *, password: str | None = None, anyway: bool = False
) -> Report:
    """The report in a file, or the one that is meant: from the corpus, or else from its index."""
    from a4a_qa.index.storage import load
    from a4a_qa.parsing.read import read_report

    if is_only_indexed(file):
        return load(read_settings().index_folder())[0].report
    return read_report(file or read_settings().corpus_folder(), corpus, password=password, anyway=anyway)


def is_only_indexed(file: Path | None) -> bool:
    """Whether a report has no file to be read from: the one that is meant, where the corpus lacks it."""
    return file is None and not (read_settings().corpus_folder() / REPORT_FILE).is_file()
