"""A run as one static HTML page without network or script: figures, gates, curves, every question.

The template draws the two curves as inline SVG. The same run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from a4a_qa.answering.answer import ENDNOTES_SECTION
from a4a_qa.evaluation.case import Case
from a4a_qa.evaluation.gate import Check
from a4a_qa.evaluation.measures.abstention import ACCEPTED_RISK, risk_coverage, shipped_point
from a4a_qa.evaluation.score import FUNNEL, Scorecard, Scored, stage_of
from a4a_qa.output import replaced, text_file
from a4a_qa.report.report import Place, Report, Span, overlap

TEMPLATES = Path(__file__).parent / "templates"
# A mean over fewer questions is shown in grey: its interval is wider than most differences.
FEW = 30
# How many characters of a paragraph are shown around what is marked in it.
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
# What became of a question, the worst first.
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
class MarkedText:
    """A piece of text and what it is marked as: any of gold, cited, acceptable, nearest."""

    text: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as the page lists it, with the paragraphs that hold its places."""

    case: Case
    contexts: Sequence[tuple[str, Sequence[MarkedText]]]
    endnotes: Sequence[int]
    cited_endnotes: Sequence[int]


PAGE_FILE = text_file("a page about a run", '<meta name="generator" content="a4a-qa eval report">')


def write_page(
    path: Path, scored: Scored, checks: Sequence[Check], beside: Sequence[tuple[str, Scorecard]]
) -> None:
    """Write the page of a scored run, with the gate's checks and other scorecards beside it."""
    with replaced(path, PAGE_FILE) as file:
        file.write(page(scored, checks, beside))


def page(scored: Scored, checks: Sequence[Check], beside: Sequence[tuple[str, Scorecard]]) -> str:
    """The page as HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["percent"] = lambda value: f"{100 * value:.1f} %"
    environment.filters["heat"] = _heat
    card = scored.card
    systems = [(str(card.about["run"].get("system", "this run")), card), *beside]
    return environment.get_template("run_page.html").render(
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
        curve=risk_coverage(scored.cases),
        shipped=shipped_point(scored.cases),
        accepted_risk=ACCEPTED_RISK,
    )


def _heat(value: float, higher_is_better: bool) -> str:
    """How good a share is, as a step from 0 to 9 that the style sheet colours."""
    good = value if higher_is_better else 1 - value
    return str(max(0, min(9, int(good * 10))))


def _groups(scored: Scored) -> list[tuple[str, str, list[QuestionView]]]:
    """The questions by what became of them: (key, title, questions)."""
    found: dict[str, list[QuestionView]] = {key: [] for key in _OUTCOMES}
    for case in scored.cases:
        found[_outcome(case, scored.outcomes[case.question.id])].append(_show(case))
    return [(key, _OUTCOMES[key], shown) for key, shown in found.items() if shown]


def _outcome(case: Case, outcome: Mapping[str, float]) -> str:
    if case.answer is None:
        return "failed"
    if case.question.record.answerable:
        return stage_of(case, outcome)
    return "rightly refused" if case.supported else "wrongly answered"


def _show(case: Case) -> QuestionView:
    gold = [place for target in case.question.targets for place in target.places[:1]]
    cited = [citation for citation in case.citations if tuple(citation.section) != ENDNOTES_SECTION]
    marks: dict[str, Sequence[Place]] = {
        "gold": gold,
        "cited": cited,
        "acceptable": case.question.acceptable,
        "nearest": case.question.nearest,
    }
    return QuestionView(
        case,
        contexts(case.report, marks, [*gold, *cited, *case.question.nearest]),
        sorted(case.expected_endnotes),
        sorted(case.shown_endnotes),
    )


def contexts(
    report: Report, marks: Mapping[str, Sequence[Place]], places: Iterable[Place]
) -> list[tuple[str, list[MarkedText]]]:
    """The paragraphs that hold the places, each with its section and split into marked pieces."""
    blocks = {block.start: block for place in places if (block := report.block_at(place.start))}
    return [
        (" › ".join(block.section), _clipped(_pieces(report.text, block, marks)))
        for _, block in sorted(blocks.items())
    ]


def _pieces(text: str, block: Place, marks: Mapping[str, Sequence[Place]]) -> list[MarkedText]:
    cuts = {block.start, block.end}
    for places in marks.values():
        cuts |= {at for place in places for at in (place.start, place.end) if block.start < at < block.end}
    edges = sorted(cuts)
    pieces = []
    for start, end in pairwise(edges):
        here = Span(start, end)
        names = tuple(name for name, places in marks.items() if any(overlap(here, place) for place in places))
        pieces.append(MarkedText(text[start:end], names))
    return pieces


def _clipped(pieces: Sequence[MarkedText]) -> list[MarkedText]:
    """The pieces, with long unmarked ones shortened in the middle, or at the outer end."""
    kept = []
    for position, piece in enumerate(pieces):
        words = piece.text
        if not piece.marks and len(words) > 2 * _AROUND:
            head = "" if position == 0 else words[:_AROUND].rsplit(" ", 1)[0]
            tail = "" if position == len(pieces) - 1 else words[-_AROUND:].split(" ", 1)[-1]
            words = f"{head} … {tail}"
        kept.append(MarkedText(words, piece.marks))
    return kept
