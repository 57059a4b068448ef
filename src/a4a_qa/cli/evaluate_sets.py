"""`a4a-qa eval safeguarding`, `verify` and `parsing`: what is measured on other sets than gold questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from a4a_qa.cli.opening import INDEX_OPTION, current_index, fail_on, open_assistant, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import A4aError
from a4a_qa.output import FileKind, check_file, json_file, json_file_of_each, replaced
from a4a_qa.settings import read_settings

_FOLDER = click.Path(path_type=Path, exists=True)
_OUTPUT = click.Path(path_type=Path)
_SAFEGUARDING = json_file_of_each("a scorecard of safeguarding", "questions", "measures")
_VERIFY = json_file("a scorecard of checking", "missed", "contrasts")
_PARSING = json_file_of_each("a table of parsing", "sections", "sentences", "arrived")
# The lines of the table of parsing.
_HEAD = (
    f"{'report':27} sect  sent  notes found/paired/exp  arrived  order long  short max note  lost added"
    " numbers marks/lost/unread     s"
)
_LINE = (
    "{id:27}{sections:5}{sentences:6}{pairs:>24}{arrived:9.2%}{in_order:7.1%}{long_sentences:5}"
    "{short_sentences:7.1%}{longest_note:9}{lost:6}{added:6}"
    "{numbers:8}{numbers_apart:>18}{seconds:6.1f}"
)
_AGAINST = (
    f"{'':27}  headings P {{heading_precision:.2f}} R {{heading_recall:.2f}} levels {{levels:.2f}}"
    " · note texts {note_texts:.2f} marks placed {marks_placed:.2f}"
)


@click.command()
@click.argument("folder", type=_FOLDER, default=Path("eval/safeguarding"))
@click.option("--output", type=_OUTPUT, help="Where to write the scorecard; by default it is not written.")
@click.option(
    "--gate-only",
    is_flag=True,
    help="Measure only what is compared with the scorecard, with a quarter of the training questions.",
)
@INDEX_OPTION
@plain_errors
def safeguarding(folder: Path, output: Path | None, gate_only: bool, index: Path | None) -> None:
    """Score how well purposes are recognised; exits with 1 when more is refused than was agreed on.

    FOLDER holds labelled messages, and in scorecard.json the scores that were agreed on. One in five training
    questions of the report in corpus/ is asked too. The index tells what would be answered.
    """
    from a4a_qa.evaluation.safeguarding import failures, read_agreed, score_folder

    if output and gate_only:
        raise click.UsageError("A scorecard holds all measures: leave out --gate-only or --output.")
    if output:
        check_file(output, _SAFEGUARDING)
    corpus = read_settings().corpus_folder()
    card = score_folder(folder, corpus, index or current_index(), gate_only=gate_only)
    for name, half in card.items():
        click.echo(f"{name}: {half['questions']} questions")
        for measure, m in half["measures"].items():
            value = "–" if m["value"] is None else f"{m['value']:.4f}  [{m['low']:.4f}, {m['high']:.4f}]"
            click.echo(f"  {measure:20} {value}  {m['count']} of {m['n']}")
    agreed = folder / "scorecard.json"
    problems = list(failures(card, read_agreed(agreed) if agreed.is_file() else {}))
    # What was agreed on is not overwritten with worse.
    if output and not (problems and output.exists() and agreed.exists() and output.samefile(agreed)):
        _write(output, _SAFEGUARDING, card)
    fail_on(problems, "The safeguarding gate has")


@click.command()
@click.argument("folder", type=_FOLDER, default=Path("eval/verify"))
@click.option("--output", type=_OUTPUT, help="Where to write the scorecard; by default it is not written.")
@INDEX_OPTION
@plain_errors
def verify(folder: Path, output: Path | None, index: Path | None) -> None:
    """Score how well texts that cite the report are checked, and yes-or-no questions answered.

    FOLDER holds labelled statements (statements.jsonl), and questions and statements by whether the report
    affirms them (contrasts.jsonl).
    """
    from a4a_qa.evaluation.verdicts import (
        read_contrasts,
        read_statements,
        score_contrasts,
        score_statements,
    )

    if output:
        check_file(output, _VERIFY)
    assistant = open_assistant(index)
    statements = read_statements(folder / "statements.jsonl", assistant.report)
    contrasts = read_contrasts(folder / "contrasts.jsonl")
    card = score_statements(statements, assistant.verify)
    card["contrasts"] = score_contrasts(contrasts, assistant.ask, assistant.verify)
    if output:
        _write(output, _VERIFY, card)
    click.echo(json.dumps(card, indent=1))


@click.command()
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@click.option("--explain", is_flag=True, help="List every place where something is lost or wrong.")
@click.option("--output", type=_OUTPUT, help="Where to write the figures.")
@plain_errors
def parsing(reports: tuple[str, ...], explain: bool, output: Path | None) -> None:
    """Measure how well report files are parsed: notes, words and numbers that arrive, order, sentences.

    REPORT is an id from training/reports.toml, a fixture of the tests, or any report file; without one, all
    are measured. The real reports are looked for in the folder that A4A_QA_REPORTS names, by default
    ../shared/reports. Exits with 1 when a target is missed.
    """
    from a4a_qa.evaluation.parse_quality import chosen, failures, measure

    if output:
        check_file(output, _PARSING)
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
        apart = f"{row.number_marks}/{row.numbers_lost}/{row.numbers_unread}"
        click.echo(_LINE.format(id=measured.id, pairs=pairs, numbers_apart=apart, **values))
        if row.against:
            click.echo(_AGAINST.format(**values))
        for line in row.wrong if explain else ():
            click.echo(f"    {safe(line)}")
    if output:
        _write(output, _PARSING, card)
    fail_on([safe(problem) for problem in problems], "Parsing has")


def _write(output: Path, kind: FileKind, card: dict[str, Any]) -> None:
    with replaced(output, kind) as file:
        file.write(json.dumps(card, indent=1) + "\n")
