"""`a4a-qa train` and `a4a-qa calibrate`: what maintainers run, rarely."""

from __future__ import annotations

from pathlib import Path

import click

from a4a_qa.cli.places import INDEX_OPTION, open_assistant, plain_errors


@click.command()
@click.option("--export-only", is_flag=True, help="Export the model as it is, without training it.")
@click.option(
    "--model", help="A sentence-transformers model by hub name or path; by default all-MiniLM-L6-v2."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write the encoder; by default into the package.",
)
@plain_errors
def train(export_only: bool, model: str | None, output: Path | None) -> None:
    """Make an encoder: export a sentence-transformers model to int8 ONNX that returns token vectors.

    Needs the extra «train».
    """
    from a4a_qa.index.encoder import SHIPPED
    from a4a_qa.training.export import export_encoder

    if not export_only:
        raise click.UsageError("Training is not there yet; export a model as it is with --export-only.")
    folder = output or SHIPPED
    card = export_encoder(model, folder, on_step=lambda step: click.echo(step, err=True))
    click.echo(f"{folder}: {card.name}, {card.dimension} dimensions.")


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the calibration; by default into the package.",
)
@INDEX_OPTION
@plain_errors
def calibrate(gold: tuple[Path, ...], output: Path | None, index: Path | None) -> None:
    """Fit the confidence to the development questions of gold sets.

    GOLD are folders or files in the format of eval/gold. Needs the extra «eval».
    """
    from a4a_qa.answering.confidence import SHIPPED
    from a4a_qa.evaluation.calibrate import calibrate as fit

    summary = fit(open_assistant(index), gold, output or SHIPPED)
    click.echo(summary)
