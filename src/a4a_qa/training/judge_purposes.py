"""`train_purposes`: the models of purposes of a judge are trained anew, all or one of them.

Models that have learnt from other data err on other messages, so that what two such models say on average is
wrong less often than what two say that differ in their seed alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.index.judge import PURPOSE_FILE, SHIPPED, Judge
from a4a_qa.index.runtime import CARD_FILE, weights_of
from a4a_qa.parsing.read import read_report
from a4a_qa.training.base import find_base_model
from a4a_qa.training.descent import OnStep, course
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.judge import (
    COMPARED,
    JudgeRecipe,
    hashes,
    purpose_plans_of,
    teach_purposes,
)
from a4a_qa.training.judge_data import labelled_files
from a4a_qa.training.judge_export import export_purposes
from a4a_qa.training.judge_import import read_purpose_models
from a4a_qa.training.pair_data import read_authored_with_near_misses
from a4a_qa.training.pairs import data_sha256

# What of a recipe concerns models of purposes.
_OF_PURPOSES = ("purpose_epochs", "purpose_models", "seed", "learning_rate", "purpose_batch", "bfloat16")


def train_purposes(
    corpus: Path,
    labelled: Sequence[Path],
    output: Path,
    *,
    replaced: int | None = None,
    judge: Path = SHIPPED,
    base: Path | None = None,
    recipe: JudgeRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Train the models of purposes anew as `train_judge` does, or only that with the number `replaced`,
    counted from 1, and write the exported `judge` with them to `output`; its model of pairs stays as it is.

    Raises ReportError, CorpusError or EncoderError, or MissingExtra without the extra `train`; then it leaves
    `output` as it was.
    """
    check_replaceable(output)
    recipe = recipe or JudgeRecipe()
    Judge.open(judge)  # for its errors: whatever is missing or damaged
    base = base or find_base_model()
    if replaced is not None:
        recipe = replace(recipe, purpose_models=1)
        with quiet():
            kept = read_purpose_models(judge, base)
        if not 1 <= replaced <= len(kept):
            raise EncoderError(
                f"The judge has {len(kept)} models of purposes; there is no number {replaced}."
            )
    files = labelled_files(labelled)
    authored = read_authored_with_near_misses(corpus, read_report(corpus))
    plans = purpose_plans_of(files, authored, recipe)
    models, losses = teach_purposes(plans, base, recipe, on_step)
    card = json.loads((judge / CARD_FILE).read_text(encoding="utf-8"))
    card["purposes"] = list(CLASSES)
    facts = {
        "data": data_sha256(corpus),
        "labelled": hashes(files),
        **{name: value for name, value in asdict(recipe).items() if name in _OF_PURPOSES},
        "purposes": [course(own) for own in losses],
    }
    if replaced is None:
        card["training"].pop("further", None)  # what is forgotten
    else:
        facts |= {"replaced": replaced, "beside_sha256": file_sha256(judge / weights_of(PURPOSE_FILE))}
        models = [*kept[: replaced - 1], *models, *kept[replaced:]]
    card["training"]["purposes_anew"] = facts
    asked = [one for batch in plans[0][:COMPARED] for one in batch]
    with quiet():
        export_purposes(models, judge, output, card, asked=asked)
