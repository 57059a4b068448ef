"""`a4a-qa calibrate`: fits the curves and thresholds that decide answers."""

from __future__ import annotations

from pathlib import Path

import click

from a4a_qa.cli.evaluate import chosen_reports, index_of
from a4a_qa.cli.opening import plain_errors


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
        one.id: (Assistant.open(index_of(one), calibration=UNFITTED, judge=judge), [one.gold])
        for one in unseen
    }
    click.echo(fit(list(opened.values()), output or SHIPPED))
    CURVES.mkdir(parents=True, exist_ok=True)
    for left_out in opened:
        others = [subject for name, subject in opened.items() if name != left_out]
        if others:
            click.echo(fit(others, CURVES / f"{left_out}.json"))
