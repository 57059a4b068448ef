"""`a4a-qa serve`: questions over HTTP."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from a4a_qa.cli.opening import INDEX_OPTION, open_assistant, plain_errors
from a4a_qa.cli.terminal import safe, wrap
from a4a_qa.errors import A4aError
from a4a_qa.settings import Settings, read_settings


@click.command()
@click.option("--host", help="The address to listen on; by default 127.0.0.1, this machine only.")
@click.option("--port", type=click.IntRange(0, 65_535), help="The port; by default 8000, 0 for a free one.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes; by default 1.")
@INDEX_OPTION
@plain_errors
def serve(host: str | None, port: int | None, workers: int | None, index: Path | None) -> None:
    """Answer questions about one report over HTTP, until stopped.

    A missing index of the report in corpus/ is built first. When the index is out of date or damaged, when
    there is none in the folder of --index, or when anything else that answering needs cannot be opened, only
    the page of help is served, and the error is printed. With a slip in the words of help nothing is served.
    Settings that have no option here: docs/settings.md. The endpoints: /docs of the running service.
    """
    from a4a_qa.safeguarding.help_texts import help_texts
    from a4a_qa.service.server import bind, is_public, serve_with_workers
    from a4a_qa.service.server import serve as run

    settings = _with_options(read_settings(), host=host, port=port, workers=workers)
    help_texts()  # without them there is nothing to serve, not even help
    try:
        assistant = open_assistant(index)
    except (A4aError, OSError) as error:
        _serve_help(settings, str(error), index)
        return
    about, folder = assistant.report.about, index or settings.index_folder()
    with bind(settings) as listener:
        shown = _shown(*listener.getsockname()[:2])
        click.echo(f"{safe(about.title)}: http://{shown}, process {os.getpid()}")
        if is_public(settings.host):
            terms = f" The report's terms: {about.rights}" if about.rights else ""
            click.echo(wrap(f"Others can reach this address.{terms}"), err=True)
        if settings.workers == 1:
            run(listener, assistant, settings)
        else:
            del assistant  # only the workers need it; what `index.runtime` keeps of it stays
            serve_with_workers(listener, folder, settings)


def _serve_help(settings: Settings, problem: str, index: Path | None) -> None:
    """Serve the page of help while no question can be answered from an index, None for the default one."""
    from a4a_qa.service.help_only import contacts_without
    from a4a_qa.service.server import bind, serve_help

    contacts = contacts_without(index, settings)
    click.echo(wrap(f"{problem} Until then only /help is served; start again when it is mended."), err=True)
    with bind(settings) as listener:
        click.echo(f"Help only: http://{_shown(*listener.getsockname()[:2])}, process {os.getpid()}")
        serve_help(listener, contacts, settings)


def _shown(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _with_options(settings: Settings, **options: str | int | None) -> Settings:
    given = {name: value for name, value in options.items() if value is not None}
    return replace(settings, **given)  # type: ignore[arg-type]
