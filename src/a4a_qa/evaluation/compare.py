"""Two scorecards of the same questions: what changed, whether by chance, and which questions flipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.scorecard import KEPT, Scorecard
from a4a_qa.evaluation.significance import Difference, difference


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that was supported in one run and is not in the other."""

    id: str
    gained: bool


@dataclass(frozen=True)
class Comparison:
    """The differences by measure, the flips, and the questions that only one of the scorecards has."""

    differences: dict[str, Difference]
    flips: Sequence[Flip]
    only_before: Sequence[str]
    only_after: Sequence[str]


def compare(before: Scorecard, after: Scorecard, measures: Sequence[str] = KEPT) -> Comparison:
    """How `after` differs from `before` on the questions that both have.

    A question of both to which a measure applies in one only has changed its gold record; it is compared
    in neither. Raises EvaluationError when the scorecards share no question.
    """
    shared = [id for id in after.outcomes if id in before.outcomes]
    if not shared:
        raise EvaluationError(
            "The two scorecards share no question. Compare runs of the same gold questions and report."
        )
    was, now = before.values("supported"), after.values("supported")
    flips = [Flip(id, now[id] > was[id]) for id in shared if now[id] != was[id]]
    return Comparison(
        {measure: _difference(before, after, measure) for measure in measures},
        sorted(flips, key=lambda flip: (flip.gained, flip.id)),
        [id for id in before.outcomes if id not in after.outcomes],
        [id for id in after.outcomes if id not in before.outcomes],
    )


def _difference(before: Scorecard, after: Scorecard, measure: str) -> Difference:
    was, now = before.values(measure), after.values(measure)
    ids = [id for id in now if id in was]
    return difference([was[id] for id in ids], [now[id] for id in ids], [after.component(id) for id in ids])


def comparison_lines(found: Comparison) -> list[str]:
    """A comparison as text, one measure a line, then the flips."""
    lines = [f"{'measure':22} {'change':>8}   95 % interval        p      n"]
    for measure, d in found.differences.items():
        mark = "  drop" if d.is_drop else "  gain" if d.low > 0 else ""
        lines.append(
            f"{measure:22} {d.value:+8.4f}   [{d.low:+.4f}, {d.high:+.4f}]  {d.p:6.4f}  {d.n:5}{mark}"
        )
    lost = [flip.id for flip in found.flips if not flip.gained]
    won = [flip.id for flip in found.flips if flip.gained]
    lines += [
        "",
        f"{len(lost)} questions lost: {', '.join(lost) or 'none'}",
        f"{len(won)} won: {', '.join(won) or 'none'}",
    ]
    for ids, which in ((found.only_before, "first"), (found.only_after, "second")):
        if ids:
            lines.append(f"{len(ids)} questions are in the {which} scorecard only and are not compared.")
    return lines
