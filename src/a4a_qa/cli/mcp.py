"""`a4a-qa mcp`: the report as tools for a program that runs a language model."""

from __future__ import annotations

from pathlib import Path

import click

from a4a_qa.cli.opening import INDEX_OPTION, open_assistant, plain_errors
from a4a_qa.settings import read_settings


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
