"""`teach_reader_student`: some layers of the judge's reader learn to say of pairs what all of them say.

That takes no labels (Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015):
questions and their premises are read beside what the encoder finds for them, and statements, as checking
reads them, beside where they stand.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from a4a_qa.files import file_sha256
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.runtime import WEIGHTS_FILE
from a4a_qa.question.premises import premises_of
from a4a_qa.training.descent import OnStep, course, descend, repeatable
from a4a_qa.training.layers import keep_layers
from a4a_qa.training.material import Material, as_typed, material_sha256, read_material
from a4a_qa.training.reader import PairModel, TaughtReader
from a4a_qa.training.rivals import FoundFor, Pair, find_rivals

_Texts = tuple[str, str]

# How many sentences near a statement it may be read beside, and which.
_NEAR = (-2, -1, 1, 2)
# The lengths of statements, in characters.
_SHORTEST, _LONGEST = 20, 300
# How often a statement has other numbers, is denied, or lacks its end; and how often it is read beside a
# sentence near it too.
_OTHER_NUMBERS, _DENIED, _CUT, _BESIDE = 0.5, 0.3, 0.3, 0.5
_NUMBER = re.compile(r"\d+")
# About so many characters make a token; pairs of like length, give or take, are read together.
_PER_TOKEN, _LIKE = 4, 30
# What telling the ends of a short answer weighs.
_ENDS = 0.5
# A raw score that nothing comes near.
_NEVER = -1e4
# On so many pairs the exported reader has to say what the student says, and the student is compared with its
# teacher: none that it learns from.
_COMPARED, _HELD = 60, 800


@dataclass(frozen=True, slots=True)
class ReaderStudentRecipe:
    """How a student is trained; all of it goes into the card.

    Of a report `most` questions and `statements` are read, `most_own` questions of one in `corpus/`, and
    `most_written` and `statements_written` of a file of written sections. A batch has some `tokens` tokens.
    """

    epochs: int = 1
    seed: int = 5
    learning_rate: float = 3e-4
    tokens: int = 2_600
    most: int = 2_500
    most_own: int = 4_000
    most_written: int = 330
    statements: int = 700
    statements_written: int = 100
    bfloat16: bool = False


def teach_reader_student(
    root: Path,
    teacher: PairModel,
    layers: Sequence[int],
    encoder: Path,
    recipe: ReaderStudentRecipe,
    on_step: OnStep,
) -> TaughtReader:
    """Make a reader of these layers (from 0) of a `teacher`, and train it to say what that says, on all
    material of the repository at `root`, beside what the `encoder` finds there. Raises ReportError,
    CorpusError or EncoderError."""
    import torch

    student = copy.deepcopy(teacher)
    keep_layers(student.transformer, layers)
    material = read_material(root)
    pairs = list(_pairs(material, Encoder.open(encoder, threads=1), recipe, on_step))
    chance = random.Random(recipe.seed)
    chance.shuffle(pairs)
    held = pairs[: min(_HELD, len(pairs) // 10)]
    plan = [
        batch for _ in range(recipe.epochs) for batch in _batches(pairs[len(held) :], recipe.tokens, chance)
    ]

    def loss_of(batch: Sequence[_Texts]) -> Any:
        return sum(_differences(teacher, student, batch).values())

    with repeatable(recipe.seed):
        parameters, rate = student.learning_parameters(), recipe.learning_rate
        losses = descend(parameters, plan, loss_of, rate=rate, name="Train the student", on_step=on_step)
        with torch.no_grad():
            apart = [_differences(teacher, student, batch) for batch in _batches(held, recipe.tokens, chance)]
    facts: dict[str, Any] = {
        "layers": list(layers),
        "reports": [report.name for report in material],
        "data_sha256": material_sha256(root),
        "encoder_sha256": file_sha256(encoder / WEIGHTS_FILE),
        "pairs": len(pairs),
        **asdict(recipe),
        **course(losses),
        "held_out": {
            name: round(sum(float(one[name]) for one in apart) / len(apart), 4) for name in apart[0]
        },
    }
    compared = [Pair(question, text, True) for question, text in held[:_COMPARED]]
    return TaughtReader(student, compared, facts)


def _differences(teacher: PairModel, student: PairModel, batch: Sequence[_Texts]) -> dict[str, Any]:
    """How far a student is from its teacher in what it says of pairs: in hidden states, as a share of their
    variance, in raw scores of answering, and in the probabilities of the forms and of the ends of short
    answers (Kullback-Leibler divergence)."""
    import torch
    from torch.nn.functional import kl_div, smooth_l1_loss

    questions, texts = (list(some) for some in zip(*batch, strict=True))
    with torch.no_grad():
        hidden, mean, greatest, read = teacher.encode(questions, texts)
        score, forms, ends = teacher.raw(hidden, mean, greatest)
    own_hidden, own_mean, own_greatest, _ = student.encode(questions, texts)
    own_score, own_forms, own_ends = student.raw(own_hidden, own_mean, own_greatest)
    there = read["attention_mask"] > 0
    of_text = (read["token_type_ids"] * read["attention_mask"])[:, :, None] == 1
    before, after = (said.masked_fill(~of_text, _NEVER).log_softmax(dim=1) for said in (ends, own_ends))
    apart = (before.exp() * (before - after)).masked_fill(~of_text, 0).sum() / len(batch) / 2
    return {
        "states": torch.square(own_hidden - hidden)[there].mean() / hidden[there].var(dim=0).mean(),
        "score": smooth_l1_loss(own_score, score),
        "forms": kl_div(
            own_forms.log_softmax(1), forms.log_softmax(1), log_target=True, reduction="batchmean"
        ),
        "ends": _ENDS * apart,
    }


def _pairs(
    material: Sequence[Material], encoder: Encoder, recipe: ReaderStudentRecipe, on_step: OnStep
) -> Iterator[_Texts]:
    """What the student reads: a question or a statement, and a text."""
    chance = random.Random(recipe.seed)
    for number, report in enumerate(material, 1):
        on_step(f"Find what is read of {report.name}, {number} of {len(material)}")
        is_written = report.name.startswith("written/")
        most = recipe.most_written if is_written else recipe.most_own if report.is_own else recipe.most
        questions = chance.sample(report.questions, min(len(report.questions), most))
        for asked in find_rivals(report, questions, encoder):
            yield from _of_question(asked, chance)
        statements = recipe.statements_written if is_written else recipe.statements
        for place in chance.sample(range(len(report.sentences)), min(len(report.sentences), statements)):
            yield from _of_statement(report, place, chance)


def _of_question(asked: FoundFor, chance: random.Random) -> Iterator[_Texts]:
    """A question beside the best sentence, some of the best, any of them, and its evidence with and without
    the best; and its premises beside the best."""
    found, evidence = asked.found, asked.question.evidence
    if not found:
        return
    typed = as_typed(asked.question.question, chance)
    some = chance.sample(found, min(len(found), chance.choice((2, 3))))
    texts = [found[:1], sorted(found[:2]), sorted(some), (chance.choice(found),)]
    if evidence:
        texts += [evidence, sorted({*evidence, found[0]})]
    for places in dict.fromkeys(map(tuple, texts)):
        yield typed, asked.report.together(places)
    for premise in premises_of(asked.question.question):
        yield premise, asked.report.together(found[:1])


def _of_statement(report: Material, place: int, chance: random.Random) -> Iterator[_Texts]:
    """A sentence as a statement about the report, true or not, beside itself and what stands near."""
    statement = report.sentences[place].removeprefix(report.contexts[place])
    if not _SHORTEST < len(statement) < _LONGEST:
        return
    if chance.random() < _OTHER_NUMBERS:
        statement = _NUMBER.sub(lambda found: str(_other(found[0], chance)), statement)
    if chance.random() < _DENIED:
        statement = re.sub(r" (is|was|has) ", r" \1 not ", statement)
    if chance.random() < _CUT:
        statement = statement.rsplit(",", 1)[0]
    yield statement, report.together([place])
    if chance.random() < _BESIDE:
        near = place + chance.choice(_NEAR)
        yield statement, report.together([min(len(report.sentences) - 1, max(0, near))])


def _other(number: str, chance: random.Random) -> int:
    """A number of about the same size."""
    return chance.randrange(1, 2 * int(number[:6]) + 5)


def _batches(pairs: Sequence[_Texts], tokens: int, chance: random.Random) -> Iterator[list[_Texts]]:
    """Batches of pairs of like length with about so many tokens, in random order."""
    order = sorted(pairs, key=lambda pair: len(pair[0] + pair[1]) + chance.uniform(-_LIKE, _LIKE))
    found: list[list[_Texts]] = [[]]
    for pair in order:
        longest = len(pair[0] + pair[1]) // _PER_TOKEN  # since they come by length
        if found[-1] and (len(found[-1]) + 1) * longest > tokens:
            found.append([])
        found[-1].append(pair)
    full = [batch for batch in found if batch]
    chance.shuffle(full)
    yield from full
