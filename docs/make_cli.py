"""Writes docs/cli.md from the commands' own help; a test checks that it is current."""

from collections.abc import Collection, Iterator
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
# Options that so many commands describe in the same words are described once.
OFTEN = 4


def commands(context: click.Context) -> Iterator[click.Context]:
    """A command and those below it, each as the context in which its help is written."""
    yield context
    if isinstance(context.command, click.Group) and context.command.name not in NAMED:
        for name in context.command.list_commands(context):
            found = context.command.get_command(context, name)
            if found is not None:
                yield from commands(named(found, name, context))


def named(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    """A context for a command's help without the line on the option that shows it."""
    settings = {**command.context_settings, "help_option_names": []}
    return click.Context(
        command, parent, info_name=name, max_content_width=WIDTH, terminal_width=WIDTH, **settings
    )


def options(context: click.Context) -> list[tuple[str, str]]:
    """How each option of a command is written, and what it means."""
    found = (one for one in context.command.get_params(context) if isinstance(one, click.Option))
    return [record for record in (option.get_help_record(context) for option in found) if record is not None]


def shown(context: click.Context, shared: Collection[tuple[str, str]]) -> list[str]:
    """The help of a command without blank lines and shared options; only its usage begins at the left edge."""
    command, formatter = context.command, context.make_formatter()
    command.format_usage(context, formatter)
    command.format_help_text(context, formatter)
    with formatter.indentation():
        own = [option for option in options(context) if option not in shared]
        if own:
            formatter.write_dl(own)
        if command.name in NAMED and isinstance(command, click.Group):
            formatter.write_text(f"Commands: {', '.join(command.list_commands(context))}.")
    return [line for line in formatter.getvalue().splitlines() if line]


def text() -> str:
    """The whole page."""
    root = named(main, "a4a-qa")
    found = list(commands(root))[1:]
    users: dict[tuple[str, str], list[str]] = {}
    for context in found:
        for option in options(context):
            users.setdefault(option, []).append(context.command_path.removeprefix("a4a-qa "))
    shared = {option: names for option, names in users.items() if len(names) >= OFTEN}
    formatter = root.make_formatter()
    formatter.write_dl(
        [(written, f"{meaning} ({', '.join(shared[written, meaning])})") for written, meaning in shared]
    )
    page = [
        "# Commands",
        "",
        "Written by `make docs` from the commands' own help, which `-h` and `--help` show.",
    ]
    page += ["`a4a-qa --version` tells the version. Several commands share these options:", ""]
    page += ["```", formatter.getvalue().rstrip(), "```", ""]
    grouped = {name for names in GROUPS.values() for name in names}
    rest = tuple(name for name in main.list_commands(root) if name not in grouped)
    for heading, names in {**GROUPS, DEVELOP: rest}.items():
        page += [f"## {heading}: {', '.join(names)}", "", "```"]
        for name in names:
            for context in found:
                if context.command_path.split()[1] == name:
                    page += shown(context, shared)
        page += ["```", ""]
    return "\n".join(page)


if __name__ == "__main__":
    Path(__file__).with_name("cli.md").write_text(text(), encoding="utf-8")
