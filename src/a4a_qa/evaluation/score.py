"""A run against the gold questions → a scorecard.

Every measure has a population that the gold questions alone decide. A question of it that failed, or is
not in the run, counts with the worst value; none drops out of a mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from a4a_qa.evaluation.case import Case, cases
from a4a_qa.evaluation.gold import GoldSet
from a4a_qa.evaluation.measures import abstention, calibration, citations, robustness
from a4a_qa.evaluation.measures.funnel import funnel
from a4a_qa.evaluation.measures.ranking import ranking_measures
from a4a_qa.evaluation.measures.reading import Truth, reading_counts, reading_measures
from a4a_qa.evaluation.measures.retrieval import (
    passage_length,
    recall_at,
    recall_in,
    relevant_passages,
    sentence_recall_at,
)
from a4a_qa.evaluation.measures.short_answer import (
    has_no_short_answer,
    is_asked_for,
    short_answer_f1,
    short_answer_given,
    short_answer_needless,
    short_answer_right,
)
from a4a_qa.evaluation.run import Run
from a4a_qa.evaluation.scorecard import KEPT, Scorecard
from a4a_qa.evaluation.significance import interval

_DECIMALS = 4


def _everything(case: Case) -> bool:
    return True


def _answerable(case: Case) -> bool:
    return case.question.record.answerable


def _unanswerable(case: Case) -> bool:
    return not case.question.record.answerable


def _near_miss(case: Case) -> bool:
    return case.question.record.kind == "near_miss"


def _near(case: Case) -> bool:
    return case.question.record.kind in ("near_miss", "false_premise")


def _follow_up(case: Case) -> bool:
    return case.question.record.answerable and case.question.record.variant == "followup"


def _overview(case: Case) -> bool:
    return case.question.record.answerable and case.question.record.type == "overview"


def _with_endnotes(case: Case) -> bool:
    return case.question.record.answerable and citations.carries_endnotes(case)


def _has_words(case: Case) -> bool:
    return is_asked_for(case) and bool(case.question.record.answers)


def _supported(case: Case) -> float:
    return float(case.supported)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of one question, and the questions that it applies to; one that `ranks` needs a run that
    tells how sentences are ranked."""

    of: Callable[[Case], float]
    applies: Callable[[Case], bool]
    ranks: bool = False


# Name → measure; docs/evaluation.md defines each. nDCG@10 and RR@10 are added by the library for them.
MEASURES: Mapping[str, Measure] = {
    "supported": Measure(_supported, _everything),
    **{f"recall_at_{k}": Measure(partial(recall_at, k=k), _answerable) for k in (1, 3, 5, 10)},
    **{
        f"recall_in_{count}": Measure(partial(recall_in, characters=count), _answerable)
        for count in (500, 1000, 2000)
    },
    **{
        f"sentence_recall_at_{k}": Measure(partial(sentence_recall_at, k=k), _answerable, ranks=True)
        for k in (1, 3, 5, 15)
    },
    "passage_length": Measure(passage_length, _everything),
    "answer_hit": Measure(citations.answer_hit, _answerable),
    "any_evidence_cited": Measure(citations.any_evidence_cited, _answerable),
    "citations": Measure(citations.citations, _answerable),
    "evidence_precision": Measure(citations.evidence_precision, _answerable),
    "evidence_recall": Measure(citations.evidence_recall, _answerable),
    "evidence_f1": Measure(citations.evidence_f1, _answerable),
    "main_precision": Measure(citations.main_precision, _answerable),
    "main_recall": Measure(citations.main_recall, _answerable),
    "main_f1": Measure(citations.main_f1, _answerable),
    "citation_validity": Measure(citations.citation_validity, _everything),
    "passage_precision": Measure(citations.passage_precision, _answerable),
    "passage_recall": Measure(citations.passage_recall, _answerable),
    "endnote_precision": Measure(citations.endnote_precision, _with_endnotes),
    "endnote_recall": Measure(citations.endnote_recall, _with_endnotes),
    "endnote_exact": Measure(citations.endnote_exact, _with_endnotes),
    "faithful_characters": Measure(citations.faithful_characters, _everything),
    "stray_words": Measure(citations.stray_words, _everything),
    "short_answer_given": Measure(short_answer_given, is_asked_for),
    "short_answer_needless": Measure(short_answer_needless, has_no_short_answer),
    "short_answer_right": Measure(short_answer_right, is_asked_for),
    "short_answer_f1": Measure(short_answer_f1, _has_words),
    "over_abstention": Measure(abstention.over_abstention, _answerable),
    "caveat": Measure(abstention.caveat, _answerable),
    "near_caught": Measure(abstention.caught, _near),
    "follow_up_hit": Measure(citations.answer_hit, _follow_up),
    "overview_right": Measure(citations.overview_right, _overview),
    "false_answer": Measure(abstention.false_answer, _unanswerable),
    "false_answer_near_miss": Measure(abstention.false_answer, _near_miss),
    "reason_right": Measure(abstention.reason_right, _unanswerable),
    "reason_named": Measure(abstention.reason_named, _unanswerable),
}
RANKING = ("ndcg_at_10", "rr_at_10")

Outcomes = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Scored:
    """A scorecard with what it was derived from: the cases, and every measure of every question."""

    card: Scorecard
    cases: Sequence[Case]
    outcomes: Outcomes


def score(gold: GoldSet, run: Run, *, truth: Truth | None = None) -> Scored:
    """Score a run; with `truth`, reading is measured against what is known to stand in the report."""
    judged = cases(gold, run)
    outcomes = {case.question.id: _outcome(case, ranked=run.has_ranking) for case in judged}
    _add_ranking(outcomes, judged)
    card = Scorecard(
        about=_about(gold, run),
        measures=_means(outcomes, judged),
        by=_by(outcomes, judged),
        reading=_rounded(
            {**reading_counts(gold.report), **(reading_measures(gold.report, truth) if truth else {})}
        ),
        abstention=_rounded(abstention.summary(judged)),
        calibration=_rounded(calibration.summary(judged)),
        robustness=_rounded(robustness.summary(judged)),
        funnel=funnel(judged, outcomes),
        cost=_rounded(_cost(run, judged)),
        confusions=citations.endnote_confusions(judged),
        problems=list(run.problems),
        outcomes={c.question.id: (c.question.component, _kept(outcomes[c.question.id])) for c in judged},
    )
    return Scored(card, judged, outcomes)


def _outcome(case: Case, *, ranked: bool) -> dict[str, float]:
    return {
        name: measure.of(case)
        for name, measure in MEASURES.items()
        if measure.applies(case) and (ranked or not measure.ranks)
    }


def _add_ranking(outcomes: Mapping[str, dict[str, float]], judged: Sequence[Case]) -> None:
    answerable = [case for case in judged if _answerable(case)]
    qrels = {case.question.id: relevant_passages(case) for case in answerable}
    rankings = {
        case.question.id: [passage.id for passage in case.answer.passages] if case.answer else []
        for case in answerable
    }
    for id, values in ranking_measures(qrels, rankings).items():
        outcomes[id].update(values)


def _kept(outcome: Mapping[str, float]) -> tuple[float | None, ...]:
    return tuple(round(outcome[name], _DECIMALS) if name in outcome else None for name in KEPT)


def _about(gold: GoldSet, run: Run) -> dict[str, Any]:
    return {
        "run": dict(run.about),
        "report": gold.report.about.id,
        "gold_sha256": gold.sha256,
        "questions": len(gold.questions),
        "facts": len({question.record.fact for question in gold.questions}),
        "components": len({question.component for question in gold.questions}),
        "failed": sum(run.row(question.id).answer is None for question in gold.questions),
    }


def _means(outcomes: Outcomes, judged: Sequence[Case]) -> dict[str, dict[str, float]]:
    means = {}
    for name in (*MEASURES, *RANKING):
        having = [case.question for case in judged if name in outcomes[case.question.id]]
        values = [outcomes[question.id][name] for question in having]
        means[name] = _rounded(asdict(interval(values, [question.component for question in having])))
    return means


def _by(outcomes: Outcomes, judged: Sequence[Case]) -> dict[str, dict[str, dict[str, tuple[float, int]]]]:
    """The means of each group: measure → (mean, number of questions)."""
    groups: dict[str, dict[str, list[str]]] = {}
    for case in judged:
        for dimension, group in group_of(case).items():
            groups.setdefault(dimension, {}).setdefault(group, []).append(case.question.id)
    return {
        dimension: {group: _group_means(outcomes, ids) for group, ids in sorted(members.items())}
        for dimension, members in groups.items()
    }


def group_of(case: Case) -> dict[str, str]:
    """The group of a question in each dimension that a scorecard is broken down by."""
    question, record = case.question, case.question.record
    place = next((place for target in case.targets for place in target.places), None)
    number = next((min(target.endnotes) for target in case.targets if target.endnotes), None)
    if place is None and question.nearest:
        place = question.nearest[0]
    block = case.report.block_at(place.start) if place else None
    section = block.section[0] if block else "Endnotes" if number else "nowhere"
    return {
        "split": record.split,
        "type": record.type if record.answerable else "unanswerable",
        "variant": record.variant,
        "kind": record.kind or "answerable",
        "section": section,
    }


def _group_means(outcomes: Outcomes, ids: Sequence[str]) -> dict[str, tuple[float, int]]:
    found = {}
    for name in (*MEASURES, *RANKING):
        values = [outcomes[id][name] for id in ids if name in outcomes[id]]
        if values:
            found[name] = (round(float(np.mean(values)), _DECIMALS), len(values))
    return found


def _cost(run: Run, judged: Sequence[Case]) -> dict[str, float | None]:
    times = [case.row.ms for case in judged if case.row.ms is not None]
    p50, p95 = np.quantile(times, [0.5, 0.95]).tolist() if times else (None, None)
    return {
        "p50_ms": p50,
        "p95_ms": p95,
        "index_mb": run.about.get("index_mb"),
    }


def _rounded(values: Any) -> Any:
    """The same values with floats to four decimals, so that a scorecard reads well and differs less."""
    if isinstance(values, float):
        return round(values, _DECIMALS)
    if isinstance(values, Mapping):
        return {key: _rounded(value) for key, value in values.items()}
    return [_rounded(value) for value in values] if isinstance(values, list | tuple) else values
