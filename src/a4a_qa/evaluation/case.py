"""One gold question beside what a system gave to it: what every measure is given.

A citation counts as evidence only when it is valid. A required evidence is cited when enough of one of
its targets lies in the valid citations, and for an endnote when a citation carries its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from a4a_qa.answering.answer import CITING, ENDNOTES_SECTION, section_of_place
from a4a_qa.evaluation.gold import Evidence, GoldQuestion, GoldSet, Target, sentence_positions
from a4a_qa.evaluation.records import CitedPlace, GivenAnswer
from a4a_qa.evaluation.run import Run, RunRow
from a4a_qa.evaluation.spans import is_covered
from a4a_qa.index.passages import Passage, cut_passages
from a4a_qa.report import Place, Report, Span, overlap
from a4a_qa.safeguarding.notices import SEE_ALSO


@dataclass(frozen=True, slots=True)
class Unit:
    """What precision counts: a cited sentence, or a cited endnote by its number."""

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
        """Whether it was answered, at least in part."""
        return self.answer is not None and self.answer.status in CITING

    @property
    def has_caveat(self) -> bool:
        """Whether it was answered only in part, or with a reason why the report may not say it."""
        return self.answer is not None and self.answer.status == "partial"

    @property
    def refused(self) -> bool:
        """Whether it was refused; a question that failed was neither answered nor refused."""
        return self.answer is not None and self.answer.status not in CITING

    @cached_property
    def main(self) -> Case:
        """The same without the citations that are set apart as likely more than was asked."""
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
        """The headline: rightly answered with nothing but valid citations, or rightly not answered."""
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
        units = [
            Unit(s.start, s.end, frozenset(s.endnotes), False)
            for s in (
                self.report.sentences[i] for i in dict.fromkeys(sentence_positions(self.report, bodies))
            )
        ]
        notes = [Unit(c.start, c.end, frozenset(c.endnotes), True) for c in self.citations if _is_endnote(c)]
        return units + notes

    @property
    def targets(self) -> list[Target]:
        """Every target of every evidence."""
        return [target for evidence in self.question.evidence for target in evidence.targets]

    @cached_property
    def tolerated_endnotes(self) -> frozenset[int]:
        """Endnotes that may be shown beside: those of evidence and acceptable sentences."""
        marks = marks_in(self.report, self.question.acceptable)
        return marks.union(*(target.endnotes for target in self.targets))

    def is_relevant(self, unit: Unit) -> bool:
        """Whether a unit belongs to required evidence."""
        numbers = frozenset(n for target in self.targets if target.is_endnote for n in target.endnotes)
        if unit.endnotes & numbers:
            return True
        places = [place for target in self.targets for place in target.places]
        return not unit.is_endnote and any(overlap(unit, place) for place in places)

    def is_acceptable(self, unit: Unit) -> bool:
        """Whether a unit may be cited beside the evidence without penalty."""
        if unit.is_endnote:
            return bool(unit.endnotes & self.tolerated_endnotes)
        return any(overlap(unit, place) for place in self.question.acceptable)

    def withheld_is_right(self) -> bool:
        """Whether the nearest place of a refusal is all the evidence: what it would have answered with."""
        near = self.answer.reason.nearest[:1] if self.answer and self.answer.reason else []
        numbers = marks_in(self.report, near)
        evidence = self.question.evidence
        return bool(evidence) and bool(near) and all(is_found(e, near, numbers) for e in evidence)


def is_valid(citation: CitedPlace, report: Report) -> bool:
    """Whether the quote equals its slice, and section and endnotes of its label are those of the slice."""
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
    """Whether any target of an evidence lies in the places, or is an endnote among the numbers."""
    return any(
        bool(target.endnotes & endnotes)
        if target.is_endnote
        else any(is_covered(place, places) for place in target.places)
        for target in evidence.targets
    )


def _is_endnote(citation: CitedPlace) -> bool:
    return tuple(citation.section) == ENDNOTES_SECTION


def marks_in(report: Report, places: Iterable[Place]) -> frozenset[int]:
    """The numbers of the note marks in places."""
    return frozenset(m.number for place in places for m in report.marks_in(place.start, place.end))


def cases(gold: GoldSet, run: Run) -> list[Case]:
    """Each gold question with its row; one that is not in the run has failed."""
    report, passages = gold.report, cut_passages(gold.report)

    @cache
    def holding(evidence: Evidence) -> frozenset[str]:
        found = (p.id for p in passages if is_found(evidence, [p], marks_in(report, [p])))
        return frozenset(found)

    return [
        Case(q, run.row(q.id), report, passages, tuple(holding(evidence) for evidence in q.evidence))
        for q in gold.questions
    ]
