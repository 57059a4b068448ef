"""`a4a-qa training`: the questions that models learn from, and the sentences that questions name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.opening import fail_on, plain_errors
from a4a_qa.cli.terminal import safe
from a4a_qa.errors import CorpusError

if TYPE_CHECKING:
    from a4a_qa.catalogue import ListedReport

_ROOT = Path()


@click.group()
def training() -> None:
    """Look after the questions that models learn from. For development, in the folder of the project."""


def _listed() -> dict[str, ListedReport]:
    from a4a_qa.catalogue import listed_reports, reports_folder

    return listed_reports(_ROOT, reports_folder(_ROOT))


@training.command()
@click.option(
    "--write", is_flag=True, help="Write counts and SHA-256 of all files to training/datasheet.toml."
)
@plain_errors
def validate(write: bool) -> None:
    """Check all training questions, and that training/datasheet.toml describes every file of questions.

    Questions are compared with the text of their report where its file is there (A4A_QA_REPORTS).
    """
    from a4a_qa.training import datasheet
    from a4a_qa.training.validate import Counted, check, check_written, question_sets
    from a4a_qa.training.written import WRITTEN

    def tell(name: str, counted: Counted, note: str = "") -> None:
        click.echo(
            f"{name:32}{counted.answerable:6} answerable ({counted.several} need several sentences, "
            f"{counted.follow_ups} follow-ups, {counted.sources} for sources), "
            f"{counted.hard_negatives} hard negatives{note}"
        )

    if write:
        datasheet.update(_ROOT)
    found = list(datasheet.problems(_ROOT))
    for listed in question_sets(_ROOT, _listed()):
        counted, problems = check(_ROOT, listed)
        found += problems
        tell(listed.id, counted, "" if listed.file.is_file() else " (its text is not here)")
    for path in sorted((_ROOT / WRITTEN).glob("*.jsonl")):
        counted, problems = check_written(path)
        found += problems
        tell(path.relative_to(_ROOT / "training").with_suffix("").as_posix(), counted)
    fail_on([safe(problem) for problem in found], "The questions have")


@training.command()
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@plain_errors
def migrate(reports: tuple[str, ...]) -> None:
    """Find the sentences again that questions name, after the parser has changed.

    Rewrites training questions, gold questions and their anchors for each REPORT, by default all whose file
    is there. Also anchors sentences that are named for the first time. Where a sentence cannot be found, its
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
    from a4a_qa.index.passages import sentence_ids
    from a4a_qa.parsing.read import read_report

    listed = _listed().get(report)
    read = read_report(listed.checked().file if listed else Path(report))
    section: tuple[str, ...] = ()
    for name, sentence in zip(sentence_ids(read), read.sentences, strict=True):
        block = read.block_at(sentence.start)
        if block and block.section != section:
            section = block.section
            click.echo(f"\n{safe(' > '.join(section))}")
        click.echo(f"{name}  {safe(read.slice(sentence))}")


@training.command()
@click.option("--epochs", type=click.IntRange(1, 100), help="How often each question is seen.")
@click.option("--seed", type=int, help="The same seed and questions give the same model on one machine.")
@click.option("--bfloat16", is_flag=True, help="Train in half the time, on processors that have bfloat16.")
@click.option(
    "--model", help="A sentence-transformers model by hub name or path; by default all-MiniLM-L6-v2."
)
@click.option(
    "--teacher",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A larger sentence-transformers model, whose scores are learnt as well.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to keep what is trained so far: the same command goes on there when it was interrupted.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write the encoder; by default into the package.",
)
@plain_errors
def encoder(
    epochs: int | None,
    seed: int | None,
    bfloat16: bool,
    model: str | None,
    teacher: Path | None,
    state: Path | None,
    output: Path | None,
) -> None:
    """Train an encoder on all questions of training/, and export it to int8 ONNX.

    The texts of the reports have to be there (A4A_QA_REPORTS). A GPU is used where there is one. Needs the
    extra «train».
    """
    from a4a_qa.index.encoder import SHIPPED
    from a4a_qa.training.encoder import EncoderRecipe, train_encoder

    usual = EncoderRecipe()
    recipe = EncoderRecipe(
        epochs=epochs or usual.epochs, seed=usual.seed if seed is None else seed, bfloat16=bfloat16
    )
    folder = output or SHIPPED
    card = train_encoder(_ROOT, folder, base=model, teacher=teacher, state=state, recipe=recipe, on_step=_say)
    click.echo(f"{folder}: {card.name}, {card.dimension} dimensions.")


@training.command()
@click.argument("teacher", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("output", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--layers", default="0,2,4,7,9,11", show_default=True, help="The teacher's layers that the student has."
)
@click.option("--passes", type=click.IntRange(1, 100), help="How often each text is read.")
@click.option("--bfloat16", is_flag=True, help="Train in half the time, on processors that have bfloat16.")
@plain_errors
def student(teacher: Path, output: Path, layers: str, passes: int | None, bfloat16: bool) -> None:
    """Make a smaller model of some layers of TEACHER, which learns to give the same states.

    TEACHER is the folder of a sentence-transformers model, OUTPUT becomes another one, for `a4a-qa training
    encoder --model`. The same command goes on in OUTPUT when it was interrupted. The texts of the reports
    have to be there (A4A_QA_REPORTS). Needs the extra «train».
    """
    from a4a_qa.training.student import StudentRecipe, train_student

    try:
        chosen = [int(layer) for layer in layers.split(",")]
    except ValueError:
        raise click.BadParameter(f"{layers} is no list of numbers", param_hint="--layers") from None
    recipe = StudentRecipe(passes=passes or StudentRecipe().passes, bfloat16=bfloat16)
    train_student(_ROOT, teacher, chosen, output, recipe=recipe, on_step=_say)
    click.echo(f"{output}: a model of {len(chosen)} layers.")


def _say(step: str) -> None:
    click.echo(step, err=True)
