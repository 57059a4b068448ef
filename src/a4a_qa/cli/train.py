"""`a4a-qa train` and `a4a-qa calibrate`: what maintainers run, rarely."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from a4a_qa.cli.evaluate_gold import chosen_reports, index_of
from a4a_qa.cli.opening import plain_errors


@click.command()
@click.argument("corpus", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--epochs", type=click.IntRange(1, 100), help="How often each question is seen.")
@click.option("--seed", type=int, help="The same seed and corpus give the same model on one machine.")
@click.option(
    "--judge",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Train the judge, with these questions labelled by their purpose; may be repeated.",
)
@click.option(
    "--further",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="With --judge: teach the judge that ships these new labelled questions, beside samples of those of "
    "--judge, in place of training one anew; may be repeated.",
)
@click.option(
    "--pairs",
    is_flag=True,
    help="Train the judge's model of pairs of question and sentence anew; its models of purposes stay as "
    "they ship. Not with --judge.",
)
@click.option(
    "--learnt",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="With --pairs: teach the model of pairs that ships what CORPUS has come to have since it was this "
    "folder, beside a sample of the rest, in place of training one anew.",
)
@click.option(
    "--purposes",
    is_flag=True,
    help="With --judge: train the models that read questions alone anew; the model of pairs stays as it "
    "ships. Not with --further.",
)
@click.option(
    "--replace",
    "replaced",
    type=click.IntRange(1),
    help="With --purposes: train only one of them anew, the first (1) or the second (2), beside the other.",
)
@click.option("--bfloat16", is_flag=True, help="Train in half the time, on processors that have bfloat16.")
@click.option("--export-only", is_flag=True, help="Export the model as it is, without training it.")
@click.option(
    "--model",
    help="With --export-only: a sentence-transformers model by hub name or path, by default "
    "all-MiniLM-L6-v2.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write the model; by default into the package.",
)
@plain_errors
def train(
    corpus: Path | None,
    epochs: int | None,
    seed: int | None,
    judge: tuple[Path, ...],
    further: tuple[Path, ...],
    pairs: bool,
    learnt: Path | None,
    purposes: bool,
    replaced: int | None,
    bfloat16: bool,
    export_only: bool,
    model: str | None,
    output: Path | None,
) -> None:
    """Train the judge on the questions of CORPUS, or export an encoder to int8 ONNX with --export-only.

    CORPUS, which only --export-only does without, is a folder with a report, its index-questions.jsonl and,
    if there are any, practice-questions.jsonl, practice-several.jsonl and elsewhere-questions.jsonl. Needs
    the extra «train». An encoder is trained by `a4a-qa training encoder`.
    """
    if replaced is not None and not purposes:
        raise click.UsageError("--replace goes with --purposes.")
    if learnt and not pairs:
        raise click.UsageError("--learnt goes with --pairs.")
    if judge or pairs:
        if model or export_only or (judge and pairs):
            raise click.UsageError(
                "--judge and --pairs go neither together nor with --model and --export-only."
            )
        if purposes and (pairs or further):
            raise click.UsageError("--purposes goes with --judge alone, without --further.")
    elif further or purposes:
        raise click.UsageError("--further and --purposes go with --judge, questions labelled by purpose.")
    elif export_only:
        if corpus or epochs or seed is not None or bfloat16:
            raise click.UsageError("--export-only trains nothing: it goes with --model and --output alone.")
        _export(model, output)
        return
    else:
        raise click.UsageError(
            "Say what to do: --judge, --pairs or --export-only. An encoder is trained by "
            "`a4a-qa training encoder`."
        )
    _train_judge(
        corpus, judge, further, output, learnt=learnt, purposes=purposes, replaced=replaced, seed=seed,
        epochs=epochs, bfloat16=bfloat16,
    )  # fmt: skip


def _export(model: str | None, output: Path | None) -> None:
    from a4a_qa.index.encoder import SHIPPED
    from a4a_qa.training.export import export_encoder

    folder = output or SHIPPED
    card = export_encoder(model, folder, on_step=_say)
    click.echo(f"{folder}: {card.name}, {card.dimension} dimensions.")


def _train_judge(
    corpus: Path | None,
    labelled: tuple[Path, ...],
    further: tuple[Path, ...],
    output: Path | None,
    *,
    learnt: Path | None,
    purposes: bool,
    replaced: int | None,
    seed: int | None,
    epochs: int | None,
    bfloat16: bool,
) -> None:
    from a4a_qa.index.judge import SHIPPED
    from a4a_qa.training.judge import JudgeRecipe, train_judge, train_pairs
    from a4a_qa.training.judge_further import FurtherRecipe, train_further
    from a4a_qa.training.judge_pairs_further import PairsFurtherRecipe, train_pairs_further
    from a4a_qa.training.judge_purposes import train_purposes

    if corpus is None:
        raise click.UsageError("Name the corpus folder to train the judge on.")
    folder = output or SHIPPED
    if further and not labelled:
        raise click.UsageError("--further goes with --judge, the questions that the judge has learnt before.")
    if learnt:
        short = PairsFurtherRecipe()
        seed = short.seed if seed is None else seed
        on = PairsFurtherRecipe(epochs=epochs or short.epochs, seed=seed, bfloat16=bfloat16)
        train_pairs_further(corpus, learnt, folder, recipe=on, on_step=_say)
    elif further:
        usual = FurtherRecipe()
        seed = usual.seed if seed is None else seed
        recipe = FurtherRecipe(epochs=epochs or usual.epochs, seed=seed, bfloat16=bfloat16)
        train_further(corpus, labelled, further, folder, recipe=recipe, on_step=_say)
    else:
        whole = JudgeRecipe()
        seed = whole.seed if seed is None else seed
        anew = JudgeRecipe(epochs=epochs or whole.epochs, seed=seed, bfloat16=bfloat16)
        if purposes:
            anew = replace(anew, purpose_epochs=epochs or whole.purpose_epochs)
            train_purposes(corpus, labelled, folder, replaced=replaced, recipe=anew, on_step=_say)
        elif labelled:
            train_judge(corpus, labelled, folder, recipe=anew, on_step=_say)
        else:
            train_pairs(corpus, folder, recipe=anew, on_step=_say)
    click.echo(f"{folder}: a judge.")


def _say(step: str) -> None:
    click.echo(step, err=True)


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the calibration; by default into the package.",
)
@plain_errors
def calibrate(output: Path | None) -> None:
    """Fit the confidence to the development questions on the gold reports that no model has read.

    For each of these, in eval/curves, another one is fitted to the rest of them, by which it is measured.
    Needs the extra «eval».
    """
    from a4a_qa.answering.calibration import SHIPPED, UNFITTED
    from a4a_qa.assistant import Assistant
    from a4a_qa.evaluation.calibrate import calibrate as fit
    from a4a_qa.evaluation.gold_reports import CURVES
    from a4a_qa.evaluation.remembering import RememberingJudge

    unseen = [one for one in chosen_reports(Path("eval/gold"), ()) if not one.seen]
    judge = RememberingJudge.shipped()
    opened = {
        one.id: (Assistant.open(index_of(one), calibration=UNFITTED, judge=judge), [one.gold])
        for one in unseen
    }
    click.echo(fit(list(opened.values()), output or SHIPPED))
    CURVES.mkdir(parents=True, exist_ok=True)
    for left_out in opened:
        others = [subject for name, subject in opened.items() if name != left_out]
        if others:
            click.echo(fit(others, CURVES / f"{left_out}.json"))
