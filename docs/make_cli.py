"""Writes docs/cli.md from the commands' own help; a test checks that it is current."""

from pathlib import Path

import click

from a4a_qa.cli.main import main

FOR_DEVELOPERS = ("eval", "training")


def pages(command: click.Command, name: str, parent: click.Context | None = None) -> list[str]:
    """The help of a command and of those below it, each under its name; of what only developers use, that
    which lists it."""
    context = click.Context(
        command,
        parent,
        info_name=name.rsplit(" ", 1)[-1],
        max_content_width=100,
        terminal_width=100,
        **command.context_settings,
    )
    lines = [f"## {name}", "", "```", command.get_help(context), "```", ""]
    if isinstance(command, click.Group) and command.name not in FOR_DEVELOPERS:
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                lines += pages(found, f"{name} {below}", context)
    return lines


def text() -> str:
    """The whole page."""
    head = ["# Commands", "", "Written by `make docs` from the commands themselves.", ""]
    return "\n".join([*head, *pages(main, "a4a-qa")])


if __name__ == "__main__":
    Path(__file__).with_name("cli.md").write_text(text(), encoding="utf-8")
