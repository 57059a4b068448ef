"""Retrieval: how much of the required evidence stands in the passages that were found."""

from __future__ import annotations

from collections.abc import Sequence

from a4a_qa.evaluation.case import Case, is_found, marks_in
from a4a_qa.report import Place, Span


def recall_at(case: Case, k: int) -> float:
    """The share of required evidence in the first `k` passages."""
    passages = case.answer.passages[:k] if case.answer else []
    return _recall(case, passages)


def sentence_recall_at(case: Case, k: int) -> float:
    """The share of required evidence in the first `k` sentences as the system ranks them."""
    return _recall(case, (case.row.ranked or ())[:k])


def recall_in(case: Case, characters: int) -> float:
    """The share of required evidence in the first so many characters of the passages, read in order."""
    read: list[Span] = []
    left = characters
    for passage in case.answer.passages if case.answer else []:
        end = min(passage.end, passage.start + left)
        read.append(Span(passage.start, end))
        left -= end - passage.start
    return _recall(case, read)


def passage_length(case: Case) -> float:
    """The mean length of the passages that were found, in characters."""
    passages = case.answer.passages if case.answer else []
    return sum(passage.end - passage.start for passage in passages) / max(1, len(passages))


def _recall(case: Case, places: Sequence[Place]) -> float:
    numbers = marks_in(case.report, places)
    found = [is_found(evidence, places, numbers) for evidence in case.question.evidence]
    return sum(found) / max(1, len(found))


def relevant_passages(case: Case) -> frozenset[str]:
    """The ids of the passages that hold any required evidence: the qrels of a question."""
    return frozenset().union(*case.held_by)
