"""`a4a-qa eval`: run a system on the gold questions, score, compare, show and gate the result."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from a4a_qa.cli.evaluate_gold import (
    RUNS,
    chosen_reports,
    gold_options,
    index_of,
    one_report,
    show,
    validate,
)
from a4a_qa.cli.evaluate_labelled import safeguarding, verify
from a4a_qa.cli.evaluate_parsing import parsing
from a4a_qa.cli.opening import plain_errors

if TYPE_CHECKING:
    from a4a_qa.evaluation.gold import GoldQuestion, GoldSet
    from a4a_qa.evaluation.gold_reports import GoldReport
    from a4a_qa.evaluation.score import Scored
    from a4a_qa.evaluation.systems import Opened, System

_FOLDER = click.Path(path_type=Path, exists=True)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUTPUT = click.Path(path_type=Path)
_SYSTEMS = ("full", "bm25", "dense", "hybrid", "abstain", "top1")
# What a person looks at first, in this order.
_HEADLINE = ("supported", "answer_hit", "evidence_f1", "recall_at_5", "endnote_exact", "citation_validity")


@click.group("eval")
def eval_group() -> None:
    """Measure answers against gold questions. Needs the extra «eval»."""


@eval_group.command()
@gold_options
@click.option("--url", help="Ask a running service instead, as in http://127.0.0.1:8000.")
@click.option("--system", type=click.Choice(_SYSTEMS), default="full", show_default=True,
              help="The full system, or one that it is measured against.")  # fmt: skip
@click.option("--index", type=click.Path(path_type=Path, file_okay=False),
              help="The index folder of one report; by default that of the report in corpus/, and for any "
              "other one in eval/runs/indexes, built when it is missing or old.")  # fmt: skip
@click.option("--encoder", type=click.Path(path_type=Path, file_okay=False),
              help="The encoder of «dense» and «hybrid»; by default all-MiniLM-L6-v2, untrained, made from "
              "its package (extra «train»).")  # fmt: skip
@click.option("--timeout", type=float, default=30.0, show_default=True, help="Seconds to wait for a service.")
@click.option(
    "--output", type=_OUTPUT, help="The folder of runs, or the file of one; by default eval/runs/<system>/."
)
@plain_errors
def run(
    gold: Path, names: tuple[str, ...], url: str | None, system: System, index: Path | None,
    encoder: Path | None, timeout: float, output: Path | None,
) -> None:  # fmt: skip
    """Put the gold questions on each report to a system and write the answers, failures included, to a run
    file for each: OUTPUT/<report>.jsonl."""
    from a4a_qa.evaluation.run import ask_all, read_run, write_run
    from a4a_qa.evaluation.systems import WITH_ENCODER, open_system, remote_system

    reports = chosen_reports(gold, names)
    if len(reports) > 1 and (index or url or (output and output.suffix == ".jsonl")):
        raise click.UsageError("--index, --url and a run file are about one report: name it with --report.")
    if system in WITH_ENCODER:
        encoder = encoder or _untrained_encoder()
    for one in reports:
        questions = one.questions().questions
        path = output or RUNS / ("service" if url else system)
        path = path if path.suffix == ".jsonl" else path / f"{one.id}.jsonl"

        def opened(
            one: GoldReport = one, questions: Sequence[GoldQuestion] = questions
        ) -> AbstractContextManager[Opened]:
            if url:
                return remote_system(url, timeout)
            return nullcontext(
                open_system(system, index or index_of(one), questions, encoder, calibration=one.curves())
            )

        with opened() as asked:
            lines = _with_progress(ask_all(questions, asked.ask), len(questions), one.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_run(path, [*lines, {"run": asked.about}])
        failed = [row for row in read_run(path, questions).rows.values() if row.error]
        click.echo(f"{path}: {len(questions) - len(failed)} of {len(questions)} questions have an answer.")
        if failed:
            click.echo(
                f"{len(failed)} failed and count against the run, the first: {failed[0].error}", err=True
            )
        if len(failed) == len(questions):
            raise click.ClickException(
                f"{url or system} gave no answer at all; the run file has the failures."
            )


def _with_progress(lines: Iterable[dict[str, Any]], total: int, name: str) -> Iterator[dict[str, Any]]:
    from tqdm import tqdm

    yield from tqdm(lines, desc=name, total=total, unit=" questions", leave=False, disable=None)


def _untrained_encoder() -> Path:
    """The base model as an encoder, which baselines search with; made once."""
    from a4a_qa.index.runtime import CARD_FILE
    from a4a_qa.training.export import export_encoder

    folder = RUNS / "untrained"
    if not (folder / CARD_FILE).is_file():
        export_encoder(None, folder)
    return folder


def _scored(run_file: Path, gold: GoldSet, truth: Path | None = None) -> Scored:
    from a4a_qa.evaluation.measures.reading import read_truth
    from a4a_qa.evaluation.run import read_run
    from a4a_qa.evaluation.score import score as score_run

    return score_run(gold, read_run(run_file, gold.questions), truth=read_truth(truth) if truth else None)


@eval_group.command()
@click.argument("run", type=_FOLDER, metavar="RUN")
@gold_options
@click.option(
    "--truth",
    type=_FILE,
    help="A truth file of the report of one run, to measure reading against (see docs/evaluation.md).",
)
@click.option("--split", type=click.Choice(["test", "dev", "all"]), default="test", show_default=True,
              help="Which questions the table is about; scorecards are about all.")  # fmt: skip
@click.option("--output", type=_OUTPUT, help="Where to write the scorecards; by default beside the runs.")
@plain_errors
def score(
    run: Path,
    gold: Path,
    names: tuple[str, ...],
    truth: Path | None,
    split: Literal["test", "dev", "all"],
    output: Path | None,
) -> None:
    """Score RUN, a run file or a folder of them: writes a scorecard for each, and for a folder summary.json.

    Of a folder, prints a column a report and the mean over unseen ones.
    """
    from a4a_qa.evaluation.scorecard import write_scorecard

    if run.is_dir():
        _score_folder(run, gold, names, truth, split, output or run)
        return
    card = _scored(run, one_report(gold, names, run).questions(), truth).card
    path = output or run.with_suffix(".scorecard.json")
    write_scorecard(path, card)
    for problem in card.problems:
        click.echo(problem, err=True)
    for name in _HEADLINE:
        m = card.measures[name]
        click.echo(f"{name:20} {m['value']:.3f}  [{m['low']:.3f}, {m['high']:.3f}]  n = {m['n']:g}")
    click.echo(f"{path}: {len(card.measures)} measures of {len(card.outcomes)} questions.")


def _score_folder(
    folder: Path,
    gold: Path,
    names: tuple[str, ...],
    truth: Path | None,
    split: Literal["test", "dev", "all"],
    output: Path,
) -> None:
    from a4a_qa.evaluation.scorecard import write_scorecard
    from a4a_qa.evaluation.summary import lines, summarise, write_summary

    runs = {path.stem: path for path in sorted(folder.glob("*.jsonl"))}
    output.mkdir(parents=True, exist_ok=True)
    scored: dict[str, tuple[bool, Scored]] = {}
    for one in chosen_reports(gold, names, among=list(runs)):
        questions = one.questions()
        whole = _scored(runs[one.id], questions, truth if one.is_ours else None)
        write_scorecard(output / f"{one.id}.json", whole.card)
        for problem in whole.card.problems:
            click.echo(problem, err=True)
        part = whole if split == "all" else _scored(runs[one.id], questions.of_split(split))
        scored[one.id] = (one.seen, part)
    summary = summarise(folder.name, split, scored)
    write_summary(output / "summary.json", summary)
    for line in lines(summary):
        click.echo(line)


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
@gold_options
@click.option("--output", type=_OUTPUT, help="Where to write the page; by default beside the run.")
@plain_errors
def report(
    run_file: Path, beside: tuple[Path, ...], against: Path | None, gold: Path, names: tuple[str, ...],
    output: Path | None,
) -> None:  # fmt: skip
    """Show a run as one HTML page, with every question."""
    from a4a_qa.evaluation.gate import gate as judge
    from a4a_qa.evaluation.page import write_page
    from a4a_qa.evaluation.scorecard import read_scorecard

    one = one_report(gold, names, run_file)
    questions = one.questions()
    scored = _scored(run_file, questions)
    checks = judge(questions, one.gold, scored.card, read_scorecard(against) if against else None).checks
    path = output or run_file.with_suffix(".html")
    write_page(path, scored, checks, [(file.stem, read_scorecard(file)) for file in beside])
    click.echo(str(path))


@eval_group.command()
@click.argument("run_file", type=_FILE, metavar="RUN")
@click.option(
    "--against",
    type=_FILE,
    help="The scorecard that was agreed on; by default that of the report in eval/scorecards/full.",
)
@gold_options
@plain_errors
def gate(run_file: Path, against: Path | None, gold: Path, names: tuple[str, ...]) -> None:
    """Check that a run breaks nothing; exits with 1, and prints the flips, when it does."""
    from a4a_qa.evaluation.gate import gate as judge
    from a4a_qa.evaluation.scorecard import read_scorecard

    one = one_report(gold, names, run_file)
    questions = one.questions()
    agreed = read_scorecard(against or Path("eval/scorecards/full") / f"{one.id}.json")
    found = judge(questions, one.gold, _scored(run_file, questions).card, agreed)
    for line in found.lines():
        click.echo(line)
    if not found.passed:
        sys.exit(1)


@eval_group.command()
@click.argument("form", type=click.Choice(["trec", "beir", "squad"]))
@click.argument("output", type=_OUTPUT)
@click.option("--run", "run_file", type=_FILE, help="A run, for the TREC run file.")
@gold_options
@plain_errors
def export(form: str, output: Path, run_file: Path | None, gold: Path, names: tuple[str, ...]) -> None:
    """Write the gold questions for other tools: a folder for trec and beir, a file for squad."""
    from a4a_qa.evaluation.exports import export_beir, export_squad, export_trec
    from a4a_qa.evaluation.run import read_run

    questions = one_report(gold, names, run_file).questions()
    if form == "trec":
        written = export_trec(
            questions, read_run(run_file, questions.questions) if run_file else None, output
        )
    else:
        written = export_beir(questions, output) if form == "beir" else export_squad(questions, output)
    for path in written:
        click.echo(str(path))


for command in (validate, show, safeguarding, verify, parsing):
    eval_group.add_command(command)
