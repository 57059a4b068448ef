"""`a4a-qa training` and `a4a-qa calibrate`, for maintainers: the questions that models learn from, and the
commands that make models and fit what decides answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from a4a_qa.cli.evaluate import chosen_reports, index_of
from a4a_qa.cli.opening import fail_on, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import CorpusError

if TYPE_CHECKING:
    from a4a_qa.report.catalogue import ListedReport

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")

_ROOT = Path()
_FOLDER = click.Path(path_type=Path, file_okay=False)
_EXISTING = click.Path(path_type=Path, exists=True)
_MODEL = "A sentence-transformers model by hub name or path; by default all-MiniLM-L6-v2."
# Every command that trains has these options; `_recipe` takes what was said.
_RECIPE_OPTIONS = (
    click.option("--epochs", type=click.IntRange(1, 100), help="How often each text or question is read."),
    click.option("--seed", type=int, help="The same seed and data give the same model on one machine."),
    click.option("--bfloat16", is_flag=True, help="Train in half the time, on processors that have it."),
)
_output_option = click.option(
    "--output", type=_FOLDER, help="Where to write the model; by default into the package."
)
_labelled_argument = click.argument("labelled", nargs=-1, type=_EXISTING, metavar="[LABELLED]...")


def _recipe_options(command: F) -> F:
    for option in reversed(_RECIPE_OPTIONS):
        command = option(command)
    return command


def _recipe(usual: R, epochs: int | None, seed: int | None, bfloat16: bool) -> R:
    """A recipe with what was said on the command line."""
    said = {"epochs": epochs, "seed": seed, "bfloat16": bfloat16}
    return replace(usual, **{name: value for name, value in said.items() if value is not None})  # type: ignore[type-var]


def _say(step: str) -> None:
    click.echo(step, err=True)


@click.group()
def training() -> None:
    """Train models, and look after the questions that they learn from. In a clone of the project."""


@training.command()
@_recipe_options
@click.option(
    "--rate",
    type=click.FloatRange(0, 1, min_open=True),
    help="The highest learning rate; by default 1.5e-4, which is too high for a model of width 768.",
)
@click.option("--model", help=_MODEL)
@click.option("--keep", type=_FOLDER, help="A folder for the trained model as it is before rounding.")
@_output_option
@plain_errors
def encoder(
    epochs: int | None,
    seed: int | None,
    bfloat16: bool,
    rate: float | None,
    model: str | None,
    keep: Path | None,
    output: Path | None,
) -> None:
    """Train an encoder on all questions of training/, and export it to int8 ONNX.

    The texts of the reports have to be there (A4A_QA_REPORTS). A GPU is used if there is one. Needs the extra
    "train".
    """
    from a4a_qa.models.encoder import SHIPPED
    from a4a_qa.training.contrastive import EncoderRecipe, train_encoder

    recipe = _recipe(EncoderRecipe(), epochs, seed, bfloat16)
    recipe = recipe if rate is None else replace(recipe, learning_rate=rate)
    folder = output or SHIPPED
    card = train_encoder(_ROOT, folder, base=model, keep=keep, recipe=recipe, on_step=_say)
    click.echo(f"{folder}: {card.name}, {card.dimension} dimensions.")


@training.command()
@click.argument("teacher", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("output", type=_FOLDER)
@click.option(
    "--layers", default="0,2,4,7,9,11", show_default=True, help="The layers of TEACHER that the student has."
)
@_recipe_options
@plain_errors
def student(
    teacher: Path, output: Path, layers: str, epochs: int | None, seed: int | None, bfloat16: bool
) -> None:
    """Make a smaller model of some layers of TEACHER, which learns to give the same hidden states.

    TEACHER is the folder of a sentence-transformers model; OUTPUT becomes another one, for `a4a-qa training
    encoder --model`. The texts of the reports have to be there (A4A_QA_REPORTS). A GPU is used if there is
    one. Needs the extra "train".
    """
    from a4a_qa.training.student import StudentRecipe, train_student

    try:
        chosen = [int(layer) for layer in layers.split(",")]
    except ValueError:
        raise click.BadParameter(f"{layers} is no list of numbers", param_hint="--layers") from None
    recipe = _recipe(StudentRecipe(), epochs, seed, bfloat16)
    train_student(_ROOT, teacher, chosen, output, recipe=recipe, on_step=_say)
    click.echo(f"{output}: a model of {len(chosen)} layers.")


@training.command()
@click.option("--model", help=_MODEL)
@_output_option
@plain_errors
def export(model: str | None, output: Path | None) -> None:
    """Export a model to int8 ONNX as an encoder, untrained. Needs the extra "train"."""
    from a4a_qa.models.encoder import SHIPPED
    from a4a_qa.training.export import export_encoder
    from a4a_qa.training.student import read_facts

    folder = output or SHIPPED
    student = read_facts(Path(model)) if model else None
    facts = {"training": {"reports": student["reports"], "student": student}} if student else {}
    card = export_encoder(model, folder, facts=facts, on_step=_say)
    click.echo(f"{folder}: {card.name}, {card.dimension} dimensions.")


@training.command()
@_recipe_options
@_output_option
@plain_errors
def reader(epochs: int | None, seed: int | None, bfloat16: bool, output: Path | None) -> None:
    """Teach the reader of the judge that ships all questions of training/; its models of purposes stay.

    The reader learns which text answers a question, beside what the encoder that ships finds for it, and the
    short answer. The texts of the reports have to be there (A4A_QA_REPORTS). Needs the extra "train".
    """
    from a4a_qa.models.judge import SHIPPED
    from a4a_qa.training.judge_folder import train_reader
    from a4a_qa.training.reader import ReaderRecipe

    folder = output or SHIPPED
    train_reader(_ROOT, folder, recipe=_recipe(ReaderRecipe(), epochs, seed, bfloat16), on_step=_say)
    click.echo(f"{folder}: a judge.")


@training.command()
@_labelled_argument
@click.option(
    "--replace", "replaced", type=click.IntRange(1), help="Train only the model with this number, 1 or 2."
)
@_recipe_options
@_output_option
@plain_errors
def purposes(
    labelled: tuple[Path, ...],
    replaced: int | None,
    epochs: int | None,
    seed: int | None,
    bfloat16: bool,
    output: Path | None,
) -> None:
    """Train the models of purposes of the judge that ships anew; its reader stays.

    LABELLED are files or folders of questions that are labelled by their purpose, by default all of the
    project that are not sealed. Needs the extra "train".
    """
    from a4a_qa.models.judge import SHIPPED
    from a4a_qa.training.judge_folder import train_purposes
    from a4a_qa.training.purposes import LABELLED, PurposeRecipe

    folder = output or SHIPPED
    recipe = _recipe(PurposeRecipe(), epochs, seed, bfloat16)
    train_purposes(_ROOT, labelled or LABELLED, folder, replaced=replaced, recipe=recipe, on_step=_say)
    click.echo(f"{folder}: a judge.")


@training.command()
@_labelled_argument
@_recipe_options
@_output_option
@plain_errors
def judge(
    labelled: tuple[Path, ...], epochs: int | None, seed: int | None, bfloat16: bool, output: Path | None
) -> None:
    """Train a judge anew: its reader on all questions of training/, its models of purposes on questions that
    are LABELLED by their purpose, by default all of the project that are not sealed.

    The texts of the reports have to be there (A4A_QA_REPORTS). Needs the extra "train".
    """
    from a4a_qa.models.judge import SHIPPED
    from a4a_qa.training.judge_folder import train_judge
    from a4a_qa.training.purposes import LABELLED, PurposeRecipe
    from a4a_qa.training.reader import ReaderRecipe

    folder = output or SHIPPED
    train_judge(
        _ROOT,
        labelled or LABELLED,
        folder,
        reader=_recipe(ReaderRecipe(), epochs, seed, bfloat16),
        purposes=_recipe(PurposeRecipe(), epochs, seed, bfloat16),
        on_step=_say,
    )
    click.echo(f"{folder}: a judge.")


def _listed() -> dict[str, ListedReport]:
    from a4a_qa.report.catalogue import listed_reports, reports_folder

    return listed_reports(_ROOT, reports_folder(_ROOT))


@training.command()
@click.option(
    "--write", is_flag=True, help="Write counts and SHA-256 of all files to training/datasheet.toml."
)
@plain_errors
def validate(write: bool) -> None:
    """Check all training questions, and that training/datasheet.toml describes every file of questions.

    Questions are compared with the text of their report if its file is there (A4A_QA_REPORTS).
    """
    from a4a_qa.training import datasheet
    from a4a_qa.training.training_questions import (
        WRITTEN,
        QuestionCounts,
        check_published,
        check_written,
        question_sets,
    )

    def tell(name: str, counts: QuestionCounts, note: str = "") -> None:
        click.echo(
            f"{name:32}{counts.answerable:6} answerable ({counts.several} need several sentences, "
            f"{counts.follow_ups} follow-ups, {counts.sources} for sources), "
            f"{counts.hard_negatives} hard negatives{note}"
        )

    if write:
        datasheet.update(_ROOT)
    found = list(datasheet.problems(_ROOT))
    for listed in question_sets(_ROOT, _listed()):
        counts, problems = check_published(_ROOT, listed)
        found += problems
        tell(listed.id, counts, "" if listed.file.is_file() else " (its text is not here)")
    for path in sorted((_ROOT / WRITTEN).glob("*.jsonl")):
        counts, problems = check_written(path)
        found += problems
        tell(path.relative_to(_ROOT / "training").with_suffix("").as_posix(), counts)
    fail_on([safe(problem) for problem in found], "The questions have")


@training.command()
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@plain_errors
def migrate(reports: tuple[str, ...]) -> None:
    """Find the sentences again that questions name, after the parser has changed.

    Rewrites training questions, gold questions and their anchors for each REPORT, by default all whose file
    is there. Also anchors sentences that are named for the first time. If a sentence cannot be found, its
    question is named and nothing is written for that report.
    """
    from a4a_qa.parsing.read import read_report
    from a4a_qa.training.migrate import migrate_files, named_sets

    problems: list[str] = []
    for listed, files in named_sets(_ROOT, _listed(), reports):
        if not listed.file.is_file() and not reports:
            click.echo(f"{listed.id}: skipped, there is no {listed.file}.", err=True)
            continue
        report = read_report(listed.checked().file)
        for one in files:
            try:
                found = migrate_files(one, report, listed.file_sha256)
            except CorpusError as error:
                problems += str(error).splitlines()
                continue
            moved = sum(ids != (old,) for old, ids in found.moved.items())
            count = len(found.anchors.sentences)
            click.echo(f"{one.anchors}: {count} sentences, {moved} of them read differently than before.")
    fail_on([safe(problem) for problem in problems], "The questions have")


@training.command()
@click.argument("report", metavar="REPORT")
@plain_errors
def sentences(report: str) -> None:
    """List the sentences of a REPORT with their ids, as authors of questions name them.

    REPORT is an id from training/reports.toml or corpus/, or any report file.
    """
    from a4a_qa.parsing.read import read_report
    from a4a_qa.report.ids import sentence_ids

    listed = _listed().get(report)
    read = read_report(listed.checked().file if listed else Path(report))
    section: tuple[str, ...] = ()
    for name, sentence in zip(sentence_ids(read), read.sentences, strict=True):
        block = read.block_at(sentence.start)
        if block and block.section != section:
            section = block.section
            click.echo(f"\n{safe(' > '.join(section))}")
        click.echo(f"{name}  {safe(read.slice(sentence))}")


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the calibration; by default into the package.",
)
@plain_errors
def calibrate(output: Path | None) -> None:
    """Fit the confidence to the development questions on the gold reports that no model has read.

    Each of these is measured by a calibration of its own, in eval/curves, which is fitted to the others.
    Needs the extra "eval".
    """
    from a4a_qa.answering.calibration import SHIPPED, UNFITTED
    from a4a_qa.assistant import Assistant
    from a4a_qa.evaluation.fitting import calibrate as fit
    from a4a_qa.evaluation.gold_sets import CURVES
    from a4a_qa.evaluation.safeguarding import CachingJudge

    unseen = [one for one in chosen_reports(Path("eval/gold"), ()) if not one.seen]
    judge = CachingJudge.shipped()
    opened = {
        one.id: (Assistant.open(index_of(one), calibration=UNFITTED, judge=judge), one.gold) for one in unseen
    }
    click.echo(fit(list(opened.values()), output or SHIPPED))
    CURVES.mkdir(parents=True, exist_ok=True)
    for left_out in opened:
        others = [subject for name, subject in opened.items() if name != left_out]
        if others:
            click.echo(fit(others, CURVES / f"{left_out}.json"))
