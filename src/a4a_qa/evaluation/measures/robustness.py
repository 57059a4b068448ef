"""Robustness: whether a question is answered alike in other words, with typing errors, or as a follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from a4a_qa.evaluation.case import Case


def by_fact(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """The variants of each fact that is asked in more than one way."""
    facts: dict[str, list[Case]] = {}
    for case in cases:
        facts.setdefault(case.question.record.fact, []).append(case)
    return {fact: variants for fact, variants in facts.items() if len(variants) > 1}


def decision_flips(cases: Sequence[Case]) -> float:
    """The share of facts of which some variants are answered and others not."""
    facts = by_fact(cases).values()
    return sum(len({c.answered for c in variants}) > 1 for variants in facts) / max(1, len(facts))


def worst_variant(cases: Sequence[Case]) -> float:
    """The share of facts of which every variant is supported."""
    facts = by_fact(cases).values()
    return sum(all(c.supported for c in variants) for variants in facts) / max(1, len(facts))


def against_base(cases: Sequence[Case], variant: str) -> tuple[int, float, float]:
    """How many questions of a variant there are, their supported rate, and that of their base wordings."""
    pairs = [
        (case, next((c for c in variants if c.question.record.variant == "base"), case))
        for variants in by_fact(cases).values()
        for case in variants
        if case.question.record.variant == variant
    ]
    count = max(1, len(pairs))
    return len(pairs), sum(v.supported for v, _ in pairs) / count, sum(b.supported for _, b in pairs) / count


def summary(cases: Sequence[Case]) -> dict[str, Any]:
    """All that a scorecard says of other wordings of the same question."""
    pairs = {}
    for variant in ("paraphrase", "keyword", "typo", "followup"):
        count, own, base = against_base(cases, variant)
        pairs[variant] = {"questions": count, "supported": own, "base_supported": base}
    return {
        "facts": len(by_fact(cases)),
        "decision_flips": decision_flips(cases),
        "every_variant_supported": worst_variant(cases),
        "against_base": pairs,
    }
