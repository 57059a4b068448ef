"""`a4a-qa diff`: two files of one report, parsed and compared."""

from __future__ import annotations

from pathlib import Path

import click

from a4a_qa.cli.cards import closed_words
from a4a_qa.cli.closed import closed_words_of
from a4a_qa.cli.opening import ANYWAY_OPTION, CLOSED_OPTION, PASSWORD_OPTION, open_report, plain_errors
from a4a_qa.cli.terminal import wrap

# The exit code when the files differ.
DIFFERENT = 3


@click.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder with the report.toml that holds for both; by default that of each file.",
)
@CLOSED_OPTION
@PASSWORD_OPTION
@ANYWAY_OPTION
@plain_errors
def diff(
    first: Path,
    second: Path,
    corpus: Path | None,
    show_distressing: bool,
    password: str | None,
    anyway: bool,
) -> None:
    """Compare two files of one report, such as its Markdown and its PDF.

    Lists the headings, blocks, notes of sentences and endnotes that differ. Exit code 0 when nothing does,
    3 when something does.
    """
    from a4a_qa.parsing.review import compare

    found = compare(
        *(open_report(file, corpus, password=password, anyway=anyway) for file in (first, second))
    )
    closed = [] if show_distressing else [closed_words_of(file, corpus) for file in (first, second)]
    for difference in found.differences:
        click.echo(click.style(difference.what, bold=True))
        sides = {"-": difference.first, "+": difference.second}
        if any(words.are_in(text) for words in closed for text in sides.values()):
            click.echo(wrap(closed_words("What differs here"), indent=2))
            continue
        for sign, text in sides.items():
            if text:
                click.echo(f"{sign} {wrap(text, indent=2).lstrip()}")
    counts = ", ".join(f"{count} {what}" for what, count in found.alike.items())
    click.echo(f"Alike: {counts}. Different: {len(found.differences)}.")
    if found.differences:
        raise SystemExit(DIFFERENT)
