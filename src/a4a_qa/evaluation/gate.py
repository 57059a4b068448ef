"""The gate: what a change to the program must not break.

It holds what must be perfect (quotes, labels, words, note marks) to perfection, and what can only be good
to no significant drop against the scorecard that was last agreed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.evaluation.compare import Comparison, compare, comparison_lines
from a4a_qa.evaluation.gold import GoldSet
from a4a_qa.evaluation.scorecard import Scorecard
from a4a_qa.evaluation.validate import check, shortfalls

# A drop of one of these, beyond chance, fails.
_GUARDED = ("supported", "answer_hit", "recall_at_5", "endnote_exact", "short_answer_right")
# Measures that must be 1 for every single question: a mean of many is rounded.
_PERFECT = ("citation_validity", "faithful_characters")


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
    comparison: Comparison | None

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        return all(check.passed for check in self.checks)

    def lines(self) -> list[str]:
        """The checks as text; after a failure also what changed, with the flips."""
        lines = [
            f"{'pass' if check.passed else 'FAIL'}  {check.name}: {check.found}" for check in self.checks
        ]
        if not self.passed and self.comparison:
            lines += ["", *comparison_lines(self.comparison)]
        return lines


def gate(gold: GoldSet, folder: Path, card: Scorecard, agreed: Scorecard | None) -> Gate:
    """Judge a scorecard; `folder` holds the gold questions, `agreed` is the committed scorecard."""
    comparison = compare(agreed, card, _GUARDED) if agreed else None
    return Gate([*_own(gold, folder, card), *_against(card, agreed, comparison)], comparison)


def _own(gold: GoldSet, folder: Path, card: Scorecard) -> Iterator[Check]:
    wrong = [*check(gold), *shortfalls(gold, folder)]
    yield Check(
        "gold questions", not wrong, _first(wrong, f"all quotes of {len(gold.questions)} questions resolve")
    )
    yield Check(
        "answers", not card.problems, _first(card.problems, f"{len(card.outcomes)} of {len(card.outcomes)}")
    )
    for name in _PERFECT:
        values = card.values(name)
        less = [id for id, value in values.items() if value != 1.0]
        yield Check(name, not less, _first(less, f"1 for all {len(values)} questions"))
    stray = card.measures["stray_words"]["value"]
    yield Check("stray_words", stray == 0.0, f"{stray:g}, expected 0")
    marks, notes, paired = (int(card.reading[key]) for key in ("note_marks", "endnotes", "paired"))
    yield Check("endnotes", marks == notes == paired, f"{paired} of {notes} paired with {marks} note marks")


def _against(card: Scorecard, agreed: Scorecard | None, found: Comparison | None) -> Iterator[Check]:
    if agreed is None or found is None:
        return
    before, now = agreed.reading["endnotes"], card.reading["endnotes"]
    yield Check("endnotes as before", before == now, f"{now:g}, the agreed scorecard has {before:g}")
    for measure, d in found.differences.items():
        yield Check(
            f"{measure} not lower", not d.is_drop,
            f"{d.value:+.4f} [{d.low:+.4f}, {d.high:+.4f}] on {d.n} questions",
        )  # fmt: skip


def _first(problems: Sequence[str], otherwise: str) -> str:
    if not problems:
        return otherwise
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return problems[0] + more
