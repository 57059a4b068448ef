"""`a4a-qa key`: the keys of programs that use the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from a4a_qa.cli.opening import plain_errors
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
