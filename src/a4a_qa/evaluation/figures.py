"""Curves as inline SVG: the only module that knows matplotlib.

Text stays text, lines and letters take the colour of the page around them, and the same numbers give the
same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from a4a_qa.errors import MissingExtra
from a4a_qa.evaluation.measures.abstention import ACCEPTED_RISK, CurvePoint

# Drawn in this colour, then replaced by the page's own.
_INK = "#0a0b0c"
_BLUE, _ORANGE = "#3b7dd8", "#e0812b"
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


def risk_coverage_figure(points: Sequence[CurvePoint], shipped: CurvePoint) -> str:
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


def reliability_figure(diagram: Sequence[tuple[float, float]]) -> str:
    """The reliability diagram: how often answers of each confidence are right."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=_INK, linewidth=0.8, linestyle=":", label="perfect")
        axes.plot([p for p, _ in diagram], [s for _, s in diagram], "o-", color=_BLUE, label="this run")
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
        axes.set_xlabel("confidence (mean of a tenth of the questions)")
        axes.set_ylabel("share of right answers")
        axes.legend(loc="upper left")

    return _svg("reliability", draw, "Share of right answers against confidence")


def systems_figure(systems: Sequence[tuple[str, float, float, float]]) -> str:
    """Bars of the headline rate with intervals: (name, value, low, high), the first one marked."""

    def draw(axes: Any) -> None:
        names = [name for name, *_ in systems][::-1]
        values = [value for _, value, _, _ in systems][::-1]
        errors = [[v - low for _, v, low, _ in systems][::-1], [high - v for _, v, _, high in systems][::-1]]
        colours = [_BLUE if name == systems[0][0] else "#9aa3ad" for name in names]
        axes.barh(names, values, color=colours, xerr=errors, ecolor=_INK, capsize=3)
        axes.set_xlim(0, 1)
        axes.set_xlabel("supported answers, with 95 % interval")

    return _svg(
        "systems", draw, "Supported answers of each system", height=0.55 * len(systems) + 0.9, width=7.4
    )


def _svg(name: str, draw: Any, label: str, *, width: float = 5.2, height: float = 3.9) -> str:
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("The report of a run", "eval") from error
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
