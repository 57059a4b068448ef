"""The judge's models of purposes as they are trained: each reads a question alone and tells what it is for.

They learn from labelled questions, and from a report's own, whose purpose is to learn what the report says.
The models of a judge differ in their seed or in their data: models that have learnt from other data err on
other messages, so the mean of what two of them say is wrong less often.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.json_lines import read_json_lines
from a4a_qa.report.catalogue import listed_reports, reports_folder
from a4a_qa.safeguarding.purpose import CLASSES, LEGITIMATE
from a4a_qa.safeguarding.rules import plain_text, with_end_sign
from a4a_qa.training.authored import AuthoredQuestion
from a4a_qa.training.descent import OnStep, course, descend, repeatable
from a4a_qa.training.material import as_typed, material_sha256, own_reports, read_authored
from a4a_qa.training.reader import TextModel

# What there is to learn from, from the root of the repository.
LABELLED = (Path("training/intents.jsonl"), Path("eval/safeguarding/open.jsonl"), Path("eval/sources"))
# A folder of this name holds sets that are only scored.
_SEALED = "sealed"
# A needless refusal weighs more than a missed one; each of a report's own questions weighs less.
_LEGITIMATE_WEIGHT, _AUTHORED_WEIGHT = 1.5, 0.4
# Wishes to harm in disguise, each with a researcher's question in nearly the same words, are few among plain
# ones, so they are read so often in an epoch.
_DISGUISED, _TIMES = "guises", 3
# Every which of a report's own questions is read.
_EVERY = 5
# The share of questions that are misspelt, so that their purpose is told all the same.
_MISSPELT = 0.1
# How many batches are sorted by the length of their texts together, so that little is padding.
_SORTED_TOGETHER = 20
# What keeps so few labelled questions from being learnt by heart.
_SMOOTHING, _DROPOUT = 0.01, 0.1
# On the questions of so many batches the exported judge has to say what its models say.
_COMPARED = 2


@dataclass(frozen=True, slots=True)
class PurposeRecipe:
    """How models of purposes are trained; all of it goes into the card. The first has this seed, the others
    those after it."""

    epochs: int = 3
    models: int = 2
    seed: int = 13
    learning_rate: float = 1e-4
    batch: int = 64
    bfloat16: bool = False


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question as it is read for its purpose, the position of its class in CLASSES, and what it weighs."""

    question: str
    purpose: int
    weight: float


@dataclass(frozen=True, slots=True)
class LabelledMaterial:
    """The questions that models of purposes learn from, and the facts about them for the card."""

    questions: Sequence[LabelledQuestion]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TaughtPurposes:
    """Trained models of purposes, questions on which their export has to say the same, and the facts for the
    card."""

    models: Sequence[PurposeModel]
    compared: Sequence[LabelledQuestion]
    facts: dict[str, Any]


class PurposeModel(TextModel):
    """Reads questions alone: a head over the mean and maximum of the hidden states gives a raw score a
    class."""

    def __init__(self, source: Path, *, bfloat16: bool = False) -> None:
        super().__init__(source, bfloat16=bfloat16)
        self.purpose = self.add_head(2 * self.width, len(CLASSES))

    def raw(self, hidden: Any, mean: Any, greatest: Any) -> tuple[Any, ...]:
        """The raw scores of the classes, (n, classes), by mean and maximum hidden states, (n, width)."""
        import torch

        return (self.purpose(torch.cat([mean, greatest], dim=1)),)

    def purposes(self, questions: Sequence[str], *, dropout: float = 0.0) -> Any:
        """The raw scores of the classes, (questions, classes), with a gradient."""
        import torch

        _, mean, greatest, _ = self.encode(list(questions))
        both = torch.cat([mean, greatest], dim=1)
        return self.purpose(torch.nn.functional.dropout(both, dropout))

    def loss(self, asked: Sequence[LabelledQuestion]) -> Any:
        """How wrong the model is about what questions are for."""
        import torch
        from torch.nn.functional import cross_entropy

        raw = self.purposes([one.question for one in asked], dropout=_DROPOUT)
        goal = torch.tensor([one.purpose for one in asked])
        losses = cross_entropy(raw, goal, reduction="none", label_smoothing=_SMOOTHING)
        weights = torch.tensor([one.weight for one in asked])
        return (losses * weights).sum() / weights.sum()


def read_labelled_material(root: Path, labelled: Sequence[Path]) -> LabelledMaterial:
    """What `labelled` files or folders of them hold, and some of the questions on the reports in `corpus/` of
    the repository at `root`, which are legitimate. Raises ReportError or CorpusError."""
    files = labelled_files(labelled)
    questions = [*read_labelled(files)]
    for one, report in own_reports(listed_reports(root, reports_folder(root))):
        questions += own_questions(read_authored(one.file.parent, report))
    sums = {f"{file.parent.name}/{file.name}": file_sha256(file) for file in files}
    return LabelledMaterial(questions, {"data_sha256": material_sha256(root), "labelled": sums})


def teach_purposes(
    material: LabelledMaterial, base: Path, recipe: PurposeRecipe, on_step: OnStep
) -> TaughtPurposes:
    """Train models of purposes from `base`."""
    models, courses = [], []
    compared: list[LabelledQuestion] = []
    for number in range(recipe.models):
        chance = random.Random(recipe.seed + number)
        plan = [
            batch
            for _ in range(recipe.epochs)
            for batch in label_batches(as_asked(material.questions, chance), recipe.batch, chance)
        ]
        name = f"Purposes, {number + 1} of {recipe.models}"
        with repeatable(recipe.seed + number):
            model = PurposeModel(base, bfloat16=recipe.bfloat16)
            parameters = model.learning_parameters()
            losses = descend(
                parameters, plan, model.loss, rate=recipe.learning_rate, name=name, on_step=on_step
            )
        models.append(model)
        courses.append(course(losses))
        compared = compared or [question for batch in plan[:_COMPARED] for question in batch]
    return TaughtPurposes(models, compared, {**material.facts, **asdict(recipe), "purposes": courses})


def labelled_files(sets: Sequence[Path]) -> list[Path]:
    """The files of labelled questions in sets, which are files or folders of them, each file once.

    Raises CorpusError for a sealed set: nothing may be learnt from it.
    """
    files = (file for path in sets for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path]))
    found = list(dict.fromkeys(files))
    for file in found:
        if _SEALED in file.absolute().parts[:-1]:
            raise CorpusError(
                f"{file} is a sealed set: it is only scored, and nothing may be learnt from it."
            )
    return found


def read_labelled(files: Sequence[Path]) -> tuple[LabelledQuestion, ...]:
    """The labelled questions of files; raises CorpusError when a line holds none, or there are none at
    all."""
    labelled = tuple(row for file in files for row in _labelled(file))
    if not labelled:
        raise CorpusError("There are no labelled questions: expected files named *.jsonl.")
    return labelled


def _labelled(file: Path) -> Iterator[LabelledQuestion]:
    for row, where in read_json_lines(file, CorpusError):
        try:
            purpose = CLASSES.index(row["category"])
            question = with_end_sign(plain_text(_text(row["question"])))
        except (ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"{where}: this is no labelled question: {error!r}.") from error
        weight = _LEGITIMATE_WEIGHT if row["category"] in LEGITIMATE else 1.0
        times = _TIMES if row.get("source") == _DISGUISED else 1
        yield from [LabelledQuestion(question, purpose, weight)] * times


def _text(value: Any) -> str:
    """A text that is not blank, with what UTF-8 cannot carry replaced."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError('"question" is no text')
    return value.encode("utf-8", "replace").decode("utf-8")


def own_questions(authored: Sequence[AuthoredQuestion]) -> list[LabelledQuestion]:
    """Some of a report's own questions, as legitimate ones."""
    legitimate = CLASSES.index("C0")
    return [
        LabelledQuestion(with_end_sign(plain_text(one.text)), legitimate, _AUTHORED_WEIGHT)
        for one in authored[::_EVERY]
    ]


def as_asked(labelled: Sequence[LabelledQuestion], chance: random.Random) -> list[LabelledQuestion]:
    """The labelled questions of an epoch in random order, some of them misspelt."""
    found = [
        LabelledQuestion(as_typed(one.question, chance, typos=_MISSPELT, cut=0.0), one.purpose, one.weight)
        for one in labelled
    ]
    chance.shuffle(found)
    return found


def label_batches(
    asked: Sequence[LabelledQuestion], size: int, chance: random.Random
) -> Iterator[list[LabelledQuestion]]:
    """Batches of questions of like length, in random order."""
    for first in range(0, len(asked), size * _SORTED_TOGETHER):
        together = sorted(asked[first : first + size * _SORTED_TOGETHER], key=lambda one: len(one.question))
        cut = [together[start : start + size] for start in range(0, len(together), size)]
        chance.shuffle(cut)
        yield from cut
