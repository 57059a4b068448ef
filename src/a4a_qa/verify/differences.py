"""Where a statement and a sentence of the report differ, and whether that is a matter of fact."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from a4a_qa.verify.facts import (
    KINDS_OF_SOURCE,
    content_of,
    denied,
    has_negation,
    is_named,
    is_spelt,
    may_deny,
    proper_names,
)
from a4a_qa.verify.figures import FigureKind, figures_in, is_rounded, is_year, unit_of
from a4a_qa.verify.words import Gap, Word, WordAlignment

FactKind = FigureKind | Literal["negation", "name", "word", "meaning", "page"]

# "One day" and "first of all" count nothing where the report has no figure.
_COUNT_NOTHING = {"1", "2"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What a statement says and what the report says instead; `start:end` is in the text that was checked."""

    kind: FactKind
    said: str
    report: str
    start: int
    end: int


def of_wording(
    mine: Sequence[Word], theirs: Sequence[Word], alignment: WordAlignment, names: Collection[str]
) -> Iterator[Difference]:
    """The differences between two runs of words that lie on each other, places in the words' own text.

    `names` are those that the report has. What the report has and the statement leaves out is no difference,
    unless it is a negation.
    """
    for gap in alignment.gaps:
        ours, others = mine[slice(*gap.mine)], theirs[slice(*gap.theirs)]
        if other_fact := _other_fact(gap, mine, theirs, names):
            yield other_fact
        elif kind := _kind(gap, mine, ours, others):
            at = ours or mine[max(0, gap.mine[0] - 1) : gap.mine[0] + 1]
            yield Difference(kind, _written(ours), _written(others), at[0].start, at[-1].end)


def _other_fact(
    gap: Gap, mine: Sequence[Word], theirs: Sequence[Word], names: Collection[str]
) -> Difference | None:
    """The figure, or else the name, of a gap that the report has not, and what it has there of the kind."""
    ours, others = mine[slice(*gap.mine)], theirs[slice(*gap.theirs)]
    there = list(figures_in(theirs))
    written = {figure.word: figure.kind for figure in there if figure.word in others}
    anywhere = {figure.value for figure in there} | (set() if written else _COUNT_NOTHING)
    counts = {figure.value for figure in there if figure.kind == "number"}
    for kind, value, word, at in figures_in(mine):
        if word not in ours or value in anywhere:
            continue
        if not is_rounded(mine, at, counts):
            instead = [one for one, other in written.items() if other == kind]
            return Difference(kind, word.written, _written(instead), word.start, word.end)
    if may_deny(ours) != may_deny(others):
        return None
    keys = {word.key for word in theirs}
    for word in proper_names(mine, names):
        if word in ours and not is_named(word.key, keys):
            instead = [other for other in proper_names(theirs, names) if other in others]
            return Difference("name", word.written, _written(instead), word.start, word.end)
    return None


def _kind(gap: Gap, mine: Sequence[Word], ours: Sequence[Word], others: Sequence[Word]) -> FactKind | None:
    """What the other words of a gap are, facts apart: a denial, another word, or none that counts."""
    if may_deny(ours) != may_deny(others):
        return "negation"
    at_edge = gap.mine[0] == 0 or gap.mine[1] == len(mine)
    if content_of(ours) - content_of(others) and not (at_edge and not others):
        return "word"
    return None


def of_facts(
    statement: Sequence[Word], evidence: Sequence[Word], known: Collection[str], names: Collection[str]
) -> Iterator[Difference]:
    """The facts of a statement that its evidence does not have, places in the statement's own text.

    `known` are further words that the evidence is read with, such as its headings; `names` are those that
    the report has.
    """
    keys = {word.key for word in evidence} | set(known)
    figures = list(figures_in(evidence))
    pairs = {(figure.kind, figure.value) for figure in figures}
    read_with = {word for word in known if word.isdigit()}
    values = {value for _, value in pairs} | read_with
    counts = {value for kind, value in pairs if kind == "number"}
    counts |= {value for value in read_with if not is_year(value)}
    written = {
        kind: ", ".join(dict.fromkeys(f.word.written for f in figures if f.kind == kind)) for kind, _ in pairs
    }
    units: dict[str, dict[str | None, Word]] = {}
    for figure in figures:
        units.setdefault(figure.value, {})[unit_of(evidence, figure.at)] = figure.word
    for kind, value, word, at in figures_in(statement, loose=False):
        if is_rounded(statement, at, counts):
            continue
        if (kind, value) not in pairs and (kind == "article" or value not in values):
            yield Difference(kind, word.written, written.get(kind, ""), word.start, word.end)
        elif unit := unit_of(statement, at):
            theirs = units.get(value, {})
            if theirs and None not in theirs and unit not in theirs:
                instead = " ".join(f"{w.written} {u}" for u, w in theirs.items())
                yield Difference(kind, word.written, instead, word.start, word.end)
    for word in proper_names(statement, names):
        known_by = word.key[0].isdigit() or word.key in KINDS_OF_SOURCE or is_named(word.key, keys)
        if not known_by and not is_spelt(word, evidence):
            yield Difference("name", word.written, "", word.start, word.end)

    if has_negation(evidence) and not may_deny(statement) and denied(evidence) & content_of(statement):
        yield Difference("negation", "", "", statement[0].start, statement[-1].end)


def _written(words: Sequence[Word]) -> str:
    return " ".join(word.written for word in words)
