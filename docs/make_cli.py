"""Writes docs/cli.md from the commands' own help; a test checks that it is current."""

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
WIDTH = 110


def shown(command: click.Command, context: click.Context) -> list[str]:
    """The help of a command and of those below it, without blank lines; only the lines on usage begin at the
    left edge."""
    lines = [line for line in command.get_help(context).splitlines() if line and line != "Options:"]
    if not isinstance(command, click.Group):
        return lines
    # Their own help follows.
    lines = lines[: lines.index("Commands:")]
    if command.name in NAMED:
        return [*lines, f"  Commands: {', '.join(command.list_commands(context))}."]
    return [*lines, *(line for found, below in commands(command, context) for line in shown(found, below))]


def commands(group: click.Group, context: click.Context) -> list[tuple[click.Command, click.Context]]:
    """The commands of a group, each with the context in which its help is written."""
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [(command, named(command, name, context)) for name, command in found if command is not None]


def named(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    """A context for a command's help without the line on the option that shows it."""
    settings = {**command.context_settings, "help_option_names": []}
    return click.Context(
        command, parent, info_name=name, max_content_width=WIDTH, terminal_width=WIDTH, **settings
    )


def text() -> str:
    """The whole page."""
    context = named(main, "a4a-qa")
    below = {one.info_name: shown(command, one) for command, one in commands(main, context)}
    grouped = {name for names in GROUPS.values() for name in names}
    groups = {**GROUPS, DEVELOP: tuple(name for name in below if name not in grouped)}
    page = [
        "# Commands",
        "",
        "Written by `make docs` from the commands' own help, which `-h` and `--help` show.",
    ]
    page += ["`a4a-qa --version` tells the version.", ""]
    for heading, names in groups.items():
        page += [f"## {heading}: {', '.join(names)}", ""]
        page += ["```", *(line for name in names for line in below[name]), "```", ""]
    return "\n".join(page)


if __name__ == "__main__":
    Path(__file__).with_name("cli.md").write_text(text(), encoding="utf-8")
