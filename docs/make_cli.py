"""Writes docs/cli.md from the commands' own help; a test checks that it is current."""

from collections.abc import Iterator
from pathlib import Path

import click

from a4a_qa.cli.main import main

# The commands under each heading; those in none of these are for developers.
GROUPS = {
    "Ask": ("ask", "search", "endnote", "verify"),
    "Reports": ("index", "report", "diff", "library"),
    "Serve": ("serve", "demo", "mcp", "key", "widget-snippet"),
}
DEVELOP = "Develop"
# Of these groups the commands are named only: docs/evaluation.md and docs/training.md tell of them.
NAMED = ("eval", "training")


def commands(context: click.Context) -> Iterator[click.Context]:
    """A command, or in place of a group those below it, each as the context in which its help is written."""
    command = context.command
    if not isinstance(command, click.Group) or command.name in NAMED:
        yield context
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None:
            yield from commands(click.Context(found, context, info_name=name))


def row(context: click.Context) -> str:
    """A command's line of the table: how it is called, the first sentence of its help, and its options."""
    command = context.command
    arguments = [one.make_metavar(context) for one in command.params if isinstance(one, click.Argument)]
    options = [f"`{one.opts[-1]}`" for one in command.params if isinstance(one, click.Option)]
    if isinstance(command, click.Group):
        arguments, options = ["COMMAND"], [f"`{name}`" for name in command.list_commands(context)]
    called = " ".join([context.command_path, *arguments]).replace("|", "\\|")
    first, _, _ = " ".join((command.help or "").split()).partition(". ")
    return f"| `{called}` | {first.rstrip('.;:')} | {', '.join(options)} |"


def text() -> str:
    """The whole page."""
    root = click.Context(main, info_name="a4a-qa")
    found = list(commands(root))
    page = [
        "# Commands",
        "",
        "Written by `make docs` from the commands' own help. `--help` of each says what its options mean.",
        "Exit codes: 0 done, and answered or backed by the report; 3 done, and not so; 2 wrong usage; 1 another error.",
    ]
    grouped = {name for names in GROUPS.values() for name in names}
    rest = tuple(name for name in main.list_commands(root) if name not in grouped)
    for heading, names in {**GROUPS, DEVELOP: rest}.items():
        page += ["", f"## {heading}", "", "| command | what it does | options |", "| --- | --- | --- |"]
        page += [row(one) for name in names for one in found if one.command_path.split()[1] == name]
    return "\n".join([*page, ""])


if __name__ == "__main__":
    Path(__file__).with_name("cli.md").write_text(text(), encoding="utf-8")
