"""`a4a-qa verify`: a text that quotes or cites the report, checked statement by statement."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from a4a_qa.cli.cards import is_closed, with_notices, wrapped
from a4a_qa.cli.opening import CLOSED_OPTION, INDEX_OPTION, open_assistant, plain_errors
from a4a_qa.cli.terminal import safe, wrap

if TYPE_CHECKING:
    from a4a_qa.answering.answer import Citation
    from a4a_qa.verify.verifier import Checked, Verification

_NOT_BACKED = 3
# What Python calls standard input.
_STDIN = "<stdin>"
_COLOURS = {"verbatim": "green", "supported": "green", "altered": "red", "wrong_endnote": "red"}


@click.command()
@click.argument("file", type=click.File(encoding="utf-8-sig", errors="replace"))
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), show_default="text")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@CLOSED_OPTION
@INDEX_OPTION
@plain_errors
def verify(file: TextIO, form: str | None, as_json: bool, show_distressing: bool, index: Path | None) -> None:
    """Check the statements of FILE, plain text or Markdown, against the report; "-" reads standard input.

    SARIF has what the report does not back, for code scanning and editors.

    Exit code: 0 when the report backs them all, 3 when it does not, 2 wrong usage, 1 error.
    """
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json means --format json: give that or --format {form}, not both.")
    text, name = file.read(), getattr(file, "name", _STDIN)
    if "\0" in text:
        raise click.UsageError(f"{name} is no text: it has bytes that no text has.")
    found = open_assistant(index).verify(text)
    if as_json or form == "json":
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False))
    elif form == "sarif":
        from a4a_qa.cli.sarif import to_sarif

        log = to_sarif(
            found,
            text,
            None if name == _STDIN else name,
            lambda checked: _told(checked, found, is_open=show_distressing),
        )
        click.echo(json.dumps(log, ensure_ascii=False, indent=1))
    else:
        for line in _lines(found, is_open=show_distressing):
            click.echo(line)
    if any(checked.verdict not in ("verbatim", "supported") for checked in found.statements):
        sys.exit(_NOT_BACKED)


def _lines(found: Verification, *, is_open: bool) -> Iterator[str]:
    for checked in found.statements:
        verdict = checked.verdict.replace("_", " ")
        label = click.style(f"{verdict:>13}", fg=_COLOURS.get(checked.verdict, "yellow"), bold=True)
        yield f"{label}  {wrap(_with_notes(checked), indent=15).lstrip()}"
        yield from (f"{'':15}{reason}" for reason in _reasons(checked, is_open))
        for place in checked.evidence if checked.verdict != "verbatim" else ():
            said, *told = _evidence(checked, place, found.report.year, is_open=is_open)
            yield click.style(wrap(said, indent=15), dim=True)
            yield from wrapped(told, indent=15)
    counts = found.to_dict()["counts"]
    yield ""
    yield ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)


def _told(checked: Checked, found: Verification, *, is_open: bool) -> str:
    """What is wrong with a statement and what the report says, in one text."""
    places = (
        line
        for place in checked.evidence
        for line in _evidence(checked, place, found.report.year, is_open=is_open)
    )
    lines = (safe(line) for line in (*_reasons(checked, is_open), *places))
    told = "\n".join(f"{line[:1].upper()}{line[1:]}" for line in lines)
    return told or "Nothing in the report comes near."


def _evidence(checked: Checked, place: Citation, year: int | None, *, is_open: bool) -> Sequence[str]:
    """A place of the report that a statement rests on, or that comes nearest, then its notices."""
    said = _whose(checked, place) + (f", {place.page.as_cited}" if place.page else "")
    quote, *told = with_notices(f"“{place.quote}”", place.notices, "This passage", is_open=is_open, year=year)
    return f"{said}: {quote}{_marks(place.endnotes)}", *told


def _whose(checked: Checked, place: Citation) -> str:
    """What a place of the report is to a statement."""
    if checked.verdict != "unsupported":
        return "the report says"
    from a4a_qa.verify.statements import pieces_of, read_statements
    from a4a_qa.verify.words import Wording, words_in

    wording = Wording(place.quote)
    quotes = (quote for statement in read_statements(checked.text) for quote in statement.quoted())
    if any(all(wording.find(words_in(piece)) for piece in pieces_of(quote)) for quote in quotes):
        return "the report has what is quoted, and not what stands around it"
    return "nearest in the report"


def _with_notes(checked: Checked) -> str:
    """A statement with the endnotes that it cites; those behind its full stop are no part of its text."""
    from a4a_qa.verify.statements import marks_in

    shown = {number for mark in marks_in(checked.text) for number in mark.numbers}
    behind = [number for number in checked.cited_endnotes if number not in shown]
    return " ".join(checked.text.split()) + _marks(behind)


def _marks(endnotes: Sequence[int]) -> str:
    return f" [{', '.join(map(str, endnotes))}]" if endnotes else ""


# What is told of differences that no words show.
_CONTRARY = {
    "negation": "one says what the other denies",
    "meaning": "only a guess, please compare: the report may say otherwise",
}


def _reasons(checked: Checked, is_open: bool) -> Iterator[str]:
    is_shut = any(is_closed(place.notices, is_open=is_open) for place in checked.evidence)
    for difference in checked.differences:
        if difference.kind in _CONTRARY:
            yield _CONTRARY[difference.kind]
            continue
        said = f"here “{difference.said}”" if difference.said else "left out here"
        if not difference.report:
            written = "not in that sentence"
        else:
            written = "otherwise in the report" if is_shut else f"in the report “{difference.report}”"
        yield safe(f"{difference.kind}: {said}, {written}")
    if checked.wrong_endnotes:
        numbers = ", ".join(map(str, checked.wrong_endnotes))
        yield f"endnote {numbers} does not stand on this sentence"
