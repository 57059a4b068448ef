"""`a4a-qa training …`: the commands that make models, which maintainers run, rarely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from a4a_qa.cli.opening import plain_errors
from a4a_qa.cli.training import training

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")

_ROOT = Path()
_FOLDER = click.Path(path_type=Path, file_okay=False)
_EXISTING = click.Path(path_type=Path, exists=True)
_MODEL = "A sentence-transformers model by hub name or path; by default all-MiniLM-L6-v2."


def _recipe_options(command: F) -> F:
    """The options that every training has."""
    for option in (
        click.option("--bfloat16", is_flag=True, help="Train in half the time, on processors that have it."),
        click.option("--seed", type=int, help="The same seed and data give the same model on one machine."),
        click.option(
            "--epochs", type=click.IntRange(1, 100), help="How often each text or question is read."
        ),
    ):
        command = option(command)
    return command


def _output_option(command: F) -> F:
    return click.option(
        "--output", type=_FOLDER, help="Where to write the model; by default into the package."
    )(command)


def _state_option(command: F) -> F:
    return click.option(
        "--state",
        type=_FOLDER,
        help="Where to keep what is trained so far: the same command goes on there when it was interrupted.",
    )(command)


def _labelled(command: F) -> F:
    return click.argument("labelled", nargs=-1, required=True, type=_EXISTING, metavar="LABELLED...")(command)


def _corpus_option(command: F) -> F:
    return click.option(
        "--corpus",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        required=True,
        help="A folder with a report, some of whose questions are read as legitimate ones.",
    )(command)


def _recipe(usual: R, epochs: int | None, seed: int | None, bfloat16: bool) -> R:
    """A recipe with what was said on the command line."""
    said = {"epochs": epochs, "seed": seed, "bfloat16": bfloat16}
    return replace(usual, **{name: value for name, value in said.items() if value is not None})  # type: ignore[type-var]


@training.command()
@_recipe_options
@click.option(
    "--rate",
    type=click.FloatRange(0, 1, min_open=True),
    help="The highest learning rate; by default 1.5e-4, which is much for a model that is 768 wide.",
)
@click.option("--model", help=_MODEL)
@click.option(
    "--teacher",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A larger sentence-transformers model, whose scores are learnt as well.",
)
@_state_option
@_output_option
@plain_errors
def encoder(
    epochs: int | None,
    seed: int | None,
    bfloat16: bool,
    rate: float | None,
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

    recipe = _recipe(EncoderRecipe(), epochs, seed, bfloat16)
    recipe = recipe if rate is None else replace(recipe, learning_rate=rate)
    folder = output or SHIPPED
    card = train_encoder(_ROOT, folder, base=model, teacher=teacher, state=state, recipe=recipe, on_step=_say)
    click.echo(f"{folder}: {card.name}, {card.dimension} dimensions.")


@training.command()
@click.argument("teacher", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("output", type=_FOLDER)
@click.option(
    "--layers", default="0,2,4,7,9,11", show_default=True, help="The teacher's layers that the student has."
)
@_recipe_options
@plain_errors
def student(
    teacher: Path, output: Path, layers: str, epochs: int | None, seed: int | None, bfloat16: bool
) -> None:
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
    recipe = _recipe(StudentRecipe(), epochs, seed, bfloat16)
    train_student(_ROOT, teacher, chosen, output, recipe=recipe, on_step=_say)
    click.echo(f"{output}: a model of {len(chosen)} layers.")


@training.command()
@_recipe_options
@_state_option
@_output_option
@plain_errors
def reader(
    epochs: int | None, seed: int | None, bfloat16: bool, state: Path | None, output: Path | None
) -> None:
    """Teach the judge's model of pairs all questions of training/; its models of purposes stay as they are.

    It learns which text answers a question, beside what the encoder that ships finds for it, and how that
    answers in short. The texts of the reports have to be there (A4A_QA_REPORTS). Needs the extra «train».
    """
    from a4a_qa.index.judge import SHIPPED
    from a4a_qa.training.reader import ReaderRecipe, train_reader

    folder = output or SHIPPED
    recipe = _recipe(ReaderRecipe(), epochs, seed, bfloat16)
    train_reader(_ROOT, folder, state=state, recipe=recipe, on_step=_say)
    click.echo(f"{folder}: a judge.")


@training.command()
@_labelled
@_corpus_option
@_recipe_options
@_output_option
@plain_errors
def judge(
    labelled: tuple[Path, ...],
    corpus: Path,
    epochs: int | None,
    seed: int | None,
    bfloat16: bool,
    output: Path | None,
) -> None:
    """Train a judge anew: its model of pairs on all questions of training/, its models of purposes on
    questions that are LABELLED by their purpose.

    The texts of the reports have to be there (A4A_QA_REPORTS). Needs the extra «train».
    """
    from a4a_qa.index.judge import SHIPPED
    from a4a_qa.training.judge import train_judge
    from a4a_qa.training.purposes import PurposeRecipe
    from a4a_qa.training.reader import ReaderRecipe

    folder = output or SHIPPED
    train_judge(
        _ROOT,
        corpus,
        labelled,
        folder,
        reader=_recipe(ReaderRecipe(), epochs, seed, bfloat16),
        purposes=_recipe(PurposeRecipe(), epochs, seed, bfloat16),
        on_step=_say,
    )
    click.echo(f"{folder}: a judge.")


@training.command()
@_labelled
@_corpus_option
@click.option(
    "--further",
    multiple=True,
    type=_EXISTING,
    help="Teach the models that ship these new questions, beside samples of LABELLED, in place of training "
    "them anew; may be repeated.",
)
@click.option(
    "--replace",
    "replaced",
    type=click.IntRange(1),
    help="Train only one of them anew, the first (1) or the second (2), beside the other.",
)
@_recipe_options
@_output_option
@plain_errors
def purposes(
    labelled: tuple[Path, ...],
    corpus: Path,
    further: tuple[Path, ...],
    replaced: int | None,
    epochs: int | None,
    seed: int | None,
    bfloat16: bool,
    output: Path | None,
) -> None:
    """Train the judge's models of purposes on questions that are LABELLED by their purpose; its model of
    pairs stays as it is. Needs the extra «train»."""
    from a4a_qa.index.judge import SHIPPED
    from a4a_qa.training.purposes import PurposeRecipe, train_purposes
    from a4a_qa.training.purposes_further import FurtherRecipe, train_further

    folder = output or SHIPPED
    if further:
        if replaced is not None:
            raise click.UsageError("--replace goes without --further.")
        learning_on = _recipe(FurtherRecipe(), epochs, seed, bfloat16)
        train_further(corpus, labelled, further, folder, recipe=learning_on, on_step=_say)
    else:
        recipe = _recipe(PurposeRecipe(), epochs, seed, bfloat16)
        train_purposes(corpus, labelled, folder, replaced=replaced, recipe=recipe, on_step=_say)
    click.echo(f"{folder}: a judge.")


@training.command()
@click.option("--model", help=_MODEL)
@_output_option
@plain_errors
def export(model: str | None, output: Path | None) -> None:
    """Export a model to int8 ONNX as an encoder, as it is. Needs the extra «train»."""
    from a4a_qa.index.encoder import SHIPPED
    from a4a_qa.training.export import export_encoder
    from a4a_qa.training.student import read_facts

    folder = output or SHIPPED
    student = read_facts(Path(model)) if model else None
    facts = {"training": {"reports": student["reports"], "student": student}} if student else {}
    card = export_encoder(model, folder, facts=facts, on_step=_say)
    click.echo(f"{folder}: {card.name}, {card.dimension} dimensions.")


def _say(step: str) -> None:
    click.echo(step, err=True)
