"""What the reader learns from: a question beside a text that answers it, and beside texts that compete with
it.

Those are sentences that the encoder finds for the question, and sentences next door.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from a4a_qa.index.late import LateIndex, Rarity, pack, texts_with_each
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.judge import FORMS, Form
from a4a_qa.training.material import Material, as_typed
from a4a_qa.training.training_questions import PlacedQuestion

# Among how many of the sentences that the encoder finds a question's rivals are.
_FOUND = 8
# How often another sentence, which changes nothing, stands beside a text that answers; how often a hard
# negative is also read beside a sentence that was found; and how often a text of several sentences also
# without one of them.
_WITH_ANOTHER, _ELSEWHERE, _INCOMPLETE = 0.25, 0.6, 0.5
# How often a sentence next door is a rival, and which sentences are that.
_NEXT_DOOR, _DOORS = 0.6, (-2, -1, 1, 2)


@dataclass(frozen=True, slots=True)
class FoundFor:
    """A question, and the sentences (positions) of a report that the encoder finds for it, best first.

    A question on another report is a hard negative without evidence.
    """

    report: Material
    question: PlacedQuestion
    found: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question beside a text, and whether the text answers it.

    `form` is the form of the short answer, None if it is not known; `words` are the positions in the text of
    the first and last character of the short answer. A pair competes with the others of its question unless
    it is not `is_rival`: a part of an answer does not answer, but is better than nothing.
    """

    question: str
    text: str
    right: bool
    form: Form | None = None
    words: tuple[int, int] | None = None
    is_rival: bool = True


def find_rivals(
    report: Material, questions: Sequence[PlacedQuestion], encoder: Encoder
) -> Iterator[FoundFor]:
    """Questions on a report, each with what the encoder finds for it there."""
    sentences = encoder.encode(report.sentences, at_a_time=2)
    asked = encoder.encode([question.question for question in questions], at_a_time=2)
    ignored = encoder.ignored(number for text in (*sentences, *asked) for number in text.token_ids.tolist())
    packed = pack(sentences, ignored, encoder.token_dimension)
    late = LateIndex(packed)
    rarity = Rarity(texts_with_each(packed, len(sentences)), len(sentences))
    vectors = np.array([text.sentence for text in sentences])
    for question, text in zip(questions, asked, strict=True):
        # Late interaction with all sentences would take a second for each hundred questions.
        near = np.argsort(-(vectors @ text.sentence), kind="stable")[: 5 * _FOUND]
        scores = late.scores(rarity.query(text, ignored), near)
        best = near[np.argsort(-scores, kind="stable")][:_FOUND]
        yield FoundFor(report, question, tuple(best.tolist()))


def pairs_of(asked: FoundFor, chance: random.Random) -> list[Pair]:
    """A question, as somebody may type it, beside texts of its report; the one that answers comes first."""
    report, question = asked.report, asked.question
    typed = as_typed(question.question, chance)
    evidence = question.evidence
    others = [place for place in asked.found if place not in (*evidence, *question.also)]
    if question.hard_negative:
        found = [Pair(typed, report.together(evidence), False)] if evidence else []
        if others and (not evidence or chance.random() < _ELSEWHERE):
            found.append(Pair(typed, report.together([chance.choice(others[:4])]), False))
        return found
    beside = [
        place
        for place in (evidence[0] + step for step in _DOORS)
        if 0 <= place < len(report.sentences) and place not in (*evidence, *question.also)
    ]
    found = [_right(asked, typed, [*others[:4], *beside[1:3]], chance)]
    wrong = [
        *([chance.choice(others[:3])] if others else []),
        *([chance.choice(beside)] if beside and chance.random() < _NEXT_DOOR else []),
        *([chance.choice(others)] if others else []),
    ]
    found += (Pair(typed, report.together([place]), False) for place in dict.fromkeys(wrong))
    if len(evidence) > 1 and chance.random() < _INCOMPLETE:
        missing = chance.choice(evidence)
        some = [place for place in evidence if place != missing]
        found.append(Pair(typed, report.together(some), False, is_rival=False))
    return found


def _right(asked: FoundFor, typed: str, others: Sequence[int], chance: random.Random) -> Pair:
    """The pair that is right: all of the evidence, sometimes with another sentence beside it."""
    places = list(asked.question.evidence)
    if others and chance.random() < _WITH_ANOTHER:
        places.append(chance.choice(others))
    text = asked.report.together(sorted(places))
    answer = asked.question.answer
    if isinstance(answer, str):
        at = text.find(answer)
        if at >= 0:
            return Pair(typed, text, True, "words", (at, at + len(answer) - 1))
    elif isinstance(answer, bool):
        return Pair(typed, text, True, "yes" if answer else "no")
    elif asked.question.on_record:
        return Pair(typed, text, True, "none")
    return Pair(typed, text, True)


def form_number(pair: Pair) -> int | None:
    """The position in FORMS of the short answer of a pair, None if it is not known; a text that does not
    answer has no short answer."""
    if not pair.right:
        return FORMS.index("none") if pair.is_rival else None
    return None if pair.form is None else FORMS.index(pair.form)


def pair_batches(asked: Sequence[FoundFor], size: int, chance: random.Random) -> Iterator[list[Pair]]:
    """The pairs of `size` questions each, in random order; those of a question stand together."""
    order = list(asked)
    chance.shuffle(order)
    for first in range(0, len(order) - size + 1, size):
        yield [pair for one in order[first : first + size] for pair in pairs_of(one, chance)]
