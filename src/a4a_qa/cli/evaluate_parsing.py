"""`a4a-qa eval parsing`: how well real report files are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.opening import fail_on, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import A4aError
from a4a_qa.files import replaced

if TYPE_CHECKING:
    from a4a_qa.evaluation.parsing.measure import Reading, Row

_HEAD = (
    f"{'report':27}{'sect':>5}{'sent':>6}{'notes found/paired/exp':>24}{'arrived':>9}{'order':>7}"
    f"{'long':>5}{'short':>7}{'max note':>9}{'lost':>6}{'added':>6}{'s':>6}"
)


@click.command()
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@click.option("--explain", is_flag=True, help="List every place where something is lost or out of order.")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the figures.")
@plain_errors
def parsing(reports: tuple[str, ...], explain: bool, output: Path | None) -> None:
    """Measure how well report files are parsed: notes, words that arrive, their order, sentences.

    REPORT is an id from training/reports.toml, a fixture of the tests, or any report file; without one, all
    are measured. The real reports are looked for in the folder that A4A_QA_REPORTS names, by default
    ../shared/reports. Exits with 1 when a target is missed.
    """
    from a4a_qa.evaluation.parsing.catalogue import chosen
    from a4a_qa.evaluation.parsing.measure import failures, read, row_of

    card, problems = {}, []
    wanted = chosen(Path(), reports)
    click.echo(_HEAD)
    for measured in wanted:
        try:
            reading = read(measured)
            row = row_of(reading)
        except A4aError as error:
            problems.append(f"{measured.id}: {error}")
            click.echo(f"{measured.id:27} {safe(str(error))}")
            continue
        card[measured.id] = row.to_dict()
        problems += [f"{measured.id}: {failure}" for failure in failures(row)]
        click.echo(_line(measured.id, row))
        if explain:
            _explain(reading)
    if output:
        with replaced(output) as file:
            file.write(json.dumps(card, indent=1) + "\n")
    fail_on([safe(problem) for problem in problems], "Parsing has")


def _line(name: str, row: Row) -> str:
    expected = "?" if row.expected is None else str(row.expected)
    notes = f"{row.notes}/{row.paired}/{expected}"
    line = (
        f"{name:27}{row.sections:5}{row.sentences:6}{notes:>24}{row.arrived:9.2%}{row.in_order:7.1%}"
        f"{row.long_sentences:5}{row.short_sentences:7.1%}{row.longest_note:9}{row.lost:6}{row.added:6}"
        f"{row.seconds:6.1f}"
    )
    if row.against:
        a = row.against
        line += (
            f"\n{'':27}  headings P {a.heading_precision:.2f} R {a.heading_recall:.2f} levels {a.levels:.2f}"
            f" · note texts {a.note_texts:.2f} marks placed {a.marks_placed:.2f}"
        )
    return line


def _explain(reading: Reading) -> None:
    """Print the places that a person should look at: the report's own words, so never to a file."""
    from a4a_qa.evaluation.parsing.explain import explained

    for line in explained(reading):
        click.echo(f"    {safe(line)}")
