"""`a4a-qa`: each command imports its own stage when it runs, so that `--help` is instant."""

from __future__ import annotations

import click

from a4a_qa import __version__
from a4a_qa.cli.ask import ask, search
from a4a_qa.cli.demo import demo
from a4a_qa.cli.evaluate import eval_group
from a4a_qa.cli.library import library
from a4a_qa.cli.programs import key, mcp
from a4a_qa.cli.report import diff, endnote, index, report
from a4a_qa.cli.serve import serve, widget_snippet
from a4a_qa.cli.training import calibrate, training
from a4a_qa.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="a4a-qa")
def main() -> None:
    """Ask a country monitoring report; every answer is the report's own words, with their sources."""


for command in (
    ask,
    search,
    index,
    library,
    report,
    diff,
    endnote,
    verify,
    serve,
    mcp,
    key,
    demo,
    eval_group,
    calibrate,
    training,
):
    main.add_command(command)
main.add_command(widget_snippet)
