"""`a4a-qa demo`: the product on the report that ships, on an invented country."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from a4a_qa import __version__
from a4a_qa.cli.ask import ask as ask_command
from a4a_qa.cli.opening import build, plain_errors
from a4a_qa.cli.serve import run_service
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import CorpusError, IndexFolderError, OutputError
from a4a_qa.files import REPORT_FILE
from a4a_qa.output import writing
from a4a_qa.settings import read_settings

REPORT = Path(__file__).parent.parent / "data" / "demo" / REPORT_FILE
# How many questions to try are printed.
_EXAMPLES = 3


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), help="The port; by default 8000, 0 for a free one.")
@click.option("--ask", "question", metavar="QUESTION", help="Answer this on the terminal and serve nothing.")
@click.pass_context
@plain_errors
def demo(context: click.Context, port: int | None, question: str | None) -> None:
    """Try the program on a report that ships with it, about an invented country.

    The report is indexed, once, in the cache folder of the user (XDG_CACHE_HOME, by default ~/.cache). Then
    questions about it are answered over HTTP, until stopped.

    Exit code of --ask: 0 answered or partly answered, 3 not answered, 2 wrong usage, 1 error.
    """
    settings = read_settings()
    settings = settings if port is None else replace(settings, port=port)
    with _current_index() as index:
        if question is not None:
            context.invoke(ask_command, question=question, index=index)
        else:
            run_service(settings, index, examples=_EXAMPLES)


@contextmanager
def _current_index() -> Iterator[Path]:
    """The index of the demo in the cache folder, built if there is none or it is out of date; in a temporary
    folder if the cache cannot be written. Raises OutputError if neither can."""
    folder = _cache_folder()
    if folder is not None and (_is_current(folder) or _is_built(folder)):
        yield folder
        return
    # The service passes on the signal that stopped it, which by default would leave the folder behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with writing(Path("A temporary folder")):
        temporary = TemporaryDirectory(prefix="a4a-qa-demo-")
    with temporary as parent:
        build(REPORT, index := Path(parent) / "demo")
        yield index


def _is_built(folder: Path) -> bool:
    """Build the index of the demo; whether the folder could be written."""
    click.echo("The report of the demo is indexed now, once.", err=True)
    try:
        build(REPORT, folder)
    except OutputError as error:
        click.echo(safe(f"{error} A temporary folder is used instead."), err=True)
        return False
    return True


def _cache_folder() -> Path | None:
    """Where the index of the demo is kept; None if the user has no home.

    A relative XDG_CACHE_HOME is ignored, as the XDG Base Directory Specification demands.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not cache.is_absolute():
        try:
            cache = Path.home() / ".cache"
        except RuntimeError:
            return None
    return cache / "a4a-qa" / "demo"


def _is_current(folder: Path) -> bool:
    """Whether a folder holds a whole index of the demo report, built by this version with its encoder."""
    from a4a_qa.index.manifest import fingerprint, input_files
    from a4a_qa.index.storage import is_of_shipped_encoder, load

    try:
        manifest = load(folder)[1]
        return (
            manifest.package == __version__
            and manifest.inputs == fingerprint(input_files(REPORT, REPORT.parent))
            and is_of_shipped_encoder(manifest)
        )
    except (IndexFolderError, CorpusError, OSError):  # whatever it is, the build that follows names it
        return False
