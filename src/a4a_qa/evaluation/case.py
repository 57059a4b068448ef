"""A gold question beside what a system answered: what every measure takes.

A citation counts as evidence only if it is valid. Required evidence is cited when enough of one of its
targets lies in the valid citations; an endnote, when a citation carries its number. Overlapping places are
counted once, so no share exceeds one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from a4a_qa.answering.answer import CITING, ENDNOTES_SECTION, section_of_place
from a4a_qa.evaluation.gold import Evidence, GoldQuestion, GoldSet, sentence_positions
from a4a_qa.evaluation.records import CitedPlace, GivenAnswer
from a4a_qa.evaluation.run import EvalRun, RunRow
from a4a_qa.index.passages import Passage, cut_passages
from a4a_qa.report.report import Place, Report, Span, overlap
from a4a_qa.safeguarding.notices import SEE_ALSO

# A place counts as found when this share of its characters is: a quote may lack its last full stop or a
# lead-in, but not a clause.
ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Unit:
    """What precision counts: a cited sentence, or a cited endnote."""

    start: int
    end: int
    endnotes: frozenset[int]
    is_endnote: bool


@dataclass(frozen=True)
class Case:
    """A question, its row of the run, and the report with its passages.

    `held_by` gives, for each required evidence, the ids of the passages that hold it.
    """

    question: GoldQuestion
    row: RunRow
    report: Report
    passages: Sequence[Passage]
    held_by: tuple[frozenset[str], ...]

    @property
    def answer(self) -> GivenAnswer | None:
        """The answer, or None when the question failed."""
        return self.row.answer

    @property
    def answered(self) -> bool:
        """Whether the question was answered, at least in part."""
        return self.answer is not None and self.answer.status in CITING

    @property
    def has_caveat(self) -> bool:
        """Whether the question was answered in part, or with a doubt that the report says it."""
        return self.answer is not None and self.answer.status == "partial"

    @property
    def refused(self) -> bool:
        """Whether the question was refused; one that failed was neither answered nor refused."""
        return self.answer is not None and self.answer.status not in CITING

    @cached_property
    def main(self) -> Case:
        """The same case without the citations that the answer sets apart under "See also"."""
        if self.answer is None:
            return self
        kept = [citation for citation in self.citations if SEE_ALSO not in citation.notices]
        answer = self.answer.model_copy(update={"citations": kept})
        return replace(self, row=replace(self.row, answer=answer))

    @property
    def citations(self) -> Sequence[CitedPlace]:
        """The citations of the answer."""
        return self.answer.citations if self.answer else []

    @cached_property
    def valid_citations(self) -> list[CitedPlace]:
        """The citations that are the report's own words under the right label."""
        return [citation for citation in self.citations if is_valid(citation, self.report)]

    @cached_property
    def cited(self) -> list[bool]:
        """For each required evidence, whether it is cited."""
        if not self.answered:
            return [False for _ in self.question.evidence]
        numbers = frozenset(number for c in self.valid_citations for number in c.endnotes)
        bodies = [c for c in self.valid_citations if not _is_endnote(c)]
        return [is_found(evidence, bodies, numbers) for evidence in self.question.evidence]

    @property
    def hit(self) -> bool:
        """Whether every required evidence is cited."""
        return bool(self.cited) and all(self.cited)

    @property
    def supported(self) -> bool:
        """The headline: answered rightly with only valid citations, or rightly refused."""
        if self.answer is None:
            return False
        expect = self.question.record.expect
        in_part = expect is not None and "partial" in expect.status and self.answer.status == "partial"
        if self.question.record.answerable or in_part:
            return self.answered and self.hit and len(self.valid_citations) == len(self.citations)
        return self.refused

    @cached_property
    def units(self) -> list[Unit]:
        """The sentences and endnotes that are cited, each once."""
        bodies = [Span(c.start, c.end) for c in self.citations if not _is_endnote(c)]
        positions = dict.fromkeys(sentence_positions(self.report, bodies))
        sentences = [self.report.sentences[position] for position in positions]
        units = [Unit(s.start, s.end, frozenset(s.endnotes), False) for s in sentences]
        notes = [Unit(c.start, c.end, frozenset(c.endnotes), True) for c in self.citations if _is_endnote(c)]
        return units + notes

    @property
    def relevant_passages(self) -> frozenset[str]:
        """The ids of the passages that hold any required evidence: the qrels of the question."""
        return frozenset().union(*self.held_by)

    @property
    def expected_endnotes(self) -> frozenset[int]:
        """The endnotes that the evidence carries: of alternatives, those of the one that is cited best."""
        best = (
            max(evidence.targets, key=lambda target: len(target.endnotes & self.shown_endnotes))
            for evidence in self.question.evidence
        )
        return frozenset().union(*(target.endnotes for target in best))

    @property
    def shown_endnotes(self) -> frozenset[int]:
        """The endnotes that the citations name."""
        return frozenset(number for citation in self.citations for number in citation.endnotes)

    @cached_property
    def tolerated_endnotes(self) -> frozenset[int]:
        """Endnotes that may be shown without penalty: those of evidence and acceptable sentences."""
        marks = marks_in(self.report, self.question.acceptable)
        return marks.union(*(target.endnotes for target in self.question.targets))

    def is_relevant(self, unit: Unit) -> bool:
        """Whether a unit belongs to required evidence."""
        targets = self.question.targets
        if any(target.is_endnote and unit.endnotes & target.endnotes for target in targets):
            return True
        places = [place for target in targets for place in target.places]
        return not unit.is_endnote and any(overlap(unit, place) for place in places)

    def is_acceptable(self, unit: Unit) -> bool:
        """Whether a unit may be cited without penalty."""
        if unit.is_endnote:
            return bool(unit.endnotes & self.tolerated_endnotes)
        return any(overlap(unit, place) for place in self.question.acceptable)

    def withheld_is_right(self) -> bool:
        """Whether the nearest place that a refusal names, which it might have cited, is all the evidence."""
        near = self.answer.reason.nearest[:1] if self.answer and self.answer.reason else []
        numbers = marks_in(self.report, near)
        evidence = self.question.evidence
        return bool(evidence) and bool(near) and all(is_found(e, near, numbers) for e in evidence)


def is_valid(citation: CitedPlace, report: Report) -> bool:
    """Whether the quote equals its slice of the report, under that slice's section and endnotes."""
    if not citation.quote or report.text[citation.start : citation.end] != citation.quote:
        return False
    if _is_endnote(citation):
        notes = [report.endnote(number) for number in citation.endnotes]
        return any(n and n.start <= citation.start and citation.end <= n.end for n in notes)
    marks = {mark.number for mark in report.marks_in(citation.start, citation.end)}
    section = section_of_place(report, Span(citation.start, citation.end))
    stands_in_blocks = any(overlap(block, citation) for block in report.blocks)
    return stands_in_blocks and section == tuple(citation.section) and marks == set(citation.endnotes)


def is_found(evidence: Evidence, places: Iterable[Place], endnotes: frozenset[int]) -> bool:
    """Whether a target of the evidence lies in the places, or is an endnote among the numbers."""
    return any(
        bool(target.endnotes & endnotes)
        if target.is_endnote
        else any(is_covered(place, places) for place in target.places)
        for target in evidence.targets
    )


def is_covered(place: Place, places: Iterable[Place]) -> bool:
    """Whether ENOUGH of a place's characters lie in the union of `places`."""
    inside, seen = 0, place.start
    for start, end in sorted((other.start, other.end) for other in places):
        inside += max(0, min(end, place.end) - max(start, seen))
        seen = max(seen, end)
    return inside / max(1, place.end - place.start) >= ENOUGH


def _is_endnote(citation: CitedPlace) -> bool:
    return tuple(citation.section) == ENDNOTES_SECTION


def marks_in(report: Report, places: Iterable[Place]) -> frozenset[int]:
    """The numbers of the note marks in places."""
    return frozenset(m.number for place in places for m in report.marks_in(place.start, place.end))


def cases(gold: GoldSet, run: EvalRun) -> list[Case]:
    """Each gold question with its row; a question that is not in the run has failed."""
    report, passages = gold.report, cut_passages(gold.report)

    @cache
    def holding(evidence: Evidence) -> frozenset[str]:
        found = (p.id for p in passages if is_found(evidence, [p], marks_in(report, [p])))
        return frozenset(found)

    return [
        Case(q, run.row(q.id), report, passages, tuple(holding(evidence) for evidence in q.evidence))
        for q in gold.questions
    ]
