"""`a4a-qa eval`: which gold questions are meant, whether they are sound, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from a4a_qa.cli.opening import build, current_index, fail_on, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import IndexFolderError
from a4a_qa.files import replaced

if TYPE_CHECKING:
    from a4a_qa.evaluation.gold import GoldQuestion
    from a4a_qa.evaluation.gold_reports import GoldReport
    from a4a_qa.report import Report

_FOLDER = click.Path(path_type=Path, exists=True)
_OUTPUT = click.Path(path_type=Path)
# What commands make and nobody commits.
RUNS = Path("eval/runs")

Command = Callable[..., Any]


def gold_options(command: Command) -> Command:
    """Which gold questions, and which report they are about."""
    for option in (
        click.option("--gold", type=_FOLDER, default=Path("eval/gold"), show_default=True,
                     help="The folder of gold questions, with a folder for each report, or a file."),
        click.option("--report", "names", multiple=True,
                     help="The id of a report, by default of all; may be repeated. Or the report file or "
                     "folder that the questions of one folder are about, by default that in corpus/."),
    ):  # fmt: skip
        command = option(command)
    return command


def chosen_reports(
    gold: Path, names: tuple[str, ...], *, among: Sequence[str] | None = None
) -> list[GoldReport]:
    """The reports that are meant. Those whose text is not here are left out, and said, unless they are named;
    `among` leaves only those."""
    from a4a_qa.catalogue import listed_reports, reports_folder
    from a4a_qa.evaluation.gold_reports import gold_reports

    file = Path(names[0]) if len(names) == 1 and Path(names[0]).exists() else None
    listed = listed_reports(Path(), reports_folder(Path()))
    found = gold_reports(gold, listed, names=() if file else names, file=file)
    if among is not None:
        found = [one for one in found if one.id in among]
    here = [one for one in found if names or one.listed.file.is_file()]
    for one in found:
        if one not in here:
            click.echo(f"{one.id}: left out, there is no {one.listed.file} (A4A_QA_REPORTS).", err=True)
    if not here:
        raise click.ClickException(f"There is no report here that the questions of {gold} are about.")
    return here


def one_report(gold: Path, names: tuple[str, ...], run_file: Path | None = None) -> GoldReport:
    """The one report that is meant, by default the one that a run is named after."""
    from a4a_qa.errors import EvaluationError

    found = chosen_reports(gold, names)
    if len(found) > 1 and run_file:
        found = [one for one in found if one.id == run_file.stem] or found
    if len(found) > 1:
        raise EvaluationError(f"Name a report with --report: {', '.join(one.id for one in found)}.")
    return found[0]


def index_of(one: GoldReport) -> Path:
    """The current index of a report: the default one for that in corpus/, for any other one of our own."""
    from a4a_qa.index.encoder import SHIPPED, EncoderCard
    from a4a_qa.index.runtime import CARD_FILE
    from a4a_qa.index.storage import ENCODER_FOLDER, load

    if one.is_ours:
        return current_index()
    folder, file = RUNS / "indexes" / one.id, one.listed.checked().file
    try:
        parts, manifest = load(folder)
        encoder = EncoderCard.read(SHIPPED / CARD_FILE).files
        is_current = parts.report == one.report() and all(
            manifest.parts[f"{ENCODER_FOLDER}/{name}"] == found for name, found in encoder.items()
        )
    except IndexFolderError:
        is_current = False
    if not is_current:
        build(file, folder, corpus=None, encoder=None)
    return folder


@click.command()
@gold_options
@click.option("--coverage", type=_OUTPUT, default=Path("eval/coverage.md"), show_default=True,
              help="The generated coverage table of the report in corpus/.")  # fmt: skip
@click.option(
    "--write", is_flag=True, help="Write the coverage table instead of checking that it is current."
)
@plain_errors
def validate(gold: Path, names: tuple[str, ...], coverage: Path, write: bool) -> None:
    """Check every gold question, the split, the counts and the coverage table."""
    from a4a_qa.evaluation.coverage import blind_areas, table
    from a4a_qa.evaluation.validate import check, counts, shortfalls

    problems: list[str] = []
    for one in chosen_reports(gold, names):
        found, wrong = one.load()
        problems += [*wrong, *check(found), *shortfalls(found, one.gold)]
        click.echo(f"{one.id}, {'seen' if one.seen else 'unseen'}")
        for name, number in counts(found).items():
            click.echo(f"{number:>8g}  {name.replace('_', ' ')}")
        if not one.is_ours:
            continue
        current = table(found)
        problems += blind_areas(found)
        if write:
            with replaced(coverage) as file:
                file.write(current)
        elif not coverage.is_file() or coverage.read_bytes() != current.encode():
            problems.append(
                f"{coverage} is not what the questions cover now. Run `a4a-qa eval validate --write`."
            )
    fail_on(problems, "The gold questions have")


@click.command()
@gold_options
@click.option("--split", type=click.Choice(["dev", "test"]), help="Only those of one half.")
@click.option("--id", "ids", multiple=True, help="Only the question with this id; may be repeated.")
@plain_errors
def show(gold: Path, names: tuple[str, ...], split: str | None, ids: tuple[str, ...]) -> None:
    """Print gold questions with the report's sentences that they name.

    Those of the test half are for scoring: whoever works on models or rules reads the development half only.
    """
    for one in chosen_reports(gold, names):
        found = one.questions()
        for question in found.questions:
            if (not ids or question.id in ids) and split in (None, question.record.split):
                for line in _shown(question, found.report):
                    click.echo(safe(line))


def _shown(question: GoldQuestion, report: Report) -> Iterator[str]:
    record = question.record
    kind = record.kind or f"{record.type}{', ' + record.polarity if record.polarity else ''}"
    yield ""
    yield f"{record.id} ({record.split}, {kind}) {' / '.join([*record.history, record.question])}"
    for evidence in question.evidence:
        for number, target in enumerate(evidence.targets):
            mark = "  needed: " if number == 0 else "      or: "
            yield mark + (
                f"endnote {', '.join(map(str, sorted(target.endnotes)))}"
                if target.is_endnote
                else report.slice(target.places[0])
            )
    for span in question.acceptable:
        yield f"    also: {report.slice(span)}"
    for span in question.nearest:
        yield f"    near: {report.slice(span)}"
    if record.answers:
        yield f"   short: {' | '.join(record.answers)}"
    if record.why:
        yield f"     why: {record.why}"
