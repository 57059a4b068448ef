"""`a4a-qa eval safeguarding` and `verify`: measured on labelled questions and statements, not on gold."""

from __future__ import annotations

import json
from pathlib import Path

import click

from a4a_qa.cli.opening import INDEX_OPTION, current_index, fail_on, open_assistant, plain_errors
from a4a_qa.files import replaced
from a4a_qa.settings import read_settings

_FOLDER = click.Path(path_type=Path, exists=True)
_OUTPUT = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER, default=Path("eval/safeguarding"))
@click.option("--output", type=_OUTPUT, help="Where to write the scorecard; by default it is not written.")
@click.option(
    "--gate-only",
    is_flag=True,
    help="Measure only what is compared with the scorecard, with a quarter of the index questions.",
)
@INDEX_OPTION
@plain_errors
def safeguarding(folder: Path, output: Path | None, gate_only: bool, index: Path | None) -> None:
    """Score how well a question's purpose is told; exits with 1 when more are refused than agreed.

    FOLDER holds labelled questions, and in scorecard.json what was agreed on. One in five index questions of
    the report in corpus/ is asked too. The index tells what would be answered.
    """
    from a4a_qa.evaluation.safeguarding import failures, read_agreed, score_folder

    if output and gate_only:
        raise click.UsageError("A scorecard holds all measures: leave out --gate-only or --output.")
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
        with replaced(output) as out:
            out.write(json.dumps(card, indent=1) + "\n")
    fail_on(problems, "The safeguarding gate has")


@click.command()
@click.argument("folder", type=_FOLDER, default=Path("eval/verify"))
@click.option("--output", type=_OUTPUT, help="Where to write the scorecard; by default it is not written.")
@INDEX_OPTION
@plain_errors
def verify(folder: Path, output: Path | None, index: Path | None) -> None:
    """Score how well a text that cites the report is checked, and what is affirmed or denied.

    FOLDER holds labelled statements (statements.jsonl), and questions and statements by whether the report
    affirms them (contrasts.jsonl).
    """
    from a4a_qa.evaluation.contrasts import read_contrasts, score_contrasts
    from a4a_qa.evaluation.verdicts import read_statements
    from a4a_qa.evaluation.verdicts import score as score_statements

    assistant = open_assistant(index)
    statements = read_statements(folder / "statements.jsonl", assistant.report)
    contrasts = read_contrasts(folder / "contrasts.jsonl")
    card = score_statements(statements, assistant.verify)
    card["contrasts"] = score_contrasts(contrasts, assistant.ask, assistant.verify)
    text = json.dumps(card, indent=1)
    if output:
        with replaced(output) as out:
            out.write(text + "\n")
    click.echo(text)
