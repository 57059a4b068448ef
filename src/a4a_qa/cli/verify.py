"""`a4a-qa verify`: a text that quotes or cites the report, checked statement by statement."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from a4a_qa.cli.cards import with_notices, wrapped
from a4a_qa.cli.opening import CLOSED_OPTION, INDEX_OPTION, open_assistant, plain_errors
from a4a_qa.cli.terminal import safe, wrap

if TYPE_CHECKING:
    from a4a_qa.answering.verify import Checked, Verification

_NOT_BACKED = 3
_COLOURS = {"verbatim": "green", "supported": "green", "altered": "red", "wrong_endnote": "red"}


@click.command()
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
@CLOSED_OPTION
@INDEX_OPTION
@plain_errors
def verify(file: TextIO, as_json: bool, show_distressing: bool, index: Path | None) -> None:
    """Check the statements of FILE, plain text or Markdown, against the report; «-» reads standard input.

    Exit code: 0 when the report backs them all, 3 when it does not, 2 wrong usage, 1 error.
    """
    text = file.read()
    if "\0" in text:
        raise click.UsageError(f"{file.name} is no text: it has bytes that no text has.")
    found = open_assistant(index).verify(text)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False))
    else:
        for line in _lines(found, is_open=show_distressing):
            click.echo(line)
    if any(checked.verdict not in ("verbatim", "supported") for checked in found.statements):
        sys.exit(_NOT_BACKED)


def _lines(found: Verification, *, is_open: bool) -> Iterator[str]:
    for checked in found.statements:
        verdict = checked.verdict.replace("_", " ")
        yield click.style(f"{verdict:>13}", fg=_COLOURS.get(checked.verdict, "yellow"), bold=True) + (
            f"  {wrap(' '.join(checked.text.split()), indent=15).lstrip()}"
        )
        yield from _reasons(checked)
        for place in checked.evidence if checked.verdict != "verbatim" else ():
            notes = f" [{', '.join(map(str, place.endnotes))}]" if place.endnotes else ""
            said = "the report says" if checked.verdict != "unsupported" else "nearest in the report"
            quote, *told = with_notices(f"“{place.quote}”", place.notices, "This passage", is_open=is_open)
            yield click.style(wrap(f"{said}: {quote}{notes}", indent=15), dim=True)
            yield from wrapped(told, indent=15)
    counts = found.to_dict()["counts"]
    yield ""
    yield ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)


# What is told of differences that no words show.
_CONTRARY = {"negation": "one says what the other denies", "meaning": "the report may say otherwise"}


def _reasons(checked: Checked) -> Iterator[str]:
    for difference in checked.differences:
        if difference.kind in _CONTRARY:
            yield f"{'':15}{_CONTRARY[difference.kind]}"
            continue
        said = f"«{difference.said}»" if difference.said else "–"
        written = f"«{difference.report}»" if difference.report else "–"
        yield safe(f"{'':15}{difference.kind}: here {said}, in the report {written}")
    if checked.wrong_endnotes:
        numbers = ", ".join(map(str, checked.wrong_endnotes))
        yield f"{'':15}endnote {numbers} does not stand on this sentence"
