"""The funnel: what becomes of answerable questions, and at which stage the others are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from a4a_qa.evaluation.case import Case

FUNNEL = (
    "right", "right with a caveat", "not all evidence", "wrong sentence", "wrong passage",
    "found but refused", "not found", "not in text", "failed",
)  # fmt: skip


def funnel(cases: Sequence[Case], outcomes: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """How many answerable questions end at each stage of FUNNEL; each is counted once."""
    counts = dict.fromkeys(FUNNEL, 0)
    for case in cases:
        if case.question.record.answerable:
            counts[stage_of(case, outcomes[case.question.id])] += 1
    return counts


def stage_of(case: Case, outcome: Mapping[str, float]) -> str:
    """What became of an answerable question: one of FUNNEL. «Found» is what stands in the first ten passages;
    a wrong sentence stands in a passage that holds the evidence."""
    if case.answer is None:
        return "failed"
    if case.supported:
        return "right with a caveat" if case.has_caveat else "right"
    if not all(case.held_by):
        return "not in text"
    if case.refused:
        return "found but refused" if outcome["recall_at_10"] == 1 else "not found"
    if any(case.cited):
        return "not all evidence"
    cited = {citation.passage_id for citation in case.citations}
    if cited & frozenset().union(*case.held_by):
        return "wrong sentence"
    return "wrong passage" if outcome["recall_at_10"] == 1 else "not found"
