"""Hits → the few sentences that answer: one where one does, several for lists and comparisons.

The sentence that scores best is cited. Whether one of its companions is too depends on its distance to the
best one, on what it adds to it, and on how it goes together with it. The weights are fitted to development
questions (`a4a-qa calibrate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from a4a_qa.answering.answer import MOST_CITATIONS
from a4a_qa.answering.calibration import Calibration
from a4a_qa.index.retrieval import COMPANIONS_AMONG, Companion, Hits, SentenceHit
from a4a_qa.question.query import Query
from a4a_qa.report.report import Report
from a4a_qa.text.function_words import points_back

# A companion that is not among the best sentences scores this much less than the last of these.
_FARTHER = 0.05
# What describes abuse in detail is cited beside the best sentence only if it is likelier needed than not.
_NEEDED = 0.5
# What is cited beside the best sentence and is less likely needed than this is set apart from the answer.
_SET_APART = 0.2


@dataclass(frozen=True, slots=True)
class EvidenceSignals:
    """How a companion stands to the best sentence, whose late-interaction score is `best`.

    `own`, `adds`, `lacks` and `alike` are those of `Companion`. `gap` and `late_gap` are the
    distances of their final and late-interaction scores, `second` and `third` its rank. `after` and `before`
    say that it is next to the best one in its block, `goes_on` and `led_up_to` that the latter of the two
    also points back; `beside_second` that it is next to the second. `one_of_several` says that the question
    asks for several things, and `gap_of_several` is then its gap.
    """

    best: float
    own: float
    adds: float
    lacks: float
    alike: float
    gap: float
    late_gap: float
    second: float
    third: float
    after: float
    before: float
    goes_on: float
    led_up_to: float
    beside_second: float
    one_of_several: float
    gap_of_several: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A companion of the best sentence by its position, and its signals."""

    sentence: int
    signals: EvidenceSignals


@dataclass(frozen=True, slots=True)
class CompletenessSignals:
    """What tells whether the chosen sentences are all that an answer needs.

    `left_out` is the highest probability of a sentence that is not cited, `several` says that the question
    asks for several things, `cited` is the share of the most citations that there are. `of_parts` says that
    this is for one of several parts of a question, `same_place` that two of these parts lead to one sentence.
    """

    left_out: float
    several: float
    cited: float
    of_parts: float = 0.0
    same_place: float = 0.0


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences (positions) that answer a question: the best one, then others by their probability.

    `set_apart` are those of them that are likely more than was asked.
    """

    sentences: tuple[int, ...]
    signals: CompletenessSignals
    set_apart: frozenset[int] = frozenset()


_NOTHING = Selection((), CompletenessSignals(0.0, 0.0, 0.0))


def select(
    query: Query,
    hits: Hits,
    report: Report,
    calibration: Calibration,
    *,
    distressing: frozenset[int] = frozenset(),
) -> Selection:
    """Choose the sentences to cite among the hits of a question and their neighbours; of `distressing`
    ones (positions) only the best, and others that are likelier needed than not."""
    if not hits.sentences:
        return _NOTHING
    chances = sorted(
        (
            (calibration.evidence.probability(asdict(one.signals)), one.sentence)
            for one in candidates(query, hits, report)
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )
    chosen = [
        s
        for probability, s in chances
        if probability >= (max(_NEEDED, calibration.cited) if s in distressing else calibration.cited)
    ][: MOST_CITATIONS - 1]
    signals = CompletenessSignals(
        left_out=max((probability for probability, s in chances if s not in chosen), default=0.0),
        several=float(query.asks_several),
        cited=(1 + len(chosen)) / MOST_CITATIONS,
    )
    set_apart = frozenset(s for probability, s in chances if s in chosen and probability < _SET_APART)
    return Selection((hits.sentences[0].sentence, *chosen), signals, set_apart)


def as_parts(selections: Sequence[Selection]) -> list[Selection]:
    """The selections for the parts of one question, each with what the others tell of how complete it is."""
    if len(selections) < 2:
        return list(selections)
    best = [selection.sentences[:1] for selection in selections]
    told = {"of_parts": 1.0, "same_place": float(len(set(best)) < len(best))}
    return [replace(selection, signals=replace(selection.signals, **told)) for selection in selections]


def candidates(query: Query, hits: Hits, report: Report) -> list[Candidate]:
    """The sentences that may be cited beside the best one, with what speaks for each."""
    ranks = {hit.sentence: rank for rank, hit in enumerate(hits.sentences[:COMPANIONS_AMONG])}
    return [
        Candidate(one.sentence, _signals(one, ranks.get(one.sentence), hits, report, query.asks_several))
        for one in hits.companions
    ]


def _signals(
    companion: Companion, rank: int | None, hits: Hits, report: Report, several: bool
) -> EvidenceSignals:
    position, best = companion.sentence, hits.sentences[0]
    score, late = _scores(hits, rank)
    second = hits.sentences[1].sentence if len(hits.sentences) > 1 else None
    beside = position in report.beside(best.sentence)
    after, before = beside and position > best.sentence, beside and position < best.sentence
    return EvidenceSignals(
        best=best.late,
        own=companion.own,
        adds=companion.adds,
        lacks=companion.lacks,
        alike=companion.alike,
        gap=best.score - score,
        late_gap=best.late - late,
        second=float(rank == 1),
        third=float(rank == 2),
        after=float(after),
        before=float(before),
        goes_on=float(after and points_back(report.text_of(position))),
        led_up_to=float(before and points_back(report.text_of(best.sentence))),
        beside_second=float(second is not None and position in report.beside(second)),
        one_of_several=float(several),
        gap_of_several=best.score - score if several else 0.0,
    )


def _scores(hits: Hits, rank: int | None) -> tuple[float, float]:
    if rank is not None:
        return hits.sentences[rank].score, hits.sentences[rank].late
    last: SentenceHit = hits.sentences[:COMPANIONS_AMONG][-1]
    return last.score - _FARTHER, last.late - _FARTHER
