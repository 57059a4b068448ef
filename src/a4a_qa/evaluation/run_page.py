"""A run as one static HTML page without network or script: figures, gates, curves, every question.

Curves are inline SVG. Their text stays text, lines and letters take the colour of the page around them, and
the same numbers give the same bytes. This is the only module that knows matplotlib.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from a4a_qa.answering.answer import ENDNOTES_SECTION
from a4a_qa.errors import MissingExtra
from a4a_qa.evaluation.case import Case
from a4a_qa.evaluation.gate import Check
from a4a_qa.evaluation.measures.abstention import ACCEPTED_RISK, CurvePoint, risk_coverage, shipped_point
from a4a_qa.evaluation.score import FUNNEL, Scored, stage_of
from a4a_qa.evaluation.scorecard import Scorecard
from a4a_qa.files import replaced
from a4a_qa.report import Place, Report, Span, overlap

TEMPLATES = Path(__file__).parent / "templates"
# A mean over fewer questions is shown in grey: its interval is wider than most differences.
FEW = 30
# How many characters of a paragraph are shown around what is marked in it.
_AROUND = 160
# Figures are drawn in this ink, which then becomes the colour of the page's text.
_INK, _BLUE, _ORANGE, _GREY = "#0a0b0c", "#3b7dd8", "#e0812b", "#9aa3ad"
_STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "text.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}

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


def write_page(
    path: Path, scored: Scored, checks: Sequence[Check], beside: Sequence[tuple[str, Scorecard]]
) -> None:
    """Write the page of a scored run, with the gate's checks and other scorecards beside it."""
    with replaced(path) as file:
        file.write(page(scored, checks, beside))


def page(scored: Scored, checks: Sequence[Check], beside: Sequence[tuple[str, Scorecard]]) -> str:
    """The page as HTML. Raises MissingExtra without the extra "eval"."""
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
        figures={
            "systems": _systems_figure(systems),
            "risk": _risk_figure(risk_coverage(scored.cases), shipped_point(scored.cases)),
            "reliability": _reliability_figure(card.calibration["diagram"]),
        },
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


def _risk_figure(points: Sequence[CurvePoint], shipped: CurvePoint) -> str:
    """The risk–coverage curve, with the shipped threshold on it."""

    def draw(axes: Any) -> None:
        axes.plot([p.coverage for p in points], [p.risk for p in points], color=_BLUE, label="any threshold")
        axes.plot([shipped.coverage], [shipped.risk], "o", color=_ORANGE, markersize=9, label="as shipped")
        axes.axhline(ACCEPTED_RISK, color=_INK, linewidth=0.8, linestyle=":")
        axes.annotate("5 % risk", (1.0, ACCEPTED_RISK), ha="right", va="bottom", fontsize=9)
        axes.set(xlim=(0, 1.02), ylim=(0, 1.0))
        axes.set_xlabel("coverage: answerable questions answered")
        axes.set_ylabel("risk: wrong among all answers")
        axes.legend(loc="upper left")

    return _svg("risk", draw, "Risk against coverage for every threshold")


def _reliability_figure(diagram: Sequence[tuple[float, float]]) -> str:
    """The reliability diagram: how often answers of each confidence are right."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=_INK, linewidth=0.8, linestyle=":", label="perfect")
        axes.plot([p for p, _ in diagram], [s for _, s in diagram], "o-", color=_BLUE, label="this run")
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
        axes.set_xlabel("confidence (mean of a tenth of the questions)")
        axes.set_ylabel("share of right answers")
        axes.legend(loc="upper left")

    return _svg("reliability", draw, "Share of right answers against confidence")


def _systems_figure(systems: Sequence[tuple[str, Scorecard]]) -> str:
    """Bars of the headline rate with intervals, the first system marked."""
    bars = [(name, card.measures["supported"]) for name, card in reversed(systems)]

    def draw(axes: Any) -> None:
        errors = [[m["value"] - m["low"] for _, m in bars], [m["high"] - m["value"] for _, m in bars]]
        colours = [_BLUE if name == systems[0][0] else _GREY for name, _ in bars]
        axes.barh(
            [name for name, _ in bars], [m["value"] for _, m in bars],
            color=colours, xerr=errors, ecolor=_INK, capsize=3,
        )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_xlabel("supported answers, with 95 % interval")

    height = 0.55 * len(systems) + 0.9
    return _svg("systems", draw, "Supported answers of each system", height=height, width=7.4)


def _svg(
    name: str, draw: Callable[[Any], None], label: str, *, width: float = 5.2, height: float = 3.9
) -> str:
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("The page of a run", "eval") from error
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure.subplots())
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].replace(_INK, "currentColor")
    # Ids of several figures on one page must not meet.
    svg = re.sub(r'(?<=\bid=")|(?<=url\(#)|(?<=href="#)', f"{name}-", svg)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
