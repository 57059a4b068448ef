"""`a4a-qa eval`: check the gold questions, run a system on them, score, compare, show and gate the result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from a4a_qa.cli.evaluate_labelled import safeguarding, verify
from a4a_qa.cli.evaluate_parsing import parsing
from a4a_qa.cli.opening import INDEX_OPTION, current_index, fail_on, open_report, plain_errors
from a4a_qa.files import replaced

if TYPE_CHECKING:
    from a4a_qa.evaluation.gold import GoldSet
    from a4a_qa.evaluation.run import Ask
    from a4a_qa.evaluation.score import Scored
    from a4a_qa.evaluation.systems import System

_FOLDER = click.Path(path_type=Path, exists=True)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUTPUT = click.Path(path_type=Path)
_SYSTEMS = ("full", "bm25", "hybrid", "abstain", "top1")
# What a person looks at first, in this order.
_HEADLINE = ("supported", "answer_hit", "evidence_f1", "recall_at_5", "endnote_exact", "citation_validity")

Command = Callable[..., Any]


def _gold_options(command: Command) -> Command:
    """Which gold questions, and which report they are about."""
    for option in (
        click.option("--gold", type=_FOLDER, default=Path("eval/gold"), show_default=True,
                     help="The folder, or file, of gold questions."),
        click.option("--report", "report_file", type=_FOLDER,
                     help="The report file or folder; by default the one in corpus/."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group("eval")
def eval_group() -> None:
    """Measure answers against gold questions. Needs the extra «eval»."""


@eval_group.command()
@_gold_options
@click.option("--coverage", type=_OUTPUT, default=Path("eval/coverage.md"), show_default=True,
              help="The generated coverage table.")  # fmt: skip
@click.option(
    "--write", is_flag=True, help="Write the coverage table instead of checking that it is current."
)
@plain_errors
def validate(gold: Path, report_file: Path | None, coverage: Path, write: bool) -> None:
    """Check every gold question, the split, the counts and the coverage table."""
    from a4a_qa.evaluation.coverage import blind_areas, table
    from a4a_qa.evaluation.gold import load_gold
    from a4a_qa.evaluation.validate import check, counts, shortfalls

    found, problems = load_gold(gold, open_report(report_file, None))
    problems += [*check(found), *shortfalls(found, gold), *blind_areas(found)]
    current = table(found)
    if write:
        with replaced(coverage) as file:
            file.write(current)
    elif not coverage.is_file() or coverage.read_bytes() != current.encode():
        problems.append(
            f"{coverage} is not what the questions cover now. Run `a4a-qa eval validate --write`."
        )
    for name, number in counts(found).items():
        click.echo(f"{number:>8g}  {name.replace('_', ' ')}")
    fail_on(problems, "The gold questions have")


@eval_group.command()
@_gold_options
@INDEX_OPTION
@click.option("--url", help="Ask a running service instead, as in http://127.0.0.1:8000.")
@click.option("--system", type=click.Choice(_SYSTEMS), default="full", show_default=True,
              help="The full system, or one that it is measured against.")  # fmt: skip
@click.option("--timeout", type=float, default=30.0, show_default=True, help="Seconds to wait for a service.")
@click.option("--output", type=_OUTPUT, help="The run file; by default eval/runs/<system>.jsonl.")
@plain_errors
def run(
    gold: Path, report_file: Path | None, index: Path | None, url: str | None, system: System, timeout: float,
    output: Path | None,
) -> None:  # fmt: skip
    """Put every gold question to a system and write the answers, failures included, to a run file."""
    from a4a_qa.evaluation.run import ask_all, read_run, write_run
    from a4a_qa.evaluation.systems import local_system, peak_memory, remote_system

    questions = _gold(gold, report_file).questions
    path = output or Path("eval/runs") / f"{'service' if url else system}.jsonl"

    def lines(ask: Ask, about: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from _with_progress(ask_all(questions, ask), len(questions))
        yield {"run": about if url else about | {"memory_mb": peak_memory()}}

    def system_asked() -> AbstractContextManager[tuple[Ask, dict[str, Any]]]:
        if url:
            return remote_system(url, timeout)
        return local_system(system, index or current_index(), questions)

    with system_asked() as (ask, about):
        write_run(path, lines(ask, about))
    failed = [row for row in read_run(path, questions).rows.values() if row.error]
    click.echo(f"{path}: {len(questions) - len(failed)} of {len(questions)} questions have an answer.")
    if failed:
        click.echo(f"{len(failed)} failed and count against the run, the first: {failed[0].error}", err=True)
    if len(failed) == len(questions):
        raise click.ClickException(f"{url or system} gave no answer at all; the run file has the failures.")


def _with_progress(lines: Iterable[dict[str, Any]], total: int) -> Iterator[dict[str, Any]]:
    from tqdm import tqdm

    yield from tqdm(lines, desc="Asking", total=total, unit=" questions", leave=False, disable=None)


def _gold(folder: Path, report_file: Path | None) -> GoldSet:
    from a4a_qa.evaluation.gold import read_gold

    return read_gold(folder, open_report(report_file, None))


def _scored(run_file: Path, gold: GoldSet, truth: Path | None = None) -> Scored:
    from a4a_qa.evaluation.measures.reading import read_truth
    from a4a_qa.evaluation.run import read_run
    from a4a_qa.evaluation.score import score as score_run

    return score_run(gold, read_run(run_file, gold.questions), truth=read_truth(truth) if truth else None)


@eval_group.command()
@click.argument("run_file", type=_FILE, metavar="RUN")
@_gold_options
@click.option(
    "--truth",
    type=_FILE,
    help="A truth file of the report, to measure reading against (see docs/evaluation.md).",
)
@click.option("--output", type=_OUTPUT, help="Where to write the scorecard; by default beside the run.")
@plain_errors
def score(
    run_file: Path, gold: Path, report_file: Path | None, truth: Path | None, output: Path | None
) -> None:
    """Score a run: prints the headline and writes a scorecard."""
    from a4a_qa.evaluation.scorecard import write_scorecard

    card = _scored(run_file, _gold(gold, report_file), truth).card
    path = output or run_file.with_suffix(".scorecard.json")
    write_scorecard(path, card)
    for problem in card.problems:
        click.echo(problem, err=True)
    for name in _HEADLINE:
        m = card.measures[name]
        click.echo(f"{name:20} {m['value']:.3f}  [{m['low']:.3f}, {m['high']:.3f}]  n = {m['n']:g}")
    click.echo(f"{path}: {len(card.measures)} measures of {len(card.outcomes)} questions.")


@eval_group.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@plain_errors
def compare(before: Path, after: Path) -> None:
    """Compare two scorecards: differences with intervals and p values, and the questions that flipped."""
    from a4a_qa.evaluation.compare import compare as compare_cards
    from a4a_qa.evaluation.compare import comparison_lines
    from a4a_qa.evaluation.scorecard import read_scorecard

    for line in comparison_lines(compare_cards(read_scorecard(before), read_scorecard(after))):
        click.echo(line)


@eval_group.command()
@click.argument("run_file", type=_FILE, metavar="RUN")
@click.option("--beside", type=_FILE, multiple=True, help="A scorecard to show beside; may be repeated.")
@click.option("--against", type=_FILE, help="The scorecard that was agreed on, for the gates.")
@_gold_options
@click.option("--output", type=_OUTPUT, help="Where to write the page; by default beside the run.")
@plain_errors
def report(
    run_file: Path, beside: tuple[Path, ...], against: Path | None, gold: Path, report_file: Path | None,
    output: Path | None,
) -> None:  # fmt: skip
    """Show a run as one HTML page, with every question."""
    from a4a_qa.evaluation.gate import gate as judge
    from a4a_qa.evaluation.page import write_page
    from a4a_qa.evaluation.scorecard import read_scorecard

    questions = _gold(gold, report_file)
    scored = _scored(run_file, questions)
    checks = judge(questions, gold, scored.card, read_scorecard(against) if against else None).checks
    path = output or run_file.with_suffix(".html")
    write_page(path, scored, checks, [(file.stem, read_scorecard(file)) for file in beside])
    click.echo(str(path))


@eval_group.command()
@click.argument("run_file", type=_FILE, metavar="RUN")
@click.option("--against", type=_FILE, default=Path("eval/scorecards/full.json"), show_default=True,
              help="The scorecard that was agreed on.")  # fmt: skip
@_gold_options
@plain_errors
def gate(run_file: Path, against: Path, gold: Path, report_file: Path | None) -> None:
    """Check that a run breaks nothing; exits with 1, and prints the flips, when it does."""
    from a4a_qa.evaluation.gate import gate as judge
    from a4a_qa.evaluation.scorecard import read_scorecard

    questions = _gold(gold, report_file)
    found = judge(questions, gold, _scored(run_file, questions).card, read_scorecard(against))
    for line in found.lines():
        click.echo(line)
    if not found.passed:
        sys.exit(1)


@eval_group.command()
@click.argument("form", type=click.Choice(["trec", "beir", "squad"]))
@click.argument("output", type=_OUTPUT)
@click.option("--run", "run_file", type=_FILE, help="A run, for the TREC run file.")
@_gold_options
@plain_errors
def export(form: str, output: Path, run_file: Path | None, gold: Path, report_file: Path | None) -> None:
    """Write the gold questions for other tools: a folder for trec and beir, a file for squad."""
    from a4a_qa.evaluation.exports import export_beir, export_squad, export_trec
    from a4a_qa.evaluation.run import read_run

    questions = _gold(gold, report_file)
    if form == "trec":
        written = export_trec(
            questions, read_run(run_file, questions.questions) if run_file else None, output
        )
    else:
        written = export_beir(questions, output) if form == "beir" else export_squad(questions, output)
    for path in written:
        click.echo(str(path))


for command in (safeguarding, verify, parsing):
    eval_group.add_command(command)
