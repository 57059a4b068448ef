"""What the judge learns from: pairs of a question and sentences, and questions labelled by their purpose.

A pair is right when the question is an index question of the sentence, and wrong when it is a near miss of
it, or the index question of a sentence that stands near it in meaning. Two questions in one are right beside
both of their sentences, and wrong beside one of them alone. Every question of a report has the purpose of
learning what stands there; labelled ones have others too.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.answering.safeguarding import plain_text
from a4a_qa.errors import CorpusError
from a4a_qa.index.questions import AuthoredQuestion
from a4a_qa.training.pairs import as_typed

T = TypeVar("T")

# How many index questions, and how many near misses, are put to another sentence as well.
_MISPLACED, _MISPLACED_NEAR_MISSES = 0.25, 0.05
# Which of a sentence's neighbours in meaning that other sentence is. The nearest may answer the question too.
NEIGHBOURS = slice(4, 40)
# How many index questions are asked together with one of a sentence that stands so near in the report.
_JOINED, _BESIDE = 0.05, 5
# Batches whose texts are sorted by length together, so that little is padding.
_SORTED_TOGETHER = 20
# A needless refusal weighs more than a missed one; each of a report's own questions weighs less.
_LEGITIMATE, _AUTHORED = 1.5, 0.4
# Of a report's own questions every so many are read for their purpose.
_EVERY = 5
# How many questions are misspelt, for their purpose to be told all the same.
_MISSPELT = 0.1


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the positions of sentences, and whether these wholly answer it."""

    question: str
    sentences: tuple[int, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question as it is read for its purpose, the position of its class in CLASSES, and what it weighs."""

    question: str
    purpose: int
    weight: float


def pairs(
    questions: Sequence[AuthoredQuestion], neighbours: NDArray[np.int64], chance: random.Random
) -> list[Pair]:
    """The pairs of one epoch in a new order; `neighbours` (n sentences, any) are those by meaning."""
    asked: defaultdict[int, list[str]] = defaultdict(list)
    for question in questions:
        if not question.near_miss:
            asked[question.sentence].append(question.text)
    found = []
    for question in questions:
        text, sentence = question.text, question.sentence
        found.append(Pair(as_typed(text, chance), (sentence,), not question.near_miss))
        share = _MISPLACED_NEAR_MISSES if question.near_miss else _MISPLACED
        if neighbours.shape[1] and chance.random() < share:
            found.append(Pair(text, (int(chance.choice(neighbours[sentence])),), False))
        if not question.near_miss and chance.random() < _JOINED:
            other = sentence + chance.choice((-1, 1)) * chance.randint(1, _BESIDE)
            if asked[other]:
                both = _joined(text, chance.choice(asked[other]))
                found.append(Pair(both, tuple(sorted((sentence, other))), True))
                found.append(Pair(both, (chance.choice((sentence, other)),), False))
    chance.shuffle(found)
    return found


def batches(
    items: Sequence[T], size: int, length: Callable[[T], int], chance: random.Random
) -> Iterator[list[T]]:
    """Batches of items of like length, in any order."""
    for first in range(0, len(items), size * _SORTED_TOGETHER):
        together = sorted(items[first : first + size * _SORTED_TOGETHER], key=length)
        cut = [together[start : start + size] for start in range(0, len(together), size)]
        chance.shuffle(cut)
        yield from cut


def read_labelled(sets: Sequence[Path], authored: Sequence[AuthoredQuestion]) -> tuple[LabelledQuestion, ...]:
    """The labelled questions of sets, files or folders of them, and some of a report's own.

    Raises CorpusError when a line is no labelled question, or there is none.
    """
    files = [file for path in sets for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]
    labelled = [row for file in files for row in _labelled(file)]
    if not labelled:
        raise CorpusError("There are no labelled questions: expected files named *.jsonl.")
    own = (LabelledQuestion(plain_text(question.text), 0, _AUTHORED) for question in authored[::_EVERY])
    return (*labelled, *own)


def as_asked(labelled: Sequence[LabelledQuestion], chance: random.Random) -> list[LabelledQuestion]:
    """The labelled questions of one epoch in a new order, some of them misspelt."""
    found = [
        LabelledQuestion(as_typed(one.question, chance, typos=_MISSPELT, cut=0.0), one.purpose, one.weight)
        for one in labelled
    ]
    chance.shuffle(found)
    return found


def _joined(one: str, other: str) -> str:
    """Two questions as one."""
    second = other[:1].lower() + other[1:] if other[1:2].islower() else other
    return f"{one.rstrip(' ?.!')}, and {second}"


def _labelled(file: Path) -> Iterator[LabelledQuestion]:
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
                purpose = CLASSES.index(row["category"])
                yield LabelledQuestion(
                    plain_text(str(row["question"])), purpose, 1.0 if purpose else _LEGITIMATE
                )
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(
                    f"{file}, line {number}: this is no labelled question: {error!r}."
                ) from error
