"""The conversation of `a4a-qa ask`: questions one after the other, remembered in memory only."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.cards import factual
from a4a_qa.cli.show import as_text
from a4a_qa.cli.terminal import wrap
from a4a_qa.errors import QuestionError

if TYPE_CHECKING:
    from a4a_qa.assistant import Assistant


def converse(
    assistant: Assistant,
    history: list[str],
    *,
    section: str | None,
    k: int,
    about_report: bool,
    is_open: bool,
    full_notes: bool = False,
) -> None:
    """Ask and answer until an empty line."""
    with suppress(ImportError):  # not every Python is built with it
        import readline  # noqa: F401  (line editing in input(); no history file is read or written)

    from a4a_qa.question.query import MOST_HISTORY
    from a4a_qa.safeguarding.help import says_about_report

    about = assistant.report.about
    click.echo(wrap(about.title))
    click.echo(wrap(factual(about.year)))
    click.echo("Ask a question; an empty line ends the conversation.\n")
    met_with_help = None
    while typed := _typed():
        is_again = met_with_help is not None and says_about_report(typed)
        question = met_with_help if met_with_help and is_again else typed
        try:
            answer = assistant.ask(
                question, history[-MOST_HISTORY:], section=section, k=k, about_report=about_report or is_again
            )
        except QuestionError as error:
            click.echo(str(error), err=True)
            continue
        # What was met with help, whatever the person said then, is not carried along as an earlier question.
        if answer.status not in ("support", "declined") and not is_again:
            history.append(question)
        met_with_help = question if answer.status == "support" else None
        click.echo("")
        for line in as_text(answer, is_open=is_open, in_conversation=True, full_notes=full_notes):
            click.echo(line)
        click.echo("")


def _typed() -> str:
    """The next line that is typed, empty where there is none."""
    try:
        return input("? ").strip()
    except (EOFError, KeyboardInterrupt):
        click.echo("")
        return ""
