"""What searches the sentences of many reports: an engine proposes sentences, each with its raw scores.

The embedded engine searches in this process; others ask a vector database. They only have to propose: which
reports the sentences speak for is decided in one place, `rank_reports`, and what is cited is decided by the
report's own index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from a4a_qa.models.encoder import Encoded

# How many sentences words and vectors propose each.
PROPOSED = 100
# What ranks a report: its best sentence, by late interaction and a little by words, and how near its best few
# come by their vectors. Of 480 development questions on thirteen reports the right report comes first for
# 88 % so, and for 85 % by the best sentence alone.
_BY_WORDS = 0.15
_BEST_FEW = 5


@dataclass(frozen=True, slots=True)
class SentenceQuery:
    """A question as engines take it: its compared words, its vectors, and token ids that weigh nothing."""

    words: tuple[str, ...]
    encoded: Encoded
    ignored: frozenset[int]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A sentence that an engine proposes: the id of its report, its position there, and its scores.

    `late` is the MaxSim weighted by how rare tokens are in the library, `cosine` that of its vector, and
    `words` its BM25 score, 0 where only vectors propose it.
    """

    report: str
    sentence: int
    late: float
    cosine: float
    words: float


class Engine(Protocol):
    """Searches the sentences of all reports of a library."""

    def propose(self, query: SentenceQuery, reports: Collection[str]) -> Sequence[Proposed]:
        """Up to `PROPOSED` sentences each by words and by vectors, of these reports (ids) alone, in any
        order. Raises EngineError."""
        ...

    def close(self) -> None:
        """Give back what is held."""


@dataclass(frozen=True, slots=True)
class RankedReport:
    """A report (its id) and how well its sentences speak for it."""

    report: str
    score: float


def rank_reports(proposed: Sequence[Proposed]) -> tuple[RankedReport, ...]:
    """The reports that the proposed sentences speak for, best first."""
    if not proposed:
        return ()
    most_words = max(max(one.words for one in proposed), 1e-9)
    least = min(one.cosine for one in proposed)
    of_report: dict[str, list[Proposed]] = defaultdict(list)
    for one in proposed:
        of_report[one.report].append(one)

    def score(sentences: Sequence[Proposed]) -> float:
        best = max(one.late + _BY_WORDS * one.words / most_words for one in sentences)
        nearest = sorted((one.cosine for one in sentences), reverse=True)[:_BEST_FEW]
        return best + (sum(nearest) + least * (_BEST_FEW - len(nearest))) / _BEST_FEW

    ranked = (RankedReport(report, score(sentences)) for report, sentences in of_report.items())
    return tuple(sorted(ranked, key=lambda one: (-one.score, one.report)))
