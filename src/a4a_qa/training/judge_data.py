"""What the judge learns from: pairs of a question and sentences, and questions labelled by their purpose.

A pair is right when the question is an index question of the sentence, and wrong when it is a near miss of
it, or the index question of a sentence that stands near it in meaning. Two questions in one are right beside
both of their sentences, and wrong beside one of them alone, as they are when one is a near miss. A question
that its author says needs several sentences is right beside them all, and wrong when one is left out; a near
miss of several is wrong beside them all. A question about something else is wrong beside the sentences that
come nearest to it. Some pairs have other sentences beside, which change nothing, so that to read several
tells nothing either. An index question also says how its sentence answers in short, where its author has.
Every question of a report has the purpose of learning what stands there; labelled ones have others too.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.plain import plain_text, with_end_sign
from a4a_qa.answering.purpose import CLASSES, LEGITIMATE
from a4a_qa.errors import CorpusError
from a4a_qa.index.judge import FORMS
from a4a_qa.index.questions import AuthoredQuestion, QuestionOfSeveral
from a4a_qa.json_lines import read_json_lines
from a4a_qa.training.pairs import as_typed

T = TypeVar("T")

# How many index questions, and how many near misses, are put to another sentence as well.
_MISPLACED, _MISPLACED_NEAR_MISSES = 0.25, 0.05
# Which of a sentence's neighbours in meaning that other sentence is. The nearest may answer the question too.
NEIGHBOURS = slice(4, 40)
# How many index questions are asked together with one of a sentence that stands so near in the report, and
# how many near misses with a question that their sentence does answer.
_JOINED, _BESIDE, _HALF_ANSWERED = 0.1, 5, 0.05
# How many index questions, near misses and questions of several are read with one or two other sentences
# beside, and how near in the report those may stand that are not near in meaning. Of what is put to another
# sentence, as many are as are put there.
_WITH_OTHERS, _NEAR_MISSES_WITH_OTHERS, _SEVERAL_WITH_OTHERS, _STANDING_BY = 0.2, 0.3, 0.5, 2
# Batches whose texts are sorted by length together, so that little is padding.
_SORTED_TOGETHER = 20
# A needless refusal weighs more than a missed one; each of a report's own questions weighs less.
_LEGITIMATE_WEIGHT, _AUTHORED_WEIGHT = 1.5, 0.4
# Of a report's own questions every so many are read for their purpose.
_EVERY = 5
# A folder of this name holds sets that are only scored.
_SEALED = "sealed"
# How many questions are misspelt, for their purpose to be told all the same.
_MISSPELT = 0.1


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the positions of sentences, and whether these wholly answer it; when one does, `form` is
    the position in FORMS of how it answers in short, and `words` those that do."""

    question: str
    sentences: tuple[int, ...]
    right: bool
    form: int | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class ElsewhereQuestion:
    """A question about something else than the report, and the positions of the sentences nearest to it."""

    text: str
    nearest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question as it is read for its purpose, the position of its class in CLASSES, and what it weighs."""

    question: str
    purpose: int
    weight: float


def pairs(
    questions: Sequence[AuthoredQuestion],
    neighbours: NDArray[np.int64],
    chance: random.Random,
    *,
    of_several: Sequence[QuestionOfSeveral] = (),
    elsewhere: Sequence[ElsewhereQuestion] = (),
) -> list[Pair]:
    """The pairs of one epoch in a new order; `neighbours` (n sentences, any) are those by meaning."""
    asked: defaultdict[int, list[str]] = defaultdict(list)
    for question in questions:
        if not question.near_miss:
            asked[question.sentence].append(question.text)

    def with_others(sentences: Sequence[int], share: float, but: Sequence[int] = ()) -> tuple[int, ...]:
        """Some sentences, at times with others beside, which those of `but` are never among."""
        if chance.random() >= share:
            return tuple(sentences)
        others = [other for sentence in sentences for other in _near(sentence, neighbours)]
        others = [other for other in others if other not in (*sentences, *but)]
        return tuple(sorted({*sentences, *chance.sample(others, min(len(others), chance.choice((1, 2))))}))

    found = []
    for question in questions:
        text, sentence = question.text, question.sentence
        typed = as_typed(text, chance)
        if question.near_miss:
            found.append(Pair(typed, with_others([sentence], _NEAR_MISSES_WITH_OTHERS), False))
            if asked[sentence] and chance.random() < _HALF_ANSWERED:
                halves = [text, chance.choice(asked[sentence])]
                chance.shuffle(halves)
                found.append(Pair(_joined(*halves), (sentence,), False))
        else:
            together = with_others([sentence], _WITH_OTHERS)
            if len(together) > 1:
                found.append(Pair(typed, together, True))
            else:
                form = None if question.form is None else FORMS.index(question.form)
                found.append(Pair(typed, together, True, form, question.words))
        share = _MISPLACED_NEAR_MISSES if question.near_miss else _MISPLACED
        if neighbours.shape[1] and chance.random() < share:
            other = int(chance.choice(neighbours[sentence]))
            found.append(Pair(text, with_others([other], share, but=[sentence]), False))
        if not question.near_miss and chance.random() < _JOINED:
            other = sentence + chance.choice((-1, 1)) * chance.randint(1, _BESIDE)
            if asked[other]:
                both = _joined(text, chance.choice(asked[other]))
                found.append(Pair(both, tuple(sorted((sentence, other))), True))
                found.append(Pair(both, (chance.choice((sentence, other)),), False))
    for several in of_several:
        typed = as_typed(several.text, chance)
        together = with_others(several.sentences, _SEVERAL_WITH_OTHERS)
        found.append(Pair(typed, together, not several.near_miss))
        for missing in () if several.near_miss else several.sentences:
            some = [sentence for sentence in several.sentences if sentence != missing]
            found.append(Pair(typed, with_others(some, _SEVERAL_WITH_OTHERS, but=[missing]), False))
    for one in elsewhere:
        nearest = with_others([chance.choice(one.nearest)], _NEAR_MISSES_WITH_OTHERS)
        found.append(Pair(as_typed(one.text, chance), nearest, False))
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


def labelled_files(sets: Sequence[Path]) -> list[Path]:
    """The files of labelled questions in sets, which are files or folders of them, each once. Raises
    CorpusError for a sealed set: nothing may be learnt from it."""
    files = (file for path in sets for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path]))
    found = list(dict.fromkeys(files))
    for file in found:
        if _SEALED in file.absolute().parts[:-1]:
            raise CorpusError(
                f"{file} is a sealed set: it is only scored, and nothing may be learnt from it."
            )
    return found


def read_labelled(files: Sequence[Path]) -> tuple[LabelledQuestion, ...]:
    """The labelled questions of files. Raises CorpusError when a line is none, or there are none."""
    labelled = tuple(row for file in files for row in _labelled(file))
    if not labelled:
        raise CorpusError("There are no labelled questions: expected files named *.jsonl.")
    return labelled


def own_questions(authored: Sequence[AuthoredQuestion]) -> tuple[LabelledQuestion, ...]:
    """Some of a report's own questions, as legitimate ones."""
    legitimate = CLASSES.index("C0")
    return tuple(
        LabelledQuestion(with_end_sign(plain_text(one.text)), legitimate, _AUTHORED_WEIGHT)
        for one in authored[::_EVERY]
    )


def as_asked(labelled: Sequence[LabelledQuestion], chance: random.Random) -> list[LabelledQuestion]:
    """The labelled questions of one epoch in a new order, some of them misspelt."""
    found = [
        LabelledQuestion(as_typed(one.question, chance, typos=_MISSPELT, cut=0.0), one.purpose, one.weight)
        for one in labelled
    ]
    chance.shuffle(found)
    return found


def _near(sentence: int, neighbours: NDArray[np.int64]) -> list[int]:
    """The sentences that stand by one in the report, itself too, and those near it in meaning."""
    first, last = max(0, sentence - _STANDING_BY), min(len(neighbours) - 1, sentence + _STANDING_BY)
    return [*range(first, last + 1), *neighbours[sentence].tolist()]


def _joined(one: str, other: str) -> str:
    """Two questions as one."""
    second = other[:1].lower() + other[1:] if other[1:2].islower() else other
    return f"{one.rstrip(' ?.!')}, and {second}"


def _labelled(file: Path) -> Iterator[LabelledQuestion]:
    for row, where in read_json_lines(file, CorpusError):
        try:
            purpose = CLASSES.index(row["category"])
            question = with_end_sign(plain_text(_text(row["question"])))
            yield LabelledQuestion(question, purpose, _weight(row["category"]))
        except (ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"{where}: this is no labelled question: {error!r}.") from error


def _weight(category: str) -> float:
    return _LEGITIMATE_WEIGHT if category in LEGITIMATE else 1.0


def _text(value: Any) -> str:
    """A text that is not blank, as UTF-8 can carry it."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("«question» is no text")
    return value.encode("utf-8", "replace").decode("utf-8")
