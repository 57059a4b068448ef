"""`train_judge`: models learn which text answers a question, and what a question is for.

One kind reads questions beside texts (`reader.py`), the other questions alone (`purposes.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from a4a_qa.files import file_sha256
from a4a_qa.index.encoder import SHIPPED as ENCODER
from a4a_qa.index.judge import FORMS
from a4a_qa.safeguarding.purpose import CLASSES
from a4a_qa.training.base import BASE_MODEL, BASE_SHA256, find_base_model
from a4a_qa.training.descent import OnStep, repeatable
from a4a_qa.training.folder import check_replaceable, quiet
from a4a_qa.training.judge_export import export_judge
from a4a_qa.training.judge_model import PairModel
from a4a_qa.training.purposes import PurposeRecipe, read_plans, teach_purposes
from a4a_qa.training.reader import ReaderRecipe, teach_reader


def train_judge(
    root: Path,
    corpus: Path,
    labelled: Sequence[Path],
    output: Path,
    *,
    encoder: Path = ENCODER,
    base: Path | None = None,
    reader: ReaderRecipe | None = None,
    purposes: PurposeRecipe | None = None,
    on_step: OnStep = lambda step: None,
) -> None:
    """Train a judge anew and write it to `output`: its model of pairs on all that the repository at `root`
    has to learn from, its models of purposes on `labelled` questions, files or folders of them, and on those
    of a `corpus` folder.

    The same data, base, encoder, seeds and machine give the same judge again. Raises ReportError, CorpusError
    or EncoderError, or MissingExtra without the extra `train`; then it leaves `output` as it was.
    """
    check_replaceable(output)
    reader, purposes = reader or ReaderRecipe(), purposes or PurposeRecipe()
    plans = read_plans(corpus, labelled, purposes)
    with repeatable(reader.seed), quiet():
        model = PairModel(base or find_base_model(), bfloat16=reader.bfloat16)
    pairs = teach_reader(root, [model], encoder, reader, on_step)
    taught = teach_purposes(plans, base, purposes, on_step)
    facts = {
        "max_tokens": model.max_tokens,
        "forms": list(FORMS),
        "purposes": list(CLASSES),
        "base_model": BASE_MODEL if base is None else base.name,
        "base_sha256": BASE_SHA256 if base is None else file_sha256(base / "model.safetensors"),
        "training": {
            "reports": pairs.facts["reports"],
            "reader": [pairs.facts],
            "purposes_anew": plans.facts | taught.facts,
        },
    }
    with quiet():
        export_judge(pairs.models, taught.models, output, facts, pairs=pairs.compared, asked=plans.compared)
