"""What models of purposes learn from: questions labelled by what they are for.

Every question of a report has the purpose of learning what stands there; labelled ones have others too.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from a4a_qa.errors import CorpusError
from a4a_qa.index.questions import AuthoredQuestion
from a4a_qa.json_lines import read_json_lines
from a4a_qa.safeguarding.plain import plain_text, with_end_sign
from a4a_qa.safeguarding.purpose import CLASSES, LEGITIMATE
from a4a_qa.training.pairs import as_typed

T = TypeVar("T")

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
class LabelledQuestion:
    """A question as it is read for its purpose, the position of its class in CLASSES, and what it weighs."""

    question: str
    purpose: int
    weight: float


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
