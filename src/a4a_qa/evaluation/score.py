"""A run against the gold questions → a scorecard, one JSON file that people read, commit and compare.

It is the same, byte for byte, whenever the same run is scored against the same gold questions. Of each
question it keeps the few outcomes that comparisons need, one line a question. The gold questions alone decide
which measures apply to a question. One that failed, or is not in the run, counts with the worst value; none
drops out of a mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.case import Case, cases
from a4a_qa.evaluation.gold import GoldSet
from a4a_qa.evaluation.measures.abstention import abstention, calibration
from a4a_qa.evaluation.measures.evidence import MEASURES, endnote_confusions
from a4a_qa.evaluation.measures.ranking import RANKING, ranking_measures
from a4a_qa.evaluation.measures.significance import interval
from a4a_qa.evaluation.run import EvalRun
from a4a_qa.output import json_file, replaced
from a4a_qa.report.report import Report

FORMAT = 1
# The measures whose outcomes a scorecard keeps for each question.
KEPT = (
    "supported", "answer_hit", "evidence_f1", "recall_at_5", "recall_at_10", "citation_validity",
    "faithful_characters", "endnote_exact", "short_answer_right",
)  # fmt: skip


@dataclass(frozen=True)
class Scorecard:
    """The figures of a run; `measures` are means with intervals, `by` the means of parts of the set.

    `outcomes` gives for each question its component and one value for each of KEPT, None where a
    measure does not apply to it.
    """

    about: Mapping[str, Any]
    measures: Mapping[str, Mapping[str, float]]
    by: Mapping[str, Mapping[str, Mapping[str, tuple[float, int]]]]
    reading: Mapping[str, float]
    abstention: Mapping[str, Any]
    calibration: Mapping[str, Any]
    robustness: Mapping[str, Any]
    funnel: Mapping[str, int]
    cost: Mapping[str, float | None]
    confusions: list[dict[str, Any]]
    problems: list[str]
    outcomes: Mapping[str, tuple[str, tuple[float | None, ...]]]
    format: int = FORMAT

    def values(self, measure: str) -> dict[str, float]:
        """The outcomes of one of KEPT by question, where it applies."""
        at = KEPT.index(measure)
        return {id: v for id, (_, values) in self.outcomes.items() if (v := values[at]) is not None}

    def component(self, id: str) -> str:
        """The component of a question."""
        return self.outcomes[id][0]


SCORECARD_FILE = json_file("a scorecard", "measures", "outcomes", "format")


def write_scorecard(path: Path, card: Scorecard) -> None:
    """Write a scorecard; the file appears under its name only when it is complete."""
    values = asdict(card) | {"outcomes": {"columns": ["component", *KEPT], "rows": _packed(card)}}
    with replaced(path, SCORECARD_FILE) as file:
        file.write(json.dumps(values, ensure_ascii=False, indent=1) + "\n")


def _packed(card: Scorecard) -> dict[str, str]:
    return {
        id: " ".join([component, *("-" if value is None else f"{value:g}" for value in values)])
        for id, (component, values) in card.outcomes.items()
    }


def read_scorecard(path: Path) -> Scorecard:
    """A scorecard from its file; raises EvaluationError when it is not one."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise ValueError(f"its format is {values['format']}, expected {FORMAT}")
        if values["outcomes"]["columns"] != ["component", *KEPT]:
            raise ValueError(f"its columns are not component, {', '.join(KEPT)}")
        values["outcomes"] = {id: _unpacked(row) for id, row in values["outcomes"]["rows"].items()}
        return Scorecard(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"The scorecard {path} cannot be read ({type(error).__name__}: {error}). "
            "Make one with `a4a-qa eval score`."
        ) from error


def _unpacked(row: str) -> tuple[str, tuple[float | None, ...]]:
    component, *fields = row.split(" ")
    if len(fields) != len(KEPT):
        raise ValueError(f"{row!r} has {len(fields)} values, expected {len(KEPT)}")
    return component, tuple(None if field == "-" else float(field) for field in fields)


# What becomes of an answerable question.
FUNNEL = (
    "right", "right with a caveat", "not all evidence", "wrong sentence", "wrong passage",
    "found but refused", "not found", "not in text", "failed",
)  # fmt: skip
_DECIMALS = 4

Outcomes = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Scored:
    """A scorecard with what it was derived from: the cases, and every measure of every question."""

    card: Scorecard
    cases: Sequence[Case]
    outcomes: Outcomes


def score(gold: GoldSet, run: EvalRun) -> Scored:
    """Score a run. Raises MissingExtra without the extra "eval"."""
    judged = cases(gold, run)
    ranking = ranking_measures(judged)
    outcomes = {
        case.question.id: {
            **{
                name: measure.of(case)
                for name, measure in MEASURES.items()
                if measure.applies(case) and (run.has_ranking or not measure.ranks)
            },
            **ranking.get(case.question.id, {}),
        }
        for case in judged
    }
    card = Scorecard(
        about=_about(gold, run),
        measures=_means(outcomes, judged),
        by=_by(outcomes, judged),
        reading=_reading(gold.report),
        abstention=_rounded(abstention(judged)),
        calibration=_rounded(calibration(judged)),
        robustness=_rounded(_robustness(judged)),
        funnel=_funnel(judged, outcomes),
        cost=_rounded(_cost(run, judged)),
        confusions=endnote_confusions(judged),
        problems=list(run.problems),
        outcomes={c.question.id: (c.question.component, _kept(outcomes[c.question.id])) for c in judged},
    )
    return Scored(card, judged, outcomes)


def _kept(outcome: Mapping[str, float]) -> tuple[float | None, ...]:
    return tuple(round(outcome[name], _DECIMALS) if name in outcome else None for name in KEPT)


def _about(gold: GoldSet, run: EvalRun) -> dict[str, Any]:
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
    """The means of each group in each dimension: measure → (mean, number of questions)."""
    groups: dict[str, dict[str, list[str]]] = {}
    for case in judged:
        for dimension, group in _groups_of(case).items():
            groups.setdefault(dimension, {}).setdefault(group, []).append(case.question.id)
    return {
        dimension: {group: _group_means(outcomes, ids) for group, ids in sorted(members.items())}
        for dimension, members in groups.items()
    }


def _groups_of(case: Case) -> dict[str, str]:
    question, record = case.question, case.question.record
    place = next((place for target in question.targets for place in target.places), None)
    if place is None and question.nearest:
        place = question.nearest[0]
    block = case.report.block_at(place.start) if place else None
    has_endnote = any(target.endnotes for target in question.targets)
    return {
        "split": record.split,
        "type": record.type if record.answerable else "unanswerable",
        "variant": record.variant,
        "kind": record.kind or "answerable",
        "section": block.section[0] if block else "Endnotes" if has_endnote else "nowhere",
    }


def _group_means(outcomes: Outcomes, ids: Sequence[str]) -> dict[str, tuple[float, int]]:
    found = {}
    for name in (*MEASURES, *RANKING):
        values = [outcomes[id][name] for id in ids if name in outcomes[id]]
        if values:
            found[name] = (round(float(np.mean(values)), _DECIMALS), len(values))
    return found


def _reading(report: Report) -> dict[str, int]:
    """How many parts the parser found, and how many note marks and endnotes have found each other: every
    quote, label and endnote rests on this. How well reports are parsed is measured by `parse_quality`."""
    marks = {mark.number for mark in report.note_marks}
    notes = {note.number for note in report.endnotes}
    return {
        "sections": len(report.sections),
        "blocks": len(report.blocks),
        "sentences": len(report.sentences),
        "note_marks": len(report.note_marks),
        "endnotes": len(report.endnotes),
        "paired": len(marks & notes),
    }


def _robustness(judged: Sequence[Case]) -> dict[str, Any]:
    """Whether a question is answered alike in other words, with typing errors, or as a follow-up."""
    facts: dict[str, list[Case]] = {}
    for case in judged:
        facts.setdefault(case.question.record.fact, []).append(case)
    several = [variants for variants in facts.values() if len(variants) > 1]
    count = max(1, len(several))
    return {
        "facts": len(several),
        "decision_flips": sum(len({case.answered for case in variants}) > 1 for variants in several) / count,
        "every_variant_supported": sum(all(c.supported for c in variants) for variants in several) / count,
        "against_base": {
            variant: _against_base(several, variant)
            for variant in ("paraphrase", "keyword", "typo", "followup")
        },
    }


def _against_base(facts: Sequence[Sequence[Case]], variant: str) -> dict[str, float]:
    """The rate of supported questions of a variant, and that of the base wordings of the same facts."""
    pairs = [
        (case, next((c for c in variants if c.question.record.variant == "base"), case))
        for variants in facts
        for case in variants
        if case.question.record.variant == variant
    ]
    count = max(1, len(pairs))
    return {
        "questions": len(pairs),
        "supported": sum(own.supported for own, _ in pairs) / count,
        "base_supported": sum(base.supported for _, base in pairs) / count,
    }


def _funnel(judged: Sequence[Case], outcomes: Outcomes) -> dict[str, int]:
    """How many answerable questions end at each stage of FUNNEL."""
    counts = dict.fromkeys(FUNNEL, 0)
    for case in judged:
        if case.question.record.answerable:
            counts[stage_of(case, outcomes[case.question.id])] += 1
    return counts


def stage_of(case: Case, outcome: Mapping[str, float]) -> str:
    """What became of an answerable question: one of FUNNEL. "Found" is what stands in the first ten passages;
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
    if {citation.passage_id for citation in case.citations} & case.relevant_passages:
        return "wrong sentence"
    return "wrong passage" if outcome["recall_at_10"] == 1 else "not found"


def _cost(run: EvalRun, judged: Sequence[Case]) -> dict[str, float | None]:
    times = [case.row.ms for case in judged if case.row.ms is not None]
    p50, p95 = np.quantile(times, [0.5, 0.95]).tolist() if times else (None, None)
    return {"p50_ms": p50, "p95_ms": p95, "index_mb": run.about.get("index_mb")}


def _rounded(values: Any) -> Any:
    """The same values with floats to four decimals, so that a scorecard reads well and differs less."""
    if isinstance(values, float):
        return round(values, _DECIMALS)
    if isinstance(values, Mapping):
        return {key: _rounded(value) for key, value in values.items()}
    return [_rounded(value) for value in values] if isinstance(values, list | tuple) else values
