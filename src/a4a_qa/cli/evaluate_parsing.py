"""`a4a-qa eval parsing`: how well real report files are read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from a4a_qa.cli.opening import fail_on, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import A4aError
from a4a_qa.files import replaced

_HEAD = (
    f"{'report':27} sect  sent  notes found/paired/exp  arrived  order long  short max note  lost added     s"
)
_LINE = (
    "{id:27}{sections:5}{sentences:6}{pairs:>24}{arrived:9.2%}{in_order:7.1%}{long_sentences:5}"
    "{short_sentences:7.1%}{longest_note:9}{lost:6}{added:6}{seconds:6.1f}"
)
_AGAINST = (
    f"{'':27}  headings P {{heading_precision:.2f}} R {{heading_recall:.2f}} levels {{levels:.2f}}"
    " · note texts {note_texts:.2f} marks placed {marks_placed:.2f}"
)


@click.command()
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@click.option("--explain", is_flag=True, help="List every place where something is lost or wrong.")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the figures.")
@plain_errors
def parsing(reports: tuple[str, ...], explain: bool, output: Path | None) -> None:
    """Measure how well report files are parsed: notes, words that arrive, their order, sentences.

    REPORT is an id from training/reports.toml, a fixture of the tests, or any report file; without one, all
    are measured. The real reports are looked for in the folder that A4A_QA_REPORTS names, by default
    ../shared/reports. Exits with 1 when a target is missed.
    """
    from a4a_qa.evaluation.parsing.catalogue import chosen
    from a4a_qa.evaluation.parsing.measure import failures, measure

    card, problems = {}, []
    wanted = chosen(Path(), reports)
    click.echo(_HEAD)
    for measured in wanted:
        try:
            row = measure(measured)
        except A4aError as error:
            problems.append(f"{measured.id}: {error}")
            click.echo(f"{measured.id:27} {safe(str(error))}")
            continue
        values = card[measured.id] = row.to_dict()
        problems += [f"{measured.id}: {failure}" for failure in failures(row)]
        pairs = f"{row.notes}/{row.paired}/{'?' if row.expected is None else row.expected}"
        click.echo(_LINE.format(id=measured.id, pairs=pairs, **values))
        if row.against:
            click.echo(_AGAINST.format(**values))
        for line in row.wrong if explain else ():
            click.echo(f"    {safe(line)}")
    if output:
        with replaced(output) as file:
            file.write(json.dumps(card, indent=1) + "\n")
    fail_on([safe(problem) for problem in problems], "Parsing has")
