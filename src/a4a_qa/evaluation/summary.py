"""A system on several reports: the figures of each, and the mean over those that no model has read.

Unseen reports count alike, however many questions each has. Intervals are 95 % by bootstrap over the
components of each report; a mean is taken within each draw.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.measures.abstention import probability
from a4a_qa.evaluation.measures.significance import Draws, Floats, Interval, bounds
from a4a_qa.evaluation.score import Scored
from a4a_qa.output import json_file, replaced

# The rows of the table: MEASURES, and some that are not means over the questions that a measure applies to.
ROWS: Mapping[str, str] = {
    "any_evidence_cited": "answerable: any evidence cited",
    "answer_hit": "answerable: all evidence cited",
    "precision_of_answers": 'of what answers cite above "See also", needed',
    "citations_of_answers": "citations of an answer",
    "recall_at_1": "right passage first",
    "recall_at_3": "among 3",
    "recall_at_5": "among 5",
    "sentence_recall_at_1": "right sentence first",
    "sentence_recall_at_3": "among 3",
    "sentence_recall_at_5": "among 5",
    "over_abstention": "answerable: refused",
    "caveat": "answerable: with a caveat",
    "near_caught": "near misses: refused or with a caveat",
    "auroc_near": "AUROC of confidence, against near misses",
    "auroc_all": "against all unanswerable",
    "short_precision": "short answers: right of those given",
    "short_answer_given": "given where there is one",
    "endnote_exact": "endnotes exactly right",
    "follow_up_hit": "follow-ups: all evidence cited",
    "overview_right": "overview questions right",
    "supported": "supported: rightly answered or refused",
}
_NEAR = ("near_miss", "false_premise")


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """The figures of one report by measure, what became of its answerable questions, and whether a shipped
    model has read it."""

    seen: bool
    questions: int
    figures: Mapping[str, Interval]
    funnel: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """A system on several reports; `unseen` is the mean over those that no model has read."""

    system: str
    split: str
    reports: Mapping[str, ReportFigures]
    unseen: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A value, its value in each draw, shape (draws,), and how many questions it is about."""

    value: float
    draws: Floats
    n: int

    def interval(self) -> Interval:
        low, high = bounds(self.draws)
        return Interval(round(self.value, 4), round(low, 4), round(high, 4), self.n)


def summarise(system: str, split: str, scored: Mapping[str, tuple[bool, Scored]]) -> Summary:
    """The summary of a system's scored runs by report, each with whether its report was seen."""
    drawn = {name: _measured(one) for name, (_, one) in scored.items()}
    rows = {
        name: ReportFigures(
            seen,
            len(one.cases),
            {key: value.interval() for key, value in drawn[name].items()},
            {stage: count for stage, count in one.card.funnel.items() if count},
        )
        for name, (seen, one) in scored.items()
    }
    unseen = [drawn[name] for name, (seen, _) in scored.items() if not seen]
    return Summary(system, split, rows, _means(unseen))


def _means(drawn: Sequence[Mapping[str, _Drawn]]) -> dict[str, Interval]:
    means = {}
    for key in ROWS:
        own = [one[key] for one in drawn if key in one]
        if own:
            draws = np.mean([one.draws for one in own], axis=0)
            mean = float(np.mean([one.value for one in own]))
            means[key] = _Drawn(mean, draws, sum(one.n for one in own)).interval()
    return means


def _measured(scored: Scored) -> dict[str, _Drawn]:
    cases = scored.cases
    outcomes = [scored.outcomes[case.question.id] for case in cases]
    draws = Draws([case.question.component for case in cases])
    answerable = [i for i, case in enumerate(cases) if case.question.record.answerable]
    others = [i for i, case in enumerate(cases) if not case.question.record.answerable]
    answered = [i for i in answerable if cases[i].answered]
    given = [i for i, outcome in enumerate(outcomes) if outcome.get("short_answer_given") == 1]
    # Over fewer questions than the measure applies to.
    over = {
        "precision_of_answers": ("main_precision", answered),
        "citations_of_answers": ("citations", answered),
        "short_precision": ("short_answer_right", given),
    }
    near = [i for i in others if cases[i].question.record.kind in _NEAR]
    against = {"auroc_near": near, "auroc_all": others}
    confidence = np.array([probability(case) for case in cases])
    found = {}
    for key in ROWS:
        if key in against:
            if answerable and against[key]:
                value, drawn = draws.auroc(confidence, answerable, against[key])
                found[key] = _Drawn(value, drawn, len(answerable) + len(against[key]))
            continue
        having = [i for i, outcome in enumerate(outcomes) if key in outcome]
        measure, having = over.get(key, (key, having))
        if having:
            values = np.array([outcomes[i][measure] for i in having])
            found[key] = _Drawn(float(values.mean()), draws.means(values, having), len(having))
    return found


SUMMARY_FILE = json_file("a summary", "system", "split", "reports")


def write_summary(path: Path, summary: Summary) -> None:
    """Write a summary as JSON."""
    with replaced(path, SUMMARY_FILE) as file:
        file.write(json.dumps(asdict(summary), ensure_ascii=False, indent=1) + "\n")


def read_summary(path: Path) -> Summary:
    """A summary from its file; raises EvaluationError when it is not one."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        reports = {
            name: ReportFigures(**{**row, "figures": _figures(row["figures"])})
            for name, row in values["reports"].items()
        }
        return Summary(values["system"], values["split"], reports, _figures(values["unseen"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"{path} is no summary of scorecards ({type(error).__name__}: {error}). "
            "Make one with `a4a-qa eval score` on a folder of runs."
        ) from error


def _figures(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Interval]:
    return {key: Interval(**figure) for key, figure in values.items()}


def lines(summary: Summary) -> Iterator[str]:
    """A summary as text: a line for each measure, a column for each report, then the funnels."""
    names = [f"{name} ({'seen' if row.seen else 'unseen'})" for name, row in summary.reports.items()]
    heads = [*(["unseen, mean"] if summary.unseen else []), *names]
    yield f"{summary.system}, {summary.split} questions"
    yield f"{'':44}" + "".join(f"{head[:26]:>28}" for head in heads)
    columns = [*([summary.unseen] if summary.unseen else []), *(r.figures for r in summary.reports.values())]
    for key, label in ROWS.items():
        if any(key in column for column in columns):
            yield f"{label:44}" + "".join(f"{_cell(column.get(key)):>28}" for column in columns)
    for name, row in summary.reports.items():
        stages = ", ".join(f"{count} {stage}" for stage, count in row.funnel.items())
        yield f"{name}: of {sum(row.funnel.values())} answerable {stages}"


def _cell(figure: Interval | None) -> str:
    return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]" if figure else "–"
