"""`a4a-qa eval`: gold questions, runs of them, and what becomes of these: scores, comparison, gate, page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from a4a_qa.cli.evaluate_sets import parsing, safeguarding, verify
from a4a_qa.cli.opening import build, current_index, fail_on, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import EvaluationError, IndexFolderError
from a4a_qa.output import check_file

if TYPE_CHECKING:
    from a4a_qa.evaluation.gold import GoldQuestion, GoldSet
    from a4a_qa.evaluation.gold_sets import GoldReport
    from a4a_qa.evaluation.score import Scored
    from a4a_qa.evaluation.systems import OpenedSystem, System
    from a4a_qa.report.report import Report

_FOLDER = click.Path(path_type=Path, exists=True)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUTPUT = click.Path(path_type=Path)
_SYSTEMS = ("full", "bm25", "dense", "hybrid", "abstain", "top1")
# What commands write and nobody commits.
_RUNS = Path("eval/runs")
# What a person looks at first, in this order.
_HEADLINE = ("supported", "answer_hit", "evidence_f1", "recall_at_5", "endnote_exact", "citation_validity")

Command = Callable[..., Any]


@click.group("eval")
def eval_group() -> None:
    """Measure answers against gold questions. Needs the extra "eval"."""


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
    """The reports that are meant, of those in `among`. A report whose text is not here is left out with a
    message, unless it is named."""
    from a4a_qa.evaluation.gold_sets import gold_reports
    from a4a_qa.report.catalogue import listed_reports, reports_folder

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
    found = chosen_reports(gold, names)
    if len(found) > 1 and run_file:
        found = [one for one in found if one.id == run_file.stem] or found
    if len(found) > 1:
        raise EvaluationError(f"Name a report with --report: {', '.join(one.id for one in found)}.")
    return found[0]


def index_of(one: GoldReport) -> Path:
    """The current index of a report: the default one for the report in corpus/, for others one in _RUNS."""
    from a4a_qa.index.storage import is_of_shipped_encoder, load

    if one.is_ours:
        return current_index()
    folder, file = _RUNS / "indexes" / one.id, one.listed.checked().file
    try:
        parts, manifest = load(folder)
        is_current = parts.report == one.report() and is_of_shipped_encoder(manifest)
    except IndexFolderError:
        is_current = False
    if not is_current:
        build(file, folder, replace=True)
    return folder


@eval_group.command()
@gold_options
@plain_errors
def validate(gold: Path, names: tuple[str, ...]) -> None:
    """Check every gold question, the split and the counts."""
    from a4a_qa.evaluation.gold_sets import counts, problems_of

    problems: list[str] = []
    for one in chosen_reports(gold, names):
        found, wrong = one.load()
        problems += [*wrong, *problems_of(found, one.gold)]
        click.echo(f"{one.id}, {'seen' if one.seen else 'unseen'}")
        for name, number in counts(found).items():
            click.echo(f"{number:>8g}  {name.replace('_', ' ')}")
    fail_on(problems, "The gold questions have")


@eval_group.command()
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


@eval_group.command()
@gold_options
@click.option("--url", help="Ask a running service instead, as in http://127.0.0.1:8000.")
@click.option("--system", type=click.Choice(_SYSTEMS), default="full", show_default=True,
              help="The full system, or one that it is measured against.")  # fmt: skip
@click.option("--index", type=click.Path(path_type=Path, file_okay=False),
              help="The index folder of one report; by default that of the report in corpus/, and for any "
              "other one in eval/runs/indexes, built when it is missing or old.")  # fmt: skip
@click.option(
    "--output", type=_OUTPUT, help="The folder of runs, or the file of one; by default eval/runs/<system>/."
)
@plain_errors
def run(
    gold: Path, names: tuple[str, ...], url: str | None, system: System, index: Path | None,
    output: Path | None,
) -> None:  # fmt: skip
    """Put the gold questions on each report to a system and write the answers, failures included, to a run
    file for each: OUTPUT/<report>.jsonl."""
    from a4a_qa.evaluation.run import RUN_FILE, ask_all, read_run, write_run

    reports = chosen_reports(gold, names)
    if len(reports) > 1 and (index or url or (output and output.suffix == ".jsonl")):
        raise click.UsageError("--index, --url and a run file are about one report: name it with --report.")
    for one in reports:
        questions = one.questions().questions
        path = output or _RUNS / ("service" if url else system)
        path = path if path.suffix == ".jsonl" else path / f"{one.id}.jsonl"
        check_file(path, RUN_FILE)
        with _opened(one, questions, url, system, index) as opened:
            lines = _with_progress(ask_all(questions, opened.ask), len(questions), one.id)
            write_run(path, [*lines, {"run": opened.about}])
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


def _opened(
    one: GoldReport, questions: Sequence[GoldQuestion], url: str | None, system: System, index: Path | None
) -> AbstractContextManager[OpenedSystem]:
    from a4a_qa.evaluation.systems import WITH_ENCODER, open_system, remote_system

    if url:
        return remote_system(url)
    encoder = _untrained_encoder() if system in WITH_ENCODER else None
    folder = index or index_of(one)
    return nullcontext(open_system(system, folder, questions, encoder, calibration=one.curves()))


def _with_progress(lines: Iterable[dict[str, Any]], total: int, name: str) -> Iterator[dict[str, Any]]:
    from tqdm import tqdm

    yield from tqdm(lines, desc=name, total=total, unit=" questions", leave=False, disable=None)


def _untrained_encoder() -> Path:
    """all-MiniLM-L6-v2 as published, with which baselines search; exported once, with the extra "train"."""
    from a4a_qa.models.runtime import CARD_FILE
    from a4a_qa.training.export import export_encoder

    folder = _RUNS / "untrained"
    if not (folder / CARD_FILE).is_file():
        export_encoder(None, folder)
    return folder


def _scored(run_file: Path, gold: GoldSet) -> Scored:
    from a4a_qa.evaluation.run import read_run
    from a4a_qa.evaluation.score import score as score_run

    return score_run(gold, read_run(run_file, gold.questions, gold.report))


@eval_group.command()
@click.argument("run", type=_FOLDER, metavar="RUN")
@gold_options
@click.option("--split", type=click.Choice(["test", "dev", "all"]), default="test", show_default=True,
              help="Which questions the table is about; scorecards are about all.")  # fmt: skip
@click.option("--output", type=_OUTPUT, help="Where to write the scorecards; by default beside the runs.")
@plain_errors
def score(
    run: Path, gold: Path, names: tuple[str, ...], split: Literal["test", "dev", "all"], output: Path | None
) -> None:
    """Score RUN, a run file or a folder of them: writes a scorecard for each, and for a folder summary.json.

    Of a folder, prints a column a report and the mean over unseen ones.
    """
    from a4a_qa.evaluation.score import write_scorecard

    if run.is_dir():
        _score_folder(run, gold, names, split, output or run)
        return
    card = _scored(run, one_report(gold, names, run).questions()).card
    path = output or run.with_suffix(".scorecard.json")
    write_scorecard(path, card)
    for problem in card.problems:
        click.echo(problem, err=True)
    for name in _HEADLINE:
        m = card.measures[name]
        click.echo(f"{name:20} {m['value']:.3f}  [{m['low']:.3f}, {m['high']:.3f}]  n = {m['n']:g}")
    click.echo(f"{path}: {len(card.measures)} measures of {len(card.outcomes)} questions.")


def _score_folder(
    folder: Path, gold: Path, names: tuple[str, ...], split: Literal["test", "dev", "all"], output: Path
) -> None:
    from a4a_qa.evaluation.score import write_scorecard
    from a4a_qa.evaluation.summary import lines, summarise, write_summary

    runs = {path.stem: path for path in sorted(folder.glob("*.jsonl"))}
    scored: dict[str, tuple[bool, Scored]] = {}
    for one in chosen_reports(gold, names, among=list(runs)):
        questions = one.questions()
        whole = _scored(runs[one.id], questions)
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
    from a4a_qa.evaluation.gate import compare as compare_cards
    from a4a_qa.evaluation.score import read_scorecard

    for line in compare_cards(read_scorecard(before), read_scorecard(after)).lines():
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
    from a4a_qa.evaluation.run_page import write_page
    from a4a_qa.evaluation.score import read_scorecard

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
    from a4a_qa.evaluation.score import read_scorecard

    one = one_report(gold, names, run_file)
    questions = one.questions()
    agreed = read_scorecard(against or Path("eval/scorecards/full") / f"{one.id}.json")
    found = judge(questions, one.gold, _scored(run_file, questions).card, agreed)
    for line in found.lines():
        click.echo(line)
    if not found.passed:
        sys.exit(1)


@eval_group.command()
@click.argument("form", type=click.Choice(["trec", "beir"]))
@click.argument("output", type=_OUTPUT)
@click.option("--run", "run_file", type=_FILE, help="A run, for the TREC run file.")
@gold_options
@plain_errors
def export(form: str, output: Path, run_file: Path | None, gold: Path, names: tuple[str, ...]) -> None:
    """Write the gold questions, and a run, for other tools: TREC or BEIR files in the folder OUTPUT."""
    from a4a_qa.evaluation.measures.ranking import export_beir, export_trec
    from a4a_qa.evaluation.run import read_run

    questions = one_report(gold, names, run_file).questions()
    if form == "beir":
        written = export_beir(questions, output)
    else:
        written = export_trec(
            questions, read_run(run_file, questions.questions) if run_file else None, output
        )
    for path in written:
        click.echo(str(path))


for command in (safeguarding, verify, parsing):
    eval_group.add_command(command)
