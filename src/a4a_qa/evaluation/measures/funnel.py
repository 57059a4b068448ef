"""The funnel: at which stage answerable questions are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from a4a_qa.evaluation.case import Case

FUNNEL = ("right", "wrong evidence", "retrieved but abstained", "not retrieved", "not in text", "failed")


def funnel(cases: Sequence[Case], outcomes: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """How many answerable questions end at each stage of FUNNEL; each is counted once."""
    counts = dict.fromkeys(FUNNEL, 0)
    for case in cases:
        if case.question.record.answerable:
            counts[stage_of(case, outcomes[case.question.id])] += 1
    return counts


def stage_of(case: Case, outcome: Mapping[str, float]) -> str:
    """The first stage that lost an answerable question, or «right»."""
    if case.answer is None:
        return "failed"
    if case.supported:
        return "right"
    if not all(case.held_by):
        return "not in text"
    if outcome["recall_at_10"] < 1:
        return "not retrieved"
    return "retrieved but abstained" if case.refused else "wrong evidence"
