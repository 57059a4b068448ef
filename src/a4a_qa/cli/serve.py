"""`a4a-qa serve` and `widget-snippet`: questions over HTTP, and the tags that put them into a page."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.opening import INDEX_OPTION, current_index, open_assistant, plain_errors
from a4a_qa.cli.terminal import safe, wrap
from a4a_qa.errors import A4aError, IndexMissing, SettingsError
from a4a_qa.files import REPORT_FILE
from a4a_qa.settings import Settings, read_settings

if TYPE_CHECKING:
    from socket import socket

    from a4a_qa.report.report import About


@click.command()
@click.option("--host", help="The address to listen on; by default 127.0.0.1, this machine only.")
@click.option("--port", type=click.IntRange(0, 65_535), help="The port; by default 8000, 0 for a free one.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes; by default 1.")
@INDEX_OPTION
@click.option("--library", is_flag=True, help="Serve all reports of indexes/, or of the folder --index.")
@click.option("--help-only", is_flag=True, help="Serve only the page of help; no report is opened.")
@plain_errors
def serve(
    host: str | None,
    port: int | None,
    workers: int | None,
    index: Path | None,
    library: bool,
    help_only: bool,
) -> None:
    """Answer questions about one report, or a library of them, over HTTP, until stopped.

    The address is printed once questions are answered there. If the report in corpus/ has no index yet, it is
    built first. If the index is out of date or damaged, or if anything else that answering needs cannot be
    opened, the error is printed and only the page of help is served. If there is neither an index nor a
    report, or if the words of help themselves cannot be read, nothing is served.
    Settings that have no option here: docs/settings.md. The endpoints: /docs of the running service.
    """
    settings = _with_options(read_settings(), host=host, port=port, workers=workers)
    folder = index or settings.indexes if library else index
    run_service(settings, folder, library=library, help_only=help_only)


def run_service(
    settings: Settings,
    index: Path | None,
    *,
    library: bool = False,
    help_only: bool = False,
    examples: int = 0,
) -> None:
    """Serve an index or library, None for the default index, until stopped; only help if it cannot be opened.

    A folder that holds indexes is a library; `library` says that it is to be one. The first `examples`
    questions of the report are printed below the address. Raises SettingsError when the port is taken,
    HelpError, MissingExtra when settings or environment ask for what is not installed, and IndexMissing or
    SettingsError when there is neither an index nor a report.
    """
    from a4a_qa.safeguarding.help_texts import help_texts
    from a4a_qa.service.listener import bind

    help_texts()  # without them there is nothing to serve, not even help
    if not help_only:
        _check(settings)
    with bind(settings) as listener:
        from a4a_qa.service.server import prepare_process  # after the port, since it loads much

        prepare_process()
        if help_only:
            _serve_help(listener, settings, None, index)
            return
        from a4a_qa.service.telemetry import check_installed

        check_installed()
        try:
            if settings.workers == 1:
                _serve_here(listener, settings, index, library, examples)
            else:
                _serve_with_workers(listener, settings, index, library, examples)
        except (A4aError, OSError) as error:
            if isinstance(error, IndexMissing | SettingsError) and _is_nothing_there(index, settings):
                raise
            _serve_help(listener, settings, str(error), index)


def _check(settings: Settings) -> None:
    """Raise MissingExtra or SettingsError where the settings ask for what is not there."""
    if settings.mcp:
        from a4a_qa.service.programs.mcp import check_installed

        check_installed()
    if settings.api_keys:
        from a4a_qa.service.programs.keys import KeyFile

        KeyFile(settings.api_keys).read()


def _is_nothing_there(index: Path | None, settings: Settings) -> bool:
    """Whether there is neither an index nor a report, nor anything left of one.

    Then nobody has set up a service here yet. Otherwise people may rely on it, and help stays there for them.
    """
    remains = [
        *settings.corpus.glob("*/*"),
        *settings.indexes.glob("*/*"),
        *(index.glob("*") if index else ()),
    ]
    return not remains


def _serve_here(
    listener: socket, settings: Settings, index: Path | None, library: bool, examples: int
) -> None:
    from a4a_qa.index.library import is_library
    from a4a_qa.library import open_library
    from a4a_qa.service.server import serve as run

    if index is not None and (library or is_library(index)):
        opened = open_library(index, settings)
        run(listener, opened, settings, lambda: _tell(listener, settings, opened.reports, examples))
        return
    assistant = open_assistant(index)
    run(listener, assistant, settings, lambda: _tell(listener, settings, [assistant.report.about], examples))


def _serve_with_workers(
    listener: socket, settings: Settings, index: Path | None, library: bool, examples: int
) -> None:
    from a4a_qa.index.library import entries, is_library
    from a4a_qa.index.storage import load
    from a4a_qa.service.server import serve_with_workers

    folder = index or current_index()
    # Only the workers need the models.
    if library or is_library(folder):
        reports = [entry.about for entry in entries(folder)]
    else:
        reports = [load(folder)[0].report.about]
    serve_with_workers(listener, folder, settings, lambda: _tell(listener, settings, reports, examples))


def _tell(listener: socket, settings: Settings, reports: Sequence[About], examples: int) -> None:
    from a4a_qa.service.listener import address_of, is_public

    what = reports[0].title if len(reports) == 1 else f"{len(reports)} reports"
    click.echo(f"{safe(what)}: {address_of(listener)}, process {os.getpid()}")
    questions = [question for about in reports for question in about.examples][:examples]
    if questions:
        click.echo("Questions to try:")
    for question in questions:
        click.echo(f"  {safe(question)}")
    if is_public(settings.host):
        click.echo("Others can reach this address.", err=True)
        for about in reports:
            if about.rights:
                click.echo(wrap(f"The terms of {safe(about.title)}: {about.rights}"), err=True)


def _serve_help(listener: socket, settings: Settings, problem: str | None, index: Path | None) -> None:
    """Serve only the page of help, with the contacts of an index, None for the default one, because of a
    problem or, without one, because that was asked for."""
    from a4a_qa.service.help_only import contacts_without
    from a4a_qa.service.listener import address_of
    from a4a_qa.service.server import serve_help

    contacts = contacts_without(index, settings)
    if problem:
        click.echo(wrap(f"{problem} Until then only /help is served. Fix this and start again."), err=True)
    serve_help(
        listener,
        contacts,
        settings,
        lambda: click.echo(f"Help only: {address_of(listener)}, process {os.getpid()}"),
    )


def _with_options(settings: Settings, **options: str | int | None) -> Settings:
    given = {name: value for name, value in options.items() if value is not None}
    return replace(settings, **given)  # type: ignore[arg-type]


_FRAME = """\
<iframe src="{address}/embed?lang={lang}" title="Ask about the report" loading="lazy"
  referrerpolicy="no-referrer" allow="clipboard-write" width="100%" height="640"
  sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox \
allow-top-navigation"></iframe>"""
_ELEMENT = """\
<script type="module" src="{address}/widget/{version}/{name}" crossorigin
  referrerpolicy="no-referrer" integrity="{integrity}"></script>
<report-assistant {attributes}>
  <a href="{address}/report">Read the report</a> <a href="{address}/help">Help and reporting</a>
</report-assistant>"""


@click.command("widget-snippet")
@click.argument("address", required=False)
@click.option(
    "--lang", default="en", show_default=True, help="The language of buttons and messages: en, fr, km."
)
@click.option("--floating", is_flag=True, help="A launcher in the corner instead of a place in the page.")
@click.option("--frame", is_flag=True, help="The private mode: a frame that the page around it cannot read.")
@plain_errors
def widget_snippet(address: str | None, lang: str, floating: bool, frame: bool) -> None:
    """Print the tags that put the assistant into a page, with version and integrity.

    ADDRESS is where browsers reach the service, such as https://ask.example.org; by default the setting
    public_url. The site that holds the page goes into the setting allowed_origins: docs/embedding.md.
    """
    from a4a_qa.service.widget.script import NAME, VERSION, integrity, languages

    if lang not in languages():
        raise click.BadParameter(f"There are strings for {', '.join(languages())}.", param_hint="--lang")
    settings = read_settings()
    address = _checked(address or settings.public_url)
    if frame:
        click.echo(_FRAME.format(address=address, lang=lang))
        return
    attributes = {"api": f"{address}/v1", "lang": lang, **_own(settings)}
    if floating:
        attributes["layout"] = "floating"
    shown = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    click.echo(
        _ELEMENT.format(address=address, version=VERSION, name=NAME, integrity=integrity(), attributes=shown)
    )


def _checked(address: str | None) -> str:
    if not address:
        raise click.UsageError("Name the ADDRESS of the service, or set public_url.")
    near = r"http://(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?"
    if not re.fullmatch(rf"(https://[^\s<>\"'?#]+|{near})/?", address):
        raise click.BadParameter(
            f"{address!r} is not asked by the widget; expected https://…, or to try it http://localhost:8000.",
            param_hint="ADDRESS",
        )
    return address.rstrip("/")


def _own(settings: Settings) -> dict[str, str]:
    """What the operator has set, and the year of the report that is meant."""
    from a4a_qa.parsing.metadata import read_metadata

    own = {}
    try:
        year = read_metadata(settings.corpus_folder() / REPORT_FILE).about.year
    except SettingsError:
        year = None  # none is there, or several: the widget then says "a published report"
    if year:
        own["year"] = str(year)
    if settings.exit_url != Settings().exit_url:
        own["exit-url"] = settings.exit_url.replace("&", "&amp;")
    return own
