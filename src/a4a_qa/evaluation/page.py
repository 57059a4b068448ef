"""A run as one HTML page without network or script, for someone who has never seen one: the only module
of the evaluation that knows jinja2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from a4a_qa.answering.answer import ENDNOTES_SECTION
from a4a_qa.evaluation.case import Case
from a4a_qa.evaluation.figures import reliability_figure, risk_coverage_figure, systems_figure
from a4a_qa.evaluation.gate import Check
from a4a_qa.evaluation.measures.abstention import risk_coverage, shipped_point
from a4a_qa.evaluation.measures.citations import expected_endnotes, shown_endnotes
from a4a_qa.evaluation.measures.funnel import FUNNEL, stage_of
from a4a_qa.evaluation.score import Scored
from a4a_qa.evaluation.scorecard import Scorecard
from a4a_qa.files import replaced
from a4a_qa.report import Place, Report, Span, overlap

TEMPLATES = Path(__file__).parent / "templates"
# A mean over fewer questions is shown in grey: its interval is wider than most differences.
FEW = 30
# How much of a paragraph is shown around what is marked in it.
_AROUND = 160

# Measures of the heat map and of the table of systems, with what a reader sees; True: higher is better.
COLUMNS: Sequence[tuple[str, str, bool]] = (
    ("supported", "supported", True),
    ("answer_hit", "all evidence cited", True),
    ("evidence_precision", "evidence precision", True),
    ("evidence_recall", "evidence recall", True),
    ("recall_at_1", "found in 1st passage", True),
    ("recall_at_5", "found in 5 passages", True),
    ("endnote_exact", "endnotes exact", True),
    ("short_answer_right", "short answer right", True),
    ("over_abstention", "wrongly refused", False),
    ("false_answer", "wrongly answered", False),
)
DIMENSIONS = {
    "type": "by type of question",
    "variant": "by wording",
    "kind": "by kind of refusal that is due",
    "section": "by section",
    "split": "by split",
}
_OUTCOMES = {
    "failed": "No answer came",
    "wrongly answered": "Answered although the report does not say",
    "wrong passage": "Answered from another passage",
    "wrong sentence": "Answered with another sentence of the right passage",
    "not all evidence": "Answered with a part of the evidence",
    "found but refused": "Found, but refused",
    "not found": "The evidence was not found",
    "not in text": "The evidence is in no passage",
    "rightly refused": "Rightly refused",
    "right with a caveat": "Rightly answered, with a caveat",
    "right": "Rightly answered",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text with what it is marked as: any of gold, cited, acceptable, nearest."""

    text: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it is listed."""

    case: Case
    contexts: Sequence[tuple[str, Sequence[Piece]]]
    endnotes: Sequence[int]
    cited_endnotes: Sequence[int]


def write_page(
    path: Path, scored: Scored, checks: Sequence[Check], beside: Sequence[tuple[str, Scorecard]]
) -> None:
    """Write the page of a scored run, with the gate's checks and other scorecards beside it."""
    with replaced(path) as file:
        file.write(page(scored, checks, beside))


def page(scored: Scored, checks: Sequence[Check], beside: Sequence[tuple[str, Scorecard]]) -> str:
    """The page as HTML."""
    card = scored.card
    systems = [(str(card.about["run"].get("system", "this run")), card), *beside]
    bars = [_bar(name, other) for name, other in systems]
    return str(
        _template().render(
            card=card,
            about=scored.cases[0].report.about if scored.cases else None,
            checks=checks,
            systems=systems,
            columns=COLUMNS,
            dimensions=DIMENSIONS,
            funnel=[(stage, card.funnel[stage]) for stage in FUNNEL if card.funnel[stage]],
            stages=_OUTCOMES,
            groups=_groups(scored),
            few=FEW,
            figures={
                "systems": systems_figure(bars),
                "risk": risk_coverage_figure(risk_coverage(scored.cases), shipped_point(scored.cases)),
                "reliability": reliability_figure(card.calibration["diagram"]),
            },
        )
    )


def _bar(name: str, card: Scorecard) -> tuple[str, float, float, float]:
    headline = card.measures["supported"]
    return name, headline["value"], headline["low"], headline["high"]


def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["percent"] = lambda value: f"{100 * value:.1f} %"
    environment.filters["heat"] = _heat
    return environment.get_template("report.html")


def _heat(value: float, higher_is_better: bool) -> str:
    """How good a share is, as a step from 0 to 9 that the style sheet colours."""
    good = value if higher_is_better else 1 - value
    return str(max(0, min(9, int(good * 10))))


def _groups(scored: Scored) -> list[tuple[str, str, list[Shown]]]:
    """The questions by what became of them, the worst first: (key, title, questions)."""
    found: dict[str, list[Shown]] = {key: [] for key in _OUTCOMES}
    for case in scored.cases:
        found[_outcome(case, scored.outcomes[case.question.id])].append(_show(case))
    return [(key, _OUTCOMES[key], shown) for key, shown in found.items() if shown]


def _outcome(case: Case, outcome: Mapping[str, float]) -> str:
    if case.answer is None:
        return "failed"
    if case.question.record.answerable:
        return stage_of(case, outcome)
    return "rightly refused" if case.supported else "wrongly answered"


def _show(case: Case) -> Shown:
    gold = [place for target in case.targets for place in target.places[:1]]
    cited = [citation for citation in case.citations if tuple(citation.section) != ENDNOTES_SECTION]
    marks: dict[str, Sequence[Place]] = {
        "gold": gold,
        "cited": cited,
        "acceptable": case.question.acceptable,
        "nearest": case.question.nearest,
    }
    return Shown(
        case,
        contexts(case.report, marks, [*gold, *cited, *case.question.nearest]),
        sorted(expected_endnotes(case)),
        sorted(shown_endnotes(case)),
    )


def contexts(
    report: Report, marks: Mapping[str, Sequence[Place]], places: Iterable[Place]
) -> list[tuple[str, list[Piece]]]:
    """The paragraphs that hold the places, each with its section and cut into marked pieces."""
    blocks = {block.start: block for place in places if (block := report.block_at(place.start))}
    return [
        (" › ".join(block.section), _clipped(_pieces(report.text, block, marks)))
        for _, block in sorted(blocks.items())
    ]


def _pieces(text: str, block: Place, marks: Mapping[str, Sequence[Place]]) -> list[Piece]:
    cuts = {block.start, block.end}
    for places in marks.values():
        cuts |= {at for place in places for at in (place.start, place.end) if block.start < at < block.end}
    edges = sorted(cuts)
    pieces = []
    for start, end in pairwise(edges):
        here = Span(start, end)
        names = tuple(name for name, places in marks.items() if any(overlap(here, place) for place in places))
        pieces.append(Piece(text[start:end], names))
    return pieces


def _clipped(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with long unmarked ones cut in the middle, or at the outer end."""
    kept = []
    for position, piece in enumerate(pieces):
        words = piece.text
        if not piece.marks and len(words) > 2 * _AROUND:
            head = "" if position == 0 else words[:_AROUND].rsplit(" ", 1)[0]
            tail = "" if position == len(pieces) - 1 else words[-_AROUND:].split(" ", 1)[-1]
            words = f"{head} … {tail}"
        kept.append(Piece(words, piece.marks))
    return kept
