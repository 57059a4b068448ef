"""Two scorecards compared, and the gate: what a change to the program must not break.

The gate holds what must be perfect (quotes, labels, words, note marks) to perfection, and what can only be
good to no significant drop against the scorecard that was last agreed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import GoldSet
from a4a_qa.evaluation.gold_sets import problems_of
from a4a_qa.evaluation.measures.significance import PairedDifference, difference
from a4a_qa.evaluation.score import KEPT, Scorecard

# A drop of one of these, beyond chance, fails.
_GUARDED = ("supported", "answer_hit", "recall_at_5", "endnote_exact", "short_answer_right")
# Measures that must be 1 for every single question: a mean of many is rounded.
_PERFECT = ("citation_validity", "faithful_characters")


@dataclass(frozen=True)
class CardComparison:
    """The differences by measure, the questions that are no longer supported and those that now are, and the
    questions that only one of the scorecards has."""

    differences: dict[str, PairedDifference]
    lost: Sequence[str]
    won: Sequence[str]
    only_before: Sequence[str]
    only_after: Sequence[str]

    def lines(self) -> list[str]:
        """The comparison as text, one measure a line, then the questions that flipped."""
        lines = [f"{'measure':22} {'change':>8}   95 % interval        p      n"]
        for measure, d in self.differences.items():
            mark = "  drop" if d.is_drop else "  gain" if d.low > 0 else ""
            lines.append(
                f"{measure:22} {d.value:+8.4f}   [{d.low:+.4f}, {d.high:+.4f}]  {d.p:6.4f}  {d.n:5}{mark}"
            )
        lines += [
            "",
            f"{len(self.lost)} questions lost: {', '.join(self.lost) or 'none'}",
            f"{len(self.won)} won: {', '.join(self.won) or 'none'}",
        ]
        for ids, which in ((self.only_before, "first"), (self.only_after, "second")):
            if ids:
                lines.append(f"{len(ids)} questions are in the {which} scorecard only and are not compared.")
        return lines


def compare(before: Scorecard, after: Scorecard, measures: Sequence[str] = KEPT) -> CardComparison:
    """How `after` differs from `before` on the questions that both have.

    If a measure applies to a question in one scorecard only, its gold record has changed, and that measure
    is not compared on it. Raises EvaluationError when the scorecards share no question.
    """
    shared = [id for id in after.outcomes if id in before.outcomes]
    if not shared:
        raise EvaluationError(
            "The two scorecards share no question. Compare runs of the same gold questions and report."
        )
    was, now = before.values("supported"), after.values("supported")
    return CardComparison(
        {measure: _difference(before, after, measure) for measure in measures},
        sorted(id for id in shared if now[id] < was[id]),
        sorted(id for id in shared if now[id] > was[id]),
        [id for id in before.outcomes if id not in after.outcomes],
        [id for id in after.outcomes if id not in before.outcomes],
    )


def _difference(before: Scorecard, after: Scorecard, measure: str) -> PairedDifference:
    was, now = before.values(measure), after.values(measure)
    ids = [id for id in now if id in was]
    return difference([was[id] for id in ids], [now[id] for id in ids], [after.component(id) for id in ids])


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the gate looks at, whether it holds, and what was found."""

    name: str
    passed: bool
    found: str


@dataclass(frozen=True)
class Gate:
    """All checks, and the comparison with the scorecard that was agreed on, if there is one."""

    checks: Sequence[Check]
    comparison: CardComparison | None

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        return all(check.passed for check in self.checks)

    def lines(self) -> list[str]:
        """The checks as text; after a failure also what changed, with the questions that flipped."""
        lines = [
            f"{'pass' if check.passed else 'FAIL'}  {check.name}: {check.found}" for check in self.checks
        ]
        if not self.passed and self.comparison:
            lines += ["", *self.comparison.lines()]
        return lines


def gate(gold: GoldSet, folder: Path, card: Scorecard, agreed: Scorecard | None) -> Gate:
    """Judge a scorecard; `folder` holds the gold questions, `agreed` is the committed scorecard."""
    comparison = compare(agreed, card, _GUARDED) if agreed else None
    checks = [*_own_checks(gold, folder, card)]
    if agreed and comparison:
        before, now = agreed.reading["endnotes"], card.reading["endnotes"]
        says = f"{now:g}, the agreed scorecard has {before:g}"
        checks.append(Check("endnotes as before", before == now, says))
        checks += [
            Check(
                f"{measure} not lower", not d.is_drop,
                f"{d.value:+.4f} [{d.low:+.4f}, {d.high:+.4f}] on {d.n} questions",
            )
            for measure, d in comparison.differences.items()
        ]  # fmt: skip
    return Gate(checks, comparison)


def _own_checks(gold: GoldSet, folder: Path, card: Scorecard) -> Iterator[Check]:
    wrong = problems_of(gold, folder)
    yield Check(
        "gold questions", not wrong, _first(wrong, f"all quotes of {len(gold.questions)} questions resolve")
    )
    asked = len(card.outcomes)
    yield Check("answers", not card.problems, _first(card.problems, f"{asked} of {asked}"))
    for name in _PERFECT:
        values = card.values(name)
        less = [id for id, value in values.items() if value != 1.0]
        yield Check(name, not less, _first(less, f"1 for all {len(values)} questions"))
    stray = card.measures["stray_words"]["value"]
    yield Check("stray_words", stray == 0.0, f"{stray:g}, expected 0")
    marks, notes, paired = (int(card.reading[key]) for key in ("note_marks", "endnotes", "paired"))
    yield Check("endnotes", marks == notes == paired, f"{paired} of {notes} paired with {marks} note marks")


def _first(problems: Sequence[str], otherwise: str) -> str:
    if not problems:
        return otherwise
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return problems[0] + more
