"""`a4a-qa mcp` and `a4a-qa key`: for programs that ask the report, and the keys by which they are let in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.opening import INDEX_OPTION, open_assistant, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import SettingsError
from a4a_qa.settings import read_settings

if TYPE_CHECKING:
    from a4a_qa.service.programs.keys import KeyFile


@click.group()
def key() -> None:
    """Make, list and remove the keys by which programs are let in.

    They are kept, as hashes, in the file that the setting A4A_QA_API_KEYS names.
    """


@key.command()
@click.argument("name")
@plain_errors
def add(name: str) -> None:
    """Make a key and print it, this once."""
    text = _file().add(name)
    click.echo("Keep this key: it is shown only now.", err=True)
    click.echo(text)


@key.command("list")
@plain_errors
def list_keys() -> None:
    """List the names of all keys, and the days on which they were made."""
    for one in _file().read():
        click.echo(safe(f"{one.created}  {one.name}"))


@key.command()
@click.argument("name")
@plain_errors
def remove(name: str) -> None:
    """Remove a key; running services refuse it from then on."""
    _file().remove(name)


def _file() -> KeyFile:
    from a4a_qa.service.programs.keys import KeyFile

    path = read_settings().api_keys
    if path is None:
        raise SettingsError(
            "No file of keys is set. Set A4A_QA_API_KEYS to where it is to be, such as api-keys.jsonl."
        )
    return KeyFile(path)


@click.command()
@INDEX_OPTION
@plain_errors
def mcp(index: Path | None) -> None:
    """Offer the report to a program that speaks the Model Context Protocol, over standard input and output.

    That program starts this command itself: docs/integrations.md has the lines. It needs the extra 'mcp'.
    """
    from a4a_qa.service.programs.mcp import check_installed, serve_stdio
    from a4a_qa.service.server import prepare_process

    check_installed()
    settings = read_settings()
    prepare_process()
    serve_stdio(open_assistant(index), settings)
